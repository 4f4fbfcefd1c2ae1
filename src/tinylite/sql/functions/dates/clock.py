"""now, today, and the zones that moments are seen in."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.functions.dates.arguments import in_zone_of, integer_argument, zone_argument
from tinylite.sql.literals import literal
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.ranges import wrapped
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import from_wall, has_nanoseconds, is_utc, moment_of, seconds_of, wall, with_nanoseconds
from tinylite.types.model import DATE, INT32, STRING, datetime, datetime64


def _now(call: Call) -> Typed:
    return _current_second(zone_argument(call, 0), constant=True)


def _current_second(zone: str | None, *, constant: bool) -> Typed:
    sql = "CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP)"
    return Typed(sql, datetime(zone), constant=constant)


def _now64(call: Call) -> Typed:
    type_ = datetime64(integer_argument(call, 0, "a number of digits", 3), zone_argument(call, 1))
    return Typed(f"CAST(timezone('UTC', now()) AS {duckdb_type(type_)})", type_, constant=True)


def _today(days: int) -> Callable[[Call], Typed]:
    today = "CAST(timezone('UTC', now()) AS DATE)"
    return lambda call: Typed(f"({today} - {days})" if days else today, DATE, constant=True)


def _time_zone_of(call: Call) -> Typed:
    return literal(call.args[0].type.zone or "UTC")


def _offset(call: Call) -> Typed:
    value = in_zone_of(call, 1)
    moment, zone = moment_of(value), value.type.zone
    ahead = f"((epoch_us({wall(moment, zone)}) - epoch_us({moment})) // 1000000)" if not is_utc(zone) else "0"
    sql = (
        f"CAST({ahead} AS INTEGER)"
        if not value.type.nullable
        else f"CAST({ahead} + 0 * {seconds_of(value)} AS INTEGER)"
    )
    return combined(sql, INT32, call.args)


def _moved(*, to_utc: bool) -> Callable[[Call], Typed]:
    """toUTCTimestamp reads a wall clock of the zone, fromUTCTimestamp gives one; the type keeps its zone."""

    def lower(call: Call) -> Typed:
        value, zone = call.args[0], zone_argument(call, 1)
        moment = moment_of(value)
        sql = from_wall(moment, zone) if to_utc else wall(moment, zone)
        if has_nanoseconds(value.type):
            sql = with_nanoseconds(sql, value.sql)
        return combined(wrapped(sql, value.type), value.type.plain, call.args)

    return lower


FUNCTIONS: list[Function] = [
    own("now", "string?", _now, case_insensitive=True, aliases=("current_timestamp", "localtimestamp")),
    own("nowInBlock", "string?", lambda call: _current_second(zone_argument(call, 0), constant=False)),
    own("now64", "integer? string?", _now64, case_insensitive=True),
    own("UTCTimestamp", "", lambda call: _current_second("UTC", constant=True), aliases=("UTC_timestamp",),
        case_insensitive=True),
    own("today", "", _today(0), aliases=("current_date", "curdate"), case_insensitive=True),
    own("yesterday", "", _today(1), case_insensitive=True),
    own("toTimeZone", "datetime string", lambda call: in_zone_of(call, 1), aliases=("toTimezone",), nulls="own"),
    own("timeZoneOf", "datetime", _time_zone_of, aliases=("timezoneOf",), nulls="own"),
    own("timeZoneOffset", "datetime string?", _offset, aliases=("timezoneOffset",)),
    own("toUTCTimestamp", "datetime string", _moved(to_utc=True), aliases=("to_utc_timestamp",), case_insensitive=True),
    own("fromUTCTimestamp", "datetime string", _moved(to_utc=False), aliases=("from_utc_timestamp",),
        case_insensitive=True),
    simple("timeZone", "", STRING, text_literal("UTC"), aliases=("timezone",)),
    simple("serverTimeZone", "", STRING, text_literal("UTC"), aliases=("serverTimezone",)),
]  # fmt: skip
