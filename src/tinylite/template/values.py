"""Values of parameters: from what a request sent to a typed value, with the wording of Tinybird's errors.

What a typed call gives is a plain Python value, so that `Int32(n) > 5` works; numbers and lists remember their type
for the moment when they are written into SQL.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from datetime import datetime
from types import UnionType
from typing import NamedTuple

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template.rendered import Value
from tinylite.types import Type
from tinylite.types.model import BOOL, FLOAT64, INT64, INTEGER_BITS, STRING, UINT8, array

INT256 = Type("Int256")
WIDE = {Type(name) for name, bits in INTEGER_BITS.items() if bits > 64 or name == "UInt64"}
LONGEST_SHOWN = 200
"""Characters of a faulty value that an error shows."""


class Refusal(Exception):
    """What can't be evaluated, said by code that does not know its place in the template."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def at(self, span: Span) -> DiagnosticError:
        return DiagnosticError(Diagnostic(self.code, self.message, span, self.hint))


class TypedInt(int):
    """An integer of a parameter. What is computed from it is an ordinary int."""

    type: Type


class TypedFloat(float):
    type: Type


class TypedList(list[object]):
    __slots__ = ("type",)

    def __init__(self, items: list[object], type_: Type) -> None:
        super().__init__(items)
        self.type = type_


class Sql(str):
    """Text that may stand in the SQL as it is: quoted identifiers. Whatever is done to it gives an ordinary str."""

    __slots__ = ()


class Conditions(tuple[tuple[str, str, object], ...]):
    """What `sql_and` gives: a column with its operator, a parameter's name and its value. Falsy when none is left."""

    __slots__ = ()


_INTEGER = re.compile(r"[+-]?[0-9]{1,200}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:e[+-]?[0-9]+)?|\.[0-9]+(?:e[+-]?[0-9]+)?|inf|infinity)", re.I)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_LARGEST_FLOAT32 = 3.4028235677973366e38


def _is_number(raw: object, kinds: type | UnionType) -> bool:
    return isinstance(raw, kinds) and not isinstance(raw, bool)


def _integer(type_: Type) -> Callable[[object], int]:
    signed, bits = type_.name.startswith("I"), INTEGER_BITS[type_.name]
    low, high = (-(1 << bits - 1), 1 << bits - 1) if signed else (0, 1 << bits)

    def convert(raw: object) -> int:
        is_text = isinstance(raw, str) and _INTEGER.fullmatch(raw)
        number = int(raw) if is_text or _is_number(raw, int) else high  # type: ignore[call-overload]
        if low <= number < high:
            return int(number)
        raise ValueError(raw)

    return convert


def _float(type_: Type) -> Callable[[object], float]:
    """NaN is refused: it equals nothing, so that no filter could ever use it."""
    largest = _LARGEST_FLOAT32 if type_.name == "Float32" else math.inf

    def convert(raw: object) -> float:
        is_text = isinstance(raw, str) and len(raw) < 1000 and _FLOAT.fullmatch(raw.strip(" "))
        try:
            number = float(raw) if is_text or _is_number(raw, int | float) else math.nan  # type: ignore[arg-type]
        except OverflowError:
            raise ValueError(raw) from None
        if math.isnan(number):
            raise ValueError(raw)
        return number if abs(number) < largest else math.copysign(math.inf, number)

    return convert


def _string(raw: object) -> str:
    if not isinstance(raw, str | int | float):
        raise ValueError(raw)
    text = str(raw)
    if not text.isascii():
        text.encode()  # half of a surrogate pair is no text
    return text


def _boolean(raw: object) -> int:
    return int(raw.lower() not in ("false", "0", "")) if isinstance(raw, str) else int(bool(raw))


def _date(raw: object) -> str:
    if not isinstance(raw, str) or not _DATE.fullmatch(raw):
        raise ValueError(raw)
    datetime.fromisoformat(raw)
    return str(raw)


def _datetime(raw: object) -> str:
    """`YYYY-MM-DD hh:mm:ss`, also with `T`, a fraction, `Z` or an offset."""
    match = _DATETIME.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise ValueError(raw)
    datetime.fromisoformat(f"{match.group(1)} {match.group(2)}{match.group(4) or ''}")
    return str(raw)


def _datetime64(raw: object) -> str:
    match = _DATETIME.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or len(match.group(3) or "") < 4:
        raise ValueError(raw)
    return _datetime(raw)


class Scalar(NamedTuple):
    """A parameter type: the ClickHouse type under which it is bound, and the reading of its values.

    `convert` takes what a request or a default gives and raises ValueError; `name` is what errors call the type.
    """

    name: str
    type: Type
    convert: Callable[[object], object]
    sample: str


_INTEGERS = {**{name: Type(name) for name in INTEGER_BITS}, "Int": Type("Int32"), "Integer": Type("Int32")}
SCALARS: dict[str, Scalar] = {
    **{name: Scalar(type_.name, type_, _integer(type_), "1") for name, type_ in _INTEGERS.items()},
    **{name: Scalar(name, Type(name), _float(Type(name)), "1.5") for name in ("Float32", "Float64")},
    "String": Scalar("String", STRING, _string, "a"),
    "Boolean": Scalar("Boolean", UINT8, _boolean, "1"),
    "Date": Scalar("Date", STRING, _date, "2024-01-01"),
    "DateTime": Scalar("DateTime", STRING, _datetime, "2024-01-01 00:00:00"),
    "DateTime64": Scalar("DateTime64", STRING, _datetime64, "2024-01-01 00:00:00.000"),
}
"""Dates and times are bound as text, as Tinybird writes them: the database reads them by its own rules."""


def _remembering(scalar: Scalar) -> Callable[[object], object]:
    base = {float: TypedFloat, int: TypedInt}[float if scalar.type.is_float else int]
    return type(scalar.name, (base,), {"type": scalar.type})


REMEMBER = {name: _remembering(scalar) for name, scalar in SCALARS.items() if scalar.type.is_number}
"""What makes a parameter's number one that knows its type."""


def convert(raw: object, scalar: Scalar) -> object:
    """Raises Refusal."""
    try:
        return scalar.convert(raw)
    except ValueError:
        raise Refusal("TL305", f"Error validating '{shown(raw)}' to type {scalar.name}") from None


def convert_list(raw: object, element: str) -> TypedList:
    """The elements of an Array parameter; a text is split at its commas. Raises Refusal.

    As Tinybird does it, an unknown element type reads as String.
    """
    scalar = SCALARS.get(element, SCALARS["String"])
    items = raw if isinstance(raw, list) else str(raw).split(",")
    found: list[object] = []
    for index, item in enumerate(items):
        try:
            found.append(scalar.convert(item))
        except ValueError:
            whole = ",".join(map(str, items))
            named = shown(item) if item != "" else "empty string"
            message = f"Error validating [{shown(whole)}][{index}] ({named}) to type {scalar.name}"
            raise Refusal("TL305", message) from None
    return TypedList(found, array(scalar.type))


def parse_json(raw: object) -> object:
    """A JSON parameter. Raises Refusal."""
    if not isinstance(raw, str):
        return raw
    try:
        value: object = json.loads(raw, parse_constant=_no_constant)
        if "\\u" in raw:
            json.dumps(value, ensure_ascii=False).encode()  # as in _string
        return value
    except (ValueError, RecursionError) as error:
        raise Refusal("TL305", f"Error parsing JSON: '{shown(raw)}' - {error}") from None


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def shown(raw: object) -> str:
    """A value in an error: not too long, and without what can't be encoded."""
    text = str(raw)
    text = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return text if text.isascii() else text.encode(errors="replace").decode()


def bound(value: object) -> Value:
    """How a value goes to the database. Raises Refusal for None and for objects."""
    match value:
        case TypedInt():
            return Value(value.type, int(value))
        case TypedFloat():
            return Value(value.type, float(value))
        case TypedList():
            return Value(value.type, list(value))
        case str():
            return Value(STRING, convert(value, SCALARS["String"]))
        case bool():
            return Value(BOOL, value)
        case int() if value.bit_length() > 255:
            raise Refusal("TL307", "the number is too large for SQL")
        case int():
            return Value(INT64 if -(1 << 63) <= value < 1 << 63 else INT256, value)
        case float():
            return Value(FLOAT64, value)
        case list() | tuple():
            return _bound_list([bound(item) for item in value])
    raise Refusal("TL307", f"{kind(value)} can't be a value in SQL", "take a value out of it, as in x.get('key')")


def _bound_list(items: list[Value]) -> Value:
    types = {item.type for item in items}
    values = [item.value for item in items]
    if len(types) <= 1 and not any(type_.args for type_ in types):
        return Value(array(types.pop() if types else STRING), values)
    if all(type_.is_integer for type_ in types):
        return Value(array(INT64 if types.isdisjoint(WIDE) else INT256), values)
    if all(type_.is_number and type_ != BOOL for type_ in types):
        return Value(array(FLOAT64), [float(str(value)) for value in values])
    raise Refusal("TL307", "the items of a list must be all texts or all numbers")


def kind(value: object) -> str:
    """What errors call a value."""
    match value:
        case None:
            return "an undefined value"
        case str():
            return "a text"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case list() | tuple():
            return "a list"
    return "an object"
