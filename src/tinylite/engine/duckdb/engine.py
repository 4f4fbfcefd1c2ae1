"""The embedded engine: one writer, a reader for each thread."""

from __future__ import annotations

import logging
import re
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Protocol

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Bindings, Gathered, Limits, Result, Sink, Stop
from tinylite.engine.duckdb.beside import Beside
from tinylite.engine.duckdb.connect import connect_readers, memory_limit
from tinylite.engine.duckdb.copying import Copy
from tinylite.engine.duckdb.crew import Crew
from tinylite.engine.duckdb.ddl import (
    CREATE_BACKFILLS,
    CREATE_CONNECTORS,
    CREATE_FAILED_BLOCKS,
    CREATE_IMPORTS,
    CREATE_JOBS,
    CREATE_LOG_DAMAGE,
    CREATE_MERGES,
    CREATE_MOVES,
    CREATE_POSITIONS,
    CREATE_REQUESTS,
    CREATE_SHIPMENTS,
    POSITIONS,
    STAGED_PREFIX,
    create_table,
    describe_table,
)
from tinylite.engine.duckdb.errors import INVALIDATING, is_stopped_by_function, translated
from tinylite.engine.duckdb.files import write_file
from tinylite.engine.duckdb.functions import PythonFunctions
from tinylite.engine.duckdb.kept import Kept
from tinylite.engine.duckdb.reader import Reader, Reads, Values
from tinylite.engine.duckdb.sizes import Sizes
from tinylite.engine.duckdb.uses import Uses
from tinylite.engine.duckdb.watchdog import Watchdog
from tinylite.engine.duckdb.writer import Writer
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.query import Column, Compiled

logger = logging.getLogger("tinylite.engine")
_BLOCK_SIZE = 256 * 1024
"""DuckDB's own, unless a file was made with another."""
_READERS = 16
"""Readers that have connections of all kinds, one for each thread that reads."""
_LITTLE_ROWS = 4096
"""Of a table: read whole in less time than the optimizer takes, if nothing multiplies them."""
_FEW_ROWS = 122_880
"""Of a table: up to a row group, all of it is read whatever the statement asks."""
_LONGEST_CLOSE = 10.0
"""Seconds."""
_PARAMETER = re.compile(r"\$(\w+)")
_MULTIPLYING = re.compile(r" JOIN |range\(|unnest\(|(?<!FROM )(?<!AS )\(SELECT ", re.IGNORECASE)
"""In a statement: it may handle more rows than its tables have. Joins must not go without the optimizer."""


class DuckDBEngine:
    """A database file (or memory, when `path` is None) and the staging folder that batches are read from.

    An internal error of DuckDB's makes the whole database unusable. It is then opened again, as after a crash: what was
    committed is there, transactions that were open have failed.
    """

    def __init__(self, path: Path | None, staging: Path, threads: int | None = None, memory: str = "") -> None:
        self.staging = staging
        staging.mkdir(parents=True, exist_ok=True)
        self._path, self._threads, self._memory = path, threads, memory
        self._write_lock = threading.RLock()
        self._watchdog = Watchdog()
        self._uses = Uses()
        self._versions: dict[str, int] = {}
        self._rewrites: dict[str, int] = {}
        self._sizes = Sizes(self.version, self.rewrites)
        self._is_open = False
        self._touched: set[str] = set()
        self.outbox: Outbox | None = None
        """Where the rows of some tables go when they are committed."""
        self._open()
        self._drop_staged()

    def _open(self) -> None:
        self._root, self._special = connect_readers(
            self._path, self.staging, _READERS, threads=self._threads, memory=self._memory
        )
        self._functions = PythonFunctions(self._root, self._watchdog.is_late)
        self._crew = Crew(self._root.cursor())
        self._writer = Writer(self._root.cursor(), self._functions, self._crew)
        self._kept = Kept(self._root.cursor(), self._uses, self._memory or memory_limit())
        self._readers: list[Reader] = []
        self._idle: list[Reader] = []
        self._others: weakref.WeakSet[Writer] = weakref.WeakSet()
        once = CREATE_POSITIONS, CREATE_REQUESTS, CREATE_LOG_DAMAGE, CREATE_FAILED_BLOCKS, CREATE_MERGES, CREATE_IMPORTS
        for statement in (*once, CREATE_SHIPMENTS, CREATE_MOVES, *CREATE_JOBS, *CREATE_CONNECTORS, CREATE_BACKFILLS):
            self._writer.execute(statement)

    def close(self) -> None:
        self._watchdog.close()
        with self._write_lock:
            self._writer.close()
            self._crew.close()
            self._root.close()

    def _recover(self, generation: int) -> None:
        """Opens the database again, if an error has ended it; another thread may have done so already."""
        if self._is_alive() or not self._uses.close(generation):
            return
        logger.error("DuckDB gave up after an internal error; the database is opened again")
        try:
            for reader in self._readers:
                reader.interrupt()
            with self._write_lock:
                self._uses.wait()
                connections: list[_Connection] = [*self._readers, *self._others, self._kept.connection]
                for special in self._special:
                    connections += special.profiled, special.unoptimized
                self._crew.close()
                for connection in [*connections, self._writer, self._root]:
                    _close(connection)
                self._open()
                logger.warning("the database is open again")
        finally:
            self._uses.open()

    def _is_alive(self) -> bool:
        try:
            with closing(self._root.cursor()) as cursor:
                cursor.execute("SELECT 1").fetchall()
        except duckdb.Error:
            return False
        return True

    @contextmanager
    def copying(self, path: Path) -> Iterator[Copy]:
        """A copy of the database in a file of the staging folder, which is gone at the end if it is still there."""
        try:
            with self._crew.at_work(), closing(self._root.cursor()) as cursor:
                copy = Copy(cursor, path, self._write_lock)
                try:
                    yield copy
                finally:
                    copy.detach()
        finally:
            for leftover in (path, path.with_name(f"{path.name}.wal")):
                leftover.unlink(missing_ok=True)

    # -- reading ----------------------------------------------------------------------------------------------------

    def query(
        self,
        compiled: Compiled,
        bindings: Bindings,
        limits: Limits,
        file: str = "",
        sink: Sink | None = None,
        stop: Stop | None = None,
        *,
        small: bool = False,
    ) -> Result:
        """The rows, if there is no `sink` that takes them. With `file`, "parquet" or "arrow", they come as such a file.
        A `small` one is as `reads_little` says, and many of them follow each other.

        Raises DiagnosticError: TL501 when the query fails, TL502 when its time is up; and what the sink raises.
        """
        unset = sorted(compiled.parameters - bindings.keys())
        if unset:
            raise DiagnosticError(Diagnostic("TL501", f"Substitution `{unset[0]}` is not set"))
        values = {name: bindings[name] for name in compiled.parameters}
        until = None if limits.seconds is None else time.monotonic() + limits.seconds
        while True:
            # Without context managers: for a small statement they cost a tenth of it.
            generation, was_interrupted, crew = self._uses.begin(), False, self._crew
            if small:
                crew.small()
            else:
                crew.begin()
            try:
                reader = self._reader(generation)
                if stop is not None:
                    stop.begin(partial(self._watchdog.interrupt, reader))
                self._watchdog.begin(reader, until)
                try:
                    if stop is not None and stop.is_set:
                        raise duckdb.InterruptException("stopped before it began")
                    return self._run(reader, compiled, values, file, sink)
                finally:
                    if stop is not None:
                        stop.end()
                    was_interrupted = self._watchdog.end(reader)
                    self._idle.append(reader)
            except duckdb.Error as error:
                problem = error
            except UnicodeDecodeError as error:  # a message that quotes a part of a text
                raise DiagnosticError(
                    Diagnostic("TL501", "Cannot convert a value: it holds bytes that are no text")
                ) from error
            finally:
                if not small:
                    crew.end()
                self._uses.end()
            if isinstance(problem, INVALIDATING):
                self._recover(generation)
            # A function in Python can't tell whose call it is: when it was another query that was late, this one begins
            # again.
            if was_interrupted or not is_stopped_by_function(problem) or not self._watchdog.none_is_late(until):
                raise translated(problem) from problem

    def explain(self, compiled: Compiled, bindings: Bindings) -> str:
        """The plan of a statement, as text. Raises DiagnosticError (TL501)."""
        values = {name: bindings[name] for name in compiled.parameters if name in bindings}
        with self._uses.one() as generation:
            try:
                reader = self._reader(generation)
                try:
                    rows = reader.explain(compiled.sql, values)
                finally:
                    self._idle.append(reader)
            except duckdb.Error as error:
                raise translated(error) from error
        return "\n".join(str(row[-1]) for row in rows)

    def reads_little(self, compiled: Compiled) -> bool:
        """Whether a statement reads so little that it surely ends at once, and nothing has to be asked to know that."""
        known = self._sizes.known(compiled.sql)
        return known is not None and _reads(compiled, known[0]) == "little"

    @property
    def is_calm(self) -> bool:
        """Whether nobody writes, and a question begins without waiting."""
        return not (self._is_open or self._uses.is_closed)

    @property
    def reopened(self) -> int:
        """How often it recovered from an internal error."""
        return self._uses.generation

    def _run(self, reader: Reader, compiled: Compiled, values: Values, file: str, sink: Sink | None) -> Result:
        rows, size = self._sizes.read(compiled.sql, compiled.tables, reader.fetch_plain)
        reads = _reads(compiled, rows)
        started = time.perf_counter()
        if file:
            self._functions.prepare(compiled.sql)
            path = write_file(reader.cursor, compiled, values, file, self.staging)
            return Result(compiled.columns, (), time.perf_counter() - started, rows, int(size), file=path)
        kept = Gathered()
        count = reader.send(compiled, values, sink or kept, reads)
        profile = reader.profile()
        totals = reader.fetch(compiled.totals, values) if compiled.totals else None
        elapsed = time.perf_counter() - started
        before = profile.rows_before_limit if profile else None
        if count and compiled.unlimited and reads != "much" and count == _limit(compiled.limit, values):
            before = reader.number(compiled.unlimited, values)
        read = profile.rows_read if profile else rows
        return Result(
            compiled.columns,
            kept.all,
            elapsed,
            read,
            int(size * read / rows) if rows else 0,
            rows_before_limit=None if before is None else max(count, before),
            totals=totals[0] if totals else None,
            sent=0 if sink is None else count,
        )

    def _reader(self, generation: int) -> Reader:
        """One that nobody uses; whoever has it puts it back to the idle ones. The last one used knows most."""
        while self._idle:
            reader = self._idle.pop()
            if reader.generation == generation:
                return reader
        special = self._special.pop() if self._special else None
        reader = Reader(self._root.cursor(), special, self._functions, generation)
        self._readers.append(reader)
        return reader

    # -- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self, *tables: str, appends: bool = False) -> Iterator[Writer]:
        """All or nothing; the versions of `tables` change when it is done. Only one at a time: inside of another one it
        is a part of it. `appends` promises that rows are only added.
        """
        with self._write_lock:
            if self.outbox is not None and tables:
                self.outbox.make_room(tables, can_send=not self._is_open)
            self._touched.update(tables)
            for table in () if appends else tables:
                self._rewrites[table] = self._rewrites.get(table, 0) + 1
            if self._is_open:
                yield self._writer
                return
            generation = self._uses.generation
            self._uses.writer = threading.get_ident()
            touched: frozenset[str] = frozenset()
            try:
                self._writer.execute("BEGIN")
                self._is_open = True
                yield self._writer
                if self.outbox is not None and self._touched:
                    touched = self.outbox.seal(self._writer, self._touched)
                self._writer.execute("COMMIT")
            except BaseException as problem:
                self._rollback()
                if isinstance(problem, INVALIDATING):
                    self._recover(generation)
                raise
            finally:
                self._uses.writer = None
                self._is_open = False
                for table in self._touched:
                    self._versions[table] = self._versions.get(table, 0) + 1
                self._touched.clear()
            if self.outbox is not None and touched:
                self.outbox.send(touched)
            self.let_go()

    def prepare(self, statements: Iterable[str]) -> None:
        """Before a transaction that runs them: it does not see functions in Python that come after its beginning."""
        for sql in statements:
            self._functions.prepare(sql)

    def _rollback(self) -> None:
        try:
            self._writer.execute("ROLLBACK")
        except (duckdb.TransactionException, *INVALIDATING):
            return  # a failed COMMIT has ended the transaction already, and so has the end of the database

    def version(self, table: str) -> int:
        """Changes with every commit that touches the table."""
        return self._versions.get(table, 0)

    def rewrites(self, table: str) -> int:
        """Changes with every transaction that may do more to the table than add rows."""
        return self._rewrites.get(table, 0)

    def cursor(self) -> Writer:
        """For work beside the writer, on tables that are nobody else's. It is the caller's to close."""
        other = Writer(self._root.cursor(), self._functions, self._crew)
        self._others.add(other)
        return other

    def beside(self) -> Beside:
        return Beside(self.cursor(), self.staging, self.let_go)

    def let_go(self) -> None:
        """Of what writing left in memory, if it is much; for whoever writes long in one transaction."""
        self._kept.look()

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
                with self._crew.at_work():
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

    def columns_of_tables(self) -> dict[str, dict[str, str]]:
        """ClickHouse's types by column, of every table: one question for all of them."""
        with self._write_lock:
            rows = self._writer.execute(
                "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal "
                "ORDER BY table_name, column_index"
            ).fetchall()
        found: dict[str, dict[str, str]] = {}
        for table, column, comment in rows:
            found.setdefault(table, {})[column] = comment
        return found

    def row_count(self, name: str) -> int:
        return self._number(f"SELECT count(*) FROM {quoted(name)}")

    def size(self, name: str) -> int:
        """Bytes of the table's blocks in the file; rows that only the log of the database holds do not count."""
        blocks = self._number(
            f"SELECT count(DISTINCT block_id) FROM pragma_storage_info({text_literal(name)}) WHERE persistent"
        )
        return blocks * _BLOCK_SIZE

    def _number(self, sql: str) -> int:
        with self._uses.one() as generation:
            reader = self._reader(generation)
            try:
                return reader.number(sql, {})
            finally:
                self._idle.append(reader)

    def positions(self) -> dict[str, int]:
        """How far the log of each data source is loaded."""
        with self._write_lock:
            return dict(self._writer.execute(f"SELECT source, position FROM {POSITIONS}").fetchall())


class Outbox(Protocol):
    """Of tables whose rows do not stay. All is called by who holds the writer."""

    def make_room(self, tables: Iterable[str], *, can_send: bool) -> None:
        """Before a transaction that writes to them: what was sealed is sent. Raises OSError when it can't be."""

    def seal(self, writer: Writer, tables: Iterable[str]) -> frozenset[str]:
        """At the end of the transaction: what lies in them is a block from now on. Gives the tables that have one."""

    def send(self, tables: Iterable[str]) -> None:
        """After the commit. What can't be sent now is sent later."""


class _Connection(Protocol):
    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def _close(connection: _Connection) -> None:
    """Ends what runs on it first. Raises duckdb.Error when that goes on for too long."""
    until = time.monotonic() + _LONGEST_CLOSE
    while True:
        try:
            return connection.close()
        except duckdb.ResourceInUseException:
            if time.monotonic() > until:
                raise
        with suppress(duckdb.Error):
            connection.interrupt()
        time.sleep(0.01)


def _reads(compiled: Compiled, rows: int) -> Reads:
    """How much a statement reads of tables that have so many rows."""
    if rows > _FEW_ROWS:
        return "much"
    is_little = rows <= _LITTLE_ROWS and compiled.tables and not _multiplies(compiled.sql)
    return "little" if is_little else "some"


@lru_cache(maxsize=2000)
def _multiplies(sql: str) -> bool:
    return _MULTIPLYING.search(sql) is not None


def _limit(text: str, values: Values) -> int | None:
    """The number of the LIMIT at the end, of which `text` is the engine's expression."""
    if (name := _parameter_of(text)) is not None:
        value = values.get(name)
        return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None
    return int(text) if text.isdecimal() else None


@lru_cache(maxsize=2000)
def _parameter_of(text: str) -> str | None:
    found = _PARAMETER.search(text)
    return found.group(1) if found else None
