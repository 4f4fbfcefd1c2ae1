"""toString, toInt32, toDate and the rest of the conversions, with their OrNull and OrZero forms."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.literals import literal
from tinylite.sql.physical import duckdb_type, first_value, text_literal
from tinylite.sql.temporal_casts import OnFailure
from tinylite.sql.typed import Typed, combined, keeps_dictionary
from tinylite.sql.zones import in_zone
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import BOOL, DATE, DATETIME, NEVER_NULLABLE, STRING, UUID, datetime, datetime64, decimal
from tinylite.types.parse import LONGEST_FIXED_STRING

_NUMBERS = (
    *(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64, 128, 256)),
    "Float32",
    "Float64",
)
_DECIMALS = ((32, 9), (64, 18), (128, 38), (256, 76))
_FAILURES: tuple[tuple[str, OnFailure], ...] = (("", "raise"), ("OrNull", "null"), ("OrZero", "zero"))


def _to(type_: Type, on_failure: OnFailure = "raise") -> Callable[[Call], Typed]:
    return lambda call: converted(call.args[0], type_, on_failure)


_ALWAYS_READABLE = frozenset({"DateTime64", "Bool", "String", "FixedString"})


def converted(value: Typed, type_: Type, on_failure: OnFailure = "raise") -> Typed:
    """toX: of Nullable text that can't be read it is NULL, with a few exceptions."""
    nullable = value.type.nullable and value.type.is_string and type_.name not in _ALWAYS_READABLE
    return cast(value, type_.as_nullable() if nullable and on_failure == "raise" else type_, on_failure)


def _family(name: str, type_: Type, signature: str = "any") -> list[Function]:
    return [
        *(own(f"to{name}{suffix}", signature, _to(type_, on_failure)) for suffix, on_failure in _FAILURES),
        _or_default(f"to{name}OrDefault", signature, lambda call: type_),
    ]


def _or_default(name: str, signature: str, type_of: Callable[[Call], Type]) -> Function:
    """The last argument of these, if it is given, is what stands for values that do not fit."""
    required = len(signature.split())
    optional = "any? any?" if name.startswith(("toDateO", "toDateTime")) else "any?"  # a time zone

    def lower(call: Call) -> Typed:
        type_ = type_of(call)
        default = call.args[-1] if len(call.args) > required and _is_default(call, type_) else None
        return accurate_or_default(call, type_, default)

    return own(name, f"{signature} {optional}", lower, nulls="own")


def _datetime64_or_default(call: Call) -> Typed:
    type_ = datetime64(call.digits(1, 9), _zone(call, 2))
    default = call.args[3] if len(call.args) > 3 else None
    if default is not None and not _is_default(call, type_):
        raise call.fault(f"the default must be {type_}, not {default.type}")
    return accurate_or_default(call, type_, default)


def _is_default(call: Call, type_: Type) -> bool:
    given = call.args[-1].type.plain
    if given == type_.plain:
        return True
    if given.is_string and type_.is_temporal:  # a time zone
        return False
    raise call.fault(f"the default must be {type_}, not {given}")


def _zone(call: Call, index: int) -> str | None:
    return str(call.literal(index, str, "a time zone")) if len(call.args) > index else None


def _to_datetime(on_failure: OnFailure) -> Callable[[Call], Typed]:
    return lambda call: converted(call.args[0], datetime(_zone(call, 1) or call.args[0].type.zone), on_failure)


def _to_date(on_failure: OnFailure) -> Callable[[Call], Typed]:
    return lambda call: converted(in_zone(call.args[0], _zone(call, 1)), DATE, on_failure)


def _to_datetime64(on_failure: OnFailure) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        precision = call.digits(1, 9) if len(call.args) > 1 else 3
        zone = _zone(call, 2) or call.args[0].type.zone
        return cast(call.args[0], datetime64(precision, zone), on_failure)

    return lower


def _to_time64(on_failure: OnFailure) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        digits = int(str(call.literal(1, int, "a number of digits")))
        if not 0 <= digits <= 9:
            raise call.fault(f"Time64 has 0 to 9 digits, not {digits}")
        return converted(call.args[0], Type("Time64", params=(digits,)), on_failure)

    return lower


def _to_decimal(digits: int, on_failure: OnFailure) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        return converted(call.args[0], decimal(digits, call.digits(1, digits)), on_failure)

    return lower


def _to_string(call: Call) -> Typed:
    value = call.args[0]
    if len(call.args) > 1:
        zone = _zone(call, 1)
        value = in_zone(value, zone)
    return cast(value, STRING)


def _to_bool(call: Call) -> Typed:
    result = cast(call.args[0], BOOL)
    return result.with_type(result.type.as_low_cardinality(keeps_dictionary(call.args, BOOL)))


def _to_fixed_string(call: Call) -> Typed:
    size = int(str(call.literal(1, int, "a length")))
    if not 0 < size <= LONGEST_FIXED_STRING:
        raise call.fault(f"the length must be between 1 and {LONGEST_FIXED_STRING}, not {size}")
    return cast(call.args[0], Type("FixedString", params=(size,)))


def _cast(call: Call) -> Typed:
    return cast(call.args[0], _named_type(call))


def _low_cardinality(call: Call) -> Typed:
    value = call.args[0]
    if value.type.name in ("Nothing", "Decimal", *NEVER_NULLABLE, "Tuple"):
        raise call.fault(f"{value.type} can't be LowCardinality")
    return combined(value.exact, value.type.as_low_cardinality(), [value])


def _spelt(type_: Type, indent: int = 0) -> str:
    """A type as ClickHouse shows it to people: the elements of a named Tuple in lines."""
    if type_.name == "Tuple" and type_.names and not type_.nullable:
        space = " " * (indent + 4)
        lines = (f"{space}{n} {_spelt(a, indent + 4)}" for n, a in zip(type_.names, type_.args, strict=True))
        return "Tuple(\n" + ",\n".join(lines) + ")"
    if type_.name in ("Array", "Map"):
        return f"{type_.name}({', '.join(_spelt(arg, indent) for arg in type_.args)})"
    return str(type_)


def _type_name(call: Call) -> Typed:
    """A constant; of an aggregate one row all the same."""
    name = literal(_spelt(call.args[0].type))
    if not call.args[0].aggregate:
        return name
    return Typed(f"coalesce(any_value({name.sql}), {name.sql})", STRING, aggregate=True)


def _named_type(call: Call) -> Type:
    try:
        return parse_type(str(call.literal(1, str, "the name of a type")))
    except TypeSyntaxError as problem:
        raise call.fault(str(problem)) from None


def _accurate(value: Typed, to: Type) -> Typed:
    """`value` as `to`, NULL where that would change it."""
    source, target = value.type, duckdb_type(to)
    if source.is_string and to.is_datetime:
        return cast(value, to.as_nullable(), "lenient")
    if source.is_number and to.name in ("IPv4", "IPv6"):
        return combined(f"CAST(NULL AS {target})", to.as_nullable(), [value])
    if source.is_float and to.name in ("Date", "Date32", "DateTime"):
        whole = value.with_sql(f"(CASE WHEN {value.number} = trunc({value.number}) THEN {value.number} END)")
        return cast(whole.with_type(source.as_nullable()), to, "null")
    if source.name == "Decimal" and to.is_integer:
        return combined(f"TRY_CAST(trunc({value.number}) AS {target})", to.as_nullable(), [value])
    if not (source.is_number and (to.is_integer or to.is_float)):
        return cast(value, to, "null")
    number = value.number
    if to.is_integer:
        kept = f"TRY_CAST({number} AS {target})"
        sql = kept if source.is_integer else f"(CASE WHEN {number} = trunc({number}) THEN {kept} END)"
    elif source.is_integer:
        sql = f"(CASE WHEN CAST(CAST({number} AS {target}) AS HUGEINT) = {number} THEN CAST({number} AS {target}) END)"
    else:
        wide = f"CAST({number} AS DOUBLE)"
        sql = f"(CASE WHEN CAST(CAST({wide} AS {target}) AS DOUBLE) = {wide} THEN CAST({wide} AS {target}) END)"
    return combined(sql, to.as_nullable(), [value])


def _accurate_cast(call: Call) -> Typed:
    value, to = call.args[0], _named_type(call)
    message = text_literal(f"Value can't be converted to {to} without a change")
    return combined(f"coalesce({_accurate(value, to).value}, error({message}))", to, [value])


def accurate_or_default(call: Call, to: Type, default: Typed | None) -> Typed:
    value = call.args[0]
    otherwise = default.exact if default is not None else first_value(to.plain)
    if value.type.name == "Nothing":
        return combined(otherwise, to, call.args)
    kept = to.as_low_cardinality(keeps_dictionary(call.args, to))
    return combined(f"coalesce({_accurate(value, to).value}, {otherwise})", kept, call.args)


def _accurate_or_default(call: Call) -> Typed:
    to = _named_type(call)
    default = call.args[2] if len(call.args) > 2 else None
    if default is not None and default.type.plain != to.plain:
        raise call.fault(f"the default must be {to}, not {default.type}")
    return accurate_or_default(call, to, default)


def _decimal_type(digits: int) -> Callable[[Call], Type]:
    return lambda call: decimal(digits, call.digits(1, digits))


def _datetime_type(call: Call) -> Type:
    named = len(call.args) > 1 and call.args[1].type.is_string
    return datetime(_zone(call, 1) if named else call.args[0].type.zone)


def _decimal_string(call: Call) -> Typed:
    """With a fixed number of digits after the point."""
    value, digits = call.args[0], call.literal(1, int, "a number of digits")
    if value.type.is_float:
        return combined(f"printf('%.{digits}f', CAST({value.sql} AS DOUBLE))", STRING, call.args)
    return combined(f"CAST(CAST({value.number} AS DECIMAL(38, {digits})) AS VARCHAR)", STRING, call.args)


FUNCTIONS: list[Function] = [
    *(function for name in _NUMBERS for function in _family(name, Type(name))),
    *(own(f"toDate{suffix}", "any string?", _to_date(failure), case_insensitive=True) for suffix, failure in _FAILURES),
    *_family("Date32", Type("Date32")),
    *_family("UUID", UUID, "string|uuid"),
    *(own(f"toTime{suffix}", "any", _to(Type("Time"), failure)) for suffix, failure in _FAILURES),
    *(own(f"toTime64{suffix}", "any integer", _to_time64(failure)) for suffix, failure in _FAILURES),
    *_family("IPv4", Type("IPv4")),
    *_family("IPv6", Type("IPv6")),
    *(own(f"toDateTime{suffix}", "any string?", _to_datetime(failure)) for suffix, failure in _FAILURES),
    *(own(f"toDateTime64{suffix}", "any integer string?", _to_datetime64(failure)) for suffix, failure in _FAILURES),
    *(
        own(f"toDecimal{bits}{suffix}", "any integer", _to_decimal(digits, failure))
        for bits, digits in _DECIMALS
        for suffix, failure in _FAILURES
    ),
    *(_or_default(f"toDecimal{bits}OrDefault", "any integer", _decimal_type(digits)) for bits, digits in _DECIMALS),
    _or_default("toDateOrDefault", "any", lambda call: DATE),
    _or_default("toDateTimeOrDefault", "any", _datetime_type),
    own("toDateTime64OrDefault", "any integer string? any?", _datetime64_or_default, nulls="own"),
    own("accurateCast", "any string", _accurate_cast, nulls="own", doc="A conversion that must not change the value."),
    own("accurateCastOrNull", "any string", lambda call: _accurate(call.args[0], _named_type(call)), nulls="own"),
    own("accurateCastOrDefault", "any string any?", _accurate_or_default, nulls="own"),
    own("toDecimalString", "number integer", _decimal_string, doc="A number with so many digits after the point."),
    simple("toStringCutToZero", "string", STRING, "split_part({0}, chr(0), 1)", doc="What stands before a NUL."),
    own("DATE", "any", _to_date("raise"), case_insensitive=True),
    own("toDateTime32", "any string?", _to_datetime("raise")),
    own("toBool", "any", _to_bool, nulls="own"),
    own("toString", "any string?", _to_string),
    own("toFixedString", "string integer", _to_fixed_string),
    own("toLowCardinality", "any", _low_cardinality, nulls="own"),
    own("toTypeName", "any", _type_name, nulls="own"),
    own("_CAST", "any string", _cast, nulls="own"),
    own("TIMESTAMP", "any", _to(DATETIME), case_insensitive=True),
]
