"""Spans of time: slots, windows that tumble and hop, snowflake identifiers, time of day."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.date_arithmetic import shift
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import zone_argument
from tinylite.sql.functions.dates.rounding import start_of_interval
from tinylite.sql.literals import tuple_literal
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import floored, from_wall, in_zone, moment_of, seconds_of, to_wall
from tinylite.types.model import INT64, UINT64, array, datetime, datetime64


def _exact(seconds: Typed) -> str:
    return f"CAST({seconds.number} AS BIGINT)" if seconds.type.is_integer else seconds.number


def _time_slots(call: Call) -> Typed:
    """The starts of the slots that a span touches: timeSlots(start, duration[, size in seconds])."""
    start, duration = call.args[:2]
    step = f"CAST({_exact(call.args[2]) if len(call.args) > 2 else 1800} * 1000000 AS BIGINT)"
    first = f"epoch_us({moment_of(start)})"
    last = f"({first} + CAST({_exact(duration)} * 1000000 AS BIGINT))"
    slots = f"range({first} // {step}, {last} // {step} + 1)"
    made = f"list_transform({slots}, lambda slot: make_timestamp(slot * {step}))"
    type_ = array(start.type.plain)
    return combined(f"CAST({made} AS {duckdb_type(type_)})", type_, call.args)


# -- windows --------------------------------------------------------------------------------------------------------


def _window(call: Call, *, hops: bool) -> tuple[Typed, Typed]:
    """Start and end. A hopping window ends where its hop does and begins earlier."""
    intervals = call.args[1:3] if hops else call.args[1:2]
    if any(interval.unit is None for interval in intervals):
        raise call.fault("needs an INTERVAL", f"as in {call.name}(t, INTERVAL 1 HOUR)")
    value = in_zone(call.args[0], zone_argument(call, 3 if hops else 2))
    step = intervals[0]
    start = start_of_interval(value, step, str(step.unit))
    end = shift(start, step, str(step.unit))
    return (shift(end, intervals[1], str(intervals[1].unit), "-"), end) if hops else (start, end)


def _both(hops: bool) -> Callable[[Call], Typed]:
    return lambda call: tuple_literal(_window(call, hops=hops))


def _edge(index: int, hops: bool) -> Callable[[Call], Typed]:
    return lambda call: _window(call, hops=hops)[index]


# -- snowflake identifiers ------------------------------------------------------------------------------------------


def _epoch(call: Call, index: int) -> str:
    return call.args[index].number if len(call.args) > index else "0"


def _to_snowflake(call: Call) -> Typed:
    """Milliseconds since an epoch, before 22 bits of machine and number."""
    millis = floored(f"epoch_us({moment_of(call.args[0])})", 1000)
    sql = f"CAST((CAST({millis} - {_epoch(call, 1)} AS HUGEINT) * 4194304) AS UBIGINT)"
    return combined(sql, UINT64, call.args)


def _from_snowflake(precision: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        zone = zone_argument(call, 2)
        millis = f"(CAST(CAST({call.args[0].number} AS UBIGINT) >> 22 AS BIGINT) + {_epoch(call, 1)})"
        if precision == 0:
            return combined(f"make_timestamp(CAST({millis} AS BIGINT) // 1000 * 1000000)", datetime(zone), call.args)
        return combined(f"make_timestamp(CAST({millis} AS BIGINT) * 1000)", datetime64(precision, zone), call.args)

    return lower


# -- time of day ----------------------------------------------------------------------------------------------------


def _on_fixed_date(call: Call) -> Typed:
    """The time of day, on 1970-01-02."""
    value = in_zone(call.args[0], zone_argument(call, 1))
    wall = to_wall(value)
    time = f"(date_trunc('second', {wall}) - date_trunc('day', {wall}))"
    moment = from_wall(f"(TIMESTAMP '1970-01-02' + {time})", value.type.zone)
    return combined(moment, datetime(value.type.zone), call.args)


def _time_difference(call: Call) -> Typed:
    start, end = (cast(arg, datetime64(3)) if arg.type.is_string else arg for arg in call.args)
    return combined(f"CAST({seconds_of(end)} - {seconds_of(start)} AS BIGINT)", INT64, call.args)


FUNCTIONS: list[Function] = [
    own("timeSlots", "datetime number number?", _time_slots, doc="The starts of the slots that a span touches."),
    own("tumble", "datetime any string?", _both(False)),
    own("tumbleStart", "datetime any string?", _edge(0, False)),
    own("tumbleEnd", "datetime any string?", _edge(1, False)),
    own("hop", "datetime any any string?", _both(True)),
    own("hopStart", "datetime any any string?", _edge(0, True)),
    own("hopEnd", "datetime any any string?", _edge(1, True)),
    own("dateTimeToSnowflakeID", "datetime integer?", _to_snowflake),
    own("dateTime64ToSnowflakeID", "datetime integer?", _to_snowflake),
    own("snowflakeIDToDateTime", "integer integer? string?", _from_snowflake(0)),
    own("snowflakeIDToDateTime64", "integer integer? string?", _from_snowflake(3)),
    own("toTimeWithFixedDate", "datetime string?", _on_fixed_date),
    own("timeDiff", "temporal|string temporal|string", _time_difference, doc="Seconds from the first to the second."),
]  # fmt: skip
