"""Division and remainders that do not raise, common divisors, and Decimals with a scale of one's own."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.arithmetic import arithmetic, wider
from tinylite.sql.decimals import from_units, scale_of, units
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import decimal, integer


def _is_zero(value: Typed) -> str:
    return f"({value.number} = 0)"


def _or_null(operator: str) -> Callable[[Call], Typed]:
    """NULL where the plain operator raises, or where `/` gives infinity."""

    def lower(call: Call) -> Typed:
        result = arithmetic(operator, *call.args)
        sql = f"(CASE WHEN NOT {_is_zero(call.args[1])} THEN {result.sql} END)"
        return combined(sql, result.type.as_nullable(), call.args)

    return lower


def int_div_or_zero(left: Typed, right: Typed) -> Typed:
    return _or_zero("div", left, right)


def _or_zero(operator: str, left: Typed, right: Typed) -> Typed:
    """0 where integers are divided by zero; the remainder of floats is NaN as ever."""
    result = arithmetic(operator, left, right)
    if operator == "%" and result.type.is_float:
        return result
    zero = f"CAST(0 AS {duckdb_type(result.type)})"
    return result.with_sql(f"(CASE WHEN {_is_zero(right)} THEN {zero} ELSE {result.sql} END)")


def _positive_modulo(call: Call) -> Typed:
    """The remainder that is never negative."""
    divisor = call.args[1]
    rest = arithmetic("%", *call.args)
    type_ = rest.type.plain
    if type_.is_integer:
        type_ = integer(divisor.type.bits, signed=False)
    sql = f"(CASE WHEN {rest.sql} < 0 THEN {rest.sql} + abs({divisor.number}) ELSE {rest.sql} END)"
    return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)


def _positive_modulo_or_null(call: Call) -> Typed:
    result = _positive_modulo(call)
    sql = f"(CASE WHEN NOT {_is_zero(call.args[1])} THEN {result.sql} END)"
    return combined(sql, result.type.as_nullable(), call.args)


def _common(name: str) -> Callable[[Call], Typed]:
    """gcd and lcm, which ClickHouse refuses for zeros."""

    def lower(call: Call) -> Typed:
        a, b = call.args
        signed = not (a.type.is_unsigned and b.type.is_unsigned)
        type_ = integer(wider(max(a.type.bits, b.type.bits)), signed=signed)
        huge = [f"CAST({arg.number} AS HUGEINT)" for arg in call.args]
        found = f"CAST({name}({', '.join(huge)}) AS {duckdb_type(type_)})"
        zero = f"{_is_zero(a)} OR {_is_zero(b)}"
        return combined(f"(CASE WHEN {zero} THEN error('Division by zero') ELSE {found} END)", type_, call.args)

    return lower


def _scaled(operator: str) -> Callable[[Call], Typed]:
    """multiplyDecimal and divideDecimal: of the larger scale of both, or of the one that is asked for."""

    def lower(call: Call) -> Typed:
        a, b = call.args[:2]
        scales = (scale_of(a.type), scale_of(b.type))
        scale = call.digits(2, 76) if len(call.args) > 2 else max(scales)
        if operator == "*":
            product = f"({units(a)} * {units(b)})"
            excess = sum(scales) - scale
            count = f"({product} // {10**excess})" if excess > 0 else f"({product} * {10**-excess})"
        else:
            power = scale + scales[1] - scales[0]
            count = f"({units(a, max(power, 0))} // {units(b, max(-power, 0))})"
            count = f"(CASE WHEN {_is_zero(b)} THEN error('Division by zero') ELSE {count} END)"
        type_ = decimal(76, scale)
        return combined(from_units(count, type_), type_, call.args)

    return lower


FUNCTIONS: list[Function] = [
    own("intDivOrZero", "number number", lambda call: int_div_or_zero(*call.args)),
    own("intDivOrNull", "number number", _or_null("div")),
    own("moduloOrZero", "number number", lambda call: _or_zero("%", *call.args)),
    own("moduloOrNull", "number number", _or_null("%"), aliases=("modOrNull",)),
    own("divideOrNull", "number number", _or_null("/")),
    own(
        "positiveModulo", "number number", _positive_modulo, aliases=("positive_modulo", "pmod"), case_insensitive=True
    ),
    own(
        "positiveModuloOrNull",
        "number number",
        _positive_modulo_or_null,
        aliases=("positive_modulo_or_null", "pmodOrNull"),
    ),
    own("gcd", "integer integer", _common("gcd"), doc="The greatest common divisor."),
    own("lcm", "integer integer", _common("lcm"), doc="The least common multiple."),
    own("multiplyDecimal", "number number integer?", _scaled("*")),
    own("divideDecimal", "number number integer?", _scaled("/")),
]
