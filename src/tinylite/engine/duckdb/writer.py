"""The connection that writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from tinylite.engine.duckdb.crew import Crew
from tinylite.engine.duckdb.functions import PythonFunctions


class Writer:
    """A cursor whose statements may call functions in Python."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, functions: PythonFunctions, crew: Crew) -> None:
        self._cursor = cursor
        self._functions = functions
        self._crew = crew

    def execute(
        self, sql: str, values: Sequence[object] | Mapping[str, object] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """The cursor, for the rows. Raises duckdb.Error."""
        self._functions.prepare(sql)
        with self._crew.at_work():
            return self._cursor.execute(sql, values)

    def interrupt(self) -> None:
        """Ends what runs now; from any thread."""
        self._cursor.interrupt()

    def close(self) -> None:
        self._cursor.close()
