"""Time zones. A DateTime is a moment, kept as a TIMESTAMP in UTC; what a wall clock shows depends on its zone."""

from __future__ import annotations

from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed
from tinylite.types import Type
from tinylite.types.model import datetime, datetime64

UTC_NAMES = frozenset({"", "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT"})


def is_utc(zone: str | None) -> bool:
    return zone is None or zone in UTC_NAMES


def wall(sql: str, zone: str | None) -> str:
    """The wall clock (a TIMESTAMP) of a moment in a zone. A server without a zone of its own runs in UTC."""
    if is_utc(zone):
        return sql
    return f"timezone({text_literal(str(zone))}, timezone('UTC', {sql}))"


def shown(sql: str, type_: Type) -> str:
    """A value as it is given out: moments in a zone as its wall clock, inside arrays too."""
    if type_.is_datetime:
        return wall(sql, type_.zone)
    if type_.name == "Array" and (inner := shown("e", type_.args[0])) != "e":
        return f"list_transform({sql}, lambda e: {inner})"
    return sql


def to_wall(value: Typed) -> str:
    """The wall clock of a DateTime in the zone of its type; a Date is midnight."""
    if value.type.is_date:
        return f"CAST({value.sql} AS TIMESTAMP)"
    return wall(value.sql, value.type.zone)


def moment_of(value: Typed) -> str:
    """The moment of a DateTime; of a Date its midnight in UTC."""
    return f"CAST({value.sql} AS TIMESTAMP)" if value.type.is_date else value.sql


def in_zone(value: Typed, zone: str | None) -> Typed:
    """The same moment, seen in another zone; a Date, or no zone, changes nothing."""
    type_ = value.type
    if zone is None or not type_.is_datetime:
        return value
    moved = datetime64(type_.precision, zone) if type_.name == "DateTime64" else datetime(zone)
    return value.with_type(moved.as_nullable(type_.nullable))


def from_wall(sql: str, zone: str | None) -> str:
    """The moment at which the clocks of a zone show a wall time."""
    if is_utc(zone):
        return sql
    return f"timezone('UTC', timezone({text_literal(str(zone))}, {sql}))"
