"""FINAL: what a table would hold if all its parts were merged now."""

from __future__ import annotations

from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import Relation, Scope, from_item


def final_select(table: Table, relation: Relation, scope: Scope) -> Relation:
    """Raises Fault for engines whose merge is not known here."""
    if table.engine == "ReplacingMergeTree":
        return _replacing(table, relation, scope)
    if table.engine in ("MergeTree", "Null"):
        raise Fault("TL406", f"{table.name} is a {table.engine}: FINAL has no meaning for it", hint="leave FINAL out")
    raise Fault("TL406", f"FINAL over {table.engine} is not supported")


def sorting_key(table: Table, relation: Relation, alias: str, scope: Scope) -> list[str]:
    """The key's expressions over the table, as DuckDB texts."""
    from tinylite.sql.parse import parse_expression

    inner = scope.child(correlated=False)
    inner.items = [from_item(table.name, alias, relation.columns)]
    return [inner.lower(parse_expression(text)).value for text in table.sorting_key]


def _replacing(table: Table, relation: Relation, scope: Scope) -> Relation:
    """The row with the highest version of each key, the last inserted one without a version."""
    alias = scope.context.unique("f")
    keys = sorting_key(table, relation, alias, scope)
    order = [f"{quoted(alias)}.{quoted(table.version)} DESC"] if table.version else []
    order.append(f"{quoted(alias)}.rowid DESC")
    partition = f"PARTITION BY {', '.join(keys)} " if keys else ""
    latest = f"row_number() OVER ({partition}ORDER BY {', '.join(order)}) = 1"
    names = ", ".join(f"{quoted(alias)}.{quoted(column.physical)}" for column in relation.columns)
    sql = f"SELECT {names} FROM {relation.sql} AS {quoted(alias)} QUALIFY {latest}"
    if table.is_deleted:
        sql = f"SELECT * FROM ({sql}) WHERE {quoted(table.is_deleted)} = 0"
    return Relation(sql, relation.columns)
