"""Variance, covariance, correlation, skewness, kurtosis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text
from tinylite.sql.aggregates.rows import let
from tinylite.types import Type
from tinylite.types.model import FLOAT32, FLOAT64, UINT64, array


def _make(p: Parts) -> str:
    number = "{0:double}"
    return (
        f"struct_pack(n := CAST({p.call('count', '{0}')} AS UBIGINT), s := {p.call('sum', number)}, "
        f"q := {p.call('sum', f'{number} * {number}')})"
    )


def _totals(p: Parts) -> tuple[str, str, str]:
    n, s, q = (p.call("sum", f"struct_extract({{0}}, '{part}')") for part in "nsq")
    return n, s, q


def _combine(p: Parts) -> str:
    n, s, q = _totals(p)
    return f"struct_pack(n := CAST({n} AS UBIGINT), s := {s}, q := {q})"


def _merge(divisor: str, *, root: bool) -> Text:
    """From the sums of the values and of their squares."""

    def text(p: Parts) -> str:
        n, s, q = _totals(p)
        squares = f"(({q}) - ({s}) * ({s}) / ({n}))"
        counted = f"CASE WHEN {squares} < 0 OR isnan({squares}) THEN 0e0 ELSE {squares} END"
        variance = f"({counted} / nullif({divisor.format(n=n)}, 0))"
        found = f"sqrt({variance})" if root else variance
        return f"CASE WHEN {n} > 0 THEN coalesce({found}, CAST('nan' AS DOUBLE)) END"

    return text


def _spreads(name: str, duckdb: str, divisor: str, aliases: tuple[str, ...]) -> Iterable[AggregateFunction]:
    state = State(_make, _merge(divisor, root=name.startswith("stddev")), _combine)
    yield AggregateFunction(name, "number", _width, _spread(duckdb), "nan", aliases=aliases, case_insensitive=True,
                            state=state, doc="Zero of NaN and infinities.")  # fmt: skip
    yield AggregateFunction(f"{name}Stable", "number", FLOAT64, _stable_spread(duckdb), "inf")


def _width(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    """Of Float32 alone the answer is Float32."""
    return FLOAT32 if all(type_.name == "Float32" for type_ in types) else FLOAT64


def _in_width(p: Parts, text: str) -> str:
    return f"CAST({text} AS FLOAT)" if all(arg.type.name == "Float32" for arg in p.args) else text


def _spread(duckdb: str) -> Text:
    """ClickHouse takes the greater of zero and the variance, and NaN is not greater. Of no values it is NULL."""

    def text(p: Parts) -> str:
        count, number = p.call("count", "{0}"), "{0:double}"
        if p.args[0].type.is_float:
            finite = f"CASE WHEN isfinite({p.args[0].value}) THEN {number} END"
            whole = f"{count} = {p.call('count', finite)}"
            found = f"CASE WHEN {whole} THEN {p.call(duckdb, finite)} ELSE 0e0 END"
        else:
            found = p.call(duckdb, number)
        few = 1 if duckdb.endswith("samp") else 0
        shown = f"CASE WHEN {count} > {few} THEN {found} WHEN {count} > 0 THEN CAST('nan' AS DOUBLE) END"
        return _in_width(p, shown)

    return text


def _stable_spread(duckdb: str) -> Text:
    """Of one value infinite, where a sample needs two."""
    one = "CAST('inf' AS DOUBLE)" if duckdb.endswith("samp") else "0e0"

    def text(p: Parts) -> str:
        count, found = p.call("count", "{0}"), p.call(duckdb, "{0:double}")
        return f"CASE WHEN {count} > 1 THEN coalesce({found}, CAST('nan' AS DOUBLE)) WHEN {count} = 1 THEN {one} END"

    return text


_PAIR = ("{0:double}", "{1:double}")


def _together(function: str) -> Text:
    """Of no rows NULL; where too few or equal values give no answer, NaN."""
    return lambda p: _in_width(
        p, f"CASE WHEN {p.rows.count()} > 0 THEN coalesce({p.call(function, *_PAIR)}, CAST('nan' AS DOUBLE)) END"
    )


def _together_stable(function: str) -> Text:
    """Of one pair infinite, where a sample needs two."""

    def text(p: Parts) -> str:
        count, found = p.rows.count(), p.call(function, *_PAIR)
        one = "0e0" if function.endswith("pop") else "CAST('inf' AS DOUBLE)"
        return f"CASE WHEN {count} > 1 THEN coalesce({found}, CAST('nan' AS DOUBLE)) WHEN {count} = 1 THEN {one} END"

    return text


def _matrix(function: str) -> Text:
    """The function of every two of the arguments."""

    def cell(p: Parts, one: int, other: int) -> str:
        return f"coalesce({p.call(function, f'{{{one}:double}}', f'{{{other}:double}}')}, CAST('nan' AS DOUBLE))"

    def text(p: Parts) -> str:
        size = range(len(p.args))
        return "[" + ", ".join("[" + ", ".join(cell(p, one, other) for other in size) + "]" for one in size) + "]"

    return text


def _shape(power: int, *, sample: bool) -> Text:
    """Skewness (power 3) and kurtosis (4): a central moment over a power of the variance, from sums of powers."""

    def text(p: Parts) -> str:
        x, m = p.fill("{0:double}"), p.unique("m")
        powers = [" * ".join([x] * exponent) for exponent in range(1, power + 1)]
        sums = ", ".join(f"s{number} := {p.rows.call('sum', value)}" for number, value in enumerate(powers, start=1))
        mean = f"{m}.s1 / {m}.n"
        squares = f"({m}.s2 - {m}.s1 * {mean})"
        variance = f"{squares} / ({m}.n - 1)" if sample else f"{squares} / {m}.n"
        third = f"({m}.s3 - (3 * {m}.s2 - 2 * {m}.s1 * {mean}) * {mean})"
        fourth = f"({m}.s4 - (4 * {m}.s3 - (6 * {m}.s2 - 3 * {m}.s1 * {mean}) * {mean}) * {mean})"
        moment = f"{third if power == 3 else fourth} / {m}.n"
        found = f"CASE WHEN {m}.n > 0 THEN CASE WHEN {variance} > 0 THEN {moment} / pow({variance}, {power / 2}e0) "
        found += "ELSE CAST('nan' AS DOUBLE) END END"
        return let(m, f"struct_pack(n := CAST({p.call('count', '{0}')} AS DOUBLE), {sums})", _in_width(p, found))

    return text


def _line(part: str) -> Text:
    """regr_…(y, x): sums over the pairs in which neither is NULL. Of no pairs, and where nothing varies, NaN."""

    def text(p: Parts) -> str:
        y, x = _PAIR
        n, m = f"CAST({p.rows.count()} AS DOUBLE)", p.unique("m")
        spreads = [
            f"CASE WHEN isfinite({p.call('sum', one)}) THEN {p.call('var_pop', one)} ELSE 0e0 END" for one in (x, y)
        ]
        sums = (f"n := {n}, x := {p.call('avg', x)}, y := {p.call('avg', y)}, xx := {spreads[0]}, "
                f"yy := {spreads[1]}, xy := {p.call('covar_pop', y, x)}")  # fmt: skip
        body = _LINES[part].format(m=m)
        found = f"CASE WHEN {m}.n > 0 THEN coalesce({body}, CAST('nan' AS DOUBLE)) END"
        return let(m, f"struct_pack({sums})", found)

    return text


_LINES = {
    "slope": "{m}.xy / nullif({m}.xx, 0)",
    "intercept": "{m}.y - {m}.x * {m}.xy / nullif({m}.xx, 0)",
    "r2": "CASE WHEN {m}.xx = 0 THEN NULL WHEN {m}.yy = 0 THEN 1e0 ELSE {m}.xy * {m}.xy / ({m}.xx * {m}.yy) END",
    "avgx": "{m}.x", "avgy": "{m}.y",
    "sxx": "{m}.xx * {m}.n", "syy": "{m}.yy * {m}.n", "sxy": "{m}.xy * {m}.n",
}  # fmt: skip

FUNCTIONS: list[AggregateFunction] = [
    *(AggregateFunction(f"regr_{part}", "number number", FLOAT64, _line(part), "nan", skips_nulls=True,
                        case_insensitive=True, doc=f"Of a line through pairs (y, x): {what}.")
      for part, what in (("slope", "its slope"), ("intercept", "its offset"), ("r2", "the square of the correlation"),
                         ("avgx", "the average of x"), ("avgy", "the average of y"), ("sxx", "the squares of x"),
                         ("syy", "the squares of y"), ("sxy", "the products"))),
    AggregateFunction("regr_count", "number number", UINT64, lambda p: f"CAST({p.rows.count()} AS UBIGINT)", "never",
                      nullable=False, skips_nulls=True, case_insensitive=True, doc="Pairs without a NULL."),
    *_spreads("varPop", "var_pop", "{n}", ("VAR_POP",)),
    *_spreads("varSamp", "var_samp", "({n} - 1)", ("VAR_SAMP",)),
    *_spreads("stddevPop", "stddev_pop", "{n}", ("STDDEV_POP", "STD")),
    *_spreads("stddevSamp", "stddev_samp", "({n} - 1)", ("STDDEV_SAMP", "STDDEV")),
    *(
        function
        for name, duckdb, aliases, doc in (
            ("corr", "corr", (), "Pearson's correlation."),
            ("covarPop", "covar_pop", ("COVAR_POP",), "The covariance."),
            ("covarSamp", "covar_samp", ("COVAR_SAMP",), "The covariance of a sample."),
        )
        for function in (
            AggregateFunction(name, "number number", _width, _together(duckdb), "nan", skips_nulls=True,
                              aliases=aliases, case_insensitive=True, doc=doc),
            AggregateFunction(f"{name}Stable", "number number", FLOAT64, _together_stable(duckdb), "inf",
                              skips_nulls=True),
        )
    ),
    *(
        AggregateFunction(f"{name}Matrix", "number number*", array(array(FLOAT64)), _matrix(duckdb), "never",
                          nullable=False, skips_nulls=True, doc=f"{name} of every two arguments.")
        for name, duckdb in (("corr", "corr"), ("covarPop", "covar_pop"), ("covarSamp", "covar_samp"))
    ),
    *(
        AggregateFunction(name, "number", _width, _shape(power, sample=name.endswith("Samp")), "nan")
        for name, power in (("skewPop", 3), ("skewSamp", 3), ("kurtPop", 4), ("kurtSamp", 4))
    ),
]  # fmt: skip
