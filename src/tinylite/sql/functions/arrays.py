"""Arrays, lambdas, maps and tuples."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.access import subscript, tuple_element
from tinylite.sql.casts import cast, coerce, to_text
from tinylite.sql.comparison import in_array
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.literals import array_of, tuple_literal
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, STRING, UINT8, UINT32, array, map_of
from tinylite.types.supertype import supertype


def concatenated(call: Call) -> Typed:
    type_ = array(supertype([arg.type.args[0] for arg in call.args]))
    return combined(f"list_concat({', '.join(coerce(arg, type_) for arg in call.args)})", type_, call.args)


def applied(call: Call) -> tuple[str, str, Typed]:
    """The list to walk, the name of its element in DuckDB's lambda, and the body. Several arrays are zipped."""
    if call.function is None:
        raise call.fault("argument 1 must be a lambda", "as in arrayMap(x -> x + 1, xs)")
    arrays = call.args
    if not arrays or any(arg.type.name != "Array" for arg in arrays):
        raise call.fault("the arguments behind the lambda must be arrays")
    name = call.unique()
    if len(arrays) == 1:
        return arrays[0].sql, name, call.function.apply(Typed(name, arrays[0].type.args[0]))
    elements = [
        Typed(f"struct_extract({name}, {index})", arg.type.args[0]) for index, arg in enumerate(arrays, start=1)
    ]
    return f"list_zip({', '.join(arg.sql for arg in arrays)})", name, call.function.apply(*elements)


def _map(call: Call) -> Typed:
    source, name, body = applied(call)
    return combined(f"list_transform({source}, lambda {name}: {body.exact})", array(body.type), call.args)


def _filter(call: Call) -> Typed:
    source, name, body = applied(call)
    sql = f"list_filter({source}, lambda {name}: {body.condition})"
    if len(call.args) > 1:
        sql = f"list_transform({sql}, lambda {name}: struct_extract({name}, 1))"
    return combined(sql, call.args[0].type, call.args)


def _quantified(template: str) -> Callable[[Call], Typed]:
    """arrayExists, arrayAll: `{}` is the list of those that satisfy the lambda, `{1}` the list."""

    def lower(call: Call) -> Typed:
        if call.function is None:
            source, name = call.args[0].sql, call.unique()
            condition = Typed(name, call.args[0].type.args[0]).condition
        else:
            source, name, body = applied(call)
            condition = body.condition
        kept = f"list_filter({source}, lambda {name}: {condition})"
        return combined(template.format(kept, source), UINT8, call.args, predicate=True)

    return lower


def _count(call: Call) -> Typed:
    source, name, body = applied(call) if call.function else (call.args[0].sql, "e", Typed("e", UINT8))
    return combined(f"CAST(len(list_filter({source}, lambda {name}: {body.condition})) AS UINTEGER)", UINT32, call.args)


def _folded(function: str, result: Callable[[Type], Type]) -> Callable[[Call], Typed]:
    """arraySum and the like, of the elements or of what a lambda makes of them."""

    def lower(call: Call) -> Typed:
        if call.function is None:
            values, element = call.args[0].sql, call.args[0].type.args[0]
        else:
            source, name, body = applied(call)
            values, element = f"list_transform({source}, lambda {name}: {body.exact})", body.type
        type_ = result(element.plain)
        sql = f"coalesce(CAST({function}({values}) AS {duckdb_type(type_)}), {default_value(type_)})"
        return combined(sql, type_, call.args)

    return lower


def _sum_type(element: Type) -> Type:
    if element.is_float:
        return FLOAT64
    return Type("UInt64") if element.is_unsigned else Type("Int64")


def _sorted(direction: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        if call.function is None:
            return combined(f"list_sort({call.args[0].sql}, '{direction}', 'NULLS LAST')", call.args[0].type, call.args)
        source, name, body = applied(call)
        keyed = f"list_transform({source}, lambda {name}: row({body.exact}, {name}))"
        element = "struct_extract(struct_extract(e, 2), 1)" if len(call.args) > 1 else "struct_extract(e, 2)"
        sql = f"list_transform(list_sort({keyed}, '{direction}', 'NULLS LAST'), lambda e: {element})"
        return combined(sql, call.args[0].type, call.args)

    return lower


def _slice(call: Call) -> Typed:
    values, offset = call.args[0], call.args[1].number
    length = call.args[2].number if len(call.args) > 2 and call.args[2].type.name != "Nothing" else None
    begin = f"(CASE WHEN {offset} < 0 THEN len({values.sql}) + {offset} + 1 ELSE {offset} END)"
    if length is None:
        return combined(f"array_slice({values.sql}, {begin}, len({values.sql}))", values.type, call.args)
    end = f"(CASE WHEN {length} < 0 THEN len({values.sql}) + {length} ELSE {begin} + {length} - 1 END)"
    return combined(f"array_slice({values.sql}, {begin}, {end})", values.type, call.args)


def _has(call: Call) -> Typed:
    container, value = call.args
    if container.type.name == "Map":
        return combined(f"map_contains({container.sql}, {value.value})", UINT8, call.args, predicate=True)
    return in_array(value, container)


def _array_join(call: Call) -> Typed:
    """A row for each element: the array is unnested in FROM, once for the same text."""
    values = call.args[0]
    if values.type.name == "Map":
        values = Typed(f"map_entries({values.sql})", array(Type("Tuple", values.type.args, names=("key", "value"))))
    if values.type.name != "Array":
        raise call.fault(f"argument 1 must be an array, not {values.type}")
    element = values.type.args[0]
    if values.aggregate:
        return Typed(f"unnest({values.sql})", element, aggregate=True)
    joins = call.scope.array_joins
    if values.sql not in joins:
        name = call.scope.context.unique("aj")
        joins[values.sql] = (name, Typed(f"{name}.v", element))
    return joins[values.sql][1]


def _map_literal(call: Call) -> Typed:
    if len(call.args) % 2:
        raise call.fault("takes pairs of key and value")
    if not call.args:
        raise call.fault("needs at least one key and value")
    keys, values = call.args[::2], call.args[1::2]
    type_ = map_of(common_type(keys), common_type(values))
    left = ", ".join(coerce(key, type_.args[0]) for key in keys)
    right = ", ".join(coerce(value, type_.args[1]) for value in values)
    return combined(f"CAST(map([{left}], [{right}]) AS {duckdb_type(type_)})", type_, call.args)


def _map_concat(call: Call) -> Typed:
    type_ = common_type(call.args)
    return combined(f"map_concat({', '.join(coerce(arg, type_) for arg in call.args)})", type_, call.args)


def _map_part(part: str, index: int) -> Callable[[Call], Typed]:
    return lambda call: combined(f"map_{part}({call.args[0].sql})", array(call.args[0].type.args[index]), call.args)


def _string_concat(call: Call) -> Typed:
    values = call.args[0]
    separator = call.args[1].sql if len(call.args) > 1 else "''"
    element = to_text(Typed("e", values.type.args[0]))
    source = values.sql if element == "e" else f"list_transform({values.sql}, lambda e: {element})"
    return combined(f"coalesce(array_to_string({source}, {separator}), '')", STRING, call.args)


def _distinct(call: Call) -> Typed:
    """Keeps the first of each, in their order; DuckDB's list_distinct has none."""
    values = call.args[0].sql
    sql = f"list_filter({values}, lambda e, i: list_position({values}, e) = i)"
    return combined(sql, call.args[0].type, call.args)


def _intersect(call: Call) -> Typed:
    type_ = array(supertype([arg.type.args[0] for arg in call.args]))
    first, *others = (coerce(arg, type_) for arg in call.args)
    test = " AND ".join(f"list_contains({other}, e)" for other in others) or "true"
    kept = f"list_filter({first}, lambda e: {test})"
    return combined(f"list_distinct({kept})", type_, call.args)


def _element(call: Call) -> Typed:
    return subscript(call.args[0], call.args[1])


def _tuple_element(call: Call) -> Typed:
    key = call.literal(1, (int, str), "a position or a name")
    assert isinstance(key, int | str)
    try:
        return tuple_element(call.args[0], key)
    except Fault:
        if len(call.args) > 2:
            return call.args[2]
        raise


def _same(call: Call) -> Type:
    return call.args[0].type


def _element_type(types: list[Type]) -> Type:
    return types[0].args[0]


def _range(call: Call) -> Typed:
    numbers = [cast(arg, Type("UInt64")) if arg.type.is_unsigned else arg for arg in call.args]
    type_ = common_type(call.args)
    body = ", ".join(f"CAST({number.number} AS BIGINT)" for number in numbers)
    return combined(f"CAST(range({body}) AS {duckdb_type(array(type_))})", array(type_), call.args)


FUNCTIONS: list[Function] = [
    own("array", "any*", lambda call: array_of(call.args), nulls="own"),
    own("tuple", "any*", lambda call: tuple_literal(call.args), nulls="own"),
    own("arrayMap", "array*", _map, takes_lambda=True, nulls="own"),
    own("arrayFilter", "array*", _filter, takes_lambda=True, nulls="own"),
    own("arrayExists", "array*", _quantified("(len({0}) > 0)"), takes_lambda=True, nulls="own"),
    own("arrayAll", "array*", _quantified("(len({0}) = len({1}))"), takes_lambda=True, nulls="own"),
    own("arrayCount", "array*", _count, takes_lambda=True, nulls="own"),
    own("arraySum", "array*", _folded("list_sum", _sum_type), takes_lambda=True, nulls="own"),
    own("arrayAvg", "array*", _folded("list_avg", lambda element: FLOAT64), takes_lambda=True, nulls="own"),
    own("arrayMin", "array*", _folded("list_min", lambda element: element), takes_lambda=True, nulls="own"),
    own("arrayMax", "array*", _folded("list_max", lambda element: element), takes_lambda=True, nulls="own"),
    own("arraySort", "array*", _sorted("ASC"), takes_lambda=True, nulls="own"),
    own("arrayReverseSort", "array*", _sorted("DESC"), takes_lambda=True, nulls="own"),
    own("arraySlice", "array integer any?", _slice),
    own("arrayElement", "array|map any", _element, nulls="own"),
    own("arrayConcat", "array array*", concatenated, nulls="own"),
    own("arrayDistinct", "array", _distinct, nulls="own"),
    own("arrayIntersect", "array array*", _intersect, nulls="own"),
    own("arrayJoin", "any", _array_join, nulls="own"),
    own("arrayReverse", "array", lambda call: combined(f"list_reverse({call.args[0].sql})", _same(call), call.args)),
    own("arrayFlatten", "array", lambda call: combined(f"flatten({call.args[0].sql})", call.args[0].type.args[0],
                                                       call.args)),
    own("arrayStringConcat", "array string?", _string_concat),
    own("has", "array|map any", _has, nulls="own"),
    simple("indexOf", "array any", Type("UInt64"), "coalesce(list_position({0}, {1}), 0)", nulls="own"),
    own("range", "integer integer? integer?", _range, nulls="own"),
    own("map", "any*", _map_literal, nulls="own"),
    own("mapKeys", "map", _map_part("keys", 0), nulls="own"),
    own("mapValues", "map", _map_part("values", 1), nulls="own"),
    own("mapConcat", "map map*", _map_concat, nulls="own"),
    simple("cosineDistance", "array array", FLOAT64,
           "list_cosine_distance(CAST({0} AS DOUBLE[]), CAST({1} AS DOUBLE[]))"),
    simple("L2Distance", "array array", FLOAT64,
           "list_distance(CAST({0} AS DOUBLE[]), CAST({1} AS DOUBLE[]))", aliases=("distanceL2",)),
    simple("dotProduct", "array array", FLOAT64,
           "list_inner_product(CAST({0} AS DOUBLE[]), CAST({1} AS DOUBLE[]))", aliases=("scalarProduct",)),
    own("mapContains", "map any", _has, nulls="own"),
    own("tupleElement", "tuple any any?", _tuple_element, nulls="own"),
]  # fmt: skip
