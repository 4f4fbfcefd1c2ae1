"""Maps. ClickHouse keeps several values of one key; DuckDB refuses such a map, and so it is an error here."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast, coerce
from tinylite.sql.comparison import compare, like
from tinylite.sql.functions.arrays import has, whole
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.functions.lambdas import Walk, sorted_by
from tinylite.sql.functions.lists import let
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT64, NOTHING, UINT8, UINT64, array, map_of, tuple_of

Lowering = Callable[[Call], Typed]


def _literal(call: Call) -> Typed:
    if len(call.args) % 2:
        raise call.fault("takes pairs of key and value")
    if not call.args:
        type_ = map_of(NOTHING, NOTHING)
        return Typed(f"CAST(MAP {{}} AS {duckdb_type(type_)})", type_, constant=True)
    keys, values = call.args[::2], call.args[1::2]
    type_ = map_of(_key(call, common_type(keys)), common_type(values))
    left = ", ".join(coerce(key, type_.args[0]) for key in keys)
    right = ", ".join(coerce(value, type_.args[1]) for value in values)
    return combined(f"CAST(map([{left}], [{right}]) AS {duckdb_type(type_)})", type_, call.args)


def _key(call: Call, type_: Type) -> Type:
    if type_.name in ("Array", "Map", "Tuple"):
        raise call.fault(f"keys can't be {type_} here", "use toString on the keys, or an array of tuples")
    return type_


def _from_arrays(call: Call) -> Typed:
    keys, values = call.args
    if keys.type.args[0].nullable:
        raise call.fault("a key can't be NULL", "use assumeNotNull on the keys")
    type_ = map_of(_key(call, keys.type.args[0]), values.type.args[0])
    return combined(f"CAST(map({keys.sql}, {values.sql}) AS {duckdb_type(type_)})", type_, call.args)


def _concatenated(call: Call) -> Typed:
    type_ = common_type(call.args)
    return combined(f"map_concat({', '.join(coerce(arg, type_) for arg in call.args)})", type_, call.args)


def _updated(call: Call) -> Typed:
    if call.args[0].type.plain != call.args[1].type.plain:
        raise call.fault(f"the maps must have one type, not {call.args[0].type} and {call.args[1].type}")
    return _concatenated(call)


def _part(part: str, index: int) -> Lowering:
    return lambda call: combined(f"map_{part}({call.args[0].sql})", array(call.args[0].type.args[index]), call.args)


# -- lambdas --------------------------------------------------------------------------------------------------------


def _walk(call: Call, map_: Typed) -> Walk:
    """The pairs of a map; without a lambda the key is what it would give."""
    item = call.unique()
    key, value = (Typed(f"{item}.{field}", type_)
                  for field, type_ in zip(("key", "value"), map_.type.args, strict=True))  # fmt: skip
    body = key if call.function is None else call.function.apply(key, value)
    return Walk(f"map_entries({map_.sql})", item, body, item, (map_, body))


def _of_entries(entries: str, type_: Type) -> str:
    return f"CAST(map_from_entries({entries}) AS {duckdb_type(type_)})"


def _needs_lambda(call: Call) -> Walk:
    if call.function is None:
        raise call.fault("argument 1 must be a lambda", "as in mapFilter((k, v) -> v > 1, m)")
    return _walk(call, call.args[0])


def _filtered(call: Call) -> Typed:
    walked = _needs_lambda(call)
    return combined(_of_entries(walked.kept, call.args[0].type), call.args[0].type, walked.parts)


def _applied(call: Call) -> Typed:
    walked = _needs_lambda(call)
    made = walked.body.type
    if made.name != "Tuple" or len(made.args) != 2:
        raise call.fault(f"the lambda must give a tuple of key and value, not {made}")
    type_ = map_of(*made.args)
    return combined(_of_entries(walked.values, type_), type_, walked.parts)


def _exists(call: Call) -> Typed:
    walked = _needs_lambda(call)
    return combined(f"(len({walked.kept}) > 0)", UINT8, walked.parts, predicate=True)


def _all(call: Call) -> Typed:
    walked = _needs_lambda(call)
    return combined(f"(len({walked.kept}) = len({walked.source}))", UINT8, walked.parts, predicate=True)


def _sorted(*, descending: bool, partial: bool = False) -> Lowering:
    def lower(call: Call) -> Typed:
        map_ = call.args[1 if partial else 0]
        if map_.type.name != "Map":
            raise call.fault(f"takes a map, not {map_.type}")
        walked = _walk(call, map_)
        sql = _of_entries(sorted_by(call, walked, descending=descending), map_.type)
        return combined(sql, map_.type, walked.parts)

    return lower


# -- keys and values ------------------------------------------------------------------------------------------------


def _like(field: int, *, extract: bool) -> Lowering:
    """mapContainsKeyLike and mapExtractKeyLike, and the same of values."""

    def lower(call: Call) -> Typed:
        map_, pattern = call.args
        if not map_.type.args[field].is_string:
            raise call.fault(f"takes a map with text, not {map_.type}")
        item = call.unique()
        test = like(Typed(f"{item}.{('key', 'value')[field]}", map_.type.args[field]), pattern, "LIKE").sql
        kept = f"list_filter(map_entries({map_.sql}), lambda {item}: {test})"
        if extract:
            return combined(_of_entries(kept, map_.type), map_.type, call.args)
        return combined(f"(len({kept}) > 0)", UINT8, call.args, predicate=True)

    return lower


def _contains_value(call: Call) -> Typed:
    map_, value = call.args
    item = call.unique()
    if value.type.name == "Nothing":
        test = f"{item} IS NULL"
    else:
        test = compare("=", Typed(item, map_.type.args[1]), value).sql
    kept = f"list_filter(map_values({map_.sql}), lambda {item}: {test})"
    return combined(f"(len({kept}) > 0)", UINT8, call.args, predicate=True)


# -- sums -----------------------------------------------------------------------------------------------------------


def _pairs(call: Call, value: Typed) -> tuple[str, Type, Type]:
    """A map, or a tuple of an array of keys and one of values, as a list of pairs; and the types of both."""
    if value.type.name == "Map":
        key, item_type = value.type.args
        return f"map_entries({value.sql})", key, item_type
    parts = value.type.args
    if value.type.name != "Tuple" or len(parts) != 2 or any(part.name != "Array" for part in parts):
        raise call.fault("takes maps, or tuples of an array of keys and one of values")
    item = call.unique()
    zipped = f"list_zip(struct_extract({value.sql}, 1), struct_extract({value.sql}, 2))"
    if value.elements is not None:
        zipped = f"list_zip({value.elements[0].sql}, {value.elements[1].sql})"
    pair = f"struct_pack(key := struct_extract({item}, 1), value := struct_extract({item}, 2))"
    return f"list_transform({zipped}, lambda {item}: {pair})", parts[0].args[0], parts[1].args[0]


def _summed(sign: str) -> Lowering:
    """mapAdd, mapSubtract: the values of equal keys together, the keys ascending."""

    def lower(call: Call) -> Typed:
        found = [_pairs(call, arg) for arg in call.args]
        key = common_type([Typed("", key) for _, key, _ in found])
        value = _sum_type(call, [value for _, _, value in found])
        wide = "DOUBLE" if value == FLOAT64 else "HUGEINT"
        lists = [
            _signed(call, entries, key, wide, sign if place else "") for place, (entries, _, _) in enumerate(found)
        ]
        pairs, at, item = call.unique(), call.unique(), call.unique()
        mine = f"list_filter({pairs}, lambda {item}: {item}.k = {at})"
        total = f"list_sum(list_transform({mine}, lambda {item}: {item}.v))"
        total = f"CAST({total} AS DOUBLE)" if wide == "DOUBLE" else cast(Typed(total, Type("Int128")), value).sql
        keys = f"list_sort(list_distinct(list_transform({pairs}, lambda {item}: {item}.k)))"
        sums = f"list_transform({keys}, lambda {at}: struct_pack(key := {at}, value := {total}))"
        entries = let(pairs, f"list_concat({', '.join(lists)})", sums)
        if call.args[0].type.name == "Map":
            type_ = map_of(key, value)
            return combined(_of_entries(entries, type_), type_, call.args)
        return _as_arrays(call, entries, key, value)

    return lower


def _signed(call: Call, entries: str, key: Type, wide: str, sign: str) -> str:
    item = call.unique()
    pair = f"struct_pack(k := CAST({item}.key AS {duckdb_type(key)}), v := {sign}CAST({item}.value AS {wide}))"
    return f"list_transform({entries}, lambda {item}: {pair})"


def _sum_type(call: Call, values: list[Type]) -> Type:
    if any(not value.is_number or value.name == "Decimal" for value in values):
        raise call.fault("the values must be integers or floats")
    if any(value.is_float for value in values):
        return FLOAT64
    return UINT64 if all(value.is_unsigned for value in values) else INT64


def _as_arrays(call: Call, entries: str, key: Type, value: Type) -> Typed:
    name, item = call.unique(), call.unique()
    fields = [f"list_transform({name}, lambda {item}: {item}.{field})" for field in ("key", "value")]
    sql = let(name, entries, f'struct_pack("1" := {fields[0]}, "2" := {fields[1]})')
    return combined(sql, tuple_of(array(key), array(value)), call.args)


def _series(call: Call) -> Typed:
    """mapPopulateSeries: every key from the least to the greatest, or to the last argument; 0 for new ones."""
    is_map = call.args[0].type.name == "Map"
    taken = 1 if is_map else 2
    if not is_map and (len(call.args) < 2 or any(arg.type.name != "Array" for arg in call.args[:2])):
        raise call.fault("takes a map, or an array of keys and one of values")
    key, value = call.args[0].type.args if is_map else (arg.type.args[0] for arg in call.args[:2])
    if not key.is_integer or not value.is_integer:
        raise call.fault("takes integer keys and values")
    source = call.args[0].sql if is_map else f"map({call.args[0].sql}, {call.args[1].sql})"
    name, at = call.unique(), call.unique()
    last = whole(call, taken) if len(call.args) > taken else f"list_max(map_keys({name}))"
    found = f"coalesce({name}[CAST({at} AS {duckdb_type(key)})], 0)"
    pair = f"struct_pack(key := CAST({at} AS {duckdb_type(key)}), value := CAST({found} AS {duckdb_type(value)}))"
    places = f"coalesce(range(CAST(list_min(map_keys({name})) AS BIGINT), CAST({last} AS BIGINT) + 1), [])"
    entries = let(name, source, f"list_transform({places}, lambda {at}: {pair})")
    if not is_map:
        return _as_arrays(call, entries, key, value)
    return combined(_of_entries(entries, call.args[0].type), call.args[0].type, call.args)


def _lambda(name: str, lower: Lowering, doc: str, signature: str = "map") -> Function:
    return own(name, signature, lower, takes_lambda=True, nulls="own", doc=doc)


FUNCTIONS: list[Function] = [
    own("map", "any*", _literal, nulls="own", doc="Of keys and values in turn."),
    own("mapFromArrays", "array array", _from_arrays, nulls="own", aliases=("MAP_FROM_ARRAYS",)),
    own("mapKeys", "map", _part("keys", 0), nulls="own"),
    own("mapValues", "map", _part("values", 1), nulls="own"),
    own("mapConcat", "map map*", _concatenated, nulls="own", doc="The last map's value counts."),
    own("mapUpdate", "map map", _updated, nulls="own", doc="The first map with the values of the second."),
    own("mapContains", "map any", has, nulls="own", aliases=("mapContainsKey",)),
    own("mapContainsValue", "map any", _contains_value, nulls="own"),
    own("mapContainsKeyLike", "map string", _like(0, extract=False)),
    own("mapContainsValueLike", "map string", _like(1, extract=False)),
    own("mapExtractKeyLike", "map string", _like(0, extract=True)),
    own("mapExtractValueLike", "map string", _like(1, extract=True)),
    _lambda("mapFilter", _filtered, "The pairs for which (k, v) -> … is true."),
    _lambda("mapApply", _applied, "A map of the tuples that (k, v) -> (…, …) makes of each pair."),
    _lambda("mapExists", _exists, "Whether the lambda is true of any pair."),
    _lambda("mapAll", _all, "Whether the lambda is true of all pairs."),
    _lambda("mapSort", _sorted(descending=False), "By key, or by the lambda's results."),
    _lambda("mapReverseSort", _sorted(descending=True), "Descending."),
    _lambda("mapPartialSort", _sorted(descending=False, partial=True), "The first n in order; here all.",
            "integer map"),
    _lambda("mapPartialReverseSort", _sorted(descending=True, partial=True), "The greatest n in order; here all.",
            "integer map"),
    own("mapAdd", "map|tuple map|tuple*", _summed(""), nulls="own", doc="Sums of the values of equal keys."),
    own("mapSubtract", "map|tuple map|tuple*", _summed("-"), nulls="own"),
    own("mapPopulateSeries", "map|array array|integer? integer?", _series, nulls="own",
        doc="Every key from the least to the greatest, 0 for new ones."),
    refused("extractKeyValuePairs", "its quoting rules are not those of any function here",
            "use splitByChar and mapFromArrays"),
    refused("extractKeyValuePairsWithEscaping", "its quoting rules are not those of any function here",
            "use splitByChar and mapFromArrays"),
    refused("mapFromString", "its quoting rules are not those of any function here",
            "use splitByChar and mapFromArrays"),
    refused("str_to_map", "its quoting rules are not those of any function here", "use splitByChar and mapFromArrays"),
]  # fmt: skip
