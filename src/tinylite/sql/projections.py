"""The SELECT list: expressions with their names, `*` and COLUMNS with EXCEPT, REPLACE and APPLY."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.access import tuple_element
from tinylite.sql.errors import Fault
from tinylite.sql.naming import Namer, function_name, quoted_text
from tinylite.sql.scope import FromItem, Scope
from tinylite.sql.typed import Typed


@dataclass(frozen=True, slots=True)
class Projection:
    """A column of the SELECT list. `node` is None for the columns of `*`."""

    name: str
    value: Typed
    node: exp.Expr | None


@dataclass(frozen=True, slots=True)
class _Matched:
    """A column that `*` or COLUMNS means. `node` is what REPLACE and APPLY made of it."""

    item: FromItem
    name: str
    shown: str
    value: Typed
    node: exp.Expr | None = None

    @property
    def expression(self) -> exp.Expr:
        table = self.item.alias or self.item.name or None
        return self.node or exp.column(exp.to_identifier(self.name, quoted=True), table=table)


def projections(nodes: Sequence[exp.Expr], scope: Scope) -> list[Projection]:
    """Reports the faults of each part for itself."""
    found: list[Projection] = []
    queries = sum(item.is_query for item in scope.items)
    namer = Namer(scope.shown_name, queries, scope.scalars | scope.aliases)
    for part in nodes:
        with scope.reported(part):
            found += _expanded(part, scope, namer)
    return found


def _expanded(part: exp.Expr, scope: Scope, namer: Namer) -> list[Projection]:
    if _is_matcher(part):
        return [_projection(column, scope, namer) for column in _matched(part, scope)]
    if scope.has_stars:
        part = _with_columns_for_stars(part, scope)
    tuple_ = _untupled(part)
    if tuple_ is not None:
        return _elements(part, tuple_, scope, namer)
    if isinstance(part, exp.Alias):
        if scope.has_subqueries and part.this.find(exp.Query):
            namer.name(part.this)  # its subqueries are counted
        return [Projection(part.alias, scope.lower_aliased(part.alias, part.this), part.this)]
    return [Projection(namer.name(part), scope.lower(part), part)]


def _untupled(part: exp.Expr) -> exp.Expr | None:
    """What stands in untuple(…)."""
    call = part.this if isinstance(part, exp.Alias) else part
    if isinstance(call, exp.Anonymous) and function_name(call) == "untuple" and len(call.expressions) == 1:
        tuple_: exp.Expr = call.expressions[0]
        return tuple_
    return None


def _elements(part: exp.Expr, node: exp.Expr, scope: Scope, namer: Namer) -> list[Projection]:
    """A column for each element of a tuple: `untuple(t) AS x` gives `x.1`, or `x.name`."""
    value, called = scope.lower(node), namer.name(node)
    if value.type.name != "Tuple":
        raise Fault("TL405", f"untuple takes a tuple, not {value.type}", node)
    places = range(1, len(value.type.args) + 1)
    names = value.type.names or tuple(map(str, places))
    shown = [f"{part.alias}.{name}" if part.alias else f"tupleElement({called}, {quoted_text(name)})" for name in names]
    return [Projection(name, tuple_element(value, place), node) for name, place in zip(shown, places, strict=True)]


def _projection(column: _Matched, scope: Scope, namer: Namer) -> Projection:
    if column.node is None:
        return Projection(column.shown, column.value, None)
    if column.shown:
        return Projection(column.shown, scope.lower_aliased(column.name, column.node), column.node)
    return Projection(namer.name(column.node), scope.lower(column.node), column.node)


def _is_matcher(node: exp.Expr) -> bool:
    if isinstance(node, exp.Column):
        return isinstance(node.this, exp.Star)
    if isinstance(node, exp.Dot):  # t.COLUMNS('re')
        return isinstance(node.expression, exp.Anonymous) and function_name(node.expression).upper() == "COLUMNS"
    return isinstance(node, exp.Star | exp.Columns)


def _with_columns_for_stars(part: exp.Expr, scope: Scope) -> exp.Expr:
    """An expression with `*` and COLUMNS as arguments of its functions: the columns stand there instead."""
    if not any(_is_expandable(node, part) for node in part.find_all(exp.Star, exp.Columns)):
        return part
    part = part.copy()
    for node in list(part.find_all(exp.Star, exp.Columns)):
        if not _is_expandable(node, part):
            continue
        place = node.parent if isinstance(node.parent, exp.Column) else node
        columns = [column.expression for column in _matched(place, scope)]
        if place.arg_key in ("expressions", "params"):
            place.replace(columns)
        elif len(columns) == 1:
            place.replace(columns[0])
        else:
            raise Fault("TL405", f"{len(columns)} columns can't stand here, where one is needed", node)
    return part


def _is_expandable(node: exp.Expr, part: exp.Expr) -> bool:
    """The star of count(*) is no column; a subquery expands its own."""
    call = node.parent
    if call is None or (isinstance(call, exp.Anonymous) and function_name(call).lower() == "count"):
        return False
    return node.find_ancestor(exp.Select) is part.find_ancestor(exp.Select)


# -- columns that are meant -----------------------------------------------------------------------------------------


def _matched(node: exp.Expr, scope: Scope) -> list[_Matched]:
    table = ""
    if isinstance(node, exp.Dot):
        table, node = node.this.name, exp.Columns(this=node.expression.expressions[0])
    elif isinstance(node, exp.Column):
        table, node = ".".join(part.name for part in node.parts[:-1]), node.this
    found = _all_columns(node, table, scope)
    if isinstance(node, exp.Columns):
        found = _chosen(node, found)
    for modifier in node.args.get("modifiers") or []:
        found = _modified(modifier, found)
    return found


def _all_columns(node: exp.Expr, table: str, scope: Scope) -> list[_Matched]:
    items = [item for item in scope.items if not table or item.is_called(table.split("."))]
    if not items:
        raise Fault("TL402", f"unknown table {table}" if table else "* needs a FROM", node)
    found: list[_Matched] = []
    for item in items:
        for name in item.columns:
            if name in item.hidden and not table:
                continue
            merged = scope.merged.get(name) if not table else None
            value = merged or item.column(name)
            assert value is not None
            shown = name if merged is not None else scope.column_name(item, name, item.alias or item.name)
            found.append(_Matched(item, name, shown, value))
    if scope.using and not table:
        found.sort(key=lambda column: _place(column, scope))
    return found


def _place(column: _Matched, scope: Scope) -> int:
    is_merged = column.name in scope.using and column.value is scope.merged.get(column.name)
    return scope.using.index(column.name) if is_merged else len(scope.using)


def _chosen(node: exp.Columns, columns: list[_Matched]) -> list[_Matched]:
    """COLUMNS('regular expression') and COLUMNS(a, b)."""
    if isinstance(node.this, exp.Literal) and not node.expressions:
        pattern = _pattern(node.this)
        return [column for column in columns if pattern.search(column.name)]
    by_name = {column.name: column for column in columns}
    found = []
    for part in [node.this, *node.expressions]:
        if part.name not in by_name:
            raise Fault("TL403", f"unknown column {part.name}", part, did_you_mean(part.name, by_name))
        found.append(by_name[part.name])
    return found


def _pattern(node: exp.Literal) -> re.Pattern[str]:
    try:
        return re.compile(node.this)
    except re.error as problem:
        raise Fault("TL405", f"bad regular expression: {problem}", node) from None


def _modified(modifier: exp.Anonymous, columns: list[_Matched]) -> list[_Matched]:
    word, _, strict = str(modifier.this).partition(" ")
    parts = modifier.expressions
    known = {column.name for column in columns}
    if word == "APPLY":
        return [replace(column, node=_call(parts[0], column.expression), shown="") for column in columns]
    if word == "EXCEPT" and parts and isinstance(parts[0], exp.Literal):
        pattern = _pattern(parts[0])
        return [column for column in columns if not pattern.search(column.name)]
    missing = [part for part in parts if part.alias_or_name not in known]
    if strict and missing:
        name = missing[0].alias_or_name
        raise Fault("TL403", f"{word} STRICT: there is no column {name}", missing[0], did_you_mean(name, known))
    if word == "EXCEPT":
        names = {part.name for part in parts}
        return [column for column in columns if column.name not in names]
    made = {part.alias: part.this for part in parts if isinstance(part, exp.Alias)}
    return [replace(c, node=made[c.name], shown=c.name) if c.name in made else c for c in columns]


def _call(function: exp.Expr, argument: exp.Expr) -> exp.Expr:
    """APPLY(f), APPLY(quantile(0.9)), APPLY(x -> x + 1)."""
    if isinstance(function, exp.Lambda):
        names = {name.name for name in function.expressions}

        def given(node: exp.Expr) -> exp.Expr:
            is_name = isinstance(node, exp.Column | exp.Identifier) and node.name in names
            return argument.copy() if is_name and not isinstance(node.parent, exp.Column) else node

        body: exp.Expr = function.this
        return body.transform(given)
    if isinstance(function, exp.Anonymous):
        return exp.ParameterizedAgg(this=function.this, expressions=function.expressions, params=[argument])
    return exp.Anonymous(this=function.name, expressions=[argument])
