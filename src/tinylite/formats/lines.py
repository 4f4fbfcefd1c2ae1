"""Formats that write a row at a time: they never hold a whole result."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinylite.engine.base import Result, Row, RowText
from tinylite.sql.query import Column

Columns = Sequence[Column]
_KEPT = 500


def _nothing(result: Result) -> str:
    return ""


def _no_head(columns: Columns) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Lines:
    """`row` makes what writes a row. `text` is the same as an expression of the engine's, with `between` in front of
    it; None where there is none. `tail` is written last, when the totals and the statistics are known.
    """

    row: Callable[[Columns], Callable[[Row], str]]
    text: Callable[[Columns], RowText | None]
    head: Callable[[Columns], str] = _no_head
    tail: Callable[[Result], str] = _nothing
    between: str = ""

    def beginning(self, columns: Columns) -> tuple[Callable[[Row], str], bytes]:
        """What writes a row, and the head. Made once for a plan: that takes longer than to write a row."""
        key = self, id(columns)
        known = _BEGINNINGS.get(key)
        if known is not None and known[0] is columns:
            return known[1:]
        found = self.row(columns), encoded(self.head(columns))
        _BEGINNINGS[key] = (columns, *found)
        if len(_BEGINNINGS) > _KEPT:
            _BEGINNINGS.popitem(last=False)
        return found

    def write(self, result: Result) -> bytes:
        """The whole result."""
        rows = self.between.join(map(self.row(result.columns), result.rows))
        return encoded(self.head(result.columns) + rows + self.tail(result))


_BEGINNINGS: OrderedDict[tuple[Lines, int], tuple[Columns, Callable[[Row], str], bytes]] = OrderedDict()
"""By what it was made of; the columns are kept, so that no others get their id."""


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
