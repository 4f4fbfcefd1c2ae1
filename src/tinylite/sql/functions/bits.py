"""Bits of integers."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.functions.catalog import Call, Function, own, test
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.wrapping import wrapped
from tinylite.types import Type
from tinylite.types.model import STRING, UINT8, UINT64, array, integer


def _huge(value: Typed) -> str:
    return f"CAST({value.number} AS HUGEINT)"


def _checked(call: Call) -> None:
    for arg in call.args:
        if arg.type.is_integer and arg.type.bits > 64:
            raise call.fault(f"bits of {arg.type} can't be had", "integers of up to 64 bits can be")


def _shared(left: Type, right: Type) -> Type:
    """The wider of the two, signed when one of them is."""
    unsigned = [t.name == "Bool" or t.is_unsigned for t in (left, right)]
    bits = max(8 if t.name == "Bool" else t.bits for t in (left, right))
    return integer(bits, signed=not all(unsigned))


def _binary(template: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        _checked(call)
        left, right = call.args
        type_ = _shared(left.type.plain, right.type.plain)
        both = (f"CAST({wrapped(_huge(arg), type_)} AS {duckdb_type(type_)})" for arg in (left, right))
        return combined(f"CAST({template.format(*both)} AS {duckdb_type(type_)})", type_, call.args)

    return lower


def _not(call: Call) -> Typed:
    _checked(call)
    type_ = _shared(call.args[0].type.plain, call.args[0].type.plain)
    return combined(wrapped(f"(-1 - {_huge(call.args[0])})", type_), type_, call.args)


def _shift(template: str) -> Callable[[Call], Typed]:
    """Bits that are shifted out are lost."""

    def lower(call: Call) -> Typed:
        _checked(call)
        value, by = call.args[0], _huge(call.args[1])
        type_ = _shared(value.type.plain, value.type.plain)
        few = f"CAST(least(greatest({by}, 0), {type_.bits - 1}) AS HUGEINT)"
        shifted = wrapped(template.format(_huge(value), few), type_)
        negative = "error('The number of shift positions needs to be a non-negative value')"
        sql = f"(CASE WHEN {by} < 0 THEN {negative} WHEN {by} >= {type_.bits} THEN 0 ELSE {shifted} END)"
        return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)

    return lower


def _bits(call: Call) -> str:
    return f"CAST({call.args[0].exact if not call.args[0].predicate else call.args[0].value} AS BIT)"


def _count(call: Call) -> Typed:
    _checked(call)
    return combined(f"CAST(bit_count({_bits(call)}) AS UTINYINT)", UINT8, call.args)


def _distance(call: Call) -> Typed:
    _checked(call)
    left, right = (f"CAST(CAST({_huge(arg)} AS HUGEINT) AS BIT)" for arg in call.args)
    return combined(f"CAST(bit_count(xor({left}, {right})) AS UTINYINT)", UINT8, call.args)


def _positions(call: Call, template: str, type_: Type) -> Typed:
    _checked(call)
    name = call.unique()
    bits = 8 if call.args[0].type.name == "Bool" else call.args[0].type.bits
    value = _huge(call.args[0])
    picked = f"list_filter(range(0, {bits}), lambda {name}: ({value} >> CAST({name} AS HUGEINT)) & 1 = 1)"
    item = wrapped(template.format(f"CAST({name} AS HUGEINT)"), type_)
    sql = f"list_transform({picked}, lambda {name}: CAST({item} AS {duckdb_type(type_)}))"
    return combined(sql, array(type_), call.args)


def _powers(call: Call) -> Typed:
    return _positions(call, "(CAST(1 AS HUGEINT) << {})", call.args[0].type.plain)


def _powers_text(call: Call) -> Typed:
    powers = _powers(call)
    return combined(f"array_to_string({powers.sql}, ',')", STRING, call.args)


_BIT = "(CAST({0:number} AS HUGEINT) >> CAST({1:number} AS HUGEINT)) & 1 = 1"

FUNCTIONS: list[Function] = [
    own("bitAnd", "integer integer", _binary("({} & {})")),
    own("bitOr", "integer integer", _binary("({} | {})")),
    own("bitXor", "integer integer", _binary("xor({}, {})")),
    own("bitNot", "integer", _not),
    own("bitShiftLeft", "integer integer", _shift("({0} * (CAST(1 AS HUGEINT) << {1}))")),
    own("bitShiftRight", "integer integer", _shift("({0} >> {1})")),
    own("bitCount", "integer", _count),
    own("bitHammingDistance", "integer integer", _distance),
    test("bitTest", "integer integer", _BIT),
    own("bitPositionsToArray", "integer", lambda call: _positions(call, "{}", UINT64)),
    own("bitmaskToArray", "integer", _powers),
    own("bitmaskToList", "integer", _powers_text),
]
