"""How rows go into the table of a data source: in the order of its sorting key, with the DEFAULTs that they lack, and
merged among themselves as its engine says. ClickHouse does that too (its setting optimize_on_insert): of one block a
ReplacingMergeTree keeps the last row of a key, an AggregatingMergeTree one state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from tinylite.datafile.model import Column, Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.engine.duckdb.ddl import columns_of
from tinylite.project.tables import table as stored
from tinylite.sql import compile_expression, compile_merge
from tinylite.sql.casts import cast
from tinylite.sql.physical import duckdb_type, quoted
from tinylite.sql.typed import Typed

ORDER = "order of insertion"
"""A column beside those of a table: none of them has such a name."""
BLOCK = "rows that come"
"""The rows of one insertion, with a `rowid`: no table has such a name."""


@dataclass(frozen=True, slots=True)
class Insertion:
    """Into `table`, the name in the engine. ClickHouse's Null engine keeps nothing: its rows are only passed on."""

    table: str
    columns: str
    order: str
    keeps: bool
    first: str = ""
    """The first expression of the sorting key, if there is one."""
    merged: str = ""
    """A SELECT of what the engine's merge leaves of the rows in BLOCK, or ""."""
    names: tuple[str, ...] = ()
    """Of the columns, quoted."""
    known_by: tuple[str, ...] = ()
    """Quoted key columns of a Join that keeps the first row of each key: a key that is there already is left out."""
    are_older: bool = False
    """The rows come after others, but are older: with a key that is there already they take its place."""

    def sql(self, rows: str) -> str:
        """`rows` is what stands behind FROM: a table with the columns of the data source."""
        into, select = f"INSERT INTO {quoted(self.table)} ({self.columns})", f"SELECT {self.columns} FROM"
        # DuckDB's order says nothing of equals, and which of two rows with one key came last is what merges go by.
        place, number = quoted(ORDER), "row_number() OVER ()"
        if self.merged:
            block = f"WITH {quoted(BLOCK)} AS MATERIALIZED (SELECT *, {number} AS rowid FROM {rows})"
            order = f"{self.order}, {place}" if self.order else f" ORDER BY {place}"
            if self.known_by:
                return self._unless_known(into, block, f"{select} ({self.merged}) AS b", order)
            return f"{into} {block} {select} ({self.merged}){order}"
        if not self.order:
            return f"{into} {select} {rows}"
        return f"{into} {select} (SELECT *, {number} AS {place} FROM {rows}){self.order}, {place}"

    def _unless_known(self, into: str, block: str, rows: str, order: str) -> str:
        table = quoted(self.table)
        same = " AND ".join(f"t.{key} = b.{key}" for key in self.known_by)
        if not self.are_older:
            return f"{into} {block} {rows} WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {same}){order}"
        cells = ", ".join(f"{name} = b.{name}" for name in self.names)
        made = ", ".join(f"b.{name}" for name in self.names)
        return (f"MERGE INTO {table} AS t USING ({block} {rows}{order}) AS b ON {same} WHEN MATCHED THEN UPDATE SET "
                f"{cells} WHEN NOT MATCHED THEN INSERT ({self.columns}) VALUES ({made})")  # fmt: skip


def insertion(datasource: Datasource, table: str) -> Insertion:
    """Sorted on the way in, so that row groups prune."""
    names = tuple(quoted(column.name) for column in datasource.columns)
    keys = _keys(datasource)
    order = f" ORDER BY {', '.join(keys)}" if keys else ""
    keeps = datasource.engine.name != "Null"
    made, merged = stored(datasource, table), _merged(datasource)
    known_by = tuple(map(quoted, made.join_keys)) if made.first_of_key and merged else ()
    return Insertion(table, ", ".join(names), order, keeps, keys[0] if keys else "", merged, names, known_by)


def _merged(datasource: Datasource) -> str:
    """Rows that can't be merged here are merged later; `check` has told why."""
    engine = datasource.engine
    if engine.name.removeprefix("Replicated") in ("MergeTree", "Null") or datasource.column("rowid") is not None:
        return ""
    try:
        return merged_rows(datasource, BLOCK)
    except DiagnosticError:
        return ""


def merged_rows(datasource: Datasource, table: str) -> str:
    """A SELECT of what the engine's merge leaves of a table, with ORDER: partitions stay apart.

    Raises DiagnosticError for engines that merge nothing, and when a key can't be compiled.
    """
    key = datasource.engine.partition_key
    return compile_merge(stored(datasource, table), [key.value] if key else [], ORDER)


def block_of(source: str, deployment: str = "") -> str:
    """The temporary table of the rows that a data source has just got, in the live deployment or another one. No
    resource has such a name.
    """
    return f"rows of {source} in {deployment}" if deployment else f"rows of {source}"


def with_defaults(rows: str, datasource: Datasource, columns: Iterable[Column]) -> str:
    """`rows` is a SELECT that has NULL where a value is to come from the DEFAULT.

    Raises DiagnosticError when a DEFAULT can't be compiled.
    """
    for name, default in _defaults(datasource, columns):
        rows = f"SELECT * REPLACE (coalesce({name}, {default}) AS {name}) FROM ({rows})"
    return rows


def completed(rows: str, datasource: Datasource, given: Collection[str]) -> str:
    """`rows` is a SELECT of all columns, with something in the place of those that are not given: their DEFAULTs.

    Raises DiagnosticError when a DEFAULT can't be compiled.
    """
    absent = [column for column in datasource.columns if column.name not in given]
    for name, default in _defaults(datasource, absent):
        rows = f"SELECT * REPLACE ({default} AS {name}) FROM ({rows})"
    return rows


def _defaults(datasource: Datasource, columns: Iterable[Column]) -> list[tuple[str, str]]:
    """Quoted columns with their DEFAULTs: one that reads others comes after them."""
    found = {quoted(c.name): _default(datasource, c) for c in columns if c.default is not None}
    needs = {name: {other for other in found if other != name and other in sql} for name, sql in found.items()}
    try:
        return [(name, found[name]) for name in TopologicalSorter(needs).static_order()]
    except CycleError as problem:
        message = f"the DEFAULTs of {', '.join(dict.fromkeys(problem.args[1]))} need each other".replace('"', "")
        raise DiagnosticError(Diagnostic("TL203", message, datasource.columns[0].span)) from None


def _default(datasource: Datasource, column: Column) -> str:
    assert column.default is not None
    compiled = compile_expression(Source(column.default.span.source.path, column.default.value), columns_of(datasource))
    value = cast(Typed(compiled.sql, compiled.type), column.type.plain)
    return f"CAST({value.value} AS {duckdb_type(column.type)})"


def _keys(datasource: Datasource) -> list[str]:
    keys = []
    for key in datasource.engine.sorting_key:
        try:
            compiled = compile_expression(Source(key.span.source.path, key.value), columns_of(datasource))
        except DiagnosticError:
            # An order that can't be computed here costs speed, not truth: `check` has told of it.
            return []
        keys.append(compiled.sql)
    return keys
