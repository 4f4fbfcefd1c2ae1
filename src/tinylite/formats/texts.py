"""Cells written by the engine itself: DuckDB expressions of the texts that `values` writes in Python.

For answers of many rows, which then never become objects of Python. None where only Python can write a type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylite.engine.base import WRITTEN, RowText
from tinylite.formats.values import QUOTED_INSIDE, json_text
from tinylite.sql.physical import text_literal
from tinylite.sql.query import Column
from tinylite.types import Type

Cell = Callable[[str, Type], "str | None"]
"""The text of an expression of a type."""
_LONGEST_FLOAT = 40
_CONTROLS = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_RARE = [number for number in range(32) if number not in _CONTROLS]


def row_of(columns: Sequence[Column], cell: Cell, opening: Sequence[str], closing: str) -> str | None:
    """A row as one text: what opens each cell, the cells, and what closes the row."""
    parts: list[str] = []
    for number, (column, before) in enumerate(zip(columns, opening, strict=True)):
        text = cell(f"c{number}", column.type)
        if text is None:
            return None
        parts += [text_literal(before), text] if before else [text]
    return f"concat({', '.join([*parts, text_literal(closing)])})"


# -- plain texts ----------------------------------------------------------------------------------------------------


def _plain(value: str, type_: Type, nan: str = "") -> str | None:
    """Of what is not NULL, unquoted. `nan` is written for floats that are no numbers; "" leaves them as they are."""
    name = type_.name
    if type_.is_float:
        return _float(value, name, nan)
    if name == "Decimal":
        return _decimal(value, int(str(type_.params[1])))
    if type_.is_datetime:
        return _moment(value, type_.precision)
    if name == "IPv4":
        number = f"CAST({value} AS BIGINT)"
        return "concat(" + ", '.', ".join(f"({number} >> {shift}) & 255" for shift in (24, 16, 8, 0)) + ")"
    if name in ("FixedString", "AggregateFunction", "BFloat16", "Array", "Nested", "Map", "Tuple", "Dynamic"):
        return None
    if type_.is_time:
        return None
    return f"CAST({value} AS VARCHAR)"


def _float(value: str, name: str, nan: str) -> str | None:
    if name == "BFloat16":
        return None
    # The digits of 32 bits are the shortest that read back as such.
    number = f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)" if name == "Float32" else value
    text = f"CAST(to_json({number}) AS VARCHAR)"
    # Whole ones end with .0; the text stands here once, or it would be computed for each row, whatever becomes of it.
    length = f"CASE WHEN {value} = trunc({value}) AND abs({value}) < 1e21 THEN -2 ELSE {_LONGEST_FLOAT} END"
    none = text_literal(nan) if nan else f"CAST({value} AS VARCHAR)"
    return f"CASE WHEN NOT isfinite({value}) THEN {none} ELSE left({text}, {length}) END"


def _decimal(value: str, scale: int) -> str:
    text = f"CAST({value} AS VARCHAR)"
    return f"rtrim(rtrim({text}, '0'), '.')" if scale else text


def _moment(value: str, precision: int) -> str:
    text = f"CAST({value} AS VARCHAR)"
    if not precision:
        return f"left({text}, 19)"
    digits = f"concat({text}, CASE WHEN strlen({text}) = 19 THEN '.000000000' ELSE '000000000' END)"
    return f"left({digits}, {20 + precision})"


def _replaced(value: str, pairs: Sequence[tuple[str, str]]) -> str:
    for found, written in pairs:
        value = f"replace({value}, {found}, {text_literal(written)})"
    return value


def _or(value: str, type_: Type, text: str | None, null: str) -> str | None:
    return text and f"CASE WHEN {value} IS NULL THEN {text_literal(null)} ELSE {text} END"


# -- JSON -----------------------------------------------------------------------------------------------------------

# The engine writes strings of JSON as ClickHouse does, but for two things: it leaves `/` as it is, and writes the
# rarest control characters with capital letters.
_CAPITALS = [(f"'\\u{number:04X}'", f"\\u{number:04x}") for number in _RARE if f"{number:04X}" != f"{number:04x}"]


def _engines_string(value: str) -> str:
    return f"CAST(to_json({value}) AS VARCHAR)"


def _as_clickhouse(text: str) -> str:
    """Of JSON that the engine wrote. Between pairs of backslashes, which stand for one, each begins an escape."""
    small = f"list_transform(string_split({text}, '\\\\'), lambda part: {_replaced('part', _CAPITALS)})"
    escaped = f"CASE WHEN contains({text}, '\\u00') THEN array_to_string({small}, '\\\\') ELSE {text} END"
    return f"replace({escaped}, '/', '\\/')"


def _json_string(value: str) -> str:
    """A VARCHAR as JSON."""
    return _as_clickhouse(_engines_string(value))


def _bare_slashes(text: str) -> str:
    """A text of JSON with its `/` as they are: each has its escape before it."""
    return text.replace("\\/", "/")


def json_row(columns: Sequence[Column], opening: Sequence[str], closing: str) -> RowText | None:
    """As `row_of`. Where there are strings the whole row is written as the engine does, and then corrected: to do that
    cell by cell takes half as long again.
    """
    types = [column.type for column in columns]
    if not any(map(_has_string, types)) or any(map(_has_json, types)):
        text = row_of(columns, json_cell, opening, closing)
        return RowText(text) if text else None
    written = row_of(columns, _Json(_engines_string, _bare_slashes).cell, list(map(_bare_slashes, opening)), closing)
    return RowText(written, _as_clickhouse(WRITTEN)) if written else None


def _has_string(type_: Type) -> bool:
    return type_.name in _STRINGS or any(map(_has_string, type_.args))


def _has_json(type_: Type) -> bool:
    """Whether it holds JSON that is passed on as it is."""
    return type_.name in ("JSON", "Dynamic") or any(map(_has_json, type_.args))


_STRINGS = ("String", "Enum8", "Enum16")


class _Json:
    """Cells as `values.json_writer` writes them; `string` writes a VARCHAR, `named` what names a part of a tuple."""

    def __init__(self, string: Callable[[str], str], named: Callable[[str], str] = str) -> None:
        self._string = string
        self._named = named

    def cell(self, value: str, type_: Type) -> str | None:
        return _or(value, type_, self._value(value, type_), "null")

    def _value(self, value: str, type_: Type) -> str | None:
        name = type_.name
        if type_.is_number or name == "JSON" or name.startswith("Interval"):
            return _plain(value, type_, "null")
        if name == "SimpleAggregateFunction":
            return self._value(value, type_.args[0])
        if name == "Array":
            return _list(value, self.cell("x", type_.args[0]), "[", "]")
        if name == "Map":
            return _list(f"map_entries({value})", _entry(type_, self._key, self.cell), "{", "}")
        if name == "Tuple":
            names = [self._named(json_text(part)) + ":" for part in type_.names]
            return _tuple(value, type_, self.cell, names, "{" if names else "[", "}" if names else "]")
        plain = _plain(value, type_)
        if plain is None:
            return None
        return self._string(plain) if name in _STRINGS else f"""concat('"', {plain}, '"')"""

    def _key(self, value: str, type_: Type) -> str | None:
        plain = _plain(value, type_)
        return plain and self._string(plain)


json_cell = _Json(_json_string).cell


def _entry(type_: Type, key: Cell, item: Cell) -> str | None:
    left, right = key("x.key", type_.args[0]), item("x.value", type_.args[1])
    return left and right and f"concat({left}, ':', {right})"


def _list(value: str, item: str | None, opening: str, closing: str) -> str | None:
    return item and f"concat('{opening}', array_to_string(list_transform({value}, lambda x: {item}), ','), '{closing}')"


def _tuple(
    value: str, type_: Type, cell: Cell, names: Sequence[str], opening: str, closing: str, between: str = ","
) -> str | None:
    parts = []
    for number, part in enumerate(type_.args, 1):
        text = cell(f"struct_extract_at({value}, {number})", part)
        if text is None:
            return None
        before = (between if number > 1 else "") + (names[number - 1] if names else "")
        parts += [text_literal(before), text] if before else [text]
    return f"concat({', '.join([text_literal(opening), *parts, text_literal(closing)])})"


# -- TSV, CSV -------------------------------------------------------------------------------------------------------

_TSV_ESCAPES = [
    ("'\\'", "\\\\"), ("''''", "\\'"), ("chr(0)", "\\0"),
    *((f"chr({number})", written) for number, written in _CONTROLS.items()),
]  # fmt: skip


def _tsv_string(value: str) -> str:
    special = f"regexp_matches({value}, '[\\\\\\x00\\x08\\t\\n\\x0c\\r'']')"
    return f"CASE WHEN {special} THEN {_replaced(value, _TSV_ESCAPES)} ELSE {value} END"


def tsv_cell(value: str, type_: Type) -> str | None:
    """As `values.tsv_writer`."""
    return _or(value, type_, _tsv(value, type_), "\\N")


def _tsv(value: str, type_: Type) -> str | None:
    if type_.name in ("Array", "Map", "Tuple"):
        return _inside(value, type_)
    plain = _plain(value, type_)
    return _tsv_string(plain) if plain and type_.name in (*_ESCAPED, "JSON") else plain


_ESCAPED = ("String", "Enum8", "Enum16")


def _inside_cell(value: str, type_: Type) -> str | None:
    """As `values.inside_writer`."""
    return _or(value, type_, _inside(value, type_), "NULL")


def _inside(value: str, type_: Type) -> str | None:
    name = type_.name
    if name == "Array":
        return _list(value, _inside_cell("x", type_.args[0]), "[", "]")
    if name == "Map":
        return _list(f"map_entries({value})", _entry(type_, _inside_cell, _inside_cell), "{", "}")
    if name == "Tuple":
        return _tuple(value, type_, _inside_cell, (), "(", ")")
    plain = _plain(value, type_)
    if plain is None or name not in QUOTED_INSIDE:
        return plain
    return f"concat('''', {_tsv_string(plain)}, '''')"


def csv_cell(value: str, type_: Type) -> str | None:
    """As `values.csv_writer`."""
    if type_.name == "Tuple":
        return None
    is_bare = type_.is_number or type_.name == "Nothing" or type_.name.startswith("Interval")
    text = _inside(value, type_) if type_.name in ("Array", "Map") else _plain(value, type_)
    if text is not None and not is_bare:
        text = f"""concat('"', replace({text}, '"', '""'), '"')"""
    return _or(value, type_, text, "\\N")
