"""Dates and moments made of numbers: makeDate, YYYYMMDDToDate, change…, day counts. What is no date gives 1970."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import integer_argument, zone_argument
from tinylite.sql.physical import duckdb_type
from tinylite.sql.ranges import BEFORE_YEAR_ONE, saturated
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import exact_wall, has_nanoseconds, read_wall, to_wall, with_nanoseconds
from tinylite.types import Type
from tinylite.types.model import DATE, INT32, STRING, datetime, datetime64

_DATE32 = Type("Date32")
_YEARS = {"Date": (1970, 2149), "Date32": (0, 9999)}


def _whole(value: Typed) -> str:
    cut = value.type.is_float or value.type.name == "Decimal"
    return f"CAST(trunc({value.number}) AS INTEGER)" if cut else f"CAST({value.number} AS INTEGER)"


def _or_null(sql: str, args: Sequence[Typed]) -> str:
    """NULL when an argument is: the ranges that are looked at would not tell."""
    nullable = [arg.value for arg in args if arg.type.nullable]
    return f"(CASE WHEN {' AND '.join(f'{v} IS NOT NULL' for v in nullable)} THEN {sql} END)" if nullable else sql


# -- days -----------------------------------------------------------------------------------------------------------


def _day(type_: Type, year: str, month: str, day: str) -> str:
    """Days beyond the end of a month are counted on."""
    first, last = _YEARS[type_.name]
    valid = f"{year} BETWEEN {first} AND {last} AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND 31"
    return _within(type_, f"CASE WHEN {valid} THEN {_first_day(year, month)} + ({day} - 1) END")


def _first_day(year: str, month: str) -> str:
    return f"make_date(CASE WHEN {year} < 1 THEN error('{BEFORE_YEAR_ONE}') ELSE {year} END, {month}, 1)"


def _within(type_: Type, day: str) -> str:
    """The day if there is one and the type holds it, 1970-01-01 otherwise."""
    if type_.name == "Date":
        day = f"CASE WHEN ({day}) <= DATE '2149-06-06' THEN ({day}) END"
    return f"coalesce({day}, DATE '1970-01-01')"


def _make_date(type_: Type) -> Callable[[Call], Typed]:
    """makeDate(year, month, day) or makeDate(year, day of the year)."""

    def lower(call: Call) -> Typed:
        numbers = [_whole(arg) for arg in call.args]
        if len(numbers) == 3:
            sql = _day(type_, *numbers)
        else:
            year, day = numbers
            first, last = _YEARS[type_.name]
            start = _first_day(year, "1")
            # ClickHouse counts 365 days in every year.
            valid = f"{year} BETWEEN {first} AND {last} AND {day} BETWEEN 1 AND 365"
            sql = _within(type_, f"CASE WHEN {valid} THEN {start} + ({day} - 1) END")
        return combined(_or_null(sql, call.args), type_, call.args)

    return lower


def _day_of_digits(type_: Type) -> Callable[[Call], Typed]:
    """YYYYMMDDToDate(20240229)."""

    def lower(call: Call) -> Typed:
        digits = f"CAST({call.args[0].number} AS BIGINT)"
        sql = _day(type_, *(f"CAST({digits} {part} AS INTEGER)" for part in ("// 10000", "// 100 % 100", "% 100")))
        return combined(_or_null(sql, call.args), type_, call.args)

    return lower


_LAST_DAY = 3652424  # 9999-12-31


def _from_year_zero(type_: Type) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        count = call.args[0].number
        if type_ == DATE:
            low = f"((CAST({count} AS HUGEINT) - 719528) & 65535)"
            return combined(f"(DATE '1970-01-01' + CAST({low} AS INTEGER))", type_, call.args)
        days = f"(DATE '1970-01-01' + CAST(CAST(least({count}, {_LAST_DAY}) AS INTEGER) - 719528 AS INTEGER))"
        error = f"error('{BEFORE_YEAR_ONE}')"
        return combined(f"(CASE WHEN {count} < 366 THEN {error} ELSE {days} END)", type_, call.args)

    return lower


def _to_julian(call: Call) -> Typed:
    day = cast(call.args[0], _DATE32)
    return combined(f"CAST(({day.sql} - DATE '1858-11-17') AS INTEGER)", INT32, call.args)


def _from_julian(call: Call) -> Typed:
    day = f"(DATE '1858-11-17' + CAST({call.args[0].number} AS INTEGER))"
    return combined(f"strftime({day}, '%Y-%m-%d')", STRING, call.args)


def _to_julian_or_null(call: Call) -> Typed:
    text = call.args[0].sql
    day = f"(CASE WHEN regexp_full_match({text}, '\\d{{4}}-\\d\\d-\\d\\d') THEN TRY_CAST({text} AS DATE) END)"
    return combined(f"CAST(({day} - DATE '1858-11-17') AS INTEGER)", INT32.as_nullable(), call.args)


def _from_julian_or_null(call: Call) -> Typed:
    """Only days from year 0 to 9999 can be shown."""
    number, day = call.args[0].number, _from_julian(call)
    sql = f"(CASE WHEN {number} BETWEEN -678941 AND 2973119 THEN {day.sql} END)"
    return day.with_sql(sql).with_type(STRING.as_nullable())


# -- moments --------------------------------------------------------------------------------------------------------


def _moment(numbers: Sequence[str], zone: str | None) -> str:
    """A TIMESTAMP of year, month, day, hour, minute, second; NULL for numbers that no calendar and clock show."""
    year, month, day, *clock = numbers
    seconds = " + ".join(f"{number} * {unit}" for number, unit in zip(clock, (3600, 60, 1), strict=True))
    held = f"least(greatest({year}, 1900), 2300)"
    made = f"(CAST(make_date({held}, {month}, 1) + ({day} - 1) AS TIMESTAMP) + to_seconds({seconds}))"
    valid = f"{month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND 31 AND " + " AND ".join(
        f"{number} BETWEEN 0 AND 99" for number in clock
    )
    return f"(CASE WHEN {valid} THEN {read_wall(made, zone)} END)"


def _make_datetime(call: Call) -> Typed:
    type_ = datetime(zone_argument(call, 6))
    return _held(_moment([_whole(arg) for arg in call.args[:6]], type_.zone), type_, call)


def _held(moment: str, type_: Type, call: Call, otherwise: str = "1970-01-01") -> Typed:
    if type_.name == "DateTime":
        sql = saturated(f"coalesce({moment}, TIMESTAMP '1970-01-01')", type_)
    else:
        last = f"TIMESTAMP '2299-12-31 23:59:59.{'9' * min(6, type_.precision)}'"
        sql = f"least(coalesce({moment}, TIMESTAMP '{otherwise}'), {last if type_.precision else last[:-2] + chr(39)})"
        sql = f"CAST({sql} AS {duckdb_type(type_)})"
    return combined(_or_null(sql, call.args), type_, call.args)


def _make_datetime64(call: Call) -> Typed:
    """…, fraction, precision, zone. The fraction is kept to the digits of the precision."""
    type_ = datetime64(integer_argument(call, 7, "a number of digits", 3), zone_argument(call, 8))
    numbers = [_whole(arg) for arg in call.args[:6]]
    moment = f"(CASE WHEN {numbers[0]} >= 1900 THEN {_moment(numbers, type_.zone)} END)"
    made = _held(moment, type_, call, "1900-01-01")
    if len(call.args) < 7:
        return made
    digits = type_.precision
    fraction = f"least(greatest(CAST({call.args[6].number} AS BIGINT), 0), {10**digits - 1})"
    if has_nanoseconds(type_):
        sql = f"make_timestamp_ns(epoch_ns({made.sql}) + {fraction} * {10 ** (9 - digits)})"
    else:
        sql = f"({made.sql} + to_microseconds({fraction} * {10 ** (6 - digits)}))"
    held = f"{moment} IS NOT NULL AND {numbers[0]} <= 2299"
    sql = f"(CASE WHEN {held} THEN {sql} ELSE {made.sql} END)"
    return made.with_sql(_or_null(sql, call.args))


_DIGITS = ("// 10000000000", "// 100000000 % 100", "// 1000000 % 100", "// 10000 % 100", "// 100 % 100", "% 100")


def _moment_of_digits(call: Call) -> Typed:
    """YYYYMMDDhhmmssToDateTime(20240229102030)."""
    digits = f"CAST(trunc({call.args[0].number}) AS BIGINT)"
    type_ = datetime(zone_argument(call, 1))
    return _held(_moment([f"CAST({digits} {part} AS INTEGER)" for part in _DIGITS], type_.zone), type_, call)


def _moment64_of_digits(call: Call) -> Typed:
    value = call.args[0].number
    type_ = datetime64(integer_argument(call, 1, "a number of digits", 3), zone_argument(call, 2))
    digits = f"CAST(trunc({value}) AS BIGINT)"
    moment = _moment([f"CAST({digits} {part} AS INTEGER)" for part in _DIGITS], type_.zone)
    unit = 10 ** max(0, 6 - type_.precision)
    micros = f"CAST(trunc(({value} - trunc({value})) * {10 ** min(6, type_.precision)}) AS BIGINT) * {unit}"
    made = f"({moment} + to_microseconds({micros}))" if not call.args[0].type.is_integer else moment
    return _held(made, type_, call, "1900-01-01")


# -- one part changed -----------------------------------------------------------------------------------------------

_DAY_PARTS = ("year", "month", "day")
_CLOCK_PARTS = {"hour": (3600, 23), "minute": (60, 59), "second": (1, 59)}


def _changed(part: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value, number = call.args[0], _whole(call.args[1])
        if part in _CLOCK_PARTS and value.type.is_date:
            wide = value.type.name == "Date32"
            value = cast(value, (datetime64(3) if wide else datetime()).as_nullable(value.type.nullable))
        wall = to_wall(value)
        if part in _CLOCK_PARTS:
            unit, most = _CLOCK_PARTS[part]
            changed = f"({wall} + to_seconds((CAST({number} AS BIGINT) - {part}({wall})) * {unit}))"
            sql = f"CASE WHEN {number} BETWEEN 0 AND {most} THEN {changed} END"
        else:
            if part == "year" and value.type.name in ("Date", "DateTime"):  # years before the first one are that one
                number = f"greatest({number}, 1)"
            sql = _changed_day(part, f"least({number}, 9999)" if part == "year" else number, wall)
            if part == "year":
                sql = f"CASE WHEN {number} > 9999 THEN TIMESTAMP '9999-12-31 23:59:59.999999' ELSE {sql} END"
        return combined(_or_null(_settled(sql, value), call.args), value.type.plain, call.args)

    return lower


def _changed_day(part: str, number: str, wall: str) -> str:
    year, month, day = (number if part == each else f"CAST({each}({wall}) AS INTEGER)" for each in _DAY_PARTS)
    rest = f"({wall} - date_trunc('day', {wall}))"
    made = f"(CAST({_first_day(year, month)} + ({day} - 1) AS TIMESTAMP) + {rest})"
    return f"CASE WHEN {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND 31 THEN {made} END"


def _settled(wall: str, value: Typed) -> str:
    """A wall clock as a value of the type; 1970 when there is none."""
    type_ = value.type.plain
    if type_.is_date:
        return saturated(f"CAST(coalesce({wall}, TIMESTAMP '1970-01-01') AS DATE)", type_)
    moment = f"coalesce({read_wall(f'({wall})', type_.zone)}, TIMESTAMP '1970-01-01')"
    if has_nanoseconds(type_):
        return with_nanoseconds(moment, exact_wall(value.sql, value.type))
    return saturated(moment, type_)


FUNCTIONS: list[Function] = [
    own("makeDate", "number number number?", _make_date(DATE), case_insensitive=True),
    own("makeDate32", "number number number?", _make_date(_DATE32)),
    own("makeDateTime", "number number number number number number string?", _make_datetime),
    own("makeDateTime64", "number number number number number number number? integer? string?", _make_datetime64),
    own("YYYYMMDDToDate", "number", _day_of_digits(DATE)),
    own("YYYYMMDDToDate32", "number", _day_of_digits(_DATE32)),
    own("YYYYMMDDhhmmssToDateTime", "number string?", _moment_of_digits),
    own("YYYYMMDDhhmmssToDateTime64", "number integer? string?", _moment64_of_digits),
    own("fromDaysSinceYearZero", "integer", _from_year_zero(DATE), aliases=("FROM_DAYS",), case_insensitive=True),
    own("fromDaysSinceYearZero32", "integer", _from_year_zero(_DATE32)),
    own("toModifiedJulianDay", "string", _to_julian, doc="Days since 1858-11-17."),
    own("toModifiedJulianDayOrNull", "string", _to_julian_or_null, doc="NULL of what is no date."),
    own("fromModifiedJulianDay", "integer", _from_julian),
    own("fromModifiedJulianDayOrNull", "integer", _from_julian_or_null),
    *(own(f"change{part.capitalize()}", "temporal number", _changed(part)) for part in (*_DAY_PARTS, *_CLOCK_PARTS)),
]  # fmt: skip
