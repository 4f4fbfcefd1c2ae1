"""Rows on their way to ClickHouse: what was committed here is there, once.

Everything that writes rows writes them to tables of the front's own database, as it does where they stay; so all that
is written down with them (the log's position, answers to keys, offsets of topics, jobs that are done) is in one
transaction with them. That transaction also gives the table's rows a token: they are a block from then on, and no row
is added before the block is gone. The block is sent, and in one more transaction it is deleted here with its token.
A crash in between sends the same block with the same token again, which ClickHouse has already.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.engine.base import Limits
from tinylite.engine.clickhouse.rows import ClickHouseRows
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import FAILED_BLOCKS, SHIPMENTS, columns_of
from tinylite.engine.duckdb.writer import Writer
from tinylite.formats.body import Writing
from tinylite.formats.table import FORMATS
from tinylite.sql import Column, Compiled, Query, Table, compile_query
from tinylite.sql.physical import quoted
from tinylite.types import parse_type

logger = logging.getLogger("tinylite.outbox")
_AGAIN = 1.0
"""Seconds until what could not be sent is sent again."""
_FORMAT = FORMATS["TabSeparated"]
"""The one text of ClickHouse's that loses nothing: it has NaN and infinities, and parts NULL from an empty text."""


class Unsent(OSError):
    """The block before is not in ClickHouse yet, so there is no room for another one."""


@dataclass(frozen=True, slots=True)
class _Box:
    """Of a data source of this name; `rows` are those of its table."""

    name: str
    columns: tuple[Column, ...]
    rows: Compiled

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class Outbox:
    """`follow` gives it the tables. All but `close` is called by who holds the engine's writer, or takes it."""

    def __init__(self, engine: DuckDBEngine, rows: ClickHouseRows, folder: Path) -> None:
        self._engine = engine
        self._rows = rows
        self._folder = folder
        self._boxes: dict[str, _Box] = {}
        with engine.transaction() as writer:
            found = writer.execute(f"SELECT source, token FROM {SHIPMENTS}").fetchall()
        self._tokens: dict[str, str] = {str(table): str(token) for table, token in found}
        """Of blocks that are not known to be in ClickHouse."""
        self.problem = ""
        """Why the last block could not be sent; empty when it was."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tinylite-outbox", daemon=True)
        engine.outbox = self
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self._engine.outbox = None

    def follow(self, tables: Mapping[str, Datasource]) -> None:
        """Data sources by the names of their tables, of all deployments. Raises Unsent: nothing has changed then."""
        with self._engine.transaction():
            self._send_all()
            boxes = {}
            for table, source in tables.items():
                known, columns = self._boxes.get(table), columns_of(source)
                is_same = known is not None and (known.name, known.columns) == (source.name, columns)
                boxes[table] = known if is_same and known is not None else _box(source.name, columns, table)
            self._boxes = boxes

    def forget(self, tables: Iterable[str]) -> None:
        """Tables that are about to go, after `clear`."""
        self._boxes = {table: box for table, box in self._boxes.items() if table not in set(tables)}

    def is_empty(self) -> bool:
        return not self._tokens

    def clear(self) -> None:
        """Sends what waits. Raises Unsent."""
        with self._engine.transaction():
            self._send_all()

    def pour(self, staged: str, into: str, datasource: Datasource) -> None:
        """All rows of a table of the front's into one of ClickHouse's that nobody else knows."""
        box = _box(datasource.name, columns_of(datasource), staged)
        self._rows.insert(into, box.names, self._block(box), _FORMAT.name, str(uuid.uuid4()))

    def _block(self, box: _Box) -> bytes:
        unbounded = Limits(seconds=None, bytes=None)
        writing = Writing(_FORMAT, self._folder, unbounded)
        return b"".join(writing.finished(self._engine.query(box.rows, {}, unbounded, "", writing)).pieces())

    # -- while the writer is held -----------------------------------------------------------------------------------

    def make_room(self, tables: Iterable[str], *, can_send: bool) -> None:
        for table in tables:
            if table in self._tokens:
                if not can_send:
                    raise Unsent(f"rows of {table} are not in ClickHouse yet")
                self._send(table)

    def seal(self, writer: Writer, tables: Iterable[str]) -> frozenset[str]:
        sealed = {}
        for table in tables:
            if table in self._boxes and writer.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchall():
                sealed[table] = str(uuid.uuid4())
                writer.execute(f"INSERT INTO {SHIPMENTS} VALUES (?, ?)", [table, sealed[table]])
        self._sealed = sealed
        return frozenset(sealed)

    def send(self, tables: Iterable[str]) -> None:
        for table in tables:
            self._tokens[table] = self._sealed[table]
            try:
                self._send(table)
            except Unsent:
                continue  # told already; it is tried again

    def _send_all(self) -> None:
        for table in list(self._tokens):
            self._send(table)

    def _send(self, table: str) -> None:
        """Raises Unsent."""
        box = self._boxes.get(table) or self._box_left(table)
        token = self._tokens[table]
        try:
            failed = self._rows.insert(table, box.names, self._block(box), _FORMAT.name, token)
        except DiagnosticError as problem:
            if str(problem) != self.problem:
                logger.error("rows for %s can't be given to ClickHouse, trying again: %s", table, problem)
            self.problem = str(problem)
            raise Unsent(f"ClickHouse does not take rows for {table} now: {problem}") from None
        if self.problem:
            logger.warning("ClickHouse takes rows again")
            self.problem = ""
        with self._engine.transaction() as writer:
            if failed:
                logger.error("a materialized view failed on a block of %s and was left out: %s", table, failed)
                _keep(writer, table, box, token, failed)
            writer.execute(f"DELETE FROM {quoted(table)}")
            writer.execute(f"DELETE FROM {SHIPMENTS} WHERE source = ?", [table])
        del self._tokens[table]

    def _box_left(self, table: str) -> _Box:
        """Of a block that an earlier server left, before there is a project: by its table. Raises Unsent."""
        columns = self._engine.table_columns(table)
        if columns is None:
            raise Unsent(f"rows wait for {table}, which is not there")
        return _box(table, (Column(name, parse_type(type_)) for name, type_ in columns.items()), table)

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.wait(_AGAIN):
            if self._tokens and self._boxes:
                try:
                    self.clear()
                except Unsent:
                    continue
                except Exception:
                    logger.exception("rows can't be sent")
                    time.sleep(_AGAIN)


def _box(name: str, columns: Iterable[Column], table: str) -> _Box:
    block = Table("block", tuple(columns), table)
    names = ", ".join(f"`{column.name}`" for column in block.columns)
    query = Query("block", Source("block", f"SELECT {names} FROM block"), {"block": block})
    return _Box(name, block.columns, compile_query(query, {}))


def _keep(writer: Writer, table: str, box: _Box, token: str, reason: str) -> None:
    """The rows that a view could not take, with the reason, as on DuckDB."""
    writer.execute(
        f"INSERT INTO {FAILED_BLOCKS} SELECT CAST(timezone('UTC', now()) AS TIMESTAMP), '', $source, '', $token, "
        f"$reason, count(*), list(to_json(b)) FROM {quoted(table)} AS b",
        {"source": box.name, "token": token, "reason": reason},
    )
