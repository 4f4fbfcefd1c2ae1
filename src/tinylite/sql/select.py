"""One SELECT, clause by clause."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlglot import exp

from tinylite.sql.clauses.fill import filled, has_fill
from tinylite.sql.clauses.joins import array_join_calls, lower_from
from tinylite.sql.clauses.ordering import Ordering, order_text, ordinal_text
from tinylite.sql.clauses.tables import outputs
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.naming import Namer
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.scope import Relation, Scope
from tinylite.sql.typed import Typed
from tinylite.sql.with_clause import lower_with
from tinylite.sql.zones import shown

_MAX_LIMIT_BY = 2**62


@dataclass(slots=True)
class Projection:
    """A column of the SELECT list. `node` is None for the columns of `*`."""

    name: str
    value: Typed
    node: exp.Expr | None


def lower_select(node: exp.Select, scope: Scope, *, presented: bool = False) -> Relation:
    """`presented` is for the outermost SELECT: moments in a zone become wall clocks, as they are shown."""
    _refuse_unknown_clauses(node)
    lower_with(node, scope)
    select = Select()
    faults = len(scope.context.diagnostics)
    with scope.reported(node):
        select.from_ = lower_from(node, scope)
    if len(scope.context.diagnostics) > faults:
        # Without its tables every column would be told as unknown.
        return Relation("", ())
    _collect_aliases(node, scope)
    projections = _projections(node, scope)
    for clause in ("prewhere", "where"):
        if (condition := node.args.get(clause)) is not None:
            select.where.append(scope.lower_reported(condition.this).condition)
    grouping = _group(node, scope, projections, select)
    for clause, conditions in (("having", select.having), ("qualify", select.qualify)):
        if (condition := node.args.get(clause)) is not None:
            conditions.append(scope.lower_reported(condition.this).condition)
    orderings = _orderings(node, scope, projections)
    _limits(node, scope, select, projections, orderings)
    select.distinct = _distinct(node, scope)
    columns = outputs((p.name, p.value.type) for p in projections)
    filling = has_fill(orderings)
    select.items = [
        f"{shown(p.value.exact, p.value.type) if presented and not filling else p.value.exact} AS {quoted(c.physical)}"
        for p, c in zip(projections, columns, strict=True)
    ]
    select.from_ = array_join_calls(select.from_, scope)
    select.order = [_order_text(o, presented, bool(select.distinct)) for o in orderings]
    totals = _totals(node, select, projections, grouping) if grouping is not None else None
    if filling:
        return Relation(filled(select, columns, orderings, scope, presented=presented), columns, totals=totals)
    return Relation(select.sql(), columns, totals=totals)


def _refuse_unknown_clauses(node: exp.Select) -> None:
    for clause, word in (("laterals", "LATERAL VIEW"), ("into", "INTO"), ("connect", "CONNECT BY"), ("match", "MATCH")):
        if node.args.get(clause):
            raise Fault("TL406", f"{word} is not supported", node)


def _order_text(ordering: Ordering, presented: bool, distinct: bool) -> str:
    value, item, position = ordering.value, ordering.item, ordering.position
    if position is None or (presented and value.type.zone and not distinct):
        return order_text(value, item)
    return ordinal_text(position, value, item)


# -- names ----------------------------------------------------------------------------------------------------------


def _collect_aliases(node: exp.Select, scope: Scope) -> None:
    """Every `expr AS name` of this SELECT, wherever it stands; the first of a name counts."""
    for window in node.args.get("windows") or []:
        scope.windows[window.name] = window
    pending: list[object] = []
    for clause in ("expressions", "prewhere", "where", "group", "having", "order", "qualify", "limit_by"):
        value = node.args.get(clause)
        pending.extend(value if isinstance(value, list) else [value])
    index = 0
    while index < len(pending):
        part = pending[index]
        index += 1
        if not isinstance(part, exp.Expr) or isinstance(part, exp.Query):
            continue
        if isinstance(part, exp.WithFill):  # the names of INTERPOLATE are columns
            pending.extend(part.args.get(word) for word in ("from_", "to", "step"))
            continue
        if isinstance(part, exp.Alias):
            scope.aliases.setdefault(part.alias, part.this)
        for value in part.args.values():
            pending.extend(value if isinstance(value, list) else [value])


# -- the SELECT list ------------------------------------------------------------------------------------------------


def _projections(node: exp.Select, scope: Scope) -> list[Projection]:
    found: list[Projection] = []
    namer = Namer()
    for part in node.expressions:
        with scope.reported(part):
            found += _expanded(part, scope, namer)
    return found


def _expanded(part: exp.Expr, scope: Scope, namer: Namer) -> list[Projection]:
    inner = part.this if isinstance(part, exp.Alias) else part
    if isinstance(inner, exp.Star) or (isinstance(inner, exp.Column) and isinstance(inner.this, exp.Star)):
        return _star(inner, scope)
    if isinstance(inner, exp.Columns):
        return _matching_columns(inner, scope)
    if isinstance(inner, exp.Apply):
        return _applied(inner, scope, namer)
    if isinstance(part, exp.Alias):
        return [Projection(part.alias, scope.lower_aliased(part.alias, inner), inner)]
    value = scope.lower_column(part)
    return [Projection(_bare_name(part, scope, namer), value, part)]


def _bare_name(part: exp.Expr, scope: Scope, namer: Namer) -> str:
    """`t.x` is shown as `x`, unless two tables have one."""
    if isinstance(part, exp.Column) and part.table and not isinstance(part.this, exp.Literal):
        owners = [item for item in scope.items if part.name in item.columns]
        if any(item.alias == part.table for item in scope.items) and (len(owners) == 1 or owners[:1] == [
            item for item in owners if item.alias == part.table
        ]):  # fmt: skip
            return part.name
    return namer.name(part)


def _star(node: exp.Expr, scope: Scope) -> list[Projection]:
    star = node if isinstance(node, exp.Star) else node.this
    table = node.table if isinstance(node, exp.Column) else ""
    excluded = {column.name for column in star.args.get("except_") or []}
    replaced = {alias.alias: alias.this for alias in star.args.get("replace") or []}
    items = [item for item in scope.items if not table or item.alias == table]
    if not items:
        raise Fault("TL402", f"unknown table {table}" if table else "* needs a FROM", node)
    found: list[Projection] = []
    for item in items:
        for name in item.columns:
            if name in excluded or (name in item.hidden and not table):
                continue
            if name in replaced:
                value = scope.lower_aliased(name, replaced[name])
            elif name in scope.merged and not table:
                value = scope.merged[name]
            else:
                value = item.column(name)  # type: ignore[assignment]
            taken = any(projection.name == name for projection in found)
            found.append(Projection(f"{item.alias}.{name}" if taken and item.alias else name, value, None))
    return found


def _matching_columns(node: exp.Columns, scope: Scope) -> list[Projection]:
    """COLUMNS('regular expression')."""
    if not isinstance(node.this, exp.Literal):
        raise Fault("TL405", "COLUMNS takes a regular expression", node)
    try:
        pattern = re.compile(node.this.this)
    except re.error as problem:
        raise Fault("TL405", f"bad regular expression: {problem}", node) from None
    return [projection for projection in _star(exp.Star(), scope) if pattern.search(projection.name)]


def _applied(node: exp.Apply, scope: Scope, namer: Namer) -> list[Projection]:
    """* APPLY(function)."""
    function = node.expression.name
    found = []
    for projection in _expanded(node.this, scope, namer):
        call = exp.Anonymous(this=function, expressions=[exp.column(projection.name, quoted=True)])
        found.append(Projection(f"{function}({projection.name})", scope.lower(call), None))
    return found


# -- grouping -------------------------------------------------------------------------------------------------------


def _group(node: exp.Select, scope: Scope, projections: list[Projection], select: Select) -> list[Typed] | None:
    """The keys, or None without GROUP BY. ROLLUP, CUBE and GROUPING SETS give defaults for what they fold."""
    group = node.args.get("group")
    if group is None:
        return None
    if any(group.args.get(kind) for kind in ("rollup", "cube", "grouping_sets")) or any(
        isinstance(key, exp.Rollup | exp.Cube | exp.GroupingSets) for key in group.expressions
    ):
        raise Fault("TL406", "ROLLUP, CUBE and GROUPING SETS are not supported", group)
    if group.args.get("all"):
        keys = [p.value for p in projections if not p.value.aggregate]
    else:
        keys = [_group_key(key, scope, projections) for key in group.expressions]
    texts = list(dict.fromkeys(key.value for key in keys if not key.is_literal))
    if texts:
        select.group = ", ".join(texts)
    else:
        # Only constants: one group, but none when there are no rows.
        select.having.append("count(*) > 0")
    return keys


def _group_key(node: exp.Expr, scope: Scope, projections: list[Projection]) -> Typed:
    position = _position(node, projections)
    return projections[position - 1].value if position else scope.lower_reported(node)


def _position(node: exp.Expr, projections: list[Projection]) -> int | None:
    """A bare number in GROUP BY or ORDER BY is a place in the SELECT list."""
    if not isinstance(node, exp.Literal) or node.is_string or not node.this.isdigit():
        return None
    position = int(node.this)
    if not 1 <= position <= len(projections):
        raise Fault("TL405", f"there is no column {position} in the SELECT list", node)
    return position


def _totals(node: exp.Select, select: Select, projections: list[Projection], keys: list[Typed]) -> str | None:
    """WITH TOTALS: the aggregates over all rows, with defaults for the keys."""
    if not node.args["group"].args.get("totals"):
        return None
    grouped = {key.value for key in keys}
    items = [default_value(p.value.type) if p.value.value in grouped else p.value.exact for p in projections]
    return Select(items=items, from_=select.from_, where=list(select.where)).sql()


def _distinct(node: exp.Select, scope: Scope) -> str:
    distinct = node.args.get("distinct")
    if distinct is None:
        return ""
    on = distinct.args.get("on")
    if on is None:
        return "DISTINCT "
    keys = on.expressions if isinstance(on, exp.Tuple) else [on]
    return f"DISTINCT ON ({', '.join(scope.lower_reported(key).value for key in keys)}) "


# -- order and limits -----------------------------------------------------------------------------------------------


def _orderings(node: exp.Select, scope: Scope, projections: list[Projection]) -> list[Ordering]:
    order = node.args.get("order")
    if order is None:
        return []
    places = {p.value.value: index for index, p in reversed(list(enumerate(projections, start=1)))}
    found: list[Ordering] = []
    for item in order.expressions:
        with scope.reported(item):
            position = _position(item.this, projections)
            value = projections[position - 1].value if position else scope.lower(item.this)
            if not value.is_literal:
                found.append(Ordering(value, item, position or places.get(value.value)))
    return found


def _limits(
    node: exp.Select, scope: Scope, select: Select, projections: list[Projection], orderings: list[Ordering]
) -> None:
    limit, offset = node.args.get("limit"), node.args.get("offset")
    limit_by = node.args.get("limit_by")
    if offset is not None and offset.expressions and limit is not None:  # LIMIT m, n BY …
        limit_by = replace_limit(limit, offset)
        limit = offset = None
    if limit_by is not None:
        _limit_by(limit_by, scope, select, projections, orderings)
    if limit is not None:
        count = scope.lower_reported(limit.expression)
        options = limit.args.get("limit_options")
        if options is not None and options.args.get("with_ties"):
            ranks = ", ".join(order_text(o.value, o.item) for o in orderings)
            select.qualify.append(f"rank() OVER (ORDER BY {ranks}) <= {count.number}")
        else:
            select.limit = count.number
    if offset is not None:
        select.offset = scope.lower_reported(offset.expression).number


def replace_limit(limit: exp.Limit, offset: exp.Offset) -> exp.Limit:
    by = exp.Limit(expression=limit.expression, expressions=offset.expressions)
    by.set("offset", offset.expression)
    return by


def _limit_by(
    limit: exp.Limit, scope: Scope, select: Select, projections: list[Projection], orderings: list[Ordering]
) -> None:
    """LIMIT n [OFFSET m] BY keys: the first rows of each key, in the order of ORDER BY."""
    keys = [_group_key(key, scope, projections).value for key in limit.expressions]
    count = scope.lower_reported(limit.expression).number
    offset = limit.args.get("offset")
    skip = scope.lower_reported(offset).number if offset is not None else "0"
    order = ", ".join(order_text(o.value, o.item) for o in orderings)
    window = f"PARTITION BY {', '.join(keys)}" + (f" ORDER BY {order}" if order else "")
    place = f"row_number() OVER ({window})"
    select.qualify.append(f"{place} BETWEEN {skip} + 1 AND {skip} + {count}")


def presented_relation(relation: Relation) -> Relation:
    """A result that was not made by `lower_select(presented=True)`: of a UNION."""
    cells = [(quoted(column.physical), column.type) for column in relation.columns]
    if all(shown(name, type_) == name for name, type_ in cells):
        return relation
    items = ", ".join(f"{shown(name, type_)} AS {name}" for name, type_ in cells)
    return replace(relation, sql=f"SELECT {items} FROM {relation.from_item}", is_name=False)
