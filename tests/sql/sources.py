"""The families of probes as their authors wrote them: SQL files and matrices."""

from __future__ import annotations

import importlib
import pkgutil

from tests.sql import matrices
from tests.sql.probe import FOLDER, Probe, parse_source


def families() -> dict[str, list[Probe]]:
    """Family → probes. A statement that stands twice counts where it stands first."""
    found = {path.stem: list(parse_source(path.read_text(encoding="utf-8"))) for path in sorted(FOLDER.glob("*.sql"))}
    for module in pkgutil.iter_modules(matrices.__path__):
        made = importlib.import_module(f"{matrices.__name__}.{module.name}")
        found[f"matrix_{module.name}"] = [
            probe if isinstance(probe, Probe) else Probe(probe) for probe in made.probes()
        ]
    seen: set[str] = set()
    unique: dict[str, list[Probe]] = {}
    for family, probes in found.items():
        new = {probe.id: probe for probe in reversed(probes) if probe.id not in seen}
        unique[family] = list(reversed(new.values()))
        seen.update(new)
    return unique
