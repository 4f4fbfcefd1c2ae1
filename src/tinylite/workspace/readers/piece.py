"""Rows of a file on their way to the loader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from tinylite.ingest.staged import Piece

BYTES = 8 * 1024 * 1024
"""Of the lines of one piece, more or less."""
MAX_ROW = 64 * 1024 * 1024
"""Bytes of one row."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written. What is empty or None is found out: the delimiter from the first line, `header` when
    the first line holds names of columns, the encoding from a byte order mark.
    """

    delimiter: str = ""
    quote: str = '"'
    escape: str | None = None
    header: bool | None = None
    columns: tuple[str, ...] = ()
    """Names for the cells of a row, in order, when the file does not say."""
    encoding: str = ""


Row = dict[str, object]


@dataclass(slots=True)
class Pieces:
    """Gathers rows into pieces."""

    default: Callable[[object], object] | None = None
    _lines: list[bytes] = field(default_factory=list)
    _rejected: list[str] = field(default_factory=list)
    _size: int = 0

    def add(self, row: Row, text: Callable[[], str]) -> None:
        """`text` is what the row looks like, should it be impossible to write it down as JSON."""
        try:
            line = orjson.dumps(row, default=self.default, option=orjson.OPT_NON_STR_KEYS)
        except (TypeError, ValueError, RecursionError) as problem:
            self.reject(f"{problem}: {text()}")
            return
        self._lines.append(line)
        self._size += len(line)

    def reject(self, reason: str) -> None:
        self._rejected.append(reason.encode("utf-8", "backslashreplace").decode())
        self._size += len(reason)

    @property
    def is_full(self) -> bool:
        return self._size >= BYTES

    def take(self) -> Piece:
        piece = Piece(b"\n".join(self._lines), tuple(self._rejected))
        self._lines, self._rejected, self._size = [], [], 0
        return piece

    def rest(self) -> Iterator[Piece]:
        if self._lines or self._rejected:
            yield self.take()


def of_rows(rows: Iterable[Row], default: Callable[[object], object] | None = None) -> Iterator[Piece]:
    made = Pieces(default)
    for row in rows:
        made.add(row, lambda row=row: str(row)[:1000])  # type: ignore[misc]
        if made.is_full:
            yield made.take()
    yield from made.rest()
