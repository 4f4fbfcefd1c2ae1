"""Moments in the many ways in which people write them: parseDateTimeBestEffort, and events."""

from __future__ import annotations

from tinylite.sql.physical import default_value, duckdb_type, text_literal
from tinylite.sql.temporal_casts import OnFailure, cut_to
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import from_wall, is_utc
from tinylite.types import Type

_OFFSET = "(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
# Forms that DuckDB's cast does not know, by a pattern that tells them apart.
_FORMATS = (
    ("[0-9]{8}", ("%Y%m%d",)),
    ("[0-9]{14}", ("%Y%m%d%H%M%S",)),
    ("[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}.*", ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")),
    ("[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}.*", ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")),
    ("[A-Za-z]{3} .*", ("%b %d %Y %H:%M:%S", "%b %d %Y")),
    ("[0-9]{1,2} [A-Za-z]{3} .*", ("%d %b %Y %H:%M:%S", "%d %b %Y")),
)


def moment(text: str, zone: str | None, *, lenient: bool) -> str:
    """A TIMESTAMP in UTC of a VARCHAR, NULL when it is none.

    `YYYY-MM-DD[ hh:mm[:ss[.fff]]]`, ISO 8601 with T, Z or an offset, unix seconds (milliseconds with 13 digits);
    `lenient` adds the forms of ClickHouse's best effort.
    """
    with_offset = f"timezone('UTC', TRY_CAST({text} AS TIMESTAMPTZ))"
    wall = f"TRY_CAST({text} AS TIMESTAMP)"
    plain = wall if is_utc(zone) else from_wall(wall, zone)
    cases = [
        (f"regexp_full_match({text}, '[0-9]{{9,10}}')", f"make_timestamp(CAST({text} AS BIGINT) * 1000000)"),
        (f"regexp_full_match({text}, '[0-9]{{13}}')", f"make_timestamp(CAST({text} AS BIGINT) * 1000)"),
        (f"regexp_full_match({text}, '[0-9]{{9,10}}\\.[0-9]{{1,6}}')",
         f"make_timestamp(CAST(CAST({text} AS DECIMAL(20,6)) * 1000000 AS BIGINT))"),
        (f"regexp_matches({text}, '{_OFFSET}') AND contains({text}, ':')", with_offset),
        (f"regexp_matches({text}, '^[0-9]{{4}}-')", plain),
    ]  # fmt: skip
    if lenient:
        for pattern, formats in _FORMATS:
            listed = ", ".join(text_literal(form) for form in formats)
            cases.append(
                (f"regexp_full_match({text}, '{pattern}')", from_wall(f"try_strptime({text}, [{listed}])", zone))
            )
    else:
        cases.append(
            (f"regexp_full_match({text}, '[0-9]{{1,8}}')", f"make_timestamp(CAST({text} AS BIGINT) * 1000000)")
        )
    return "(CASE " + " ".join(f"WHEN {test} THEN {value}" for test, value in cases) + " END)"


def best_effort(value: Typed, to: Type, on_failure: OnFailure) -> Typed:
    """parseDateTime[64]BestEffort."""
    text = value.sql
    found = cut_to(moment(text, to.zone, lenient=True), None, to)
    if on_failure == "zero":
        found = f"coalesce({found}, {default_value(to)})"
    elif on_failure == "raise":
        message = f"'Cannot parse {to.name} from: ' || {text}"
        found = f"(CASE WHEN {text} IS NULL THEN NULL ELSE coalesce({found}, error({message})) END)"
    type_ = to.as_nullable(on_failure == "null" or value.type.nullable)
    return combined(f"CAST({found} AS {duckdb_type(to)})", type_, [value])
