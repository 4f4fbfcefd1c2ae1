"""groupArray and its relatives, groupConcat, topK."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, array_of_first
from tinylite.sql.aggregates.rows import Rows, by_key, let, running_sums, total
from tinylite.sql.casts import coerce, to_text
from tinylite.sql.decimals import from_units, units
from tinylite.sql.errors import Fault
from tinylite.sql.literals import literal
from tinylite.sql.physical import duckdb_type, first_value, sum_type, text_literal
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import FLOAT64, STRING, UINT64, array, tuple_of

_MOST = 0xFFFFFF
"""ClickHouse's limit of the elements of such an array."""


def _limited(values: str, p: Parts) -> str:
    return f"{values}[1:{p.whole(0, 0)}]" if p.parameters else values


def _group_array(p: Parts) -> str:
    return _limited(p.collect(), p)


def _group_unique(p: Parts) -> str:
    return _different(p.collect(), p)


def _distinct_of_states(p: Parts) -> str:
    return f"list_distinct(flatten({p.collect('{0}')}))"


def _different(values: str, p: Parts) -> str:
    """The different values; with a limit the first ones met."""
    if not p.parameters:
        return f"list_distinct({values})"
    met = by_key(f"list_transform({values}, lambda _e, _i: struct_pack(k := _e, v := _i))", p.rows, p.unique, _least)
    ordered = f"list_sort(list_transform({met}, lambda _e: struct_pack(i := _e.v, v := _e.k)))"
    return f"list_transform({ordered}[1:{p.whole(0, 0)}], lambda _e: _e.v)"


def _least(rows: Rows, value: str) -> str:
    return rows.call("min", value)


def _first(rows: Rows, value: str) -> str:
    return rows.call("first", value)


def _last(p: Parts) -> str:
    """ClickHouse writes round and round into as many places as there are."""
    size, values = p.whole(0, 1), p.unique("l")
    place = f"{values}[len({values}) - (len({values}) - 1 - _j) % {size}]"
    wrapped = f"list_transform(range({size}), lambda _j: {place})"
    return let(values, p.collect(), f"CASE WHEN len({values}) <= {size} THEN {values} ELSE {wrapped} END")


def _sorted(p: Parts) -> str:
    return f"list_sort({p.collect()})[1:{p.whole(0, _MOST)}]"


def _sample(p: Parts) -> str:
    """The values whose place has the least hash: a sample that is the same each time."""
    entries = f"list_transform({p.collect()}, lambda _e, _i: struct_pack(h := hash(_i), v := _e))"
    return f"list_transform(list_sort({entries})[1:{p.whole(0, 1)}], lambda _e: _e.v)"


def _insert_at(p: Parts) -> str:
    """Each value at its place, the first of a place; the default between them."""
    type_ = p.args[0].type.plain
    default = coerce(literal(p.parameters[0]), type_) if p.parameters else first_value(type_)
    place = p.fill("CAST({1:number} AS BIGINT)")
    size = str(p.whole(1, 0)) if len(p.parameters) > 1 else f"coalesce({p.rows.call('max', place)} + 1, 0)"
    size = f"least({size}, {_MOST})"
    name = p.unique("q")
    gaps = f"list_transform(range({name}.n), lambda _i: struct_pack(k := _i, v := {default}))"
    pairs = p.collect("struct_pack(k := CAST({1:number} AS BIGINT), v := {0:exact})")
    within = f"list_concat(list_filter({name}.p, lambda _e: _e.k < {name}.n), {gaps})"
    all_pairs = let(name, f"struct_pack(p := {pairs}, n := {size})", within)
    return f"list_transform({by_key(all_pairs, p.rows, p.unique, _first)}, lambda _e: _e.v)"


def _moving(p: Parts, shown: str) -> str:
    """Sums of each value and those before it, at most as many as the parameter says."""
    type_ = _wide(p.args[0].type.plain)
    sums = running_sums(p.rows.collect(p.fill(f"CAST({{0:number}} AS {type_})")), type_, p.unique)
    name = p.unique("l")
    if not p.parameters:
        return let(name, sums, f"list_transform({name}, lambda _e: {shown.format('_e', f'len({name})')})")
    size = p.whole(0, 1)
    before = f"list_concat(list_resize(CAST([] AS {type_}[]), {size}, 0), {name})"
    moved = shown.format("(_e[1] - _e[2])", size)
    return let(name, sums, f"list_transform(list_zip({name}, {before}, true), lambda _e: {moved})")


def _wide(type_: Type) -> str:
    if type_.name == "Decimal":
        return duckdb_type(sum_type(type_))
    return "DOUBLE" if type_.is_float else "HUGEINT"


def _moving_sum(p: Parts) -> str:
    return _moving(p, f"CAST({{}} AS {duckdb_type(sum_type(p.args[0].type.plain))})")


def _moving_average(p: Parts) -> str:
    type_ = p.args[0].type.plain
    if type_.name != "Decimal":
        return _moving(p, "CAST({} AS DOUBLE) / {}")
    wide = sum_type(type_)
    return _moving(p, from_units(f"({units(Typed('{}', wide))} // {{}})", wide))


def _average_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return array(sum_type(types[0]) if types[0].name == "Decimal" else FLOAT64)


def _moving_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return array(sum_type(types[0]))


def _concat(p: Parts) -> str:
    separator = text_literal(str(p.parameters[0])) if p.parameters else "''"
    text = to_text(p.args[0])
    if len(p.parameters) < 2:
        return p.rows.call("string_agg", text, separator)
    return f"array_to_string({p.rows.collect(text)}[1:{p.whole(1, 0)}], {separator})"


def _intersection(p: Parts) -> str:
    """The elements that are in every array."""
    different = "list_distinct(_a)"
    if p.args[0].type.args[0].nullable:
        different = f"list_concat({different}, list_filter(_a, lambda _e: _e IS NULL)[1:1])"
    once = f"list_transform({different}, lambda _e: struct_pack(k := _e, v := 1))"
    pairs = f"flatten(list_transform({p.collect()}, lambda _a: {once}))"
    counts = by_key(pairs, p.rows, p.unique, lambda rows, value: rows.count())
    # DuckDB fails at an aggregate in a lambda whose condition holds another lambda.
    name = p.unique("q")
    found = f"list_transform(list_filter({name}.c, lambda _e: _e.v = {name}.n), lambda _e: _e.k)"
    return let(name, f"struct_pack(c := {counts}, n := {p.rows.count()})", found)


# -- topK -----------------------------------------------------------------------------------------------------------


def _top_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    if "counts" in parameters:
        return _counted_type(types, parameters)
    return array(types[0])


def _counted_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return array(tuple_of(types[0], UINT64, UINT64, names=("item", "count", "error")))


def _ranked(p: Parts) -> str:
    """Structs of value and how often it occurs (or the sum of its weights), the most frequent first."""
    if len(p.args) == 1:
        counts = f"map_entries(coalesce({p.call('histogram', '{0:exact}')}, MAP {{}}))"
        entry = "struct_pack(c := -CAST(_e.value AS BIGINT), v := _e.key)"
    else:
        pairs = p.collect("struct_pack(k := {0:exact}, v := {1:int})")
        counts = by_key(pairs, p.rows, p.unique, total)
        entry = "struct_pack(c := -CAST(_e.v AS BIGINT), v := _e.k)"
    size = p.whole(0, 10)
    if not 0 < size <= 65536:
        raise Fault("TL405", f"topK: the number must be from 1 to 65536, not {size}")
    return f"list_sort(list_transform({counts}, lambda _e: {entry}))[1:{size}]"


def _top(p: Parts) -> str:
    if "counts" in p.parameters:
        return _counted(p)
    return f"list_transform({_ranked(p)}, lambda _e: _e.v)"


def _counted(p: Parts) -> str:
    entry = "struct_pack(item := _e.v, count := CAST(-_e.c AS UBIGINT), error := CAST(0 AS UBIGINT))"
    return f"list_transform({_ranked(p)}, lambda _e: {entry})"


FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction(
        "groupArray", "any", array_of_first, _group_array, "never", nullable=False, skips_nulls=True,
        parameters="integer?", aliases=("array_agg",), case_insensitive=True, doc="The values as an array.",
    ),
    AggregateFunction(
        "groupUniqArray", "any", array_of_first, _group_unique, "never", nullable=False, skips_nulls=True,
        parameters="integer?", aliases=("groupArrayDistinct",),
        state=State(_group_unique, lambda p: _different(f"flatten({p.collect('{0}')})", p), _distinct_of_states),
        doc="The different values, in no order.",
    ),
    *(
        AggregateFunction(name, "any", array_of_first, text, "never", nullable=False, skips_nulls=True,
                          parameters=parameters, doc=doc)
        for name, text, parameters, doc in (
            ("groupArrayLast", _last, "integer", "The last values."),
            ("groupArraySorted", _sorted, "integer?", "The least values, in order."),
            ("groupArraySample", _sample, "integer integer?", "Some of the values."),
        )
    ),
    AggregateFunction(
        "groupArrayInsertAt", "any integer", array_of_first, _insert_at, "never", nullable=False, skips_nulls=True,
        parameters="any? integer?", doc="The values at the places that the second argument gives.",
    ),
    AggregateFunction(
        "groupArrayMovingSum", "number", _moving_type, _moving_sum, "never", nullable=False, skips_nulls=True,
        parameters="integer?", doc="The sums so far.",
    ),
    AggregateFunction(
        "groupArrayMovingAvg", "number", _average_type, _moving_average, "never", nullable=False, skips_nulls=True,
        parameters="integer?", doc="The sums so far, divided by the number of all values or of the parameter.",
    ),
    AggregateFunction(
        "groupArrayIntersect", "array", lambda types, parameters: types[0], _intersection, "never", nullable=False,
        doc="The elements that are in every array.",
    ),
    AggregateFunction(
        "groupConcat", "any", STRING, _concat, skips_nulls=True, parameters="string? integer?",
        aliases=("group_concat", "string_agg", "listagg"), case_insensitive=True,
        doc="The values' texts, one after the other.",
    ),
    AggregateFunction("topK", "any", _top_type, _top, "never", nullable=False, skips_nulls=True,
                      parameters="integer? number? string?", doc="The most frequent values; counted exactly."),
    AggregateFunction("topKWeighted", "any integer", _top_type, _top, "never", nullable=False, skips_nulls=True,
                      parameters="integer? number? string?", doc="The values of most weight."),
    AggregateFunction("approx_top_k", "any", _counted_type, _counted, "never", nullable=False, skips_nulls=True,
                      parameters="integer? integer?", aliases=("approx_top_count",), doc="topK with counts."),
    AggregateFunction("approx_top_sum", "any integer", _counted_type, _counted, "never", nullable=False,
                      skips_nulls=True, parameters="integer? integer?", doc="topKWeighted with sums."),
]  # fmt: skip
