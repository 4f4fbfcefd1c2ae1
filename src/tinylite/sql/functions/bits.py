"""Bits of integers."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.wrapping import wrapped
from tinylite.types import Type
from tinylite.types.model import STRING, UINT8, UINT64, array, integer

Lowering = Callable[[Call], Typed]


def _integers(call: Call) -> list[Type]:
    types = [arg.type.plain for arg in call.args]
    for type_ in types:
        if not (type_.is_integer or type_.name == "Bool") or type_.bits > 64:
            raise call.fault(f"takes integers of at most 64 bits, not {type_}")
    return types


def _wide(value: Typed) -> str:
    return f"CAST({value.number} AS HUGEINT)"


def _unsigned(value: Typed) -> str:
    """The bits as a number that is not negative."""
    return f"({_wide(value)} & {(1 << value.type.bits) - 1})"


def _both(symbol: str) -> Lowering:
    """Of the wider type, signed when one of them is."""

    def lower(call: Call) -> Typed:
        one, other = _integers(call)
        signed = not (one.is_unsigned and other.is_unsigned)
        type_ = integer(max(one.bits, other.bits), signed=signed)
        left, right = (_wide(arg) for arg in call.args)
        sql = f"xor({left}, {right})" if symbol == "^" else f"({left} {symbol} {right})"
        return combined(wrapped(sql, type_), type_, call.args)

    return lower


def _not(call: Call) -> Typed:
    """Of a float its whole part, as an integer of its width."""
    (value,) = call.args
    if value.type.is_float:
        width = 32 if value.type.name == "Float32" else 64
        most = 2 ** (width - 1) - 1
        whole = f"CAST(trunc({value.sql}) AS HUGEINT)"
        fits = f"{value.sql} IS NULL OR (isfinite({value.sql}) AND abs({value.sql}) < {most}.0)"
        float_type = integer(width, signed=True)
        sql = f"CAST((CASE WHEN {fits} THEN -1 - {whole} ELSE {most} END) AS {duckdb_type(float_type)})"
        return combined(sql, float_type, call.args)
    (type_,) = _integers(call)
    type_ = type_ if type_.is_integer else UINT8
    return combined(wrapped(f"(-1 - {_wide(call.args[0])})", type_), type_, call.args)


def _shift(symbol: str) -> Lowering:
    """Of the wider type of both; by the width of the first one's and more nothing is left."""

    def lower(call: Call) -> Typed:
        type_, by = _integers(call)
        value, count = _wide(call.args[0]), f"CAST({call.args[1].number} AS INTEGER)"
        own_width, width = type_.bits, max(type_.bits, by.bits)
        type_ = integer(width, signed=not (type_.is_unsigned and by.is_unsigned))
        if symbol == "<<":
            low = (1 << width) - 1
            moved = f"(({value} & {low} & ((CAST(1 AS HUGEINT) << ({width} - {count})) - 1)) << {count})"
        else:
            moved = f"(CASE WHEN {value} < 0 THEN -1 - ((-1 - {value}) >> {count}) ELSE {value} >> {count} END)"
        negative = "error('The number of shift positions needs to be a non-negative value')"
        sql = f"(CASE WHEN {count} < 0 THEN {negative} WHEN {count} >= {own_width} THEN 0 ELSE {moved} END)"
        return combined(wrapped(sql, type_), type_, call.args)

    return lower


def _rotated(sign: str) -> Lowering:
    """Of the wider type of both, signed when one of them is."""

    def lower(call: Call) -> Typed:
        one, by = _integers(call)
        type_ = integer(max(one.bits, by.bits), signed=not (one.is_unsigned and by.is_unsigned))
        width = type_.bits
        bits = f"({_wide(call.args[0])} & {(1 << width) - 1})"
        count = f"CAST(((({sign}{_wide(call.args[1])}) % {width}) + {width}) % {width} AS INTEGER)"
        sql = f"((({bits} << {count}) | ({bits} >> ({width} - {count}))) & {(1 << width) - 1})"
        return combined(wrapped(sql, type_), type_, call.args)

    return lower


def _count(call: Call) -> Typed:
    (value,) = call.args
    if value.type.is_float:
        return combined(f"CAST(bit_count(CAST({value.exact} AS BIT)) AS UTINYINT)", UINT8, call.args)
    _integers(call)
    sql = f"bit_count({_unsigned(value)})"
    return combined(f"CAST({sql} AS UTINYINT)", UINT8, call.args)


def _distance(call: Call) -> Typed:
    """Of both as 64 bits."""
    _integers(call)
    left, right = (f"({_wide(arg)} & {(1 << 64) - 1})" for arg in call.args)
    return combined(f"CAST(bit_count(xor({left}, {right})) AS UTINYINT)", UINT8, call.args)


def _test(joined: str) -> Lowering:
    def lower(call: Call) -> Typed:
        _integers(call)
        value, *places = call.args
        tests = [f"(({_unsigned(value)} >> CAST({place.number} AS INTEGER)) & 1) = 1" for place in places]
        sql = f"({joined.join(tests)})"
        nullable = [f"{arg.value} IS NOT NULL" for arg in call.args if arg.type.nullable]
        if nullable:
            sql = f"(CASE WHEN {' AND '.join(nullable)} THEN {sql} END)"
        return combined(sql, UINT8, call.args, predicate=True)

    return lower


def _places(call: Call) -> str:
    """The positions of the bits that are set."""
    (type_,) = _integers(call)
    place = call.unique()
    test = f"(({_unsigned(call.args[0])} >> CAST({place} AS INTEGER)) & 1) = 1"
    return f"list_filter(range(0, {type_.bits}), lambda {place}: {test})"


def _positions(call: Call) -> Typed:
    return combined(f"CAST({_places(call)} AS UBIGINT[])", array(UINT64), call.args)


def _powers(call: Call) -> Typed:
    type_, item = _integers(call)[0], call.unique()
    type_ = type_ if type_.is_integer else UINT8
    power = cast(Typed(f"(CAST(1 AS HUGEINT) << CAST({item} AS INTEGER))", Type("Int128")), type_).sql
    sql = f"list_transform({_places(call)}, lambda {item}: {power})"
    return combined(f"CAST({sql} AS {duckdb_type(array(type_))})", array(type_), call.args)


def _power_list(call: Call) -> Typed:
    return combined(f"array_to_string({_powers(call).sql}, ',')", STRING, call.args)


FUNCTIONS: list[Function] = [
    own("bitAnd", "integer integer", _both("&")),
    own("bitOr", "integer integer", _both("|")),
    own("bitXor", "integer integer", _both("^")),
    own("bitNot", "integer|float", _not),
    own("bitShiftLeft", "integer integer", _shift("<<")),
    own("bitShiftRight", "integer integer", _shift(">>")),
    own("bitRotateLeft", "integer integer", _rotated("")),
    own("bitRotateRight", "integer integer", _rotated("-")),
    own("bitCount", "integer|float", _count, doc="How many bits are set."),
    own("bitHammingDistance", "integer integer", _distance, doc="How many bits differ."),
    own("bitTest", "integer integer", _test(" AND ")),
    own("bitTestAll", "integer integer integer*", _test(" AND ")),
    own("bitTestAny", "integer integer integer*", _test(" OR ")),
    own("bitPositionsToArray", "integer", _positions),
    own("bitmaskToArray", "integer", _powers, doc="The powers of two in a number."),
    own("bitmaskToList", "integer", _power_list),
]
