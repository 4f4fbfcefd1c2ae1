"""The type that can hold several others: of `if`, CASE, arrays, UNION. ClickHouse's getLeastSupertype."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.types.model import (
    FLOAT32,
    FLOAT64,
    NEVER_NULLABLE,
    NOTHING,
    STRING,
    Type,
    datetime64,
    decimal,
    integer,
)


class NoSupertype(ValueError):
    """The types have nothing in common."""


def supertype(types: Sequence[Type]) -> Type:
    """The least type that holds them all. Raises NoSupertype."""
    if types and all(t == types[0] for t in types):
        return types[0]
    nullable = any(t.nullable for t in types)
    low_cardinality = bool(types) and all(t.low_cardinality for t in types)
    plain = list(dict.fromkeys(t.plain for t in types if t.name != "Nothing"))
    if not plain:
        return NOTHING.as_nullable(nullable)
    common = plain[0] if len(plain) == 1 else _common(plain)
    if nullable and common.name in NEVER_NULLABLE:
        raise NoSupertype(f"there is no common type of {', '.join(map(str, types))}")
    return common.as_nullable(nullable).as_low_cardinality(low_cardinality)


def _common(types: list[Type]) -> Type:
    if all(t.is_number for t in types):
        return _number(types)
    if all(t.is_temporal for t in types):
        return _temporal(types)
    if all(t.is_time for t in types):
        return max(types, key=lambda t: t.digits)
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
    if {t.name for t in types} == {"Bool", "UInt8"}:
        return types[0]  # both lie in a byte: the first one wins
    if any(t.is_float for t in types):
        small = all(t.name in ("Float32", "Bool") or (t.is_integer and t.bits <= 16) for t in types)
        return FLOAT32 if small else FLOAT64
    decimals = [t for t in types if t.name == "Decimal"]
    if decimals:
        scale = max(int(str(t.params[1])) for t in decimals)
        digits = max(int(str(t.params[0])) for t in decimals)
        # Whole digits, so that an integer beside it fits: UInt64 has 20.
        whole = max((_WHOLE_DIGITS[t.bits] for t in types if t.name != "Decimal"), default=0)
        return decimal(max(digits, next((n for n in (9, 18, 38, 76) if n >= whole + scale), 76)), scale)
    return integer_supertype(types)


_WHOLE_DIGITS = {8: 3, 16: 5, 32: 10, 64: 20, 128: 39, 256: 78}


def integer_supertype(types: Sequence[Type]) -> Type:
    """The integer that holds all of these: a signed one must be wider than every unsigned one."""
    unsigned = max((t.bits for t in types if t.is_unsigned), default=0)
    signed = max((t.bits for t in types if not t.is_unsigned), default=0)
    if not signed:
        return integer(unsigned, signed=False)
    return integer(min(256, max(signed, unsigned * 2)), signed=True)


def _temporal(types: list[Type]) -> Type:
    precise = [t for t in types if t.name == "DateTime64"]
    if precise:
        finest = max(precise, key=lambda t: t.precision)
        return datetime64(finest.precision, finest.zone)
    moments = [t for t in types if t.name == "DateTime"]
    if not moments:
        return Type("Date32")
    return datetime64(0) if any(t.name == "Date32" for t in types) else moments[0]


def _enum(types: list[Type]) -> Type:
    members: dict[object, None] = {}
    for type_ in types:
        members.update(dict.fromkeys(type_.params))
    wide = any(t.name == "Enum16" for t in types)
    return Type("Enum16" if wide else "Enum8", params=tuple(members))
