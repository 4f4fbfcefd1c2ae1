"""Moments in the many ways in which people write them, as far as no statement of DuckDB's reads them quickly.

What ClickHouse's parseDateTimeBestEffort takes: dates with the names of months, days first, times first, am and pm,
offsets, runs of digits, seconds since 1970. Microseconds since 1970 everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = f"((?:{'|'.join(_MONTHS)})[a-z]*)"
_BLANK, _YEAR, _NUMBER = "[-/., ]*", "([0-9]{4})", "([0-9]{1,2})"
_WEEKDAY = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+)?"
_CLOCK = r"(?:[t ,]+([0-9]{1,2}(?::[0-9]{1,2}){0,2}(?:\.[0-9]+)?) ?([ap]m)?)?"
_AHEAD = " ?(z|utc|gmt|msk|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
_CLOCK_FIRST = re.compile(r"^([0-9]{1,2}:[0-9:.]+(?: ?[ap]m)?)[, ]+(.+)$")
# Forms, and what their groups are: year, month, day, two of month and day that only their size tells apart; then the
# time, am or pm, the offset.
_FORMS = [
    (re.compile(f"{_WEEKDAY}{form}{_CLOCK}{_AHEAD}"), f"{order}tpo")
    for form, order in (
        (f"{_YEAR}[-/.]{_NUMBER}(?:[-/.]{_NUMBER})?", "ymd"),
        (f"{_NUMBER}[-/. ]{_NUMBER}[-/. ]([0-9]{{4}}|[0-9]{{2}})", "aby"),
        (f"{_NUMBER}[-/.]{_NUMBER}", "ab"),
        (f"{_NUMBER}{_BLANK}{_MONTH}(?:{_BLANK}{_YEAR})?", "dmy"),
        (f"{_MONTH}{_BLANK}{_NUMBER}(?:{_BLANK}{_YEAR})?", "mdy"),
        (f"{_YEAR}{_BLANK}{_MONTH}{_BLANK}{_NUMBER}", "ymd"),
    )
] + [
    (re.compile(r"([0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2})?)"), "t"),
    (re.compile(f"{_WEEKDAY}{_NUMBER}{_CLOCK.replace('[t ,]', ' ')}{_AHEAD}"), "dtpo"),
]
_DIGITS = {14: "%Y%m%d%H%M%S", 8: "%Y%m%d", 6: "%Y%m", 4: "%Y"}
_DATE_T_TIME = re.compile("[0-9]{8}[Tt][0-9]{6}")
_SECONDS = re.compile(r"[0-9]{9,10}\.[0-9]+")
# Digits of a number of seconds, or of a part of a second, and the microseconds of one.
_UNITS = {9: Decimal(1_000_000), 10: Decimal(1_000_000), 13: Decimal(1000), 16: Decimal(1), 19: Decimal("0.001")}
_EPOCH = date(1970, 1, 1).toordinal()
_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class _Read:
    """`wall` is what the clock shows; `ahead` its distance from UTC in minutes, None when the text does not tell."""

    wall: int
    ahead: int | None


def moment(text: str | None, american: bool | None) -> int | None:
    """In UTC, which is also the zone of a text that names none. None when it is no moment."""
    read = _read(text, bool(american)) if text is not None else None
    return None if read is None else read.wall - (read.ahead or 0) * 60_000_000


def instant(text: str | None, american: bool | None) -> int | None:
    """In UTC, of a text that tells how far it is from there; else None."""
    read = _read(text, bool(american)) if text is not None else None
    return None if read is None or read.ahead is None else read.wall - read.ahead * 60_000_000


def wall(text: str | None, american: bool | None) -> int | None:
    """What the clock shows, of a text that names no offset; else None."""
    read = _read(text, bool(american)) if text is not None else None
    return None if read is None or read.ahead is not None else read.wall


@lru_cache(maxsize=1024)
def _read(text: str, american: bool) -> _Read | None:
    if text.isascii() and text.isdigit() and len(text) > 2:
        unit = _UNITS.get(len(text))
        return _Read(int(int(text) * unit), 0) if unit is not None else _of_format(text, _DIGITS.get(len(text)))
    if _DATE_T_TIME.fullmatch(text):
        return _of_format(text.upper(), "%Y%m%dT%H%M%S")
    if _SECONDS.fullmatch(text):
        return _Read(int(Decimal(text) * 1_000_000), 0)
    folded = _CLOCK_FIRST.sub(r"\2 \1", text.strip(" ").lower(), count=1)
    for form, order in _FORMS:
        match = form.fullmatch(folded)
        if match is not None:
            return _of_fields({name: group or "" for name, group in zip(order, match.groups(), strict=True)}, american)
    return None


def _of_format(text: str, form: str | None) -> _Read | None:
    if form is None:
        return None
    try:
        found = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    seconds = found.hour * 3600 + found.minute * 60 + found.second
    return _Read((found.toordinal() - _EPOCH) * _DAY + seconds * 1_000_000, None)


def _of_fields(fields: dict[str, str], american: bool) -> _Read | None:
    try:
        day = _day(fields, american)
    except ValueError:
        return None
    offset = fields.get("o", "")
    return _Read((day.toordinal() - _EPOCH) * _DAY + _clock(fields), _minutes_ahead(offset) if offset else None)


def _day(fields: dict[str, str], american: bool) -> date:
    """Of two numbers, one above 12 is the day whatever the order. Without a year it is the last such day, or today;
    without a month it is January. Raises ValueError.
    """
    year = fields.get("y", "")
    if len(year) == 2:
        year = ("20" if year < "70" else "19") + year
    month, day = fields.get("m", ""), fields.get("d", "")
    if "a" in fields:
        first, second = fields["a"], fields["b"]
        month_first = int(first) <= 12 if american else int(second) > 12
        month, day = (first, second) if month_first else (second, first)
    elif month and not month.isdigit():
        month = str(_MONTHS.index(month[:3]) + 1)
    today = datetime.now(UTC).date()
    found = date(int(year or today.year), int(month or 1), int(day or 1))
    return found if year or found <= today else date(found.year - 1, found.month, found.day)


def _clock(fields: dict[str, str]) -> int:
    hour, minute, second = ([*fields.get("t", "").split(":"), "", "", ""])[:3]
    hours = int(float(hour or 0))
    if fields.get("p"):
        hours = hours % 12 + (12 if fields["p"] == "pm" else 0)
    return (hours * 3600 + int(float(minute or 0)) * 60) * 1_000_000 + int(Decimal(second or 0) * 1_000_000)


def _minutes_ahead(offset: str) -> int:
    if offset in ("z", "utc", "gmt"):
        return 0
    if offset == "msk":
        return 180
    minutes = int(offset[0] + offset[-2:]) if len(offset) > 3 else 0
    return int(offset[:3]) * 60 + minutes


_TEXT_DAY = re.compile(r"^([0-9]{4})(?:[^0-9]([0-9]{1,2})[^0-9]([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_CLOCK_BEHIND = re.compile("(?:[ T][0-9]{2}:[0-9]{2}:[0-9]{2})?$")


def day(text: str | None) -> int | None:
    """Days since 1970 of a text that begins with a date: 2024-1-5, 20240105. The 30th of February is the 1st or 2nd of
    March; without such a month it is 1970-01-01. None when it is none.
    """
    match = _TEXT_DAY.match(text) if text is not None else None
    if text is None or match is None or not _CLOCK_BEHIND.match(text, match.end()):
        return None
    year = int(match[1])
    month, number = int(match[2] or match[4]), int(match[3] or match[5])
    if not (1 <= month <= 12 and 1 <= number <= 31 and year):
        return 0
    return date(year, month, 1).toordinal() - _EPOCH + number - 1
