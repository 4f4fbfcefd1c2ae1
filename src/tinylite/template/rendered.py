"""What rendering gives: SQL with `{name:Type}` parameters, their values, and the way back to the template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinylite.diagnostics import Piece, SourceMap, Span
from tinylite.types import Type


@dataclass(frozen=True, slots=True)
class Value:
    """A bound value: str for String, dates and times, int, float, Decimal, bool, or a list of these for Array."""

    type: Type
    value: object


@dataclass(slots=True)
class Binder:
    """The parameters of one request, over all nodes that it renders.

    A name means one type and value; a second meaning gets a name of its own (`x_2`), in the order of use, so that
    the same branches give the same text.
    """

    values: dict[str, Value] = field(default_factory=dict)

    def bind(self, name: str, value: Value) -> str:
        """The name under which the value is bound."""
        candidate, number = name, 1
        while candidate in self.values and self.values[candidate] != value:
            number += 1
            candidate = f"{name}_{number}"
        self.values[candidate] = value
        return candidate


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of rendered text and what made it: the template's own characters (`verbatim`), or a tag."""

    text: str
    origin: Span
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """`hints` are the template's settings: cache_ttl, max_threads, backend_hint, activate."""

    text: str
    parts: tuple[Part, ...]
    hints: Mapping[str, object] = field(default_factory=dict)

    @property
    def map(self) -> SourceMap:
        """Made when it is asked for: only errors need it."""
        pieces, position = [], 0
        for part in self.parts:
            end = position + len(part.text)
            pieces.append(Piece(position, end, part.origin, part.verbatim))
            position = end
        return SourceMap(tuple(pieces))
