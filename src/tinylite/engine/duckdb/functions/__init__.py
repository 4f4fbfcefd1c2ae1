"""Functions that DuckDB has not, in Python: of bytes, text and numbers, called `tl_…` in compiled SQL."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import duckdb

_CALL = re.compile(r"\btl_(\w+)\(")


class PythonFunctions:
    """Those of one database, registered when a statement first calls them. All its connections see them then, but for
    those whose transaction has begun before: what it will run has to be prepared before it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, is_late: Callable[[], bool] = lambda: False) -> None:
        """`is_late` is asked at each call, and ends it."""
        self._connection = connection
        self._is_late = is_late
        self._met: set[str] = set()
        self._lock = threading.Lock()

    def prepare(self, sql: str) -> None:
        """Call it before the statement is parsed."""
        if "tl_" not in sql or self._met.issuperset(_CALL.findall(sql)):
            return
        from tinylite.engine.duckdb.functions.registry import register

        with self._lock:
            register(self._connection, set(_CALL.findall(sql)) - self._met, self._is_late)
            self._met.update(_CALL.findall(sql))
