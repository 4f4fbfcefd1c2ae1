"""Arithmetic of Decimals: ClickHouse's result types, exact to the last digit, cut off and never rounded."""

from __future__ import annotations

from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined, nullable_if
from tinylite.types import Type
from tinylite.types.model import decimal, integer

_DIVISION = frozenset({"/", "div", "%"})


def decimals(operator: str, left: Typed, right: Typed) -> Typed:
    """`operator` is one of + - * / div %, one side at least a Decimal and the other one too or an integer."""
    type_ = _result_type(operator, left.type, right.type)
    if operator in _DIVISION:
        sql = _divided(operator, left, right, type_)
    else:
        sql = f"CAST(({left.number} {operator} {right.number}) AS {duckdb_type(type_)})"
    return combined(sql, nullable_if(_shown_type(type_, left.type, right.type), [left, right]), [left, right])


def _shown_type(type_: Type, a: Type, b: Type) -> Type:
    """Beside an integer a Decimal keeps the digits that it is declared with, though it has room for more."""
    if type_.name != "Decimal" or a.name == b.name:
        return type_
    return decimal(int(str((a if a.name == "Decimal" else b).params[0])), scale_of(type_))


def scale_of(type_: Type) -> int:
    """Digits after the point."""
    return int(str(type_.params[1])) if type_.name == "Decimal" else 0


def _digits(type_: Type) -> int:
    """The most digits of the machine integer that a Decimal lies in: 9, 18, 38 or 76; an integer widens nothing."""
    if type_.name != "Decimal":
        return 9
    return next(digits for digits in (9, 18, 38, 76) if int(str(type_.params[0])) <= digits)


def _result_type(operator: str, a: Type, b: Type) -> Type:
    digits, scales = max(_digits(a), _digits(b)), (scale_of(a), scale_of(b))
    match operator:
        case "*":
            return decimal(digits, sum(scales))
        case "/":
            return decimal(digits, scales[0] if a.name == "Decimal" else scales[1])
        case "div":
            bits = a.bits if a.name != "Decimal" else {9: 32, 18: 64}.get(_digits(a), 128)
            return integer(bits, signed=True)
        case _:
            return decimal(digits, max(scales))


def _divided(operator: str, left: Typed, right: Typed, type_: Type) -> str:
    scales = (scale_of(left.type), scale_of(right.type))
    if operator == "/":
        # a/b with s digits is (a · 10^(s - sa + sb)) / b in units of the last digit.
        powers = (scale_of(type_) - scales[0] + scales[1], 0)
    elif operator == "%" and left.type.name != right.type.name:
        powers = (0, 0)  # ClickHouse leaves the integer as it is: 7 % 2.5 is 0.7, the rest of 7 and 25
    else:
        powers = (max(scales) - scales[0], max(scales) - scales[1])
    a, b = (units(value, power) for value, power in zip((left, right), powers, strict=True))
    sign = "%" if operator == "%" else "//"
    zero = f"{b} = 0" + (f" AND {left.value} IS NOT NULL" if left.type.nullable else "")
    quotient = f"(CASE WHEN {zero} THEN error('Division by zero') ELSE {a} {sign} {b} END)"
    if isinstance(right.literal, int) and right.literal != 0:
        quotient = f"({a} {sign} {b})"
    return from_units(quotient, type_) if type_.name == "Decimal" else f"CAST({quotient} AS {duckdb_type(type_)})"


def units(value: Typed, power: int = 0) -> str:
    """A Decimal or an integer as a HUGEINT count of its last digit, times 10^power."""
    scale = scale_of(value.type)
    if not scale and not power:
        return f"CAST({value.number} AS HUGEINT)"
    if not scale:
        return f"(CAST({value.number} AS HUGEINT) * {10**power})"
    whole = f"CAST((CAST({value.number} AS DECIMAL(38, {scale})) * {10**scale}) AS HUGEINT)"
    return f"({whole} * {10**power})" if power else whole


def from_units(count: str, type_: Type) -> str:
    """The Decimal of a HUGEINT count of its last digit."""
    scale = scale_of(type_)
    if not scale:
        return f"CAST({count} AS {duckdb_type(type_)})"
    unit = f"CAST(0.{'0' * (scale - 1)}1 AS DECIMAL({scale + 1 if scale < 38 else 38}, {scale}))"
    return f"CAST((CAST({count} AS DECIMAL(38, 0)) * {unit}) AS {duckdb_type(type_)})"
