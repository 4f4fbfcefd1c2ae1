"""The rows of data sources in ClickHouse: tables made and changed, blocks taken once, questions answered."""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Limits, Result, Stop, WholeSink
from tinylite.engine.clickhouse.clients import NONE, Client, Embedded, Reply, Server, Settings, known_settings
from tinylite.engine.clickhouse.ddl import LENIENT, view_select
from tinylite.engine.clickhouse.engine import SETTINGS, check_version
from tinylite.engine.clickhouse.errors import unusable
from tinylite.engine.clickhouse.layout import Layout, is_ours, mark_of
from tinylite.engine.clickhouse.statement import literal, quoted, statement, tables_of
from tinylite.project import View
from tinylite.project.program import Prepared
from tinylite.sql import Column, Compiled

logger = logging.getLogger("tinylite.engine")
DEFAULT_DATABASE = "tinylite"
SERVING = {
    **{name: value for name, value in SETTINGS.items() if name != "max_threads"},
    "output_format_pretty_color": "0",
    # An error in the last row is an error, and no half answer.
    "wait_end_of_query": "1",
}
_MAKING = "__making"
"""At the end of the name of a table that is being filled, before it takes its place."""
_SHORT = 600
"""Bytes at the end of a document that tell how many rows it has."""
_COUNT = re.compile(rb'"rows":\s*(\d+)')
_DOCUMENTS = frozenset({"JSON", "JSONCompact", "JSONStrings"})
_LINES = frozenset(
    {"JSONEachRow", "NDJSON", "JSONLines", "JSONStringsEachRow", "JSONCompactEachRow", "TSV", "TabSeparated"}
)
_TRANSIENT = re.compile(
    r"TOO_MANY_PARTS|MEMORY_LIMIT|TIMEOUT|NOT_ENOUGH_SPACE|READONLY|KEEPER|NETWORK|SOCKET|NO_REPLICA"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where ClickHouse is: `chdb:///folder` or `http(s)://user:password@host:port/database`."""

    url: str
    cluster: str = ""

    @property
    def shown(self) -> str:
        """Without what is secret in it."""
        parts = urlsplit(self.url)
        if parts.scheme == "chdb":
            return self.url
        try:
            port = f":{parts.port}" if parts.port else ""
        except ValueError:
            port = ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to a table: created, changed or unchanged. Columns are added (+), dropped (-) or changed (~)."""

    table: str
    kind: str
    columns: tuple[str, ...] = ()


class ClickHouseRows:
    """One database. Any thread may use it."""

    def __init__(self, client: Client, layout: Layout, address: Address) -> None:
        self._client = client
        self.layout = layout
        self.address = address

    @classmethod
    def open(cls, address: Address, suffix: str = "") -> ClickHouseRows:
        """Makes the database, if it is not there. `suffix` tells the databases of several workspaces apart.

        Raises DiagnosticError: TL517 when it can't be had, TL501 when ClickHouse refuses.
        """
        parts = urlsplit(address.url)
        if parts.scheme == "chdb":
            if address.cluster:
                raise unusable("chDB is one process, and no cluster", "leave out cluster, or name a server")
            folder = Path(unquote(parts.netloc + parts.path))
            if not parts.path.strip("/"):
                raise unusable(f"{address.url} names no folder", "chdb:///var/lib/tinylite/clickhouse")
            database = DEFAULT_DATABASE + suffix
            settings = {name: value for name, value in SERVING.items() if name != "wait_end_of_query"}
            return cls(Embedded(settings, folder, database), Layout(database), address)._checked()
        if parts.scheme in ("http", "https") and parts.hostname:
            database = (unquote(parts.path.strip("/")) or DEFAULT_DATABASE) + suffix
            first = Server(address.url, {}, "default")
            try:
                check_version(first.ask("SELECT version()", {}, "TSV").decode().strip())
                layout = Layout(database, address.cluster)
                if address.cluster:
                    _check_cluster(first, address.cluster)
                first.ask(layout.create_database(), {}, "")
                settings = {**known_settings(first, SERVING), "wait_end_of_query": "1"}
            finally:
                first.close()
            return cls(Server(address.url, settings, database), layout, address)._checked()
        shown = f"{parts.scheme}://…" if parts.scheme else "an address without a scheme"
        raise unusable(f"{shown} is no engine", "chdb:///folder, or http://user:password@host:8123/database")

    def _checked(self) -> ClickHouseRows:
        self.version = self._text("SELECT version()")
        names = ", ".join(f"'{name}'" for name in LENIENT)
        known = self._text(f"SELECT name FROM system.merge_tree_settings WHERE name IN ({names})").split()
        self.layout = Layout(self.layout.database, self.layout.cluster, frozenset(known))
        self._known = frozenset(self._text("SELECT name FROM system.settings").split())
        logger.info("ClickHouse %s at %s holds the rows", self.version, self.address.shown)
        return self

    def close(self) -> None:
        self._client.close()

    # -- tables -----------------------------------------------------------------------------------------------------

    def changes(self, sources: Iterable[tuple[Datasource, str]]) -> list[Change]:
        """What `apply` would do to tables. Raises DiagnosticError (TL511) for one that is nobody's we know."""
        comments = self._comments()
        found = []
        for source, table in sources:
            comment = comments.get(table)
            if comment is None:
                found.append(Change(table, "created"))
            elif comment == mark_of(self.layout.definition(source)):
                found.append(Change(table, "unchanged"))
            elif not is_ours(comment):
                message = f"the database {self.layout.database} has a table {table} that tinylite has not made"
                raise DiagnosticError(Diagnostic("TL511", message, hint="name another database in engine"))
            else:
                have, fresh = self._types(table), {c.name: str(c.type) for c in source.columns}
                changed = [f"+{c}" for c in fresh if c not in have] + [f"-{c}" for c in have if c not in fresh]
                changed += [f"~{c}" for c in fresh if c in have and _bare(have[c]) != _bare(fresh[c])]
                found.append(Change(table, "changed", tuple(changed)))
        return found

    def apply(
        self,
        sources: Sequence[tuple[Datasource, str]],
        views: Sequence[View],
        tables: Callable[[str], str],
        *,
        keep: Iterable[str] = (),
    ) -> list[Change]:
        """Makes tables and views fit; rows stay. Targets that are new are filled with what their views make of what
        the sources hold. Nothing may be inserted meanwhile. Safe to begin again after a crash. `keep` are views that
        stay, besides.

        Raises DiagnosticError: TL107 when rows can't stay, TL501, TL517.
        """
        changes = self.changes(sources)
        wanted = {}
        for view in views:
            name, sql = self.layout.create_view(view, tables(view.source.name), tables(view.target.name))
            wanted[name] = (view, sql)
        fresh = {change.table for change in changes if change.kind == "created"}
        changed = {change.table for change in changes if change.kind == "changed"}
        # Views of a table that changes are made again: they know its columns.
        stale = {
            n for n, (v, _) in wanted.items() if {tables(v.source.name), tables(v.target.name)} & (fresh | changed)
        }
        there = self.views()
        for name in there & stale | there - wanted.keys() - set(keep):
            self._do(self.layout.drop_view(name))
        there -= stale
        by_table = {table: source for source, table in sources}
        for table in changed:
            self._rebuild(by_table[table], table)
        for table in _in_order([table for _, table in sources if table in fresh], views, tables):
            source = by_table[table]
            feeding = [view for view in views if tables(view.target.name) == table]
            self._create(source, table, [] if source.backfill_skip else feeding)
        for name, (view, sql) in wanted.items():
            if name not in there:
                self._do(sql, self.layout.values(view))
        return changes

    def _create(self, source: Datasource, table: str, feeding: Sequence[View]) -> None:
        """Fills it under another name first: it is there when it is whole."""
        if not feeding:
            for sql in self.layout.create_table(source, table):
                self._do(sql)
            return
        making = table + _MAKING
        for sql in (*self.layout.drop_table(making), *self.layout.create_table(source, making)):
            self._do(sql)
        for view in feeding:
            select, values = statement(view.prepared.query, self.layout.database), self.layout.values(view)
            names = ", ".join(map(quoted, self._columns_of(select, values)))
            sql = f"INSERT INTO {self.layout.place(making)} ({names})\n{select}"
            self._client.reply(sql, values, "", {"max_execution_time": "0"})
        # A cluster's table over the shards is made for its final name.
        for sql in self.layout.rename(source, making, table):
            self._do(sql)

    def _rebuild(self, source: Datasource, table: str) -> None:
        making = table + _MAKING
        for sql in (*self.layout.drop_table(making), *self.layout.create_table(source, making)):
            self._do(sql)
        have, there = self._types(table), self._types(making)
        kept = [column.name for column in source.columns if column.name in have]
        names = ", ".join(map(quoted, kept))
        cells = ", ".join(_carried(name, have[name], there[name]) for name in kept)
        try:
            if kept:
                into = f"INSERT INTO {self.layout.place(making)} ({names})"
                self._do(f"{into} SELECT {cells} FROM {self.layout.place(table)}")
        except DiagnosticError as problem:
            for sql in self.layout.drop_table(making):
                self._do(sql)
            reason = problem.diagnostics[0].message
            message = f"the rows of {source.name} do not fit the new schema: {reason}"
            hint = "change the type back, or add a column of another name"
            raise DiagnosticError(Diagnostic("TL107", message, source.columns[0].span, hint)) from None
        for sql in (*self.layout.exchange(making, table), *self.layout.drop_table(making)):
            self._do(sql)

    def drop(self, tables: Iterable[str]) -> None:
        for table in tables:
            for sql in self.layout.drop_table(table):
                self._do(sql)

    def views(self) -> set[str]:
        """The materialized views of the database."""
        sql = "SELECT name FROM system.tables WHERE database = {d:String} AND engine = 'MaterializedView'"
        return set(self._text(sql, {"d": self.layout.database}).splitlines())

    def row_count(self, table: str) -> int:
        return int(self._text(f"SELECT count() FROM {self.layout.place(table)}"))

    def size(self, table: str) -> int:
        """Bytes on the disk, of this server's parts."""
        values = {"d": self.layout.database, "t": self.layout.rows_table(table)}
        sql = (
            "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = {d:String} AND table = {t:String}"
        )
        return int(self._text(sql, values) or 0)

    def truncate(self, table: str) -> None:
        self._do(self.layout.truncate(table))

    def delete(self, table: str, condition: str) -> int:
        """Rows for which a condition in ClickHouse's SQL holds; the number that there were."""
        count = int(self._text(f"SELECT count() FROM {self.layout.place(table)} WHERE {condition}"))
        if count:
            self._do(self.layout.delete(table, condition))
        return count

    # -- rows in ----------------------------------------------------------------------------------------------------

    def insert(self, table: str, columns: Sequence[str], data: bytes, format: str, token: str) -> str:
        """One block, with what views make of it; a second time with the same token nothing happens.

        A view that fails on it is left out: why is given back, else "". Raises DiagnosticError: TL517 when ClickHouse
        does not answer, TL501 when it refuses: then it has to come again, with the same token.
        """
        settings = self._once(token)
        place, names = self.layout.place(table), list(map(quoted, columns))
        try:
            self._client.insert(place, data, format, names, settings)
        except DiagnosticError as problem:
            message = problem.diagnostics[0].message
            if "pushing to view" not in message or _TRANSIENT.search(message):
                raise
            self._client.insert(place, data, format, names, {**settings, "materialized_views_ignore_errors": "1"})
            return message
        return ""

    def insert_file(self, into: str, values: str, structure: str, file: Path) -> None:
        """`values` of the columns that a Parquet file has, as `structure` tells. Raises DiagnosticError."""
        settings = {"max_execution_time": "0", "max_partitions_per_insert_block": "0"}
        if urlsplit(self.address.url).scheme == "chdb":
            rows = f"file({literal(str(file.resolve()))}, Parquet, {literal(structure)})"
            self._client.reply(f"INSERT INTO {into} SELECT {values} FROM {rows}", {}, "", settings)
            return
        into = f"{into} SELECT {values} FROM input({literal(structure)})"
        self._client.insert(into, file.read_bytes(), "Parquet", settings=settings)

    def insert_select(self, table: str, columns: str, select: str, token: str, settings: Settings) -> None:
        """The rows of a SELECT; a second time with the same token nothing happens. Raises DiagnosticError."""
        sql = f"INSERT INTO {self.layout.place(table)} ({columns}) {select}"
        self._client.reply(sql, {}, "", {**settings, **self._once(token)})

    def _once(self, token: str) -> Settings:
        wanted = {
            "insert_deduplicate": "1",
            "insert_deduplication_token": token,
            "deduplicate_blocks_in_dependent_materialized_views": "1",
            "async_insert": "0",
            "distributed_foreground_insert": "1",
        }
        return {name: value for name, value in wanted.items() if name in self._known}

    def write(
        self,
        table: str,
        target: Datasource,
        prepared: Prepared,
        token: str,
        stop: Callable[[Callable[[], None]], None],
        views: Sequence[tuple[View, str]] = (),
        *,
        replacing: bool,
    ) -> int:
        """The rows of a query into a table, or in the place of those that it has; the number of them.

        They are made beside it first: what fails changes nothing. A second time with the same token nothing is added.
        `views` are those of the table with their targets; `stop` is given what ends the query.
        """
        made = f"{table}__{token}"
        # A replacement that is begun again is made again: what lies there may be what it has replaced already.
        if replacing or made not in self._comments():
            self._make(made, target if replacing else plain(target), prepared, token, stop)
        count = self.row_count(made)
        if replacing:
            for sql in self.layout.exchange(made, table):
                self._do(sql)
            for view, into in views:
                select = view_select(view, self.layout.database, self.layout.rows_table(table))
                self._pass_on(select, into, f"{token}/{view.name}", self.layout.values(view))
        else:
            names = ", ".join(quoted(column.name) for column in target.columns)
            self._pass_on(f"SELECT {names} FROM {self.layout.place(made)}", table, token, NONE)
        self.drop([made])
        return count

    def _make(
        self, made: str, target: Datasource, prepared: Prepared, token: str, stop: Callable[[Callable[[], None]], None]
    ) -> None:
        making, select = made + _MAKING, statement(prepared.query, self.layout.database)
        values = {name: value.value for name, value in prepared.values.items()}
        self.drop([making, made])
        for sql in self.layout.create_table(target, making):
            self._do(sql)
        names = ", ".join(map(quoted, self._columns_of(select, values)))
        mark = f"{token}-{uuid.uuid4()}"
        stop(lambda: self._stop(mark))
        try:
            sql = f"INSERT INTO {self.layout.place(making)} ({names})\n{select}"
            self._client.reply(sql, values, "", {"max_execution_time": "0"}, mark)
        except DiagnosticError as problem:
            self.drop([making])
            raise prepared.located(problem) from None
        for sql in self.layout.rename(target, making, made):
            self._do(sql)

    def _pass_on(self, select: str, table: str, token: str, values: Mapping[str, object]) -> None:
        """The same rows in the same order give the same blocks, and so the same tokens."""
        settings = {**self._once(token), "max_threads": "1", "max_insert_threads": "1", "max_execution_time": "0"}
        names = ", ".join(map(quoted, self._columns_of(select, values)))
        self._client.reply(f"INSERT INTO {self.layout.place(table)} ({names})\n{select}", values, "", settings)

    # -- questions --------------------------------------------------------------------------------------------------

    def query(
        self, prepared: Prepared, compiled: Compiled, limits: Limits, output: WholeSink | None, stop: Stop | None = None
    ) -> Result:
        """The rows, or with an `output` what ClickHouse has written in its format.

        Raises DiagnosticError: TL501 when the query fails, TL502 when its time is up; and what the output raises.
        """
        stop, mark = stop or Stop(), str(uuid.uuid4())
        text = statement(prepared.query, self.layout.database)
        values = {name: value.value for name, value in prepared.values.items()}
        format = output.format_name if output is not None else "JSONCompact"
        settings = {**self._bounds(limits), **self._filters(prepared)}
        started = time.perf_counter()
        with stop.ending(lambda: self._stop(mark)):
            if stop.is_set:
                raise DiagnosticError(Diagnostic("TL502", "the query took too long and was stopped"))
            try:
                reply = self._client.reply(text, values, format, settings, mark)
            except DiagnosticError as problem:
                raise prepared.located(problem) from None
        elapsed = time.perf_counter() - started
        if output is None:
            return _rows_of(reply, compiled.columns, elapsed)
        output.whole(reply.data)
        count = _counted(reply.data, format)
        return Result(compiled.columns, (), elapsed, reply.rows_read, reply.bytes_read, sent=count)

    def ask(self, sql: str, values: Mapping[str, object], format: str) -> bytes:
        return self._client.ask(sql, values, format)

    def explain(self, prepared: Prepared) -> tuple[str, str]:
        """The statement, and how it runs."""
        text = statement(prepared.query, self.layout.database)
        values = {name: value.value for name, value in prepared.values.items()}
        return text, self._client.ask(f"EXPLAIN PLAN indexes = 1\n{text}", values, "TSVRaw").decode()

    def _bounds(self, limits: Limits) -> Settings:
        found = {"max_execution_time": "0" if limits.seconds is None else f"{limits.seconds:g}"}
        if limits.rows is not None:
            found |= {"max_result_rows": str(limits.rows), "result_overflow_mode": "throw"}
        return found

    def _filters(self, prepared: Prepared) -> Settings:
        """What the asker may not see is kept back wherever a table is read."""
        filters = {table.physical: table.filter for table in tables_of(prepared.query) if table.filter}
        if not filters:
            return NONE
        parts = [
            f"{literal(f'{self.layout.database}.{table}')}: {literal(condition)}"
            for table, condition in filters.items()
        ]
        return {"additional_table_filters": "{" + ", ".join(parts) + "}"}

    def _stop(self, mark: str) -> None:
        try:
            self._client.stop(mark)
        except DiagnosticError as problem:
            logger.warning("a query could not be stopped: %s", problem)

    # -- words ------------------------------------------------------------------------------------------------------

    def _do(self, sql: str, values: Mapping[str, object] = NONE) -> None:
        self._client.ask(sql, values, "")

    def _text(self, sql: str, values: Mapping[str, object] = NONE) -> str:
        return self._client.ask(sql, values, "TSVRaw").decode().strip()

    def _comments(self) -> dict[str, str]:
        sql = "SELECT name, comment FROM system.tables WHERE database = {d:String} AND engine != 'MaterializedView'"
        lines = self._client.ask(sql, {"d": self.layout.database}, "JSONCompactEachRow").splitlines()
        return {str(name): str(comment) for name, comment in map(orjson.loads, lines)}

    def _types(self, table: str) -> dict[str, str]:
        sql = (
            "SELECT name, type FROM system.columns WHERE database = {d:String} AND table = {t:String} ORDER BY position"
        )
        values = {"d": self.layout.database, "t": table}
        lines = self._client.ask(sql, values, "JSONCompactEachRow").splitlines()
        return {str(name): str(type_) for name, type_ in map(orjson.loads, lines)}

    def _columns_of(self, select: str, values: Mapping[str, object]) -> list[str]:
        lines = self._client.ask(f"DESCRIBE TABLE (\n{select}\n)", values, "JSONCompactEachRow").splitlines()
        return [str(orjson.loads(line)[0]) for line in lines]


def _check_cluster(client: Client, cluster: str) -> None:
    known = client.ask("SELECT DISTINCT cluster FROM system.clusters", {}, "TSVRaw").decode().split()
    if cluster not in known:
        named = f"it knows {', '.join(sorted(known))}" if known else "it knows none"
        raise unusable(f"ClickHouse knows no cluster {cluster}", named)


def plain(source: Datasource) -> Datasource:
    """The same columns in a table that keeps every row, in the order of coming."""
    engine = replace(
        source.engine, name="MergeTree", sorting_key=(), primary_key=(), partition_key=None, sampling_key=None,
        ttl=None, settings=None, version=None, is_deleted=None, sign=None, summed=(),
    )  # fmt: skip
    return replace(source, engine=engine, indexes=())


def _in_order(tables: Sequence[str], views: Sequence[View], names: Callable[[str], str]) -> Iterator[str]:
    """Each behind those that its rows are made of."""
    made_of = {table: {names(v.source.name) for v in views if names(v.target.name) == table} for table in tables}
    yield from (table for table in TopologicalSorter(made_of).static_order() if table in made_of)


def _carried(name: str, have: str, wanted: str) -> str:
    """A column as its new type: an error where a number would wrap."""
    if have == wanted:
        return quoted(name)
    value = f"accurateCast({quoted(name)}, {literal(wanted)})"
    if "Nullable(" in have and "Nullable(" not in wanted:
        there = f"accurateCast(assumeNotNull({quoted(name)}), {literal(wanted)})"
        value = f"if({quoted(name)} IS NULL, defaultValueOfTypeName({literal(wanted)}), {there})"
    return f"{value} AS {quoted(name)}"


def _bare(type_: str) -> str:
    return type_.replace(" ", "")


def _rows_of(reply: Reply, columns: tuple[Column, ...], elapsed: float) -> Result:
    """Values as JSON has them."""
    body = json.loads(reply.data.decode("utf-8", "replace"))
    rows, totals = [tuple(row) for row in body["data"]], body.get("totals")
    return Result(
        columns, rows, elapsed, reply.rows_read, reply.bytes_read, body.get("rows_before_limit_at_least"),
        totals=tuple(totals) if totals else None,
    )  # fmt: skip


def _counted(data: bytes, format: str) -> int:
    """Rows of an answer, as far as its format tells."""
    if format in _DOCUMENTS:
        found = _COUNT.findall(data[-_SHORT:])
        return int(found[-1]) if found else 0
    return data.count(b"\n") if format in _LINES else 0
