"""formatDateTime in MySQL's letters, formatDateTimeInJodaSyntax in Joda's, dateName and monthName."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import zone_argument
from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import has_nanoseconds, in_zone, moment_of, nanoseconds_left, to_wall
from tinylite.types.model import STRING

# What DuckDB's strftime writes as MySQL does.
_STRFTIME = {
    "a": "%a", "b": "%b", "c": "%m", "d": "%d", "D": "%m/%d/%y", "F": "%Y-%m-%d", "G": "%G", "h": "%I", "H": "%H",
    "i": "%M", "I": "%I", "j": "%j", "k": "%H", "l": "%I", "m": "%m", "M": "%B", "n": "\n", "p": "%p", "r": "%I:%M %p",
    "R": "%H:%M", "s": "%S", "S": "%S", "t": "\t", "T": "%H:%M:%S", "u": "%u", "V": "%V", "w": "%w", "W": "%A",
    "y": "%y", "Y": "%Y", "%": "%%", "f": "%f",
}  # fmt: skip
# What needs an expression: `{0}` is the wall clock.
_EXPRESSIONS = {
    "C": "lpad(CAST(year({0}) // 100 AS VARCHAR), 2, '0')",
    "e": "CAST(day({0}) AS VARCHAR)",
    "g": "lpad(CAST(isoyear({0}) % 100 AS VARCHAR), 2, '0')",
    "Q": "CAST(quarter({0}) AS VARCHAR)",
}


class _Text:
    """Pieces of strftime and of other expressions, put together as one text."""

    def __init__(self, wall: str) -> None:
        self.wall = wall
        self._parts: list[str] = []
        self._format = ""

    def strftime(self, code: str) -> None:
        self._format += code

    def literal(self, text: str) -> None:
        self._format += text.replace("%", "%%")

    def expression(self, sql: str) -> None:
        self._flush()
        self._parts.append(sql)

    def _flush(self) -> None:
        if self._format:
            plain = "%" not in self._format.replace("%%", "")
            text = text_literal(self._format.replace("%%", "%") if plain else self._format)
            self._parts.append(text if plain else f"strftime({self.wall}, {text})")
            self._format = ""

    def sql(self, value: Typed) -> str:
        """The text, NULL when the value is."""
        self._flush()
        text = f"({' || '.join(self._parts)})" if self._parts else "''"
        if value.type.nullable and self.wall not in text:
            return f"(CASE WHEN {value.sql} IS NOT NULL THEN {text} END)"
        return text


def formatted(value: Typed, pattern: str, call: Call) -> Typed:
    value = in_zone(value, zone_argument(call, 2))
    text = _Text(to_wall(value))
    for letter, literal in re.findall(r"%(.?)|([^%]+)", pattern, re.DOTALL):
        if literal:
            text.literal(literal)
        elif letter in _STRFTIME:
            text.strftime(_STRFTIME[letter])
        elif letter in _EXPRESSIONS:
            text.expression(_EXPRESSIONS[letter].format(text.wall))
        elif letter == "z" and value.type.is_datetime:
            text.expression(_offset_text(value))
        else:
            raise call.fault(f"the format %{letter} is not supported for {value.type}")
    return combined(text.sql(value), STRING, call.args)


def _offset_text(value: Typed) -> str:
    """+hhmm of the zone at the moment."""
    minutes = f"((epoch_us({to_wall(value)}) - epoch_us({moment_of(value)})) // 60000000)"
    return (
        f"((CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END) || lpad(CAST(abs({minutes}) // 60 AS VARCHAR), 2, '0') "
        f"|| lpad(CAST(abs({minutes}) % 60 AS VARCHAR), 2, '0'))"
    )


# -- Joda -----------------------------------------------------------------------------------------------------------

# Numbers, padded to as many digits as there are letters.
_JODA_NUMBERS = {
    "C": "year({0}) // 100", "Y": "year({0})", "y": "year({0})", "x": "isoyear({0})", "w": "week({0})",
    "e": "isodow({0})", "D": "dayofyear({0})", "d": "day({0})", "K": "hour({0}) % 12",
    "h": "(hour({0}) + 11) % 12 + 1", "H": "hour({0})", "k": "(hour({0}) + 23) % 24 + 1", "m": "minute({0})",
    "s": "second({0})",
}  # fmt: skip


def _joda_letters(letter: str, count: int, value: Typed, wall: str) -> str | None:
    """The expression of a run of one letter, None for one that ClickHouse refuses."""
    if letter in "Yy" and count == 2:
        return f"lpad(CAST(year({wall}) % 100 AS VARCHAR), 2, '0')"
    if letter in _JODA_NUMBERS:
        number = f"CAST({_JODA_NUMBERS[letter].format(wall)} AS VARCHAR)"
        return f"lpad({number}, greatest({count}, CAST(length({number}) AS INTEGER)), '0')" if count > 1 else number
    match letter:
        case "M" if count < 3:
            month = f"CAST(month({wall}) AS VARCHAR)"
            return month if count == 1 else f"lpad({month}, 2, '0')"
        case "M":
            return f"strftime({wall}, '{'%b' if count == 3 else '%B'}')"
        case "E":
            return f"strftime({wall}, '{'%a' if count < 4 else '%A'}')"
        case "a":
            return f"strftime({wall}, '%p')"
        case "G":
            return "'AD'"
        case "S":
            nanos = nanoseconds_left(value.sql) if has_nanoseconds(value.type) else "0"
            digits = f"strftime({wall}, '%f') || lpad(CAST({nanos} AS VARCHAR), 3, '0')"
            return f"rpad({digits}, {count}, '0')" if count > 9 else f"left({digits}, {count})"
    return None


def joda_tokens(pattern: str) -> Iterator[tuple[str, bool]]:
    """Runs of a letter (true) and literal text (false). '' is a quote, '…' quotes text."""
    for quoted, letters, _, other in re.findall(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)", pattern):
        if letters:
            yield letters, True
        else:
            yield other or quoted.replace("''", "'") or "'", False


def formatted_joda(value: Typed, pattern: str, call: Call) -> Typed:
    value = in_zone(value, zone_argument(call, 2))
    text = _Text(to_wall(value))
    for token, is_letters in joda_tokens(pattern):
        if not is_letters:
            text.literal(token)
            continue
        sql = _joda_letters(token[0], len(token), value, text.wall)
        if sql is None:
            raise call.fault(f"the format {token} is not supported")
        text.expression(sql)
    return combined(text.sql(value), STRING, call.args)


def _with(format_: Callable[[Typed, str, Call], Typed]) -> Callable[[Call], Typed]:
    return lambda call: format_(call.args[0], str(call.literal(1, str, "a format")), call)


# -- names ----------------------------------------------------------------------------------------------------------

_NAMED = {
    "year": "CAST(year({0}) AS VARCHAR)", "quarter": "CAST(quarter({0}) AS VARCHAR)", "month": "strftime({0}, '%B')",
    "dayofyear": "CAST(dayofyear({0}) AS VARCHAR)", "day": "CAST(day({0}) AS VARCHAR)",
    "week": "CAST(week({0}) AS VARCHAR)", "weekday": "strftime({0}, '%A')", "hour": "CAST(hour({0}) AS VARCHAR)",
    "minute": "CAST(minute({0}) AS VARCHAR)", "second": "CAST(second({0}) AS VARCHAR)",
}  # fmt: skip


def _date_name(call: Call) -> Typed:
    part = str(call.literal(0, str, "a part of a date")).lower()
    if part not in _NAMED:
        raise call.fault(f"there is no part '{part}'", f"one of {', '.join(_NAMED)}")
    value = in_zone(call.args[1], zone_argument(call, 2))
    return combined(_NAMED[part].format(to_wall(value)), STRING, call.args)


def _month_name(call: Call) -> Typed:
    if call.args[0].type.name == "Date32":
        raise call.fault("argument 1 must be Date or DateTime, not Date32")
    return combined(f"strftime({to_wall(call.args[0])}, '%B')", STRING, call.args)


FUNCTIONS: list[Function] = [
    own("formatDateTime", "temporal string string?", _with(formatted), aliases=("DATE_FORMAT",), case_insensitive=True),
    own("formatDateTimeInJodaSyntax", "temporal string string?", _with(formatted_joda)),
    own("dateName", "string temporal string?", _date_name, case_insensitive=True),
    own("monthName", "temporal", _month_name, case_insensitive=True),
]  # fmt: skip
