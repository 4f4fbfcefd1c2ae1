"""FINAL: what a table would hold if all its parts were merged now."""

from __future__ import annotations

from tinylite.sql.clauses.merging import Merge, merged_rows
from tinylite.sql.physical import quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import Relation, Scope, from_item


def final_select(table: Table, relation: Relation, scope: Scope) -> Relation:
    """Raises Fault for engines that merge nothing."""
    return Relation(merged_rows(_merge(table, relation, scope, (), final=True)), relation.columns)


def merge_select(table: Table, relation: Relation, scope: Scope, within: tuple[str, ...], order: str = "") -> Relation:
    """What a merge in the background leaves of the table. Rows that differ in the ClickHouse expressions `within` (the
    partition key) stay apart. Raises Fault for engines that merge nothing."""
    merge = _merge(table, relation, scope, within, final=False, order=order)
    return Relation(merged_rows(merge), relation.columns)


def _merge(
    table: Table, relation: Relation, scope: Scope, within: tuple[str, ...], *, final: bool, order: str = ""
) -> Merge:
    from tinylite.sql.parse import parse_expression

    alias = scope.context.unique("f")
    inner = scope.child(correlated=False)
    inner.items = [from_item(table.name, alias, relation.columns)]
    keys = [inner.lower(parse_expression(text)).value for text in (*within, *table.sorting_key)]
    return Merge(
        table=table,
        # Rows are found by a column: DuckDB 2.0 fails where one statement both shows `rowid` and takes the first by it.
        source=f"(SELECT *, rowid AS {quoted(order)} FROM {relation.sql})" if order else relation.sql,
        alias=alias,
        columns=relation.columns,
        # A constant, such as tuple(), groups nothing.
        keys=tuple(dict.fromkeys(key for key in keys if alias in key)),
        key_columns=frozenset(text.strip("` ") for text in (*within, *table.sorting_key)),
        final=final,
        unique=scope.context.unique,
        order=order,
    )
