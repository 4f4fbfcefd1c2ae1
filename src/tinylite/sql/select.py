"""One SELECT, clause by clause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from tinylite.sql.blobs import mended
from tinylite.sql.clauses.array_joins import array_join_calls
from tinylite.sql.clauses.ending import Ending, finished
from tinylite.sql.clauses.grouping import Grouping, check_keys, grouping, totals
from tinylite.sql.clauses.joins import lower_from
from tinylite.sql.clauses.limits import bounds, limit_by
from tinylite.sql.clauses.ordering import orderings
from tinylite.sql.clauses.settings import limited_by_settings, settings
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted
from tinylite.sql.projections import Projection, projections
from tinylite.sql.scope import Output, Relation, Scope, outputs
from tinylite.sql.typed import Typed
from tinylite.sql.with_clause import lower_with
from tinylite.sql.zones import shown


def lower_select(node: exp.Select, scope: Scope, *, presented: bool = False) -> Relation:
    """`presented` is for the outermost SELECT: moments in a zone become wall clocks, as they are shown."""
    _refuse_unknown_clauses(node)
    scope.settings = settings(node, scope)
    lower_with(node, scope)
    select = Select()
    faults = len(scope.context.diagnostics)
    with scope.reported(node):
        select.from_ = lower_from(node, scope)
    if len(scope.context.diagnostics) > faults:
        # Without its tables every column would be told as unknown.
        return Relation("", ())
    _collect_aliases(node, scope)
    keys = node.args["group"].expressions if node.args.get("group") is not None else []
    scope.repeats_calls = any(not isinstance(key, exp.Column | exp.Literal) for key in keys)
    listed = projections(node.expressions, scope)
    for clause in ("prewhere", "where"):
        if (condition := node.args.get(clause)) is not None:
            select.where.append(_row_condition(clause, condition.this, scope))
    group = grouping(node, scope, listed)
    if group is not None:
        listed = _grouped(group, node, scope, select, listed)
    if (condition := node.args.get("having")) is not None:
        value = scope.lower_reported(condition.this)
        aggregates = group is not None or value.aggregate or any(p.value.aggregate for p in listed)
        (select.having if aggregates else select.where).append(value.condition)
    if group is not None or any(p.value.aggregate for p in listed):
        check_keys(listed, group, scope)
    if scope.reads_outer and group is None and any(p.value.aggregate for p in listed):
        # ClickHouse joins such a subquery to the rows around it: where it has no rows it gives NULL.
        select.having.append("count(*) > 0")
    if (condition := node.args.get("qualify")) is not None:
        select.qualify.append(scope.lower_reported(condition.this).condition)
    order = orderings(node, scope, listed)
    by, kept = limit_by(node, scope, listed), bounds(node, scope)
    if node.args.get("distinct") is not None and by is None:
        select.distinct = "DISTINCT "
        if any(p.value.blob for p in listed):  # bytes that are shown alike may differ
            select.distinct = f"DISTINCT ON ({', '.join(p.value.blob or p.value.value for p in listed)}) "
    columns = outputs((p.name, p.value.type) for p in listed)
    select.from_ = array_join_calls(select.from_, scope)
    summed = _totals(node, scope, select, group, columns) if group is not None else _passed_totals(scope, listed)
    ending = Ending(columns, order, by, kept, presented)
    items = [_shown(p.value, scope) if presented and group is None else p.value.exact for p in listed]
    sql = finished(select, items, ending, scope)
    relation = Relation(limited_by_settings(sql, node, scope), columns, totals=summed)
    if presented and select.limit:
        whole = replace(select, order=[], limit="", offset="")
        relation = replace(relation, limit=select.limit, unlimited=f"SELECT count(*) FROM ({whole.sql()})")
    return relation


def _refuse_unknown_clauses(node: exp.Select) -> None:
    for clause, word in (("laterals", "LATERAL VIEW"), ("into", "INTO"), ("connect", "CONNECT BY"), ("match", "MATCH")):
        if node.args.get(clause):
            raise Fault("TL406", f"{word} is not supported", node)


def _row_condition(clause: str, node: exp.Expr, scope: Scope) -> str:
    with scope.reported(node):
        value = scope.lower(node)
        if value.aggregate:
            raise Fault("TL405", f"{clause.upper()} can't hold an aggregate function", node, "use HAVING")
        return value.condition
    return "true"


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
        if not isinstance(part, exp.Expr):
            continue
        if isinstance(part, exp.Query):
            scope.has_subqueries = True
            continue
        if isinstance(part, exp.Star | exp.Columns):  # the names of REPLACE are columns
            scope.has_stars = True
            continue
        if isinstance(part, exp.WithFill):  # and so are those of INTERPOLATE
            pending.extend(part.args.get(word) for word in ("from_", "to", "step"))
            continue
        if isinstance(part, exp.Alias):
            known = scope.aliases.setdefault(part.alias, part.this)
            if known is not part.this and known != part.this:
                raise Fault("TL405", f"{part.alias} is the alias of two different expressions", part)
        for value in part.args.values():
            pending.extend(value if isinstance(value, list) else [value])


# -- grouping -------------------------------------------------------------------------------------------------------


def _grouped(
    group: Grouping, node: exp.Select, scope: Scope, select: Select, listed: list[Projection]
) -> list[Projection]:
    """Writes GROUP BY. Where rows sum up over keys, the SELECT list is lowered anew: the keys mean something else."""
    select.group = group.text
    if group.needs_rows:
        select.having.append("count(*) > 0")
    if not group.has_sets:
        return listed
    scope.fold(group.folded)
    return projections(node.expressions, scope)


def _totals(node: exp.Select, scope: Scope, select: Select, group: Grouping, columns: Sequence[Output]) -> str | None:
    if not node.args["group"].args.get("totals"):
        return None
    folded = dict(scope.folded)
    scope.fold(group.totals)
    items = [f"{shown(p.value.exact, p.value.type)}" for p in projections(node.expressions, scope)]
    scope.fold(folded)
    return totals(select, group, [f"{item} AS {quoted(c.physical)}" for item, c in zip(items, columns, strict=True)])


def _passed_totals(scope: Scope, listed: Sequence[Projection]) -> str | None:
    """The totals of a subquery are the totals of a plain SELECT around it."""
    if len(scope.items) != 1 or scope.items[0].totals is None or scope.array_joins:
        return None
    if any(projection.value.aggregate for projection in listed):
        return None
    (item,) = scope.items
    source = f"({item.totals}) AS {quoted(item.sql_alias)}"
    return Select(items=[projection.value.exact for projection in listed], from_=source).sql()


def _shown(value: Typed, scope: Scope) -> str:
    """Bytes that may be no text as a client reads them. DuckDB takes no TRY over chance, nor over its error()."""
    if value.blob is None or "decode(" not in value.sql or scope.context.is_volatile or "error(" in value.sql:
        return value.exact
    return f"coalesce(TRY({value.exact}), {mended(value.blob)})"


def presented_relation(relation: Relation) -> Relation:
    """A result that was not made by `lower_select(presented=True)`: of a UNION."""
    cells = [(quoted(column.physical), column.type) for column in relation.columns]
    if all(shown(name, type_) == name for name, type_ in cells):
        return relation
    items = ", ".join(f"{shown(name, type_)} AS {name}" for name, type_ in cells)
    return replace(relation, sql=f"SELECT {items} FROM {relation.from_item}", is_name=False)
