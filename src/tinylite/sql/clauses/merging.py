"""What the rows of a table become when its engine merges them: a SELECT for each of the *MergeTree engines.

The same SELECT serves `FROM t FINAL` and a merge in the background; they differ in what is left over (a deleted row of
ReplacingMergeTree and a lone cancelling row of CollapsingMergeTree stay in the table, and FINAL does not show them).
Rows are in the order of DuckDB's `rowid`, which is that of insertion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinylite.sql.aggregates.combinators import combine, stack_of_state, value
from tinylite.sql.aggregates.rows import Grouped, Unique
from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type, quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import Output
from tinylite.sql.typed import Typed


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge. `source` is what to read, called `alias`; `keys` are DuckDB texts over it, and `key_columns` the names
    of the columns among them. `final` leaves out what a reader does not see. `order`, if any, names one more column of
    the result: the `rowid` that the row has its place from."""

    table: Table
    source: str
    alias: str
    columns: tuple[Output, ...]
    keys: tuple[str, ...]
    key_columns: frozenset[str]
    final: bool
    unique: Unique
    order: str = ""

    def column(self, name: str) -> str:
        return f"{quoted(self.alias)}.{quoted(name)}"

    @property
    def rowid(self) -> str:
        return self.column(self.order) if self.order else f"{quoted(self.alias)}.rowid"

    @property
    def names(self) -> str:
        return ", ".join(self.column(column.physical) for column in self.columns)

    def partition(self, *more: str, order: str = "") -> str:
        keys = ", ".join((*self.keys, *more))
        parts = [f"PARTITION BY {keys}"] if keys else []
        return " ".join([*parts, f"ORDER BY {order}"] if order else parts)

    def select(self, qualify: str) -> str:
        placed = self.placed(self.rowid)
        return f"SELECT {self.names}{placed} FROM {self.source} AS {quoted(self.alias)} QUALIFY {qualify}"

    def placed(self, rowid: str) -> str:
        """One more item of a SELECT."""
        return f", {rowid} AS {quoted(self.order)}" if self.order else ""


def merges_rows(table: Table) -> bool:
    return table.engine.removeprefix("Replicated") in _ENGINES


def merged_rows(merge: Merge) -> str:
    """A DuckDB SELECT of the table's columns. Raises Fault for engines that merge nothing."""
    build = _ENGINES.get(merge.table.engine.removeprefix("Replicated"))
    if build is None:
        raise Fault("TL406", f"{merge.table.name} is a {merge.table.engine}: FINAL has no meaning for it",
                    hint="leave FINAL out")  # fmt: skip
    return build(merge)


def _replacing(merge: Merge) -> str:
    """The row with the highest version of each key; of equals, and without a version, the last inserted one."""
    version = merge.table.version
    order = [f"{merge.column(version)} DESC"] if version else []
    latest = f"row_number() OVER ({merge.partition(order=', '.join([*order, f'{merge.rowid} DESC']))}) = 1"
    sql = merge.select(latest)
    if merge.table.is_deleted and merge.final:
        return f"SELECT * FROM ({sql}) WHERE {quoted(merge.table.is_deleted)} = 0"
    return sql


def _summing(merge: Merge) -> str:
    """Sums of the numbers outside of the key; a row whose sums are all zero is dropped. Other columns keep the first
    row's value."""
    summed = _summed(merge)
    maps = _summed_maps(merge, summed)
    items, zeros = [], []
    for column in merge.columns:
        if column.name in maps:
            text = maps[column.name]
            zeros.append(f"len({quoted(column.physical)}) = 0")
        elif column.type.is_state:
            text = _merged(merge, column)
        elif column.name in summed:
            text = _as_is(merge, column, "sumWithOverflow")
            zeros.append(f"coalesce({quoted(column.physical)} = 0, true)")
        else:
            text = _first(merge, column)
        items.append((text, column))
    sql = _grouped(merge, items)
    if any(column.type.name == "AggregateFunction" for column in merge.columns) or not zeros:
        return sql
    return f"SELECT * FROM ({sql}) WHERE NOT ({' AND '.join(zeros)})"


def _summed(merge: Merge) -> frozenset[str]:
    """The columns that are summed: those the engine names, else every number outside of the key."""
    named = merge.table.summed
    return frozenset(
        column.name
        for column in merge.columns
        if column.name not in merge.key_columns
        and (column.name in named or column.name.split(".")[0] in named or not named)
        and (column.type.is_number or column.type.name == "Array")
    )


def _summed_maps(merge: Merge, summed: frozenset[str]) -> dict[str, str]:
    """The arrays of a Nested column called …Map: the first holds keys, the others are summed by them."""
    groups: dict[str, list[Output]] = {}
    for column in merge.columns:
        outer, dot, _ = column.name.partition(".")
        if dot and outer.endswith("Map") and column.name in summed and column.type.name == "Array":
            groups.setdefault(outer, []).append(column)
    texts: dict[str, str] = {}
    for columns in groups.values():
        if len(columns) < 2:
            continue
        args = tuple(Typed(merge.column(column.physical), column.type) for column in columns)
        sums = value(stack_of_state("sumMapWithOverflow", (), merge.unique), args, Grouped()).finished
        for place, column in enumerate(columns, start=1):
            texts[column.name] = f"CAST(struct_extract({sums}, '{place}') AS {duckdb_type(column.type)})"
    return texts


def _aggregating(merge: Merge) -> str:
    """States and simple states merged; other columns outside of the key keep the first row's value."""
    items = []
    for column in merge.columns:
        if column.type.is_state:
            items.append((_merged(merge, column), column))
        else:
            items.append((_first(merge, column), column))
    return _grouped(merge, items)


def _grouped(merge: Merge, items: Sequence[tuple[str, Output]]) -> str:
    shown = ", ".join(f"{text} AS {quoted(column.physical)}" for text, column in items)
    group = f" GROUP BY {', '.join(merge.keys)}" if merge.keys else " HAVING count(*) > 0"
    placed = merge.placed(f"min({merge.rowid})")
    return f"SELECT {shown}{placed} FROM {merge.source} AS {quoted(merge.alias)}{group}"


def _first(merge: Merge, column: Output) -> str:
    text = merge.column(column.physical)
    return text if text in merge.keys else f"first({text} ORDER BY {merge.rowid})"


def _merged(merge: Merge, column: Output) -> str:
    type_ = column.type
    if type_.simple is not None:
        return _as_is(merge, column, type_.simple.function)
    rows = Grouped(order=merge.rowid)
    stack = stack_of_state(str(type_.params[0]), (), merge.unique)
    return combine(stack, (Typed(merge.column(column.physical), type_),), rows).sql


def _as_is(merge: Merge, column: Output, function: str) -> str:
    """An aggregate of a column, in the column's own type."""
    stack = stack_of_state(function, (), merge.unique)
    outcome = value(stack, (Typed(merge.column(column.physical), column.type),), Grouped(order=merge.rowid))
    return f"CAST({outcome.finished} AS {duckdb_type(column.type)})"


def _collapsing(merge: Merge) -> str:
    """Rows of opposite sign cancel each other: of each key the last row with sign 1 is left, or a -1 without its 1."""
    sign = merge.column(_sign(merge.table))
    over = f"OVER ({merge.partition()})"
    positive, negative = (f"count(*) FILTER ({sign} = {one}) {over}" for one in ("1", "-1"))
    last_positive = f"max({merge.rowid}) FILTER ({sign} = 1) {over}"
    uneven = f"({last_positive} = max({merge.rowid}) {over} OR {positive} <> {negative})"
    kept = f"({merge.rowid} = {last_positive} AND {positive} >= {negative})"
    if not merge.final:
        first_negative = f"min({merge.rowid}) FILTER ({sign} = -1) {over}"
        kept = f"({kept} OR ({merge.rowid} = {first_negative} AND {positive} <= {negative}))"
    return merge.select(f"{uneven} AND {kept}")


def _versioned_collapsing(merge: Merge) -> str:
    """Rows of one key and version cancel like brackets; those without a partner are left."""
    table = merge.table
    if not table.version:
        raise Fault("TL406", f"{table.name}: VersionedCollapsingMergeTree needs a version column")
    sign, version = merge.column(_sign(table)), merge.column(table.version)
    depth, order = quoted("_depth"), quoted("_order")
    running = f"sum({sign}) OVER ({merge.partition(version, order=merge.rowid)})"
    place = quoted(merge.unique("g"))
    group = f"rank() OVER (ORDER BY {', '.join((*merge.keys, version))})"
    inner = (f"SELECT {merge.names}, {running} AS {depth}, {merge.rowid} AS {order}, {group} AS {place} "
             f"FROM {merge.source} AS {quoted(merge.alias)}")  # fmt: skip
    later = f"OVER (PARTITION BY {place} ORDER BY {order} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
    bare = quoted(_sign(table))
    kept = (f"({bare} > 0 AND {depth} > 0 AND min({depth}) {later} >= {depth}) OR "
            f"({bare} < 0 AND {depth} < 0 AND max({depth}) {later} <= {depth})")  # fmt: skip
    names = ", ".join(quoted(column.physical) for column in merge.columns)
    return f"SELECT {names}{merge.placed(order)} FROM ({inner}) QUALIFY {kept}"


def _sign(table: Table) -> str:
    if not table.sign:
        raise Fault("TL406", f"{table.name}: {table.engine} needs a sign column")
    return table.sign


def _joining(merge: Merge) -> str:
    """The first row of each key, or all; a row without a key is never found, and is not kept."""
    keys = [merge.column(column.physical) for column in merge.columns if column.name in merge.table.join_keys]
    found = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    rows = f"SELECT {merge.names}{merge.placed(merge.rowid)} FROM {merge.source} AS {quoted(merge.alias)}"
    kept = f"{rows} WHERE {found}" if found else rows
    if not merge.table.first_of_key:
        return kept
    first = f"row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY {merge.rowid}) = 1"
    return f"{kept} QUALIFY {first}" if keys else kept


_ENGINES: dict[str, Callable[[Merge], str]] = {
    "ReplacingMergeTree": _replacing,
    "SummingMergeTree": _summing,
    "AggregatingMergeTree": _aggregating,
    "CollapsingMergeTree": _collapsing,
    "VersionedCollapsingMergeTree": _versioned_collapsing,
    "Join": _joining,
}
