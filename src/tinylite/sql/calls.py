"""Calls of functions: the catalogue's, aggregates, window functions, CAST and the other spellings."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tinylite.diagnostics import did_you_mean
from tinylite.sql.access import json_object
from tinylite.sql.aggregates.call import Aggregate, lower_aggregate
from tinylite.sql.aggregates.registry import aggregate_names, find_aggregate
from tinylite.sql.casts import cast
from tinylite.sql.comparison import null_safe
from tinylite.sql.dialect import CLICKHOUSE
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Lambda
from tinylite.sql.functions.conditions import branches
from tinylite.sql.functions.registry import VOLATILE, find_function, function_names
from tinylite.sql.json_values import as_stored
from tinylite.sql.literals import literal, tuple_literal
from tinylite.sql.naming import EXTRACTED, function_name, interval_words, json_cast_type
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.typed import Typed, combined, keeps_dictionary
from tinylite.types import TypeSyntaxError, parse_type
from tinylite.types.model import Type


def lower_call(node: exp.Anonymous, scope: Scope) -> Typed:
    name = function_name(node)
    return call_named(name, node.expressions, scope, node)


def call_named(name: str, arguments: list[exp.Expr], scope: Scope, node: exp.Expr) -> Typed:
    """A scalar function, or an aggregate. Raises Fault for names that are neither."""
    arguments = [argument for argument in arguments if argument is not None]  # sqlglot's place for one that is missing
    function = find_function(name)
    if function is not None:
        is_volatile = name.lower() in VOLATILE
        scope.context.is_volatile |= is_volatile
        key = None if is_volatile else scope.call_key(node)
        if key is not None and key in scope.calls:
            return scope.calls[key]
        lambda_ = None
        first = scope.function(arguments[0]) if function.takes_lambda and arguments else None
        if first is not None:
            lambda_ = _lambda(first, scope)
            arguments = arguments[1:]
        args = tuple(scope.lower(argument) for argument in arguments)
        found = _placed(lambda: function(Call(name, args, scope, node, lambda_)), node)
        if key is not None:
            scope.calls[key] = found
        return found
    if (own := scope.function(exp.column(name))) is not None:
        args = tuple(scope.lower(argument) for argument in arguments)
        return _placed(lambda: _lambda(own, scope).apply(*args), node)
    if find_aggregate(name) is not None:
        return _placed(lambda: lower_aggregate(Aggregate(name, tuple(arguments), (), scope, node)), node)
    hint = did_you_mean(name, [*function_names(), *aggregate_names()])
    raise Fault("TL404", f"unknown function {name}", node, hint)


def _placed(lower, node: exp.Expr) -> Typed:  # type: ignore[no-untyped-def]
    try:
        return lower()  # type: ignore[no-any-return]
    except Fault as fault:
        fault.node = fault.node or node
        raise


def _lambda(node: exp.Lambda, scope: Scope) -> Lambda:
    return Lambda(tuple(name.name for name in node.expressions), node.this, scope)


def lower_parametric(node: exp.ParameterizedAgg, scope: Scope) -> Typed:
    """`quantile(0.9)(x)`: sqlglot calls the first brackets expressions and the second params."""
    name = function_name(node)
    if find_aggregate(name) is None:
        raise Fault("TL404", f"unknown aggregate function {name}", node, did_you_mean(name, aggregate_names()))
    aggregate = Aggregate(name, tuple(node.args["params"]), tuple(node.expressions), scope, node)
    return _placed(lambda: lower_aggregate(aggregate), node)


def lower_filter(node: exp.Filter, scope: Scope) -> Typed:
    """`count() FILTER (WHERE …)` is the combinator -If."""
    call, condition = node.this, node.expression.this
    name = function_name(call)
    arguments = call.args.get("params") or call.expressions
    parameters = tuple(call.expressions) if isinstance(call, exp.ParameterizedAgg) else ()
    aggregate = Aggregate(name, tuple(arguments), parameters, scope, node, condition=condition)
    return _placed(lambda: lower_aggregate(aggregate), node)


def lower_cast(node: exp.Cast, scope: Scope) -> Typed:
    to = _type_of(node.args["to"])
    text = node.args["to"].meta.get("operand") if isinstance(node.this, exp.Literal) else None
    value = scope.lower(node.this) if text is None else literal(text)
    if value.type.name == "Nothing" and not to.nullable:
        raise Fault("TL407", f"NULL can't be converted to {to}", node, f"write Nullable({to})")
    result = cast(value, to)
    # CAST gives just the type that is written: NULL does not fit into one that is not Nullable.
    if value.type.nullable and not to.nullable and value.type.name != "Nothing":
        result = combined(
            f"coalesce({result.sql}, error('Cannot convert NULL value to non-Nullable type'))", to, [value]
        )
    return result.with_type(to) if value.type.name != "Nothing" else result


def _type_of(node: exp.Expr) -> Type:
    text = node.this if isinstance(node, exp.Literal) else node.meta.get("written") or node.sql(dialect=CLICKHOUSE)
    try:
        return parse_type(text)
    except TypeSyntaxError as problem:
        raise Fault("TL108", str(problem), node) from None


def lower_json_cast(node: exp.JSONCast, scope: Scope) -> Typed:
    """`j.a.:Int64`."""
    value = scope.lower(node.this)
    if value.type.name != "Dynamic":
        raise Fault("TL406", f".: reads parts of JSON columns, not {value.type}", node)
    try:
        type_ = parse_type(json_cast_type(node))
    except TypeSyntaxError as problem:
        raise Fault("TL108", str(problem), node) from None
    return as_stored(value, type_, lambda: scope.context.unique("x"))


def lower_json_object(node: exp.NestedJSONSelect, scope: Scope) -> Typed:
    """`j.^a`."""
    base, path = scope.lower(node.this), node.expression
    if base.type.name != "JSON":
        raise Fault("TL406", f".^ reads objects of JSON columns, not {base.type}", node)
    return json_object(base, [part.name for part in path.parts] if isinstance(path, exp.Column) else [path.name])


def lower_cast_to_text(node: exp.CastToStrType, scope: Scope) -> Typed:
    """CAST(x, 'Type')."""
    return lower_cast(exp.Cast(this=node.this, to=node.args["to"]), scope)


def lower_extract(node: exp.Extract, scope: Scope) -> Typed:
    """EXTRACT(YEAR FROM x)."""
    if node.expression is None:
        raise Fault("TL405", "extract takes a text and a pattern, or EXTRACT(part FROM x)", node)
    name = EXTRACTED.get(node.name.upper())
    if name is None:
        raise Fault("TL406", f"EXTRACT of {node.name} is not supported", node)
    # Sunday is 0 for DOW, 7 for ISODOW.
    mode = [exp.Literal.number(2)] if node.name.upper() == "DOW" else []
    return call_named(name, [node.expression, *mode], scope, node)


def lower_trim(node: exp.Trim, scope: Scope) -> Typed:
    """TRIM(BOTH 'x' FROM y)."""
    side = str(node.args.get("position") or "").upper()
    name = {"LEADING": "trimLeft", "TRAILING": "trimRight"}.get(side, "trimBoth")
    what = node.args.get("expression")
    return call_named(name, [node.this, *([what] if what is not None else [])], scope, node)


def lower_case(node: exp.Case, scope: Scope) -> Typed:
    """CASE is multiIf; with an operand each branch compares with it, and NULL is equal to NULL."""
    default = node.args.get("default") or exp.Null()
    if node.this is None:
        arguments = [part for branch in node.args["ifs"] for part in (branch.this, branch.args["true"])]
        return call_named("multiIf", [*arguments, default], scope, node)
    operand, otherwise = scope.lower(node.this), scope.lower(default)
    keys = [scope.lower(branch.this) for branch in node.args["ifs"]]
    values = [scope.lower(branch.args["true"]) for branch in node.args["ifs"]]
    result = branches([null_safe(operand, key) for key in keys], values, otherwise)
    kept = keeps_dictionary([operand, *keys, *values, otherwise], result.type)
    return result.with_type(result.type.as_low_cardinality(kept))


def lower_if(node: exp.If, scope: Scope) -> Typed:
    """`if(…)`, and `c ? a : b`."""
    arguments = [node.this, node.args["true"], node.args.get("false") or exp.Null()]
    return call_named("if", arguments, scope, node)


def lower_interval(node: exp.Interval, scope: Scope) -> Typed:
    """INTERVAL 5 DAY, INTERVAL '5' DAY, INTERVAL '1 day 2 hour', INTERVAL {n:Int32} DAY, INTERVAL x + 1 HOUR."""
    unit_node = node.args.get("unit")
    unit = unit_node.name.lower() if unit_node is not None else ""
    amount = scope.lower(node.this)
    if isinstance(amount.literal, str):
        if not unit:
            words = interval_words(amount.literal)
            if not words:
                raise Fault("TL405", f"INTERVAL takes amounts and units, not '{amount.literal}'", node)
            return tuple_literal([interval(literal(number), word.removesuffix("s"), node) for number, word in words])
        try:
            amount = literal(int(float(amount.literal)))
        except ValueError:
            raise Fault("TL405", f"INTERVAL takes a number, not '{amount.literal}'", node) from None
    return interval(amount, unit.removesuffix("s"), node)


def interval(amount: Typed, unit: str, node: exp.Expr) -> Typed:
    if unit not in _UNITS:
        raise Fault("TL405", f"unknown unit {unit} of an INTERVAL", node, did_you_mean(unit, _UNITS))
    if amount.type.name == "Nothing":
        return amount
    if not amount.type.is_integer or (amount.type.is_unsigned and amount.type.bits >= 64 and not amount.is_literal):
        amount = cast(amount, Type("Int64").as_nullable(amount.type.nullable))
    type_ = replace(Type(f"Interval{unit.capitalize()}"), low_cardinality=amount.type.low_cardinality)
    return Typed(amount.number, type_.as_nullable(amount.type.nullable), constant=amount.constant,
                 aggregate=amount.aggregate, literal=amount.literal, unit=unit)  # fmt: skip


_UNITS = ("nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter",
          "year")  # fmt: skip


def lower_at_time_zone(node: exp.AtTimeZone, scope: Scope) -> Typed:
    return call_named("toTimeZone", [node.this, node.args["zone"]], scope, node)


def lower_lambda(node: exp.Lambda, scope: Scope) -> Typed:
    raise Fault("TL405", "a lambda can only be the first argument of a function like arrayMap", node)


LOWERINGS: Lowerings = {
    exp.Anonymous: lower_call,
    exp.ParameterizedAgg: lower_parametric,
    exp.Filter: lower_filter,
    exp.Cast: lower_cast,
    exp.JSONCast: lower_json_cast,
    exp.NestedJSONSelect: lower_json_object,
    exp.CastToStrType: lower_cast_to_text,
    exp.Extract: lower_extract,
    exp.Trim: lower_trim,
    exp.Case: lower_case,
    exp.If: lower_if,
    exp.Interval: lower_interval,
    exp.AtTimeZone: lower_at_time_zone,
    exp.Lambda: lower_lambda,
}
