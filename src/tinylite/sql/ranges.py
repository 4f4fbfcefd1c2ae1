"""The ends of Date (16 bits of days) and DateTime (32 bits of seconds): functions that round or convert stay at the
end that is passed, additions go on from the other end.
"""

from __future__ import annotations

from tinylite.types import Type

FIRST_DAY, LAST_DAY = "DATE '1970-01-01'", "DATE '2149-06-06'"
FIRST_MOMENT, LAST_MOMENT = "TIMESTAMP '1970-01-01'", "TIMESTAMP '2106-02-07 06:28:15'"
DATETIME_RANGE = 4294967296 * 1_000_000  # microseconds

BEFORE_YEAR_ONE = "Days before the year 1 are no date here"


def saturated(sql: str, to: Type, *, low: bool = True, high: bool = True) -> str:
    """A DATE or TIMESTAMP, not before the first nor after the last of `to`. A type with wider ends changes nothing."""
    if to.name not in ("Date", "DateTime") or not (low or high):
        return sql
    first, last = (FIRST_DAY, LAST_DAY) if to.name == "Date" else (FIRST_MOMENT, LAST_MOMENT)
    held = f"greatest({sql}, {first})" if low else sql
    held = f"least({held}, {last})" if high else held
    # DuckDB's greatest and least pass over NULL.
    return f"(CASE WHEN {sql} IS NOT NULL THEN {held} END)" if to.nullable else held


def wrapped(sql: str, to: Type) -> str:
    """A DATE or TIMESTAMP, what is beyond the ends of `to` counted on from the other end."""
    if to.name == "Date":
        return f"({FIRST_DAY} + CAST((({sql}) - {FIRST_DAY}) & 65535 AS INTEGER))"
    if to.name == "DateTime":
        return moment_after(f"epoch_us({sql})")
    return sql


def moment_after(microseconds: str) -> str:
    """The TIMESTAMP that a DateTime shows for a number of microseconds since 1970, of any sign."""
    # 16 times the range: no moment of a DateTime64 is below 0 after that.
    return f"make_timestamp(({microseconds} + {16 * DATETIME_RANGE}) % {DATETIME_RANGE})"
