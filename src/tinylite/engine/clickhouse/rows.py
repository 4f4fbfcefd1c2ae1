"""The rows of data sources in ClickHouse: tables made and changed, blocks taken once, questions answered."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Limits, Result, Stop, WholeSink
from tinylite.engine.clickhouse.answer import counted, rows_of
from tinylite.engine.clickhouse.clients import NONE, Client, Embedded, Server, Settings, known_settings
from tinylite.engine.clickhouse.ddl import LENIENT, view_select
from tinylite.engine.clickhouse.engine import SETTINGS, check_version
from tinylite.engine.clickhouse.errors import unusable
from tinylite.engine.clickhouse.layout import Layout, is_ours, mark_of
from tinylite.engine.clickhouse.schema import bare, carried, in_order
from tinylite.engine.clickhouse.statement import literal, statement
from tinylite.project import View
from tinylite.project.program import Prepared
from tinylite.sql import Compiled, Query
from tinylite.types.model import backquoted

logger = logging.getLogger("tinylite.engine")
DEFAULT_DATABASE = "tinylite"
SERVING = {
    **{name: value for name, value in SETTINGS.items() if name != "max_threads"},
    "output_format_pretty_color": "0",
    # An error in the last row is an error, and no half answer.
    "wait_end_of_query": "1",
}
Stoppable = Callable[[Callable[[], None]], None]
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
                changed += [f"~{c}" for c in fresh if c in have and bare(have[c]) != bare(fresh[c])]
                found.append(Change(table, "changed", tuple(changed)))
        return found

    def apply(
        self,
        sources: Sequence[tuple[Datasource, str]],
        views: Sequence[View],
        tables: Callable[[str], str],
    ) -> list[Change]:
        """Makes tables and views fit; rows stay. Targets that are new are filled with what their views make of what
        the sources hold. Nothing may be inserted meanwhile. Safe to begin again after a crash.

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
        # Views into other tables are other deployments'.
        own = {table for _, table in sources}
        there = {name for name, target in self.views().items() if target in own}
        gone = there & stale | there - wanted.keys()
        before = {name: self._definition(name) for name in sorted(gone)}
        by_table = {table: source for source, table in sources}
        refilled: dict[str, str] = {}
        exchanged: list[str] = []
        try:
            for table in sorted(changed):
                refilled[table] = self._refilled(by_table[table], table)
            for name in before:
                self._do(self.layout.drop_view(name))
            for table in refilled:
                exchanged.append(table)
                self._exchange(by_table[table], refilled[table], table)
            for table in in_order([table for _, table in sources if table in fresh], views, tables):
                source = by_table[table]
                feeding = [view for view in views if tables(view.target.name) == table]
                self._create(source, table, [] if source.backfill_skip else feeding, tables)
            for name in wanted.keys() - (there - gone):
                view, sql = wanted[name]
                self._do(sql, self.layout.values(view))
        except DiagnosticError:
            # What was there is there again: it goes on being served.
            for name in wanted.keys() - (there - gone):
                self._do(self.layout.drop_view(name))
            for table in exchanged:
                self._exchange(by_table[table], refilled[table], table)
            self.drop(fresh)
            for sql in before.values():
                self._do(sql)
            raise
        finally:
            self.drop(refilled.values())
        return changes

    def _create(self, source: Datasource, table: str, feeding: Sequence[View], tables: Callable[[str], str]) -> None:
        """Fills it under another name first: it is there when it is whole."""
        if not feeding:
            for sql in self.layout.create_table(source, table):
                self._do(sql)
            return
        making = self.beside(table, source, "new")
        for view in feeding:
            # Of no rows an aggregate without keys would make one.
            if self.row_count(tables(view.source.name)):
                select = statement(view.prepared.query, self.layout.database)
                self._insert(making, select, self.layout.values(view), {})
        # A cluster's table over the shards is made for its final name.
        for sql in self.layout.rename(source, making, table):
            self._do(sql)

    def _refilled(self, source: Datasource, table: str) -> str:
        """A table as the data source says, beside the one that has the rows; gives its name."""
        making = self.beside(table, source, "new")
        have, there = self._types(table), self._types(making)
        kept = [column.name for column in source.columns if column.name in have]
        names = ", ".join(map(backquoted, kept))
        cells = ", ".join(carried(name, have[name], there[name]) for name in kept)
        try:
            if kept:
                into = f"INSERT INTO {self.layout.place(making)} ({names})"
                self._do(f"{into} SELECT {cells} FROM {self.layout.place(table)}")
        except DiagnosticError as problem:
            self.drop([making])
            reason = problem.diagnostics[0].message
            message = f"the rows of {source.name} do not fit the new schema: {reason}"
            hint = "change the type back, or add a column of another name"
            raise DiagnosticError(Diagnostic("TL107", message, source.columns[0].span, hint)) from None
        return making

    def _exchange(self, source: Datasource, making: str, table: str) -> None:
        """The comment of a table goes with its rows, but for the one over a cluster's."""
        for sql in (*self.layout.exchange(making, table), *self.layout.recommented(source, table)):
            self._do(sql)

    def _definition(self, name: str) -> str:
        sql = "SELECT create_table_query FROM system.tables WHERE database = {d:String} AND name = {n:String}"
        return self._text(sql, {"d": self.layout.database, "n": name})

    def drop(self, tables: Iterable[str]) -> None:
        """With the views that write to them."""
        tables = list(tables)
        self.drop_views_into(tables)
        for table in tables:
            for sql in self.layout.drop_table(table):
                self._do(sql)

    def views(self) -> dict[str, str]:
        """The materialized views of the database, with the tables that they write to."""
        sql = "SELECT name, comment FROM system.tables WHERE database = {d:String} AND engine = 'MaterializedView'"
        lines = self._client.ask(sql, {"d": self.layout.database}, "JSONCompactEachRow").splitlines()
        return {str(name): self.layout.into(str(comment)) for name, comment in map(orjson.loads, lines)}

    def drop_views_into(self, tables: Iterable[str]) -> None:
        gone = set(tables)
        for name, target in self.views().items():
            if target in gone:
                self._do(self.layout.drop_view(name))

    def drop_database(self) -> None:
        self._do(self.layout.drop_database())

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
        count = self.count(table, condition)
        if count:
            self._do(self.layout.delete(table, condition))
        return count

    def count(self, table: str, condition: str) -> int:
        return int(self._text(f"SELECT count() FROM {self.layout.place(table)} WHERE {condition}"))

    # -- rows in ----------------------------------------------------------------------------------------------------

    def insert(self, table: str, columns: Sequence[str], data: bytes, format: str, token: str) -> str:
        """One block, with what views make of it; a second time with the same token nothing happens.

        A view that fails on it is left out: why is given back, else "". Raises DiagnosticError: TL517 when ClickHouse
        does not answer, TL501 when it refuses: then it has to come again, with the same token.
        """
        settings = self._once(token)
        place, names = self.layout.place(table), list(map(backquoted, columns))
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

    def make(
        self, table: str, target: Datasource, prepared: Prepared, token: str, stop: Stoppable, *, replacing: bool
    ) -> str:
        """The rows of a query in a table of their own, beside the one that they are for; gives its name.

        What is to be added is made once: begun again, it is what it was, so `move` finds the same blocks. `stop` is
        given what ends the query.
        """
        made = f"{table}__{token}"
        if not replacing and made in self._comments():
            return made
        kind = target if replacing else plain(target)
        making, values = self.beside(made, kind, "new"), _values(prepared)
        try:
            self._insert(making, statement(prepared.query, self.layout.database), values, {}, stop)
        except DiagnosticError as problem:
            self.drop([making])
            raise prepared.located(problem) from None
        self.drop([made])
        for sql in self.layout.rename(kind, making, made):
            self._do(sql)
        return made

    def beside(self, table: str, target: Datasource, token: str) -> str:
        """An empty table for rows that are to be those of another one; gives its name."""
        making = f"{table}__{token}"
        self.drop([making])
        for sql in self.layout.create_table(target, making):
            self._do(sql)
        return making

    def move(
        self,
        made: str,
        table: str,
        target: Datasource,
        token: str,
        views: Sequence[tuple[View, str]],
        *,
        replacing: bool,
    ) -> int:
        """The rows of a table beside it into the table, through its views: added, once for a token, or at once in the
        place of those that it has, which then lie beside it. `views` are the table's, each with its target's table.
        """
        count = self.row_count(made)
        if not replacing:
            names = ", ".join(backquoted(column.name) for column in target.columns)
            self._pass_on(f"SELECT {names} FROM {self.layout.place(made)}", table, token, NONE)
            return count
        for sql in self.layout.exchange(made, table):
            self._do(sql)
        for view, into in views:
            select = view_select(view, self.layout.database, self.layout.rows_table(table))
            self._pass_on(select, into, f"{token}/{view.name}", self.layout.values(view))
        return count

    def fill(
        self,
        table: str,
        target: Datasource,
        feeding: Sequence[View],
        token: str,
        stop: Stoppable,
        views: Sequence[tuple[View, str]],
    ) -> int:
        """A target from what the sources of its views hold, at once in the place of what it holds."""
        making = self.beside(table, target, "new")
        for view in feeding:
            values = self.layout.values(view)
            self._insert(making, statement(view.prepared.query, self.layout.database), values, {}, stop)
        count = self.move(making, table, target, token, views, replacing=True)
        self.drop([making])
        return count

    # -- deployments ------------------------------------------------------------------------------------------------

    def snapshot(self, source: Datasource, table: str, token: str) -> str:
        """What a table holds now, in one of its own that nothing comes to; gives its name."""
        taken = self.beside(table, source, token)
        if source.engine.name.endswith("MergeTree"):
            self._do(self.layout.share(table, taken))
        return taken

    def take(self, table: str, other: ClickHouseRows, there: str, *, last: bool) -> None:
        """What a table of another database of this server holds, without copying; only the `last` partition."""
        which = "ALL"
        if last:
            values = {"d": other.layout.database, "t": other.layout.rows_table(there)}
            parts = "system.parts WHERE active AND database = {d:String} AND table = {t:String}"
            which = f"ID {literal(self._text(f'SELECT max(partition_id) FROM {parts}', values))}"
        if which != "ID ''":
            self._do(self.layout.attach(table, other.layout.place(other.layout.rows_table(there)), which))

    def create(self, source: Datasource, table: str) -> None:
        for sql in self.layout.create_table(source, table):
            self._do(sql)

    def create_views(self, views: Iterable[View], tables: Callable[[str], str]) -> None:
        for view in views:
            _, sql = self.layout.create_view(view, tables(view.source.name), tables(view.target.name))
            self._do(sql, self.layout.values(view))

    def carry(self, query: Query, into: str, stop: Stoppable) -> None:
        """The rows of a query into a table, and through its views."""
        self._insert(into, statement(query, self.layout.database), NONE, {}, stop)

    def carry_columns(self, source: Datasource, taken: str, into: str, stop: Stoppable) -> None:
        """The columns that both tables have, as the types of the other one: an error where a number would wrap."""
        have, there = self._types(taken), self._types(into)
        names = [column.name for column in source.columns if column.name in have]
        cells = ", ".join(carried(name, have[name], there[name]) for name in names)
        if not names:
            # There are still so many rows; the others are filled in by their DEFAULTs.
            column = min(source.columns, key=lambda column: column.default is not None)
            value = (
                f"({column.default})" if column.default else f"defaultValueOfTypeName({literal(there[column.name])})"
            )
            cells = f"{value} AS {backquoted(column.name)}"
        self._insert(into, f"SELECT {cells} FROM {self.layout.place(taken)}", NONE, {}, stop)

    def pass_through(self, view: View, taken: str, into: str, stop: Stoppable) -> None:
        """What a view makes of the rows of a table that stands for its source."""
        select = view_select(view, self.layout.database, self.layout.rows_table(taken))
        if self.row_count(taken):
            self._insert(into, select, self.layout.values(view), {}, stop)

    def _insert(
        self, table: str, select: str, values: Mapping[str, object], settings: Settings, stop: Stoppable | None = None
    ) -> None:
        mark = str(uuid.uuid4())
        names = ", ".join(map(backquoted, self._columns_of(select, values)))
        if stop is not None:
            stop(lambda: self._stop(mark))
        sql = f"INSERT INTO {self.layout.place(table)} ({names})\n{select}"
        self._client.reply(sql, values, "", {"max_execution_time": "0", **settings}, mark)

    def _pass_on(self, select: str, table: str, token: str, values: Mapping[str, object]) -> None:
        """The same rows in the same order give the same blocks, and so the same tokens."""
        self._insert(table, select, values, {**self._once(token), "max_threads": "1", "max_insert_threads": "1"})

    def lines(self, query: Query, values: Mapping[str, object], stop: Stoppable) -> bytes:
        """The answer of a query as JSON arrays, a line a row, with all that JSON itself has no way to write as text."""
        mark = str(uuid.uuid4())
        stop(lambda: self._stop(mark))
        settings = {"max_execution_time": "0", "output_format_json_quote_denormals": "1"}
        text = statement(query, self.layout.database)
        return self._client.reply(text, values, "JSONCompactEachRow", settings, mark).data

    # -- questions --------------------------------------------------------------------------------------------------

    def query(
        self, prepared: Prepared, compiled: Compiled, limits: Limits, output: WholeSink | None, stop: Stop | None = None
    ) -> Result:
        """The rows, or with an `output` what ClickHouse has written in its format.

        Raises DiagnosticError: TL501 when the query fails, TL502 when its time is up; and what the output raises.
        """
        stop, mark = stop or Stop(), str(uuid.uuid4())
        text = statement(prepared.query, self.layout.database)
        values = _values(prepared)
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
            return rows_of(reply, compiled.columns, elapsed)
        output.whole(reply.data)
        count = counted(reply.data, format)
        return Result(compiled.columns, (), elapsed, reply.rows_read, reply.bytes_read, sent=count)

    def ask(self, sql: str, values: Mapping[str, object], format: str) -> bytes:
        return self._client.ask(sql, values, format)

    def explain(self, prepared: Prepared) -> tuple[str, str]:
        """The statement, and how it runs."""
        text = statement(prepared.query, self.layout.database)
        values = _values(prepared)
        return text, self._client.ask(f"EXPLAIN PLAN indexes = 1\n{text}", values, "TSVRaw").decode()

    def _bounds(self, limits: Limits) -> Settings:
        found = {"max_execution_time": "0" if limits.seconds is None else f"{limits.seconds:g}"}
        if limits.rows is not None:
            found |= {"max_result_rows": str(limits.rows), "result_overflow_mode": "throw"}
        return found

    def _filters(self, prepared: Prepared) -> Settings:
        """What the asker may not see is kept back wherever a table is read."""
        filters = {table.physical: table.filter for table in prepared.query.tables() if table.filter}
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
        ttl=None, settings=None, version=None, is_deleted=None, sign=None, summed=(), join=None,
    )  # fmt: skip
    return replace(source, engine=engine, indexes=())


def _values(prepared: Prepared) -> dict[str, object]:
    return {name: value.value for name, value in prepared.values.items()}
