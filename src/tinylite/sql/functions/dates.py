"""Dates and times. What looks at the calendar looks at the wall clock of the type's zone, or of the zone given."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.diagnostics import did_you_mean
from tinylite.sql.arithmetic import CALENDAR, interval_sql, shift
from tinylite.sql.best_effort import best_effort
from tinylite.sql.casts import OnFailure, cast
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import from_wall, in_zone, moment_of, to_wall
from tinylite.types import Type
from tinylite.types.model import (
    DATE,
    DATETIME,
    INT64,
    STRING,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    datetime,
    datetime64,
)  # fmt: skip

_UNITS = ("nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter",
          "year")  # fmt: skip
_UNIT_ALIASES = {
    **{unit + "s": unit for unit in _UNITS},
    **dict.fromkeys(("ss", "s"), "second"), **dict.fromkeys(("mi", "n"), "minute"),
    **dict.fromkeys(("hh", "h"), "hour"),
    **dict.fromkeys(("dd", "d"), "day"), **dict.fromkeys(("ww", "wk"), "week"), **dict.fromkeys(("mm", "m"), "month"),
    **dict.fromkeys(("qq", "q"), "quarter"), **dict.fromkeys(("yyyy", "yy"), "year"),
    **dict.fromkeys(("ms",), "millisecond"), **dict.fromkeys(("us", "u"), "microsecond"),
}  # fmt: skip


def in_zone_of(call: Call, index: int) -> Typed:
    """The first argument, seen in the zone that another argument names."""
    zone = str(call.literal(index, str, "a time zone")) if len(call.args) > index else None
    return in_zone(call.args[0], zone)


def unit_of(call: Call, index: int) -> str:
    word = str(call.literal(index, str, "a unit")).lower()
    unit = _UNIT_ALIASES.get(word, word)
    if unit not in _UNITS:
        raise call.fault(f"unknown unit '{word}'", did_you_mean(word, _UNITS))
    return unit


# -- parts ----------------------------------------------------------------------------------------------------------


def _part(name: str, result: Type, template: str, aliases: tuple[str, ...] = ()) -> Function:
    """A number read off the wall clock; `{}` is the clock."""

    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        return combined(f"CAST({template.format(to_wall(value))} AS {duckdb_type(result)})", result, call.args)

    return own(name, "temporal string?", lower, aliases=aliases, case_insensitive=True)


def _day_of_week(call: Call) -> Typed:
    mode = call.literal(1, int, "a mode") if len(call.args) > 1 else 0
    wall = to_wall(in_zone_of(call, 2))
    number = f"isodow({wall})" if mode in (0, 1) else f"dayofweek({wall})"
    if mode == 1:
        number = f"({number} - 1)"
    elif mode == 3:
        number = f"({number} + 1)"
    return combined(f"CAST({number} AS UTINYINT)", UINT8, call.args)


def _week(call: Call) -> Typed:
    """toWeek's modes as MySQL numbers them."""
    mode = int(str(call.literal(1, int, "a mode"))) if len(call.args) > 1 else 0
    wall = to_wall(in_zone_of(call, 2))
    formats = {0: "%U", 5: "%W", 1: None, 3: "%V"}
    if mode not in formats:
        raise call.fault(f"mode {mode} is not supported")
    if mode == 1:
        # ISO weeks, but days before the first week are in week 0.
        sql = f"(CASE WHEN month({wall}) = 1 AND week({wall}) > 50 THEN 0 WHEN month({wall}) = 12 AND week({wall}) = 1 THEN 53 ELSE week({wall}) END)"  # noqa: E501
        return combined(f"CAST({sql} AS UTINYINT)", UINT8, call.args)
    return combined(f"CAST(strftime({wall}, '{formats[mode]}') AS UTINYINT)", UINT8, call.args)


def _unix_timestamp(call: Call) -> Typed:
    value = call.args[0]
    if value.type.is_string:
        zone = str(call.literal(1, str, "a time zone")) if len(call.args) > 1 else None
        value = cast(value, datetime(zone))
    return combined(f"CAST((epoch_us({_timestamp(value)}) // 1000000) AS UINTEGER)", UINT32, call.args)


def _timestamp(value: Typed) -> str:
    return f"CAST({value.sql} AS TIMESTAMP)" if value.type.is_date else value.sql


def _subsecond_timestamp(name: str, divisor: str) -> Function:
    def lower(call: Call) -> Typed:
        return combined(f"CAST({divisor.format(call.args[0].sql)} AS BIGINT)", INT64, call.args)

    return own(name, "datetime", lower)


def _from_unix(name: str, precision: int, unit: int) -> Function:
    def lower(call: Call) -> Typed:
        zone = str(call.literal(1, str, "a time zone")) if len(call.args) > 1 else None
        micros = f"CAST({call.args[0].number} AS BIGINT) * {unit}"
        return combined(f"make_timestamp({micros})", datetime64(precision, zone), call.args)

    return own(name, "integer string?", lower)


# -- truncation -----------------------------------------------------------------------------------------------------


def truncated(value: Typed, unit: str) -> Typed:
    """The start of the unit that `value` is in: a Date from days on up, a moment below."""
    wall = to_wall(value)
    if unit in ("day", "week", "month", "quarter", "year"):
        day = f"CAST(date_trunc('{unit}', {wall}) AS DATE)"
        if unit == "day":
            zone = value.type.zone
            return combined(from_wall(f"date_trunc('day', {wall})", zone), datetime(zone), [value])
        return combined(day, DATE, [value])
    if value.type.is_date:
        return combined(wall, DATETIME, [value])
    if unit in ("minute", "second", "hour"):
        zone = value.type.zone
        return combined(from_wall(f"date_trunc('{unit}', {wall})", zone), datetime(zone), [value])
    precision = {"millisecond": 3, "microsecond": 6}[unit]
    return combined(f"date_trunc('{unit}', {value.sql})", datetime64(precision, value.type.zone), [value])


def _start_of(unit: str) -> Callable[[Call], Typed]:
    return lambda call: truncated(in_zone_of(call, 1), unit)


def _start_of_second(call: Call) -> Typed:
    value = in_zone_of(call, 1)
    type_ = value.type.plain if value.type.name == "DateTime64" else datetime64(0)
    return combined(f"CAST(date_trunc('second', {value.sql}) AS {duckdb_type(type_)})", type_, call.args)


def _start_of_week(call: Call) -> Typed:
    """Mode 0, the default, starts weeks on Sunday; odd modes on Monday."""
    mode = int(str(call.literal(1, int, "a mode"))) if len(call.args) > 1 else 0
    value = in_zone_of(call, 2)
    if mode % 2:
        return truncated(value, "week")
    wall = to_wall(value)
    return combined(f"CAST((date_trunc('day', {wall}) - to_days(CAST(dayofweek({wall}) AS INTEGER))) AS DATE)",
                    DATE, call.args)  # fmt: skip


def _start_of_minutes(minutes: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        wall = to_wall(value)
        bucket = f"time_bucket(to_minutes({minutes}), {wall}, TIMESTAMP '1970-01-01')"
        zone = value.type.zone
        return combined(f"CAST({from_wall(bucket, zone)} AS TIMESTAMP)", datetime(zone), call.args)

    return lower


def start_of_interval(value: Typed, amount: Typed, unit: str) -> Typed:
    """Buckets count from 1970-01-01, weeks from the Monday after, as in ClickHouse."""
    wall = to_wall(value)
    origin = "TIMESTAMP '1970-01-05'" if unit == "week" else "TIMESTAMP '1970-01-01'"
    bucket = f"time_bucket({interval_sql(amount, unit)}, {wall}, {origin})"
    parts = [value, amount]
    if unit in ("week", "month", "quarter", "year"):
        return combined(f"CAST({bucket} AS DATE)", DATE, parts)
    zone = value.type.zone
    if unit in ("millisecond", "microsecond"):
        return combined(from_wall(bucket, zone), datetime64(3 if unit == "millisecond" else 6, zone), parts)
    return combined(f"CAST({from_wall(bucket, zone)} AS TIMESTAMP)", datetime(zone), parts)


def _start_of_interval(call: Call) -> Typed:
    interval = call.args[1]
    if interval.unit is None:
        raise call.fault("argument 2 must be an INTERVAL", "as in toStartOfInterval(t, INTERVAL 5 MINUTE)")
    if len(call.args) > 2 and not call.args[2].type.is_string:
        return _from_origin(call, interval)
    return start_of_interval(in_zone_of(call, 2), interval, interval.unit)


def _from_origin(call: Call, interval: Typed) -> Typed:
    value, origin = call.args[0], call.args[2]
    bucket = f"time_bucket({interval_sql(interval, str(interval.unit))}, {to_wall(value)}, {to_wall(origin)})"
    zone = value.type.zone
    return combined(f"CAST({from_wall(bucket, zone)} AS {duckdb_type(value.type)})", value.type.plain, call.args)


def _date_trunc(call: Call) -> Typed:
    unit = unit_of(call, 0)
    value = call.args[1]
    if len(call.args) > 2:
        value = in_zone(value, str(call.literal(2, str, "a time zone")))
    start = truncated(value, unit)
    if value.type.name == "DateTime64" and start.type.name == "DateTime":
        return start.with_type(datetime64(0, start.type.zone))
    return start


# -- differences and sums -------------------------------------------------------------------------------------------


def _difference(call: Call) -> Typed:
    """dateDiff counts the borders that are crossed; DuckDB's date_diff does as well."""
    unit = unit_of(call, 0)
    start, end = (cast(arg, datetime64(3)) if arg.type.is_string else arg for arg in call.args[1:3])
    if len(call.args) > 3:
        zone = str(call.literal(3, str, "a time zone"))
        start, end = in_zone(start, zone), in_zone(end, zone)
    if unit in CALENDAR:
        first, last = to_wall(start), to_wall(end)
    else:  # the clock: borders of hours are crossed by moments, whatever the zones of the two
        first, last = moment_of(start), moment_of(end)
    return combined(f"CAST(date_diff('{unit}', {first}, {last}) AS BIGINT)", INT64, call.args)


def _age(call: Call) -> Typed:
    """age counts whole units."""
    unit = unit_of(call, 0)
    start, end = (to_wall(arg) for arg in call.args[1:3])
    return combined(f"CAST(date_sub('{unit}', {start}, {end}) AS BIGINT)", INT64, call.args)


def _shifted(unit: str, operator: str) -> Callable[[Call], Typed]:
    return lambda call: shift(call.args[0], call.args[1], unit, operator)


def _timestamp_shift(operator: str) -> Callable[[Call], Typed]:
    """dateAdd(unit, n, t), dateAdd(t, INTERVAL n unit), timestampAdd likewise."""

    def lower(call: Call) -> Typed:
        if len(call.args) == 2:
            first, second = call.args
            moment, amount = (second, first) if first.unit else (first, second)
            if amount.unit is None:
                raise call.fault("needs an INTERVAL")
            return shift(moment, amount, amount.unit, operator)
        return shift(call.args[2], call.args[1], unit_of(call, 0), operator)

    return lower


def _interval_of(unit: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        from tinylite.sql.calls import interval

        return interval(call.args[0], unit, call.node)

    return lower


# -- now, zones, text -----------------------------------------------------------------------------------------------


def _now(call: Call) -> Typed:
    zone = str(call.literal(0, str, "a time zone")) if call.args else None
    return Typed("CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP)", datetime(zone), constant=True)


def _now64(call: Call) -> Typed:
    precision = int(str(call.literal(0, int, "a number of digits"))) if call.args else 3
    zone = str(call.literal(1, str, "a time zone")) if len(call.args) > 1 else None
    return Typed(f"CAST(timezone('UTC', now()) AS {duckdb_type(datetime64(precision))})", datetime64(precision, zone),
                 constant=True)  # fmt: skip


def _today(days: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        return Typed(f"(CAST(timezone('UTC', now()) AS DATE) - {days})" if days else
                     "CAST(timezone('UTC', now()) AS DATE)", DATE, constant=True)  # fmt: skip

    return lower


def _to_time_zone(call: Call) -> Typed:
    return in_zone_of(call, 1)


_FORMATS = {
    "%a": "%a", "%b": "%b", "%c": "%m", "%C": None, "%d": "%d", "%D": "%m/%d/%y", "%e": None, "%f": None,
    "%F": "%Y-%m-%d",
    "%g": None, "%G": "%G", "%h": "%I", "%H": "%H", "%i": "%M", "%I": "%I", "%j": "%j", "%k": None, "%l": None,
    "%m": "%m", "%M": "%B", "%n": "\n", "%p": "%p", "%Q": None, "%r": "%I:%M %p", "%R": "%H:%M", "%s": "%S", "%S": "%S",
    "%t": "\t", "%T": "%H:%M:%S", "%u": "%u", "%V": "%V", "%w": "%w", "%W": "%A", "%y": "%y", "%Y": "%Y", "%z": "+0000",
    "%%": "%%",
}  # fmt: skip


def _format(call: Call) -> Typed:
    """formatDateTime: MySQL's letters, each written as DuckDB's."""
    wall = to_wall(in_zone_of(call, 2))
    text = str(call.literal(1, str, "a format"))
    out, index = "", 0
    while index < len(text):
        if text[index] != "%":
            out, index = out + text[index], index + 1
            continue
        code = text[index : index + 2]
        if _FORMATS.get(code) is None:
            raise call.fault(f"the format {code} is not supported")
        out, index = out + str(_FORMATS[code]), index + 2
    from tinylite.sql.physical import text_literal

    return combined(f"strftime({wall}, {text_literal(out)})", STRING, call.args)


def _best_effort(name: str, precision: int | None, on_failure: OnFailure) -> Function:
    def lower(call: Call) -> Typed:
        zone_at = 2 if precision is not None else 1
        zone = str(call.literal(zone_at, str, "a time zone")) if len(call.args) > zone_at else None
        digits = precision
        if precision is not None and len(call.args) > 1:
            digits = int(str(call.literal(1, int, "a number of digits")))
        to = datetime64(digits, zone) if digits is not None else datetime(zone)
        if not call.args[0].type.is_string:
            return cast(call.args[0], to, on_failure)
        return best_effort(call.args[0], to, on_failure)

    return own(name, "string integer? string?" if precision is not None else "string string?", lower)


_FAILURES: tuple[tuple[str, OnFailure], ...] = (("", "raise"), ("OrNull", "null"), ("OrZero", "zero"))
_BEST_EFFORT = [
    _best_effort(f"parseDateTime{bits}BestEffort{suffix}", precision, failure)
    for bits, precision in (("", None), ("64", 3))
    for suffix, failure in _FAILURES
]
_PLURALS = ("Seconds", "Minutes", "Hours", "Days", "Weeks", "Months", "Quarters", "Years", "Milliseconds",
            "Microseconds")  # fmt: skip

FUNCTIONS: list[Function] = [
    _part("toYear", UINT16, "year({})", ("YEAR",)),
    _part("toQuarter", UINT8, "quarter({})", ("QUARTER",)),
    _part("toMonth", UINT8, "month({})", ("MONTH",)),
    _part("toDayOfMonth", UINT8, "day({})", ("DAY", "DAYOFMONTH")),
    _part("toDayOfYear", UINT16, "dayofyear({})", ("DAYOFYEAR",)),
    _part("toHour", UINT8, "hour({})", ("HOUR",)),
    _part("toMinute", UINT8, "minute({})", ("MINUTE",)),
    _part("toSecond", UINT8, "second({})", ("SECOND",)),
    _part("toISOWeek", UINT8, "week({})"),
    _part("toISOYear", UINT16, "isoyear({})"),
    _part("toYYYYMM", UINT32, "(year({0}) * 100 + month({0}))"),
    _part("toYYYYMMDD", UINT32, "(year({0}) * 10000 + month({0}) * 100 + day({0}))"),
    _part("toYYYYMMDDhhmmss", UINT64, "CAST(strftime({}, '%Y%m%d%H%M%S') AS BIGINT)"),
    own("toDayOfWeek", "temporal integer? string?", _day_of_week, aliases=("DAYOFWEEK",), case_insensitive=True),
    own("toWeek", "temporal integer? string?", _week, aliases=("WEEK",), case_insensitive=True),
    own("toUnixTimestamp", "any string?", _unix_timestamp),
    _subsecond_timestamp("toUnixTimestamp64Second", "epoch({})"),
    _subsecond_timestamp("toUnixTimestamp64Milli", "epoch_ms({})"),
    _subsecond_timestamp("toUnixTimestamp64Micro", "epoch_us({})"),
    _subsecond_timestamp("toUnixTimestamp64Nano", "epoch_ns({})"),
    _from_unix("fromUnixTimestamp64Second", 0, 1_000_000),
    _from_unix("fromUnixTimestamp64Milli", 3, 1000),
    _from_unix("fromUnixTimestamp64Micro", 6, 1),
    *(own(f"toStartOf{unit.capitalize()}", "temporal string?", _start_of(unit))
      for unit in ("year", "quarter", "month", "day", "hour", "minute", "millisecond", "microsecond")),
    own("toStartOfSecond", "datetime string?", _start_of_second),
    own("toMonday", "temporal string?", _start_of("week")),
    own("toStartOfWeek", "temporal integer? string?", _start_of_week),
    own("toStartOfFiveMinutes", "temporal string?", _start_of_minutes(5), aliases=("toStartOfFiveMinute",)),
    own("toStartOfTenMinutes", "temporal string?", _start_of_minutes(10)),
    own("toStartOfFifteenMinutes", "temporal string?", _start_of_minutes(15)),
    own("toStartOfInterval", "temporal any any? string?", _start_of_interval),
    own("date_trunc", "string temporal string?", _date_trunc, aliases=("dateTrunc", "DATE_TRUNC"),
        case_insensitive=True),
    own("dateDiff", "string any any string?", _difference,
        aliases=("date_diff", "DATE_DIFF", "timestampDiff", "timestamp_diff", "TIMESTAMP_DIFF"), case_insensitive=True),
    own("age", "string temporal temporal string?", _age),
    *(own(f"{verb}{plural}", "any number", _shifted(plural[:-1].lower(), operator))
      for verb, operator in (("add", "+"), ("subtract", "-")) for plural in _PLURALS),
    own("dateAdd", "any any any?", _timestamp_shift("+"), case_insensitive=True,
        aliases=("date_add", "DATE_ADD", "timestampAdd", "timestamp_add", "TIMESTAMP_ADD")),
    own("dateSub", "any any any?", _timestamp_shift("-"), case_insensitive=True,
        aliases=("date_sub", "DATE_SUB", "timestampSub", "timestamp_sub", "TIMESTAMP_SUB")),
    *(own(f"toInterval{unit.capitalize()}", "any", _interval_of(unit)) for unit in _UNITS),
    own("now", "string?", _now, case_insensitive=True, aliases=("current_timestamp", "NOW")),
    own("now64", "integer? string?", _now64),
    own("today", "", _today(0), aliases=("current_date", "curdate"), case_insensitive=True),
    own("yesterday", "", _today(1)),
    own("toTimeZone", "datetime string", _to_time_zone, aliases=("toTimezone",), nulls="own"),
    own("formatDateTime", "temporal string string?", _format, aliases=("DATE_FORMAT",), case_insensitive=True),
    *_BEST_EFFORT,
    simple("timeZone", "", STRING, "'UTC'", aliases=("timezone", "serverTimezone")),
]  # fmt: skip
