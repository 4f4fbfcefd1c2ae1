"""What jobs ask of the project that answers now: it may be another one each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from tinylite.datafile.model import Datasource


class Live(Protocol):
    def datasource(self, name: str) -> tuple[Datasource, str]:
        """With the name of its table. Raises DiagnosticError (TL508)."""

    def datasources(self) -> Mapping[str, Datasource]:
        """By name."""
