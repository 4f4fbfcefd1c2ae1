"""Bitmaps: sets of whole numbers, kept as groupBitmapState keeps them, which is a list of different numbers.

bitmapToArray gives them ascending; ClickHouse does for sets of more than 32 numbers.
"""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import coerce
from tinylite.sql.functions.arrays import whole
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import UINT8, UINT64, array

Lowering = Callable[[Call], Typed]


def _bitmap_of(element: Type) -> Type:
    return Type("AggregateFunction", (element,), ("groupBitmap",))


def _checked(call: Call, *places: int) -> Type:
    """The type of the numbers in the bitmaps at these places. Raises Fault."""
    for place in places:
        type_ = call.args[place].type
        if type_.name != "AggregateFunction" or type_.params[0] != "groupBitmap":
            raise call.fault(f"argument {place + 1} must be a bitmap, not {type_}",
                             "as from bitmapBuild([1, 2]) or groupBitmapState(x)")  # fmt: skip
    return call.args[0].type.args[0].plain


def _build(call: Call) -> Typed:
    values = call.args[0]
    element = values.type.args[0]
    if not element.is_integer or element.nullable:
        raise call.fault(f"takes an array of integers, not {values.type}")
    return combined(f"list_distinct({values.sql})", _bitmap_of(element), call.args)


def _to_array(call: Call) -> Typed:
    element = _checked(call, 0)
    return combined(f"list_sort({call.args[0].sql})", array(element), call.args)


_SETS = {
    "And": "list_filter({0}, lambda {i}: list_contains({1}, {i}))",
    "Or": "list_distinct(list_concat({0}, {1}))",
    "Xor": "list_concat(list_filter({0}, lambda {i}: NOT list_contains({1}, {i})), "
    "list_filter({1}, lambda {i}: NOT list_contains({0}, {i})))",
    "Andnot": "list_filter({0}, lambda {i}: NOT list_contains({1}, {i}))",
}


def _joined(call: Call, operation: str) -> str:
    element = _checked(call, 0, 1)
    other = f"CAST({call.args[1].sql} AS {duckdb_type(array(element))})"
    return _SETS[operation].format(call.args[0].sql, other, i=call.unique())


def _set(operation: str) -> Lowering:
    return lambda call: combined(_joined(call, operation), call.args[0].type, call.args)


def _set_size(operation: str) -> Lowering:
    return lambda call: combined(f"CAST(len({_joined(call, operation)}) AS UBIGINT)", UINT64, call.args)


def _number(sql: str) -> Lowering:
    def lower(call: Call) -> Typed:
        _checked(call, 0)
        return combined(f"CAST({sql.format(call.args[0].sql)} AS UBIGINT)", UINT64, call.args)

    return lower


def _test(sql: str) -> Lowering:
    def lower(call: Call) -> Typed:
        element = _checked(call, 0, 1)
        other = f"CAST({call.args[1].sql} AS {duckdb_type(array(element))})"
        return combined(f"{sql}({call.args[0].sql}, {other})", UINT8, call.args, predicate=True)

    return lower


def _contains(call: Call) -> Typed:
    _checked(call, 0)
    number = coerce(call.args[1], UINT64)
    sql = f"list_contains(CAST({call.args[0].sql} AS UBIGINT[]), {number})"
    return combined(sql, UINT8, call.args, predicate=True)


def _in_range(call: Call) -> Typed:
    """From the second argument on, and below the third."""
    _checked(call, 0)
    item = call.unique()
    sql = f"list_filter({call.args[0].sql}, lambda {item}: {item} >= {whole(call, 1)} AND {item} < {whole(call, 2)})"
    return combined(sql, call.args[0].type, call.args)


def _limited(call: Call) -> Typed:
    """At most so many, from a number on."""
    _checked(call, 0)
    item = call.unique()
    kept = f"list_filter({call.args[0].sql}, lambda {item}: {item} >= {whole(call, 1)})"
    return combined(f"list_sort({kept})[1:{whole(call, 2)}]", call.args[0].type, call.args)


def _part(call: Call) -> Typed:
    """subBitmap: so many, from a position (of the first: 0) on."""
    _checked(call, 0)
    start, count = whole(call, 1), whole(call, 2)
    sql = f"list_sort({call.args[0].sql})[({start}) + 1 : ({start}) + ({count})]"
    return combined(sql, call.args[0].type, call.args)


def _transform(call: Call) -> Typed:
    """Numbers of the second argument become those at the same place of the third."""
    element = _checked(call, 0)
    item, (_, old, new) = call.unique(), call.args
    found = f"list_position(CAST({old.sql} AS UBIGINT[]), CAST({item} AS UBIGINT))"
    moved = f"CAST(coalesce(CAST({new.sql} AS UBIGINT[])[{found}], {item}) AS {duckdb_type(element)})"
    sql = f"list_distinct(list_transform({call.args[0].sql}, lambda {item}: {moved}))"
    return combined(sql, call.args[0].type, call.args)


FUNCTIONS: list[Function] = [
    own("bitmapBuild", "array", _build, nulls="own", doc="The set of the numbers of an array."),
    own("bitmapToArray", "any", _to_array, nulls="own", doc="The numbers, ascending."),
    own("bitmapCardinality", "any", _number("len({0})"), nulls="own"),
    own("bitmapMin", "any", _number("coalesce(CAST(list_min({0}) AS UBIGINT), 4294967295)"), nulls="own"),
    own("bitmapMax", "any", _number("coalesce(CAST(list_max({0}) AS UBIGINT), 0)"), nulls="own"),
    own("bitmapContains", "any integer", _contains, nulls="own"),
    own("bitmapHasAny", "any any", _test("list_has_any"), nulls="own"),
    own("bitmapHasAll", "any any", _test("list_has_all"), nulls="own"),
    *(own(f"bitmap{name}", "any any", _set(name), nulls="own") for name in _SETS),
    *(own(f"bitmap{name}Cardinality", "any any", _set_size(name), nulls="own") for name in _SETS),
    own("bitmapSubsetInRange", "any integer integer", _in_range, nulls="own"),
    own("bitmapSubsetLimit", "any integer integer", _limited, nulls="own"),
    own("subBitmap", "any integer integer", _part, nulls="own"),
    own("bitmapTransform", "any array array", _transform, nulls="own"),
]
