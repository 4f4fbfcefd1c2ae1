"""Tuples and arrays as vectors: arithmetic by element, products, norms and distances.

Of tuples the types follow the arithmetic of the elements; of arrays norms and distances are floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce

from tinylite.sql.arithmetic import arithmetic, negate
from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.division import int_div_or_zero
from tinylite.sql.functions.lists import let, same_length
from tinylite.sql.functions.maths import absolute
from tinylite.sql.functions.tuples import elements
from tinylite.sql.literals import tuple_literal
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined, nullable_if
from tinylite.types import Type
from tinylite.types.model import FLOAT32, FLOAT64, NULL, array

Lowering = Callable[[Call], Typed]
Operation = Callable[[Typed, Typed], Typed]
_plus, _minus, _times, _over = (partial(arithmetic, symbol) for symbol in "+-*/")


def _by_element(operation: Operation) -> Lowering:
    def lower(call: Call) -> Typed:
        if any(arg.type.name == "Nothing" for arg in call.args):
            return combined("NULL", NULL, call.args)
        return tuple_literal([operation(a, b) for a, b in _sides(call)])

    return lower


def _by_number(operation: Operation) -> Lowering:
    def lower(call: Call) -> Typed:
        if any(arg.type.name == "Nothing" for arg in call.args):
            return combined("NULL", NULL, call.args)
        return tuple_literal([operation(element, call.args[1]) for element in elements(call.args[0])])

    return lower


def _sides(call: Call) -> list[tuple[Typed, Typed]]:
    left, right = call.args[:2]
    if left.type.name != right.type.name:
        raise call.fault(f"takes two tuples or two arrays, not {left.type} and {right.type}")
    if len(left.type.args) != len(right.type.args):
        raise call.fault("the tuples have different sizes")
    return list(zip(elements(left), elements(right), strict=True))


def _total(parts: Sequence[Typed]) -> Typed:
    return reduce(_plus, parts)


def _double(sql: str, parts: Sequence[Typed]) -> Typed:
    return combined(f"CAST({sql} AS DOUBLE)", nullable_if(FLOAT64, list(parts)), list(parts))


def _root(value: Typed) -> Typed:
    return _double(f"sqrt({value.number})", [value])


# -- norms ----------------------------------------------------------------------------------------------------------


def _greatest(values: Sequence[Typed]) -> Typed:
    return _double(f"greatest({', '.join(f'CAST({value.number} AS DOUBLE)' for value in values)})", values)


def _power_mean(values: Sequence[Typed], power: Typed) -> Typed:
    terms = " + ".join(f"pow(CAST({absolute(value).number} AS DOUBLE), {power.number})" for value in values)
    return _double(f"pow({terms}, 1e0 / {power.number})", [*values, power])


_OF_TUPLES: dict[str, Callable[[Sequence[Typed], Sequence[Typed]], Typed]] = {
    "L1": lambda values, more: _total([absolute(value) for value in values]),
    "L2": lambda values, more: _root(_total([_times(value, value) for value in values])),
    "L2Squared": lambda values, more: _total([_times(value, value) for value in values]),
    "Linf": lambda values, more: _greatest([absolute(value) for value in values]),
    "Lp": lambda values, more: _power_mean(values, more[0]),
}
_OF_LISTS: dict[str, str] = {
    "L1": "list_sum(list_transform({0}, lambda {i}: abs({i})))",
    "L2": "sqrt(list_sum(list_transform({0}, lambda {i}: {i} * {i})))",
    "L2Squared": "list_sum(list_transform({0}, lambda {i}: {i} * {i}))",
    "Linf": "list_max(list_transform({0}, lambda {i}: CASE WHEN isnan({i}) THEN 0 ELSE abs({i}) END))",
    "Lp": "pow(list_sum(list_transform({0}, lambda {i}: pow(abs({i}), {p}))), 1e0 / {p})",
}


def _float_type(arrays: Sequence[Typed]) -> Type:
    return FLOAT32 if all(value.type.args[0].plain == FLOAT32 for value in arrays) else FLOAT64


def _list_norm(call: Call, kind: str, values: str, type_: Type, more: Sequence[Typed]) -> str:
    power = more[0].number if more else ""
    sql = _OF_LISTS[kind].format(values, i=call.unique(), p=power)
    return f"CAST(coalesce({sql}, 0) AS {duckdb_type(type_)})"


def _norm(kind: str) -> Lowering:
    def lower(call: Call) -> Typed:
        value, more = call.args[0], call.args[1:]
        if value.type.name == "Tuple":
            return _OF_TUPLES[kind](elements(value), more)
        type_ = _float_type([value])
        return combined(_list_norm(call, kind, _doubles(value), type_, more), type_, call.args)

    return lower


def _doubles(value: Typed) -> str:
    return f"CAST({value.sql} AS DOUBLE[])"


def _distance(kind: str) -> Lowering:
    def lower(call: Call) -> Typed:
        more = call.args[2:]
        if call.args[0].type.name == "Tuple":
            return _OF_TUPLES[kind]([_minus(a, b) for a, b in _sides(call)], more)
        arrays = _arrays(call)
        type_, item = _float_type(arrays), call.unique()
        pairs = f"list_zip({_doubles(arrays[0])}, {_doubles(arrays[1])})"
        gaps = f"list_transform({pairs}, lambda {item}: struct_extract({item}, 1) - struct_extract({item}, 2))"
        return combined(same_length(arrays, _list_norm(call, kind, gaps, type_, more)), type_, call.args)

    return lower


def _arrays(call: Call) -> tuple[Typed, Typed]:
    left, right = call.args[:2]
    if left.type.name != "Array" or right.type.name != "Array":
        raise call.fault(f"takes two tuples or two arrays, not {left.type} and {right.type}")
    return left, right


def _normalized(kind: str) -> Lowering:
    def lower(call: Call) -> Typed:
        value, more = call.args[0], call.args[1:]
        if value.type.name == "Tuple":
            norm = _OF_TUPLES[kind](elements(value), more)
            return tuple_literal([_over(element, norm) for element in elements(value)])
        type_, name, item = _float_type([value]), call.unique(), call.unique()
        norm_sql = _list_norm(call, kind, _doubles(value), type_, more)
        sql = let(name, norm_sql, f"list_transform({_doubles(value)}, lambda {item}: {item} / {name})")
        return combined(f"CAST({sql} AS {duckdb_type(array(type_))})", array(type_), call.args)

    return lower


# -- products -------------------------------------------------------------------------------------------------------


def _dot(call: Call) -> Typed:
    if call.args[0].type.name == "Tuple":
        return _total([_times(a, b) for a, b in _sides(call)])
    left, right = _arrays(call)
    type_ = _times(Typed("a", left.type.args[0].plain), Typed("b", right.type.args[0].plain)).type
    if type_.is_float:
        type_ = _float_type([left, right])
        sql = f"list_inner_product({_doubles(left)}, {_doubles(right)})"
        return combined(same_length([left, right], f"CAST({sql} AS {duckdb_type(type_)})"), type_, call.args)
    item = call.unique()
    product = " * ".join(f"CAST(struct_extract({item}, {place}) AS HUGEINT)" for place in (1, 2))
    total = f"coalesce(list_sum(list_transform(list_zip({left.sql}, {right.sql}), lambda {item}: {product})), 0)"
    return combined(same_length([left, right], cast(Typed(total, Type("Int128")), type_).sql), type_, call.args)


def _cosine(call: Call) -> Typed:
    if call.args[0].type.name == "Tuple":
        products = [_total([_times(a, b) for a, b in pairs]) for pairs in _with_squares(_sides(call))]
        dot, left, right = (f"CAST({product.number} AS DOUBLE)" for product in products)
        return _double(f"1 - {dot} / (sqrt({left}) * sqrt({right}))", products)
    first, second = _arrays(call)
    type_ = _float_type([first, second])
    a, b = _doubles(first), _doubles(second)
    dot, left, right = (f"list_inner_product({x}, {y})" for x, y in ((a, b), (a, a), (b, b)))
    sql = f"CAST(1 - {dot} / sqrt({left} * {right}) AS {duckdb_type(type_)})"
    return combined(same_length([first, second], sql), type_, call.args)


def _with_squares(pairs: list[tuple[Typed, Typed]]) -> list[list[tuple[Typed, Typed]]]:
    return [pairs, [(a, a) for a, _ in pairs], [(b, b) for _, b in pairs]]


def _int_div(left: Typed, right: Typed) -> Typed:
    return arithmetic("div", left, right)


def _modulo(left: Typed, right: Typed) -> Typed:
    return arithmetic("%", left, right)


def _elementwise(name: str, operation: Operation, aliases: tuple[str, ...] = ()) -> Function:
    return own(name, "tuple tuple", _by_element(operation), nulls="own", aliases=aliases)


def _with_number(name: str, operation: Operation) -> Function:
    return own(name, "tuple number", _by_number(operation), nulls="own")


def _family(kind: str) -> list[Function]:
    power = " number" if kind == "Lp" else ""
    both = "tuple|array tuple|array" + power
    made = [own(f"{kind}Norm", f"tuple|array{power}", _norm(kind), nulls="own", aliases=(f"norm{kind}",)),
            own(f"{kind}Distance", both, _distance(kind), nulls="own", aliases=(f"distance{kind}",))]  # fmt: skip
    if kind != "L2Squared":
        made.append(own(f"{kind}Normalize", f"tuple|array{power}", _normalized(kind), nulls="own",
                        aliases=(f"normalize{kind}",)))  # fmt: skip
    return made


FUNCTIONS: list[Function] = [
    _elementwise("tuplePlus", _plus, ("vectorSum",)),
    _elementwise("tupleMinus", _minus, ("vectorDifference",)),
    _elementwise("tupleMultiply", _times),
    _elementwise("tupleDivide", _over),
    _elementwise("tupleModulo", _modulo),
    _elementwise("tupleIntDiv", _int_div),
    _elementwise("tupleIntDivOrZero", int_div_or_zero),
    _with_number("tupleMultiplyByNumber", _times),
    _with_number("tupleDivideByNumber", _over),
    _with_number("tupleModuloByNumber", _modulo),
    _with_number("tupleIntDivByNumber", _int_div),
    _with_number("tupleIntDivOrZeroByNumber", int_div_or_zero),
    own("tupleNegate", "tuple", lambda call: tuple_literal([negate(e) for e in elements(call.args[0])]), nulls="own"),
    *(function for kind in _OF_TUPLES for function in _family(kind)),
    own("dotProduct", "tuple|array tuple|array", _dot, nulls="own", aliases=("scalarProduct",)),
    own("arrayDotProduct", "array array", _dot, nulls="own"),
    own("cosineDistance", "tuple|array tuple|array", _cosine, nulls="own"),
]  # fmt: skip
