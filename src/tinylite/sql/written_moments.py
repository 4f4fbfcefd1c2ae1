"""Dates and moments whose text stands in the query: read when it is compiled, so that the engine sees a constant.

Only plain forms, `YYYY-MM-DD[ hh:mm:ss[.fff]]`, of years in which the clocks of every zone are known; None of anything
else, which the engine reads. A constant takes no time to plan, and prunes as a literal does.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tinylite.sql.zones import is_utc
from tinylite.types import Type

_MOMENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[ T]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,9}))?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(2106, 2, 7, 6, 28, 15, tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2149, 6, 6)


def written_day(text: object, to: Type, *, strict: bool) -> str | None:
    """A DATE of DuckDB's, between the ends of a Date. `strict` takes no time behind the day."""
    match = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    wall = _wall(match) if match else None
    if match is None or wall is None or (strict and match[4]):
        return None
    day = wall.date()
    if to.name == "Date":
        day = min(max(day, _FIRST_DAY), _LAST_DAY)
    return f"DATE '{day.isoformat()}'"


def written_moment(text: object, to: Type, *, fraction: bool = True) -> str | None:
    """A TIMESTAMP in UTC (a TIMESTAMP_NS above 6 digits) of what the clocks of the type's zone show."""
    match = _MOMENT.fullmatch(text) if isinstance(text, str) else None
    wall = _wall(match) if match else None
    if match is None or wall is None or (match[7] and not fraction):
        return None
    if (not is_utc(to.zone) or to.name == "DateTime64") and not _EPOCH <= wall <= _LAST:
        return None
    found = _in_utc(wall, to.zone)
    if found is None:
        return None
    if to.name == "DateTime":
        return f"TIMESTAMP '{_text(min(max(found, _EPOCH), _LAST))}'"
    digits = ((match[7] or "") + "0" * 9)[: to.precision]
    fraction_text = f".{digits}" if digits.rstrip("0") else ""
    written = f"'{_text(found)}{fraction_text}'"
    return f"CAST({written} AS TIMESTAMP_NS)" if to.precision > 6 else f"TIMESTAMP {written}"


def _text(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ")


def _wall(match: re.Match[str]) -> datetime | None:
    """What the clock shows, as if it were in UTC; without its fraction."""
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _in_utc(wall: datetime, zone: str | None) -> datetime | None:
    """Of two moments the first; a time that clocks skipped is taken by the clocks as they are set then."""
    if is_utc(zone):
        return wall
    try:
        rules = ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    ahead = max(wall.replace(tzinfo=rules, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return wall - ahead
