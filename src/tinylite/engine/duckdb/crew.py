"""The engine's own threads, sent away while nothing but small questions is asked.

DuckDB tells its threads of every step of a statement, also where there is one row to read: waking them takes a third of
the time of a small question, and they get nothing to do. Their number is a setting of the whole database. So it is
lowered after some small questions in a row, and everything else raises it again before it begins.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

_AFTER = 16
"""Small questions in a row, for each thread: to send one away and call it back takes as long as two."""


class Crew:
    """`connection` is its own. Any thread may call it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        ((self._count,),) = connection.execute("SELECT current_setting('threads')").fetchall()
        self._lock = threading.Lock()
        self._working = 0
        """Statements that want all threads."""
        self._small = 0
        """Small questions since then."""
        self._is_away = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """All threads are there."""
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self) -> None:
        """As `at_work`, for who takes care of the end."""
        with self._lock:
            self._working += 1
            self._small = 0
            if self._is_away and self._set(self._count):
                self._is_away = False

    def end(self) -> None:
        with self._lock:
            self._working -= 1

    def small(self) -> None:
        """Before a small question. It is no fault when the threads are there."""
        if self._is_away or self._working or self._count == 1:
            return
        self._small += 1
        if self._small < _AFTER * self._count:
            return
        with self._lock:
            if not self._working and not self._is_away:
                # Nothing runs: none of them has to be waited for.
                self._is_away = self._set(1)

    def _set(self, count: int) -> bool:
        """Whether that was done. Of a database that has given up the next statement tells."""
        try:
            self._connection.execute(f"SET threads = {count}")
        except duckdb.Error:
            return False
        return True

    def close(self) -> None:
        self._connection.close()
