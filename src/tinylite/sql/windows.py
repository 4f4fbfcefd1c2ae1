"""OVER: partitions, order and frames."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.aggregates.call import Aggregate, lower_aggregate
from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.aggregates.rows import Window
from tinylite.sql.casts import cast
from tinylite.sql.clauses.ordering import order_text
from tinylite.sql.errors import Fault
from tinylite.sql.naming import function_name
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.typed import Typed
from tinylite.types.model import INT64, Type


def lower_window(node: exp.Window, scope: Scope) -> Typed:
    call, condition = node.this, None
    if isinstance(call, exp.Filter):
        call, condition = call.this, call.expression.this
    over = _window(node, scope)
    return lower_aggregate(_aggregate(call, scope, condition, over))


def lower_nulls(node: exp.RespectNulls | exp.IgnoreNulls, scope: Scope) -> Typed:
    """`any(x) RESPECT NULLS` without OVER."""
    return lower_aggregate(_aggregate(node, scope, None, None))


def _aggregate(call: exp.Expr, scope: Scope, condition: exp.Expr | None, over: Window | None) -> Aggregate:
    nulls = call if isinstance(call, exp.RespectNulls | exp.IgnoreNulls) else None
    if nulls is not None:
        call = nulls.this
    if not isinstance(call, exp.Anonymous | exp.ParameterizedAgg):
        raise Fault("TL406", "only a function can stand before OVER", call)
    name = function_name(call)
    if isinstance(nulls, exp.RespectNulls):
        name = _respecting_nulls(name, call)
    parametric = isinstance(call, exp.ParameterizedAgg)
    arguments = tuple(call.args["params"] if parametric else call.expressions)
    parameters = tuple(call.expressions) if parametric else ()
    return Aggregate(name, arguments, parameters, scope, call, condition, over)


def _respecting_nulls(name: str, node: exp.Expr) -> str:
    """Aggregates pass over NULL: RESPECT NULLS is another function."""
    found = find_aggregate(f"{name}_respect_nulls")
    if found is None:
        raise Fault("TL406", f"{name} has no RESPECT NULLS", node)
    return f"{name}_respect_nulls"


def _window(node: exp.Expr, scope: Scope) -> Window:
    """The window of OVER or WINDOW; what it leaves open comes from the window it names."""
    base = Window()
    if (named := node.args.get("alias")) is not None:
        if named.name not in scope.windows:
            raise Fault("TL403", f"unknown window {named.name}", node)
        definition = scope.windows[named.name]
        if definition is not node:
            base = _window(definition, scope)
    partition, order, frame = (node.args.get(key) for key in ("partition_by", "order", "spec"))
    kind, start, end = (base.kind, base.start, base.end)
    keys: list[Typed] = [scope.lower(item.this) for item in order.expressions] if order else []
    if frame:
        kind = str(frame.args["kind"]).upper()
        start, end = _bound(frame, "start", scope), _bound(frame, "end", scope)
        if kind == "RANGE" and _has_offset(frame):
            keys = [_number_key(keys, frame)]
    return Window(
        partition=", ".join(scope.lower(key).value for key in partition) if partition else base.partition,
        order=", ".join(order_text(key, item) for key, item in zip(keys, order.expressions, strict=True))
        if order
        else base.order,
        kind=kind,
        start=start,
        end=end,
    )


def _bound(frame: exp.WindowSpec, which: str, scope: Scope) -> str:
    value, side = frame.args.get(which), frame.args.get(f"{which}_side")
    if value is None:
        return "CURRENT ROW"
    text = scope.lower(value).number if isinstance(value, exp.Expr) else str(value)
    return f"{text} {side}" if side else text


def _has_offset(frame: exp.WindowSpec) -> bool:
    return any(isinstance(frame.args.get(which), exp.Expr) for which in ("start", "end"))


def _number_key(keys: list[Typed], frame: exp.WindowSpec) -> Typed:
    """An offset of RANGE counts days of a Date and seconds of a DateTime."""
    if len(keys) != 1:
        raise Fault("TL405", "RANGE with an offset needs exactly one key in ORDER BY", frame)
    (key,) = keys
    offsets = (frame.args.get(which) for which in ("start", "end"))
    if any(isinstance(offset, exp.Literal) and not offset.this.isdigit() for offset in offsets):
        raise Fault("TL405", "an offset of RANGE must be a whole number", frame)
    if key.type.nullable or key.type.precision or not (key.type.is_number or key.type.is_temporal):
        raise Fault("TL406", f"RANGE with an offset can't be ordered by {key.type}", frame, "use ROWS")
    if key.type.is_temporal:
        return cast(key, INT64)
    if key.type.is_integer:
        return Typed(f"CAST({key.number} AS HUGEINT)", Type("Int128"))
    return key


LOWERINGS: Lowerings = {
    exp.Window: lower_window,
    exp.RespectNulls: lower_nulls,
    exp.IgnoreNulls: lower_nulls,
}
