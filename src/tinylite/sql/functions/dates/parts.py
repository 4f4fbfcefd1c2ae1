"""What is read off the calendar and the clock: year, day of the week, hour, week number, counts since an origin."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import in_zone_of, integer_argument
from tinylite.sql.functions.dates.weeks import numbered_week
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import day_wall, floored, has_nanoseconds, offset_at_epoch, seconds_of, to_wall, whole_hours
from tinylite.types import Type
from tinylite.types.model import DATETIME, UINT8, UINT16, UINT32, UINT64


def _part(
    name: str, result: Type, template: str, aliases: tuple[str, ...] = (), signature: str = "temporal string?"
) -> Function:
    """A number read off the wall clock; `{0}` is the clock."""

    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        return combined(f"CAST({template.format(to_wall(value))} AS {duckdb_type(result)})", result, call.args)

    return own(name, signature, lower, aliases=aliases, case_insensitive=True)


def _nanosecond(call: Call) -> Typed:
    value = in_zone_of(call, 1)
    if has_nanoseconds(value.type):
        part = f"epoch_ns({value.sql}) % 1000000000"
        part = f"({part} + 1000000000) % 1000000000"
    else:
        part = f"microsecond({to_wall(value)}) % 1000000 * 1000"
    return combined(f"CAST({part} AS UINTEGER)", UINT32, call.args)


def _with_mode(call: Call) -> Typed:
    """Text is read as a DateTime by the functions that take a mode."""
    value = in_zone_of(call, 2)
    return cast(value, DATETIME) if value.type.is_string else value


def _day_of_week(call: Call) -> Typed:
    """Mode 0: Monday is 1, Sunday 7; 1: from 0; 2: Sunday is 0; 3: Sunday is 1."""
    mode = integer_argument(call, 1, "a mode", 0) & 3
    wall = to_wall(_with_mode(call))
    number = (f"isodow({wall})", f"(isodow({wall}) - 1)", f"dayofweek({wall})", f"(dayofweek({wall}) + 1)")[mode]
    return combined(f"CAST({number} AS UTINYINT)", UINT8, call.args)


def _week(call: Call) -> Typed:
    week = numbered_week(day_wall(_with_mode(call)), integer_argument(call, 1, "a mode", 0)).number
    return combined(f"CAST({week} AS UTINYINT)", UINT8, call.args)


def _year_week(call: Call) -> Typed:
    week = numbered_week(day_wall(_with_mode(call)), integer_argument(call, 1, "a mode", 0) | 2)
    return combined(f"CAST({week.year} * 100 + {week.number} AS UINTEGER)", UINT32, call.args)


# -- counts since an origin -----------------------------------------------------------------------------------------


def day_number(value: Typed) -> str:
    """Days since 1970-01-01 on the wall calendar. Of a DateTime it has 16 bits: the day before is 65535."""
    days = f"(CAST({to_wall(value)} AS DATE) - DATE '1970-01-01')"
    return f"({days} & 65535)" if value.type.name == "DateTime" and offset_at_epoch(value.type.zone) < 0 else days


def week_number(value: Typed) -> str:
    return f"(({day_number(value)} + 3) // 7)"


def _hour_number(value: Typed) -> str:
    seconds, zone = seconds_of(value), value.type.zone
    if whole_hours(zone):
        return floored(seconds, 3600)
    return floored(f"({seconds} + {86400 - offset_at_epoch(zone)})", 3600)


def _on_wall(template: str) -> Callable[[Typed], str]:
    return lambda value: template.format(to_wall(value))


def _relative(unit: str, number: Callable[[Typed], str], result: Type = UINT32) -> Function:
    def lower(call: Call) -> Typed:
        value = in_zone_of(call, 1)
        count = number(value)
        if value.type.name in ("DateTime64", "Date32"):
            count = f"(CASE WHEN {count} < 0 THEN 0 ELSE {count} END)"
        return combined(f"CAST({count} AS {duckdb_type(result)})", result, call.args)

    return own(f"toRelative{unit}Num", "temporal string?", lower)


def _days_since_year_zero(call: Call) -> Typed:
    """Of a DateTime as it is in UTC; the zone argument changes nothing in ClickHouse."""
    value = call.args[0]
    moment = value.sql if value.type.name == "DateTime" else to_wall(value)
    days = f"(CAST({moment} AS DATE) - DATE '1970-01-01' + 719528)"
    return combined(f"CAST({days} AS UINTEGER)", UINT32, call.args)


FUNCTIONS: list[Function] = [
    _part("toYear", UINT16, "year({0})", ("YEAR",)),
    _part("toQuarter", UINT8, "quarter({0})", ("QUARTER",)),
    _part("toMonth", UINT8, "month({0})", ("MONTH",)),
    _part("toDayOfMonth", UINT8, "day({0})", ("DAY", "DAYOFMONTH")),
    _part("toDayOfYear", UINT16, "dayofyear({0})", ("DAYOFYEAR",)),
    _part("toHour", UINT8, "hour({0})", ("HOUR",), "datetime string?"),
    _part("toMinute", UINT8, "minute({0})", ("MINUTE",), "datetime string?"),
    _part("toSecond", UINT8, "second({0})", ("SECOND",), "datetime string?"),
    _part("toMillisecond", UINT16, "(microsecond({0}) % 1000000) // 1000", ("MILLISECOND",), "datetime string?"),
    _part("toMicrosecond", UINT32, "microsecond({0}) % 1000000", ("MICROSECOND",), "datetime string?"),
    own("toNanosecond", "datetime string?", _nanosecond, aliases=("NANOSECOND",), case_insensitive=True),
    _part("toDaysInMonth", UINT8, "day(last_day({0}))"),
    _part("toYearNumSinceEpoch", UINT16, "greatest(year({0}) - 1970, 0)"),
    _part("toMonthNumSinceEpoch", UINT32, "greatest((year({0}) - 1970) * 12 + month({0}) - 1, 0)"),
    _part("toISOWeek", UINT8, "week({0})"),
    _part("toISOYear", UINT16, "isoyear({0})"),
    _part("toYYYYMM", UINT32, "(year({0}) * 100 + month({0}))"),
    _part("toYYYYMMDD", UINT32, "(year({0}) * 10000 + month({0}) * 100 + day({0}))"),
    _part("toYYYYMMDDhhmmss", UINT64, "CAST(strftime({0}, '%Y%m%d%H%M%S') AS BIGINT)"),
    own("toDayOfWeek", "temporal|string integer? string?", _day_of_week, aliases=("DAYOFWEEK",), case_insensitive=True),
    own("toWeek", "temporal|string integer? string?", _week, aliases=("WEEK",), case_insensitive=True),
    own("toYearWeek", "temporal|string integer? string?", _year_week, aliases=("YEARWEEK",), case_insensitive=True),
    _relative("Year", _on_wall("year({0})"), UINT16),
    _relative("Quarter", _on_wall("(year({0}) * 4 + quarter({0}) - 1)")),
    _relative("Month", _on_wall("(year({0}) * 12 + month({0}))")),
    _relative("Week", week_number),
    _relative("Day", day_number),
    _relative("Hour", _hour_number),
    _relative("Minute", lambda value: floored(seconds_of(value), 60)),
    _relative("Second", seconds_of),
    own("toDaysSinceYearZero", "temporal string?", _days_since_year_zero, aliases=("TO_DAYS",), case_insensitive=True),
]  # fmt: skip
