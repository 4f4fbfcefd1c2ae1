"""How commands find the server that runs on a project: a file in its data folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "server.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a server answers, and its admin token. The file is readable by its owner only."""

    url: str
    token: str


def write(folder: Path, running: Running) -> None:
    path = folder / NAME
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(running)), encoding="utf-8")


def remove(folder: Path) -> None:
    (folder / NAME).unlink(missing_ok=True)


def read(folder: Path) -> Running | None:
    """None when no server has written one."""
    try:
        return Running(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
