"""How ClickHouse writes values: one function a type, chosen once for a column. Checked against ClickHouse itself."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import IPv4Address

from tinylite.sql.numbers import float_text
from tinylite.types import Type

Writer = Callable[[object], str]
NULL_MARK = "ᴺᵁᴸᴸ"
"""NULL where everything is text."""

# JSON escapes as ClickHouse writes them: `/` too.
_JSON_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_JSON_ESCAPED = re.compile(r'["\\/\x00-\x1f]')
_TSV_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f", "'": "\\'"}
_TSV_ESCAPED = re.compile(r"[\\\t\n\r\0\b\f']")
QUOTED_INSIDE = ("String", "FixedString", "Date", "Date32", "DateTime", "DateTime64", "UUID", "IPv4", "IPv6",
                  "Time", "Time64", "Enum8", "Enum16", "JSON")  # fmt: skip


def json_text(text: str) -> str:
    def escape(match: re.Match[str]) -> str:
        char = match.group()
        return _JSON_ESCAPES.get(char) or f"\\u{ord(char):04x}"

    return f'"{_JSON_ESCAPED.sub(escape, text)}"' if _JSON_ESCAPED.search(text) else f'"{text}"'


# -- plain texts ----------------------------------------------------------------------------------------------------


def plain_writer(type_: Type) -> Writer:
    """The text of a value that is not NULL, unquoted: numbers, dates, strings as they are, containers in brackets."""
    name = type_.name
    if type_.is_float:
        return _float32 if name in ("Float32", "BFloat16") else lambda value: float_text(value)  # type: ignore[arg-type]
    if name == "Decimal":
        return _decimal
    if name == "Bool":
        return lambda value: "true" if value else "false"
    if type_.is_datetime:
        return _datetime(type_.precision)
    if type_.is_date:
        return lambda value: value.isoformat() if isinstance(value, date) else str(value)
    if name == "IPv4":
        return lambda value: str(IPv4Address(value))
    if type_.is_time:
        return _time(type_.digits)
    if name == "FixedString":
        length = int(str(type_.params[0]))
        return lambda value: str(value).ljust(length, "\0")
    if name in ("Array", "Nested", "Map", "Tuple"):
        return _container(type_)
    return str


def _float32(value: object) -> str:
    """The shortest text that reads back as the same 32-bit float."""
    number = float(value)  # type: ignore[arg-type]
    if number != number or number in (float("inf"), float("-inf")):
        return float_text(number)
    packed = struct.pack("f", number)
    for digits in range(1, 10):
        short = float(f"{number:.{digits}g}")
        if abs(short) < 3.5e38 and struct.pack("f", short) == packed:
            return float_text(short)
    return float_text(number)


def _decimal(value: object) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _datetime(precision: int) -> Writer:
    def write(value: object) -> str:
        if not isinstance(value, datetime):
            # Nanoseconds come as text.
            whole, _, fraction = str(value).partition(".")
            return f"{whole}.{fraction.ljust(precision, '0')[:precision]}" if precision else whole
        text = value.strftime("%Y-%m-%d %H:%M:%S") if value.year >= 1000 else value.isoformat(" ", "seconds")
        return f"{text}.{value.microsecond:06}"[: 20 + precision].ljust(20 + precision, "0") if precision else text

    return write


def _time(digits: int) -> Writer:
    """Of its seconds, or their smallest parts."""

    def write(value: object) -> str:
        number = abs(int(str(value)))
        seconds, fraction = divmod(number, 10**digits)
        sign = "-" if int(str(value)) < 0 else ""
        text = f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        return f"{text}.{fraction:0{digits}}" if digits else text

    return write


def elements(value: object) -> list[object]:
    """The parts of a tuple, which DuckDB gives as a tuple or a dict."""
    return list(value.values()) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]


def _container(type_: Type) -> Writer:
    parts = [inside_writer(arg) for arg in type_.args]
    if type_.name in ("Array", "Nested"):
        return lambda value: "[" + ",".join(parts[0](item) for item in value) + "]"  # type: ignore[attr-defined]
    if type_.name == "Map":
        key, item = parts
        return lambda value: "{" + ",".join(f"{key(k)}:{item(v)}" for k, v in value.items()) + "}"  # type: ignore[attr-defined]
    return lambda value: "(" + ",".join(w(v) for w, v in zip(parts, elements(value), strict=True)) + ")"


def inside_writer(type_: Type) -> Writer:
    """A value inside of a container, or as a literal: texts in single quotes."""
    write = plain_writer(type_)
    if type_.name in QUOTED_INSIDE:
        return lambda value: "NULL" if value is None else "'" + _TSV_ESCAPED.sub(_tsv_escape, write(value)) + "'"
    return lambda value: "NULL" if value is None else write(value)


# -- TSV, CSV -------------------------------------------------------------------------------------------------------


def _tsv_escape(match: re.Match[str]) -> str:
    return _TSV_ESCAPES[match.group()]


def tsv_writer(type_: Type) -> Writer:
    write = plain_writer(type_)
    if type_.name in ("Array", "Map", "Tuple", "Nested"):
        return lambda value: "\\N" if value is None else write(value)
    return lambda value: "\\N" if value is None else _TSV_ESCAPED.sub(_tsv_escape, write(value))


def csv_writer(type_: Type) -> Writer:
    """Everything but numbers and Bool in double quotes; a tuple is several cells."""
    if type_.name == "Tuple":
        parts = [csv_writer(arg) for arg in type_.args]
        return lambda value: ",".join(w(v) for w, v in zip(parts, elements(value), strict=True))
    write = plain_writer(type_)
    if type_.is_number or type_.name == "Nothing" or type_.name.startswith("Interval"):
        return lambda value: "\\N" if value is None else write(value)
    return lambda value: "\\N" if value is None else '"' + write(value).replace('"', '""') + '"'


# -- JSON -----------------------------------------------------------------------------------------------------------


def json_writer(type_: Type) -> Writer:
    """A value as JSON: 64-bit integers bare, NaN and infinities as null."""
    write = _json_value(type_)
    return lambda value: "null" if value is None else write(value)


def _json_value(type_: Type) -> Writer:
    name = type_.name
    if type_.is_integer:
        return str
    if type_.is_float:
        plain = plain_writer(type_)
        return lambda value: plain(value) if abs(value) < float("inf") else "null"  # type: ignore[arg-type]
    if name in ("Decimal", "Bool"):
        return plain_writer(type_)
    if name in ("Array", "Nested"):
        item = json_writer(type_.args[0] if name == "Array" else Type("Tuple", type_.args, names=type_.names))
        return lambda value: "[" + ",".join(item(v) for v in value) + "]"  # type: ignore[attr-defined]
    if name == "Map":
        key, item = plain_writer(type_.args[0]), json_writer(type_.args[1])
        return lambda value: "{" + ",".join(f"{json_text(key(k))}:{item(v)}" for k, v in value.items()) + "}"  # type: ignore[attr-defined]
    if name == "Tuple":
        return _json_tuple(type_)
    if name == "AggregateFunction":
        return lambda value: json_text(str(value))
    if name == "JSON":
        return str
    if name == "Dynamic":
        return lambda value: "null" if value is None else str(value)
    if name.startswith("Interval"):
        return str
    plain = plain_writer(type_)
    return lambda value: json_text(plain(value))


def _json_tuple(type_: Type) -> Writer:
    parts = [json_writer(arg) for arg in type_.args]
    if not type_.names:
        return lambda value: "[" + ",".join(w(v) for w, v in zip(parts, elements(value), strict=True)) + "]"
    keys = [json_text(name) for name in type_.names]

    def write(value: object) -> str:
        cells = zip(keys, parts, elements(value), strict=True)
        return "{" + ",".join(f"{key}:{part(item)}" for key, part, item in cells) + "}"

    return write
