"""Dates and times with + and -: intervals, days and seconds, differences.

Beyond the ends of Date and DateTime an addition goes on from the other end, but months before 1970 stay at its start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.ranges import DATETIME_RANGE, FIRST_DAY, moment_after, saturated, wrapped
from tinylite.sql.typed import NO_LITERAL, Typed, combined, nullable_if
from tinylite.sql.zones import has_nanoseconds, is_utc, moment_of, read_wall, seconds_of, to_wall, with_nanoseconds
from tinylite.types import Type
from tinylite.types.model import INT32, STRING, datetime, datetime64, decimal

# Units of INTERVAL that move the calendar rather than the clock.
CALENDAR = frozenset({"day", "week", "month", "quarter", "year"})
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}
_NANOSECONDS = {
    "nanosecond": 1, "microsecond": 1000, "millisecond": 1_000_000, "second": 10**9, "minute": 60 * 10**9,
    "hour": 3600 * 10**9, "day": 86400 * 10**9, "week": 7 * 86400 * 10**9,
}  # fmt: skip
_SUBSECOND = {"millisecond": 3, "microsecond": 6, "nanosecond": 9}


def _whole(amount: Typed) -> str:
    """ClickHouse takes whole amounts only, and cuts others."""
    cut = amount.type.is_float or amount.type.name == "Decimal"
    return f"trunc({amount.number})" if cut else amount.number


def _times(amount: Typed, factor: int) -> str:
    if isinstance(amount.literal, int):
        return f"({int(amount.literal) * factor})"
    number = f"CAST({_whole(amount)} AS BIGINT)"
    return number if factor == 1 else f"({number} * {factor})"


def interval_sql(amount: Typed, unit: str) -> str:
    """A DuckDB INTERVAL, of microseconds and more."""
    if unit in _MONTHS:
        return f"to_months(CAST({_times(amount, _MONTHS[unit])} AS INTEGER))"
    if unit in _DAYS:
        return f"to_days(CAST({_times(amount, _DAYS[unit])} AS INTEGER))"
    return f"to_microseconds({_times(amount, _NANOSECONDS[unit] // 1000)})"


# -- a moment and an amount -----------------------------------------------------------------------------------------


def shift(moment: Typed, amount: Typed, unit: str, operator: str = "+") -> Typed:
    """`moment` ± `amount` units: addDays, subtractHours, date + INTERVAL. Text is read as a DateTime64(3)."""
    if moment.type.plain == STRING:
        moment = cast(moment, datetime64(_SUBSECOND.get(unit, 3)))
    if not moment.type.is_temporal:
        raise Fault("TL407", f"an interval can't be added to {moment.type}")
    nullable = moment.type.nullable or amount.type.nullable
    if moment.type.is_date:
        if unit not in CALENDAR:
            return shift(_midnight(moment, unit), amount, unit, operator)
        type_ = moment.type.bare.as_nullable(nullable)
        return combined(_shifted_day(moment, amount, unit, operator, type_), type_, [moment, amount])
    type_ = moment.type.plain.bare
    if unit in _SUBSECOND:
        type_ = datetime64(max(_SUBSECOND[unit], type_.precision), type_.zone)
    type_ = type_.as_nullable(nullable)
    if unit in _MONTHS or (unit in _DAYS and not is_utc(type_.zone)):
        sql = _on_calendar(moment, interval_sql(amount, unit), operator, type_)
    else:
        sql = _on_clock(moment, amount, unit, operator, type_)
    return combined(sql, type_, [moment, amount])


def _midnight(day: Typed, unit: str) -> Typed:
    wide = day.type.name == "Date32" or unit in _SUBSECOND
    type_ = datetime64(_SUBSECOND.get(unit, 3)) if wide else datetime()
    return cast(day, type_.as_nullable(day.type.nullable))


def _shifted_day(day: Typed, amount: Typed, unit: str, operator: str, type_: Type) -> str:
    if unit in _MONTHS:
        moved = f"CAST(({day.sql} {operator} {interval_sql(amount, unit)}) AS DATE)"
        return wrapped(saturated(moved, type_, high=False), type_)
    days = _times(amount, _DAYS[unit])
    if type_.name == "Date":
        return f"({FIRST_DAY} + CAST(({day.sql} - {FIRST_DAY} {operator} {days}) & 65535 AS INTEGER))"
    return f"({day.sql} {operator} CAST({days} AS INTEGER))"


def _on_calendar(moment: Typed, interval: str, operator: str, type_: Type) -> str:
    moved = read_wall(f"({to_wall(moment)} {operator} {interval})", type_.zone)
    if has_nanoseconds(moment.type):
        return with_nanoseconds(moved, moment.sql)
    return wrapped(saturated(moved, type_, high=False), type_)


def _on_clock(moment: Typed, amount: Typed, unit: str, operator: str, type_: Type) -> str:
    if has_nanoseconds(type_):
        return f"make_timestamp_ns(epoch_ns({moment.sql}) {operator} {_times(amount, _NANOSECONDS[unit])})"
    if type_.name == "DateTime":
        # Sums of integers are faster than sums with an INTERVAL.
        if isinstance(amount.literal, int):
            microseconds = str(amount.literal * (_NANOSECONDS[unit] // 1000) % DATETIME_RANGE)
        else:
            microseconds = _times(amount, _NANOSECONDS[unit] // 1000)
        return moment_after(f"(epoch_us({moment.sql}) {operator} {microseconds})")
    return f"({moment_of(moment)} {operator} {interval_sql(amount, unit)})"


# -- operators ------------------------------------------------------------------------------------------------------


def is_intervals(value: Typed) -> bool:
    """An INTERVAL, or a tuple of them."""
    return value.unit is not None or bool(value.elements and all(element.unit for element in value.elements))


def add_interval(operator: str, left: Typed, right: Typed) -> Typed:
    """Two intervals, or a date and an interval or a tuple of intervals."""
    if is_intervals(left) and is_intervals(right):
        return _sum_of_intervals(operator, left, right)
    if is_intervals(left) and operator == "-":
        raise Fault("TL407", "a date can't be taken from an interval")
    moment, intervals = (right, left) if is_intervals(left) else (left, right)
    for interval in _parts(intervals):
        moment = shift(moment, interval, str(interval.unit), operator)
    return moment


def _parts(intervals: Typed) -> Sequence[Typed]:
    return [intervals] if intervals.unit else list(intervals.elements or ())


def _sum_of_intervals(operator: str, left: Typed, right: Typed) -> Typed:
    """Of one unit it is an interval, of several a tuple."""
    if left.unit and left.unit == right.unit:
        sql = f"({left.sql} {operator} {right.sql})"
        type_ = nullable_if(left.type, [left, right])
        return Typed(sql, type_, constant=left.constant and right.constant, unit=left.unit)
    from tinylite.sql.literals import tuple_literal

    parts = list(_parts(left))
    for part in _parts(right):
        signed = part if operator == "+" else part.with_sql(f"(-{part.sql})")
        if parts[-1].unit == part.unit:
            parts[-1] = _sum_of_intervals("+", parts[-1], signed)
        else:
            parts.append(signed)
    return tuple_literal(parts)


def in_one_unit(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """Two intervals, to be compared."""
    for sizes in (_MONTHS, _NANOSECONDS):
        if left.unit in sizes and right.unit in sizes:
            first, second = (_times(each, sizes[str(each.unit)]) for each in (left, right))
            return replace(left, sql=first, literal=NO_LITERAL), replace(right, sql=second, literal=NO_LITERAL)
    raise Fault("TL407", f"{left.type} can't be compared with {right.type}: months differ in length")


def add_temporal(operator: str, left: Typed, right: Typed) -> Typed:
    """A date and days, a moment and seconds, or the difference of two dates or of two moments."""
    a, b = left.type, right.type
    if a.is_temporal and b.is_temporal and operator == "-" and a.is_date == b.is_date:
        return _difference(left, right)
    moment, number = (left, right) if a.is_temporal else (right, left)
    if not number.type.is_number or (operator == "-" and not a.is_temporal):
        raise Fault("TL407", f"{'plus' if operator == '+' else 'minus'} can't be applied to {a} and {b}")
    return shift(moment, number, "day" if moment.type.is_date else "second", operator)


def _difference(left: Typed, right: Typed) -> Typed:
    a, b = left.type, right.type
    if a.is_date:
        return _as(f"CAST(({left.sql} - {right.sql}) AS INTEGER)", INT32, left, right)
    if "DateTime64" not in (a.name, b.name):
        return _as(f"CAST(({seconds_of(left)} - {seconds_of(right)}) AS INTEGER)", INT32, left, right)
    digits = max(a.precision, b.precision)
    type_ = decimal(18, digits)
    exact = has_nanoseconds(a) or has_nanoseconds(b)
    count = "epoch_ns" if exact else "epoch_us"
    units = f"CAST({count}({left.sql}) - {count}({right.sql}) AS DECIMAL(38,0))"
    unit = "CAST(0.000000001 AS DECIMAL(18,9))" if exact else "CAST(0.000001 AS DECIMAL(18,6))"
    return _as(f"CAST({units} * {unit} AS DECIMAL(18,{digits}))", type_, left, right)


def _as(sql: str, type_: Type, left: Typed, right: Typed) -> Typed:
    return combined(sql, nullable_if(type_, [left, right]), [left, right])
