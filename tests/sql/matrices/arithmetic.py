"""Operators × all pairs of number types, and the same type at the ends of its range."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product

from tests.sql.probe import Probe, State

_NUMBERS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "d", "b", "ni32")
_INTEGERS = _NUMBERS[:8]
_FUNCTIONS = (
    "abs", "negate", "sign", "round", "floor", "ceil", "trunc", "sqrt", "exp", "log", "toString", "toTypeName",
    "isNaN", "bitNot", "bitCount", "plus(1,_)", "_*1.5", "_/2", "_%7", "_+1", "_-1", "_*-1", "round(_,1)",
    "round(_,-1)", "floor(_,1)", "toFloat64", "greatest(_,1)", "least(_,1.5)", "intDiv(_,3)", "modulo(_,-3)",
    "if(_>0,_,0)", "_=1", "_<1.5", "_>='1'", "_IN(0,1,7)", "toInt64OrZero(toString(_))", "toUInt8", "isNull",
    "nullIf(_,1)", "coalesce(_,0)",
)  # fmt: skip

_EXACT = State("differs", "ClickHouse fails where the 64 bits of the Decimal overflow; here it is exact")


def probes() -> Iterator[str | Probe]:
    for (one, other), operator in product(combinations_with_replacement(_NUMBERS, 2), "+-*/"):
        yield f"SELECT {one} {operator} {other}, {other} {operator} {one} FROM nums WHERE id NOT IN (4, 5) ORDER BY id"
    for (one, other), name in product(product(_INTEGERS, repeat=2), ("intDiv", "modulo")):
        yield f"SELECT {name}({one}, {other}) FROM nums WHERE {other} != 0 AND id NOT IN (4, 5) ORDER BY id"
    for column, operator in product(_INTEGERS, "+-*"):
        yield f"SELECT {column} {operator} {column}, {column} {operator} 2 FROM nums WHERE id IN (4, 5) ORDER BY id"
    for column, function in product((*_NUMBERS, "nf64", "nu8"), _FUNCTIONS):
        call = function.replace("_", column) if "_" in function else f"{function}({column})"
        yield f"SELECT {call} FROM nums WHERE id NOT IN (4, 5, 8, 10, 11) ORDER BY id"
    for one, other in product(_NUMBERS, repeat=2):
        overflows = {one, other} in ({"i64", "d"}, {"u64", "d"})
        compared = f"SELECT {one} = {other}, {one} < {other}, {one} >= {other} FROM nums ORDER BY id"
        yield Probe(compared, _EXACT if overflows else State())
    for column in _NUMBERS:
        yield f"SELECT id FROM nums ORDER BY {column} DESC, id"
        yield f"SELECT {column}, count() FROM nums GROUP BY {column} ORDER BY {column}"
        yield f"SELECT DISTINCT {column} FROM nums ORDER BY {column} LIMIT 4"
