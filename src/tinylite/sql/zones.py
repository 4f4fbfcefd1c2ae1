"""Time zones. A DateTime is a moment, kept as a TIMESTAMP in UTC; what a wall clock shows depends on its zone.

DuckDB's functions round nanoseconds to microseconds; ClickHouse's cut. So a DateTime64 of more than 6 digits goes
through its count of nanoseconds here, and calendars see its whole microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, timedelta
from datetime import datetime as moment
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tinylite.sql.once import once
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import datetime, datetime64

UTC_NAMES = frozenset({"", "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT"})


def is_utc(zone: str | None) -> bool:
    return zone is None or zone in UTC_NAMES


@dataclass(frozen=True, slots=True)
class Change:
    """Clocks that are set: the moment, and the offsets from UTC, in seconds, before and after it."""

    at: moment
    before: int
    after: int


@lru_cache(maxsize=512)
def offset_at_epoch(zone: str | None) -> int:
    """Seconds that the clocks of a zone were ahead of UTC when 1970 began."""
    known = _known(zone)
    return 0 if known is None else _offset(known, _EPOCH)


@lru_cache(maxsize=512)
def whole_hours(zone: str | None) -> bool:
    """Whether the clocks of a zone are whole hours from UTC: its hours are then UTC's."""
    offsets = [offset_at_epoch(zone), *(change.after for change in _changes(zone))]
    return all(offset % 3600 == 0 for offset in offsets)


@lru_cache(maxsize=512)
def _steps_back(zone: str | None) -> tuple[int, ...]:
    """By how many seconds clocks are set back: those times are shown twice."""
    return tuple(sorted({change.before - change.after for change in _changes(zone) if change.before > change.after}))


@lru_cache(maxsize=512)
def _midnight_is_shown_twice(zone: str | None) -> bool:
    """Whether clocks were ever set back over midnight."""
    for change in _changes(zone):
        first, last = (change.at + timedelta(seconds=offset) for offset in (change.after, change.before))
        if first < last and first.date() != (last - timedelta(seconds=1)).date():
            return True
        if first < last and (first.hour, first.minute) == (0, 0):
            return True
    return False


_EPOCH = moment(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST, _STEP = moment(2000, 1, 1, tzinfo=UTC), moment(2038, 1, 1, tzinfo=UTC), timedelta(days=20)


@lru_cache(maxsize=512)
def _changes(zone: str | None) -> tuple[Change, ...]:
    """Since 2000: to look further back takes longer than to compile a query."""
    known = _known(zone)
    if known is None:
        return ()
    found, at, before = [], _FIRST, _offset(known, _FIRST)
    while at < _LAST:
        at += _STEP
        after = _offset(known, at)
        if after != before:
            found.append(Change(_first_with(known, after, at - _STEP, at), before, after))
            before = after
    return tuple(found)


def _first_with(zone: ZoneInfo, offset: int, low: moment, high: moment) -> moment:
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) // 2
        low, high = (low, middle) if _offset(zone, middle) == offset else (middle, high)
    return high.replace(second=0, microsecond=0)


def _offset(zone: ZoneInfo, at: moment) -> int:
    return (at.astimezone(zone).utcoffset() or timedelta()) // timedelta(seconds=1)


@lru_cache(maxsize=512)
def _known(zone: str | None) -> ZoneInfo | None:
    """The rules of a zone, None for UTC and for a name that DuckDB alone may know."""
    if zone is None or is_utc(zone):
        return None
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def floored(sql: str, unit: int) -> str:
    """A BIGINT divided by a number and rounded down; DuckDB's // cuts towards zero."""
    return f"({sql} // {unit} - CAST({sql} % {unit} < 0 AS BIGINT))"


def has_nanoseconds(type_: Type) -> bool:
    return type_.precision > 6


def moment_of(value: Typed) -> str:
    """The moment of a DateTime, in whole microseconds; of a Date its midnight in UTC."""
    if value.type.is_date:
        return f"CAST({value.sql} AS TIMESTAMP)"
    return _microseconds(value.sql, value.type)


def _microseconds(sql: str, type_: Type) -> str:
    return f"make_timestamp({floored(f'epoch_ns({sql})', 1000)})" if has_nanoseconds(type_) else sql


def nanoseconds_left(sql: str) -> str:
    """What a TIMESTAMP_NS has beyond its whole microseconds, 0 to 999."""
    return f"((epoch_ns({sql}) % 1000 + 1000) % 1000)"


def seconds_of(value: Typed) -> str:
    """Whole seconds since 1970 of a moment, or of a date's midnight in UTC, as a BIGINT."""
    if value.type.is_date:
        return f"CAST(({value.sql} - DATE '1970-01-01') * 86400 AS BIGINT)"
    if value.type.name == "DateTime":
        return f"(epoch_us({value.sql}) // 1000000)"
    if has_nanoseconds(value.type):
        return floored(f"epoch_ns({value.sql})", 1_000_000_000)
    return floored(f"epoch_us({value.sql})", 1_000_000)


def wall(sql: str, zone: str | None) -> str:
    """The wall clock (a TIMESTAMP) of a moment in a zone. A server without a zone of its own runs in UTC."""
    if is_utc(zone):
        return sql
    return f"timezone({text_literal(str(zone))}, timezone('UTC', {sql}))"


def exact_wall(sql: str, type_: Type) -> str:
    """The wall clock of a DateTime with all its digits, in the DuckDB type of `type_`."""
    if is_utc(type_.zone) or not has_nanoseconds(type_):
        return wall(sql, type_.zone)
    return with_nanoseconds(wall(_microseconds(sql, type_), type_.zone), sql)


def with_nanoseconds(sql: str, source: str) -> str:
    """A TIMESTAMP with the nanoseconds that another, a TIMESTAMP_NS, has beyond its microseconds."""
    return f"make_timestamp_ns(epoch_us({sql}) * 1000 + {nanoseconds_left(source)})"


def shown(sql: str, type_: Type) -> str:
    """A value as it is given out: moments in a zone as its wall clock, inside arrays, tuples and maps too."""
    if type_.is_datetime:
        return exact_wall(sql, type_)
    if type_.name in ("Array", "Nested") and (inner := shown("e", _element(type_))) != "e":
        return f"list_transform({sql}, lambda e: {inner})"
    if type_.name == "Tuple" and _zoned(type_):
        names = type_.names or tuple(str(number) for number in range(1, len(type_.args) + 1))
        fields = (
            f"{quoted(name)} := {shown(f'({sql})[{text_literal(name)}]', arg)}"
            for name, arg in zip(names, type_.args, strict=True)
        )
        return f"struct_pack({', '.join(fields)})"
    if type_.name == "Map" and _zoned(type_):
        key, value = (shown(f"e.{part}", arg) for part, arg in zip(("key", "value"), type_.args, strict=True))
        pair = f"struct_pack(key := {key}, value := {value})"
        return f"map_from_entries(list_transform(map_entries({sql}), lambda e: {pair}))"
    return sql


def _element(type_: Type) -> Type:
    return type_.args[0] if type_.name == "Array" else Type("Tuple", type_.args, names=type_.names)


def _zoned(type_: Type) -> bool:
    return not is_utc(type_.zone) or any(_zoned(arg) for arg in type_.args)


def to_wall(value: Typed) -> str:
    """The wall clock of a DateTime in the zone of its type, in whole microseconds; a Date is midnight."""
    if value.type.is_date:
        return f"CAST({value.sql} AS TIMESTAMP)"
    return wall(moment_of(value), value.type.zone)


def day_wall(value: Typed) -> str:
    """The wall clock for functions that look at the day only: a DateTime has no day before 1970, in no zone."""
    clock = to_wall(value)
    if value.type.name != "DateTime" or offset_at_epoch(value.type.zone) >= 0:
        return clock
    held = f"greatest({clock}, TIMESTAMP '1970-01-01')"
    return f"(CASE WHEN {value.sql} IS NOT NULL THEN {held} END)" if value.type.nullable else held


def in_zone(value: Typed, zone: str | None) -> Typed:
    """The same moment, seen in another zone; a Date, or no zone, changes nothing."""
    type_ = value.type
    if zone is None or not type_.is_datetime:
        return value
    moved = datetime64(type_.precision, zone) if type_.name == "DateTime64" else datetime(zone)
    return value.with_type(moved.as_nullable(type_.nullable))


def from_wall(sql: str, zone: str | None) -> str:
    """The moment at which the clocks of a zone show a wall time: of two the first; of none, as long after the clocks
    were set as the time is beyond them.
    """
    if is_utc(zone):
        return sql
    return once(sql, "_wall", lambda wall: _first_of_two(_from_wall(wall, zone), wall, zone))


def read_wall(sql: str, zone: str | None) -> str:
    """Like `from_wall`, but a time that clocks skipped is taken by the clocks as they are set then: this is how
    ClickHouse reads text and adds days.
    """
    if is_utc(zone):
        return sql

    def read(clock: str) -> str:
        def moved(found: str) -> str:
            return f"({found} - ({wall(found, zone)} - {clock}))"

        return _first_of_two(once(_from_wall(clock, zone), "_found", moved), clock, zone)

    return once(sql, "_clock", read)


def _from_wall(sql: str, zone: str | None) -> str:
    return f"timezone('UTC', timezone({text_literal(str(zone))}, {sql}))"


def _first_of_two(found: str, sql: str, zone: str | None) -> str:
    """DuckDB finds the second moment of two."""
    steps = _steps_back(zone)
    if not steps:
        return found

    def chosen(second: str) -> str:
        earlier = (f"({second} - to_seconds({step}))" for step in steps)
        cases = " ".join(f"WHEN {wall(moment, zone)} = {sql} THEN {moment}" for moment in earlier)
        return f"(CASE {cases} ELSE {second} END)"

    return once(found, "_second", chosen)


def midnight(day: str, zone: str | None, *, nullable: bool) -> str:
    """The moment at which a day (a TIMESTAMP) begins in a zone, for a DateTime.

    No DateTime is before 1970 began in UTC: east of it, the beginning of its first day can't be told, and the second
    of January stands for it; west of it, the first.
    """
    ahead = offset_at_epoch(zone)
    if ahead != 0:
        held = f"greatest({day}, TIMESTAMP '1970-01-0{2 if ahead > 0 else 1}')"
        day = f"(CASE WHEN {day} IS NOT NULL THEN {held} END)" if nullable else held
    return from_wall(day, zone) if _midnight_is_shown_twice(zone) or is_utc(zone) else _from_wall(day, zone)
