"""count, sum, avg, min, max, any, argMin, argMax, uniq, quantiles, arrays, moments."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State
from tinylite.sql.physical import duckdb_type, sum_type
from tinylite.types import Type
from tinylite.types.model import FLOAT64, UINT64, array

_HASH = "md5_number_lower(CAST({0} AS VARCHAR))"


def _first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return types[0]


def _array_of_first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return array(types[0])


def _sum(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return sum_type(types[0])


def _interpolated(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return types[0] if types[0].is_temporal else FLOAT64


def _levels(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return array(_interpolated(types, parameters))


def _cast_sum(p: Parts) -> str:
    value = p.args[0]
    return f"CAST(sum({p.distinct}{value.number}){p.after} AS {duckdb_type(sum_type(value.type.plain))})"


def _count(p: Parts) -> str:
    return f"CAST(count({p.distinct + p.args[0].value if p.args else '*'}){p.after} AS UBIGINT)"


def _distinct_values(p: Parts) -> str:
    value = p.args[0].value if len(p.args) == 1 else f"row({', '.join(arg.value for arg in p.args)})"
    return f"CAST(count(DISTINCT {value}){p.after} AS UBIGINT)"


def _level(parameter: object) -> float:
    return float(str(parameter))


def _one_level(p: Parts) -> float:
    return _level(p.parameters[0]) if p.parameters else 0.5


def _all_levels(p: Parts) -> str:
    return "[" + ", ".join(str(_level(level)) for level in p.parameters) + "]"


def _quantile(p: Parts) -> str:
    return _continuous(p, str(_one_level(p)))


def _quantiles(p: Parts) -> str:
    return _continuous(p, _all_levels(p))


def _continuous(p: Parts, levels: str) -> str:
    value = p.args[0]
    number = value.sql if value.type.is_temporal else f"CAST({value.number} AS DOUBLE)"
    return f"quantile_cont({number}, {levels}){p.after}"


def _exact_level(values: str, level: float) -> str:
    """ClickHouse's quantileExact: the element at floor(level × n) of the sorted values."""
    index = f"least(CAST(floor({level} * len({values})) AS BIGINT), len({values}) - 1) + 1"
    return f"list_sort({values})[{index}]"


def _quantile_exact(p: Parts) -> str:
    return _exact_level(f"list({p.args[0].value}){p.after}", _one_level(p))


def _quantiles_exact(p: Parts) -> str:
    values = f"list({p.args[0].value}){p.after}"
    return "[" + ", ".join(_exact_level(values, _level(level)) for level in p.parameters) + "]"


def _merge_quantile(p: Parts) -> str:
    return f"list_aggregate(flatten(list({p.args[0].sql}){p.after}), 'quantile_cont', {_one_level(p)})"


def _merge_quantiles(p: Parts) -> str:
    return f"list_aggregate(flatten(list({p.args[0].sql}){p.after}), 'quantile_cont', {_all_levels(p)})"


def _group_array(p: Parts) -> str:
    return _limited(f"coalesce(list({p.distinct}{p.args[0].exact}){p.after}, [])", p)


def _group_unique(p: Parts) -> str:
    return _limited(f"coalesce(list(DISTINCT {p.args[0].exact}){p.after}, [])", p)


def _limited(values: str, p: Parts) -> str:
    return f"{values}[1:{int(str(p.parameters[0]))}]" if p.parameters else values


def _top(p: Parts) -> str:
    return _most_frequent(f"histogram({p.args[0].exact}){p.after}", p)


def _merge_top(p: Parts) -> str:
    return _most_frequent(f"list_aggregate(flatten(list({p.args[0].sql}){p.after}), 'histogram')", p)


def _most_frequent(counts: str, p: Parts) -> str:
    """The most frequent values, the first of equals by value."""
    size = int(str(p.parameters[0])) if p.parameters else 10
    entries = f"map_entries(coalesce({counts}, MAP {{}}))"
    ranked = f"list_sort(list_transform({entries}, lambda e: row(-CAST(e.value AS BIGINT), e.key)))"
    return f"list_transform({ranked}[1:{size}], lambda e: e[2])"


def _same(make: str, again: str) -> State:
    """A state that is merged by an aggregate of its own column."""
    return State(make, again, again)


_SET = State(
    f"list(DISTINCT {_HASH}){{f}}",
    "CAST(len(list_distinct(flatten(list({0}){f}))) AS UBIGINT)",
    "list_distinct(flatten(list({0}){f}))",
)
_VALUES = "coalesce(list({0:exact}){f}, [])"
_FLAT = "flatten(list({0}){f})"
_AVERAGE = State(
    "struct_pack(sum := sum({0:number}){f}, count := CAST(count({0}){f} AS UBIGINT))",
    "(CAST(sum(struct_extract({0}, 'sum')){f} AS DOUBLE) / sum(struct_extract({0}, 'count')){f})",
    "struct_pack(sum := sum(struct_extract({0}, 'sum')){f}, "
    "count := CAST(sum(struct_extract({0}, 'count')){f} AS UBIGINT))",
)


def _pair(function: str) -> State:
    arg, val = "struct_extract({0}, 'arg')", "struct_extract({0}, 'val')"
    whole = f"struct_pack(arg := {function}({{0}}, {{1}}){{f}}, val := {function[4:]}({{1}}){{f}})"
    combine = f"struct_pack(arg := {function}({arg}, {val}){{f}}, val := {function[4:]}({val}){{f}})"
    return State(whole, f"{function}({arg}, {val}){{f}}", combine)


_MAKE_MOMENTS = (
    "struct_pack(n := CAST(count({0}){f} AS UBIGINT), s := sum({0:double}){f}, q := sum({0:double} * {0:double}){f})"
)
_SUM_MOMENTS = (
    "struct_pack(n := CAST(sum(struct_extract({0}, 'n')){f} AS UBIGINT), s := sum(struct_extract({0}, 's')){f}, "
    "q := sum(struct_extract({0}, 'q')){f})"
)
_N, _S, _Q = (f"sum(struct_extract({{0}}, '{part}')){{f}}" for part in "nsq")
_SPREAD = f"(({_Q}) - ({_S}) * ({_S}) / ({_N}))"


def _moments(name: str, duckdb: str, merge: str, aliases: tuple[str, ...] = ()) -> AggregateFunction:
    return AggregateFunction(
        name, "number", FLOAT64, f"{duckdb}({{d}}{{0:double}}){{f}}", empty="nan", aliases=aliases,
        case_insensitive=True, state=State(_MAKE_MOMENTS, merge, _SUM_MOMENTS),
    )  # fmt: skip


_UNIQ = ("uniq", "uniqCombined", "uniqCombined64", "uniqHLL12", "uniqTheta", "uniqExact")

FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction(
        "count", "any?", UINT64,
        _count, nullable=False, case_insensitive=True,
        state=State("CAST(count(*){f} AS UBIGINT)", "CAST(sum({0}){f} AS UBIGINT)", "CAST(sum({0}){f} AS UBIGINT)"),
        doc="Rows, or values that are not NULL.",
    ),
    AggregateFunction(
        "sum", "number", _sum, _cast_sum, case_insensitive=True,
        state=_same("sum({0:number}){f}", "sum({0}){f}"), doc="The sum, in 64 bits.",
    ),
    AggregateFunction(
        "avg", "number", FLOAT64, "avg({d}{0:number}){f}", empty="nan", case_insensitive=True, state=_AVERAGE,
    ),
    *(
        AggregateFunction(
            name, "any", _first, f"{name}({{d}}{{0}}){{f}}", case_insensitive=True,
            state=_same(f"{name}({{0}}){{f}}", f"{name}({{0}}){{f}}"),
        )
        for name in ("min", "max")
    ),
    AggregateFunction(
        "any", "any", _first, "any_value({0}){f}", aliases=("any_value", "first_value"), case_insensitive=True,
        state=_same("any_value({0}){f}", "any_value({0}){f}"), doc="Some value: the first one met.",
    ),
    AggregateFunction(
        "anyLast", "any", _first, "last({0}){f}", skips_nulls=True, aliases=("last_value",), case_insensitive=True,
        state=_same("last({0}){f}", "last({0}){f}"),
    ),
    AggregateFunction("anyHeavy", "any", _first, "mode({0}){f}", state=_same("mode({0}){f}", "mode({0}){f}")),
    AggregateFunction("argMin", "any any", _first, "arg_min({0}, {1}){f}", state=_pair("arg_min")),
    AggregateFunction("argMax", "any any", _first, "arg_max({0}, {1}){f}", state=_pair("arg_max")),
    *(
        AggregateFunction(
            name, "any any*", UINT64, _distinct_values, nullable=False, skips_nulls=True, state=_SET,
            doc="Different values. Counted exactly.",
        )
        for name in _UNIQ
    ),
    *(
        AggregateFunction(
            name, "number|temporal number?", _interpolated, _quantile, empty="nan", parameters="number?",
            state=State(_VALUES, _merge_quantile, _FLAT), aliases=aliases, skips_nulls=True,
        )
        for name, aliases in (
            ("quantile", ("median",)), ("quantileTDigest", ("medianTDigest",)), ("quantileTiming", ("medianTiming",)),
            ("quantileExactInclusive", ("medianExactInclusive",)),
        )
    ),
    *(
        AggregateFunction(
            name, "number|temporal", _levels, _quantiles, empty="null", parameters="number*", skips_nulls=True,
            state=State(_VALUES, _merge_quantiles, _FLAT),
        )
        for name in ("quantiles", "quantilesTDigest", "quantilesTiming")
    ),
    AggregateFunction(
        "quantileExact", "any", _first, _quantile_exact, parameters="number?", aliases=("medianExact",),
        skips_nulls=True,
    ),
    AggregateFunction(
        "quantilesExact", "any", _array_of_first, _quantiles_exact, parameters="number*", skips_nulls=True,
    ),
    AggregateFunction(
        "groupArray", "any", _array_of_first, _group_array, nullable=False, skips_nulls=True, parameters="integer?",
        aliases=("array_agg",), state=State(_VALUES, _FLAT, _FLAT),
    ),
    AggregateFunction(
        "groupUniqArray", "any", _array_of_first, _group_unique, nullable=False, skips_nulls=True,
        parameters="integer?", aliases=("groupArrayDistinct",),
        state=State("coalesce(list(DISTINCT {0:exact}){f}, [])", f"list_distinct({_FLAT})", f"list_distinct({_FLAT})"),
    ),
    AggregateFunction(
        "topK", "any", _array_of_first, _top, nullable=False, skips_nulls=True, parameters="integer?",
        state=State(_VALUES, _merge_top, _FLAT),
    ),
    _moments("varPop", "var_pop", f"({_SPREAD} / {_N})", ("VAR_POP",)),
    _moments("varSamp", "var_samp", f"({_SPREAD} / ({_N} - 1))", ("VAR_SAMP",)),
    _moments("stddevPop", "stddev_pop", f"sqrt({_SPREAD} / {_N})", ("STDDEV_POP", "STD")),
    _moments("stddevSamp", "stddev_samp", f"sqrt({_SPREAD} / ({_N} - 1))", ("STDDEV_SAMP",)),
]  # fmt: skip
