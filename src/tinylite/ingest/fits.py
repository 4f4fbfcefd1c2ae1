"""Whether small bodies surely fit: then they are acknowledged before the engine has seen them.

The engine decides what goes in; here is only told of what it surely takes. Each rule must be narrower than that of
`typed_text`. What is not sure waits for the engine's own count.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import orjson

from tinylite.datafile.model import Column, Datasource
from tinylite.sql.zones import is_utc
from tinylite.types import Type

MOST_BYTES = 64 * 1024
"""Of a body that is looked at: the event loop does it."""
_DEEPEST = 64
Fits = Callable[[bytes], bool]
"""Takes lines as `decode` gives them."""
_Check = Callable[[object], bool]
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_FLOAT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DECIMAL = re.compile(r"-?([0-9]{1,38})(?:\.[0-9]{1,38})?")
_EXPONENT = re.compile(rb"[0-9][eE][-+]?[0-9]")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z?")
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}")
# A DEFAULT that no row can make fail.
_CONSTANT = re.compile(
    r"'[^'\\]*'|-?[0-9]{1,9}(\.[0-9]{1,9})?|now\(\)|today\(\)|now64\(\)|generateUUIDv4\(\)|\[\]", re.I
)


def fits_of(datasource: Datasource) -> Fits:
    checks = [(*_way(column), _of(column)) for column in datasource.columns]
    # Of most columns it is enough that there is something: they are looked at together.
    needed = frozenset(
        steps[0] for steps, may_miss, check in checks if len(steps) == 1 and check is _any and not may_miss
    )
    flat = [(steps[0], may_miss, check) for steps, may_miss, check in checks if len(steps) == 1 and check is not _any]
    deep = [(steps, may_miss, check) for steps, may_miss, check in checks if len(steps) != 1]
    has_decimals = any("Decimal" in str(column.type) for column in datasource.columns)

    def event_fits(line: bytes) -> bool:
        try:
            event = orjson.loads(line)
        except ValueError:
            return False
        if type(event) is not dict or not needed <= event.keys():
            return False
        if None in event.values() and any(event[key] is None for key in needed):
            return False
        for key, may_miss, check in flat:
            value = event.get(key)
            if value is None:
                if not may_miss:
                    return False
            elif not check(value):
                return False
        for steps, may_miss, check in deep:
            found: object = event
            for step in steps:
                found = found.get(step) if type(found) is dict else None
            if found is None:
                if not may_miss:
                    return False
            elif not check(found):
                return False
        return _has_no_key_twice(line, event)

    def fits(lines: bytes) -> bool:
        if has_decimals and _EXPONENT.search(lines):
            return False
        if b"\n" not in lines:
            return event_fits(lines)
        return all(map(event_fits, lines.split(b"\n")))

    return fits


def _way(column: Column) -> tuple[tuple[str, ...], bool]:
    """The keys that lead to the value, and whether it may be missing."""
    steps = column.jsonpath.steps if column.jsonpath else (column.name,)
    if steps and steps[-1] is None:
        steps = steps[:-1]
    default = column.default.value.strip() if column.default is not None else None
    may_miss = column.type.nullable if default is None else _CONSTANT.fullmatch(default) is not None
    return tuple(step if step is not None else "" for step in steps), may_miss


def _of(column: Column) -> _Check:
    steps = column.jsonpath.steps if column.jsonpath else (column.name,)
    if None in steps[:-1] or (steps and steps[-1] is None and column.type.plain.name != "Array"):
        return _never
    if not steps:
        return _any if column.type.plain.name == "String" else _never
    return _check(column.type.plain)


def _has_no_key_twice(line: bytes, event: dict[str, object]) -> bool:
    """Of a key that comes twice the engine takes the first value, and orjson the last. A key is a quote and a colon
    behind it; where that may mean something else nothing is sure.
    """
    keys = line.count(b'":')
    if b"\\" in line:
        if b'\\\\":' in line:
            return False
        keys -= line.count(b'\\":')
    if b" :" in line or b"\t:" in line:
        return False
    # Without a list no key is left out of the count, and nothing is deep.
    return (keys == len(event) and b"[" not in line) or keys == _keys(event, 0)


def _keys(value: object, depth: int) -> int:
    """How many keys a value has, at all depths."""
    if depth > _DEEPEST:
        return -1 << 30
    if type(value) is dict:
        found = len(value)
        for item in value.values():
            if type(item) is dict or type(item) is list:
                found += _keys(item, depth + 1)
        return found
    if type(value) is list:
        return sum(_keys(item, depth + 1) for item in value if type(item) is dict or type(item) is list)
    return 0


def _any(value: object) -> bool:
    return True


def _never(value: object) -> bool:
    return False


def _is_dict(value: object) -> bool:
    return type(value) is dict


def _is_bool(value: object) -> bool:
    return type(value) is bool


def _check(type_: Type) -> _Check:
    if type_.is_integer and type_.bits <= 64:
        return _integer(type_)
    if type_.is_float:
        return _float(1.7e308 if type_.name == "Float64" else 3e38)
    if type_.is_datetime:
        return _moment if is_utc(type_.zone) and type_.precision <= 6 else _never
    if type_.is_date:
        return _date
    if type_.is_enum:
        names = frozenset(str(member[0]) for member in type_.params if isinstance(member, tuple))
        return lambda value: type(value) is str and value in names
    if type_.name == "Decimal":
        return _decimal(int(str(type_.params[0])), int(str(type_.params[1])))
    if type_.name == "FixedString":
        size = int(str(type_.params[0]))
        return lambda value: type(value) is str and len(value.encode()) <= size
    if type_.name == "Array":
        return _array(type_.args[0])
    if type_.name == "Map" and type_.args[0].plain.name == "String":
        return _map(type_.args[1])
    if type_.name in _PATTERNS:
        matches = _PATTERNS[type_.name].fullmatch
        return lambda value: type(value) is str and matches(value) is not None
    return {"String": _any, "Bool": _is_bool, "JSON": _is_dict}.get(type_.name, _never)


_PATTERNS = {"UUID": _UUID, "IPv4": _IPV4}


def _integer(type_: Type) -> _Check:
    signed = not type_.name.startswith("U")
    low = -(1 << (type_.bits - 1)) if signed else 0
    high = (1 << (type_.bits - 1 if signed else type_.bits)) - 1

    def check(value: object) -> bool:
        if type(value) is int:
            return low <= value <= high
        return type(value) is str and _INTEGER.fullmatch(value) is not None and low <= int(value) <= high

    return check


def _float(largest: float) -> _Check:
    def check(value: object) -> bool:
        if type(value) is float or type(value) is int:
            return -largest <= value <= largest
        return type(value) is str and _FLOAT.fullmatch(value) is not None

    return check


def _decimal(precision: int, scale: int) -> _Check:
    if precision > 38:
        return _never
    digits = precision - scale
    limit = 10.0 ** min(digits, 15)

    def check(value: object) -> bool:
        if type(value) is int:
            return abs(value) < limit
        if type(value) is float:
            return value == 0.0 or 1e-4 < abs(value) < limit - 1
        if type(value) is not str:
            return False
        found = _DECIMAL.fullmatch(value)
        return found is not None and len(found[1]) <= digits

    return check


def _moment(value: object) -> bool:
    if type(value) is int:
        return 100_000_000 <= value <= 4_294_967_295 or 1_000_000_000_000 <= value <= 4_294_967_295_000
    return type(value) is str and _MOMENT.fullmatch(value) is not None and _exists(value)


def _date(value: object) -> bool:
    if type(value) is not str or (_DAY.fullmatch(value) is None and _MOMENT.fullmatch(value) is None):
        return False
    return _exists(value)


def _exists(text: str) -> bool:
    """In the years that every type for moments holds."""
    try:
        return 1970 < datetime.fromisoformat(text).year < 2106
    except ValueError:
        return False


def _array(element: Type) -> _Check:
    check, nullable = _check(element.plain), element.nullable

    def whole(value: object) -> bool:
        return type(value) is list and all(nullable if item is None else check(item) for item in value)

    return whole


def _map(element: Type) -> _Check:
    check = _check(element.plain)

    def whole(value: object) -> bool:
        return type(value) is dict and all(item is not None and check(item) for item in value.values())

    return whole
