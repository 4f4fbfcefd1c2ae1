"""Arrays: aggregates by name over the elements of arrays."""

from __future__ import annotations

import re

from tinylite.diagnostics import did_you_mean
from tinylite.sql.aggregates.combinators import Stack, value
from tinylite.sql.aggregates.registry import aggregate_names, find_aggregate
from tinylite.sql.aggregates.rows import Listed
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.lists import let, same_length
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import array


def _reduced(call: Call, name: str, arrays: tuple[Typed, ...], sql: str) -> tuple[str, Type]:
    """The aggregate of a list, whose elements are the arrays' side by side. Raises Fault."""
    stack, item = _stack(call, name), call.unique()
    types = [arg.type.args[0] for arg in arrays]
    if any(type_.name == "Nothing" and not type_.nullable for type_ in types) and stack.function.name != "count":
        raise call.fault("the array has no type")
    args: tuple[Typed, ...] = (Typed(item, types[0]),)
    if len(arrays) > 1:
        args = tuple(Typed(f"struct_extract({item}, {place})", type_) for place, type_ in enumerate(types, start=1))
    outcome = value(stack, args, Listed(sql, item))
    return outcome.finished, outcome.type


def _stack(call: Call, text: str) -> Stack:
    """`quantilesIf(0.5, 0.9)`: an aggregate with combinators and parameters."""
    name, _, rest = text.partition("(")
    named = find_aggregate(name.strip())
    if named is None:
        raise Fault("TL404", f"unknown aggregate function {name}", call.node, did_you_mean(name, aggregate_names()))
    parameters = tuple(_parameter(call, part.strip()) for part in rest.removesuffix(")").split(",") if part.strip())
    return Stack(named.function, named.written, named.combinators, parameters, call.scope.context.unique)


def _parameter(call: Call, text: str) -> object:
    if re.fullmatch(r"'[^']*'", text):
        return text.strip("'")
    try:
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    except ValueError:
        raise call.fault(f"{text} is no parameter of an aggregate") from None


def _taken(call: Call, arrays: tuple[Typed, ...]) -> str:
    if any(arg.type.name != "Array" for arg in arrays):
        raise call.fault("the arguments behind the name must be arrays")
    if len(arrays) == 1:
        return arrays[0].sql
    return same_length(arrays, f"list_zip({', '.join(arg.sql for arg in arrays)})")


def _reduce(call: Call) -> Typed:
    name, arrays = str(call.literal(0, str, "the name of an aggregate")), call.args[1:]
    sql, type_ = _reduced(call, name, arrays, _taken(call, arrays))
    return combined(sql, type_, call.args)


def _reduce_in_ranges(call: Call) -> Typed:
    """A result for each (first, length); a negative first counts from the end."""
    name, ranges, arrays = str(call.literal(0, str, "the name of an aggregate")), call.args[1], call.args[2:]
    if ranges.type.name != "Array" or ranges.type.args[0].name != "Tuple" or not arrays:
        raise call.fault("takes a name, an array of (first, length), and arrays")
    rows, part = call.unique(), call.unique()
    first, length = (
        f"CAST(struct_extract({part}, '{place}') AS BIGINT)" for place in ranges.type.args[0].names or "12"
    )
    begin = f"(CASE WHEN {first} < 0 THEN len({rows}) + {first} ELSE {first} - 1 END)"
    end = f"(CASE WHEN {first} = 0 THEN 0 ELSE greatest({begin} + {length}, 0) END)"
    run = f"array_slice({rows}, greatest({begin} + 1, 1), {end})"
    sql, type_ = _reduced(call, name, arrays, run)
    results = f"list_transform({ranges.sql}, lambda {part}: {sql})"
    return combined(let(rows, _taken(call, arrays), results), array(type_), call.args)


FUNCTIONS: list[Function] = [
    own("arrayReduce", "string array array*", _reduce, nulls="own",
        doc="An aggregate by name, with combinators and parameters: arrayReduce('quantile(0.9)', xs)."),
    own("arrayReduceInRanges", "string array array array*", _reduce_in_ranges, nulls="own"),
]  # fmt: skip
