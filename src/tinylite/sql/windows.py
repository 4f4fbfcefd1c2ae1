"""OVER: partitions, order and frames."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.aggregates.call import Aggregate, lower_aggregate
from tinylite.sql.clauses.ordering import order_text
from tinylite.sql.errors import Fault
from tinylite.sql.naming import function_name
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.typed import Typed


def lower_window(node: exp.Window, scope: Scope) -> Typed:
    call = node.this
    if isinstance(call, exp.IgnoreNulls | exp.RespectNulls):
        raise Fault("TL406", "IGNORE NULLS and RESPECT NULLS are not supported", call)
    condition = None
    if isinstance(call, exp.Filter):
        call, condition = call.this, call.expression.this
    if not isinstance(call, exp.Anonymous | exp.ParameterizedAgg):
        raise Fault("TL406", "only a function can stand before OVER", call)
    name = function_name(call)
    parametric = isinstance(call, exp.ParameterizedAgg)
    arguments = tuple(call.args["params"] if parametric else call.expressions)
    parameters = tuple(call.expressions) if parametric else ()
    over = _over(_definition(node, scope), scope)
    return lower_aggregate(Aggregate(name, arguments, parameters, scope, call, condition, over))


def _definition(node: exp.Window, scope: Scope) -> exp.Expr:
    name = node.args.get("alias")
    plain = not any(node.args.get(key) for key in ("partition_by", "order", "spec"))
    if name is None or not plain:
        return node
    if name.name not in scope.windows:
        raise Fault("TL403", f"unknown window {name.name}", node)
    return scope.windows[name.name]


def _over(node: exp.Expr, scope: Scope) -> str:
    parts = []
    if partition := node.args.get("partition_by"):
        parts.append("PARTITION BY " + ", ".join(scope.lower(key).value for key in partition))
    if order := node.args.get("order"):
        parts.append("ORDER BY " + ", ".join(order_text(scope.lower(item.this), item) for item in order.expressions))
    if frame := node.args.get("spec"):
        parts.append(_frame(frame, scope))
    return " ".join(parts)


def _frame(frame: exp.WindowSpec, scope: Scope) -> str:
    def bound(value: object, side: object) -> str:
        text = scope.lower(value).number if isinstance(value, exp.Expr) else str(value)
        return f"{text} {side}" if side else text

    kind = str(frame.args["kind"]).upper()
    start = bound(frame.args["start"], frame.args.get("start_side"))
    end = frame.args.get("end")
    if end is None:
        return f"{kind} {start}"
    return f"{kind} BETWEEN {start} AND {bound(end, frame.args.get('end_side'))}"


LOWERINGS: Lowerings = {exp.Window: lower_window}
