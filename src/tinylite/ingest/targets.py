"""Where events of the data sources go, and by which statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tinylite.datafile.model import Datasource
from tinylite.ingest.block import BlockPlan, plan
from tinylite.ingest.fits import Fits, fits_of


@dataclass(frozen=True, slots=True)
class Target:
    """A data source, and its table that is live."""

    datasource: Datasource
    table: str


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    target: Target
    block: BlockPlan
    fits: Fits


Planned = Mapping[str, PlannedTarget]
"""By data source."""


def planned(targets: Iterable[Target], known: Planned) -> Planned:
    """Those that are known already stay as they are. Raises DiagnosticError when a DEFAULT can't be compiled."""
    return {target.datasource.name: _known(target, known) or _planned(target) for target in targets}


def _known(target: Target, known: Planned) -> PlannedTarget | None:
    found = known.get(target.datasource.name)
    return found if found is not None and found.target == target else None


def _planned(target: Target) -> PlannedTarget:
    return PlannedTarget(target, plan(target.datasource, target.table), fits_of(target.datasource))
