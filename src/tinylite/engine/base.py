"""What the rooms above ask of an engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tinylite.sql.query import Column

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query as Python values, a tuple a row, in the order of `columns`.

    `elapsed` is the engine's time in seconds. Rows that went to a `Sink` are not here, only their `count` is.
    """

    columns: tuple[Column, ...]
    rows: Sequence[Row]
    elapsed: float
    rows_read: int = 0
    bytes_read: int = 0
    rows_before_limit: int | None = None
    totals: Row | None = None
    file: Path | None = None
    """The rows as a file of the format that was asked for; `rows` is then empty. It is the caller's to remove."""
    sent: int = 0
    """Rows that went to a sink."""

    @property
    def count(self) -> int:
        return self.sent or len(self.rows)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one query; None is no bound. `bytes` are those of the answer as it is written."""

    seconds: float | None = 10.0
    rows: int | None = None
    bytes: int | None = 100_000_000


@dataclass(frozen=True, slots=True)
class Capacity:
    """Of all queries together. `memory` is a share of the machine's or an amount: 60%, 4GB; empty for the engine's own
    choice. `queries` run at once.
    """

    memory: str = ""
    queries: int = 4


Bindings = Mapping[str, object]


WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class RowText:
    """The text of a row as the engine's expression over c0, c1, …. `corrected`, where there is one, is made of it: an
    expression over the same and WRITTEN.
    """

    text: str
    corrected: str = ""

    def of(self, rows: str) -> str:
        """The statement of the texts of the rows of FROM `rows`."""
        if not self.corrected:
            return f"SELECT {self.text} FROM {rows}"
        return f"SELECT {self.corrected} FROM (SELECT *, {self.text} AS {WRITTEN} FROM {rows})"


class Sink(Protocol):
    """Takes the rows of a result while they come, on the thread that runs the query. What it raises ends the query."""

    def text_of_row(self, columns: Sequence[Column]) -> RowText | None:
        """None when it must have the values."""

    def begin(self, columns: Sequence[Column]) -> None:
        """Once at first; once more when the rows come again from the beginning, as texts."""

    def rows(self, rows: Sequence[Row]) -> None: ...

    def texts(self, texts: bytes, count: int) -> None:
        """The texts of so many rows, one after another."""


class WholeSink(Protocol):
    """Takes an answer that an engine has written itself, in a format by ClickHouse's name."""

    @property
    def format_name(self) -> str: ...

    def whole(self, data: bytes) -> None: ...


class Gathered:
    """Keeps the rows."""

    def __init__(self) -> None:
        self.all: list[Row] = []

    def text_of_row(self, columns: Sequence[Column]) -> RowText | None:
        return None

    def begin(self, columns: Sequence[Column]) -> None:
        self.all.clear()

    def rows(self, rows: Sequence[Row]) -> None:
        self.all.extend(rows)

    def texts(self, texts: bytes, count: int) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class Stop:
    """Ends a query from another thread: before it began, or while it runs."""

    is_set: bool = False
    _interrupt: Callable[[], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set(self) -> None:
        with self._lock:
            self.is_set = True
            if self._interrupt is not None:
                self._interrupt()

    @contextmanager
    def ending(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `set` interrupts."""
        self.begin(interrupt)
        try:
            yield
        finally:
            self.end()

    def begin(self, interrupt: Callable[[], None]) -> None:
        """As `ending`, for who takes care of the end."""
        with self._lock:
            self._interrupt = interrupt

    def end(self) -> None:
        with self._lock:
            self._interrupt = None
