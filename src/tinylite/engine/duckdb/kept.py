"""What writing leaves in memory, let go again.

DuckDB keeps the parts of tables that it writes, or moves, as if somebody had asked for them, up to its limit of memory:
a long append would fill that with what nobody may ever read. The longest unused goes first, so what queries read stays.
"""

from __future__ import annotations

import threading
import time

import duckdb

from tinylite.engine.duckdb.uses import Uses

_EVERY = 0.25
"""Seconds between two looks."""
_MOST = 128 * 1024 * 1024
"""Bytes that were written and may be kept."""
_FAR_TOO_MUCH = 4 * _MOST
_SPARED = _MOST // 2
"""Bytes of these that stay: while the limit is low, others who need memory find it there."""
_SIZES = (
    "SELECT CAST((SELECT sum((total_blocks - free_blocks) * block_size) FROM pragma_database_size()) AS BIGINT), "
    "CAST(sum(memory_usage_bytes) AS BIGINT), CAST(sum(memory_usage_bytes) FILTER (tag = 'BASE_TABLE') AS BIGINT) "
    "FROM duckdb_memory()"
)


class Kept:
    """`limit` is DuckDB's memory_limit, as it was set; it and the number of threads may still be changed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, uses: Uses, limit: str) -> None:
        self.connection = connection
        self._uses = uses
        self._limit = limit
        self._lock = threading.Lock()
        self._looked = 0.0
        self._begun = uses.begun
        self._used, _, self._kept = self._sizes()
        self._written = 0
        """Bytes that are kept because they were written or moved, and not because a query read them."""

    def look(self) -> None:
        """Costs next to nothing when nothing is to be done."""
        if time.monotonic() - self._looked < _EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            self._look()
        except duckdb.Error:
            return  # closed, or too much is in use: another time
        finally:
            self._looked = time.monotonic()
            self._lock.release()

    def _look(self) -> None:
        used, total, kept = self._sizes()
        grown = max(0, kept - self._kept)
        if self._uses.begun != self._begun:
            # Queries ran too: of what they read nothing is known but that it was not written.
            grown = min(grown, max(0, used - self._used))
        self._begun, self._used, self._kept = self._uses.begun, used, kept
        self._written = min(self._written + grown, kept)
        if self._written < _MOST:
            return
        with self._uses.nobody() as is_idle:
            if is_idle or self._written > _FAR_TOO_MUCH:
                self._let_go(total)

    def _let_go(self, total: int) -> None:
        excess = self._written - _SPARED
        try:
            self.connection.execute(f"SET memory_limit = '{total - excess}B'")
        finally:
            self.connection.execute(f"SET memory_limit = '{self._limit}'")
        self._written -= excess
        self._kept -= excess

    def _sizes(self) -> tuple[int, int, int]:
        """Bytes of the database that are in use, that DuckDB has in memory, and of these those of tables."""
        ((used, total, kept),) = self.connection.execute(_SIZES).fetchall()
        return used, total, kept
