"""Values of parameters: from a request's text to a typed value, with the wording of Tinybird's errors.

What a typed call gives in an expression is a plain Python value (so that `Int32(n) > 5` works) that remembers the type
and name with which it is bound when it is written out.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal

from tinylite.template.rendered import Value
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT64, INTEGER_BITS, STRING, UINT8, array


class Undefined:
    """A name that was not passed: falsy, equal to None."""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or isinstance(other, Undefined)

    def __hash__(self) -> int:
        return hash(None)

    def __repr__(self) -> str:
        return "undefined"


UNDEFINED = Undefined()


class TypedInt(int):
    """An integer with the parameter's name and type."""

    name: str
    type: Type


class TypedFloat(float):
    name: str
    type: Type


class TypedText(str):
    name: str
    type: Type


class TypedList(list[object]):
    name: str
    type: Type


Typed = TypedInt | TypedFloat | TypedText | TypedList


class Invalid(Exception):
    """The text is not a value of the type."""


def typed(value: object, type_: Type, name: str) -> Typed:
    made: Typed
    match value:
        case bool() | int():
            made = TypedInt(value)
        case float():
            made = TypedFloat(value)
        case list():
            made = TypedList(value)
        case _:
            made = TypedText(str(value))
    made.name, made.type = name, type_
    return made


_INTEGER = re.compile(r"\s*[+-]?[0-9]+(?:_[0-9]+)*\s*")
_FLOAT = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|inf|nan)\s*", re.I)
_INTEGER_NAMES = {**{name: name for name in INTEGER_BITS}, "Int": "Int32", "Integer": "Int32"}
_FLOAT_NAMES = ("Float32", "Float64")
_DATE_FORMATS = {
    "Date": ("%Y-%m-%d",),
    "DateTime": ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"),
    "DateTime64": ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S.%fZ"),
}
PARAMETER_TYPES = (*_INTEGER_NAMES, *_FLOAT_NAMES, "String", "Boolean", *_DATE_FORMATS)
"""The calls that read a scalar parameter."""


def read(value: object, type_name: str) -> object:
    """A plain value of the type. Raises Invalid. Numbers given as defaults pass as they are."""
    if type_name in _INTEGER_NAMES:
        return _integer(value, _INTEGER_NAMES[type_name])
    if type_name in _FLOAT_NAMES:
        return _float(value)
    if type_name == "Boolean":
        return int(_boolean(value))
    if type_name in _DATE_FORMATS:
        return _moment(value, type_name)
    return _text(value)


def bound_type(type_name: str) -> Type:
    """The type under which a parameter is bound: dates and times as text, which the database reads itself."""
    if type_name in _INTEGER_NAMES:
        return Type(_INTEGER_NAMES[type_name])
    if type_name in _FLOAT_NAMES:
        return Type(type_name)
    return UINT8 if type_name == "Boolean" else STRING


def _integer(value: object, name: str) -> int:
    if not _is_whole(value):
        raise Invalid
    number = int(value)  # type: ignore[call-overload]
    bits = INTEGER_BITS[name]
    low, high = (0, 1 << bits) if name.startswith("U") else (-(1 << (bits - 1)), 1 << (bits - 1))
    if not low <= number < high:
        raise Invalid
    return number


def _is_whole(value: object) -> bool:
    if isinstance(value, float):
        return value.is_integer()
    if isinstance(value, str):
        return len(value) < 100 and _INTEGER.fullmatch(value) is not None
    return isinstance(value, int)


def _float(value: object) -> float:
    if isinstance(value, int | float | Decimal):
        return float(value)
    if isinstance(value, str) and len(value) < 400 and _FLOAT.fullmatch(value):
        return float(value)
    raise Invalid


def _boolean(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() not in ("false", "0", "")
    return bool(value)


def _moment(value: object, type_name: str) -> str:
    if isinstance(value, date | datetime):
        return str(value)
    text = str(value)
    for form in _DATE_FORMATS[type_name]:
        try:
            datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        return text
    raise Invalid


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | float | Decimal):
        return str(value)
    return json.dumps(value)


def read_list(value: object, element: str, separator: str = ",") -> list[object]:
    """The elements of an Array parameter. Raises InvalidElement."""
    items = list(value) if isinstance(value, list | tuple) else _split(str(value), separator)
    found: list[object] = []
    for index, item in enumerate(items):
        try:
            found.append(read(item.strip() if isinstance(item, str) and element != "String" else item, element))
        except Invalid:
            raise InvalidElement(value, index, item) from None
    return found


class InvalidElement(Exception):
    def __init__(self, value: object, index: int, item: object) -> None:
        super().__init__()
        shown = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        self.shown, self.index, self.item = shown, index, item


def _split(text: str, separator: str) -> list[str]:
    return text.split(separator) if text else []


def bindable(value: object, name: str) -> Value | None:
    """How a value is written into SQL; None for what can't be."""
    if isinstance(value, TypedInt | TypedFloat | TypedText | TypedList):
        return Value(value.type, _plain(value))
    match value:
        case bool():
            return Value(UINT8, int(value))
        case int() if -(2**63) <= value < 2**63:
            return Value(INT64, value)
        case int():
            return Value(Type("Int256" if value < 0 else "UInt256"), value)
        case float():
            return Value(FLOAT64, value)
        case Decimal():
            return Value(FLOAT64, float(value))
        case str():
            return Value(STRING, value)
        case list() | tuple():
            return _bindable_list(list(value))
        case dict():
            return Value(STRING, json.dumps(value))
    return None


def _plain(value: Typed) -> object:
    match value:
        case TypedInt():
            return int(value)
        case TypedFloat():
            return float(value)
        case TypedList():
            return list(value)
    return str(value)


def _bindable_list(items: list[object]) -> Value:
    elements = [bindable(item, "") for item in items]
    kinds = {element.type for element in elements if element is not None}
    if kinds <= {INT64} and kinds:
        return Value(array(INT64), [element.value for element in elements if element])
    if kinds <= {INT64, FLOAT64} and kinds:
        return Value(array(FLOAT64), [float(str(element.value)) for element in elements if element])
    return Value(array(STRING), [str(item) for item in items])
