"""Text to moments: parseDateTimeBestEffort, parseDateTime in MySQL's letters and in Joda's."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import integer_argument, zone_argument
from tinylite.sql.functions.dates.formatting import joda_tokens
from tinylite.sql.physical import default_value, duckdb_type, text_literal
from tinylite.sql.ranges import saturated
from tinylite.sql.temporal_casts import OnFailure, datetime_of_text
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import read_wall
from tinylite.types import Type
from tinylite.types.model import datetime, datetime64

_FAILURES: tuple[tuple[str, OnFailure], ...] = (("", "raise"), ("OrNull", "null"), ("OrZero", "zero"))


def _settled(sql: str, to: Type, on_failure: OnFailure, call: Call) -> Typed:
    """NULL for what can't be read, as the function's ending has it."""
    if on_failure == "zero":
        sql = f"coalesce({sql}, {default_value(to)})"
    type_ = to.as_nullable(on_failure == "null" or call.args[0].type.nullable)
    return combined(f"CAST({sql} AS {duckdb_type(to)})", type_, call.args)


def _best_effort(precision: int | None, on_failure: OnFailure, american: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        if precision is None:
            to = datetime(zone_argument(call, 1))
        else:
            to = datetime64(integer_argument(call, 1, "a number of digits", precision), zone_argument(call, 2))
        value = call.args[0]
        if not value.type.is_string:
            return cast(value, to, on_failure)
        return _settled(datetime_of_text(value, to, on_failure, american=american), to, on_failure, call)

    return lower


# -- formats --------------------------------------------------------------------------------------------------------

# MySQL's letters: DuckDB's, and what ClickHouse takes for them (DuckDB takes fewer digits as well).
_TWO, _NAME = "[0-9]{2}", "[A-Za-z]+"
_DAY = "(?i:mon|tue|wed|thu|fri|sat|sun)"
_WHOLE_DAY = "(?i:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_LETTERS: dict[str, tuple[str, str]] = {
    "a": ("%a", _DAY), "b": ("%b", "[A-Za-z]{3}"), "c": ("%m", _TWO), "d": ("%d", _TWO),
    "D": ("%m/%d/%y", "[0-9]{2}/[0-9]{2}/[0-9]{2}"), "e": ("%d", " ?[0-9]{1,2}"),
    "F": ("%Y-%m-%d", "[0-9]{4}-[0-9]{2}-[0-9]{2}"), "f": ("%f", "[0-9]{1,6}"), "h": ("%I", _TWO), "H": ("%H", _TWO),
    "i": ("%M", _TWO), "I": ("%I", _TWO), "j": ("%j", "[0-9]{3}"), "k": ("%H", " ?[0-9]{1,2}"),
    "l": ("%I", " ?[0-9]{1,2}"), "m": ("%m", _TWO), "M": ("%B", _NAME), "n": ("\n", "\n"), "p": ("%p", "[AaPp][Mm]"),
    "r": ("%I:%M %p", "[0-9]{2}:[0-9]{2} [AaPp][Mm]"), "R": ("%H:%M", "[0-9]{2}:[0-9]{2}"), "s": ("%S", _TWO),
    "S": ("%S", _TWO), "t": ("\t", "\t"), "T": ("%H:%M:%S", "[0-9]{2}:[0-9]{2}:[0-9]{2}"), "W": ("%A", _WHOLE_DAY),
    "y": ("%y", _TWO), "Y": ("%Y", "[0-9]{4}"), "G": ("%G", "[0-9]{4}"), "V": ("%V", "(?:0[1-9]|[1-4][0-9]|5[0-3])"),
    "u": ("%u", "[1-7]"), "w": ("%w", "[0-7]"), "z": ("%z", "[+-][0-9]{4}"), "%": ("%%", "%"),
}  # fmt: skip
_JODA = {"y": "%Y", "Y": "%Y", "M": "%m", "d": "%d", "D": "%j", "H": "%H", "h": "%I", "m": "%M", "s": "%S"}
_JODA_WORDS = {"MMM": ("%b", "[A-Za-z]{3}"), "a": ("%p", "[AaPp][Mm]"), "E": ("%a", _DAY)}


def _mysql_parts(pattern: str, call: Call) -> Iterable[tuple[str, str]]:
    for letter, literal in re.findall(r"%(.?)|([^%]+)", pattern, re.DOTALL):
        if literal:
            yield literal, re.escape(literal)
        elif letter in _LETTERS:
            yield _LETTERS[letter]
        else:
            raise call.fault(f"the format %{letter} is not supported")


def _joda_parts(pattern: str, call: Call) -> Iterable[tuple[str, str]]:
    for token, is_letters in joda_tokens(pattern):
        if not is_letters:
            yield token.replace("%", "%%"), re.escape(token)
        elif token.startswith("MMMM"):
            yield "%B", _NAME
        elif (word := _JODA_WORDS.get(token) or _JODA_WORDS.get(token[0])) and not (token[0] == "M" and len(token) < 3):
            yield word
        elif token[0] == "S":
            yield "%f", f"[0-9]{{1,{len(token)}}}"
        elif token in ("yy", "YY"):
            yield "%y", _TWO
        elif token[0] in _JODA:
            yield _JODA[token[0]], f"[0-9]{{1,{max(4 if token[0] in 'yY' else 2, len(token))}}}"
        else:
            raise call.fault(f"the format {token} is not supported")


def _parse(
    parts_of: Callable[[str, Call], Iterable[tuple[str, str]]], default: str, digits: int | None, on_failure: OnFailure
) -> Callable[[Call], Typed]:
    """A moment by a format: nothing before or behind it. Without a year it is one of 2000, with no date at all 1970."""

    def lower(call: Call) -> Typed:
        pattern = str(call.literal(1, str, "a format")) if len(call.args) > 1 else default
        parts = list(parts_of(pattern, call))
        zone = zone_argument(call, 2) or "UTC"
        to = datetime(zone) if digits is None else datetime64(digits, zone)
        form, shape = "".join(part for part, _ in parts), "".join(shape for _, shape in parts)
        text = call.args[0].value
        has_year = "%Y" in form or "%y" in form
        found = _by_week(text, parts, call) if any(part in _OF_WEEKS for part, _ in parts) else (
            f"try_strptime({text}, {text_literal(form)})" if has_year
            else f"try_strptime('{_year(form)} ' || {text}, {text_literal('%Y ' + form)})"
        )  # fmt: skip
        found = f"CAST({found} AS TIMESTAMP)" if "%z" in form else read_wall(found, zone)
        found = f"(CASE WHEN regexp_full_match({text}, {text_literal(shape)}) THEN {found} END)"
        found = saturated(found if digits is not None else f"date_trunc('second', {found})", to.as_nullable())
        if on_failure == "raise":
            message = f"{text_literal(f'Cannot parse {to.name} from string: ')} || {text}"
            found = f"coalesce({found}, CASE WHEN {text} IS NOT NULL THEN error({message}) END)"
        return _settled(found, to, on_failure, call)

    return lower


def _year(form: str) -> int:
    """Of a moment whose format has none."""
    return 2000 if re.search("%[mdjbB]", form) else 1970


_OF_WEEKS = ("%G", "%V", "%u", "%w", "%a", "%A")
_OF_CLOCKS = ("%H", "%I", "%M", "%S", "%f", "%p", "%H:%M", "%H:%M:%S", "%I:%M %p", "%z")


def _by_week(text: str, parts: Sequence[tuple[str, str]], call: Call) -> str:
    """A format with weeks or days of a week. What it has last, a date or such a day, is what counts."""
    dates = [part for part, _ in parts if part.startswith("%") and part not in (*_OF_CLOCKS, "%%", "%Y", "%y", "%G")]
    counts_weeks = dates[-1] in _OF_WEEKS if dates else True
    shape = ""
    groups: dict[str, int] = {}
    for part, each in parts:
        is_letter = part.startswith("%") and part != "%%"
        if is_letter and part in groups:
            raise call.fault("a letter comes twice, beside weeks or their days")
        if is_letter:
            groups[part] = len(groups) + 1
        shape += f"({each})" if is_letter else each
    if len(groups) > 9:
        raise call.fault("there are more than nine letters, beside weeks or their days")

    def found(part: str) -> str:
        return f"regexp_extract({text}, {text_literal(f'^{shape}$')}, {groups[part]})"

    kept = [part for part in groups if part not in _OF_WEEKS and (part in _OF_CLOCKS or not counts_weeks)]
    year = next((part for part in ("%Y", "%G") if part in groups), "")
    if counts_weeks and any("%y" in part or "%z" in part or "%Y-" in part for part in groups):
        raise call.fault("of years before a day of a week only %Y and %G are supported, and no zone")
    has_year = any("%Y" in part or "%y" in part for part in kept)
    base = 1970 if counts_weeks else _year(" ".join(kept))
    read = ", ".join([*([] if has_year else [f"'{base}'"]), *map(found, kept)])
    form = " ".join([*([] if has_year else ["%Y"]), *kept])
    moment = f"try_strptime(concat_ws(' ', {read}), {text_literal(form)})"
    if not counts_weeks:
        return moment
    number = f"TRY_CAST({found(year)} AS INTEGER)" if year else "2000"
    week = f"TRY_CAST({found('%V')} AS INTEGER)" if "%V" in groups else "1"
    named = next((part for part in ("%w", "%u", "%a", "%A") if part in groups), "")
    days = "['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']"
    if named in ("%a", "%A"):
        day = f"list_position({days}, lower(left({found(named)}, 3)))"
    else:
        day = f"coalesce(nullif(TRY_CAST({found(named)} AS INTEGER), 0), 7)" if named else "1"
    monday = f"date_trunc('week', make_date({number}, 1, 4))"
    return f"({monday} + to_days({week} * 7 - 8 + {day}) + ({moment} - TIMESTAMP '1970-01-01'))"


def _parse_joda64(on_failure: OnFailure) -> Callable[[Call], Typed]:
    """As many digits of a second as the format has S at its end; the digits of a fraction are those on its right."""

    def lower(call: Call) -> Typed:
        pattern = str(call.literal(1, str, "a format")) if len(call.args) > 1 else "yyyy-MM-dd HH:mm:ss"
        tokens = list(joda_tokens(pattern))
        parts = [token for token, is_letters in tokens if is_letters and token[0] == "S"]
        if len(parts) > 1 or (parts and tokens[-1][0] != parts[0]) or len("".join(parts)) > 6:
            raise call.fault("fractions of a second must be up to six S at the end of the format")
        digits = len(parts[0]) if parts else 0
        if not digits:
            return _parse(_joda_parts, pattern, 0, on_failure)(call)
        text = call.args[0]
        fraction = f"regexp_extract({text.value}, '[0-9]+$')"
        before = f"left({text.value}, length({text.value}) - length({fraction}))"
        padded = f"(CASE WHEN length({fraction}) <= {digits} THEN {before} || lpad({fraction}, {digits}, '0') END)"
        shown = replace(call, args=(text.with_sql(f"coalesce({padded}, '')"), *call.args[1:]))
        return _parse(_joda_parts, pattern, digits, on_failure)(shown)

    return lower


FUNCTIONS: list[Function] = [
    *(own(f"parseDateTime{bits}BestEffort{us}{suffix}",
          "string integer? string?" if precision is not None else "string string?",
          _best_effort(precision, failure, bool(us)))
      for bits, precision in (("", None), ("64", 3), ("32", None))
      for us in ("", "US") for suffix, failure in _FAILURES),
    *(own(f"parseDateTime{bits}{suffix}", "string string? string?",
          _parse(_mysql_parts, f"%Y-%m-%d %H:%i:%S{'.%f' if bits else ''}", digits, failure),
          aliases=("str_to_date",) if not bits and failure == "null" else ())
      for bits, digits in (("", None), ("64", 6)) for suffix, failure in _FAILURES),
    *(own(f"parseDateTime64InJodaSyntax{suffix}", "string string? string?", _parse_joda64(failure))
      for suffix, failure in _FAILURES),
    *(own(f"parseDateTimeInJodaSyntax{suffix}", "string string? string?",
          _parse(_joda_parts, "yyyy-MM-dd HH:mm:ss", None, failure))
      for suffix, failure in _FAILURES),
]  # fmt: skip
