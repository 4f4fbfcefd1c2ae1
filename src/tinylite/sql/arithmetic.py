"""+ - * / % and unary minus: ClickHouse's result types, and the arithmetic of dates."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type
from tinylite.sql.scope import Lowerings, Scope
from tinylite.sql.typed import Typed, combined, nullable_if
from tinylite.sql.zones import from_wall, moment_of, to_wall
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT32, INT64, NULL, STRING, datetime64, decimal, integer, tuple_of

# Units of INTERVAL that move the calendar rather than the clock.
CALENDAR = frozenset({"day", "week", "month", "quarter", "year"})
_AMOUNT = {unit: f"to_{unit}s" for unit in ("second", "minute", "hour", "day", "week", "month", "year")}
_SUBSECOND = {"millisecond": 3, "microsecond": 6, "nanosecond": 9}


def arithmetic(operator: str, left: Typed, right: Typed) -> Typed:
    """`operator` is one of + - * / div %. Raises Fault for types that do not go together."""
    if left.type.name == "Nothing" or right.type.name == "Nothing":
        return combined("NULL", NULL, [left, right])
    if operator in "+-" and (left.unit or right.unit):
        return _interval(operator, left, right)
    if operator in "+-" and (left.type.is_temporal or right.type.is_temporal):
        return _temporal(operator, left, right)
    if left.type.name == "Tuple" and right.type.name == "Tuple" and operator in "+-":
        return _tuples(operator, left, right)
    if not left.type.is_number or not right.type.is_number:
        raise Fault("TL407", f"{_NAMES[operator]} can't be applied to {left.type} and {right.type}")
    if operator == "/":
        return _divide(left, right)
    if left.type.is_float or right.type.is_float:
        return _floats(operator, left, right)
    if "Decimal" in (left.type.name, right.type.name):
        return _decimals(operator, left, right)
    return _integers(operator, left, right)


_NAMES = {"+": "plus", "-": "minus", "*": "multiply", "/": "divide", "div": "intDiv", "%": "modulo"}


def _result(sql: str, type_: Type, left: Typed, right: Typed) -> Typed:
    return combined(sql, nullable_if(type_, [left, right]), [left, right])


def _divide(left: Typed, right: Typed) -> Typed:
    if left.type.name == "Decimal" and not right.type.is_float:
        precise = duckdb_type(left.type)
        sql = f"CAST(trunc(CAST({left.number} AS DOUBLE) / {right.number}, {left.type.params[1]}) AS {precise})"
        return _result(sql, left.type.plain, left, right)
    return _result(f"(CAST({left.number} AS DOUBLE) / CAST({right.number} AS DOUBLE))", FLOAT64, left, right)


def _floats(operator: str, left: Typed, right: Typed) -> Typed:
    a, b = f"CAST({left.number} AS DOUBLE)", f"CAST({right.number} AS DOUBLE)"
    if operator == "div":
        return _result(f"CAST(trunc({a} / {b}) AS BIGINT)", INT64, left, right)
    return _result(f"({a} {operator} {b})", FLOAT64, left, right)


def _decimals(operator: str, left: Typed, right: Typed) -> Typed:
    scales = [int(str(t.params[1])) if t.name == "Decimal" else 0 for t in (left.type, right.type)]
    digits = [int(str(t.params[0])) if t.name == "Decimal" else 18 for t in (left.type, right.type)]
    if operator in ("div", "%"):
        return _integers(operator, cast(left, INT64), cast(right, INT64))
    precision = min(38, max(9 if d <= 9 else 18 if d <= 18 else 38 for d in digits))
    scale = sum(scales) if operator == "*" else max(scales)
    type_ = decimal(precision, scale)
    return _result(f"CAST(({left.number} {operator} {right.number}) AS {duckdb_type(type_)})", type_, left, right)


def _integers(operator: str, left: Typed, right: Typed) -> Typed:
    """Widths follow ClickHouse's NumberTraits: + and * double the wider operand, - makes it signed as well."""
    a, b = left.type, right.type
    signed = not (a.is_unsigned and b.is_unsigned)
    widest = max(a.bits, b.bits)
    doubled = widest if widest >= 64 else widest * 2
    match operator:
        case "+" | "*":
            type_ = integer(doubled, signed=signed)
        case "-":
            type_ = integer(doubled, signed=True)
        case "div":
            type_ = integer(a.bits, signed=signed)
            return _result(_checked("//", left, right, type_), type_, left, right)
        case _:
            wide = b.bits * 2 if not a.is_unsigned and b.is_unsigned and b.bits < 64 else b.bits
            type_ = integer(wide, signed=not a.is_unsigned)
            return _result(_checked("%", left, right, type_), type_, left, right)
    duckdb = duckdb_type(type_)
    x, y = (_widened(value, type_, duckdb) for value in (left, right))
    return _result(f"({x} {operator} {y})", type_, left, right)


def _widened(value: Typed, type_: Type, duckdb: str) -> str:
    return value.number if value.type.plain == type_ and not value.is_literal else f"CAST({value.number} AS {duckdb})"


def _checked(operator: str, left: Typed, right: Typed, type_: Type) -> str:
    """ClickHouse refuses a division of integers by zero; DuckDB is set up to answer NULL."""
    sql = f"({left.number} {operator} {right.number})"
    if isinstance(right.literal, int) and right.literal != 0:
        return f"CAST({sql} AS {duckdb_type(type_)})"
    return f"CAST((CASE WHEN {right.number} = 0 THEN error('Division by zero') ELSE {sql} END) AS {duckdb_type(type_)})"


def negate(value: Typed) -> Typed:
    type_ = value.type
    if value.unit:
        return Typed(f"(-{value.sql})", type_, constant=value.constant, unit=value.unit)
    if type_.is_integer or type_.name == "Bool":
        bits = min(64, type_.bits * 2) if type_.is_unsigned else type_.bits
        result = integer(bits, signed=True).as_nullable(type_.nullable)
        return combined(f"(-CAST({value.number} AS {duckdb_type(result)}))", result, [value])
    if type_.name == "Nothing" or type_.is_number:
        return combined(f"(-{value.number})", type_, [value])
    raise Fault("TL407", f"negate can't be applied to {type_}")


# -- dates ----------------------------------------------------------------------------------------------------------


def _interval(operator: str, left: Typed, right: Typed) -> Typed:
    if left.unit and right.unit:
        if left.unit != right.unit:
            raise Fault("TL406", "intervals of different units can't be added; add them to the date one by one")
        return Typed(f"({left.sql} {operator} {right.sql})", left.type, constant=True, unit=left.unit)
    moment, interval = (right, left) if left.unit else (left, right)
    if left.unit and operator == "-":
        raise Fault("TL407", "a date can't be taken from an interval")
    return shift(moment, interval, str(interval.unit), operator)


def shift(moment: Typed, amount: Typed, unit: str, operator: str = "+") -> Typed:
    """`moment` ± `amount` units: addDays, subtractHours, date + INTERVAL. Text is read as a DateTime."""
    if moment.type.plain == STRING:
        moment = cast(moment, datetime64(3) if unit in _SUBSECOND or unit not in CALENDAR else datetime64(0))
    if not moment.type.is_temporal:
        raise Fault("TL407", f"an interval can't be added to {moment.type}")
    interval = interval_sql(amount, unit)
    nullable = moment.type.nullable or amount.type.nullable
    if moment.type.is_date:
        if unit in CALENDAR:
            return combined(f"CAST(({moment.sql} {operator} {interval}) AS DATE)", moment.type.as_nullable(nullable),
                            [moment, amount])  # fmt: skip
        type_ = datetime64(_SUBSECOND.get(unit, 3)) if _wide(moment, unit) else Type("DateTime")
        sql = f"(CAST({moment.sql} AS TIMESTAMP) {operator} {interval})"
        return combined(sql, type_.as_nullable(nullable), [moment, amount])
    if unit in CALENDAR:
        sql = from_wall(f"({to_wall(moment)} {operator} {interval})", moment.type.zone)
        return combined(sql, moment.type.as_nullable(nullable), [moment, amount])
    type_ = moment.type.plain
    if unit in _SUBSECOND:
        type_ = datetime64(max(_SUBSECOND[unit], type_.precision), type_.zone)
    return combined(f"({moment.sql} {operator} {interval})", type_.as_nullable(nullable), [moment, amount])


def _wide(moment: Typed, unit: str) -> bool:
    return moment.type.name == "Date32" or unit in _SUBSECOND


def interval_sql(amount: Typed, unit: str) -> str:
    """A DuckDB INTERVAL. ClickHouse takes whole amounts only."""
    number = f"trunc({amount.number})" if amount.type.is_float or amount.type.name == "Decimal" else amount.number
    if unit == "quarter":
        return f"to_months(CAST(({number} * 3) AS INTEGER))"
    if unit == "millisecond":
        return f"to_microseconds(CAST({number} AS BIGINT) * 1000)"
    if unit == "microsecond":
        return f"to_microseconds(CAST({number} AS BIGINT))"
    if unit not in _AMOUNT:
        raise Fault("TL406", f"intervals in {unit}s are not supported")
    whole = "INTEGER" if unit in CALENDAR else "BIGINT"
    return f"{_AMOUNT[unit]}(CAST({number} AS {whole}))"


def _temporal(operator: str, left: Typed, right: Typed) -> Typed:
    a, b = left.type, right.type
    if a.is_temporal and b.is_temporal and operator == "-":
        if a.is_date and b.is_date:
            return _result(f"CAST(({left.sql} - {right.sql}) AS INTEGER)", INT32, left, right)
        if "DateTime64" in (a.name, b.name):
            type_ = decimal(18, max(a.precision, b.precision))
            micros = f"(epoch_us({moment_of(left)}) - epoch_us({moment_of(right)}))"
            return _result(f"CAST(({micros} / 1e6) AS {duckdb_type(type_)})", type_, left, right)
        sql = f"CAST((epoch({moment_of(left)}) - epoch({moment_of(right)})) AS INTEGER)"
        return _result(sql, INT32, left, right)
    moment, number = (left, right) if a.is_temporal else (right, left)
    if not number.type.is_number or (operator == "-" and not a.is_temporal):
        raise Fault("TL407", f"{_NAMES[operator]} can't be applied to {a} and {b}")
    return shift(moment, number, "day" if moment.type.is_date else "second", operator)


def _tuples(operator: str, left: Typed, right: Typed) -> Typed:
    from tinylite.sql.access import tuple_element
    from tinylite.sql.casts import struct

    count = len(left.type.args)
    if count != len(right.type.args):
        raise Fault("TL407", f"{left.type} and {right.type} have different sizes")
    parts = [arithmetic(operator, tuple_element(left, i), tuple_element(right, i)) for i in range(1, count + 1)]
    type_ = tuple_of(*(part.type for part in parts))
    return combined(struct(type_, [part.exact for part in parts]), type_, parts)


# -- nodes ----------------------------------------------------------------------------------------------------------


def lower_binary(node: exp.Binary, scope: Scope) -> Typed:
    return arithmetic(_OPERATORS[type(node)], scope.lower(node.this), scope.lower(node.expression))


def lower_negative(node: exp.Neg, scope: Scope) -> Typed:
    from tinylite.sql.literals import literal

    value = scope.lower(node.this)
    if isinstance(value.literal, int | float) and not isinstance(value.literal, bool):
        return literal(-value.literal)
    return negate(value)


_OPERATORS: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.IntDiv: "div", exp.Mod: "%",
}  # fmt: skip

LOWERINGS: Lowerings = {**dict.fromkeys(_OPERATORS, lower_binary), exp.Neg: lower_negative}
