"""What a question may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """`names` are the data sources and pipes that SQL of the caller's own may name; None is all of them.

    `filters` are conditions on the rows of data sources, in ClickHouse's SQL. They hold wherever a data source is read,
    also inside of a pipe that the caller may ask.
    """

    names: frozenset[str] | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for who may read the same."""
        return self.names, tuple(sorted(self.filters.items()))

    def may_name(self, name: str) -> bool:
        return self.names is None or name in self.names


ALL = Access()
