"""toStartOf…, toMonday, toLastDayOf…, toStartOfInterval, date_trunc: the start of the unit that a moment is in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinylite.sql.casts import cast
from tinylite.sql.date_arithmetic import interval_sql
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import in_zone_of, integer_argument, unit_of, zone_argument
from tinylite.sql.functions.dates.weeks import week_start
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.ranges import saturated
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import (
    day_wall,
    floored,
    from_wall,
    in_zone,
    is_utc,
    midnight,
    moment_of,
    to_wall,
    whole_hours,
)
from tinylite.types import Type
from tinylite.types.model import DATE, datetime, datetime64

_DAY_TEXTS = {
    **{unit: f"CAST(date_trunc('{unit}', {{0}}) AS DATE)" for unit in ("year", "quarter", "month", "week")},
    "iso year": "CAST(date_trunc('week', make_date(isoyear({0}), 1, 4)) AS DATE)",
    "last day of month": "last_day({0})",
}
_DIGITS = {"millisecond": 3, "microsecond": 6, "nanosecond": 9}


# -- days -----------------------------------------------------------------------------------------------------------


def _wide(type_: Type) -> bool:
    return type_.name in ("Date32", "DateTime64")


def _day(value: Typed, sql: str, *, early: bool = False, late: bool = False) -> Typed:
    """A day that was computed from `value`, as a Date. `early` and `late`: it may be before or after the value."""
    low = early or _wide(value.type)
    high = _wide(value.type) or (late and value.type.is_date)
    return combined(saturated(sql, DATE.as_nullable(value.type.nullable), low=low, high=high), DATE, [value])


def _start_day(unit: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        return _day(value, _DAY_TEXTS[unit].format(day_wall(value)), early=unit in ("week", "iso year"), late=True)

    return lower


def _start_of_week(call: Call) -> Typed:
    """Mode 0, the default, starts weeks on Sunday; odd modes on Monday."""
    value = in_zone_of(call, 2)
    return _day(value, week_start(day_wall(value), integer_argument(call, 1, "a mode", 0)), early=True)


def _last_day_of_week(call: Call) -> Typed:
    value = in_zone_of(call, 2)
    start = week_start(day_wall(value), integer_argument(call, 1, "a mode", 0))
    return _day(value, f"({start} + 6)", late=True)


# -- moments --------------------------------------------------------------------------------------------------------


def _moment(value: Typed, sql: str) -> Typed:
    """A moment that was computed from `value`, as a DateTime in its zone."""
    type_ = datetime(value.type.zone)
    wide = _wide(value.type)
    low = wide or not whole_hours(value.type.zone)
    held = saturated(sql, type_.as_nullable(value.type.nullable), low=low, high=wide or value.type.is_date)
    return combined(held, type_, [value])


def _day_in(value: Typed, zone: str | None) -> Typed:
    """A moment seen in a zone; of a Date its midnight there."""
    if value.type.name == "Date" and zone is not None:
        return cast(value, datetime(zone))
    return in_zone(value, zone)


def _start_of_day(value: Typed) -> Typed:
    day = f"CAST(date_trunc('day', {to_wall(value)}) AS TIMESTAMP)"
    return _moment(value, midnight(day, value.type.zone, nullable=value.type.nullable))


def _start_of_hour(value: Typed) -> Typed:
    zone, moment = value.type.zone, moment_of(value)
    if whole_hours(zone):
        return _moment(value, f"date_trunc('hour', {moment})")
    day = from_wall(f"date_trunc('day', {to_wall(value)})", zone)
    return _moment(value, f"({day} + to_hours((epoch_us({moment}) - epoch_us({day})) // 3600000000))")


def _bucket(value: Typed, microseconds: str) -> str:
    """Buckets of the clock count from 1970 in UTC, whatever the zone."""
    if value.type.name == "DateTime":
        return f"make_timestamp(epoch_us({value.sql}) // {microseconds} * {microseconds})"
    return f"time_bucket(to_microseconds({microseconds}), {moment_of(value)}, TIMESTAMP '1970-01-01')"


def _start_of_seconds(seconds: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        return _moment(value, _bucket(value, str(seconds * 1_000_000)))

    return lower


def _on(round_: Callable[[Typed], Typed]) -> Callable[[Call], Typed]:
    return lambda call: round_(in_zone_of(call, 1))


def _cut(value: Typed, digits: int, type_: Type) -> Typed:
    """A DateTime64 without its digits after the first few."""
    if value.type.precision <= digits:
        sql = value.sql if duckdb_type(type_) == duckdb_type(value.type) else f"CAST({value.sql} AS TIMESTAMP_NS)"
    elif type_.precision > 6:
        unit = 10 ** (9 - digits)
        sql = f"make_timestamp_ns({floored(f'epoch_ns({value.sql})', unit)} * {unit})"
    elif digits >= 6:
        sql = moment_of(value)
    else:
        unit = 10 ** (6 - digits)
        sql = f"make_timestamp({floored(f'epoch_us({moment_of(value)})', unit)} * {unit})"
    return combined(sql, type_, [value])


def _start_of_fraction(digits: int) -> Callable[[Call], Typed]:
    """toStartOfSecond and finer: the result has at least the digits of the argument."""

    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        if value.type.name != "DateTime64":
            raise call.fault(f"argument 1 must be DateTime64, not {value.type}", "convert it with toDateTime64")
        return _cut(value, digits, datetime64(max(digits, value.type.precision), value.type.zone))

    return lower


# -- intervals ------------------------------------------------------------------------------------------------------


_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SECONDS = {"second": 1, "minute": 60}


def _start_of_interval(call: Call) -> Typed:
    interval = call.args[1]
    unit = interval.unit
    if unit is None:
        raise call.fault("argument 2 must be an INTERVAL", "as in toStartOfInterval(t, INTERVAL 5 MINUTE)")
    if isinstance(interval.literal, int) and interval.literal <= 0:
        raise call.fault("the interval must be positive")
    if not isinstance(interval.literal, int):
        interval = interval.with_sql(_positive(interval.number))
    if len(call.args) > 2 and not call.args[2].type.is_string:
        return _from_origin(call, interval)
    return start_of_interval(in_zone_of(call, 2), interval, unit)


def _positive(number: str) -> str:
    """A cast that fails tells of any other: with error() DuckDB would compute a constant for each row."""
    message = text_literal("Value for 2nd argument of function toStartOfInterval must be positive")
    otherwise = f"CASE WHEN {number} <= 0 THEN CAST({message} AS BIGINT) END"
    return f"coalesce(CASE WHEN {number} > 0 THEN {number} END, {otherwise})"


def start_of_interval(value: Typed, amount: Typed, unit: str) -> Typed:
    """Months and quarters count from 1900, years from 0, days and the clock from 1970, weeks from its first Monday;
    several hours count from midnight. So does ClickHouse.
    """
    if unit in _DIGITS:
        return _start_of_fractions(value, amount, unit)
    if value.type.is_date and unit in ("second", "minute", "hour"):
        raise _lacks(value, unit)
    wall = to_wall(value)
    if unit in _MONTHS:
        origin = "TIMESTAMP '0001-01-01'" if unit == "year" else "TIMESTAMP '1900-01-01'"
        if unit == "year":
            number = amount.number
            sql = f"make_date(CAST(year({wall}) // {number} * {number} AS INTEGER), 1, 1)"
        else:
            sql = f"CAST(time_bucket({interval_sql(amount, unit)}, {wall}, {origin}) AS DATE)"
        return _day(value, sql, early=True)
    if unit == "week":
        sql = f"CAST(time_bucket({interval_sql(amount, unit)}, {wall}, TIMESTAMP '1970-01-05') AS DATE)"
        return _day(value, sql, early=True)
    if unit == "day":
        if amount.literal == 1:
            return _start_of_day(value)
        days = f"time_bucket({interval_sql(amount, 'day')}, {wall}, TIMESTAMP '1970-01-01')"
        return _moment(value, midnight(days, value.type.zone, nullable=value.type.nullable))
    if unit == "hour":
        return _start_of_hours(value, amount)
    size = _SECONDS[unit] * 1_000_000
    literal = amount.literal
    microseconds = str(literal * size) if isinstance(literal, int) else f"(CAST({amount.number} AS BIGINT) * {size})"
    return _moment(value, _bucket(value, microseconds))


def _lacks(value: Typed, unit: str) -> Fault:
    return Fault(
        "TL405", f"toStartOfInterval: a {value.type} has no {unit}s", hint="convert it with toDateTime or toDateTime64"
    )


def _start_of_hours(value: Typed, amount: Typed) -> Typed:
    if amount.literal == 1:
        return _start_of_hour(value)
    wall = to_wall(value)
    hours = f"hour({wall}) // {amount.number} * {amount.number}"
    return _moment(
        value, from_wall(f"(date_trunc('day', {wall}) + to_hours(CAST({hours} AS BIGINT)))", value.type.zone)
    )


def _start_of_fractions(value: Typed, amount: Typed, unit: str) -> Typed:
    if value.type.name != "DateTime64":
        raise _lacks(value, unit)
    type_ = datetime64(_DIGITS[unit], value.type.zone)
    cut = _cut(value, min(_DIGITS[unit], value.type.precision), datetime64(9 if unit == "nanosecond" else 6))
    if unit == "nanosecond":
        count, make = f"epoch_ns({cut.sql})", "make_timestamp_ns"
        step = f"CAST({amount.number} AS BIGINT)"
    else:
        count, make = f"epoch_us({cut.sql})", "make_timestamp"
        step = f"(CAST({amount.number} AS BIGINT) * {10 ** (6 - _DIGITS[unit])})"
    return combined(f"{make}({count} - ({count} % {step} + {step}) % {step})", type_, [value, amount])


def _from_origin(call: Call, interval: Typed) -> Typed:
    value, origin = in_zone(call.args[0], zone_argument(call, 3)), in_zone(call.args[2], zone_argument(call, 3))
    if not is_utc(value.type.zone):
        raise call.fault("an origin is not supported in a time zone", "leave the origin out, or the zone")
    start, end, unit = to_wall(origin), to_wall(value), str(interval.unit)
    if unit in _MONTHS:
        months = f"(CAST({interval.number} AS BIGINT) * {_MONTHS[unit]})"
        whole = f"date_sub('month', {start}, {end}) // {months} * {months}"
        bucket = f"({start} + to_months(CAST({whole} AS INTEGER)))"
    else:
        bucket = f"time_bucket({interval_sql(interval, unit)}, {end}, {start})"
    late = f"(CASE WHEN {start} > {end} THEN error('Origin must be before the end date') END)"
    return combined(f"CAST(coalesce({late}, {bucket}) AS {duckdb_type(value.type)})", value.type.plain, call.args)


# -- date_trunc -----------------------------------------------------------------------------------------------------


def truncated(value: Typed, unit: str) -> Typed:
    """date_trunc: of a type with a wide range the result has one too."""
    zone, wide = value.type.zone, _wide(value.type)
    if unit in ("week", "month", "quarter", "year"):
        day = _DAY_TEXTS[unit].format(to_wall(value))
        return combined(day, Type("Date32"), [value]) if wide else _day(value, day, early=unit == "week")
    if unit == "day":
        day = f"date_trunc('day', {to_wall(value)})"
        if wide:
            return combined(f"CAST({from_wall(day, zone)} AS TIMESTAMP)", datetime64(0, zone), [value])
        return _start_of_day(value)
    if unit in _DIGITS:
        return start_of_interval(value, replace(value, sql="1", type=Type("UInt8"), literal=1), unit)
    if value.type.is_date:
        raise _lacks(value, unit)
    if not wide:
        return _start_of_hour(value) if unit == "hour" else _moment(value, f"date_trunc('{unit}', {value.sql})")
    if unit == "hour" and not whole_hours(zone):
        sql = from_wall(f"date_trunc('hour', {to_wall(value)})", zone)
    else:
        sql = f"date_trunc('{unit}', {moment_of(value)})"
    return combined(sql, datetime64(0, zone), [value])


def _date_trunc(call: Call) -> Typed:
    unit, zone = unit_of(call, 0), zone_argument(call, 2)
    return truncated(_day_in(call.args[1], zone) if unit == "day" else in_zone(call.args[1], zone), unit)


FUNCTIONS: list[Function] = [
    own("toStartOfYear", "temporal string?", _start_day("year")),
    own("toStartOfISOYear", "temporal string?", _start_day("iso year")),
    own("toStartOfQuarter", "temporal string?", _start_day("quarter")),
    own("toStartOfMonth", "temporal string?", _start_day("month")),
    own("toMonday", "temporal string?", _start_day("week")),
    own("toStartOfWeek", "temporal integer? string?", _start_of_week),
    own("toLastDayOfMonth", "temporal string?", _start_day("last day of month"), aliases=("LAST_DAY",),
        case_insensitive=True),
    own("toLastDayOfWeek", "temporal integer? string?", _last_day_of_week),
    own("toStartOfDay", "temporal string?", lambda call: _start_of_day(_day_in(call.args[0], zone_argument(call, 1)))),
    own("toStartOfHour", "datetime string?", _on(_start_of_hour)),
    own("toStartOfMinute", "datetime string?", _start_of_seconds(60)),
    own("toStartOfFiveMinutes", "datetime string?", _start_of_seconds(300), aliases=("toStartOfFiveMinute",)),
    own("toStartOfTenMinutes", "datetime string?", _start_of_seconds(600)),
    own("toStartOfFifteenMinutes", "datetime string?", _start_of_seconds(900)),
    own("timeSlot", "datetime string?", _start_of_seconds(1800), doc="The start of the half hour."),
    own("toStartOfSecond", "datetime string?", _start_of_fraction(0)),
    own("toStartOfMillisecond", "datetime string?", _start_of_fraction(3)),
    own("toStartOfMicrosecond", "datetime string?", _start_of_fraction(6)),
    own("toStartOfNanosecond", "datetime string?", _start_of_fraction(9)),
    own("toStartOfInterval", "temporal any any? string?", _start_of_interval, aliases=("time_bucket", "date_bin"),
        case_insensitive=True),
    own("date_trunc", "string temporal string?", _date_trunc, aliases=("dateTrunc", "DATE_TRUNC"),
        case_insensitive=True),
]  # fmt: skip
