"""A copy of the whole database as it stands at one moment, while others read and write."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb.ddl import BACKFILLS, POPULATIONS, POSITIONS
from tinylite.sql.physical import quoted, text_literal

_COPY = "_tinylite_copy"


class Copy:
    """`begin` fixes the moment, `finish` copies; `path` is the file. Raises DiagnosticError (TL510) when it can't."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.path = path
        self._cursor = cursor
        ((name,),) = cursor.execute("SELECT current_database()").fetchall()
        self._name = str(name)
        cursor.execute(f"ATTACH {text_literal(str(path))} AS {_COPY}")

    def begin(self) -> None:
        self._cursor.execute("BEGIN")
        # A transaction sees the database as it is at its first look.
        self._cursor.execute(f"SELECT count(*) FROM {POSITIONS}").fetchall()

    def finish(self) -> int:
        """The number of rows of all tables, counted in both."""
        try:
            self._cursor.execute(f"COPY FROM DATABASE {quoted(self._name)} TO {_COPY}")
            rows = sum(self._counted(table) for table in self._tables())
            # Row ids are counted anew in a copy: what goes by them ends with an error there.
            for marks in (POPULATIONS, BACKFILLS):
                self._cursor.execute(f"UPDATE {_COPY}.{marks} SET spoilt = true WHERE next_row < end_row")
            self._cursor.execute("COMMIT")
        except duckdb.Error as problem:
            self._cursor.execute("ROLLBACK")
            message = f"the database can't be copied: {str(problem).splitlines()[0]}"
            raise DiagnosticError(Diagnostic("TL510", message)) from None
        self.detach()
        return rows

    def detach(self) -> None:
        self._cursor.execute(f"DETACH DATABASE IF EXISTS {_COPY}")

    def _tables(self) -> list[str]:
        rows = self._cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary", [self._name]
        ).fetchall()
        return [str(name) for (name,) in rows]

    def _counted(self, table: str) -> int:
        """Raises DiagnosticError when the copy has other rows."""
        places = (f"{quoted(self._name)}.{quoted(table)}", f"{_COPY}.{quoted(table)}")
        here, there = (self._cursor.execute(f"SELECT count(*) FROM {place}").fetchall()[0][0] for place in places)
        if here != there:
            raise DiagnosticError(Diagnostic("TL510", f"the copy of {table} has {there} rows, not {here}"))
        return int(here)
