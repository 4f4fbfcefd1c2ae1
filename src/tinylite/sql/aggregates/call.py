"""A call of an aggregate: combinators, NULLs, no rows, FILTER, OVER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, Template
from tinylite.sql.aggregates.registry import Named, find_aggregate
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import check_arguments, fill
from tinylite.sql.literals import literal, pinned
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed
from tinylite.types import Type


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`name(parameters)(arguments)` as written. `over` is the text of OVER's brackets for a window function."""

    name: str
    arguments: tuple[exp.Expr, ...]
    parameters: tuple[exp.Expr, ...]
    scope: Scope
    node: exp.Expr
    condition: exp.Expr | None = None
    over: str | None = None


@dataclass(frozen=True, slots=True)
class _Prepared:
    function: AggregateFunction
    combinators: tuple[str, ...]
    args: tuple[Typed, ...]
    parameters: tuple[object, ...]
    conditions: tuple[str, ...]
    distinct: bool
    over: str | None

    def text(self, template: Template, args: Sequence[Typed]) -> str:
        conditions = list(self.conditions)
        if self.function.skips_nulls:
            conditions += [f"{arg.value} IS NOT NULL" for arg in args if arg.type.nullable]
        after = f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""
        if self.over is not None:
            after += f" OVER ({self.over})"
        distinct = "DISTINCT " if self.distinct else ""
        if isinstance(template, str):
            return fill(template, args, d=distinct, f=after)
        return template(Parts(args, self.parameters, distinct, after))

    def typed(self, sql: str, type_: Type) -> Typed:
        return Typed(sql, type_, aggregate=self.over is None)


def lower_aggregate(call: Aggregate) -> Typed:
    """Raises Fault for wrong arguments, and for states of aggregates that have none."""
    named = find_aggregate(call.name)
    if named is None:
        raise Fault("TL404", f"unknown aggregate function {call.name}", call.node)
    if named.function.window_only and call.over is None:
        raise Fault("TL405", f"{call.name} needs OVER (…)", call.node)
    prepared = _prepare(call, named)
    # sumIfState and sumStateIf are the same: the condition chooses the rows, wherever it stands.
    combinators = prepared.combinators
    if "MergeState" in combinators or ("Merge" in combinators and "State" in combinators):
        return _combine(prepared)
    if "State" in combinators:
        return _state(prepared, call)
    if "Merge" in combinators:
        return _merge(prepared)
    value = _value(prepared)
    if "SimpleState" in combinators:
        return value.with_type(Type("SimpleAggregateFunction", (value.type,), (prepared.function.name,)))
    return value


def _prepare(call: Aggregate, named: Named) -> _Prepared:
    scope, arguments = call.scope, list(call.arguments)
    distinct = "Distinct" in named.combinators
    function = named.function
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct):
        distinct, arguments = True, list(arguments[0].expressions)
    if distinct and function.name == "count":
        uniq = find_aggregate("uniqExact")
        assert uniq is not None
        function, distinct = uniq.function, False
    if function.name == "count" and len(arguments) == 1 and isinstance(arguments[0], exp.Star):
        arguments = []
    arguments = [column for argument in arguments for column in _columns(argument, scope)]
    conditions = [call.condition] if call.condition is not None else []
    for combinator in reversed(named.combinators):
        if combinator == "If":
            if not arguments:
                raise Fault("TL405", f"{call.name} needs a condition as its last argument", call.node)
            conditions.append(arguments.pop())
    return _Prepared(
        function,
        named.combinators,
        tuple(scope.lower(argument) for argument in arguments),
        tuple(_parameter(parameter, call) for parameter in call.parameters),
        tuple(scope.lower(condition).condition for condition in conditions),
        distinct,
        call.over,
    )


def _columns(argument: exp.Expr, scope: Scope) -> list[exp.Expr]:
    """`*` as an argument stands for every column: uniq(*)."""
    if not isinstance(argument, exp.Star):
        return [argument]
    names = dict.fromkeys(name for item in scope.items for name in item.columns)
    return [exp.column(name, quoted=True) for name in names]


def _parameter(node: exp.Expr, call: Aggregate) -> object:
    value = pinned(call.scope.lower(node), call.scope)
    if not isinstance(value.literal, int | float | str):
        raise Fault("TL405", f"the parameters of {call.name} must be literals", node)
    return value.literal


def _value(prepared: _Prepared) -> Typed:
    function, args = prepared.function, prepared.args
    check_arguments(function.name, args, function.signature)
    check_arguments(
        f"the parameters of {function.name}", [literal(p) for p in prepared.parameters], function.parameters
    )
    type_ = function.result_type([arg.type.plain for arg in args], prepared.parameters)
    if function.nullable and any(arg.type.nullable for arg in args):
        type_ = type_.as_nullable()
    return _of_no_rows(prepared, prepared.text(function.sql, args), type_)


def _of_no_rows(prepared: _Prepared, sql: str, type_: Type) -> Typed:
    """DuckDB gives NULL for no rows; ClickHouse gives the type's default, or NaN."""
    function = prepared.function
    if "OrNull" in prepared.combinators:
        if function.name in ("count", "uniqExact"):
            sql = f"nullif({sql}, 0)"
        return prepared.typed(sql, type_.as_nullable())
    if type_.nullable or function.name in ("count", "uniqExact") or function.window_only:
        return prepared.typed(sql, type_)
    if function.empty == "nan" and type_.is_float and "OrDefault" not in prepared.combinators:
        return prepared.typed(f"coalesce({sql}, CAST('nan' AS DOUBLE))", type_)
    if function.empty == "null":
        return prepared.typed(sql, type_)
    return prepared.typed(f"coalesce({sql}, {default_value(type_)})", type_)


def _state(prepared: _Prepared, call: Aggregate) -> Typed:
    function = prepared.function
    if function.state is None:
        raise Fault("TL406", f"states of {function.name} are not supported", call.node)
    check_arguments(function.name, prepared.args, function.signature)
    spelling = call.name.replace("State", "", 1)
    if prepared.parameters:
        spelling += f"({', '.join(map(str, prepared.parameters))})"
    types = tuple(arg.type for arg in prepared.args)
    if "If" in prepared.combinators:
        types += (Type("UInt8"),)
    type_ = Type("AggregateFunction", types, (spelling,))
    args = prepared.args
    if len(args) > 1 and function.signature.endswith("*"):
        args = (Typed(f"row({', '.join(arg.value for arg in args)})", Type("Tuple", types)),)
    return prepared.typed(f"CAST({prepared.text(function.state.make, args)} AS {duckdb_type(type_)})", type_)


def _states(prepared: _Prepared) -> Typed:
    """The one argument of -Merge: a column of states."""
    name = prepared.function.name
    if len(prepared.args) != 1 or prepared.args[0].type.name != "AggregateFunction":
        found = ", ".join(str(arg.type) for arg in prepared.args)
        raise Fault("TL405", f"{name}Merge takes one column of AggregateFunction({name}, …), not {found}",
                    hint=f"use {name} for plain values")  # fmt: skip
    if prepared.function.state is None:
        raise Fault("TL406", f"states of {name} are not supported")
    return prepared.args[0]


def _merge(prepared: _Prepared) -> Typed:
    state = _states(prepared)
    function = prepared.function
    assert function.state is not None
    types = [arg.plain for arg in state.type.args]
    type_ = function.result_type(types, prepared.parameters)
    if function.nullable and any(arg.nullable for arg in state.type.args):
        type_ = type_.as_nullable()
    plain = replace(prepared, function=replace(function, skips_nulls=False))
    sql = plain.text(function.state.merge, [state])
    if type_.is_number and type_.name != "Bool":
        sql = f"CAST({sql} AS {duckdb_type(type_)})"
    if function.name in ("count", "uniqExact") or function.name.startswith("uniq"):
        return prepared.typed(f"coalesce({sql}, 0)", type_)
    return _of_no_rows(prepared, sql, type_)


def _combine(prepared: _Prepared) -> Typed:
    state = _states(prepared)
    assert prepared.function.state is not None
    sql = prepared.text(prepared.function.state.combine, [state])
    return prepared.typed(f"CAST({sql} AS {duckdb_type(state.type)})", state.type)
