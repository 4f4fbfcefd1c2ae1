"""+ - * / % and unary minus: ClickHouse's result types, and where that of dates begins."""

from __future__ import annotations

from functools import reduce

from sqlglot import exp

from tinylite.sql.date_arithmetic import add_interval, add_temporal, is_intervals
from tinylite.sql.decimals import decimals
from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.times_of_day import add_to_time
from tinylite.sql.typed import Typed, combined, keeps_dictionary, nullable_if
from tinylite.sql.wrapping import calculated, wrapped
from tinylite.types import Type
from tinylite.types.model import FLOAT64, NULL, array, integer, tuple_of


def arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    """`operator` is one of + - * / div %. Raises Fault for types that do not go together."""
    result = _arithmetic(operator, left, right)
    return result.with_type(result.type.as_low_cardinality(keeps_dictionary([left, right], result.type)))


def _arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    if left.type.name == "Nothing" or right.type.name == "Nothing":
        return combined("NULL", NULL, [left, right])
    if operator in "+-" and (left.type.is_time or right.type.is_time):
        return add_to_time(operator, left, right)
    if operator in "+-" and (is_intervals(left) or is_intervals(right)):
        return add_interval(operator, left, right)
    if operator in "+-" and (left.type.is_temporal or right.type.is_temporal):
        return add_temporal(operator, left, right)
    if left.type.name == "Tuple" and right.type.name == "Tuple" and operator in "+-":
        return _tuples(operator, left, right)
    if "Tuple" in (left.type.name, right.type.name) and operator in "*/":
        return _scaled_tuple(operator, left, right)
    if "Array" in (left.type.name, right.type.name) and (scaled := _array(operator, left, right)) is not None:
        return scaled
    if not left.type.is_number or not right.type.is_number:
        raise Fault("TL407", f"{_NAMES[operator]} can't be applied to {left.type} and {right.type}")
    if left.type.is_float or right.type.is_float:
        return _divide(left, right) if operator == "/" else _floats(operator, left, right)
    if "Decimal" in (left.type.name, right.type.name):
        return decimals(operator, left, right)
    if operator == "/":
        return _divide(left, right)
    return _integers(operator, left, right)


_NAMES = {"+": "plus", "-": "minus", "*": "multiply", "/": "divide", "div": "intDiv", "%": "modulo"}


def _result(sql: str, type_: Type, left: Typed, right: Typed) -> Typed:
    return combined(sql, nullable_if(type_, [left, right]), [left, right])


def _divide(left: Typed, right: Typed) -> Typed:
    return _result(f"(CAST({left.number} AS DOUBLE) / CAST({right.number} AS DOUBLE))", FLOAT64, left, right)


_FLOAT_BITS = {"BFloat16": 16, "Float32": 32, "Float64": 64}


def _floats(operator: str, left: Typed, right: Typed) -> Typed:
    a, b = f"CAST({left.number} AS DOUBLE)", f"CAST({right.number} AS DOUBLE)"
    if operator == "div":
        bits = _FLOAT_BITS.get(left.type.name) or (64 if left.type.name == "Decimal" else left.type.bits)
        type_ = integer(bits, signed=True)
        return _result(f"CAST(trunc({a} / {b}) AS {duckdb_type(type_)})", type_, left, right)
    if operator == "%":  # DuckDB's own is exact, this is what ClickHouse computes
        return _result(f"({a} - trunc({a} / {b}) * {b})", FLOAT64, left, right)
    return _result(f"({a} {operator} {b})", FLOAT64, left, right)


def _integers(operator: str, left: Typed, right: Typed) -> Typed:
    """Widths follow ClickHouse's NumberTraits: + and * double the wider operand, - makes it signed as well."""
    a, b = left.type, right.type
    signed = not (a.is_unsigned and b.is_unsigned)
    match operator:
        case "div":
            type_ = integer(a.bits, signed=signed)
            return _result(_checked("//", left, right, type_), type_, left, right)
        case "%":
            type_ = integer(b.bits if a.is_unsigned else wider(b.bits), signed=not a.is_unsigned)
            return _result(_checked("%", left, right, type_), type_, left, right)
    type_ = integer(wider(max(a.bits, b.bits)), signed=signed or operator == "-")
    result = calculated(operator, left, right, type_)
    return result.with_type(nullable_if(type_, [left, right]))


def wider(bits: int) -> int:
    """The next width; 64 bits and more stay as they are."""
    return bits if bits >= 64 else bits * 2


def _checked(operator: str, left: Typed, right: Typed, type_: Type) -> str:
    """ClickHouse refuses a division of integers by zero; DuckDB is set up to answer NULL."""
    sql = f"({left.number} {operator} {right.number})"
    if isinstance(right.literal, int) and right.literal != 0:
        return f"CAST({sql} AS {duckdb_type(type_)})"
    zero = f"{right.number} = 0" + (f" AND {left.number} IS NOT NULL" if operator == "%" and left.type.nullable else "")
    return f"CAST((CASE WHEN {zero} THEN error('Division by zero') ELSE {sql} END) AS {duckdb_type(type_)})"


def negate(value: Typed) -> Typed:
    type_ = value.type
    if value.unit:
        return Typed(f"(-{value.sql})", type_, constant=value.constant, unit=value.unit)
    if type_.is_integer or type_.name == "Bool":
        result = integer(wider(type_.bits) if type_.is_unsigned else type_.bits, signed=True)
        if type_.bits <= 64 and result.bits == type_.bits:
            sql = wrapped(f"(-CAST({value.number} AS HUGEINT))", result)
        else:
            sql = f"(-CAST({value.number} AS {duckdb_type(result)}))"
        kept = result.as_nullable(type_.nullable).as_low_cardinality(type_.low_cardinality)
        return combined(sql, kept, [value])
    if type_.name == "Nothing" or type_.is_number:
        return combined(f"(-{value.number})", type_, [value])
    if type_.name == "Tuple":
        return _negated_tuple(value)
    raise Fault("TL407", f"negate can't be applied to {type_}")


def _negated_tuple(value: Typed) -> Typed:
    from tinylite.sql.access import tuple_element
    from tinylite.sql.literals import tuple_literal

    return tuple_literal([negate(tuple_element(value, place)) for place in range(1, len(value.type.args) + 1)])


def _tuples(operator: str, left: Typed, right: Typed) -> Typed:
    from tinylite.sql.access import tuple_element
    from tinylite.sql.casts import struct

    count = len(left.type.args)
    if count != len(right.type.args):
        raise Fault("TL407", f"{left.type} and {right.type} have different sizes")
    parts = [arithmetic(operator, tuple_element(left, i), tuple_element(right, i)) for i in range(1, count + 1)]
    type_ = tuple_of(*(part.type for part in parts))
    return combined(struct(type_, [part.exact for part in parts]), type_, parts)


def _scaled_tuple(operator: str, left: Typed, right: Typed) -> Typed:
    """A tuple times or by a number; two tuples multiplied are their scalar product."""
    from tinylite.sql.access import tuple_element
    from tinylite.sql.casts import struct

    if left.type.name == right.type.name and operator == "*" and len(left.type.args) == len(right.type.args):
        places = range(1, len(left.type.args) + 1)
        products = [arithmetic("*", tuple_element(left, place), tuple_element(right, place)) for place in places]
        return reduce(lambda total, product: arithmetic("+", total, product), products)
    tuple_, number = (left, right) if left.type.name == "Tuple" else (right, left)
    if not number.type.is_number or (operator == "/" and tuple_ is right):
        raise Fault("TL407", f"{_NAMES[operator]} can't be applied to {left.type} and {right.type}")
    places = range(1, len(tuple_.type.args) + 1)
    parts = [arithmetic(operator, tuple_element(tuple_, place), number) for place in places]
    type_ = tuple_of(*(part.type for part in parts))
    return combined(struct(type_, [part.exact for part in parts]), type_, parts)


def _array(operator: str, left: Typed, right: Typed) -> Typed | None:
    """An array times or by a number, or a number by an array, element by element; None for what has no such meaning."""
    array_, number = (left, right) if left.type.name == "Array" else (right, left)
    is_plain = number.type.is_number and not number.type.nullable and not array_.type.args[0].nullable
    if operator not in "*/" or not is_plain:
        return None
    element = Typed("_each", array_.type.args[0])
    product = arithmetic(operator, *((element, number) if array_ is left else (number, element)))
    sql = f"list_transform({array_.sql}, lambda _each: {product.exact})"
    return combined(sql, array(product.type), [left, right])


# -- nodes ----------------------------------------------------------------------------------------------------------


def lower_binary(node: exp.Binary, scope: Scope) -> Typed:
    return arithmetic(_OPERATORS[type(node)], scope.lower(node.this), scope.lower(node.expression))


def lower_negative(node: exp.Neg, scope: Scope) -> Typed:
    from tinylite.sql.literals import literal

    value = scope.lower(node.this)
    signed = isinstance(node.this, exp.Literal | exp.Column)  # -5 and -inf are literals, -(-5) is a call
    if signed and isinstance(value.literal, int | float) and not isinstance(value.literal, bool):
        return literal(-value.literal)
    return negate(value)


_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.IntDiv: "div", exp.Mod: "%",
}  # fmt: skip

LOWERINGS: Lowerings = {**dict.fromkeys(_OPERATORS, lower_binary), exp.Neg: lower_negative}
