"""Moments in the many ways in which people write them: parseDateTimeBestEffort, toDateTime, and events."""

from __future__ import annotations

from tinylite.sql.once import once
from tinylite.sql.physical import text_literal
from tinylite.sql.zones import is_utc, read_wall

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PLAIN = f"{_DAY}([ T]{_CLOCK})?"
_WITH_OFFSET = f"{_DAY}[ T]{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
_OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"


def moment(text: str, zone: str | None, *, lenient: bool, american: bool = False) -> str:
    """A TIMESTAMP in UTC of a VARCHAR, NULL when it is none.

    `YYYY-MM-DD[ hh:mm[:ss[.fff]]]`, ISO 8601 with T, Z or an offset, unix seconds (milliseconds with 13 digits);
    `lenient` adds the forms of ClickHouse's best effort, `american` puts the month before the day.
    """
    plain = read_wall(f"TRY_CAST(left({text}, 26) AS TIMESTAMP)", zone)
    with_offset = f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))"
    cases = [(f"regexp_full_match({text}, '{_PLAIN}')", plain)]
    if lenient:
        cases += [
            (f"regexp_full_match({text}, '{_WITH_OFFSET}')", with_offset),
            (f"regexp_full_match({text}, '[0-9]{{10}}')", f"make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000)"),
            ("true", _written_freely(text, zone, american=american)),
        ]
    else:
        cases += [
            *_unix(text),
            (f"regexp_matches({text}, '{_OFFSET}') AND contains({text}, ':')", with_offset),
            (f"regexp_matches({text}, '^[0-9]{{4}}-')", read_wall(f"TRY_CAST({text} AS TIMESTAMP)", zone)),
            (f"regexp_full_match({text}, '[0-9]{{1,8}}')", f"make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000)"),
        ]
    return "(CASE " + " ".join(f"WHEN {test} THEN {value}" for test, value in cases) + " END)"


def _written_freely(text: str, zone: str | None, *, american: bool) -> str:
    """All other forms. DuckDB would plan their expression for 50 ms: a function of Python reads the few such texts."""
    arguments = f"({text}, {str(american).lower()})"
    if is_utc(zone):
        return f"make_timestamp(tl_moment{arguments})"
    wall = once(f"make_timestamp(tl_wall{arguments})", "_wall", lambda name: read_wall(name, zone))
    return f"coalesce(make_timestamp(tl_instant{arguments}), {wall})"


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


def nanoseconds_of(text: str) -> str:
    """The seventh to ninth digit after the second, as a number."""
    return f"coalesce(TRY_CAST(rpad(regexp_extract({text}, {text_literal(_NANOSECONDS)}, 1), 3, '0') AS INTEGER), 0)"


_NANOSECONDS = r"\.[0-9]{6}([0-9]{1,3})"
