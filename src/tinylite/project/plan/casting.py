"""Which types hold all values of another one: only such a change is made without being told how."""

from __future__ import annotations

from tinylite.types import Type

_WHOLE_DIGITS = {8: 3, 16: 5, 32: 10, 64: 20, 128: 39, 256: 78}
# Integers of so many bits are exact in a float.
_EXACT = {"Float32": 16, "Float64": 32}
_AS_TEXT = frozenset({"UUID", "IPv4", "IPv6", "Bool", "Decimal", "FixedString"})
_NOT_NUMBERS = frozenset({"Bool", "Decimal"})


def keeps_values(before: Type, after: Type) -> bool:
    """Whether every value of `before` has the same meaning as one of `after`."""
    if before.nullable and not after.nullable:
        return False
    return _keeps(before.plain, after.plain)


def _keeps(before: Type, after: Type) -> bool:
    if before == after:
        return True
    if after.name == "String":
        scalar = before.is_integer or before.is_float or before.is_temporal or before.is_enum
        return scalar or before.name in _AS_TEXT
    if before.name in ("Array", "Map", "Tuple") and after.name == before.name:
        same = len(before.args) == len(after.args) and before.names == after.names
        return same and all(keeps_values(a, b) for a, b in zip(before.args, after.args, strict=True))
    if before.is_integer or before.name == "Bool":
        return _keeps_integers(before, after)
    if before.is_float and after.is_float:
        return before.name == "Float32" and after.name == "Float64"
    if before.name == "Decimal" and after.name == "Decimal":
        (digits, scale), (more, finer) = _decimal(before), _decimal(after)
        return finer >= scale and more - finer >= digits - scale
    if before.is_enum and after.is_enum:
        return set(before.params) <= set(after.params)
    return _keeps_moments(before, after)


def _keeps_integers(before: Type, after: Type) -> bool:
    if after.is_float:
        return before.bits <= _EXACT.get(after.name, 0)
    if after.name == "Decimal":
        digits, scale = _decimal(after)
        return digits - scale >= _WHOLE_DIGITS[before.bits]
    if not after.is_integer:
        return False
    if before.is_unsigned == after.is_unsigned:
        return after.bits >= before.bits
    return before.is_unsigned and after.bits > before.bits


def _keeps_moments(before: Type, after: Type) -> bool:
    """Date ends in 2149 and DateTime in 2106, DateTime64 with nine digits in 2262, with fewer in 2299."""
    if before.name == "Date":
        return after.name == "Date32" or (after.name == "DateTime64" and after.zone is None and after.precision < 9)
    if before.name == "DateTime":
        return after.is_datetime
    if before.name == "DateTime64" and after.name == "DateTime64":
        return before.precision == after.precision or before.precision < after.precision < 9
    return False


def _decimal(type_: Type) -> tuple[int, int]:
    digits, scale = type_.params
    return int(str(digits)), int(str(scale))


def conversion(name: str, before: Type, after: Type) -> str:
    """An expression that is likely meant, for a FORWARD_QUERY."""
    value = name
    target = after.plain
    if not _keeps(before.plain, after.plain):
        value = _converted(value, before, after)
    if before.nullable and not after.nullable and value == name:
        value = f"ifNull({name}, {_empty(target)})"
    return f"{value} AS {name}"


def _converted(value: str, before: Type, after: Type) -> str:
    target = after.plain
    if target.is_integer or target.is_float:
        of_text = before.is_string
        if of_text:
            return f"to{target.name}OrZero({value})" if not after.nullable else f"to{target.name}OrNull({value})"
        return f"to{target.name}({value})"
    if target.name in ("Date", "Date32", "DateTime", "UUID", "String"):
        return f"to{target.name}({value})"
    return f"CAST({value} AS {target})"


def _empty(type_: Type) -> str:
    if type_.is_number:
        return "0"
    if type_.is_string:
        return "''"
    return "…"
