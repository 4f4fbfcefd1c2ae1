"""Aggregates of one or two columns of numbers: regressions, differences, intervals, moving averages."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.basic import wrapped
from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, Text, type_of_first
from tinylite.sql.aggregates.rows import let
from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT64, UINT8, UINT64, tuple_of


def _average_weighted(p: Parts) -> str:
    """ClickHouse adds up in the weights' type: whole weights take whole values, and sums keep their low 64 bits."""
    type_, value = p.args[1].type.plain, p.args[0]
    if not type_.is_integer:
        total, weights = p.call("sum", "{0:double} * {1:double}"), p.call("sum", "{1:double}")
        return f"({total} / {weights})"
    number = p.fill("{0:number}" if value.type.plain.is_integer else "trunc({0:number})")
    if value.type.is_float:
        number = f"CASE WHEN abs({number}) < 9223372036854775808 THEN {number} ELSE 0 END"
    weight, wide = p.fill("{1:number}"), Type("UInt64" if type_.is_unsigned else "Int64")
    total = p.rows.call("sum", f"CAST({number} AS HUGEINT) * CAST({weight} AS HUGEINT)")
    weights = wrapped(p.rows.call("sum", weight), wide, wide)
    return f"(CAST({wrapped(total, wide, wide)} AS DOUBLE) / CAST({weights} AS DOUBLE))"


def _regression(p: Parts) -> str:
    """Least squares: y = k x + b."""
    x, y = p.fill("{0:double}"), p.fill("{1:double}")
    n = f"CAST({p.rows.count()} AS DOUBLE)"
    sx, sy, sxx, sxy = (p.rows.call("sum", text) for text in (x, y, f"{x} * {x}", f"{x} * {y}"))
    name = p.unique("s")
    sums = f"struct_pack(n := {n}, x := {sx}, y := {sy}, xx := {sxx}, xy := {sxy})"
    slope = f"({name}.xy * {name}.n - {name}.x * {name}.y) / nullif({name}.xx * {name}.n - {name}.x * {name}.x, 0)"
    line = p.unique("k")
    nan = "CAST('nan' AS DOUBLE)"
    body = let(line, slope, f"struct_pack(k := coalesce({line}, {nan}), "
               f"b := coalesce(({name}.y - {line} * {name}.x) / {name}.n, {nan}))")  # fmt: skip
    return let(name, sums, body)


def _ordered_values(p: Parts) -> str:
    if len(p.args) == 1:
        return p.collect(_rising(p))
    return p.rows.sorted(p.fill(_rising(p)), p.fill("{1}"))


def _rising(p: Parts) -> str:
    return "{0:number}" if p.args[0].type.name == "Bool" else "{0:exact}"


def _rise_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return UINT8 if types[0].name == "Bool" else type_of_first(types, parameters)


def _rises(p: Parts) -> str:
    """What the values rose from one to the next; falls count nothing."""
    type_ = _rise_type([p.args[0].type.plain], ())
    number = "CAST({} AS HUGEINT)" if type_.is_integer else "{}"
    name = p.unique("l")
    grows = "_e[2] > _e[1] AND NOT isnan(_e[2])" if type_.is_float else "_e[2] > _e[1]"
    rise = f"CASE WHEN {grows} THEN {number.format('_e[2]')} - {number.format('_e[1]')} END"
    rises = f"list_transform(list_zip({name}, {name}[2:]), lambda _e: {rise})"
    total = let(name, _ordered_values(p), f"coalesce(list_aggregate({rises}, 'sum'), 0)")
    return wrapped(total, INT64, type_)


def _bounding_ratio(p: Parts) -> str:
    x, y = p.fill("{0:double}"), p.fill("{1:double}")
    # NaN is neither less nor greater, so that only a first one counts.
    rows = p.rows.where([f"NOT isnan({x})"]) if p.args[0].type.is_float else p.rows
    rise = f"{rows.call('arg_max', y, x)} - {rows.call('arg_min', y, x)}"
    ratio = f"(({rise}) / ({rows.call('max', x)} - {rows.call('min', x)}))"
    if not p.args[0].type.is_float:
        return ratio
    return f"(CASE WHEN isnan({p.rows.call('first', x)}) THEN CAST('nan' AS DOUBLE) ELSE {ratio} END)"


def _number(value: Typed) -> str:
    return cast(value, INT64).sql if value.type.is_temporal else value.exact


def _intervals(p: Parts, *, turned: bool = False) -> str:
    """{b: begin, e: end} of each row; those that end before they begin are `turned` around or left out."""
    one, other = p.args[0].type.plain, p.args[1].type.plain
    if one != other or not (one.is_number or one.is_temporal):
        raise Fault("TL405", f"the start and the end must be of one type of number or date, not {one} and {other}")
    start, end = _number(p.args[0]), _number(p.args[1])
    if turned:
        return p.collect(f"struct_pack(b := least({start}, {end}), e := greatest({start}, {end}))")
    return p.rows.where([f"{start} <= {end}"]).collect(f"struct_pack(b := {start}, e := {end})")


def _length(p: Parts) -> str:
    """The length that intervals cover together."""
    name = p.unique("l")
    width = "DOUBLE" if p.args[0].type.is_float else "HUGEINT"
    step = "struct_pack(m := greatest(_a.m, _e.e), s := _a.s + greatest(_e.e - greatest(_e.b, _a.m), 0))"
    start = f"struct_pack(m := CAST({name}[1].b AS {width}), s := CAST(0 AS {width}))"
    covered = f"list_reduce({name}, lambda _a, _e: {step}, {start}).s"
    shown = f"CASE WHEN len({name}) > 0 THEN {covered} ELSE 0 END"
    total = let(name, f"list_sort({_intervals(p, turned=True)})", shown)
    return f"CAST({total} AS {duckdb_type(_length_type([p.args[0].type], ()))})"


def _length_type(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return FLOAT64 if types[0].is_float else UINT64


def _crowd(p: Parts) -> str:
    """The fold over the ends of intervals, that of an interval before the starts at the same place."""
    pairs = _intervals(p)
    both = "[struct_pack(x := _e.b, w := 1), struct_pack(x := _e.e, w := -1)]"
    ends = f"flatten(list_transform({pairs}, lambda _e: {both}))"
    type_ = duckdb_type(p.args[0].type.plain)
    step = (f"struct_pack(c := _a.c + _e.w, m := greatest(_a.m, _a.c + _e.w), "
            f"x := CASE WHEN _a.c + _e.w > _a.m THEN CAST(_e.x AS {type_}) ELSE _a.x END)")  # fmt: skip
    start = f"struct_pack(c := CAST(0 AS BIGINT), m := CAST(0 AS BIGINT), x := CAST(0 AS {type_}))"
    crowd = f"list_reduce(list_sort({ends}), lambda _a, _e: {step}, {start})"
    return f"CASE WHEN {p.rows.count()} > 0 THEN {crowd} END" if any(arg.type.nullable for arg in p.args) else crowd


def _moving_average(p: Parts) -> str:
    """Weights halve with each half-life that a value is older than the last one."""
    half_life = float(str(p.parameters[0]))
    name, last = p.unique("l"), p.unique("t")
    pairs = p.rows.collect(p.fill("struct_pack(v := {0:double}, t := {1:double})"))
    terms = f"list_transform({name}, lambda _e: _e.v * pow(2e0, (_e.t - {last}) / {half_life!r}e0))"
    body = f"list_aggregate({terms}, 'sum') * (1 - pow(2e0, -1 / {half_life!r}e0))"
    latest = f"list_aggregate(list_transform({name}, lambda _e: _e.t), 'max')"
    return let(name, pairs, let(last, latest, body))


def _at_most(p: Parts) -> str:
    return f"CAST(least({p.rows.count_distinct(p.fill('{0}'))}, {p.whole(0, 1) + 1}) AS UBIGINT)"


def _single(p: Parts) -> str:
    return f"CASE WHEN {p.rows.count_distinct(p.fill('{0}'))} = 1 THEN {p.call('any_value', '{0}')} END"


def _entropy(p: Parts) -> str:
    values = ", ".join(f"{{{index}}}" for index in range(len(p.args)))
    value = p.call("entropy", f"row({values})" if len(p.args) > 1 else "{0}")
    return f"CASE WHEN {p.rows.count()} > 0 THEN {value} END"


def _refused(reason: str, hint: str | None = None) -> Text:
    def text(p: Parts) -> str:
        raise Fault("TL406", reason, hint=hint)

    return text


_REFUSED = {
    "histogram": ("bins that depend on the order of the rows", "count by widthBucket or by floor(x / width)"),
    "sparkbar": ("a drawing is for the reader of an answer", None),
    "rankCorr": ("ranks of two columns at once", "use corr over rank() OVER (…)"),
    **{name: ("a statistical test", "read the rows, and test them where the answer goes")
       for name in ("studentTTest", "welchTTest", "mannWhitneyUTest", "kolmogorovSmirnovTest", "meanZTest",
                    "analysisOfVariance")},
    **{name: ("a measure of contingency tables", "count the pairs, and compute it where the answer goes")
       for name in ("cramersV", "cramersVBiasCorrected", "theilsU", "contingency", "categoricalInformationValue")},
    **{name: ("a model that learns", None) for name in ("stochasticLinearRegression", "stochasticLogisticRegression")},
    **{name: ("it thins out a chart", "use avg by toStartOfInterval")
       for name in ("largestTriangleThreeBuckets", "lttb")},
    **{name: ("it belongs to Prometheus' time series", "use argMax, deltaSumTimestamp or windows")
       for name in ("timeSeriesGroupArray", "timeSeriesLastTwoSamples", "timeSeriesBottomKMasks",
                    "timeSeriesLimitKMasks", "timeSeriesTopKMasks", "timeSeriesPredictLinearToGrid",
                    "timeSeriesResampleToGridWithStaleness", "timeSeriesTimestampOfMaxToGrid",
                    "timeSeriesTimestampOfMinToGrid",
                    *(f"timeSeries{what}ToGrid" for what in (
                        "Avg", "Changes", "Count", "Delta", "Deriv", "Increase", "InstantDelta", "InstantRate", "Last",
                        "Max", "Min", "Rate", "Resets", "Sum")))},
    **{name: ("it is not implemented", None)
       for name in ("MVTEncode", "ST_AsMVT", "gini", "groupFormat", "groupNumericIndexedVector", "hierarchicalKMeans",
                    "mergedJSONPatch", "nothing", "nothingNull", "nothingUInt64", "aggThrow", "flameGraph",
                    "groupBitmapAnd", "groupBitmapOr", "groupBitmapXor", "quantileBFloat16Weighted",
                    "medianBFloat16Weighted", "quantilesBFloat16Weighted", "quantileExactWeightedInterpolated",
                    "quantilesExactWeightedInterpolated", "medianExactWeightedInterpolated",
                    "quantilePrometheusHistogram", "quantilesPrometheusHistogram", "estimateCompressionRatio",
                    "argAndMax", "argAndMin", "sparkBar", "anova", "studentTTestOneSample", "distinctDynamicTypes")},
    "sequenceNextNode": ("what follows an event in a chain", "use leadInFrame OVER (PARTITION BY … ORDER BY …)"),
    "sequenceMatchEvents": ("the moments of a match", "use sequenceMatch, sequenceCount or windowFunnel"),
}  # fmt: skip

FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction("avgWeighted", "number number", FLOAT64, _average_weighted, "nan", skips_nulls=True),
    AggregateFunction("simpleLinearRegression", "number number", tuple_of(FLOAT64, FLOAT64, names=("k", "b")),
                      _regression, "never", nullable=False, skips_nulls=True, doc="Slope and offset of a line."),
    AggregateFunction("deltaSum", "number", _rise_type, _rises, "never", nullable=False, skips_nulls=True,
                      doc="What the values rose, from row to row."),
    AggregateFunction("deltaSumTimestamp", "number any", _rise_type, _rises, "never", nullable=False, skips_nulls=True,
                      doc="What the values rose, in the order of the second argument."),
    AggregateFunction("boundingRatio", "number number", FLOAT64, _bounding_ratio, "nan", skips_nulls=True,
                      doc="The slope between the leftmost and the rightmost point."),
    AggregateFunction("intervalLengthSum", "any any", _length_type, _length, "never", nullable=False, skips_nulls=True,
                      doc="The length that intervals cover together."),
    AggregateFunction("maxIntersections", "number number", UINT64, lambda p: f"CAST(({_crowd(p)}).m AS UBIGINT)",
                      "never", skips_nulls=True, doc="How many intervals overlap at most."),
    AggregateFunction("maxIntersectionsPosition", "number number", type_of_first, lambda p: f"({_crowd(p)}).x", "never",
                      skips_nulls=True, doc="Where most intervals overlap."),
    AggregateFunction("exponentialMovingAverage", "number number", FLOAT64, _moving_average, skips_nulls=True,
                      parameters="number", doc="An average in which weights halve with each half-life."),
    AggregateFunction("uniqUpTo", "any", UINT64, _at_most, "never", nullable=False, skips_nulls=True,
                      parameters="integer", doc="Different values, up to one more than the parameter."),
    AggregateFunction("singleValueOrNull", "any", lambda types, parameters: types[0].as_nullable(), _single, "never",
                      skips_nulls=True, doc="The value, if there is but one."),
    AggregateFunction("entropy", "any any*", FLOAT64, _entropy, skips_nulls=True, doc="Shannon's, in bits."),
    *(
        AggregateFunction(name, "any*", FLOAT64, _refused(f"{name} is not supported: {reason}", hint),
                          parameters="any*", doc=f"Refused: {reason}.")
        for name, (reason, hint) in _REFUSED.items()
    ),
]  # fmt: skip
