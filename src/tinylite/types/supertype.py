"""The type that can hold several others: of `if`, CASE, arrays, UNION. ClickHouse's getLeastSupertype."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.types.model import FLOAT32, FLOAT64, NOTHING, STRING, Type, datetime, datetime64, decimal, integer


class NoSupertype(ValueError):
    """The types have nothing in common."""


def supertype(types: Sequence[Type]) -> Type:
    """The least type that holds them all. Raises NoSupertype."""
    nullable = any(t.nullable for t in types)
    low_cardinality = bool(types) and all(t.low_cardinality for t in types)
    plain = list(dict.fromkeys(t.plain for t in types if t.name != "Nothing"))
    if not plain:
        return NOTHING.as_nullable(nullable)
    common = plain[0] if len(plain) == 1 else _common(plain)
    return common.as_nullable(nullable).as_low_cardinality(low_cardinality)


def _common(types: list[Type]) -> Type:
    if all(t.is_number for t in types):
        return _number(types)
    if all(t.is_temporal for t in types):
        return _temporal(types)
    if all(t.is_string or t.is_enum or t.name == "UUID" for t in types) and any(t.is_string for t in types):
        return STRING
    if all(t.is_enum for t in types):
        return _enum(types)
    first = types[0]
    if first.name in ("Array", "Map", "Tuple") and all(
        t.name == first.name and len(t.args) == len(first.args) for t in types
    ):
        args = tuple(supertype(elements) for elements in zip(*(t.args for t in types), strict=True))
        names = first.names if all(t.names == first.names for t in types) else ()
        return Type(first.name, args, names=names)
    raise NoSupertype(f"there is no common type of {', '.join(map(str, types))}")


def _number(types: list[Type]) -> Type:
    if any(t.is_float for t in types):
        small = all(t.name in ("Float32", "Bool") or (t.is_integer and t.bits <= 16) for t in types)
        return FLOAT32 if small else FLOAT64
    decimals = [t for t in types if t.name == "Decimal"]
    if decimals:
        scale = max(int(str(t.params[1])) for t in decimals)
        digits = max(int(str(t.params[0])) for t in decimals)
        return decimal(digits, scale)
    return integer_supertype(types)


def integer_supertype(types: Sequence[Type]) -> Type:
    """The integer that holds all of these: a signed one must be wider than every unsigned one."""
    unsigned = max((t.bits for t in types if t.is_unsigned), default=0)
    signed = max((t.bits for t in types if not t.is_unsigned), default=0)
    if not signed:
        return integer(unsigned, signed=False)
    return integer(min(256, max(signed, unsigned * 2)), signed=True)


def _temporal(types: list[Type]) -> Type:
    zone = next((t.zone for t in types if t.zone), None)
    precise = [t.precision for t in types if t.name == "DateTime64"]
    if precise:
        return datetime64(max(precise), zone)
    if any(t.name == "DateTime" for t in types):
        if any(t.name == "Date32" for t in types):
            return datetime64(0, zone)
        return datetime(zone)
    return Type("Date32")


def _enum(types: list[Type]) -> Type:
    members: dict[object, None] = {}
    for type_ in types:
        members.update(dict.fromkeys(type_.params))
    wide = any(t.name == "Enum16" for t in types)
    return Type("Enum16" if wide else "Enum8", params=tuple(members))
