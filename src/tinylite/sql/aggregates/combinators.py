"""What -If, -Array, -State and the others do to an aggregate, one after the other from the outside.

Each combinator changes the arguments or the rows and hands over to what it stands around, so they stack in any order.
An operation is one of `value` (the result), `state` (what a materialized view keeps), `merge` (the result of states)
and `combine` (one state of many).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts
from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.aggregates.rows import Grouped, Listed, Rows, Unique, by_key, let, listed, unnested
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import check_arguments
from tinylite.sql.literals import literal
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import NULL, UINT64, array, map_of


@dataclass(frozen=True, slots=True)
class Stack:
    """An aggregate with the combinators around it, the innermost first. `written` is the bare name as spelt."""

    function: AggregateFunction
    written: str
    combinators: tuple[str, ...]
    parameters: tuple[object, ...]
    unique: Unique

    @property
    def inner(self) -> Stack:
        return replace(self, combinators=self.combinators[:-1])

    @property
    def spelling(self) -> str:
        """As in AggregateFunction(…): `quantileIf(0.9)`. States of states are the same states."""
        names = [name for name in self.combinators if name not in ("State", "Merge", "SimpleState")]
        shown = ", ".join(f"'{p}'" if isinstance(p, str) else str(p) for p in self.parameters)
        return self.written + "".join(names) + (f"({shown})" if shown else "")

    def parts(self, args: Sequence[Typed], rows: Rows) -> Parts:
        return Parts(args, self.parameters, rows, self.unique)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A text and its type. `empty` stands in where the text is NULL: for no rows."""

    sql: str
    type: Type
    empty: str | None = None

    @property
    def finished(self) -> str:
        return f"coalesce({self.sql}, {self.empty})" if self.empty is not None else self.sql


_SIMPLE = frozenset({
    "any", "anyLast", "min", "max", "sum", "sumWithOverflow", "groupBitAnd", "groupBitOr", "groupBitXor", "sumMap",
    "minMap", "maxMap", "groupArrayArray", "groupArrayLastArray", "groupUniqArrayArray", "any_value", "first_value",
    "last_value", "anyLast_respect_nulls", "any_respect_nulls",
})  # fmt: skip
"""Aggregates whose results can be merged by themselves."""

Operation = Callable[[Stack, tuple[Typed, ...], Rows], Outcome]


def value(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    if not stack.combinators:
        return _plain_value(stack, args, rows)
    match stack.combinators[-1]:
        case "State":
            return state(stack.inner, args, rows)
        case "Merge":
            return merge(stack.inner, args, rows)
        case "SimpleState":
            if stack.inner.spelling.split("(")[0] not in _SIMPLE:
                raise Fault("TL405", f"{stack.inner.spelling} has no simple state", hint="use -State")
            outcome = value(stack.inner, args, rows)
            return replace(outcome, type=outcome.type.as_simple(stack.inner.spelling))
        case "OrNull":
            return _or_null(value(stack.inner, args, rows), args, rows)
        case "OrDefault":
            return _or_default(value(stack.inner, args, rows), args, rows)
        case name:
            return _SPREADS[name](value, stack.inner, args, rows)


def state(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    type_ = Type("AggregateFunction", tuple(arg.type.without_dictionaries for arg in args), (stack.spelling,))
    outcome = _state(stack, args, rows)
    if "Merge" in stack.combinators:
        return outcome
    return Outcome(f"CAST({outcome.sql} AS {duckdb_type(type_)})", type_)


def _state(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    if not stack.combinators:
        function = stack.function
        check_arguments(function.name, args, function.signature)
        rows = _not_null(function, args, rows)
        make = function.state.make if function.state else _make_list
        return Outcome(make(stack.parts(args, rows)), NULL)
    match stack.combinators[-1]:
        case "State" | "OrDefault" | "SimpleState":
            return _state(stack.inner, args, rows)
        case "OrNull":
            return Outcome(f"CASE WHEN {_seen(args, rows)} THEN {_state(stack.inner, args, rows).sql} END", NULL)
        case "Merge":
            return combine(stack.inner, args, rows)
        case "Distinct":
            _, distinct = _distinct_rows(stack, args, rows)
            return Outcome(distinct.sql, NULL)
        case name:
            return _SPREADS[name](_state, stack.inner, args, rows)


def merge(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    return _merge(*_states(stack, args), rows)


def _merge(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """`args` is the column of states alone."""
    (column,) = args
    types = column.type.args
    if not stack.combinators:
        function = stack.function
        if function.state is None:
            return _plain_value(stack, *_rows_of_states(stack, column, rows, distinct=False))
        result = _result_type(function, types, stack.parameters)
        sql = function.state.merge(stack.parts(args, rows))
        if result.is_number and result.name != "Bool":
            sql = f"CAST({sql} AS {duckdb_type(result)})"
        return Outcome(sql, result, _empty(function, result))
    match stack.combinators[-1]:
        case "State" | "Merge" | "SimpleState":
            return _merge(stack.inner, args, rows)
        case "If":
            return _merge(stack.inner, (_retyped(column, stack, types[:-1]),), rows)
        case "Array":
            return _merge(stack.inner, (_retyped(column, stack, [type_.args[0] for type_ in types]),), rows)
        case "OrNull":  # its states are NULL where no row was seen
            return _or_null(_merge(stack.inner, args, rows), args, rows.where([f"{column.sql} IS NOT NULL"]))
        case "OrDefault":
            return _or_default(_merge(stack.inner, args, rows), args, rows)
        case "Distinct":
            return value(stack.inner, *_rows_of_states(stack, column, rows, distinct=True))
        case _:
            return _per_element(_merge, stack, column, rows)


def combine(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    stack, args = _states(stack, args)
    (column,) = args
    return Outcome(f"CAST({_combine(stack, args, rows).sql} AS {duckdb_type(column.type)})", column.type)


def _combine(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    (column,) = args
    if not stack.combinators:
        whole = stack.function.state.combine if stack.function.state else _combine_lists
        return Outcome(whole(stack.parts(args, rows)), NULL)
    match stack.combinators[-1]:
        case "Distinct":
            return Outcome(f"list_distinct({_combine_lists(stack.parts(args, rows))})", NULL)
        case "ForEach" | "Map" | "Resample":
            return _per_element(_combine, stack, column, rows)
        case _:
            return _combine(stack.inner, args, rows)


# -- states ---------------------------------------------------------------------------------------------------------


def _states(stack: Stack, args: tuple[Typed, ...]) -> tuple[Stack, tuple[Typed, ...]]:
    """The one argument of -Merge, and the stack of combinators that its type names."""
    name = stack.spelling
    if len(args) != 1 or args[0].type.name != "AggregateFunction":
        found = ", ".join(str(arg.type) for arg in args)
        raise Fault("TL405", f"{name}Merge takes one column of AggregateFunction({name}, …), not {found}",
                    hint=f"use {name} for plain values")  # fmt: skip
    spelling = str(args[0].type.params[0]).split("(")[0]
    kept = find_aggregate(spelling)
    if kept is None or _family(kept.function) != _family(stack.function):
        raise Fault("TL405", f"{name}Merge can't read states of {spelling}", hint=f"use {spelling}Merge")
    if "If" in stack.combinators and "If" not in kept.combinators:
        raise Fault("TL405", f"{name}Merge can't read states of {spelling}", hint=f"use {spelling}Merge")
    return replace(stack, written=kept.written, combinators=kept.combinators), args


def _family(function: AggregateFunction) -> str:
    """quantile and quantiles have the same states."""
    return function.name.replace("quantiles", "quantile")


def stack_of_state(spelling: str, parameters: tuple[object, ...], unique: Unique) -> Stack:
    """The aggregate that AggregateFunction(…) or SimpleAggregateFunction(…) names. Raises Fault."""
    spelling = spelling.split("(")[0].strip()
    named = find_aggregate(spelling)
    if named is None:
        raise Fault("TL404", f"unknown aggregate function {spelling}")
    return Stack(named.function, named.written, named.combinators, parameters, unique)


def _retyped(column: Typed, stack: Stack, types: Sequence[Type]) -> Typed:
    return column.with_type(Type("AggregateFunction", tuple(types), (stack.inner.spelling,)))


def _make_list(p: Parts) -> str:
    _, rows = listed(p.rows, p.args, p.unique)
    return rows.sql


def _combine_lists(p: Parts) -> str:
    return f"flatten({p.collect('{0}')})"


def _rows_of_states(stack: Stack, column: Typed, rows: Rows, *, distinct: bool) -> tuple[tuple[Typed, ...], Listed]:
    """The rows that a column of lists of arguments holds."""
    item = stack.unique("r")
    text = f"flatten({rows.collect(column.sql)})"
    types = column.type.args
    if len(types) == 1:
        args: tuple[Typed, ...] = (Typed(item, types[0]),)
    else:
        args = tuple(Typed(f"{item}.a{index}", type_) for index, type_ in enumerate(types))
    return args, Listed(f"list_distinct({text})" if distinct else text, item, rows.subquery)


def _per_element(operation: Operation, stack: Stack, column: Typed, rows: Rows) -> Outcome:
    """-ForEach, -Resample and -Map keep a list or a map of states: each element is merged for itself."""
    name = stack.combinators[-1]
    types = column.type.args[:-1] if name == "Resample" else column.type.args
    if name == "Map":
        key, element = types[0].args
        inner = Type("AggregateFunction", (element,), (stack.inner.spelling,))
        return _map(operation, stack.inner, (column.with_type(map_of(key, inner)),), rows)
    if name == "ForEach":
        types = tuple(type_.args[0] for type_ in types)
    inner = Type("AggregateFunction", tuple(types), (stack.inner.spelling,))
    return _for_each(operation, stack.inner, (column.with_type(array(inner)),), rows)


# -- plain aggregates -----------------------------------------------------------------------------------------------


def _plain_value(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    function = stack.function
    check_arguments(function.name, args, function.signature)
    parameters = [literal(list(p) if isinstance(p, tuple) else p) for p in stack.parameters]
    check_arguments(f"the parameters of {function.name}", parameters, function.parameters)
    if any(arg.type.name == "Nothing" for arg in args) and not function.keeps_nulls:
        return Outcome(rows.call("count", "NULL"), UINT64) if counts(function) else Outcome(_no_value(rows), NULL)
    type_ = _result_type(function, [arg.type for arg in args], stack.parameters)
    sql = function.sql(stack.parts(args, _not_null(function, args, rows)))
    return Outcome(sql, type_, _empty(function, type_))


def _no_value(rows: Rows) -> str:
    return rows.call("any_value", "CAST(NULL AS INTEGER)")


def counts(function: AggregateFunction) -> bool:
    """ClickHouse calls it returns_default_when_only_null."""
    return function.name in ("count", "uniq", "uniqExact", "uniqHLL12", "uniqTheta", "uniqUpTo")


def _not_null(function: AggregateFunction, args: Sequence[Typed], rows: Rows) -> Rows:
    if not function.skips_nulls:
        return rows
    return rows.where([f"{arg.value} IS NOT NULL" for arg in args if arg.type.nullable])


def _result_type(function: AggregateFunction, types: Sequence[Type], parameters: Sequence[object]) -> Type:
    keep = function.keeps_nulls
    type_ = function.result_type(
        [t.without_dictionaries if keep else t.without_dictionaries.plain for t in types], parameters
    )
    return type_.as_nullable() if function.nullable and any(t.nullable for t in types) else type_


def _empty(function: AggregateFunction, type_: Type) -> str | None:
    if type_.nullable or function.empty == "never":
        return None
    if function.empty in ("nan", "inf") and type_.is_float:
        return f"CAST('{function.empty}' AS {duckdb_type(type_)})"
    if function.empty == "ones":
        return f"CAST({(1 << type_.bits) - 1 if type_.is_unsigned else -1} AS {duckdb_type(type_)})"
    return default_value(type_)


def _or_null(outcome: Outcome, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """NULL of no rows; arrays and maps can't be NULL, they are empty."""
    if not outcome.type.as_nullable().nullable:
        return _or_default(outcome, args, rows)
    if outcome.empty is None and not outcome.type.nullable:
        return Outcome(f"CASE WHEN {_seen(args, rows)} THEN {outcome.sql} END", outcome.type.as_nullable())
    return Outcome(outcome.sql, outcome.type.as_nullable())


def _or_default(outcome: Outcome, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    if outcome.type.nullable:
        return outcome
    sql = outcome.sql if outcome.empty is not None else f"CASE WHEN {_seen(args, rows)} THEN {outcome.sql} END"
    return Outcome(sql, outcome.type, default_value(outcome.type))


def _seen(args: tuple[Typed, ...], rows: Rows) -> str:
    return f"{rows.where([f'{arg.value} IS NOT NULL' for arg in args if arg.type.nullable]).count()} > 0"


# -- combinators that change arguments or rows ----------------------------------------------------------------------


def _if(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    if not args or args[-1].type.name not in ("UInt8", "Bool", "Nothing"):
        found = f", not {args[-1].type}" if args else ""
        raise Fault("TL405", f"{inner.spelling}If needs a condition (UInt8 or Bool) as its last argument{found}")
    return operation(inner, args[:-1], rows.where([args[-1].condition]))


def _distinct(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    if len(args) == 1 and isinstance(rows, Grouped) and not inner.combinators:
        return operation(inner, args, replace(rows, distinct=True))
    return operation(inner, *_distinct_rows(inner, args, rows))


def _distinct_rows(stack: Stack, args: tuple[Typed, ...], rows: Rows) -> tuple[tuple[Typed, ...], Listed]:
    names, elements = listed(rows, args, stack.unique)
    return names, replace(elements, sql=f"list_distinct({elements.sql})")


def _array(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """-Array: the elements of all rows' arrays; those of several arguments go side by side."""
    elements = _elements(args, f"{inner.spelling}Array")
    item = inner.unique("r")
    if len(args) == 1:
        names: tuple[Typed, ...] = (Typed(item, elements[0]),)
        lists = rows.collect(args[0].exact)
    else:
        names = tuple(Typed(f"{item}.a{index}", type_) for index, type_ in enumerate(elements))
        fields = ", ".join(f"a{index} := ({arg.exact})[_i]" for index, arg in enumerate(args))
        lists = rows.collect(f"list_transform(range(1, len({args[0].exact}) + 1), lambda _i: struct_pack({fields}))")
    return operation(inner, names, Listed(f"flatten({lists})", item, rows.subquery))


def _for_each(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """-ForEach: an aggregate for each place in the arrays."""
    elements = _elements(args, f"{inner.spelling}ForEach")
    names, all_rows = listed(rows, args, inner.unique)
    place, lists = inner.unique("i"), inner.unique("l")
    if rows.subquery:
        return _for_each_place(operation, inner, names, elements, all_rows)
    here = tuple(Typed(f"{name.sql}[{place}]", type_) for name, type_ in zip(names, elements, strict=True))
    reaching = Listed(lists, all_rows.item).where([f"len({names[0].sql}) >= {place}"])
    outcome = operation(inner, here, reaching)
    longest = f"coalesce(list_aggregate({Listed(lists, all_rows.item).collect(f'len({names[0].sql})')}, 'max'), 0)"
    body = f"list_transform(range(1, {longest} + 1), lambda {place}: {outcome.finished})"
    return Outcome(let(lists, all_rows.sql, body), array(outcome.type))


def _for_each_place(
    operation: Operation, inner: Stack, names: Sequence[Typed], elements: Sequence[Type], all_rows: Listed
) -> Outcome:
    """-ForEach as DuckDB's own GROUP BY."""
    place, row, found = (inner.unique(stem) for stem in ("i", "n", "r"))
    here = tuple(Typed(f"{name.sql}[{place}]", type_) for name, type_ in zip(names, elements, strict=True))
    outcome = operation(inner, here, Grouped(order=row))
    spread = f"SELECT {all_rows.item}, {row}, unnest(range(1, len({names[0].sql}) + 1)) AS {place}"
    cells = f"{spread} FROM ({unnested(all_rows.sql, all_rows.item, row)})"
    groups = f"SELECT {place}, {outcome.finished} AS {found} FROM ({cells}) GROUP BY {place}"
    sql = f"(SELECT coalesce(list({found} ORDER BY {place}), []) FROM ({groups}))"
    return Outcome(sql, array(outcome.type))


def _map(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """-Map: an aggregate for each key."""
    if len(args) != 1 or args[0].type.name != "Map":
        raise Fault("TL405", f"{inner.spelling}Map takes one Map")
    key, element = args[0].type.args
    entries = f"flatten({rows.collect(f'map_entries({args[0].sql})')})"
    types: list[Type] = []

    def result(of_key: Rows, text: str) -> str:
        outcome = operation(inner, (Typed(text, element),), of_key)
        types.append(outcome.type)
        return outcome.finished

    pairs = f"list_transform({entries}, lambda _e: struct_pack(k := _e.key, v := _e.value))"
    return Outcome(
        f"map_from_entries({by_key(pairs, rows, inner.unique, result)})", map_of(key.without_dictionaries, types[0])
    )


def _resample(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
    """-Resample(start, end, step): an aggregate for each interval of the last argument."""
    if len(args) < 1 or not args[-1].type.is_integer or len(inner.parameters) < 3:
        raise Fault("TL405", f"{inner.spelling}Resample takes (start, end, step) and a whole number as last argument")
    start, end, step = (int(str(p)) for p in inner.parameters[-3:])
    if step <= 0 or (end - start) / step > 1000:
        raise Fault("TL405", f"{inner.spelling}Resample: the step must be positive and give at most 1000 intervals")
    bare = replace(inner, parameters=inner.parameters[:-3])
    key = args[-1].exact
    rows = rows.where([f"{arg.value} IS NOT NULL" for arg in args if arg.type.nullable])
    args = tuple(arg.with_type(arg.type.as_nullable(False)) for arg in args)
    outcomes = [
        operation(bare, args[:-1], rows.where([f"{key} >= {low}", f"{key} < {min(low + step, end)}"]))
        for low in range(start, end, step)
    ]
    if not outcomes:
        raise Fault("TL405", f"{inner.spelling}Resample: the end must be above the start")
    return Outcome("[" + ", ".join(o.finished for o in outcomes) + "]", array(outcomes[0].type))


def _at_extreme(function: str) -> Callable[[Operation, Stack, tuple[Typed, ...], Rows], Outcome]:
    """-ArgMin, -ArgMax: only the rows where the last argument is least or greatest."""

    def spread(operation: Operation, inner: Stack, args: tuple[Typed, ...], rows: Rows) -> Outcome:
        rows = rows.where([f"{arg.value} IS NOT NULL" for arg in args if arg.type.nullable])
        names, all_rows = listed(rows, args, inner.unique)
        lists, best = inner.unique("l"), inner.unique("m")
        chosen = Listed(lists, all_rows.item)
        outcome = operation(inner, names[:-1], chosen.where([f"{names[-1].sql} = {best}"]))
        body = let(best, f"list_aggregate({chosen.collect(names[-1].sql)}, '{function}')", outcome.sql)
        return replace(outcome, sql=let(lists, all_rows.sql, body))

    return spread


def _elements(args: tuple[Typed, ...], name: str) -> list[Type]:
    if not args or any(arg.type.name != "Array" for arg in args):
        raise Fault("TL405", f"{name} takes arrays, not {', '.join(str(arg.type) for arg in args) or 'nothing'}")
    return [arg.type.args[0] for arg in args]


_SPREADS: dict[str, Callable[[Operation, Stack, tuple[Typed, ...], Rows], Outcome]] = {
    "If": _if,
    "Distinct": _distinct,
    "Array": _array,
    "ForEach": _for_each,
    "Map": _map,
    "Resample": _resample,
    "ArgMin": _at_extreme("min"),
    "ArgMax": _at_extreme("max"),
}
