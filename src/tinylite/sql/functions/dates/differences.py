"""dateDiff counts the borders of units between two moments, age whole units."""

from __future__ import annotations

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import unit_of, zone_argument
from tinylite.sql.functions.dates.parts import day_number, week_number
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import (
    floored,
    from_wall,
    has_nanoseconds,
    in_zone,
    moment_of,
    nanoseconds_left,
    offset_at_epoch,
    seconds_of,
    to_wall,
)
from tinylite.types.model import INT64, datetime64

_PER_SECOND = {"millisecond": 10**3, "microsecond": 10**6, "nanosecond": 10**9}


def _operands(call: Call) -> tuple[Typed, Typed]:
    zone = zone_argument(call, 3)
    return _operand(call.args[1], zone), _operand(call.args[2], zone)


def _operand(value: Typed, zone: str | None) -> Typed:
    """In the zone that is asked for; a date is its midnight there."""
    if value.type.is_string:
        value = cast(value, datetime64(3))
    if value.type.is_date and zone is not None:
        type_ = datetime64(3, zone).as_nullable(value.type.nullable)
        return combined(from_wall(f"CAST({value.sql} AS TIMESTAMP)", zone), type_, [value])
    return in_zone(value, zone)


def _number(value: Typed, unit: str) -> str:
    """How many borders of the unit lie between an origin and the moment."""
    match unit:
        case "year" | "quarter" | "month":
            wall = to_wall(value)
            return {
                "year": f"year({wall})",
                "quarter": f"(year({wall}) * 4 + quarter({wall}))",
                "month": f"(year({wall}) * 12 + month({wall}))",
            }[unit]
        case "week":
            return week_number(value)
        case "day":
            return day_number(value)
        case "hour":
            # Hours begin where they began in the zone in 1970.
            return floored(f"({seconds_of(value)} - {offset_at_epoch(value.type.zone)})", 3600)
        case "minute":
            return floored(seconds_of(value), 60)
        case "second":
            return seconds_of(value)
        case _:
            return _fractions(value, _PER_SECOND[unit])


def _fractions(value: Typed, per_second: int) -> str:
    if has_nanoseconds(value.type):
        return floored(f"epoch_ns({value.sql})", 10**9 // per_second)
    if per_second == 10**9:
        return f"(epoch_us({moment_of(value)}) * 1000)"
    return floored(f"epoch_us({moment_of(value)})", 10**6 // per_second)


def _borders(call: Call) -> Typed:
    unit = unit_of(call, 0)
    start, end = _operands(call)
    return combined(f"CAST({_number(end, unit)} - {_number(start, unit)} AS BIGINT)", INT64, call.args)


# What is left of a moment within a unit, as a number that grows with it.
_REST = {
    "year": "(month({0}) * 100 + day({0}))",
    "quarter": "((month({0}) - 1) % 3 * 100 + day({0}))",
    "month": "day({0})",
    "week": "isodow({0})",
    "day": "0",
}
_CLOCK = {"hour": 3600, "minute": 60, "second": 1}


def _rest(calendar: Typed, clock: Typed, unit: str) -> str:
    """The days of `calendar` and the time of `clock` that are left within the unit, in nanoseconds."""
    wall = to_wall(clock)
    if unit in _REST:
        days = f"CAST({_REST[unit].format(to_wall(calendar))} AS HUGEINT) * 86400000000"
        micros = f"({days} + epoch_us({wall}) - epoch_us(date_trunc('day', {wall})))"
    else:
        span = _CLOCK[unit] * 1_000_000
        micros = f"((epoch_us({wall}) % {span} + {span}) % {span})"
    return f"({micros} * 1000 + {nanoseconds_left(clock.sql) if has_nanoseconds(clock.type) else '0'})"


def _age(call: Call) -> Typed:
    """One less than the borders (one more when counting back) unless the last unit is whole."""
    unit = unit_of(call, 0)
    start, end = _operands(call)
    borders = f"({_number(end, unit)} - {_number(start, unit)})"
    if unit in _PER_SECOND:
        return combined(f"CAST({borders} AS BIGINT)", INT64, call.args)
    forward = f"{_fractions(start, 10**9)} <= {_fractions(end, 10**9)}"
    incomplete = f"{_rest(start, start, unit)} > {_rest(end, end, unit)}"
    # ClickHouse compares the days of a week the same way when it counts back.
    first, last = (start, end) if unit == "week" else (end, start)
    back = f"{_rest(first, end, unit)} > {_rest(last, start, unit)}"
    adjusted = f"(CASE WHEN {forward} THEN (CASE WHEN {incomplete} THEN -1 ELSE 0 END) WHEN {back} THEN 1 ELSE 0 END)"
    return combined(f"CAST({borders} + {adjusted} AS BIGINT)", INT64, call.args)


FUNCTIONS: list[Function] = [
    own("dateDiff", "string any any string?", _borders,
        aliases=("date_diff", "timestampDiff", "timestamp_diff"), case_insensitive=True),
    own("age", "string temporal|string temporal|string string?", _age, case_insensitive=True),
]  # fmt: skip
