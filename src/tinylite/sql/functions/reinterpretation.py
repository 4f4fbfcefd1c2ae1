"""reinterpret and reinterpretAs…: the bytes of integers and texts read as another type, the lowest byte first."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.blobs import blob_of
from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.wrapping import wrapped
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import DATE, DATETIME, UINT16, UINT32, integer

_BITS = (8, 16, 32, 64, 128, 256)


def _read(call: Call, type_: Type) -> Typed:
    value = call.args[0]
    if value.type.is_string and type_.bits <= 128:
        huge = _number_of_bytes(blob_of(value), type_.bits // 8)
    elif value.type.is_integer and value.type.bits <= 64:
        # Bytes that the narrower value has not are zero, also behind a sign.
        unsigned = cast(value, integer(value.type.bits, signed=False))
        huge = f"CAST({unsigned.sql} AS HUGEINT)"
    else:
        raise call.fault(f"the bytes of {value.type} can't be read as {type_}", "integers of 64 bits and texts can be")
    if type_.bits > 64:
        return combined(f"CAST({huge} AS {duckdb_type(type_)})", type_, call.args)
    return combined(wrapped(huge, type_), type_, call.args)


def _number_of_bytes(blob: str, count: int) -> str:
    """Of up to 8 bytes a HUGEINT, of 16 the bits."""
    digits = f"rpad(left(hex({blob}), {2 * count}), {2 * count}, '0')"
    pairs = " || ".join(f"substr({digits}, {2 * index + 1}, 2)" for index in reversed(range(count)))
    if count > 8:
        return f"CAST(unhex({pairs}) AS BIT)"
    return f"CAST(CAST(('0x' || {pairs}) AS UBIGINT) AS HUGEINT)"


def _as(type_: Type) -> Callable[[Call], Typed]:
    return lambda call: _read(call, type_)


def _as_moment(number: Type, type_: Type) -> Callable[[Call], Typed]:
    return lambda call: cast(_read(call, number), type_)


def _reinterpret(call: Call) -> Typed:
    spelling = str(call.literal(1, str, "the name of a type"))
    try:
        type_ = parse_type(spelling)
    except TypeSyntaxError as problem:
        raise call.fault(str(problem)) from None
    if not type_.is_integer:
        raise call.fault(f"bytes can't be read as {type_}", "they can be as integers")
    return _read(call, type_)


FUNCTIONS: list[Function] = [
    *(
        own(f"reinterpretAs{'' if signed else 'U'}Int{bits}", "integer|string", _as(integer(bits, signed=signed)))
        for bits in _BITS
        for signed in (True, False)
    ),
    own("reinterpretAsDate", "integer|string", _as_moment(UINT16, DATE)),
    own("reinterpretAsDateTime", "integer|string", _as_moment(UINT32, DATETIME)),
    own("reinterpret", "any string", _reinterpret),
    *(
        refused(f"reinterpretAs{name}", "DuckDB can't read bytes so")
        for name in ("Float32", "Float64", "String", "FixedString", "UUID")
    ),
]
