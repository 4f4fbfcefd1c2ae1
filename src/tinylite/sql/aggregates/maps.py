"""sumMap, minMap, maxMap: of maps, or of arrays of keys beside arrays of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylite.sql.access import tuple_element
from tinylite.sql.aggregates.basic import wrapped
from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, Text
from tinylite.sql.aggregates.rows import Rows, by_key, let
from tinylite.sql.casts import coerce
from tinylite.sql.errors import Fault
from tinylite.sql.literals import literal
from tinylite.sql.physical import duckdb_type, sum_type
from tinylite.types import Type
from tinylite.types.model import FLOAT64, array, map_of, tuple_of

ResultOf = Callable[[Sequence[Type], Sequence[object]], Type]


def _arrays(types: Sequence[Type]) -> Sequence[Type]:
    """The key array and the value arrays, which may come in one tuple."""
    if len(types) == 1 and types[0].name == "Tuple":
        types = types[0].args
    if len(types) < 2 or any(type_.name != "Array" for type_ in types):
        raise Fault("TL405", "sumMap and the like take a Map, or an array of keys and arrays of values")
    key, *values = (type_.args[0] for type_ in types)
    return [key.without_dictionaries, *(value.plain for value in values)]


def _value_type(function: str, type_: Type, *, wraps: bool, of_map: bool) -> Type:
    if function != "sum" or wraps:
        return type_
    if type_.name == "Decimal":
        return sum_type(type_) if of_map else type_
    return FLOAT64 if type_.is_float else sum_type(type_)


def _result(function: str, *, wraps: bool) -> ResultOf:
    def result(types: Sequence[Type], parameters: Sequence[object]) -> Type:
        if types[0].name == "Map":
            key, value = types[0].args
            return map_of(key, _value_type(function, value.plain, wraps=wraps, of_map=True).as_nullable(value.nullable))
        key, *values = _arrays(types)
        found = (array(_value_type(function, value, wraps=wraps, of_map=False)) for value in values)
        return tuple_of(array(key), *found)

    return result


def _text(function: str, *, wraps: bool, filtered: bool) -> Text:
    def of_key(rows: Rows, value: str, source: Type, to: Type) -> str:
        whole = rows.call(function, value)
        return wrapped(whole, source, to) if function == "sum" else whole

    def of_map(p: Parts) -> str:
        key, value = p.args[0].type.args
        # A lambda inside of an aggregate would not go inside of another lambda.
        found = f"flatten({p.collect('map_entries({0})')})"
        pairs = f"list_transform({found}, lambda _e: struct_pack(k := _e.key, v := _e.value))"
        to = _value_type(function, value.plain, wraps=wraps, of_map=True)
        entries = _kept(p, pairs, key) if filtered else pairs
        sums = by_key(entries, p.rows, p.unique, lambda rows, text: of_key(rows, text, value.plain, to))
        return f"map_from_entries({sums})"

    def of_arrays(p: Parts) -> str:
        args = list(p.args)
        if len(args) == 1 and args[0].type.name == "Tuple":
            args = [tuple_element(args[0], place) for place in range(1, len(args[0].type.args) + 1)]
        key, *values = _arrays([arg.type for arg in args])
        fields = ", ".join(f"v{place} := ({arg.exact})[_i]" for place, arg in enumerate(args[1:]))
        pair = f"struct_pack(k := ({args[0].exact})[_i], v := struct_pack({fields}))"
        pairs = f"flatten({p.rows.collect(f'list_transform(range(1, len({args[0].exact}) + 1), lambda _i: {pair})')})"
        entries = _kept(p, pairs, key) if filtered else pairs
        types = [_value_type(function, value, wraps=wraps, of_map=False) for value in values]

        def totals(rows: Rows, text: str) -> str:
            found = (
                f"v{place} := {of_key(rows, f'{text}.v{place}', source, to)}"
                for place, (source, to) in enumerate(zip(values, types, strict=True))
            )
            return f"struct_pack({', '.join(found)})"

        name = p.unique("m")
        sums = f"list_filter({by_key(entries, p.rows, p.unique, totals)}, lambda _e: {_shown(function, len(types))})"
        columns = [f'"1" := CAST(list_transform({name}, lambda _e: _e.k) AS {duckdb_type(array(key))})']
        columns += [
            f'"{place + 2}" := CAST(list_transform({name}, lambda _e: _e.v.v{place}) AS {duckdb_type(array(to))})'
            for place, to in enumerate(types)
        ]
        return let(name, sums, f"struct_pack({', '.join(columns)})")

    return lambda p: of_map(p) if p.args[0].type.name == "Map" else of_arrays(p)


def _shown(function: str, size: int) -> str:
    """ClickHouse leaves out keys whose sums are all zero: of arrays, not of maps."""
    if function != "sum":
        return " OR ".join(f"_e.v.v{place} IS NOT NULL" for place in range(size))
    return " OR ".join(f"_e.v.v{place} <> 0" for place in range(size))


def _kept(p: Parts, entries: str, key: Type) -> str:
    keys = p.parameters[0] if p.parameters else None
    if not isinstance(keys, tuple):
        raise Fault("TL405", "sumMapFiltered takes an array of keys as its parameter")
    texts = ", ".join(coerce(literal(k), key.plain) for k in keys)
    return f"list_filter({entries}, lambda _e: _e.k IN ({texts}))"


def _function(
    name: str, function: str, *, wraps: bool = False, filtered: bool = False, aliases: tuple[str, ...] = ()
) -> AggregateFunction:
    return AggregateFunction(
        name,
        "map|array|tuple array*",
        _result(function, wraps=wraps),
        _text(function, wraps=wraps, filtered=filtered),
        "never",
        nullable=False,
        parameters="any" if filtered else "",
        aliases=aliases,
    )


FUNCTIONS: list[AggregateFunction] = [
    _function("sumMap", "sum", aliases=("sumMappedArrays",)),
    _function("minMap", "min", aliases=("minMappedArrays",)),
    _function("maxMap", "max", aliases=("maxMappedArrays",)),
    _function("sumMapWithOverflow", "sum", wraps=True),
    _function("sumMapFiltered", "sum", filtered=True),
    _function("sumMapFilteredWithOverflow", "sum", filtered=True, wraps=True),
]
