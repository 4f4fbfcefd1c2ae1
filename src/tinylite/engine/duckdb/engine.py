"""The embedded engine: one writer, a reader for each thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Bindings, Limits, Result
from tinylite.engine.duckdb.beside import Beside
from tinylite.engine.duckdb.connect import connect
from tinylite.engine.duckdb.ddl import (
    CREATE_BACKFILLS,
    CREATE_CONNECTORS,
    CREATE_FAILED_BLOCKS,
    CREATE_IMPORTS,
    CREATE_JOBS,
    CREATE_MERGES,
    CREATE_POSITIONS,
    POSITIONS,
    STAGED_PREFIX,
    create_table,
    describe_table,
)
from tinylite.engine.duckdb.errors import translated
from tinylite.engine.duckdb.files import write_file
from tinylite.engine.duckdb.functions import PythonFunctions
from tinylite.engine.duckdb.watchdog import Watchdog
from tinylite.engine.duckdb.writer import Writer
from tinylite.sql.physical import quoted
from tinylite.sql.query import Column, Compiled

_KEPT_STATEMENTS = 500
_BLOCK_SIZE = 256 * 1024
"""DuckDB's own, unless a file was made with another."""


class DuckDBEngine:
    """A database file (or memory, when `path` is None) and the staging folder that batches are read from."""

    def __init__(self, path: Path | None, staging: Path, threads: int | None = None) -> None:
        self.staging = staging
        staging.mkdir(parents=True, exist_ok=True)
        self._watchdog = Watchdog()
        self._root = connect(path, staging, threads=threads)
        self._functions = PythonFunctions(self._root, self._watchdog.is_late)
        self._writer = Writer(self._root.cursor(), self._functions)
        self._write_lock = threading.RLock()
        self._local = threading.local()
        self._versions: dict[str, int] = {}
        self._rewrites: dict[str, int] = {}
        self._is_open = False
        self._touched: set[str] = set()
        self._writer.execute(CREATE_POSITIONS)
        self._writer.execute(CREATE_FAILED_BLOCKS)
        self._writer.execute(CREATE_MERGES)
        self._writer.execute(CREATE_IMPORTS)
        for statement in (*CREATE_JOBS, *CREATE_CONNECTORS, CREATE_BACKFILLS):
            self._writer.execute(statement)
        self._drop_staged()

    def close(self) -> None:
        self._watchdog.close()
        with self._write_lock:
            self._writer.close()
            self._root.close()

    # -- reading ----------------------------------------------------------------------------------------------------

    def query(self, compiled: Compiled, bindings: Bindings, limits: Limits, file: str = "") -> Result:
        """With `file`, "parquet" or "arrow", the rows come as such a file.

        Raises DiagnosticError: TL501 when the query fails, TL502 when its time is up.
        """
        reader = self._reader()
        unset = sorted(compiled.parameters - bindings.keys())
        if unset:
            raise DiagnosticError(Diagnostic("TL501", f"Substitution `{unset[0]}` is not set"))
        values = {name: bindings[name] for name in compiled.parameters}
        started = time.perf_counter()
        try:
            with self._watchdog.watching(reader.cursor, limits.seconds):
                if file:
                    self._functions.prepare(compiled.sql)
                    whole = write_file(reader.cursor, compiled, values, file, self.staging)
                    return Result(compiled.columns, (), time.perf_counter() - started, file=whole)
                rows = self._rows(reader, compiled.sql, values)
                totals = self._rows(reader, compiled.totals, values) if compiled.totals else None
        except duckdb.Error as error:
            raise translated(error) from error
        elapsed = time.perf_counter() - started
        return Result(compiled.columns, rows, elapsed, totals=totals[0] if totals else None)

    def _rows(self, reader: _Reader, sql: str, values: dict[str, object]) -> list[tuple[object, ...]]:
        statement = reader.statement(sql)
        used = {name: values[name] for name in statement.named_parameters}
        return reader.cursor.execute(statement, used or None).fetchall()

    def _reader(self) -> _Reader:
        reader: _Reader | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._local.reader = _Reader(self._root.cursor(), self._functions)
        return reader

    # -- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self, *tables: str, appends: bool = False) -> Iterator[Writer]:
        """All or nothing; the versions of `tables` change when it is done. Only one at a time: inside of another one it
        is a part of it. `appends` promises that rows are only added.
        """
        with self._write_lock:
            self._touched.update(tables)
            for table in () if appends else tables:
                self._rewrites[table] = self._rewrites.get(table, 0) + 1
            if self._is_open:
                yield self._writer
                return
            self._writer.execute("BEGIN")
            self._is_open = True
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                self._rollback()
                raise
            finally:
                self._is_open = False
                for table in self._touched:
                    self._versions[table] = self._versions.get(table, 0) + 1
                self._touched.clear()

    def prepare(self, statements: Iterable[str]) -> None:
        """Before a transaction that runs them: it does not see functions in Python that come after its beginning."""
        for sql in statements:
            self._functions.prepare(sql)

    def _rollback(self) -> None:
        try:
            self._writer.execute("ROLLBACK")
        except duckdb.TransactionException:  # a failed COMMIT has ended the transaction already
            return

    def version(self, table: str) -> int:
        """Changes with every commit that touches the table."""
        return self._versions.get(table, 0)

    def rewrites(self, table: str) -> int:
        """Changes with every transaction that may do more to the table than add rows."""
        return self._rewrites.get(table, 0)

    def cursor(self) -> Writer:
        """For work beside the writer, on tables that are nobody else's. It is the caller's to close."""
        return Writer(self._root.cursor(), self._functions)

    def beside(self) -> Beside:
        return Beside(self.cursor(), self.staging)

    def checkpoint(self) -> None:
        with self._write_lock:
            self._writer.execute("CHECKPOINT")

    def stage(self, name: str, sql: str, values: Bindings, stoppable: Callable[[Callable[[], None]], None]) -> str:
        """Puts the rows of a query into a table, and gives its name. Nobody waits for it: it runs beside the writer.

        `stoppable` is given what interrupts it. Raises DiagnosticError (TL501, TL502).
        """
        table = STAGED_PREFIX + name
        self._functions.prepare(sql)
        with closing(self._root.cursor()) as cursor:
            stoppable(cursor.interrupt)
            try:
                cursor.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS {sql}", values or None)
            except duckdb.Error as error:
                raise translated(error) from error
        return table

    def unstage(self, table: str) -> None:
        with self.transaction() as writer:
            writer.execute(f"DROP TABLE IF EXISTS {quoted(table)}")

    def _drop_staged(self) -> None:
        found = self._writer.execute(
            "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?)", [STAGED_PREFIX]
        ).fetchall()
        for (name,) in found:
            self._writer.execute(f"DROP TABLE {quoted(name)}")

    # -- tables -----------------------------------------------------------------------------------------------------

    def create_table(self, name: str, columns: Sequence[Column]) -> None:
        with self.transaction(name) as writer:
            writer.execute(create_table(name, columns))
            writer.execute(describe_table(name, columns))

    def table_columns(self, name: str) -> dict[str, str] | None:
        """ClickHouse's types by column, or None when there is no such table."""
        with self._write_lock:
            rows = self._writer.execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [name]
            ).fetchall()
        return dict(rows) or None

    def row_count(self, name: str) -> int:
        return int(self._reader().cursor.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()[0][0])

    def size(self, name: str) -> int:
        """Bytes of the table's blocks in the file; rows that only the log of the database holds do not count."""
        ((blocks,),) = (
            self._reader()
            .cursor.execute("SELECT count(DISTINCT block_id) FROM pragma_storage_info(?) WHERE persistent", [name])
            .fetchall()
        )
        return int(blocks) * _BLOCK_SIZE

    def positions(self) -> dict[str, int]:
        """How far the log of each data source is loaded."""
        with self._write_lock:
            return dict(self._writer.execute(f"SELECT source, position FROM {POSITIONS}").fetchall())


class _Reader:
    """A cursor of one thread, with its parsed statements: a statement object costs half as much as its text."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, functions: PythonFunctions) -> None:
        self.cursor = cursor
        self._functions = functions
        self._statements: dict[str, duckdb.Statement] = {}

    def statement(self, sql: str) -> duckdb.Statement:
        found = self._statements.get(sql)
        if found is None:
            if len(self._statements) >= _KEPT_STATEMENTS:
                self._statements.clear()
            self._functions.prepare(sql)
            found = self._statements[sql] = self.cursor.extract_statements(sql)[0]
        return found
