"""A copy of the whole database as it stands at one moment, while others read and write."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from uuid import uuid4

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import share
from tinylite.engine.duckdb.ddl import BACKFILLS, MOVES, POPULATIONS, POSITIONS
from tinylite.sql.physical import quoted, text_literal

_COPY = "_tinylite_copy"
_OWN = "_tinylite_"
"""What tables begin with that hold no rows of data sources."""
_HELD = f"{_OWN}held_"


class Copy:
    """`begin` fixes the moment, `finish` copies to the file `path`. Raises DiagnosticError (TL510) when it can't.

    `writing` is the lock of who writes to the database; `rows` are the copied ones of data sources.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection, path: Path, writing: threading.RLock) -> None:
        self.path = path
        self._cursor = cursor
        self._writing = writing
        ((name,),) = cursor.execute("SELECT current_database()").fetchall()
        self._name = str(name)
        self._shared: Path | None = None
        self.rows = 0

    def begin(self, *, share: bool = False) -> None:
        """With `share` the file is copied as it is, by sharing its bytes where that can be: else all rows are."""
        if share and self._is_held():
            return
        self._cursor.execute(f"ATTACH {text_literal(str(self.path))} AS {_COPY}")
        self._cursor.execute("BEGIN")
        # A transaction sees the database as it is at its first look.
        self._cursor.execute(f"SELECT count(*) FROM {POSITIONS}").fetchall()

    def finish(self) -> None:
        if self._shared is not None:
            self._share(self._shared)
        else:
            self._copy_rows()

    def _is_held(self) -> bool:
        """Everything is in the file, and the parts of it that count stay as they are while this transaction is open: a
        checkpoint does not come beside one that writes. Not when there is such a one already.
        """
        with self._writing:
            try:
                self._cursor.execute("CHECKPOINT")
            except duckdb.TransactionException:
                return False
            self._cursor.execute("BEGIN")
            self._cursor.execute(f"CREATE TABLE {_HELD}{uuid4().hex} (nothing BOOLEAN)")
        ((file,),) = self._cursor.execute(
            "SELECT path FROM duckdb_databases() WHERE database_name = ?", [self._name]
        ).fetchall()
        self._shared = Path(str(file))
        return True

    def _share(self, file: Path) -> None:
        command = [sys.executable, "-I", "-S", share.__file__, str(file), str(self.path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        finally:
            self._cursor.execute("ROLLBACK")
        if done.returncode != 0:
            reason = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
            raise _failed(reason)

    def _copy_rows(self) -> None:
        try:
            self._cursor.execute(f"COPY FROM DATABASE {quoted(self._name)} TO {_COPY}")
            counts = {table: self._counted(table) for table in self._tables()}
            self.rows = sum(count for table, count in counts.items() if not table.startswith(_OWN))
            # Row ids are counted anew in a copy: what goes by them ends with an error there.
            for marks in (POPULATIONS, BACKFILLS):
                self._cursor.execute(f"UPDATE {_COPY}.{marks} SET spoilt = true WHERE next_row < end_row")
            # What is moved is this folder, not the copy.
            self._cursor.execute(f"DELETE FROM {_COPY}.{MOVES}")
            self._cursor.execute("COMMIT")
        except duckdb.Error as problem:
            self._cursor.execute("ROLLBACK")
            raise _failed(str(problem).splitlines()[0]) from None
        self.detach()

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


def _failed(reason: str) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL510", f"the database can't be copied: {reason}"))
