"""FROM with its joins. A side that an outer join fills up shows defaults, not NULLs (join_use_nulls = 0)."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tinylite.sql.clauses.tables import lower_table
from tinylite.sql.comparison import compare
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.scope import FromItem, Scope
from tinylite.sql.typed import Typed
from tinylite.types.model import array, tuple_of


def lower_from(node: exp.Select, scope: Scope) -> str:
    """The text behind FROM; fills the scope's tables."""
    start = node.args.get("from_")
    if start is None:
        return ""
    sql, item = lower_table(start.this, scope)
    scope.items.append(item)
    for join in node.args.get("joins") or []:
        with scope.reported(join):
            sql += _array_join(join, scope) if join.kind == "ARRAY" else _join(join, scope)
    return sql


def _join(node: exp.Join, scope: Scope) -> str:
    side, kind = node.side.upper(), node.kind.upper()
    right, item = lower_table(node.this, scope)
    lefts = list(scope.items)
    scope.items.append(item)
    if kind == "PASTE":
        return f" POSITIONAL JOIN {right}"
    on = node.args.get("on")
    using = [column.name for column in node.args.get("using") or []]
    if on is None and not using:
        if kind not in ("", "CROSS", "INNER"):
            raise Fault("TL401", f"{kind} JOIN needs ON or USING", node)
        return f" CROSS JOIN {right}"
    conditions = [scope.lower(on).condition] if on is not None else []
    conditions += [_equal(name, lefts, item, scope) for name in using]
    word = _words(side, kind, node)
    if kind == "ANY":
        right = _one_match(right, item, on, using, node)
    for name in using:
        _merge(name, side, lefts, item, scope)
    item.hidden = frozenset(using)
    item.padded = side in ("LEFT", "FULL") and kind not in ("SEMI", "ANTI")
    if side in ("RIGHT", "FULL"):
        for left in lefts:
            left.padded = True
    return f" {word} {right} ON {' AND '.join(conditions)}"


def _words(side: str, kind: str, node: exp.Join) -> str:
    if kind in ("SEMI", "ANTI"):
        if side == "RIGHT":
            raise Fault("TL406", f"RIGHT {kind} JOIN is not supported", node, "swap the tables")
        return f"{kind} JOIN"
    if kind == "ASOF":
        return f"ASOF {side} JOIN" if side == "LEFT" else "ASOF JOIN"
    return f"{side} JOIN" if side else "JOIN"


def _column(name: str, items: list[FromItem], node: exp.Expr | None = None) -> Typed:
    for item in items:
        if name in item.columns:
            return item.columns[name]
    raise Fault("TL403", f"the column {name} of USING is missing on one side", node)


def _equal(name: str, lefts: list[FromItem], right: FromItem, scope: Scope) -> str:
    left = scope.merged.get(name) or _column(name, lefts)
    return compare("=", left, _column(name, [right])).sql


def _merge(name: str, side: str, lefts: list[FromItem], right: FromItem, scope: Scope) -> None:
    """What the bare name of a USING column means."""
    left, other = scope.merged.get(name) or _column(name, lefts), _column(name, [right])
    if side == "RIGHT":
        scope.merged[name] = other
    elif side == "FULL":
        scope.merged[name] = replace(left, sql=f"coalesce({left.sql}, {other.sql})")
    else:
        scope.merged[name] = left


def _one_match(right: str, item: FromItem, on: exp.Expr | None, using: list[str], node: exp.Join) -> str:
    """ANY JOIN: of several matches on the right one is taken, the first."""
    if on is not None:
        for column in on.find_all(exp.Column):
            if column.name in item.columns and column.table in ("", item.alias) and column.name not in using:
                using = [*using, column.name]
    if not using:
        raise Fault("TL406", "ANY JOIN needs a condition on columns of its right table", node)
    table = right.removesuffix(f" AS {quoted(item.sql_alias)}")
    keys = ", ".join(item.columns[name].sql.split(".", 1)[1] for name in using)
    return f"(SELECT DISTINCT ON ({keys}) * FROM {table}) AS {quoted(item.sql_alias)}"


def _array_join(node: exp.Join, scope: Scope) -> str:
    """[LEFT] ARRAY JOIN a, b AS c: a row for each element, several arrays side by side."""
    arrays: list[tuple[str, Typed]] = []
    for part in [node.this, *node.expressions]:
        target = part.this if isinstance(part, exp.Alias) else part
        value = scope.lower(target)
        if value.type.name == "Map":
            entry = tuple_of(*value.type.args, names=("key", "value"))
            value = Typed(f"map_entries({value.sql})", array(entry))
        if value.type.name != "Array":
            raise Fault("TL407", f"ARRAY JOIN takes arrays, not {value.type}", target)
        arrays.append((part.alias or target.name, value))
    alias = scope.context.unique("aj")
    outer = node.side.upper() == "LEFT"
    lists = [_padded(value) if outer else value.sql for _, value in arrays]
    source = lists[0] if len(lists) == 1 else f"list_zip({', '.join(lists)})"
    for index, (name, value) in enumerate(arrays, start=1):
        cell = f"{alias}.v" if len(arrays) == 1 else f"struct_extract({alias}.v, {index})"
        scope.merged[name] = Typed(cell, value.type.args[0])
    scope.resolved.clear()
    return f" CROSS JOIN LATERAL unnest({source}) AS {alias}(v)"


def _padded(value: Typed) -> str:
    """LEFT ARRAY JOIN keeps rows with empty arrays, with a default."""
    element = value.type.args[0]
    return f"(CASE WHEN len({value.sql}) = 0 THEN [{default_value(element)}] ELSE {value.sql} END)"


def array_join_calls(sql: str, scope: Scope) -> str:
    """Appends what the arrayJoin() calls of a SELECT unnest."""
    for source, (alias, _) in scope.array_joins.items():
        item = f"unnest({source}) AS {alias}(v)"
        sql = f"{sql} CROSS JOIN LATERAL {item}" if sql else item
    return sql
