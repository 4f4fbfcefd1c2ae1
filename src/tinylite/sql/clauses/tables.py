"""What can stand in FROM: data sources, nodes, common tables, subqueries, VALUES, table functions."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.casts import coerce
from tinylite.sql.clauses.final import final_select
from tinylite.sql.clauses.row_filter import visible
from tinylite.sql.errors import Fault
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.literals import literal
from tinylite.sql.parse import table_name
from tinylite.sql.physical import quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import FromItem, Output, Relation, Scope, from_item
from tinylite.types import Type
from tinylite.types.model import UINT8, UINT64


def outputs(columns: Iterable[tuple[str, Type]]) -> tuple[Output, ...]:
    """Columns with names for the DuckDB text: a name that occurs again (in DuckDB's eyes) gets a number."""
    taken: set[str] = set()
    found: list[Output] = []
    for name, type_ in columns:
        physical, number = name, 1
        while physical.lower() in taken:
            number += 1
            physical = f"{name}_{number}"
        taken.add(physical.lower())
        found.append(Output(name, type_, physical))
    return tuple(found)


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
        raise Fault("TL406", "SAMPLE is not supported", node)
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
        return _values([row.expressions for row in node.expressions], scope), ""
    if not isinstance(node, exp.Table):
        raise Fault("TL406", f"{type(node).__name__} is not supported in FROM", node)
    if isinstance(node.this, exp.Anonymous | exp.Func):
        return _table_function(node.this, scope), str(node.this.name or node.this.this)
    name = table_name(node)
    return named_relation(name, node, scope, final), node.name


def named_relation(name: str, node: exp.Expr, scope: Scope, final: bool = False) -> Relation:
    relation = scope.cte(name) or _SYSTEM.get(name)
    if relation is not None:
        return relation
    meaning = scope.query.reads.get(name)
    if meaning is None:
        raise Fault("TL402", f"unknown table {name}", node, did_you_mean(name, scope.query.reads))
    if isinstance(meaning, Table):
        relation = table_relation(meaning, scope)
        if final:
            relation = final_select(meaning, relation, scope)
        return visible(meaning, relation, scope) if meaning.filter else relation
    return scope.context.lower_named(meaning, scope.context)


_SYSTEM = {
    "system.one": Relation("SELECT CAST(0 AS UTINYINT) AS dummy", (Output("dummy", UINT8, "dummy"),)),
}
"""Tables that ClickHouse always has."""


def _values(rows: list[list[exp.Expr]], scope: Scope) -> Relation:
    cells = [[scope.lower(cell) for cell in row] for row in rows]
    if len({len(row) for row in cells}) != 1:
        raise Fault("TL405", "the rows of VALUES have different sizes")
    types = [common_type(column) for column in zip(*cells, strict=True)]
    columns = outputs((f"c{index}", type_) for index, type_ in enumerate(types, start=1))
    lines = [", ".join(coerce(cell, type_) for cell, type_ in zip(row, types, strict=True)) for row in cells]
    names = ", ".join(quoted(column.physical) for column in columns)
    body = ", ".join(f"({line})" for line in lines)
    return Relation(f"SELECT * FROM (VALUES {body}) AS v({names})", columns)


def _table_function(node: exp.Expr, scope: Scope) -> Relation:
    name = str(node.this.name if isinstance(node.this, exp.Expr) else node.this)
    args = [scope.lower(argument) for argument in node.expressions]
    match name.lower(), len(args):
        case ("numbers" | "numbers_mt", 1):
            return _series("number", "0", args[0].number, "1")
        case ("numbers" | "numbers_mt", 2):
            return _series("number", args[0].number, f"({args[0].number} + {args[1].number})", "1")
        case ("zeros", 1):
            rows = f"SELECT CAST(0 AS UTINYINT) AS zero FROM range({args[0].number})"
            return Relation(rows, outputs([("zero", UINT8)]))
        case ("generate_series" | "generateseries", 2 | 3):
            step = args[2] if len(args) > 2 else literal(1)
            return _series("generate_series", args[0].number, f"({args[1].number} + 1)", step.number)
    raise Fault("TL406", f"the table function {name} is not supported", node)


def _series(column: str, start: str, stop: str, step: str) -> Relation:
    bounds = ", ".join(f"CAST({bound} AS BIGINT)" for bound in (start, stop, step))
    sql = f"SELECT CAST(range AS UBIGINT) AS {quoted(column)} FROM range({bounds})"
    return Relation(sql, outputs([(column, UINT64)]))
