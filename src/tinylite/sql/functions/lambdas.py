"""Arrays: the functions that take a lambda.

A lambda of several arrays walks them side by side: they are zipped, and each parameter is a field of the pair.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinylite.sql.access import tuple_element
from tinylite.sql.casts import coerce
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.lists import let, same_length
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.ranks import holds_enums, rank
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT32, INT64, UINT8, UINT32, UINT64, array, decimal, integer


@dataclass(frozen=True, slots=True)
class Walk:
    """A lambda applied to arrays: `item` is what DuckDB's lambda over the list `source` calls its element."""

    source: str
    item: str
    body: Typed
    first: str
    """The element of the first array, in terms of `item`."""
    parts: tuple[Typed, ...]
    """What the result is made of."""

    def mapped(self, text: str, index: str = "") -> str:
        names = f"{self.item}, {index}" if index else self.item
        return f"list_transform({self.source}, lambda {names}: {text})"

    @property
    def values(self) -> str:
        return self.mapped(self.body.exact)

    @property
    def kept(self) -> str:
        """The zipped elements that satisfy the lambda."""
        return f"list_filter({self.source}, lambda {self.item}: {self.condition})"

    @property
    def condition(self) -> str:
        """The lambda's result as a BOOLEAN. Raises Fault when it is no condition."""
        if self.body.type.name not in ("UInt8", "Bool", "Nothing"):
            raise Fault("TL407", f"the lambda must give UInt8, not {self.body.type}", hint="compare, as in x != 0")
        return self.body.condition

    @property
    def kept_firsts(self) -> str:
        """Those of the first array."""
        return (
            self.kept if self.first == self.item else f"list_transform({self.kept}, lambda {self.item}: {self.first})"
        )


def walk(call: Call, arrays: Sequence[Typed], before: Sequence[Typed] = ()) -> Walk:
    """Raises Fault. `before` are the lambda's parameters in front of the elements."""
    if call.function is None:
        raise call.fault("argument 1 must be a lambda", "as in arrayMap(x -> x + 1, xs)")
    if not arrays or any(arg.type.name != "Array" for arg in arrays):
        raise call.fault("the arguments behind the lambda must be arrays")
    item = call.unique()
    wanted = len(call.function.names) - len(before)
    if len(arrays) == 1:
        source, first = arrays[0].sql, item
        elements = [Typed(item, arrays[0].type.args[0])]
        if wanted > 1 and elements[0].type.name == "Tuple":  # (a, b) -> … takes a tuple apart
            elements = [tuple_element(elements[0], place + 1) for place in range(len(elements[0].type.args))]
    else:
        source, first = (
            same_length(arrays, f"list_zip({', '.join(arg.sql for arg in arrays)})"),
            f"struct_extract({item}, 1)",
        )
        elements = [
            Typed(f"struct_extract({item}, {index})", arg.type.args[0]) for index, arg in enumerate(arrays, start=1)
        ]
    body = call.function.apply(*before, *elements)
    return Walk(source, item, body, first, (*arrays, body))


def _map(call: Call) -> Typed:
    walked = walk(call, call.args)
    return combined(walked.values, array(walked.body.type), walked.parts)


def _filter(call: Call) -> Typed:
    walked = walk(call, call.args)
    return combined(walked.kept_firsts, call.args[0].type, walked.parts)


def _satisfying(call: Call) -> Walk:
    """The elements that a lambda, or without one they themselves, call true."""
    if call.function is not None:
        return walk(call, call.args)
    (values,) = call.args
    name = call.unique()
    return Walk(values.sql, name, Typed(name, values.type.args[0], constant=values.constant), name, (values,))


def _exists(call: Call) -> Typed:
    walked = _satisfying(call)
    return combined(f"(len({walked.kept}) > 0)", UINT8, walked.parts, predicate=True)


def _all(call: Call) -> Typed:
    walked = _satisfying(call)
    return combined(f"(len({walked.kept}) = len({walked.source}))", UINT8, walked.parts, predicate=True)


def _count(call: Call) -> Typed:
    walked = _satisfying(call)
    return combined(f"CAST(len({walked.kept}) AS UINTEGER)", UINT32, walked.parts)


# -- one value of many ----------------------------------------------------------------------------------------------


def _mapped(call: Call) -> tuple[str, Type, tuple[Typed, ...]]:
    """The values to fold, the type of each, and what they are made of."""
    if call.function is None:
        return call.args[0].sql, call.args[0].type.args[0], call.args
    walked = walk(call, call.args)
    return walked.values, walked.body.type, walked.parts


def _number_of(call: Call, element: Type) -> Type:
    if element.nullable or not element.is_number:
        raise call.fault(f"takes numbers that can't be NULL, not {element}")
    return element.plain


def _reduced(function: str, result: Callable[[Type], Type]) -> Callable[[Call], Typed]:
    """arraySum and the like, of the elements or of what a lambda makes of them."""

    def lower(call: Call) -> Typed:
        values, element, parts = _mapped(call)
        type_ = result(_number_of(call, element))
        if element.name == "Bool":
            values = f"CAST({values} AS UTINYINT[])"
        sql = f"coalesce(CAST({function}({values}) AS {duckdb_type(type_)}), {default_value(type_)})"
        return combined(sql, type_, parts)

    return lower


def _product(call: Call) -> Typed:
    """ClickHouse multiplies whole numbers in 64 bits, and keeps the low ones."""
    values, element, parts = _mapped(call)
    type_ = _number_of(call, element)
    product = f"list_product({values}) + 0"  # not -0
    if type_.is_integer or type_.name == "Bool":
        kept, item, low = call.unique(), call.unique(), f"({1 << 64})"
        wide = f"list_transform({values}, lambda {item}: CAST((CAST({item} AS HUGEINT) + {low}) % {low} AS UHUGEINT))"
        step = f"lambda {kept}, {item}: ({kept} * {item}) % CAST({low} AS UHUGEINT)"
        product = f"CAST(list_reduce({wide}, {step}, CAST(1 AS UHUGEINT)) AS HUGEINT)"
        if not type_.is_unsigned and type_.name != "Bool":
            product = f"(({product} + {1 << 63}) % {low} - {1 << 63})"
        product = f"CASE WHEN len({values}) > 0 THEN {product} END"
    return combined(f"coalesce(CAST({product} AS DOUBLE), 0e0)", FLOAT64, parts)


def _sum_type(element: Type) -> Type:
    if element.is_float:
        return FLOAT64
    if element.name == "Decimal":
        return decimal(38, int(str(element.params[1])))
    return UINT64 if element.is_unsigned else INT64


def _extreme(function: str) -> Callable[[Call], Typed]:
    """arrayMin, arrayMax: NaN is passed over as long as there is a number."""

    def lower(call: Call) -> Typed:
        values, element, parts = _mapped(call)
        if element.name == "Nothing":
            raise call.fault("the array has no type")
        sql = f"{function}({values})"
        if element.is_float and function == "list_max":
            name, item = call.unique(), call.unique()
            numbers = f"list_filter({name}, lambda {item}: NOT isnan({item}))"
            sql = let(name, values, f"coalesce(list_max({numbers}), list_max({name}))")
        elif holds_enums(element):
            ranked = _by_rank(call, values, element, descending=function == "list_max")
            sql = f"list_filter({ranked}, lambda _e: _e IS NOT NULL)[1]"
        if not element.nullable:
            sql = f"coalesce({sql}, {default_value(element)})"
        return combined(sql, element, parts)

    return lower


def _first(place: int, *, or_null: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        walked = walk(call, call.args)
        element = call.args[0].type.args[0]
        if or_null and element.as_nullable() == element and not element.nullable:
            raise call.fault(f"{element} can't be NULL")
        sql = f"{walked.kept_firsts}[{place}]"
        if not or_null and not element.nullable:
            sql = f"coalesce({sql}, {default_value(element)})"
        return combined(f"({sql})", element.as_nullable() if or_null else element, walked.parts)

    return lower


def _index(function: str) -> Callable[[Call], Typed]:
    """arrayFirstIndex, arrayLastIndex: 0 when there is none."""

    def lower(call: Call) -> Typed:
        walked, index = walk(call, call.args), call.unique()
        places = walked.mapped(f"CASE WHEN {walked.condition} THEN {index} END", index)
        return combined(f"CAST(coalesce({function}({places}), 0) AS UINTEGER)", UINT32, walked.parts)

    return lower


def _fold(call: Call) -> Typed:
    """arrayFold((acc, x, …) -> acc + x, xs, …, start)."""
    *arrays, start = call.args
    accumulator = call.unique()
    walked = walk(call, arrays, (Typed(accumulator, start.type, constant=start.constant),))
    if walked.body.type != start.type:
        raise call.fault(f"the lambda gives {walked.body.type}, and the first value is {start.type}",
                         "convert the first value, as in toInt64(0)")  # fmt: skip
    type_ = duckdb_type(start.type)
    body = f"CAST({walked.body.exact} AS {type_})"
    sql = f"list_reduce({walked.source}, lambda {accumulator}, {walked.item}: {body}, CAST({start.exact} AS {type_}))"
    return combined(sql, start.type, [*walked.parts, start])


# -- order ----------------------------------------------------------------------------------------------------------


def _by_rank(call: Call, values: str, element: Type, *, descending: bool) -> str:
    """Enums by their numbers."""
    item, pair = call.unique(), call.unique()
    pairs = f"list_transform({values}, lambda {item}: struct_pack(k := {rank(item, element)}, v := {item}))"
    direction = "DESC" if descending else "ASC"
    return f"list_transform(list_sort({pairs}, '{direction}', 'NULLS LAST'), lambda {pair}: {pair}.v)"


def _sorted(*, descending: bool, partial: bool = False) -> Callable[[Call], Typed]:
    """Stable; NaN and then NULL come last in both directions. A partial sort may sort all."""

    def lower(call: Call) -> Typed:
        arrays = call.args[1:] if partial else call.args
        if not arrays or arrays[0].type.name != "Array":
            raise call.fault("takes an array")
        if call.function is None and holds_enums(arrays[0].type.args[0]):
            sql = _by_rank(call, arrays[0].sql, arrays[0].type.args[0], descending=descending)
            return combined(sql, arrays[0].type, call.args)
        if call.function is None:
            sql = sorted_list(call, arrays[0].sql, arrays[0].type.args[0], descending=descending)
            return combined(sql, arrays[0].type, call.args)
        walked = walk(call, arrays)
        sql = sorted_by(call, walked, descending=descending)
        return combined(sql, arrays[0].type, [*walked.parts, *call.args])

    return lower


def sorted_list(call: Call, values: str, element: Type, *, descending: bool) -> str:
    if not (descending and element.is_float):
        return f"list_sort({values}, '{'DESC' if descending else 'ASC'}', 'NULLS LAST')"
    name, item = call.unique(), call.unique()
    parts = [
        f"list_sort(list_filter({name}, lambda {item}: NOT isnan({item})), 'DESC', 'NULLS LAST')",
        f"list_filter({name}, lambda {item}: isnan({item}))",
    ]
    if element.nullable:
        parts.append(f"list_filter({name}, lambda {item}: {item} IS NULL)")
    return let(name, values, f"list_concat({', '.join(parts)})")


def sorted_by(call: Call, walked: Walk, *, descending: bool) -> str:
    """The elements of the first array in the order of what the lambda makes of them."""
    index, pair, key = call.unique(), call.unique(), walked.body
    number = "0"
    if descending and (key.type.nullable or key.type.is_float):
        unlike = f"WHEN isnan({key.exact}) THEN 1 " if key.type.is_float else ""
        number = f"CASE WHEN {key.exact} IS NULL THEN 0 {unlike}ELSE 2 END"
    place = f"-{index}" if descending else index
    keyed = walked.mapped(
        f"struct_pack(n := {number}, k := {rank(key.exact, key.type)}, i := {place}, v := {walked.first})", index
    )
    direction = "DESC" if descending else "ASC"
    return f"list_transform(list_sort({keyed}, '{direction}', 'NULLS LAST'), lambda {pair}: {pair}.v)"


# -- runs -----------------------------------------------------------------------------------------------------------


def _fill(*, reverse: bool) -> Callable[[Call], Typed]:
    """An element for which the lambda is false becomes the nearest before it (behind it) for which it is true."""

    def lower(call: Call) -> Typed:
        walked, index, marks = walk(call, call.args), call.unique(), call.unique()
        values = call.args[0]
        last = f"len({values.sql})" if reverse else "1"
        found = walked.mapped(f"CASE WHEN {walked.condition} OR {index} = {last} THEN {index} END", index)
        nearest = f"list_min({marks}[{index}:])" if reverse else f"list_max({marks}[1:{index}])"
        filled = f"list_transform({marks}, lambda {walked.item}, {index}: ({values.sql})[{nearest}])"
        return combined(let(marks, found, filled), values.type, walked.parts)

    return lower


def _split(*, reverse: bool) -> Callable[[Call], Typed]:
    """Cuts in front of elements for which the lambda is true, or with `reverse` behind them."""

    def lower(call: Call) -> Typed:
        walked, index, cuts, at = walk(call, call.args), call.unique(), call.unique(), call.unique()
        values = call.args[0]
        edge = f"len({values.sql})" if reverse else "1"
        marks = walked.mapped(f"CASE WHEN {walked.condition} OR {index} = {edge} THEN {index} END", index)
        places = f"list_filter({marks}, lambda {at}: {at} IS NOT NULL)"
        if reverse:
            run = f"({values.sql})[coalesce({cuts}[{index} - 1], 0) + 1 : {at}]"
        else:
            run = f"({values.sql})[{at} : coalesce({cuts}[{index} + 1] - 1, len({values.sql}))]"
        sql = let(cuts, places, f"list_transform({cuts}, lambda {at}, {index}: {run})")
        return combined(sql, array(values.type), walked.parts)

    return lower


def _running(step: str) -> Callable[[Call], Typed]:
    """arrayCumSum: `step` is the next sum of the last one `{0}` and an element `{1}`."""

    def lower(call: Call) -> Typed:
        values, element, parts = _mapped(call)
        type_ = _sum_type(_number_of(call, element))
        item, sums, duckdb = call.unique(), call.unique(), duckdb_type(type_)
        following = step.format(f"{sums}[-1]", f"CAST({item} AS {duckdb})")
        sql = (
            f"list_reduce({values}, lambda {sums}, {item}: list_append({sums}, CAST({following} AS {duckdb})), "
            f"CAST([0] AS {duckdb}[]))[2:]"
        )
        return combined(sql, array(type_), parts)

    return lower


def _difference(call: Call) -> Typed:
    values, element, parts = _mapped(call)
    type_ = _difference_type(call, element)
    name, item, index, duckdb = call.unique(), call.unique(), call.unique(), duckdb_type(type_)
    as_number = coerce(Typed(item, element), type_) if element.is_temporal else f"CAST({item} AS {duckdb})"
    numbers = f"list_transform({values}, lambda {item}: {as_number})"
    step = f"CASE WHEN {index} = 1 THEN 0 ELSE {item} - {name}[{index} - 1] END"
    body = f"list_transform({name}, lambda {item}, {index}: CAST({step} AS {duckdb}))"
    return combined(let(name, numbers, body), array(type_), parts)


def _difference_type(call: Call, element: Type) -> Type:
    if element.is_temporal and not element.nullable:
        return INT32 if element.is_date else INT64
    number = _number_of(call, element)
    if number.is_float:
        return FLOAT64
    return number if number.name == "Decimal" else integer(min(64, number.bits * 2), signed=True)


def _lambda(name: str, lower: Callable[[Call], Typed], doc: str, signature: str = "array*") -> Function:
    return own(name, signature, lower, takes_lambda=True, nulls="own", doc=doc)


FUNCTIONS: list[Function] = [
    _lambda("arrayMap", _map, "What the lambda makes of each element, or of those of several arrays side by side."),
    _lambda("arrayFilter", _filter, "The elements of the first array for which the lambda is true."),
    _lambda("arrayExists", _exists, "Whether the lambda is true of any."),
    _lambda("arrayAll", _all, "Whether the lambda is true of all."),
    _lambda("arrayCount", _count, "For how many the lambda is true."),
    _lambda("arraySum", _reduced("list_sum", _sum_type), "The sum of the elements, or of the lambda's results."),
    _lambda("arrayAvg", _reduced("list_avg", lambda element: FLOAT64), "Their mean."),
    _lambda("arrayProduct", _product, "Their product, as Float64."),
    _lambda("arrayMin", _extreme("list_min"), "The least."),
    _lambda("arrayMax", _extreme("list_max"), "The greatest."),
    _lambda("arrayFirst", _first(1, or_null=False), "The first for which the lambda is true, or the type's default."),
    _lambda("arrayLast", _first(-1, or_null=False), "The last for which it is true."),
    _lambda("arrayFirstOrNull", _first(1, or_null=True), "As arrayFirst, or NULL."),
    _lambda("arrayLastOrNull", _first(-1, or_null=True), "As arrayLast, or NULL."),
    _lambda("arrayFirstIndex", _index("list_min"), "The position of the first for which the lambda is true, or 0."),
    _lambda("arrayLastIndex", _index("list_max"), "The position of the last one, or 0."),
    _lambda("arrayFold", _fold, "Takes each element into an accumulator, whose first value is the last argument.",
            "any*"),
    _lambda("arraySort", _sorted(descending=False), "Ascending, by the lambda's results when there is one."),
    _lambda("arrayReverseSort", _sorted(descending=True), "Descending; NaN and NULL are last here, too."),
    _lambda("arrayPartialSort", _sorted(descending=False, partial=True),
            "The first n in order; here the others, too.", "integer array*"),
    _lambda("arrayPartialReverseSort", _sorted(descending=True, partial=True),
            "The greatest n in order; here the others, too.", "integer array*"),
    _lambda("arrayFill", _fill(reverse=False), "Elements for which the lambda is false become the one before."),
    _lambda("arrayReverseFill", _fill(reverse=True), "Elements for which it is false become the one behind."),
    _lambda("arraySplit", _split(reverse=False), "Cuts in front of elements for which the lambda is true."),
    _lambda("arrayReverseSplit", _split(reverse=True), "Cuts behind them."),
    _lambda("arrayCumSum", _running("({0} + {1})"), "Running sums."),
    _lambda("arrayCumSumNonNegative", _running("greatest({0} + {1}, 0)"), "Running sums that never fall below 0."),
    _lambda("arrayDifference", _difference, "Each element less the one before; 0 for the first."),
]  # fmt: skip
