"""The rows of a table that the asker may see."""

from __future__ import annotations

from tinylite.sql.parse import parse_expression
from tinylite.sql.physical import quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import Relation, Scope, from_item


def visible(table: Table, relation: Relation, scope: Scope) -> Relation:
    """The relation without the rows that `table.filter` keeps back. Raises Fault.

    The condition sees the table's columns only, none of the query's names.
    """
    alias = scope.context.unique("v")
    inner = scope.child(correlated=False)
    inner.items = [from_item(table.name, alias, relation.columns)]
    condition = inner.lower(parse_expression(table.filter)).condition
    columns = ", ".join(f"{quoted(alias)}.{quoted(column.physical)}" for column in relation.columns)
    sql = f"SELECT {columns} FROM {relation.from_item} AS {quoted(alias)} WHERE {condition}"
    return Relation(sql, relation.columns)
