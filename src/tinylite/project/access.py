"""What a question may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tinylite.project.tables import QUARANTINE_SUFFIX

Fixed = Mapping[str, object]
"""Parameters by name, as a query string would give them; None is a parameter that is not given."""


@dataclass(frozen=True, slots=True)
class Access:
    """`names` are the data sources and pipes that SQL of the caller's own may name; None is all of them.

    `filters` are conditions on the rows of data sources, in ClickHouse's SQL. They hold wherever a data source is read,
    also inside of a pipe that the caller may ask. `fixed` are, by pipe, the parameters that the caller can't choose.
    """

    names: frozenset[str] | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, Fixed] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for who may read the same."""
        fixed = tuple(sorted((pipe, repr(sorted(values.items()))) for pipe, values in self.fixed.items()))
        return self.names, tuple(sorted(self.filters.items())), fixed

    def may_name(self, name: str) -> bool:
        return self.names is None or name in self.names

    def settled(self, arguments: Mapping[str, object], pipes: Iterable[str]) -> dict[str, object]:
        """The arguments with what is fixed for these pipes; where two differ, the first one counts."""
        fixed: dict[str, object] = {}
        for pipe in pipes:
            fixed = {**self.fixed.get(pipe, {}), **fixed}
        found = {name: value for name, value in arguments.items() if name not in fixed}
        return {**found, **{name: value for name, value in fixed.items() if value is not None}}

    def other_than_fixed(self, pipe: str, arguments: Mapping[str, object]) -> str | None:
        """A parameter that is fixed for the pipe to something else than it is here."""
        fixed = self.fixed.get(pipe, {})
        return next((name for name, value in fixed.items() if arguments.get(name) != value), None)

    def filter_of(self, *names: str) -> str:
        """The condition on what has these names; all of them hold."""
        found = dict.fromkeys(self.filters[name] for name in names if name in self.filters)
        return " AND ".join(f"({condition})" for condition in found) if len(found) > 1 else "".join(found)

    def hides(self, table: str) -> bool:
        """Whether it is the quarantine of a data source that is seen in part: its rows can't be told apart."""
        source = table.removesuffix(QUARANTINE_SUFFIX)
        return source != table and source in self.filters and not (self.names and table in self.names)


ALL = Access()
