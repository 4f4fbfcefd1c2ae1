"""Variance, covariance, correlation, skewness, kurtosis."""

from __future__ import annotations

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text, native
from tinylite.types.model import FLOAT64


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


FUNCTIONS: list[AggregateFunction] = [
    _spread("varPop", "var_pop", "{n}", ("VAR_POP", "varPopStable")),
    _spread("varSamp", "var_samp", "({n} - 1)", ("VAR_SAMP", "varSampStable")),
    _spread("stddevPop", "stddev_pop", "{n}", ("STDDEV_POP", "STD", "stddevPopStable")),
    _spread("stddevSamp", "stddev_samp", "({n} - 1)", ("STDDEV_SAMP", "stddevSampStable")),
]
