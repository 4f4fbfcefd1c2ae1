"""Every node rendered once, with a value for each parameter, so that rules can look at its SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from tinylite.diagnostics import DiagnosticError
from tinylite.project.library import Library, Unit
from tinylite.project.program import Prepared, Program
from tinylite.sql import Query
from tinylite.template import CustomError, sample_arguments

Found = TypeVar("Found")


@dataclass(slots=True)
class Examined:
    library: Library
    _prepared: dict[Unit, Prepared | None] = field(default_factory=dict)

    def nodes(self) -> Iterator[tuple[Unit, Prepared]]:
        """Those that can be rendered."""
        for unit in self.library.units:
            prepared = self._of(unit)
            if prepared is not None:
                yield unit, prepared

    def _of(self, unit: Unit) -> Prepared | None:
        if unit not in self._prepared:
            program = Program(self.library, unit)
            try:
                self._prepared[unit] = program.prepare(sample_arguments(program.parameters), lambda name: name)
            except (DiagnosticError, CustomError):
                self._prepared[unit] = None
        return self._prepared[unit]


def looked_at(query: Query, look: Callable[[Query], list[Found]]) -> list[Found]:
    """Nothing of a query with a syntax error: that is told elsewhere."""
    try:
        return look(query)
    except DiagnosticError:
        return []
