"""From other types to Date, Date32, DateTime and DateTime64, and from those to numbers and text."""

from __future__ import annotations

from typing import Literal

from tinylite.sql.best_effort import moment, nanoseconds_of
from tinylite.sql.errors import Fault
from tinylite.sql.once import once
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.ranges import BEFORE_YEAR_ONE, saturated, wrapped
from tinylite.sql.text_moments import day_of_text, moment_of_number, wall_of_text
from tinylite.sql.times_of_day import microseconds
from tinylite.sql.typed import Typed
from tinylite.sql.written_moments import written_day, written_moment
from tinylite.sql.zones import (
    exact_wall,
    floored,
    from_wall,
    has_nanoseconds,
    midnight,
    moment_of,
    offset_at_epoch,
    read_wall,
    seconds_of,
    to_wall,
)
from tinylite.types import Type

OnFailure = Literal["raise", "null", "zero", "lenient"]
"""Of text that is no value of the type: an error, NULL, the default; `lenient` is NULL where "raise" is an error."""
_LAST_DAY_NUMBER = {"Date": 65535, "Date32": 2932896}
_LAST_SECOND = 4294967295


def _whole(value: Typed) -> str:
    return f"trunc({value.number})" if value.type.is_float or value.type.name == "Decimal" else value.number


def _tried(sql: str, on_failure: OnFailure, text: str, to: Type) -> str:
    """What is NULL for text that is no value of the type: an error that quotes it, unless NULL is asked for.

    A cast that fails says it: with error() DuckDB would compute the moment for each row, and prune nothing by it.
    """
    if on_failure != "raise":
        return sql
    message = f"{text_literal(f'Cannot parse {to.name} from string: ')} || {text}"
    return f"coalesce({sql}, CAST(CASE WHEN {text} IS NOT NULL THEN {message} END AS {duckdb_type(to)}))"


# -- dates ----------------------------------------------------------------------------------------------------------


def to_date(value: Typed, to: Type, on_failure: OnFailure) -> str:
    source = value.type
    held = to.as_nullable(source.nullable or on_failure == "null")
    if source.is_date:
        return wrapped(value.sql, to) if source.name == "Date32" and to.name == "Date" else value.sql
    if source.is_datetime:
        day = f"CAST({to_wall(value)} AS DATE)"
        if source.name == "DateTime64":
            return wrapped(day, to)
        return saturated(day, held, high=False) if offset_at_epoch(source.zone) < 0 else day
    if source.is_number:
        return _date_of_number(value, to, held, on_failure)
    if source.is_time:
        return f"(CASE WHEN {value.value} IS NOT NULL THEN DATE '1970-01-01' END)"
    if not source.is_string:
        raise Fault("TL407", f"{source} can't be converted to {to}")
    strict = on_failure in ("null", "zero")
    written = written_day(value.literal, to, strict=strict)
    if written is not None:
        return written

    def read(text: str) -> str:
        day = day_of_text(text, strict=strict)
        held = once(day, "_read", lambda name: saturated(name, to.as_nullable()))
        return _tried(held, on_failure, text, to)

    return once(value.value, "_text", read)


def _date_of_number(value: Typed, to: Type, held: Type, on_failure: OnFailure) -> str:
    """A small number is of days, a larger one of seconds; a Date is never before its first day."""
    number = _whole(value)
    if on_failure == "null" and to.name == "Date":
        day = _date_of_number(value, to, held, "raise")
        return f"(CASE WHEN {number} BETWEEN 0 AND {_LAST_SECOND} THEN {day} END)"
    days = f"(DATE '1970-01-01' + TRY_CAST({number} AS INTEGER))"
    if value.type.is_integer and value.type.bits <= 16:
        return days if value.type.is_unsigned or to.name == "Date32" else saturated(days, held, high=False)
    if to.name == "Date32" and (value.type.is_float or value.type.name == "Decimal" or value.type.bits > 32):
        early = f"error('{BEFORE_YEAR_ONE}')"
        days = f"(CASE WHEN {number} < -719162 THEN CAST({early} AS DATE) ELSE {days} END)"
    last = _LAST_SECOND if to.name == "Date" else _YEAR_9999
    seconds = f"CAST(make_timestamp(CAST(least({number}, {last}) AS BIGINT) * 1000000) AS DATE)"
    before = "" if to.name == "Date32" else f"WHEN {number} < 0 THEN DATE '1970-01-01' "
    return (
        f"(CASE WHEN {value.number} IS NULL THEN NULL {before}"
        f"WHEN {value.number} <= {_LAST_DAY_NUMBER[to.name]} THEN {days} ELSE {seconds} END)"
    )


# -- moments --------------------------------------------------------------------------------------------------------


def to_datetime(value: Typed, to: Type, on_failure: OnFailure) -> str:
    source, sql = value.type, value.value
    if source.is_datetime:
        cut = cut_to(sql, source, to)
        return wrapped(cut, to) if to.name == "DateTime" and source.name == "DateTime64" else cut
    if source.is_date:
        return _datetime_of_date(value, to)
    if source.is_number:
        return _datetime_of_number(value, to, on_failure)
    if source.is_time and (to.name == "DateTime64" or source.name == "Time"):
        return wrapped(cut_to(f"make_timestamp({microseconds(value)})", None, to), to)
    if not source.is_string:
        raise Fault("TL407", f"{source} can't be converted to {to}")
    if on_failure in ("raise", "lenient"):
        return datetime_of_text(value, to, on_failure)
    written = written_moment(value.literal, to, fraction=to.name == "DateTime64")
    if written is not None:
        return written

    def read(text: str) -> str:
        wall = cut_to(wall_of_text(text, to), None, to)
        found = f"coalesce({read_wall(wall, to.zone)}, {moment_of_number(text, to)})"
        return once(found, "_read", lambda name: saturated(name, to.as_nullable()))

    return once(sql, "_text", read)


def datetime_of_text(value: Typed, to: Type, on_failure: OnFailure, *, american: bool = False) -> str:
    """What ClickHouse's best effort makes of a text; NULL of what it can't read, or an error."""
    written = written_moment(value.literal, to)
    if written is not None:
        return written

    def read(text: str) -> str:
        found = moment(text, to.zone, lenient=True, american=american)
        if has_nanoseconds(to):
            unit = 10 ** (9 - to.precision)
            found = f"make_timestamp_ns(epoch_us({found}) * 1000 + {nanoseconds_of(text)} // {unit} * {unit})"
        else:
            found = cut_to(found, None, to)
        held = once(found, "_read", lambda name: saturated(name, to.as_nullable()))
        return _tried(held, on_failure, text, to)

    return once(value.value, "_text", read)


def _datetime_of_date(value: Typed, to: Type) -> str:
    day = f"CAST({value.value} AS TIMESTAMP)"
    if to.name == "DateTime64":
        moment = from_wall(day, to.zone)
        return f"CAST({moment} AS TIMESTAMP_NS)" if has_nanoseconds(to) else moment
    return wrapped(midnight(day, to.zone, nullable=value.type.nullable), to)


# The seconds of 0001-01-01 00:00:00 and of 9999-12-31 23:59:59.
_YEAR_ONE, _YEAR_9999 = -62135596800, 253402300799
_LAST_MOMENT = "TIMESTAMP '9999-12-31 23:59:59'"


def _datetime_of_number(value: Typed, to: Type, on_failure: OnFailure) -> str:
    nullable = value.type.nullable or on_failure == "null"
    if to.name == "DateTime":
        number = f"greatest({_whole(value)}, 0)" if not value.type.is_unsigned else value.number
        if value.type.bits > 32 if value.type.is_integer else True:
            number = f"least({number}, 4294967295)"
        sql = f"make_timestamp(CAST({number} AS BIGINT) * 1000000)"
        if on_failure == "null":
            return f"(CASE WHEN {_whole(value)} BETWEEN 0 AND {_LAST_SECOND} THEN {sql} END)"
        return f"(CASE WHEN {value.number} IS NOT NULL THEN {sql} END)" if nullable else sql
    if value.type.is_integer or value.type.name == "Bool":
        if has_nanoseconds(to):
            return f"make_timestamp_ns(CAST({value.number} AS BIGINT) * 1000000000)"
        seconds = f"CAST({value.number} AS BIGINT)"
        if value.type.bits <= 32:
            return f"make_timestamp({seconds} * 1000000)"
        # Tried, since constants are computed in branches that are not taken, too.
        made = f"make_timestamp(TRY({seconds} * 1000000))"
        last = f"TIMESTAMP '9999-12-31 23:59:59.{'9' * to.precision}'" if to.precision else _LAST_MOMENT
        before = f"WHEN {value.number} < {_YEAR_ONE} THEN TIMESTAMP '0001-01-01 00:00:00'"
        return f"(CASE WHEN {value.number} > {_YEAR_9999} THEN {last} {before} ELSE {made} END)"
    unit, make = (10**9, "make_timestamp_ns") if has_nanoseconds(to) else (10**6, "make_timestamp")
    step = unit // 10**to.precision
    count = f"CAST(trunc({value.number} * {10**to.precision}) AS BIGINT)"
    return f"{make}({count} * {step})" if step > 1 else f"{make}({count})"


def cut_to(sql: str, source: Type | None, to: Type) -> str:
    """A TIMESTAMP with no more digits after the second than the type has. `source` is None for a TIMESTAMP as it is."""
    have = source.precision if source is not None else 6
    if source is not None and has_nanoseconds(source):
        if has_nanoseconds(to):
            unit = 10 ** (9 - to.precision)
            return (
                sql if unit <= 10 ** (9 - have) else f"make_timestamp_ns({floored(f'epoch_ns({sql})', unit)} * {unit})"
            )
        sql, have = moment_of(Typed(sql, source)), 6
    if have <= to.precision:
        return sql if duckdb_type(to) == "TIMESTAMP" else f"CAST({sql} AS TIMESTAMP_NS)"
    match to.precision:
        case 0:
            return f"CAST(date_trunc('second', {sql}) AS TIMESTAMP)"
        case 3:
            return f"CAST(date_trunc('millisecond', {sql}) AS TIMESTAMP)"
        case precision:
            unit = 10 ** (6 - precision)
            return f"make_timestamp({floored(f'epoch_us({sql})', unit)} * {unit})"


# -- numbers and text -----------------------------------------------------------------------------------------------


def number_of_moment(value: Typed) -> str:
    """Days of a date, seconds of a moment, since 1970."""
    return f"({value.sql} - DATE '1970-01-01')" if value.type.is_date else seconds_of(value)


def float_of_moment(value: Typed) -> str:
    if value.type.is_date:
        return number_of_moment(value)
    if has_nanoseconds(value.type):
        return f"(epoch_ns({value.sql}) / 1e9)"
    return f"(epoch_us({value.sql}) / 1e6)"


def datetime_text(value: Typed) -> str:
    precision = value.type.precision
    wall = exact_wall(value.sql, value.type)
    if precision == 0:
        return f"strftime({wall}, '%Y-%m-%d %H:%M:%S')"
    digits = "%n" if has_nanoseconds(value.type) else "%f"
    return f"left(strftime({wall}, '%Y-%m-%d %H:%M:%S.{digits}'), {20 + precision})"
