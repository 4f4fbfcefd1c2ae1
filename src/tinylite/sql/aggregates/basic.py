"""count, sum, avg, min, max, any, argMin, argMax, uniq."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text, first, native
from tinylite.sql.physical import duckdb_type, sum_type
from tinylite.sql.ranks import holds_enums, rank
from tinylite.types import Type
from tinylite.types.model import FLOAT64, UINT64, tuple_of

_HASH = "md5_number_lower(CAST({0} AS VARCHAR))"


def _sum(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return sum_type(types[0])


def _same_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return types[0].bare


def _cast_sum(p: Parts) -> str:
    return wrapped(p.call("sum", "{0:number}"), p.args[0].type.plain, sum_type(p.args[0].type.plain))


def wrapped(total: str, source: Type, type_: Type) -> str:
    """A sum in the width of its type: ClickHouse keeps the low bits. Only 64 bits can overflow in real data."""
    target = duckdb_type(type_)
    if not type_.is_integer or type_.bits > 64:
        return f"CAST({total} AS {target})"
    if source.is_integer and source.bits < 64 and type_.bits == 64:
        return f"CAST({total} AS {target})"
    low = f"(CAST({total} AS HUGEINT) & {(1 << type_.bits) - 1})"
    if type_.is_unsigned:
        return f"CAST({low} AS {target})"
    half = 1 << (type_.bits - 1)
    return f"CAST((((CAST({total} AS HUGEINT) + {half}) & {(1 << type_.bits) - 1}) - {half}) AS {target})"


def _wrapping_sum(p: Parts) -> str:
    type_ = p.args[0].type.plain
    return wrapped(p.call("sum", "{0:number}"), Type("Int64"), _same_type([type_], ()))


def _sum_of_floats(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return sum_type(types[0]) if types[0].name == "Decimal" else FLOAT64


def _kahan(p: Parts) -> str:
    return _cast_sum(p) if p.args[0].type.name == "Decimal" else p.call("fsum", "{0:double}")


def _count(p: Parts) -> str:
    return f"CAST({p.call('count', '{0}') if p.args else p.rows.count()} AS UBIGINT)"


def _average(p: Parts) -> str:
    """ClickHouse adds up in 64 bits."""
    type_ = p.args[0].type.plain
    if type_.is_integer and type_.bits == 64:
        total = wrapped(p.call("sum", "{0:number}"), type_, sum_type(type_))
        return f"(CAST({total} AS DOUBLE) / {p.call('count', '{0}')})"
    return p.call("avg", "{0:number}")


def _extreme(function: str) -> Text:
    """min and max: of an Enum by its numbers. NaN is the greatest of all in DuckDB; ClickHouse passes over it."""

    def text(p: Parts) -> str:
        type_ = p.args[0].type
        type_ = type_.args[0] if type_.name == "AggregateFunction" else type_
        if holds_enums(type_):
            value = p.fill("{0}")
            return p.rows.call(f"arg_{function}", value, rank(value, type_))
        if type_.is_float and function == "max":
            return f"(-{p.call('min', '-({0})')})"
        return p.call(function, "{0}")

    return text


def _one_value(p: Parts) -> str:
    return "{0}" if len(p.args) == 1 else f"row({', '.join(f'{{{index}}}' for index in range(len(p.args)))})"


def _count_distinct(p: Parts) -> str:
    return f"CAST({p.rows.count_distinct(p.fill(_one_value(p)))} AS UBIGINT)"


def _make_set(p: Parts) -> str:
    return f"list_distinct({p.collect(_HASH.format(_one_value(p)))})"


def _merged_set(p: Parts) -> str:
    return f"list_distinct(flatten({p.collect('{0}')}))"


def _merged_count(p: Parts) -> str:
    return f"CAST(len({_merged_set(p)}) AS UBIGINT)"


_SET = State(_make_set, _merged_count, _merged_set)


def or_no_value(text: Text) -> Text:
    """Of a Nullable argument uniqCombined and groupBitmap are Nullable: NULL without a value."""

    def lower(p: Parts) -> str:
        types = [
            part for arg in p.args for part in (arg.type.args if arg.type.name == "AggregateFunction" else (arg.type,))
        ]
        return f"nullif({text(p)}, 0)" if any(type_.nullable for type_ in types) else text(p)

    return lower


def _same(text: Text) -> State:
    """A state that is merged by an aggregate of its own column."""
    return State(text, text, text)


def _field(name: str) -> str:
    return f"struct_extract({{0}}, '{name}')"


def _make_average(p: Parts) -> str:
    return f"struct_pack(sum := {p.call('sum', '{0:number}')}, count := CAST({p.call('count', '{0}')} AS UBIGINT))"


def _merge_average(p: Parts) -> str:
    return f"(CAST({p.call('sum', _field('sum'))} AS DOUBLE) / {p.call('sum', _field('count'))})"


def _combine_average(p: Parts) -> str:
    total, count = (p.call("sum", _field(name)) for name in ("sum", "count"))
    return f"struct_pack(sum := {total}, count := CAST({count} AS UBIGINT))"


_AVERAGE = State(_make_average, _merge_average, _combine_average)


def _chosen(function: str) -> Text:
    """arg_min and arg_max. NaN is passed over, as by min and max, where there is anything else."""

    def text(p: Parts) -> str:
        chosen = p.rows.call(function, p.fill("{0}"), _by(p.fill("{1}"), p.args[1].type))
        return f"coalesce({chosen}, {p.call('any_value', '{0}')})" if p.args[1].type.is_float else chosen

    return text


def _by(key: str, type_: Type) -> str:
    return f"CASE WHEN NOT isnan({key}) THEN {key} END" if type_.is_float else rank(key, type_)


def _pair(function: str) -> State:
    """The row that was chosen: argument and value."""
    arg, val = _field("arg"), _field("val")

    def make(p: Parts) -> str:
        chosen = p.fill("struct_pack(arg := {0}, val := {1})")
        return p.rows.call(function, chosen, _by(p.fill("{1}"), p.args[1].type))

    def merge(p: Parts) -> str:
        return p.rows.call(function, p.fill(arg), rank(p.fill(val), p.args[0].type.args[1]))

    def combine(p: Parts) -> str:
        return p.rows.call(function, p.fill("{0}"), rank(p.fill(val), p.args[0].type.args[1]))

    return State(make, merge, combine)


def _sum_count(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return tuple_of(sum_type(types[0]), UINT64)


def _sum_and_count(p: Parts) -> str:
    total = f"coalesce({_cast_sum(p)}, 0)"
    return f'struct_pack("1" := {total}, "2" := CAST({p.call("count", "{0}")} AS UBIGINT))'


_UNIQ = ("uniq", "uniqHLL12", "uniqTheta", "uniqExact")

FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction(
        "count", "any?", UINT64, _count, "never", nullable=False, keeps_nulls=True, case_insensitive=True,
        state=State(_count, lambda p: f"coalesce({p.call('sum', '{0}')}, 0)", native("sum", "{0}")),
        doc="Rows, or values that are not NULL.",
    ),
    AggregateFunction(
        "sum", "number", _sum, _cast_sum, case_insensitive=True,
        state=State(_cast_sum, native("sum", "{0}"), native("sum", "{0}")), doc="The sum, in 64 bits.",
    ),
    AggregateFunction(
        "sumWithOverflow", "number", _same_type, _wrapping_sum, doc="The sum, in the type of its argument.",
    ),
    AggregateFunction(
        "sumKahan", "number", _sum_of_floats, _kahan, doc="The sum, with fewer errors of rounding.",
    ),
    AggregateFunction("sumCount", "number", _sum_count, _sum_and_count, "never", nullable=False),
    AggregateFunction(
        "avg", "number", FLOAT64, _average, "nan", case_insensitive=True, state=_AVERAGE,
    ),
    AggregateFunction("min", "any", first, _extreme("min"), case_insensitive=True, state=_same(_extreme("min"))),
    AggregateFunction("max", "any", first, _extreme("max"), case_insensitive=True, state=_same(_extreme("max"))),
    AggregateFunction(
        "any", "any", first, native("any_value", "{0}"), aliases=("any_value", "first_value"), case_insensitive=True,
        state=_same(native("any_value", "{0}")), doc="Some value: the first one met.",
    ),
    AggregateFunction(
        "anyLast", "any", first, native("last", "{0}"), aliases=("last_value",), case_insensitive=True,
        state=_same(native("last", "{0}")), doc="The last value.",
    ),
    *(
        AggregateFunction(f"{name}_respect_nulls", "any", first, native(duckdb, "{0}"), keeps_nulls=True,
                          aliases=(f"{alias}_respect_nulls", f"{name}RespectNulls", f"{camel}RespectNulls", *others),
                          case_insensitive=True, doc=doc)
        for name, alias, camel, others, duckdb, doc in (
            ("any", "first_value", "firstValue", ("any_value_respect_nulls", "anyValueRespectNulls"), "first",
             "The first value, NULL too."),
            ("anyLast", "last_value", "lastValue", (), "last_or_null", "The last value, NULL too."),
        )
    ),
    AggregateFunction("anyHeavy", "any", first, native("mode", "{0}"), state=_same(native("mode", "{0}"))),
    *(
        AggregateFunction(name, "any any", first, _chosen(duckdb), skips_nulls=True, state=_pair(duckdb),
                          aliases=(alias,), case_insensitive=True)
        for name, duckdb, alias in (("argMin", "arg_min", "min_by"), ("argMax", "arg_max", "max_by"))
    ),
    *(
        AggregateFunction(
            name, "any any*", UINT64, _count_distinct, "never", nullable=False, skips_nulls=True, state=_SET,
            doc="Different values. Counted exactly.",
        )
        for name in _UNIQ
    ),
    *(
        AggregateFunction(
            name, "any any*", UINT64, or_no_value(_count_distinct), "never", skips_nulls=True,
            parameters="integer?", state=State(_make_set, or_no_value(_merged_count), _merged_set),
            doc="Different values. Counted exactly.",
        )
        for name in ("uniqCombined", "uniqCombined64")
    ),
]  # fmt: skip
