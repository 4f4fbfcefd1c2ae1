"""quantile, quantiles, median and their variants.

All of them are exact here, where ClickHouse samples or summarizes: the variants differ in which element, or what
between two elements, they take. States are the values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts
from tinylite.sql.aggregates.rows import Rows, by_key, let, running_sums, total
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.types import Type
from tinylite.types.model import FLOAT32, FLOAT64, array

Kind = Callable[[Parts, Sequence[float]], str]
"""Makes a list with an element for each level."""
ResultOf = Callable[[Type], Type]


def _float64(type_: Type) -> Type:
    return FLOAT64


def _float32(type_: Type) -> Type:
    return FLOAT32


def _same(type_: Type) -> Type:
    return type_


def _interpolated(type_: Type) -> Type:
    return type_ if type_.is_temporal or type_.name == "Decimal" else FLOAT64


def _between(p: Parts, levels: Sequence[float]) -> str:
    """On the straight line between the two nearest values (R-7)."""
    value = p.args[0]
    exact = value.type.is_temporal or (value.type.is_integer and value.type.bits <= 32 and not value.is_literal)
    number = value.number if exact else f"CAST({value.number} AS DOUBLE)"
    texts = [f"{level!r}e0" for level in levels]
    if len(texts) == 1:  # a list of levels would cost a tenth more
        return _list([_without_nan(p).call("quantile_cont", number, texts[0])])
    return _without_nan(p).call("quantile_cont", number, _list(texts))


def _list(texts: Sequence[str]) -> str:
    return f"[{', '.join(texts)}]"


def _without_nan(p: Parts) -> Rows:
    value = p.args[0]
    return p.rows.where([f"NOT isnan({value.value})"]) if value.type.is_float else p.rows


def _picked(index: Callable[[str, float], str], value: Callable[[Parts], str] = lambda p: p.fill("{0:exact}")) -> Kind:
    """One of the sorted values: `index` gives its place from 1, for their number and the level."""

    def kind(p: Parts, levels: Sequence[float]) -> str:
        name = p.unique("q")
        values = f"list_sort({_without_nan(p).collect(value(p))})"
        return let(name, values, _list([f"{name}[CAST({index(f'len({name})', level)} AS BIGINT)]" for level in levels]))

    return kind


def _exact(size: str, level: float) -> str:
    return f"least(floor({level!r}e0 * {size}), {size} - 1) + 1"


def _low(size: str, level: float) -> str:
    return f"(({size} + 1) // 2)" if level == 0.5 else _exact(size, level)


def _high(size: str, level: float) -> str:
    return f"({size} // 2 + 1)" if level == 0.5 else _exact(size, level)


def _nearest(size: str, level: float) -> str:
    return f"greatest(ceil({level!r}e0 * {size}), 1)"


def _below(size: str, level: float) -> str:
    return f"floor({level!r}e0 * ({size} - 1)) + 1"


def _inclusive(p: Parts, levels: Sequence[float]) -> str:
    """R-7."""
    return _straight(p, levels, "{level}e0 * ({size} - 1) + 1")


def _exclusive(p: Parts, levels: Sequence[float]) -> str:
    """R-6."""
    return _straight(p, levels, "least(greatest({level}e0 * ({size} + 1), 1), {size})")


def _straight(p: Parts, levels: Sequence[float], where: str) -> str:
    """On the line between the values beside a place, from 1."""
    name = p.unique("q")
    size = f"len({name})"

    def at(level: float) -> str:
        place = where.format(level=repr(level), size=size)
        low = f"{name}[CAST(floor({place}) AS BIGINT)]"
        high = f"{name}[CAST(floor({place}) AS BIGINT) + 1]"
        between = f"{low} + ({place} - floor({place})) * ({high} - {low})"
        return f"(CASE WHEN floor({place}) >= {size} THEN {name}[-1] ELSE {between} END)"

    values = f"list_sort({_without_nan(p).collect(p.fill('{0:double}'))})"
    return let(name, values, _list([at(level) for level in levels]))


def _timing(p: Parts, levels: Sequence[float]) -> str:
    """Whole milliseconds up to 30000; what is negative does not count."""
    kept = replace(p, rows=p.rows.where([f"{p.args[0].number} >= 0"]))
    return _picked(_exact, lambda q: f"CAST(least(trunc({q.args[0].number}), 30000) AS FLOAT)")(kept, levels)


def _weighted(value: str) -> Kind:
    """The first value at which the weights add up to the level's share."""

    def kind(p: Parts, levels: Sequence[float]) -> str:
        entries = f"struct_pack(v := {p.fill(value)}, w := CAST({p.fill('{1:number}')} AS HUGEINT))"
        sorted_ = f"list_sort(list_filter({_without_nan(p).collect(entries)}, lambda _e: _e.w >= 0))"
        name, sums = p.unique("q"), p.unique("w")

        def at(level: float) -> str:
            return f"{name}[len(list_filter({sums}, lambda _e: _e < ceil({sums}[-1] * {level!r}e0))) + 1].v"

        running = running_sums(f"list_transform({name}, lambda _e: _e.w)", "HUGEINT", p.unique)
        return let(name, sorted_, let(sums, running, _list([at(level) for level in levels])))

    return kind


def _digest(p: Parts, levels: Sequence[float]) -> str:
    """A t-digest whose centroids are the values: between the middles of the weights, where they are more than 1."""
    entry = f"struct_pack(v := {p.fill('{0:double}')}, w := CAST({p.fill('{1:number}')} AS DOUBLE))"
    name, total = p.unique("q"), p.unique("w")
    sorted_ = f"list_sort(list_filter({_without_nan(p).collect(entry)}, lambda _e: _e.w > 0))"
    here = "(_a.s + _e.w * 0.5e0)"
    left = "(_a.x + CASE WHEN _a.w = 1 THEN 0.5e0 ELSE 0e0 END)"
    right = f"({here} - CASE WHEN _e.w = 1 THEN 0.5e0 ELSE 0e0 END)"

    def at(level: float) -> str:
        wanted = f"({total} * {level!r}e0)"
        line = f"_a.v + (_e.v - _a.v) * ({wanted} - {left}) / ({right} - {left})"
        between = f"CASE WHEN {wanted} <= {left} THEN _a.v WHEN {wanted} >= {right} THEN _e.v ELSE {line} END"
        found = f"coalesce(_a.y, CASE WHEN {here} >= {wanted} THEN {between} END)"
        step = f"struct_pack(s := _a.s + _e.w, x := {here}, v := _e.v, w := _e.w, y := {found})"
        start = f"struct_pack(s := 0e0, x := 0e0, v := {name}[1].v, w := {name}[1].w, y := CAST(NULL AS DOUBLE))"
        end = p.unique("a")
        return let(end, f"list_reduce({name}, lambda _a, _e: {step}, {start})", f"coalesce({end}.y, {end}.v)")

    body = let(total, f"list_aggregate(list_transform({name}, lambda _e: _e.w), 'sum')",
               _list([at(level) for level in levels]))  # fmt: skip
    return let(name, sorted_, body)


def _weighted_between(p: Parts, levels: Sequence[float]) -> str:
    """On the line between the middles of the weights."""
    pair = f"struct_pack(k := {p.fill('{0:exact}')}, v := CAST({p.fill('{1:number}')} AS DOUBLE))"
    pairs = f"list_filter({_without_nan(p).collect(pair)}, lambda _e: _e.v > 0)"
    totals = by_key(pairs, p.rows, p.unique, total)
    name = p.unique("q")
    ends = (f"list_transform({totals}, lambda _e: struct_pack(k := CAST(_e.k AS DOUBLE), v := _e.v, "
            "s := CAST(0 AS DOUBLE), y := CAST(NULL AS DOUBLE)))")  # fmt: skip
    target = duckdb_type(p.args[0].type.plain)

    def at(level: float) -> str:
        # k, v: the value before and half of its weight; s: where its middle lies; y: what was found.
        share = f"({level!r}e0 * list_aggregate(list_transform({name}, lambda _e: _e.v), 'sum'))"
        middle = "(_a.s + _a.v / 2 + _e.v / 2)"
        between = f"_a.k + (_e.k - _a.k) * ({share} - _a.s) / ({middle} - _a.s)"
        found = f"CASE WHEN _a.s >= {share} THEN _a.k WHEN {middle} >= {share} THEN {between} END"
        step = f"struct_pack(k := _e.k, v := _e.v, s := {middle}, y := coalesce(_a.y, {found}))"
        first = f"list_transform({name}[1:1], lambda _e: struct_pack(k := _e.k, v := _e.v, s := _e.v / 2, y := _e.y))"
        last = p.unique("a")
        walked = f"list_reduce(list_concat({first}, {name}[2:]), lambda _a, _e: {step})"
        return f"(CASE WHEN len({name}) > 0 THEN {let(last, walked, f'coalesce({last}.y, {last}.k)')} END)"

    return let(name, ends, _list([f"CAST(trunc({at(level)}) AS {target})" if p.args[0].type.is_integer else at(level)
                                  for level in levels]))  # fmt: skip


def _level(parameter: object, name: str) -> float:
    if not isinstance(parameter, int | float) or not 0 <= parameter <= 1:
        raise Fault("TL405", f"{name}: a level must be a number from 0 to 1, not {parameter}")
    return float(parameter)


def _cast(text: str, source: Type, to: Type) -> str:
    """DATE has no quantile of its own: it comes as TIMESTAMP."""
    if to == source and not to.is_temporal and to.name != "Decimal":
        return text
    if to.name == "Decimal":
        return f"CAST(trunc({text}, {to.params[1]}) AS {duckdb_type(to)})"
    return f"CAST({text} AS {duckdb_type(to)})"


def _empty(type_: Type, result: ResultOf) -> str:
    """ClickHouse gives 0, not NaN, for several exact quantiles of no floats."""
    return f"CAST('nan' AS {duckdb_type(type_)})" if type_.is_float and result is not _same else default_value(type_)


def _pair(
    suffix: str,
    signature: str,
    kind: Kind,
    result: ResultOf,
    skip: int = 0,
    doc: str = "",
    *,
    medians: bool = True,
) -> list[AggregateFunction]:
    """quantileX, with medianX, and quantilesX. `skip` parameters stand before the levels."""

    def one(p: Parts) -> str:
        level = _level(p.parameters[skip], f"quantile{suffix}") if len(p.parameters) > skip else 0.5
        source = p.args[0].type.plain
        found = kind(p, [level])
        first = found[1:-1] if kind is _between else f"{found}[1]"
        return _cast(first, source, result(source))

    def many(p: Parts) -> str:
        levels = [_level(parameter, f"quantiles{suffix}") for parameter in p.parameters[skip:]] or [0.5]
        source = p.args[0].type.plain
        type_ = result(source)
        name = p.unique("q")
        empty = _empty(type_, result)
        found = [f"coalesce({_cast(f'{name}[{place}]', source, type_)}, {empty})" for place, _ in enumerate(levels, 1)]
        return let(name, kind(p, levels), _list(found))

    def one_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
        return result(types[0])

    def many_types(types: Sequence[Type], parameters: Sequence[object]) -> Type:
        return array(result(types[0]))

    leading = "number " * skip
    filtered = kind is not _between  # DuckDB's own aggregate passes over NULL
    return [
        AggregateFunction(
            f"quantile{suffix}", signature, one_type, one, "nan", skips_nulls=filtered, parameters=f"{leading}number?",
            aliases=(f"median{suffix}",) if medians else (), doc=doc,
        ),
        AggregateFunction(
            f"quantiles{suffix}", signature, many_types, many, "never", nullable=False,
            skips_nulls=filtered, parameters=f"{leading}number*",
        ),
    ]  # fmt: skip


_EXACT_VALUE = "{0:exact}"
FUNCTIONS: list[AggregateFunction] = [
    *_pair("", "number|temporal", _between, _interpolated, doc="Interpolated between the two nearest values."),
    *_pair("Deterministic", "number|temporal integer", _between, _interpolated, doc="As quantile."),
    *_pair("ExactInclusive", "number", _inclusive, _float64, medians=False, doc="R-7, as Excel's PERCENTILE.INC."),
    *_pair("ExactExclusive", "number", _exclusive, _float64, medians=False, doc="R-6, as Excel's PERCENTILE.EXC."),
    *_pair("Exact", "number|temporal", _picked(_exact), _same, doc="One of the values."),
    *_pair("ExactLow", "number|temporal", _picked(_low), _same, doc="One of the values, the lower of two medians."),
    *_pair("ExactHigh", "number|temporal", _picked(_high), _same, doc="One of the values, the higher of two medians."),
    *_pair("ExactWeighted", "number|temporal integer", _weighted(_EXACT_VALUE), _same, doc="Weighted values."),
    *_pair("InterpolatedWeighted", "number integer", _weighted_between, _same, doc="Weighted, between two values."),
    *_pair("TDigest", "binary", _picked(_nearest), _float32, doc="One of the values; exact."),
    *_pair("TDigestWeighted", "binary integer", _digest, _float32, doc="Weighted; exact."),
    *_pair("Timing", "binary", _timing, _float32, doc="Of milliseconds up to 30000; exact."),
    *_pair("TimingWeighted", "binary integer", _weighted("{0:double}"), _float32, doc="Weighted; exact."),
    *_pair("BFloat16", "binary", _picked(_nearest, lambda p: p.fill("{0:double}")), _float64, doc="Exact."),
    *_pair("DD", "binary", _picked(_below, lambda p: p.fill("{0:double}")), _float64, skip=1, doc="Exact."),
    *_pair("GK", "number", _picked(_nearest), _same, skip=1, doc="One of the values; exact."),
]  # fmt: skip
