"""Arrays: made, taken apart and searched."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.access import subscript
from tinylite.sql.casts import coerce, struct, to_text
from tinylite.sql.comparison import in_list
from tinylite.sql.functions.catalog import Call, Function, own, refused, simple
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.functions.lists import let, of_one_type, same_length
from tinylite.sql.literals import array_of
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import NOTHING, STRING, UINT8, UINT64, array, tuple_of

Lowering = Callable[[Call], Typed]


def whole(call: Call, index: int) -> str:
    """An integer argument as a BIGINT. Raises Fault."""
    value = call.args[index]
    if not value.type.is_integer:
        raise call.fault(f"argument {index + 1} must be an integer, not {value.type}")
    return value.sql if isinstance(value.literal, int) else f"CAST({value.number} AS BIGINT)"


# -- put together ---------------------------------------------------------------------------------------------------


def concatenated(call: Call) -> Typed:
    type_, texts = of_one_type(call.args)
    return combined(f"list_concat({', '.join(texts)})", type_, call.args)


def _push(call: Call) -> tuple[str, str, Type]:
    values, value = call.args
    type_ = array(common_type([Typed("", values.type.args[0]), value]))
    return coerce(values, type_), f"CAST([{coerce(value, type_.args[0])}] AS {duckdb_type(type_)})", type_


def _push_back(call: Call) -> Typed:
    values, added, type_ = _push(call)
    return combined(f"list_concat({values}, {added})", type_, call.args)


def _push_front(call: Call) -> Typed:
    values, added, type_ = _push(call)
    return combined(f"list_concat({added}, {values})", type_, call.args)


def _resized(call: Call) -> Typed:
    """A negative size keeps the end and fills in front."""
    values, size = call.args[0], whole(call, 1)
    element = values.type.args[0]
    filling = call.args[2] if len(call.args) > 2 else Typed(default_value(element), element)
    element = common_type([Typed("", element), filling])
    text, fill = coerce(values, array(element)), coerce(filling, element)
    back = f"list_resize({text}, greatest({size}, 0), {fill})"
    front = f"list_reverse(list_resize(list_reverse({text}), greatest(-({size}), 0), {fill}))"
    literal = call.args[1].literal
    sql = f"(CASE WHEN {size} < 0 THEN {front} ELSE {back} END)"
    if isinstance(literal, int):
        sql = front if literal < 0 else back
    return combined(sql, array(element), call.args)


def _repeated(call: Call) -> Typed:
    """arrayWithConstant(n, x)."""
    return _copies(call, whole(call, 0), call.args[1].with_type(call.args[1].type.without_dictionaries))


def _replicated(call: Call) -> Typed:
    """replicate(x, xs): as often as the array is long."""
    return _copies(call, f"len({call.args[1].sql})", call.args[0])


def _copies(call: Call, count: str, value: Typed) -> Typed:
    type_ = array(value.type)
    sql = f"list_resize(CAST([] AS {duckdb_type(type_)}), {count}, {coerce(value, value.type)})"
    return combined(sql, type_, call.args)


def _range(call: Call) -> Typed:
    if any(arg.type.name == "Nothing" for arg in call.args):
        return array_of([]) if not call.args else combined("NULL", NOTHING.as_nullable(), call.args)
    if len(call.args) > 2 and call.args[2].literal == 0:
        raise call.fault("the step can't be 0")
    type_ = array(common_type(call.args).plain)
    bounds = ", ".join(whole(call, index) for index in range(len(call.args)))
    return combined(f"CAST(range({bounds}) AS {duckdb_type(type_)})", type_, call.args)


def _zipped(call: Call) -> Typed:
    type_ = array(tuple_of(*(arg.type.args[0] for arg in call.args)))
    return combined(same_length(call.args, _pairs(call, type_)), type_, call.args)


def _zipped_unaligned(call: Call) -> Typed:
    type_ = array(tuple_of(*(arg.type.args[0].as_nullable() for arg in call.args)))
    return combined(_pairs(call, type_), type_, call.args)


def _pairs(call: Call, type_: Type) -> str:
    item = call.unique()
    fields = [f"struct_extract({item}, {index})" for index in range(1, len(call.args) + 1)]
    lists = ", ".join(arg.sql for arg in call.args)
    return f"list_transform(list_zip({lists}), lambda {item}: {struct(type_.args[0], fields)})"


def _flat(call: Call) -> Typed:
    sql, type_ = call.args[0].sql, call.args[0].type
    while type_.args[0].name == "Array":
        sql, type_ = f"flatten({sql})", type_.args[0]
    return combined(sql, type_, call.args)


def _transposed(call: Call) -> Typed:
    values, row, place = call.args[0], call.unique(), call.unique()
    if values.type.args[0].name != "Array":
        raise call.fault("takes an array of arrays")
    column = f"list_transform({values.sql}, lambda {row}: {row}[{place}])"
    places = f"range(1, coalesce(len({values.sql}[1]), 0) + 1)"
    return combined(f"list_transform({places}, lambda {place}: {column})", values.type, call.args)


# -- parts ----------------------------------------------------------------------------------------------------------


def _slice(call: Call) -> Typed:
    """From an offset, of a length; both count from the end when negative. NULL stands for the first and for all."""
    values, offset = call.args[0], call.args[1]
    name = call.unique()
    size = f"len({name})"
    begin = "1" if offset.type.name == "Nothing" else whole(call, 1)
    if offset.type.nullable and begin != "1":
        begin = f"coalesce({begin}, 1)"
    if isinstance(offset.literal, int):
        begin = begin if offset.literal >= 0 else f"({size} + 1 + {begin})"
    elif begin != "1":
        begin = f"(CASE WHEN {begin} < 0 THEN {size} + 1 + {begin} ELSE {begin} END)"
    end = _slice_end(call, begin, size)
    if not (isinstance(offset.literal, int) and offset.literal != 0) and offset.type.name != "Nothing":
        end = f"(CASE WHEN {offset.sql} = 0 THEN 0 ELSE {end} END)"
    return combined(let(name, values.sql, f"array_slice({name}, greatest({begin}, 1), {end})"), values.type, call.args)


def _slice_end(call: Call, begin: str, size: str) -> str:
    if len(call.args) < 3 or call.args[2].type.name == "Nothing":
        return size
    length = call.args[2]
    text = whole(call, 2)
    if isinstance(length.literal, int):
        return f"greatest({size} + {text}, 0)" if length.literal < 0 else f"greatest({begin} + {text} - 1, 0)"
    unknown = f"WHEN {text} IS NULL THEN {size} " if length.type.nullable else ""
    return f"greatest(CASE {unknown}WHEN {text} < 0 THEN {size} + {text} ELSE {begin} + {text} - 1 END, 0)"


def _element_or_null(call: Call) -> Typed:
    values = call.args[0]
    element = values.type.args[0] if values.type.name == "Array" else values.type.args[1]
    if element.as_nullable() == element:
        return subscript(values, call.args[1])
    key = call.args[1].value if values.type.name == "Map" else whole(call, 1)
    return combined(f"{values.sql}[{key}]", element.as_nullable(), call.args)


def _shifted(sign: str) -> Lowering:
    """arrayShiftLeft, arrayShiftRight: what comes in is the type's default, or the last argument."""

    def lower(call: Call) -> Typed:
        values, by = call.args[0], whole(call, 1)
        element = values.type.args[0]
        filling = call.args[2] if len(call.args) > 2 else Typed(default_value(element), element)
        if common_type([Typed("", element), filling]).plain != element.plain:
            raise call.fault(f"{filling.type} does not go into {values.type}")
        name, item, index = call.unique(), call.unique(), call.unique()
        place = f"{index} {sign} ({by})"
        moved = f"CASE WHEN {place} BETWEEN 1 AND len({name}) THEN {name}[{place}] ELSE {coerce(filling, element)} END"
        sql = let(name, values.sql, f"list_transform({name}, lambda {item}, {index}: {moved})")
        return combined(sql, values.type, call.args)

    return lower


def _rotated(sign: str) -> Lowering:
    def lower(call: Call) -> Typed:
        values, by = call.args[0], whole(call, 1)
        name, item, index = call.unique(), call.unique(), call.unique()
        place = f"(({index} - 1 {sign} ({by})) % len({name}) + len({name})) % len({name}) + 1"
        sql = let(name, values.sql, f"list_transform({name}, lambda {item}, {index}: {name}[{place}])")
        return combined(sql, values.type, call.args)

    return lower


def _shuffled(call: Call) -> str:
    item, pair = call.unique(), call.unique()
    drawn = f"list_transform({call.args[0].sql}, lambda {item}: struct_pack(r := random(), v := {item}))"
    return f"list_transform(list_sort({drawn}), lambda {pair}: {pair}.v)"


def _shuffle(call: Call) -> Typed:
    if len(call.args) > 1:
        raise call.fault("a seed gives another order here than in ClickHouse", "leave the seed out")
    return combined(_shuffled(call), call.args[0].type, call.args)


def _sample(call: Call) -> Typed:
    return combined(f"array_slice({_shuffled(call)}, 1, {whole(call, 1)})", call.args[0].type, call.args)


# -- search ---------------------------------------------------------------------------------------------------------


def _sought(call: Call) -> tuple[str, str, Type]:
    """The array and what is looked for in it, both of one type."""
    values, value = call.args
    element = values.type.args[0]
    if value.type.name == "Nothing":
        return values.sql, f"CAST(NULL AS {duckdb_type(element)})", element.as_nullable()
    common = common_type([Typed("", element), value])
    return coerce(values, array(common)), coerce(value, common), common


def _position(call: Call) -> str:
    values, value, common = _sought(call)
    found = f"list_position({values}, {value})"
    if common.is_float:  # NaN is equal to nothing
        return f"(CASE WHEN isnan({value}) THEN NULL ELSE {found} END)"
    return found


def _index_of(call: Call) -> Typed:
    return combined(f"CAST(coalesce({_position(call)}, 0) AS UBIGINT)", UINT64, call.args)


def has(call: Call) -> Typed:
    container, value = call.args
    if container.type.name == "Map":
        if value.type.name == "Nothing":
            return combined("false", UINT8, call.args, predicate=True)
        key = coerce(value, container.type.args[0].as_nullable(value.type.nullable))
        return combined(f"coalesce(map_contains({container.sql}, {key}), false)", UINT8, call.args, predicate=True)
    present = container.elements is not None and all(not element.type.nullable for element in container.elements)
    if container.elements and present and not value.type.nullable and not value.type.is_float:
        common_type([Typed("", container.type.args[0]), value])
        return combined(in_list(value, container.elements).sql, UINT8, call.args, predicate=True)
    if not (value.type.nullable or container.type.args[0].nullable or value.type.is_float):
        values, sought, _ = _sought(call)
        return combined(f"list_contains({values}, {sought})", UINT8, call.args, predicate=True)
    return combined(f"({_position(call)} IS NOT NULL)", UINT8, call.args, predicate=True)


def _count_equal(call: Call) -> Typed:
    values, value, common = _sought(call)
    item = call.unique()
    test = f"{item} IS NOT DISTINCT FROM {value}"
    if common.is_float:
        test += f" AND NOT coalesce(isnan({value}), false)"
    return combined(f"CAST(len(list_filter({values}, lambda {item}: {test})) AS UBIGINT)", UINT64, call.args)


def _remove(call: Call) -> Typed:
    values, value, _ = _sought(call)
    item = call.unique()
    sql = f"list_filter({values}, lambda {item}: {item} IS DISTINCT FROM {value})"
    return combined(f"CAST({sql} AS {duckdb_type(call.args[0].type)})", call.args[0].type, call.args)


def _has_null(values: str) -> str:
    return f"list_position({values}, NULL) IS NOT NULL"


def _has_any(call: Call) -> Typed:
    _, (one, other) = of_one_type(call.args)
    test = f"list_has_any({one}, {other})"
    if all(arg.type.args[0].nullable for arg in call.args):
        test = f"({test} OR ({_has_null(one)} AND {_has_null(other)}))"
    return combined(test, UINT8, call.args, predicate=True)


def _has_all(call: Call) -> Typed:
    _, (one, other) = of_one_type(call.args)
    test = f"list_has_all({one}, {other})"
    if call.args[1].type.args[0].nullable:
        nulls = f"({_has_null(one)} OR NOT {_has_null(other)})"
        item = call.unique()
        test = f"({nulls} AND list_has_all({one}, list_filter({other}, lambda {item}: {item} IS NOT NULL)))"
    return combined(test, UINT8, call.args, predicate=True)


def _has_run(call: Call) -> Typed:
    """hasSubstr: the second array's elements one after the other."""
    _, (one, other) = of_one_type(call.args)
    place = call.unique()
    run = f"{one}[{place} : {place} + len({other}) - 1]"
    places = f"range(1, len({one}) - len({other}) + 2)"
    found = f"len(list_filter({places}, lambda {place}: {run} IS NOT DISTINCT FROM {other})) > 0"
    return combined(f"(len({other}) = 0 OR {found})", UINT8, call.args, predicate=True)


# -- rows and text --------------------------------------------------------------------------------------------------


def _array_join(call: Call) -> Typed:
    """A row for each element: the array is unnested in FROM, once for the same text."""
    values = call.args[0]
    if values.type.name == "Map":
        entries = f"list_transform(map_entries({values.sql}), lambda e: {{'keys': e.key, 'values': e.value}})"
        values = Typed(entries, array(Type("Tuple", values.type.args, names=("keys", "values"))))
    if values.type.name != "Array":
        raise call.fault(f"argument 1 must be an array, not {values.type}")
    element = values.type.args[0]
    if element.name == "Nothing" and not element.nullable:
        raise call.fault("an array that is always empty has no elements")
    if values.aggregate:
        return Typed(f"unnest({values.sql})", element, aggregate=True)
    joins = call.scope.array_joins
    if values.sql not in joins:
        name = call.scope.context.unique("aj")
        joins[values.sql] = (name, Typed(f"{name}.v", element))
    return joins[values.sql][1]


def _string_concat(call: Call) -> Typed:
    values = call.args[0]
    separator = call.args[1].sql if len(call.args) > 1 else "''"
    element = to_text(Typed("e", values.type.args[0]))
    source = values.sql if element == "e" else f"list_transform({values.sql}, lambda e: {element})"
    return combined(f"coalesce(array_to_string({source}, {separator}), '')", STRING, call.args)


def _kept(sql: str) -> Lowering:
    """A text over the array that leaves its type as it is."""
    return lambda call: combined(sql.format(call.args[0].sql), call.args[0].type, call.args)


def _or_single(call: Call) -> Typed:
    values = call.args[0]
    if values.type.args[0].name == "Nothing":
        raise call.fault("the array has no type")
    element, duckdb = values.type.args[0], duckdb_type(values.type)
    single = f"CAST([{default_value(element)}] AS {duckdb})"
    return combined(f"(CASE WHEN len({values.sql}) = 0 THEN {single} ELSE {values.sql} END)", values.type, call.args)


def _has_not(call: Call) -> Typed:
    found = has(call)
    return combined(f"(NOT {found.sql})", found.type, [found], predicate=True)


def _ends(end: str) -> Lowering:
    """arrayTopK(n, xs), arrayBottomK(n, xs): NULLs are left out."""

    def lower(call: Call) -> Typed:
        values, count = call.args[1], whole(call, 0)
        element, item = values.type.args[0], call.unique()
        kept = f"list_filter({values.sql}, lambda {item}: {item} IS NOT NULL)" if element.nullable else values.sql
        order = "list_reverse_sort" if end == "Top" else "list_sort"
        type_ = array(element.as_nullable(False))
        error = "error('The number of elements must not be negative')"
        sorted_ = f"{order}({kept})"
        if element.is_float:  # NaN comes last either way
            numbers, nans = (f"list_filter({kept}, lambda {item}: {test}isnan({item}))" for test in ("NOT ", ""))
            sorted_ = f"list_concat({order}({numbers}), {nans})"
        number = f"coalesce({count}, 0)" if call.args[0].type.nullable else count
        sql = f"(CASE WHEN {count} < 0 THEN {error} ELSE list_slice({sorted_}, 1, {number}) END)"
        return combined(sql, type_, call.args)

    return lower


def _shingles(call: Call) -> Typed:
    values, size = call.args[0], whole(call, 1)
    at = call.unique()
    error = "error('The length of shingles must be between 1 and the length of the array')"
    runs = (
        f"list_transform(range(1, len({values.sql}) - {size} + 2), lambda {at}: {values.sql}[{at}:{at} + {size} - 1])"
    )
    sql = f"(CASE WHEN {size} BETWEEN 1 AND len({values.sql}) THEN {runs} ELSE {error} END)"
    return combined(sql, array(values.type), call.args)


def _empty_array(element: str) -> Function:
    type_ = array(Type(element))
    return simple(f"emptyArray{element}", "", type_, f"CAST([] AS {duckdb_type(type_)})",
                  doc=f"An empty array of {element}.")  # fmt: skip


_EMPTY = ("UInt8", "UInt16", "UInt32", "UInt64", "Int8", "Int16", "Int32", "Int64", "Float32", "Float64", "Date",
          "DateTime", "String")  # fmt: skip

FUNCTIONS: list[Function] = [
    own("array", "any*", lambda call: array_of(call.args), nulls="own", doc="As [a, b, …]."),
    own("arrayConcat", "array array*", concatenated),
    own("arrayPushBack", "array any", _push_back, nulls="own"),
    own("arrayPushFront", "array any", _push_front, nulls="own"),
    own("arrayPopBack", "array", _kept("({0})[1:greatest(len({0}) - 1, 0)]")),
    own("arrayPopFront", "array", _kept("({0})[2:]")),
    own("arrayResize", "array integer any?", _resized, nulls="own", doc="A negative size counts from the end."),
    own("arrayWithConstant", "integer any", _repeated, nulls="own", doc="n times the same value."),
    own("replicate", "any array array*", _replicated, nulls="own", doc="A value as often as the array is long."),
    own("range", "integer integer? integer?", _range, nulls="own"),
    *(_empty_array(element) for element in _EMPTY),
    own("emptyArrayToSingle", "array", _or_single, doc="[default] for an empty array."),
    own("arrayZip", "array array*", _zipped, doc="An array of tuples."),
    own("arrayZipUnaligned", "array array*", _zipped_unaligned, doc="As arrayZip; NULL where an array has ended."),
    own("arrayFlatten", "array", _flat, aliases=("flatten",)),
    own("arrayTranspose", "array", _transposed),
    own("arrayReverse", "array", _kept("list_reverse({0})")),
    own("arraySlice", "array any any?", _slice, nulls="own"),
    own("arrayElement", "array|map any", lambda call: subscript(*call.args), nulls="own", doc="As xs[i]."),
    own("arrayElementOrNull", "array|map any", _element_or_null, nulls="own"),
    own("arrayShiftLeft", "array integer any?", _shifted("+")),
    own("arrayShiftRight", "array integer any?", _shifted("-")),
    own("arrayRotateLeft", "array integer", _rotated("+")),
    own("arrayRotateRight", "array integer", _rotated("-")),
    own("arrayShuffle", "array integer?", _shuffle),
    own("arrayRandomSample", "array integer", _sample, doc="n of the elements, drawn at random."),
    own("arrayPartialShuffle", "array integer? integer?", lambda call: combined(
        _shuffled(call), call.args[0].type, call.args), doc="Here all elements are shuffled."),
    own("has", "array|map any", has, nulls="own"),
    own("notHas", "array|map any", _has_not, nulls="own"),
    own("hasAny", "array array", _has_any, doc="Whether the arrays share an element."),
    own("hasAll", "array array", _has_all, doc="Whether the first array has all elements of the second."),
    own("hasSubstr", "array array", _has_run, doc="Whether the second array is a run of the first."),
    own("indexOf", "array any", _index_of, nulls="own"),
    own("indexOfAssumeSorted", "array any", _index_of, nulls="own"),
    own("countEqual", "array any", _count_equal, nulls="own"),
    own("arrayRemove", "array any", _remove, nulls="own", aliases=("array_remove",)),
    own("arrayJoin", "any", _array_join, nulls="own", aliases=("unnest",)),
    own("arrayStringConcat", "array string?", _string_concat, aliases=("array_to_string",)),
    *(own(f"array{end}K", "integer array", _ends(end), nulls="own", doc=f"The {which} elements, sorted.")
      for end, which in (("Top", "greatest"), ("Bottom", "least"))),
    own("arrayShingles", "array integer", _shingles, doc="Every run of so many elements."),
    own("arrayFlattenedLength", "array", lambda call: combined(f"CAST(len({_flat(call).sql}) AS UBIGINT)", UINT64,
        call.args), doc="How many elements nested arrays have together."),
    *(refused(f"kql_array_{name}", "it belongs to another query language", "use the functions named array…")
      for name in ("sort_asc", "sort_desc")),
]  # fmt: skip
