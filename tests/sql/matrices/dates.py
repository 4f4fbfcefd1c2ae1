"""Functions of dates and times × every temporal type, edge moments as rows."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import product

_COLUMNS = ("d", "d32", "t", "t_ny", "t_md", "t_in", "t3", "t6", "t9", "t3_ny", "nd", "nt")
_ONE = (
    "toYear", "toQuarter", "toMonth", "toDayOfMonth", "toDayOfYear", "toDayOfWeek", "toHour", "toMinute", "toSecond",
    "toISOYear", "toISOWeek", "toWeek", "toYearWeek", "toStartOfYear", "toStartOfISOYear", "toStartOfQuarter",
    "toStartOfMonth", "toStartOfWeek", "toMonday", "toLastDayOfMonth", "toStartOfDay", "toStartOfHour",
    "toStartOfMinute", "toStartOfFiveMinutes", "toStartOfTenMinutes", "toStartOfFifteenMinutes", "toYYYYMM",
    "toYYYYMMDD", "toYYYYMMDDhhmmss", "toUnixTimestamp", "timeSlot", "toDate", "toDate32", "toDateTime", "toString",
    "toInt64", "toUInt32", "toFloat64", "toRelativeDayNum", "toRelativeHourNum", "toRelativeMonthNum",
    "toRelativeYearNum", "monthName",
)  # fmt: skip
_UNITS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_PAIRS = (("t", "t_ny"), ("d", "t"), ("t", "d"), ("t3", "t"), ("d", "nd"), ("nt", "t3"), ("t9", "t6"), ("d32", "t_in"))
_FORMATS = (
    "%Y", "%y", "%m", "%d", "%e", "%H", "%h", "%I", "%i", "%M", "%S", "%s", "%T", "%F", "%D", "%R", "%j", "%u", "%w",
    "%a", "%W", "%b", "%p", "%r", "%V", "%G", "%C", "%c", "%Q", "%f", "%k", "%l", "%z",
)  # fmt: skip
_SAFE = "FROM times WHERE id BETWEEN 4 AND 17 ORDER BY id"  # away from the ends of the types' ranges


def probes() -> Iterator[str]:
    for function, column in product(_ONE, _COLUMNS):
        yield f"SELECT {function}({column}) FROM times WHERE id BETWEEN 3 AND 19 ORDER BY id"
    for function, column in product(_ONE, ("d", "t", "t_ny")):
        yield f"SELECT {function}({column}) FROM times WHERE id IN (1, 2, 20) ORDER BY id"
    for unit, size, column in product(_UNITS, (1, 2, 7), ("d", "t", "t_ny", "t3")):
        yield f"SELECT toStartOfInterval({column}, INTERVAL {size} {unit}) {_SAFE}"
    for unit, column in product(_UNITS, ("d", "d32", "t", "t_ny", "t3", "t9", "nt")):
        yield f"SELECT date_trunc('{unit.lower()}', {column}) {_SAFE}"
        yield f"SELECT {column} + INTERVAL 1 {unit}, {column} - INTERVAL 13 {unit} {_SAFE}"
        yield f"SELECT add{unit.capitalize()}s({column}, 1), subtract{unit.capitalize()}s({column}, 5) {_SAFE}"
    for unit, (one, other) in product(_UNITS, _PAIRS):
        name = unit.lower()
        yield f"SELECT dateDiff('{name}', {one}, {other}), dateDiff('{name}', {other}, toDateTime('2024-05-05 05:05:05')) {_SAFE}"
        yield f"SELECT age('{name}', {one}, toDateTime('2024-05-05 05:05:05')) {_SAFE}"
    for code, column in product(_FORMATS, ("t", "t_ny", "t3", "d")):
        yield f"SELECT formatDateTime({column}, '{code}') FROM times WHERE id BETWEEN 3 AND 19 ORDER BY id"
    for one, other in product(("d", "d32", "t", "t_ny", "t3", "t9", "nd", "nt"), repeat=2):
        yield f"SELECT {one} = {other}, {one} < {other}, {one} >= {other} FROM times ORDER BY id"
    for column, text in product(_COLUMNS, ("2024-01-01", "2024-01-01 00:00:00")):
        yield f"SELECT {column} = '{text}', {column} > '{text}', {column} <= '{text}' FROM times ORDER BY id"
