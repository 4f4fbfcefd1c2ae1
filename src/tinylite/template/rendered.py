"""What rendering gives: SQL with `{name:Type}` parameters, their values, and the way back to the template."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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
    the same branches give the same text. Equal values share a name: an expression that is repeated in SELECT and in
    GROUP BY must stay one expression.
    """

    values: dict[str, Value] = field(default_factory=dict)
    _names: dict[Hashable, str] = field(default_factory=dict, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, repr=False)

    def bind(self, name: str, value: Value) -> str:
        """The name under which the value is bound."""
        if self.values.setdefault(name, value) == value:
            return name
        content = tuple(value.value) if isinstance(value.value, list) else value.value
        meaning = (name, value.type, content)
        bound = self._names.get(meaning)
        if bound is None:
            bound = self._names[meaning] = self._free(name)
            self.values[bound] = value
        return bound

    def _free(self, name: str) -> str:
        number = self._numbers.get(name, 1) + 1
        while f"{name}_{number}" in self.values:
            number += 1
        self._numbers[name] = number
        return f"{name}_{number}"


class Part(NamedTuple):
    """A stretch of rendered text and where it comes from; `verbatim` when it is the template's own characters."""

    text: str
    origin: Span
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """`hints` are the template's settings: cache_ttl, max_threads, backend_hint, activate."""

    text: str
    parts: Sequence[Part] = field(repr=False)
    hints: Mapping[str, object] = field(default_factory=dict)
    branches: Sequence[tuple[Span, int]] = field(default=(), repr=False)
    """The places of the `if`s that were met, and which of their branches was taken: its number, -1 for `else`."""

    @property
    def map(self) -> SourceMap:
        """The way back to the datafile, made when it is asked for: only errors need it."""
        pieces: list[Piece] = []
        position = 0
        for text, origin, verbatim in self.parts:
            pieces.append(Piece(position, position + len(text), origin, verbatim))
            position += len(text)
        return SourceMap(tuple(pieces))
