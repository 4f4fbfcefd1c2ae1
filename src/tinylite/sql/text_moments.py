"""Dates and moments in text, as the OrNull conversions and toDate read them. The forms of best effort are elsewhere."""

from __future__ import annotations

from tinylite.sql.physical import duckdb_type
from tinylite.types import Type

_CLOCK = "[ T][0-9]{2}:[0-9]{2}:[0-9]{2}"
_PLAIN_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = f"[0-9]{{4}}[^0-9][0-9]{{2}}[^0-9][0-9]{{2}}({_CLOCK})?"


def day_of_text(text: str, *, strict: bool) -> str:
    """A DATE, NULL when the text does not begin with one (`strict`: is not one). The 30th of February is the 1st or
    2nd of March; without such a month it is 1970-01-01.
    """
    if strict:
        plain = f"CASE WHEN regexp_full_match({text}, '{_PLAIN_DAY}') THEN TRY_CAST({text} AS DATE) END"
    else:
        plain = f"TRY_CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
    # Other forms are rare: a function of Python reads them.
    return f"coalesce({plain}, DATE '1970-01-01' + tl_day({text}))"


def wall_of_text(text: str, to: Type) -> str:
    """A TIMESTAMP of what the clock shows, NULL when the text is none in the plain form."""
    hours, minutes, seconds = (f"coalesce(TRY_CAST(substr({text}, {at}, 2) AS BIGINT), 0)" for at in (12, 15, 18))
    counted = (  # 25:00:00 is 01:00:00 of the next day
        f"CASE WHEN regexp_full_match({text}, '{_PLAIN_DAY}({_CLOCK})?') THEN CAST({day_of_text(text, strict=True)} "
        f"AS TIMESTAMP) + to_seconds({hours} * 3600 + {minutes} * 60 + {seconds}) END"
    )
    found = f"coalesce(TRY_CAST({text} AS {duckdb_type(to)}), {counted})"
    fraction = "(\\.[0-9]+)?" if to.name == "DateTime64" else ""
    return f"(CASE WHEN regexp_full_match({text}, '{_MOMENT}{fraction}') THEN {found} END)"


def moment_of_number(text: str, to: Type) -> str:
    """A TIMESTAMP of a text that is a number of seconds since 1970, NULL when it is none."""
    number = f"TRY_CAST({text} AS DECIMAL(38, 6))"
    if to.name == "DateTime64":
        digits = "[0-9]{5,10}(\\.[0-9]+)?"
    else:
        digits = "[0-9]{5,18}"
        number = f"least({number}, 4294967295)"
    moment = f"CAST(make_timestamp(CAST({number} * 1000000 AS BIGINT)) AS {duckdb_type(to)})"
    return f"(CASE WHEN regexp_full_match({text}, '{digits}') THEN {moment} END)"
