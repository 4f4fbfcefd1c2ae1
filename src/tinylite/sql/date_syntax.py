"""Calls with a syntax of their own: `date_add(DAY, 3, t)`, `dateDiff(hour, a, b)`, `DATE '2024-01-15'`, CURRENT_DATE.

ClickHouse's parser turns them into plain calls, and columns are named after these.
"""

from __future__ import annotations

from sqlglot import exp

_SUMS: dict[str, type[exp.Binary]] = {
    **dict.fromkeys(("dateadd", "date_add", "timestampadd", "timestamp_add"), exp.Add),
    **dict.fromkeys(("datesub", "date_sub", "timestampsub", "timestamp_sub"), exp.Sub),
}
_DIFFERENCES = frozenset({"datediff", "date_diff", "timestampdiff", "timestamp_diff"})
_UNITS = frozenset(
    {"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}
)


def plain_call(call: exp.Anonymous) -> exp.Expr:
    """The call, as one that needs no syntax of its own."""
    name, arguments = str(call.this).lower(), call.expressions
    if name in _SUMS:
        return _sum(call, _SUMS[name], arguments)
    if name in _DIFFERENCES and len(arguments) >= 3:
        unit = _unit(arguments[0])
        first = exp.Literal.string(unit) if unit else arguments[0]
        return _placed(exp.Anonymous(this="dateDiff", expressions=[first, *arguments[1:]]), call)
    return call


def bare_call(name: str) -> exp.Anonymous:
    """CURRENT_DATE: a call without brackets."""
    call = exp.Anonymous(this=name, expressions=[])
    call.meta["bare"] = True
    return call


def _sum(call: exp.Anonymous, operator: type[exp.Binary], arguments: list[exp.Expr]) -> exp.Expr:
    if len(arguments) == 2:
        return _placed(operator(this=arguments[0], expression=arguments[1]), call)
    unit = _unit(arguments[0]) if len(arguments) == 3 else None
    if unit is None:
        return call
    amount = exp.Anonymous(this=f"toInterval{unit.capitalize()}", expressions=[arguments[1]])
    return _placed(operator(this=arguments[2], expression=amount), call)


def _unit(node: exp.Expr) -> str | None:
    """A unit written as a bare word."""
    if not isinstance(node, exp.Column | exp.Var) or (isinstance(node, exp.Column) and len(node.parts) > 1):
        return None
    word = node.name.lower().removeprefix("sql_tsi_").removesuffix("s")
    return word if word in _UNITS else None


def _placed(node: exp.Expr, call: exp.Expr) -> exp.Expr:
    node.meta.update(call.meta)
    return node
