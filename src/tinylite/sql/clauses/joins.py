"""FROM with its joins. A side that an outer join fills up shows defaults, not NULLs (join_use_nulls = 0)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlglot import exp

from tinylite.sql.casts import coerce
from tinylite.sql.clauses.array_joins import array_join
from tinylite.sql.clauses.settings import is_on
from tinylite.sql.clauses.tables import lower_table
from tinylite.sql.comparison import compare
from tinylite.sql.errors import Fault
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.scope import FromItem, Scope
from tinylite.sql.typed import Typed
from tinylite.types import Type


def lower_from(node: exp.Select, scope: Scope) -> str:
    """The text behind FROM; fills the scope's tables."""
    start = node.args.get("from_")
    if start is None:
        return ""
    # Of FROM … JOIN … SELECT the parser hangs the joins on the first table.
    joins = [*(start.this.args.get("joins") or []), *(node.args.get("joins") or [])]
    _require_aliases([start, *(join for join in joins if join.kind != "ARRAY")])
    sql, item = lower_table(start.this, scope)
    scope.items.append(item)
    for join in joins:
        with scope.reported(join):
            sql = sql + array_join(join, scope) if join.kind == "ARRAY" else _joined(sql, join, scope)
    return sql


def _require_aliases(parts: list[exp.Expr]) -> None:
    """A subquery that is joined needs a name (joined_subquery_requires_alias = 1)."""
    for part in parts if len(parts) > 1 else []:
        if isinstance(part.this, exp.Subquery) and not part.this.alias:
            raise Fault("TL401", "a subquery in a join needs an alias", part.this)


@dataclass(frozen=True, slots=True)
class _Condition:
    """A part of ON, and of an equality the sides, if one of them is of the right table only."""

    sql: str
    reads_left: bool
    reads_right: bool
    left: str = ""
    right: str = ""


def _joined(left: str, node: exp.Join, scope: Scope) -> str:
    """`left` joined with one more table."""
    side, kind = node.side.upper(), node.kind.upper()
    if node.this.args.get("joins"):
        raise Fault("TL406", "a join inside of a join is not supported", node.this, "write it as a subquery")
    right, item = lower_table(node.this, scope)
    lefts = list(scope.items)
    scope.items.append(item)
    if kind == "PASTE":
        return f"{left} POSITIONAL JOIN {right}"
    using = [column.name for column in node.args.get("using") or []]
    on = node.args.get("on")
    if on is None and not using:
        return f"{left} CROSS JOIN {right}"
    conditions = _conditions(on, lefts, item, scope) if on is not None else _of_using(using, kind, lefts, item, scope)
    for name in using:
        _merge(name, side, lefts, item, scope)
    item.hidden = frozenset(using)
    scope.using = (*using, *(name for name in scope.using if name not in using))
    if kind == "ASOF" and on is not None:
        _require_moment(on, lefts, item, scope)
    if kind in ("SEMI", "ANTI", "ANY"):
        return _one_match(left, right, side, kind, conditions, lefts, item, node)
    _pad(side, lefts, item, scope)
    word = {"ASOF": "ASOF "}.get(kind, "") + (f"{side} JOIN" if side else "JOIN")
    return f"{left} {word} {right} ON {' AND '.join(c.sql for c in conditions)}"


def _require_moment(on: exp.Expr, lefts: list[FromItem], item: FromItem, scope: Scope) -> None:
    """ASOF looks back, or ahead, on one pair of columns. Raises Fault."""
    for part in on.flatten() if isinstance(on, exp.And) else [on]:
        node = part.unnest()
        if isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE):
            sides_ = [scope.lower(side).value for side in (node.this, node.expression)]
            if any(_reads(sides_[i], lefts) and _reads(sides_[1 - i], [item]) for i in (0, 1)):
                return
    raise Fault("TL405", "ASOF JOIN needs a column of each table that are compared by <, <=, > or >=", on)


def _pad(side: str, lefts: list[FromItem], item: FromItem, scope: Scope) -> None:
    """Marks the tables whose columns are made up where the join finds no match."""
    padded = [*([item] if side in ("LEFT", "FULL") else []), *(lefts if side in ("RIGHT", "FULL") else [])]
    for one in padded:
        one.padded = True
        one.pads_with_null = is_on(scope.settings, "join_use_nulls")


# -- conditions -----------------------------------------------------------------------------------------------------


def _conditions(on: exp.Expr, lefts: list[FromItem], item: FromItem, scope: Scope) -> list[_Condition]:
    parts = list(on.flatten()) if isinstance(on, exp.And) else [on]
    return [_condition(part.unnest(), lefts, item, scope) for part in parts]


def _condition(node: exp.Expr, lefts: list[FromItem], item: FromItem, scope: Scope) -> _Condition:
    value = scope.lower(node)
    if value.aggregate:
        raise Fault("TL405", "ON can't hold an aggregate function", node)
    reads_left, reads_right = _reads(value.sql, lefts), _reads(value.sql, [item])
    if isinstance(node, exp.EQ):
        first, second = scope.lower(node.this).value, scope.lower(node.expression).value
        for left, right in ((first, second), (second, first)):
            if not _reads(left, [item]) and not _reads(right, lefts) and _reads(right, [item]):
                return _Condition(value.condition, reads_left, reads_right, left, right)
    return _Condition(value.condition, reads_left, reads_right)


def _reads(sql: str, items: list[FromItem]) -> bool:
    return any(f"{quoted(item.sql_alias)}." in sql for item in items)


def _of_using(using: list[str], kind: str, lefts: list[FromItem], item: FromItem, scope: Scope) -> list[_Condition]:
    """Equalities; of ASOF the last column is the one to look back on."""
    found = []
    for index, name in enumerate(using, start=1):
        left, right = scope.merged.get(name) or _column(name, lefts), _column(name, [item])
        operator = ">=" if kind == "ASOF" and index == len(using) else "="
        found.append(_Condition(compare(operator, left, right).sql, True, True, left.value, right.value))
    return found


def _column(name: str, items: list[FromItem]) -> Typed:
    for item in items:
        if name in item.columns:
            return item.columns[name]
    raise Fault("TL403", f"the column {name} of USING is missing on one side")


def _merge(name: str, side: str, lefts: list[FromItem], right: FromItem, scope: Scope) -> None:
    """What the name of a USING column means: both sides get their common type, and the bare name is of either."""
    left, other = scope.merged.get(name) or _column(name, lefts), _column(name, [right])
    if left.type != other.type:
        common = common_type([left, other])
        for item in (*lefts, right):
            if name in item.columns:
                item.columns[name] = _as(item.columns[name], common)
        left, other = _as(left, common), _as(other, common)
    if side == "RIGHT":
        scope.merged[name] = other
    elif side == "FULL":
        made = left.type.as_nullable() if is_on(scope.settings, "join_use_nulls") else left.type
        scope.merged[name] = replace(left, sql=f"coalesce({left.sql}, {other.sql})", type=made)
    else:
        scope.merged[name] = left


def _as(value: Typed, common: Type) -> Typed:
    return value if value.type == common else Typed(coerce(value, common), common)


# -- one match a row ------------------------------------------------------------------------------------------------


def _one_match(
    left: str,
    right: str,
    side: str,
    kind: str,
    conditions: list[_Condition],
    lefts: list[FromItem],
    item: FromItem,
    node: exp.Join,
) -> str:
    """ANY takes one of several matches, the first; SEMI keeps the rows of one side with a match, ANTI those without."""
    on = " AND ".join(condition.sql for condition in conditions)
    if kind == "ANTI":
        for one in lefts if side == "RIGHT" else [item]:
            _forget(one)
        if side != "RIGHT":
            return f"{left} ANTI JOIN {right} ON {on}"
        return f"(SELECT * FROM {right} WHERE NOT EXISTS (SELECT 1 FROM {left} WHERE {on})) AS {quoted(item.sql_alias)}"
    if any(not c.right and c.reads_left and c.reads_right for c in conditions):
        raise Fault("TL406", f"{kind} JOIN takes equalities between its tables, and conditions on one of them", node)
    if side != "RIGHT":
        own = [c.sql for c in conditions if not c.reads_left]
        right = _first_rows(right, item, [c.right for c in conditions], own)
    if side == "RIGHT" or (kind == "ANY" and side in ("", "INNER")):
        if len(lefts) > 1:
            raise Fault("TL406", f"{side} {kind} JOIN behind another join is not supported", node, "use a subquery")
        left = _first_rows(
            left, lefts[0], [c.left for c in conditions], [c.sql for c in conditions if not c.reads_right]
        )
    outer = side if kind == "ANY" else ""
    if outer:
        (item if outer == "LEFT" else lefts[0]).padded = True
    return f"{left} {outer} JOIN {right} ON {on}"


def _first_rows(table: str, item: FromItem, keys: list[str], conditions: list[str]) -> str:
    """The first row of each key, of those that fulfil the conditions."""
    named = ", ".join(key for key in keys if key)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    distinct = f"DISTINCT ON ({named}) " if named else ""
    limit = "" if named else " LIMIT 1"
    return f"(SELECT {distinct}* FROM {table}{where}{limit}) AS {quoted(item.sql_alias)}"


def _forget(item: FromItem) -> None:
    """The columns of a table of which no row is left: defaults."""
    item.columns = {name: Typed(default_value(value.type), value.type) for name, value in item.columns.items()}
