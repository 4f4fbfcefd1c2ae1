"""A call of an aggregate: arguments, parameters, DISTINCT, FILTER, OVER."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sqlglot import exp

from tinylite.sql.aggregates.combinators import Stack, merge, stack_of_state, value
from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.aggregates.rows import Grouped, Listed, Rows, Window, listed
from tinylite.sql.arithmetic import arithmetic
from tinylite.sql.errors import Fault
from tinylite.sql.literals import pinned
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed, combined


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`name(parameters)(arguments)` as written. `over` is set for a window function."""

    name: str
    arguments: tuple[exp.Expr, ...]
    parameters: tuple[exp.Expr, ...]
    scope: Scope
    node: exp.Expr
    condition: exp.Expr | None = None
    over: Window | None = None


def lower_aggregate(call: Aggregate) -> Typed:
    """Raises Fault for names that are no aggregate, and for wrong arguments."""
    stack, arguments = _taken_apart(call)
    if (quotient := _divided_once(call, stack)) is not None:
        return quotient
    if stack.function.window_only and call.over is None:
        raise Fault("TL405", f"{call.name} needs OVER (…)", call.node)
    with call.scope.aggregating(windowed=call.over is not None):
        lowered = [call.scope.lower(argument) for argument in arguments]
        # In a subquery the aggregate of a constant would be one of the subquery's own.
        constant = not lowered or any(one.constant for one in lowered)
        free = call.over is None and not call.scope.lambdas and not constant
        rows: Rows = Grouped(over=call.over, subquery=free)
        if call.condition is not None:
            rows = rows.where([call.scope.lower(call.condition).condition])
        outcome = value(stack, tuple(_argument(column, stack) for column in lowered), rows)
    return Typed(outcome.finished, outcome.type, aggregate=call.over is None)


def _divided_once(call: Aggregate, stack: Stack) -> Typed | None:
    """sum(x / 7) and avg(x / 7) of a Decimal: ClickHouse divides the result, and so cuts digits off once."""
    if stack.function.name not in ("sum", "avg") or stack.combinators or call.over or call.condition is not None:
        return None
    node = call.arguments[0] if len(call.arguments) == 1 else None
    if isinstance(node, exp.Column) and not node.table and node.name in call.scope.aliases:
        node = call.scope.aliases[node.name]
    if not isinstance(node, exp.Div):
        return None
    with call.scope.aggregating(windowed=False):
        dividend, divisor = call.scope.lower(node.this), call.scope.lower(node.expression)
    if dividend.type.name != "Decimal" or not divisor.constant or not divisor.type.is_integer:
        return None
    return arithmetic("/", lower_aggregate(replace(call, arguments=(node.this,))), divisor)


def _argument(column: Typed, stack: Stack) -> Typed:
    """The value; of a Dynamic, which is not Nullable, a NULL is one to be counted."""
    if column.type.name == "Dynamic" and (stack.function.name == "count" or stack.function.name.startswith("uniq")):
        return column.with_sql(f"coalesce({column.sql}, CAST('null' AS JSON))")
    return column


def _taken_apart(call: Aggregate) -> tuple[Stack, list[exp.Expr]]:
    """The aggregate that is meant, and its arguments without DISTINCT and `*`."""
    named = find_aggregate(call.name)
    if named is None:
        raise Fault("TL404", f"unknown aggregate function {call.name}", call.node)
    function, written, combinators = named.function, named.written, named.combinators
    arguments = list(call.arguments)
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
        combinators, arguments = ("Distinct", *combinators), list(arguments[0].expressions)
    if function.name == "count":
        if len(arguments) == 1 and isinstance(arguments[0], exp.Star):
            arguments = []
        if "Distinct" in combinators:
            distinct = find_aggregate("countDistinct")
            assert distinct is not None
            function, written = distinct.function, distinct.written
            combinators = tuple(name for name in combinators if name != "Distinct")
    arguments = [column for argument in arguments for column in _columns(argument, call.scope)]
    parameters = tuple(_parameter(parameter, call) for parameter in call.parameters)
    return Stack(function, written, combinators, parameters, call.scope.context.unique), arguments


def _columns(argument: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """`*` as an argument stands for every column: uniq(*)."""
    if not isinstance(argument, exp.Star):
        return [argument]
    names = dict.fromkeys(name for item in scope.items for name in item.columns)
    return [exp.column(name, quoted=True) for name in names]


def _parameter(node: exp.Expr, call: Aggregate) -> object:
    lowered = pinned(call.scope.lower(node), call.scope)
    found = lowered.literal
    if lowered.elements is not None:
        found = tuple(element.literal for element in lowered.elements)
    if not isinstance(found, int | float | str | tuple):
        raise Fault("TL405", f"the parameters of {call.name} must be literals", node)
    return found


def finalize(column: Typed, scope: Scope, over: Window | None = None) -> Typed:
    """The result of one state, or with `over` of the states of a window's frame. Raises Fault."""
    rows: Rows = Grouped(over=over) if over is not None else Listed(f"[{column.sql}]", scope.context.unique("r"))
    item = column if isinstance(rows, Grouped) else column.with_sql(rows.item)
    stack = stack_of_state(str(column.type.params[0]), _written_parameters(column), scope.context.unique)
    outcome = merge(stack, (item,), rows)
    return combined(outcome.finished, outcome.type, [column])


def _written_parameters(column: Typed) -> tuple[object, ...]:
    """Those of `quantiles(0.5, 0.9)`."""
    return _numbers(str(column.type.params[0]).partition("(")[2])


_PARAMETER = re.compile(r"'[^']*'|[^\s,']+")


def _numbers(text: str) -> tuple[object, ...]:
    return tuple(_number(part) for part in _PARAMETER.findall(text.removesuffix(")")))


def _number(text: str) -> object:
    if text.startswith("'"):
        return text.strip("'")
    return float(text) if "." in text or "e" in text else int(text)


def over_row(name: str, args: tuple[Typed, ...], scope: Scope, node: exp.Expr) -> Typed:
    """An aggregate of the one row that the arguments are. Raises Fault."""
    bare, _, parameters = name.partition("(")
    named = find_aggregate(bare.strip())
    if named is None:
        raise Fault("TL404", f"unknown aggregate function {bare}", node)
    unique = scope.context.unique
    stack = Stack(named.function, named.written, named.combinators, _numbers(parameters), unique)
    names, rows = listed(Listed("[0]", unique("r")), args, unique)
    outcome = value(stack, names, rows)
    return combined(outcome.finished, outcome.type, list(args))
