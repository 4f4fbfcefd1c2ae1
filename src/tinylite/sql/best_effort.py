"""Moments in the many ways in which people write them: parseDateTimeBestEffort, toDateTime, and events."""

from __future__ import annotations

import re

from tinylite.sql.physical import text_literal
from tinylite.sql.zones import read_wall

_PLAIN = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]+)?"
_OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"


def moment(text: str, zone: str | None, *, lenient: bool, american: bool = False, literal: object = None) -> str:
    """A TIMESTAMP in UTC of a VARCHAR, NULL when it is none.

    `YYYY-MM-DD[ hh:mm[:ss[.fff]]]`, ISO 8601 with T, Z or an offset, unix seconds (milliseconds with 13 digits);
    `lenient` adds the forms of ClickHouse's best effort, `american` puts the month before the day. `literal` is the
    text itself where it is known: plain forms then need no other tried.
    """
    plain = read_wall(f"TRY_CAST(left({text}, 26) AS TIMESTAMP)", zone)
    if isinstance(literal, str) and re.fullmatch(_PLAIN, literal):
        return plain
    cases = [(f"regexp_full_match({text}, '{_PLAIN}')", plain), *_unix(text)]
    if lenient:
        cases += [*_digits(text, zone), ("true", _free(text, zone, american=american))]
    else:
        with_offset = f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))"
        cases += [
            (f"regexp_matches({text}, '{_OFFSET}') AND contains({text}, ':')", with_offset),
            (f"regexp_matches({text}, '^[0-9]{{4}}-')", read_wall(f"TRY_CAST({text} AS TIMESTAMP)", zone)),
            (f"regexp_full_match({text}, '[0-9]{{1,8}}')", f"make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000)"),
        ]
    return "(CASE " + " ".join(f"WHEN {test} THEN {value}" for test, value in cases) + " END)"


def _unix(text: str) -> list[tuple[str, str]]:
    """Seconds, with a fraction, and thousandths, millionths or billionths of them by their number of digits."""
    number = f"TRY_CAST({text} AS BIGINT)"
    return [
        (f"regexp_full_match({text}, '[0-9]{{9,10}}')", f"make_timestamp({number} * 1000000)"),
        (f"regexp_full_match({text}, '[0-9]{{13}}')", f"make_timestamp({number} * 1000)"),
        (f"regexp_full_match({text}, '[0-9]{{16}}')", f"make_timestamp({number})"),
        (f"regexp_full_match({text}, '[0-9]{{19}}')", f"make_timestamp({number} // 1000)"),
        (f"regexp_full_match({text}, '[0-9]{{9,10}}\\.[0-9]+')",
         f"make_timestamp(CAST(trunc(TRY_CAST({text} AS DECIMAL(28,10)) * 1000000) AS BIGINT))"),
    ]  # fmt: skip


def _digits(text: str, zone: str | None) -> list[tuple[str, str]]:
    forms = {
        "[0-9]{14}": "%Y%m%d%H%M%S", "[0-9]{8}[Tt][0-9]{6}": "%Y%m%dT%H%M%S", "[0-9]{8}": "%Y%m%d",
        "[0-9]{6}": "%Y%m", "[0-9]{4}": "%Y",
    }  # fmt: skip
    return [
        (f"regexp_full_match({text}, '{pattern}')", read_wall(f"try_strptime(upper({text}), '{form}')", zone))
        for pattern, form in forms.items()
    ]


# -- free forms -----------------------------------------------------------------------------------------------------

_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_MONTH = "((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
_BLANK, _YEAR, _NUMBER = "[-/., ]*", "([0-9]{4})", "([0-9]{1,2})"
# Dates, and which of year, month, day (or two that only their size tells apart) their groups are.
_DATES = (
    (f"{_YEAR}[-/.]{_NUMBER}(?:[-/.]{_NUMBER})?", "ymd"),
    (f"{_NUMBER}[-/. ]{_NUMBER}[-/. ]([0-9]{{4}}|[0-9]{{2}})", "aby"),
    (f"{_NUMBER}[-/.]{_NUMBER}", "ab"),
    (f"{_NUMBER}{_BLANK}{_MONTH}(?:{_BLANK}{_YEAR})?", "dmy"),
    (f"{_MONTH}{_BLANK}{_NUMBER}(?:{_BLANK}{_YEAR})?", "mdy"),
    (f"{_YEAR}{_BLANK}{_MONTH}{_BLANK}{_NUMBER}", "ymd"),
)
_WEEKDAY = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[, ]+)?"
_CLOCK = r"(?:[t ,]+([0-9]{1,2}(?::[0-9]{1,2}){0,2}(?:\.[0-9]+)?) ?([ap]m)?)?"
_AHEAD = " ?(z|utc|gmt|msk|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
_CLOCK_FIRST = r"^([0-9]{1,2}:[0-9:.]+(?: ?[ap]m)?)[, ]+(.+)$"
_CLOCK_ONLY = r"([0-9]{1,2}:[0-9]{1,2}(?::[0-9]{1,2})?)"
_FIELDS = "yabmdtpo"  # year, two of month and day, month, day, time, am or pm, offset


def _free(text: str, zone: str | None, *, american: bool) -> str:
    """Dates with the names of months, days first, times first, am and pm, offsets."""
    folded = f"regexp_replace(lower(trim({text})), '{_CLOCK_FIRST}', '\\2 \\1')"
    found = [_fields(folded, f"{_WEEKDAY}{date}{_CLOCK}{_AHEAD}", f"{order}tpo") for date, order in _DATES]
    # A time alone is of the first of January of this year.
    found.append(_fields(folded, _CLOCK_ONLY, "t"))
    cases = " ".join(f"WHEN {test} THEN {fields}" for test, fields in found)
    return f"list_transform([CASE {cases} END], lambda f: {_assembled(zone, american=american)})[1]"


def _fields(text: str, pattern: str, order: str) -> tuple[str, str]:
    """The test for a form, and a struct with all fields, empty where the form has none."""
    parts = (
        f"{field} := regexp_extract({text}, '^{pattern}$', {order.index(field) + 1})" if field in order
        else f"{field} := ''"
        for field in _FIELDS
    )  # fmt: skip
    return f"regexp_full_match({text}, '{pattern}')", f"struct_pack({', '.join(parts)})"


def _number(sql: str) -> str:
    return f"coalesce(TRY_CAST({sql} AS INTEGER), 0)"


_SPLIT_YEAR = (
    "CASE length(f.y) WHEN 4 THEN f.y WHEN 2 THEN (CASE WHEN f.y < '70' THEN '20' ELSE '19' END) || f.y "
    "ELSE CAST(year(timezone('UTC', now())) AS VARCHAR) END"
)
_NAMED_MONTH = f"CAST((position(left(f.m, 3) IN '{_MONTHS}') + 2) // 3 AS VARCHAR)"


def _day(*, american: bool) -> str:
    """The DATE of the fields. Of two numbers, one above 12 is the day whatever the order."""
    month_first = f"({_number('f.a')} <= 12)" if american else f"({_number('f.b')} > 12)"
    month = (
        f"CASE WHEN f.a <> '' THEN (CASE WHEN {month_first} THEN f.a ELSE f.b END) WHEN f.m = '' THEN '1' "
        f"WHEN f.m < 'a' THEN f.m ELSE {_NAMED_MONTH} END"
    )
    day = (
        f"CASE WHEN f.a <> '' THEN (CASE WHEN {month_first} THEN f.b ELSE f.a END) WHEN f.d = '' THEN '1' ELSE f.d END"
    )
    return f"TRY_CAST(({_SPLIT_YEAR}) || '-' || ({month}) || '-' || ({day}) AS DATE)"


def _clock() -> str:
    """The INTERVAL since midnight of the fields."""
    hour, minute = (_number(f"split_part(f.t, ':', {part})") for part in (1, 2))
    second = "coalesce(TRY_CAST(split_part(f.t, ':', 3) AS DECIMAL(18,9)), 0)"
    hour = f"(CASE f.p WHEN 'pm' THEN {hour} % 12 + 12 WHEN 'am' THEN {hour} % 12 ELSE {hour} END)"
    return f"to_microseconds(CAST(trunc(({hour} * 3600 + {minute} * 60 + {second}) * 1000000) AS BIGINT))"


def _assembled(zone: str | None, *, american: bool) -> str:
    wall = f"(CAST({_day(american=american)} AS TIMESTAMP) + {_clock()})"
    minutes = f"(CASE WHEN length(f.o) > 3 THEN {_number('left(f.o, 1) || right(f.o, 2)')} ELSE 0 END)"
    ahead = (
        "(CASE WHEN f.o = 'msk' THEN 180 WHEN f.o IN ('z', 'utc', 'gmt') THEN 0 "
        f"ELSE {_number('left(f.o, 3)')} * 60 + {minutes} END)"
    )
    return f"CASE WHEN f.o = '' THEN {read_wall(wall, zone)} ELSE {wall} - to_minutes({ahead}) END"


def nanoseconds_of(text: str) -> str:
    """The seventh to ninth digit after the second, as a number."""
    return f"coalesce(TRY_CAST(rpad(regexp_extract({text}, {text_literal(_NANOSECONDS)}, 1), 3, '0') AS INTEGER), 0)"


_NANOSECONDS = r"\.[0-9]{6}([0-9]{1,3})"
