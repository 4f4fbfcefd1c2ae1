"""What can stand in FROM: data sources, nodes, common tables, subqueries, VALUES, table functions."""

from __future__ import annotations

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.clauses.final import final_select
from tinylite.sql.clauses.merging import merges_rows
from tinylite.sql.clauses.row_filter import visible
from tinylite.sql.clauses.settings import is_on
from tinylite.sql.clauses.table_functions import SYSTEM_TABLES, endless_numbers, table_function, values
from tinylite.sql.errors import Fault
from tinylite.sql.parse import table_name
from tinylite.sql.physical import quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import FromItem, Relation, Scope, from_item, outputs


def table_relation(table: Table, scope: Scope) -> Relation:
    scope.context.tables.add(table.physical)
    columns = outputs((column.name, column.type) for column in table.columns)
    return Relation(quoted(table.physical), columns, is_name=True)


def lower_table(node: exp.Expr, scope: Scope) -> tuple[str, FromItem]:
    """The text of one item of FROM, and its columns. Raises Fault."""
    final = isinstance(node, exp.Final)
    if isinstance(node, exp.Final):
        node = node.this
    if node.args.get("sample") is not None:
        raise Fault("TL406", "SAMPLE is not supported: which rows it takes is up to ClickHouse's storage", node,
                    hint="write the share as a condition, as in WHERE cityHash64(user_id) % 10 = 0")  # fmt: skip
    relation, name = _relation(node, scope, final)
    alias = node.alias or name
    sql_alias = scope.context.unique(alias if alias.isidentifier() else "t")
    names = node.args["alias"].columns if isinstance(node.args.get("alias"), exp.TableAlias) else []
    item = from_item(alias, sql_alias, relation.columns)
    item.name, item.totals = name, relation.totals
    item.is_query = isinstance(node, exp.Subquery) or scope.cte(name) is not None
    if names:
        cells = list(item.columns.values())
        item.columns = {column.name: cell for column, cell in zip(names, cells, strict=False)}
    return f"{relation.from_item} AS {quoted(sql_alias)}", item


def _relation(node: exp.Expr, scope: Scope, final: bool) -> tuple[Relation, str]:
    if isinstance(node, exp.Subquery):
        return scope.context.lower_query(node.this, scope.child(correlated=False)), ""
    if isinstance(node, exp.Values):
        return values(node, scope), ""
    if not isinstance(node, exp.Table):
        raise Fault("TL406", f"{type(node).__name__} is not supported in FROM", node)
    if isinstance(node.this, exp.Anonymous | exp.Func):
        return table_function(node.this, scope), str(node.this.name or node.this.this)
    name = table_name(node)
    return named_relation(name, node, scope, final), node.name


def named_relation(name: str, node: exp.Expr, scope: Scope, final: bool = False) -> Relation:
    relation = scope.cte(name) or SYSTEM_TABLES.get(name)
    if relation is not None and relation is SYSTEM_TABLES.get("system.numbers"):
        return endless_numbers(node, scope)
    if relation is not None:
        return relation
    meaning = scope.query.reads.get(name)
    if meaning is None:
        raise Fault("TL402", f"unknown table {name}", node, did_you_mean(name, scope.query.reads))
    if isinstance(meaning, Table):
        return stored_relation(meaning, node, scope, final)
    return scope.context.lower_named(meaning, scope.context)


def stored_relation(table: Table, node: exp.Expr, scope: Scope, final: bool = False) -> Relation:
    """The rows of a stored table that the asker may see. A Join is always read as its engine leaves it."""
    relation = table_relation(table, scope)
    if final and table.join_keys:
        raise Fault("TL406", f"{table.name} is a Join: FINAL has no meaning for it", node, "leave FINAL out")
    if final or table.join_keys or (is_on(scope.settings, "final") and merges_rows(table)):
        relation = final_select(table, relation, scope)
    return visible(table, relation, scope) if table.filter else relation
