"""Weeks as MySQL numbers them, which ClickHouse's modes follow.

A mode is made of bits: 1: weeks start on Monday, not Sunday; 2: a week belongs to one year only; 4: the first week is
the first that starts in the year, rather than the first with four days in it (turned round when weeks start on
Sunday); 8: the first week is that of January 1. https://clickhouse.com/docs/sql-reference/functions/date-time-functions
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberedWeek:
    """DuckDB texts for the year that a week belongs to and its number."""

    year: str
    number: str


def week_start(wall: str, mode: int) -> str:
    """The first day (a DATE) of the week that a wall clock is in."""
    if mode & 1:
        return f"CAST(date_trunc('week', {wall}) AS DATE)"
    return f"(CAST({wall} AS DATE) - CAST(dayofweek({wall}) AS INTEGER))"


def numbered_week(wall: str, mode: int) -> NumberedWeek:
    # The day of the week that says to which year the week belongs.
    if mode & 8:
        deciding = 6
    elif bool(mode & 4) == bool(mode & 1):
        deciding = 0
    else:
        deciding = 3
    day = f"({week_start(wall, mode)} + {deciding})"
    if mode & (8 | 2):
        return NumberedWeek(f"year({day})", f"((dayofyear({day}) + 6) // 7)")
    # Days before the first week are in week 0; those of the next year's first week go on from this one's last.
    return NumberedWeek(f"year({wall})", f"(({day} - make_date(year({wall}), 1, 1) + 7) // 7)")
