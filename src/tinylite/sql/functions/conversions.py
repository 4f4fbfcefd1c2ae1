"""toString, toInt32, toDate and the rest of the conversions, with their OrNull and OrZero forms."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.literals import literal
from tinylite.sql.temporal_casts import OnFailure
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import in_zone
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import BOOL, DATE, DATETIME, NEVER_NULLABLE, STRING, UUID, datetime, datetime64, decimal

_NUMBERS = (
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)),
    "Float32",
    "Float64",
)
_FAILURES: tuple[tuple[str, OnFailure], ...] = (("", "raise"), ("OrNull", "null"), ("OrZero", "zero"))


def _to(type_: Type, on_failure: OnFailure = "raise") -> Callable[[Call], Typed]:
    return lambda call: cast(call.args[0], type_, on_failure)


def _family(name: str, type_: Type, signature: str = "any") -> list[Function]:
    return [
        own(f"to{name}{suffix}", signature, _to(type_, on_failure), case_insensitive=not suffix and name == "Date")
        for suffix, on_failure in _FAILURES
    ]


def _zone(call: Call, index: int) -> str | None:
    return str(call.literal(index, str, "a time zone")) if len(call.args) > index else None


def _to_datetime(on_failure: OnFailure) -> Callable[[Call], Typed]:
    return lambda call: cast(call.args[0], datetime(_zone(call, 1) or call.args[0].type.zone), on_failure)


def _to_date(on_failure: OnFailure) -> Callable[[Call], Typed]:
    return lambda call: cast(in_zone(call.args[0], _zone(call, 1)), DATE, on_failure)


def _to_datetime64(on_failure: OnFailure) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        precision = call.literal(1, int, "a number of digits") if len(call.args) > 1 else 3
        zone = _zone(call, 2) or call.args[0].type.zone
        return cast(call.args[0], datetime64(int(str(precision)), zone), on_failure)

    return lower


def _to_decimal(digits: int, on_failure: OnFailure) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        scale = call.literal(1, int, "a number of digits")
        return cast(call.args[0], decimal(digits, int(str(scale))), on_failure)

    return lower


def _to_string(call: Call) -> Typed:
    value = call.args[0]
    if len(call.args) > 1:
        zone = _zone(call, 1)
        value = in_zone(value, zone)
    return cast(value, STRING)


def _to_fixed_string(call: Call) -> Typed:
    return cast(call.args[0], Type("FixedString", params=(call.literal(1, int, "a length"),)))


def _cast(call: Call) -> Typed:
    spelling = str(call.literal(1, str, "the name of a type"))
    try:
        return cast(call.args[0], parse_type(spelling))
    except TypeSyntaxError as problem:
        raise call.fault(str(problem)) from None


def _low_cardinality(call: Call) -> Typed:
    value = call.args[0]
    if value.type.name in ("Nothing", "Decimal", *NEVER_NULLABLE, "Tuple"):
        raise call.fault(f"{value.type} can't be LowCardinality")
    return combined(value.exact, value.type.as_low_cardinality(), [value])


def _type_name(call: Call) -> Typed:
    """A constant; of an aggregate one row all the same."""
    name = literal(str(call.args[0].type))
    if not call.args[0].aggregate:
        return name
    return Typed(f"coalesce(any_value({name.sql}), {name.sql})", STRING, aggregate=True)


FUNCTIONS: list[Function] = [
    *(function for name in _NUMBERS for function in _family(name, Type(name))),
    *(own(f"toDate{suffix}", "any string?", _to_date(failure), case_insensitive=True) for suffix, failure in _FAILURES),
    *_family("Date32", Type("Date32")),
    *_family("UUID", UUID, "string|uuid"),
    *_family("IPv4", Type("IPv4")),
    *_family("IPv6", Type("IPv6")),
    *(own(f"toDateTime{suffix}", "any string?", _to_datetime(failure)) for suffix, failure in _FAILURES),
    *(own(f"toDateTime64{suffix}", "any integer string?", _to_datetime64(failure)) for suffix, failure in _FAILURES),
    *(
        own(f"toDecimal{bits}{suffix}", "any integer", _to_decimal(digits, failure))
        for bits, digits in ((32, 9), (64, 18), (128, 38))
        for suffix, failure in _FAILURES
    ),
    own("DATE", "any", _to_date("raise"), case_insensitive=True),
    own("toDateTime32", "any string?", _to_datetime("raise")),
    own("toBool", "any", _to(BOOL), nulls="own"),
    own("toString", "any string?", _to_string),
    own("toFixedString", "string integer", _to_fixed_string),
    own("toLowCardinality", "any", _low_cardinality, nulls="own"),
    own("toTypeName", "any", _type_name, nulls="own"),
    own("_CAST", "any string", _cast, nulls="own"),
    own("TIMESTAMP", "any", _to(DATETIME), case_insensitive=True),
]
