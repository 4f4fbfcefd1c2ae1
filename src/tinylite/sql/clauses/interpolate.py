"""INTERPOLATE: what the rows that WITH FILL adds hold in their other columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.scope import Output, Scope, from_item
from tinylite.types import Type

_BEFORE = "_before"


@dataclass(frozen=True, slots=True)
class Interpolation:
    """A column and its value: a text over the row before, or None where the last value is carried on."""

    name: str
    type: Type
    value: str | None
    constant: bool = False


def interpolations(
    fill: exp.Expr | None, columns: Sequence[Output], keys: set[str], scope: Scope
) -> list[Interpolation]:
    """`keys` are the (quoted) columns that are filled; a bare INTERPOLATE means all others."""
    parts = (fill.args.get("interpolate") if fill is not None else None) or []
    if any(isinstance(part, exp.Star) for part in parts):
        return [Interpolation(quoted(c.physical), c.type, None) for c in columns if quoted(c.physical) not in keys]
    known = {column.name: column for column in columns}
    return [_interpolation(part, known, keys, [p.alias_or_name for p in parts], scope) for part in parts]


def _interpolation(
    part: exp.Expr, known: Mapping[str, Output], keys: set[str], names: Sequence[str], scope: Scope
) -> Interpolation:
    name = part.alias_or_name
    if name not in known:
        raise Fault(
            "TL403", f"INTERPOLATE: there is no column {name} in the SELECT list", part, did_you_mean(name, known)
        )
    column = known[name]
    if quoted(column.physical) in keys:
        raise Fault("TL405", f"INTERPOLATE: {name} is filled by WITH FILL", part)
    expression = part.this if isinstance(part, exp.Alias) else None
    if expression is None or (isinstance(expression, exp.Column) and expression.name == name):
        return Interpolation(quoted(column.physical), column.type, None)
    others = [c.name for c in expression.find_all(exp.Column) if c.name != name and c.name in names]
    if others:
        raise Fault("TL406", f"INTERPOLATE of {name} can't read {others[0]}, which is interpolated too", part)
    before = scope.child(correlated=False)
    before.items = [from_item("", _BEFORE, known.values())]
    value = before.lower(expression)
    return Interpolation(quoted(column.physical), column.type, cast(value, column.type).exact, value.constant)


def interpolated(
    body: str, order: str, columns: Mapping[str, Type], parts: Sequence[Interpolation], scope: Scope
) -> str:
    """`body` with the values, and `_place`, the number of each row in the order. Added rows have `_added`."""
    simple = {part.name: _simple(part) for part in parts if part.value is None or part.constant}
    cells = ", ".join(f"{simple[name]} AS {name}" if name in simple else name for name in columns)
    placed = f"SELECT *, row_number() OVER (ORDER BY {order}) AS _place FROM {body}"
    sql = f"SELECT {cells}, _added, _place FROM ({placed})"
    walked = {part.name: part.value for part in parts if part.name not in simple and part.value is not None}
    return f"({_walk(sql, columns, walked, scope)})" if walked else f"({sql})"


def _simple(part: Interpolation) -> str:
    if part.value is not None:
        return f"(CASE WHEN _added THEN {part.value} ELSE {part.name} END)"
    boxed = f"last_value(CASE WHEN NOT _added THEN row({part.name}) END IGNORE NULLS)"
    last = f"{boxed} OVER (ORDER BY _place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    return f"(CASE WHEN {last} IS NULL THEN {default_value(part.type)} ELSE struct_extract({last}, 1) END)"


def _walk(sql: str, columns: Mapping[str, Type], values: Mapping[str, str], scope: Scope) -> str:
    """Row by row: each added row is computed from the one before it, the first of all from defaults."""
    rows, walk = scope.context.unique("rows"), scope.context.unique("walk")
    nothing = ", ".join(f"{default_value(type_)} AS {name}" for name, type_ in columns.items())
    names = ", ".join(columns)
    cells = ", ".join(values.get(name, f"n.{name}") for name in columns)
    given = f"SELECT {names}, _added, _place FROM {rows} WHERE NOT _added"
    before_all = f"SELECT {nothing}, false, CAST(0 AS BIGINT)"
    step = (
        f"SELECT {cells}, true, n._place FROM {walk} AS {quoted(_BEFORE)} "
        f"JOIN {rows} AS n ON n._place = {quoted(_BEFORE)}._place + 1 AND n._added"
    )
    return (
        f"WITH RECURSIVE {rows} AS MATERIALIZED ({sql}), "
        f"{walk}({names}, _added, _place) AS (({given} UNION ALL {before_all}) UNION ALL ({step})) "
        f"SELECT * FROM {walk} WHERE _place > 0"
    )
