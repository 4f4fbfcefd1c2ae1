"""ClickHouse SQL to DuckDB SQL: parse, give every name and expression its meaning and type, write it down."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, in_order
from tinylite.sql import arithmetic, calls, comparison, literals, subqueries, windows
from tinylite.sql.clauses.final import merge_select
from tinylite.sql.clauses.tables import table_relation
from tinylite.sql.errors import Fault
from tinylite.sql.parse import parse_query, too_deep
from tinylite.sql.query import Column, Compiled, Query, Table
from tinylite.sql.scope import Context, Lowerings, Relation, Scope, from_item, outputs
from tinylite.sql.select import lower_select, presented_relation
from tinylite.sql.set_operations import lower_set_operation
from tinylite.sql.with_clause import define
from tinylite.types import Type

_LOWERINGS: Lowerings = {
    **literals.LOWERINGS,
    **arithmetic.LOWERINGS,
    **comparison.LOWERINGS,
    **calls.LOWERINGS,
    **windows.LOWERINGS,
    **subqueries.LOWERINGS,
}


_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class CompiledExpression:
    """A DuckDB expression over quoted column names, and its ClickHouse type."""

    sql: str
    type: Type


def compile_query(query: Query, values: Mapping[str, object]) -> Compiled:
    """Raises DiagnosticError with every fault that was found; spans point into the sources of the queries.

    `values` are looked at only for parameters that decide a type, such as a time zone: see `Compiled.pinned`.
    """
    return _compiled(query, values, lambda relation: relation.select, presented=True)


def compile_rows(query: Query, values: Mapping[str, object], select: Callable[[Relation], str]) -> Compiled:
    """The rows as they are kept, not as they are shown: `select` is what is made of them. Raises DiagnosticError."""
    return _compiled(query, values, select, presented=False)


def _compiled(
    query: Query, values: Mapping[str, object], select: Callable[[Relation], str], *, presented: bool
) -> Compiled:
    context = _context(values)
    try:
        relation = _top(query, context, presented=presented)
    except RecursionError:
        raise too_deep(query.source) from None
    if context.diagnostics:
        raise DiagnosticError(*in_order(context.diagnostics))
    assert relation is not None
    sql = _with(context) + select(relation)
    return Compiled(
        sql=sql,
        columns=tuple(Column(column.name, column.type) for column in relation.columns),
        # A pinned parameter may be gone from the text.
        parameters=frozenset(context.parameters.intersection(_PARAMETER.findall(sql))),
        pinned=dict(context.pinned),
        tables=frozenset(context.tables),
        is_volatile=context.is_volatile,
        warnings=tuple(context.warnings),
        totals=_with(context) + relation.totals if relation.totals else None,
        limit=relation.limit,
        unlimited=_with(context) + relation.unlimited if relation.unlimited else None,
    )


def compile_expression(source: Source, columns: Sequence[Column]) -> CompiledExpression:
    """A scalar expression over the columns of one table: a DEFAULT, a part of a key. Raises DiagnosticError."""
    prefix = "SELECT "
    tree = parse_query(Source(source.path, prefix + source.text))
    scope = Scope(_context({}), Query("expression", Source(source.path, prefix + source.text)))
    item = from_item("", "", outputs((column.name, column.type) for column in columns))
    item.columns = {name: value.with_sql(value.sql.split(".", 1)[1]) for name, value in item.columns.items()}
    scope.items.append(item)
    try:
        typed = scope.lower(tree.expressions[0])
    except Fault as fault:
        problem = fault.diagnostic(scope.query.source, tree)
        start, end = (problem.span.start, problem.span.end) if problem.span else (len(prefix), len(prefix))
        span = source.span(max(0, start - len(prefix)), max(0, end - len(prefix)))
        raise DiagnosticError(Diagnostic(problem.code, problem.message, span, problem.hint)) from None
    return CompiledExpression(typed.exact, typed.type)


def compile_merge(table: Table, within: Sequence[str] = (), order: str = "") -> str:
    """A DuckDB SELECT of all columns of the table, with the rows that its engine's merge leaves.

    Rows that differ in the ClickHouse expressions `within` (the partition key) stay apart. `order` names one more
    column of the result: sorted by it the rows are in the order of their insertion. Raises DiagnosticError for engines
    that merge nothing.
    """
    source = Source(table.name, table.name)
    scope = Scope(_context({}), Query(table.name, source, {table.name: table}))
    try:
        return merge_select(table, table_relation(table, scope), scope, tuple(within), order).select
    except Fault as fault:
        raise DiagnosticError(fault.diagnostic(source)) from None


def _context(values: Mapping[str, object]) -> Context:
    return Context(values, _LOWERINGS, _lower_query, _lower_named)


def _with(context: Context) -> str:
    if not context.ctes:
        return ""
    word = "WITH RECURSIVE " if context.recursive else "WITH "
    return word + ", ".join(f"{name} AS ({sql})" for name, sql in context.ctes) + " "


def _top(query: Query, context: Context, *, presented: bool) -> Relation | None:
    scope = Scope(context, query)
    tree: exp.Expr | None = None
    try:
        tree = parse_query(query.source)
        if isinstance(tree, exp.Select):
            return lower_select(tree, scope, presented=presented)
        relation = _lower_query(tree, scope)
        return presented_relation(relation) if presented else relation
    except Fault as fault:
        context.diagnostics.append(fault.diagnostic(query.source, tree))
    except DiagnosticError as problem:
        context.diagnostics.extend(problem.diagnostics)
    return None


def _lower_query(node: exp.Expr, scope: Scope) -> Relation:
    """Any query inside another one."""
    while isinstance(node, exp.Subquery | exp.Paren):
        node = node.this
    if isinstance(node, exp.Select):
        return lower_select(node, scope)
    if isinstance(node, exp.SetOperation):
        return lower_set_operation(node, scope)
    raise Fault("TL406", f"{type(node).__name__} is not supported as a query", node)


def _lower_named(query: Query, context: Context) -> Relation:
    """A node or pipe: a common table of the statement, once however often it is read."""
    known = context.named.get(id(query))
    if known is not None:
        return known
    scope = Scope(context, query)
    try:
        tree = parse_query(query.source)
        relation = define(query.name, _lower_query(tree, scope), scope)
    except Fault as fault:
        raise DiagnosticError(fault.diagnostic(query.source)) from None
    context.named[id(query)] = relation
    return relation
