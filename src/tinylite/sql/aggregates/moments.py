"""Variance, covariance, correlation, skewness, kurtosis."""

from __future__ import annotations

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text, native
from tinylite.sql.aggregates.rows import let
from tinylite.types.model import FLOAT64, array


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
        variance = f"(CASE WHEN {squares} < 0 THEN 0e0 ELSE {squares} END / nullif({divisor.format(n=n)}, 0))"
        found = f"sqrt({variance})" if root else variance
        return f"CASE WHEN {n} > 0 THEN coalesce({found}, CAST('nan' AS DOUBLE)) END"

    return text


def _spread(name: str, duckdb: str, divisor: str, aliases: tuple[str, ...]) -> AggregateFunction:
    merge = _merge(divisor, root=name.startswith("stddev"))
    return AggregateFunction(
        name, "number", FLOAT64, _finite(native(duckdb, "{0:double}")), "nan",
        aliases=aliases, case_insensitive=True, state=State(_make, merge, _combine),
    )  # fmt: skip


def _finite(text: Text) -> Text:
    """NULL, where too few values give no answer, is NaN: but of no values it stays NULL."""
    return lambda p: f"CASE WHEN {p.call('count', '{0}')} > 0 THEN coalesce({text(p)}, CAST('nan' AS DOUBLE)) END"


_PAIR = ("{0:double}", "{1:double}")


def _together(function: str) -> Text:
    """Of no rows NULL; where too few or equal values give no answer, NaN."""
    return lambda p: (
        f"CASE WHEN {p.rows.count()} > 0 THEN coalesce({p.call(function, *_PAIR)}, CAST('nan' AS DOUBLE)) END"
    )


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
        sums = ", ".join(f"s{exponent} := {p.call('sum', value)}" for exponent, value in enumerate(powers, start=1))
        mean = f"{m}.s1 / {m}.n"
        squares = f"({m}.s2 - {m}.s1 * {mean})"
        variance = f"{squares} / ({m}.n - 1)" if sample else f"{squares} / {m}.n"
        third = f"({m}.s3 - (3 * {m}.s2 - 2 * {m}.s1 * {mean}) * {mean})"
        fourth = f"({m}.s4 - (4 * {m}.s3 - (6 * {m}.s2 - 3 * {m}.s1 * {mean}) * {mean}) * {mean})"
        moment = f"{third if power == 3 else fourth} / {m}.n"
        found = f"CASE WHEN {m}.n > 0 THEN CASE WHEN {variance} > 0 THEN {moment} / pow({variance}, {power / 2}e0) "
        found += "ELSE CAST('nan' AS DOUBLE) END END"
        return let(m, f"struct_pack(n := CAST({p.call('count', '{0}')} AS DOUBLE), {sums})", found)

    return text


FUNCTIONS: list[AggregateFunction] = [
    _spread("varPop", "var_pop", "{n}", ("VAR_POP", "varPopStable")),
    _spread("varSamp", "var_samp", "({n} - 1)", ("VAR_SAMP", "varSampStable")),
    _spread("stddevPop", "stddev_pop", "{n}", ("STDDEV_POP", "STD", "stddevPopStable")),
    _spread("stddevSamp", "stddev_samp", "({n} - 1)", ("STDDEV_SAMP", "stddevSampStable")),
    *(
        AggregateFunction(name, "number number", FLOAT64, _together(duckdb), "nan", skips_nulls=True,
                          aliases=(*aliases, f"{name}Stable"), case_insensitive=True, doc=doc)
        for name, duckdb, aliases, doc in (
            ("corr", "corr", (), "Pearson's correlation."),
            ("covarPop", "covar_pop", ("COVAR_POP",), "The covariance."),
            ("covarSamp", "covar_samp", ("COVAR_SAMP",), "The covariance of a sample."),
        )
    ),
    *(
        AggregateFunction(f"{name}Matrix", "number number*", array(array(FLOAT64)), _matrix(duckdb), "never",
                          nullable=False, doc=f"{name} of every two arguments.")
        for name, duckdb in (("corr", "corr"), ("covarPop", "covar_pop"), ("covarSamp", "covar_samp"))
    ),
    *(
        AggregateFunction(name, "number", FLOAT64, _shape(power, sample=name.endswith("Samp")), "nan")
        for name, power in (("skewPop", 3), ("skewSamp", 3), ("kurtPop", 4), ("kurtSamp", 4))
    ),
]  # fmt: skip
