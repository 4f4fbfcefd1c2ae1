"""What type two values have in common: if, multiIf, arrays, UNION, comparison, greatest × pairs of types."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import combinations

from tests.sql.probe import Probe, State

_NUMBERS = (
    "toUInt8(1)", "toInt8(-1)", "toUInt16(300)", "toInt32(-70000)", "toUInt64(5)", "toInt64(-5)", "toFloat32(0.5)", "1.25", "true",
    "toDecimal64('1.5', 2)", "toNullable(7)", "NULL",
)  # fmt: skip
_TEXTS = ("'text'", "toLowCardinality('low')", "toFixedString('ab', 2)", "toNullable('n')", "NULL")
_TIMES = (
    "toDate('2024-01-01')", "toDate32('1950-01-01')", "toDateTime('2024-01-01 10:00:00')", "toDateTime('2024-01-01 10:00:00', 'Asia/Tokyo')",
    "toDateTime64('2024-01-01 10:00:00.5', 3)", "toDateTime64('2024-01-01 10:00:00.5', 6)", "toNullable(toDate('2024-01-02'))", "NULL",
)  # fmt: skip
_NESTED = (
    ("[1, 2]", "[-1]", "[1.5]", "[NULL]", "[]"),
    ("(1, 'a')", "(300, 'b')", "(NULL, 'c')"),
    ("map('k', 1)", "map('k', 300)", "map('k', -1)", "map('k', NULL)"),
)
_APART = (("1", "'a'"), ("toDate('2024-01-01')", "1"), ("'a'", "[1]"), ("[1]", "(1, 2)"))
_WIDENED = State(
    "differs", "numbers without a common type are a Variant in newer ClickHouse and an error in older; here they widen"
)
_PRECISIONS = State(
    "differs", "ClickHouse fails to put columns of two precisions together; here the finer one holds both"
)
_VARIANT = State("refused", "values without a common type are a Variant in newer ClickHouse and an error in older")


def _no_supertype(one: str, other: str) -> bool:
    """No number type of ClickHouse holds both exactly."""
    names = {value.partition("(")[0] for value in (one, other)}
    floats = names & {"toFloat32", "1.25"}
    if floats:
        return bool(names & {"toUInt64", "toInt64", "toDecimal64"})
    return "toUInt64" in names and bool(names & {"toInt8", "toInt32", "toInt64"})


def probes() -> Iterator[str | Probe]:
    for group in (_NUMBERS, _TEXTS, _TIMES, *_NESTED):
        for one, other in combinations(group, 2):
            state = _WIDENED if _no_supertype(one, other) else State()
            yield Probe(f"SELECT if(number = 0, {one}, {other}) FROM numbers(2) ORDER BY number", state)
            yield Probe(
                f"SELECT multiIf(number = 0, {one}, number = 1, {other}, {one}) FROM numbers(3) ORDER BY number", state
            )
            yield Probe(f"SELECT [{one}, {other}]", state)
            both_precise = one.startswith("toDateTime64") and other.startswith("toDateTime64")
            yield Probe(f"SELECT {one} AS v UNION ALL SELECT {other}", _PRECISIONS if both_precise else state)
            yield f"SELECT {one} = {other}"
            if group in (_NUMBERS, _TEXTS, _TIMES):
                yield f"SELECT greatest({one}, {other}), least({one}, {other})"
        for value in group:
            yield f"SELECT {value}, toTypeName({value}), isNull({value})"
            yield f"SELECT coalesce(NULL, {value}), ifNull({value}, {value})"
            yield f"SELECT nullIf({value}, {value})"
            yield f"SELECT any({value}), groupArray({value}), count({value}) FROM numbers(2)"
            yield f"SELECT toString({value})"
            case = f"SELECT CASE WHEN number = 0 THEN {value} END FROM numbers(2) ORDER BY number"
            yield Probe(case, _VARIANT if value.startswith(("[", "map")) else State())
            yield f"SELECT v, count() FROM (SELECT {value} AS v FROM numbers(2)) GROUP BY v"
    for one, other in _APART:
        yield Probe(f"SELECT if(number = 0, {one}, {other}) FROM numbers(2) ORDER BY number", _VARIANT)
        yield Probe(f"SELECT {one} AS v UNION ALL SELECT {other}", _VARIANT)
        yield f"SELECT {one} = {other}"
