"""What happened, for the service data sources: gathered in memory, written in batches off the hot path."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

import duckdb
import orjson

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.ingest.operation import Operation
from tinylite.project.service import PREFIX, TABLES
from tinylite.sql import Table
from tinylite.sql.physical import default_value, duckdb_type, quoted, text_literal
from tinylite.workspace.jobs import Job

logger = logging.getLogger("tinylite.records")
KEPT = timedelta(days=30)
_EVERY = 1.0
"""Seconds between batches."""
_SWEEP = 3600.0
_MEASURED_EVERY = 3600.0
_MEASURED_FOR_READERS = 60.0
"""How old what data sources hold may be when somebody asks for records."""
# Rows that may wait; when the database can't keep up, the oldest go, and that is said.
_MAX_WAITING = 200_000
_PHYSICAL = frozenset(table.physical for table in TABLES.values())
_REQUESTS = PREFIX + "pipe_stats_rt"
Row = Mapping[str, object]


@dataclass(slots=True)
class Asked:
    """A request that comes again and again. Its rows in `pipe_stats_rt` differ only in the moment (a Unix time), the
    request's id and the duration; any thread may append to `times`."""

    row: Callable[[], Row]
    times: deque[tuple[int, str, float]] = field(default_factory=deque)


class Requested(NamedTuple):
    """A row of `pipe_stats_rt` as it is cheapest to note; `moment` is a Unix time. Its URL is made later."""

    moment: int
    request_id: str
    duration: float
    pipe: str
    path: str
    query: Mapping[str, object]
    """All parameters, with the token."""
    status: int
    result_rows: int
    read_rows: int
    read_bytes: int
    token: str
    token_name: str
    method: str
    user_agent: str | None


class Records:
    """Service data sources of one data folder. `add` costs an append to a queue; any thread may call it."""

    def __init__(self, engine: DuckDBEngine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now
        self._waiting: deque[tuple[str, Row | Callable[[], Row]]] = deque()
        self._asked: deque[Asked] = deque()
        self._requests: deque[Requested] = deque()
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._swept = 0.0
        self._measured = -_MEASURED_EVERY
        self.measure: Callable[[], Iterable[Row]] = tuple
        """Gives rows of `datasources_storage`: what each data source holds now."""
        self._statements = {name: _insert(table) for name, table in TABLES.items()}
        for table in TABLES.values():
            self._prepare(table)
        self._thread = threading.Thread(target=self._run, name="tinylite-records", daemon=True)
        self._thread.start()

    def add(self, name: str, row: Row | Callable[[], Row]) -> None:
        """`name` without the prefix; columns that the row lacks get the defaults of their types. What makes a row is
        called when it is written.
        """
        self._waiting.append((PREFIX + name, row))

    def add_request(self, request: Requested) -> None:
        self._requests.append(request)

    def add_asked(self, asked: Asked, moment: int, request_id: str, took: float) -> None:
        """One more time of it: the cheapest way to record a request."""
        if not asked.times:
            self._asked.append(asked)
        asked.times.append((moment, request_id, took))

    def flush_for_reader(self) -> None:
        """So that a question sees all that has happened."""
        self._measure(_MEASURED_FOR_READERS)
        self.flush()

    def flush(self) -> None:
        """Writes all that waits."""
        with self._writing:
            rows: dict[str, list[Row]] = {}
            while self._waiting:
                name, row = self._waiting.popleft()
                rows.setdefault(name, []).append(row() if callable(row) else row)
            asked = [found for found in map(_taken, _popped(self._asked)) if found["moments"]]
            requests = [self._requests.popleft() for _ in range(len(self._requests))]
            if rows or asked or requests:
                self._write(rows, asked, requests)

    def close(self) -> None:
        self._closing.set()
        self._thread.join()
        self.flush()

    @staticmethod
    def is_read_by(tables: frozenset[str]) -> bool:
        """Whether a statement that reads these tables of the engine reads a service data source."""
        return not tables.isdisjoint(_PHYSICAL)

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._closing.wait(_EVERY):
            for waiting in (self._waiting, self._requests):
                lost = len(waiting) - _MAX_WAITING
                for _ in range(lost):
                    waiting.popleft()
                if lost > 0:
                    logger.warning("%d records of what happened were dropped: the database can't keep up", lost)
            try:
                self._measure(_MEASURED_EVERY)
                self.flush()
                if time.monotonic() - self._swept > _SWEEP:
                    self._sweep()
            except duckdb.Error as problem:
                logger.error("records can't be written: %s", problem)

    def forget_measure(self) -> None:
        """The next reader measures again, however soon."""
        self._measured = -_MEASURED_EVERY

    def _measure(self, age: float) -> None:
        """When the last measure is older than so many seconds; without a project there is nothing to measure."""
        with self._writing:
            if time.monotonic() - self._measured < age:
                return
            found = list(self.measure())
            if found:
                self._measured = time.monotonic()
        for row in found:
            self.add("datasources_storage", {"timestamp": shown(self._now()), **row})

    def _write(self, rows: Mapping[str, list[Row]], asked: list[Row], requests: list[Requested]) -> None:
        names = {*rows, *([_REQUESTS] if asked or requests else [])}
        with self._engine.transaction(*(TABLES[name].physical for name in names)) as writer:
            if requests:
                writer.execute(_INSERT_REQUESTS, [orjson.dumps(_columns(requests)).decode()])
            if asked:
                writer.execute(_INSERT_ASKED, [orjson.dumps(asked, default=str).decode()])
            for name, found in rows.items():
                if name == f"{PREFIX}jobs_log":
                    # Of a job the newest row counts.
                    found = list({row["job_id"]: row for row in found}.values())
                    known = [row["job_id"] for row in found]
                    writer.execute(
                        f"DELETE FROM {quoted(TABLES[name].physical)} WHERE list_contains(?, job_id)", [known]
                    )
                writer.execute(self._statements[name], [orjson.dumps(found, default=str).decode()])

    def _sweep(self) -> None:
        self._swept = time.monotonic()
        oldest = (self._now() - KEPT).replace(tzinfo=None)
        with self._engine.transaction() as writer:
            for table in TABLES.values():
                moment = quoted(_moment(table))
                writer.execute(f"DELETE FROM {quoted(table.physical)} WHERE {moment} < ?", [oldest])

    def _prepare(self, table: Table) -> None:
        """A table of another version of tinylite begins anew."""
        have = self._engine.table_columns(table.physical)
        wanted = {column.name: str(column.type) for column in table.columns}
        if have == wanted:
            return
        with self._engine.transaction(table.physical) as writer:
            writer.execute(f"DROP TABLE IF EXISTS {quoted(table.physical)}")
            self._engine.create_table(table.physical, table.columns)


def _moment(table: Table) -> str:
    """The column by which rows grow old."""
    known = {column.name for column in table.columns}
    return next(name for name in ("start_datetime", "timestamp", "created_at") if name in known)


def _insert(table: Table) -> str:
    """Takes the rows as one JSON array."""
    shape = "{" + ", ".join(f'"{c.name}": {_shape(duckdb_type(c.type))}' for c in table.columns) + "}"
    cells = ", ".join(
        f"coalesce(e.{quoted(c.name)}, {default_value(c.type)}) AS {quoted(c.name)}" for c in table.columns
    )
    rows = f"SELECT unnest(from_json(CAST(? AS JSON), {text_literal('[' + shape + ']')})) AS e"
    return f"INSERT INTO {quoted(table.physical)} SELECT {cells} FROM ({rows})"


def _insert_asked(table: Table) -> str:
    """Takes a JSON array of `_taken`."""
    own = {
        "start_datetime": "CAST(make_timestamp(moment * 1000000) AS TIMESTAMP)",
        "request_id": "request_id",
        "duration": "took",
    }
    shared = [column for column in table.columns if column.name not in own]
    row = "{" + ", ".join(f'"{c.name}": {_shape(duckdb_type(c.type))}' for c in shared) + "}"
    shape = f'[{{"row": {row}, "moments": ["BIGINT"], "ids": ["VARCHAR"], "durations": ["DOUBLE"]}}]'
    cells = ", ".join(
        own.get(c.name) or f"coalesce(e.{quoted(c.name)}, {default_value(c.type)})" for c in table.columns
    )
    rows = f"SELECT unnest(from_json(CAST(? AS JSON), {text_literal(shape)})) AS a"
    each = (
        "SELECT a.row AS e, unnest(a.moments) AS moment, unnest(a.ids) AS request_id, unnest(a.durations) AS took "
        f"FROM ({rows})"
    )
    return f"INSERT INTO {quoted(table.physical)} SELECT {cells} FROM ({each})"


_REQUEST_COLUMNS = {
    "moment": "BIGINT", "request_id": "VARCHAR", "duration": "DOUBLE", "pipe": "VARCHAR", "url": "VARCHAR",
    "names": "VARCHAR[]", "texts": "VARCHAR[]", "status_code": "INTEGER", "result_rows": "UBIGINT",
    "read_rows": "UBIGINT", "read_bytes": "UBIGINT", "token": "VARCHAR", "token_name": "VARCHAR", "method": "VARCHAR",
    "user_agent": "VARCHAR",
}  # fmt: skip
"""As they are sent: a list of each."""
_REQUEST_CELLS = {
    "start_datetime": "CAST(make_timestamp(moment * 1000000) AS TIMESTAMP)",
    "pipe_id": "pipe",
    "pipe_name": "pipe",
    # Read as a map they would take as long as all the rest.
    "parameters": "map(names, texts)",
    "error": "CAST(status_code >= 400 AS UTINYINT)",
}
"""Columns of `pipe_stats_rt` that are made of others."""


def _insert_requests(table: Table) -> str:
    """Takes a JSON object of `_columns`: a list a column is read in half of the time of an object a row."""
    shape = "{" + ", ".join(f'"{name}": [{_shape(type_)}]' for name, type_ in _REQUEST_COLUMNS.items()) + "}"
    unnested = ", ".join(f"unnest(a.{name}) AS {name}" for name in _REQUEST_COLUMNS)
    known = {**{name: name for name in _REQUEST_COLUMNS}, **_REQUEST_CELLS}
    cells = ", ".join(known.get(column.name) or default_value(column.type) for column in table.columns)
    parsed = f"SELECT from_json(CAST(? AS JSON), {text_literal(shape)}) AS a"
    return f"INSERT INTO {quoted(table.physical)} SELECT {cells} FROM (SELECT {unnested} FROM ({parsed})) AS e"


def _columns(requests: list[Requested]) -> dict[str, object]:
    moments, ids, durations, pipes, paths, queries, *others = zip(*requests, strict=True)
    parameters = [{key: str(value) for key, value in query.items() if key != "token"} for query in queries]
    names, texts = [list(found) for found in parameters], [list(found.values()) for found in parameters]
    urls = list(map(_url, paths, parameters))
    return dict(zip(_REQUEST_COLUMNS, (moments, ids, durations, pipes, urls, names, texts, *others), strict=True))


_UNRESERVED = re.compile(r"[\w.~-]+=[\w.~-]*(?:&[\w.~-]+=[\w.~-]*)*", re.ASCII)


def _url(path: str, parameters: Mapping[str, str]) -> str:
    if not parameters:
        return path
    text = "&".join([f"{name}={value}" for name, value in parameters.items()])
    if text.count("=") != len(parameters) or _UNRESERVED.fullmatch(text) is None:
        text = urlencode(parameters)
    return f"{path}?{text}"


def _popped(waiting: deque[Asked]) -> Iterator[Asked]:
    while waiting:
        yield waiting.popleft()


def _taken(asked: Asked) -> Row:
    """Its row with the times until now, which are taken from it."""
    moments, ids, durations = [], [], []
    while asked.times:
        moment, request_id, took = asked.times.popleft()
        moments.append(moment)
        ids.append(request_id)
        durations.append(took)
    return {"row": asked.row() if moments else {}, "moments": moments, "ids": ids, "durations": durations}


def _shape(type_: str) -> str:
    return f'["{type_[:-2]}"]' if type_.endswith("[]") else f'"{type_}"'


_INSERT_ASKED = _insert_asked(TABLES[_REQUESTS])
_INSERT_REQUESTS = _insert_requests(TABLES[_REQUESTS])


def record_operation(records: Records, done: Operation) -> None:
    """In `datasources_ops_log`; a block that came in from outside also in `block_log`."""
    now = shown(datetime.now(UTC))
    row: dict[str, object] = {
        "timestamp": now,
        "event_type": done.kind,
        "datasource_id": done.datasource,
        "datasource_name": done.datasource,
        "result": "error" if done.error else "ok",
        "elapsed_time": done.elapsed,
        "error": done.error or None,
        "import_id": done.import_id or None,
        "job_id": done.job_id or None,
        "rows": done.rows,
        "rows_quarantine": done.quarantined,
        "written_rows": done.rows,
        "written_rows_quarantine": done.quarantined,
        "pipe_id": done.pipe,
        "pipe_name": done.pipe,
    }
    records.add("datasources_ops_log", row)
    if done.kind == "append" and not done.pipe:
        block = {key: row[key] for key in ("timestamp", "import_id", "datasource_id", "datasource_name", "rows")}
        records.add("block_log", {
            **block, "block_id": done.import_id, "status": "done", "source": "events",
            "quarantine_lines": done.quarantined, "bytes": done.size, "processing_time": done.elapsed,
        })  # fmt: skip


def record_now(records: Records, name: str, row: Row) -> None:
    """With the time as it is."""
    records.add(name, {"timestamp": shown(datetime.now(UTC)), **row})


def record_job(records: Records, job: Job) -> None:
    """In `jobs_log`, where the newest row of a job counts."""
    records.add("jobs_log", {
        "job_id": job.id, "job_type": job.kind, "pipe_id": job.pipe, "pipe_name": job.pipe,
        "created_at": shown(job.created_at), "updated_at": shown(job.updated_at),
        "started_at": shown(job.started_at) if job.started_at else None, "status": job.status,
        "error": job.error or None,
        "job_metadata": orjson.dumps({"arguments": job.arguments, "progress": job.progress}).decode(),
    })  # fmt: skip


def shown(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
