"""From one ClickHouse type to another: CAST, `::`, toX, toXOrNull, toXOrZero, and the coercions between branches."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tinylite.sql.access import tuple_element
from tinylite.sql.errors import Fault
from tinylite.sql.once import once
from tinylite.sql.physical import duckdb_type, first_value, quoted, text_literal
from tinylite.sql.temporal_casts import (
    OnFailure,
    datetime_text,
    float_of_moment,
    number_of_moment,
    to_date,
    to_datetime,
)
from tinylite.sql.times_of_day import exact_seconds, seconds, time_text, to_time
from tinylite.sql.typed import Typed, combined
from tinylite.sql.wrapping import low_bits, wrapped
from tinylite.types import Type
from tinylite.types.model import INT32, STRING, array

_INTEGER_TEXT = r"[+-]?[0-9]+"
_UNSIGNED_TEXT = r"\+?[0-9]+"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4_TEXT = f"{_OCTET}(\\.{_OCTET}){{3}}"
_DECIMAL_TEXT = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_FLOAT_TEXT = f"{_DECIMAL_TEXT}|[+-]?(?i:nan|inf|infinity)"


_NULL_WHERE_UNREADABLE = frozenset({
    "integer", "float", "Decimal", "Date", "Date32", "DateTime", "DateTime64", "UUID", "IPv4", "IPv6", "Time",
    "Time64",
})  # fmt: skip
"""Nullable types of which text that can't be read becomes NULL."""


def cast(value: Typed, to: Type, on_failure: OnFailure = "raise") -> Typed:
    """`value` as `to`. A Nullable value into a type that is not stays Nullable for toX (keeps NULL)."""
    source = value.type
    if source.name == "Nothing":
        return replace(value, sql=f"CAST(NULL AS {duckdb_type(to.as_nullable())})", type=to.as_nullable())
    if source == to and not value.is_literal:
        return value.with_type(to)
    if source.name == "FixedString" and not to.is_string and not to.is_enum:
        text = f"rtrim({value.value}, chr(0))"
        if _family(to) == "integer":  # zeros alone are a zero
            text = f"coalesce(nullif({text}, ''), CASE WHEN {value.value} IS NOT NULL THEN '0' END)"
        value = combined(text, STRING.as_nullable(source.nullable), [value])
        source = value.type
    if source.name == "Dynamic":
        from tinylite.sql.json_values import from_dynamic

        return from_dynamic(value, to, on_failure)
    if on_failure == "raise" and to.nullable and source.is_string and _family(to) in _NULL_WHERE_UNREADABLE:
        on_failure = "lenient" if to.is_temporal else "null"
    target = to.as_nullable() if source.nullable or on_failure == "null" else to
    convert = _TARGETS.get(_family(to))
    if convert is None:
        raise Fault("TL406", f"a conversion from {source} to {to} is not supported")
    sql = convert(value, to, on_failure)
    if on_failure == "zero":
        sql = f"coalesce({sql}, {first_value(to.plain)})"
        if source.nullable:
            sql = f"(CASE WHEN {value.value} IS NOT NULL THEN {sql} END)"
    result = combined(sql, target, [value])
    if value.blob and to.name == "FixedString":
        size = to.params[0]
        whole = f"{value.blob} || CAST(repeat(chr(0), {size} - octet_length({value.blob})) AS BLOB)"
        error = f"error({text_literal(f'String too long for type {to.plain}')})"
        return replace(result, blob=f"(CASE WHEN octet_length({value.blob}) > {size} THEN {error} ELSE {whole} END)")
    if value.is_literal and to.plain == STRING and source.plain == STRING:
        return replace(result, literal=value.literal)
    return result


def coerce(value: Typed, to: Type) -> str:
    """The text of `value` where a `to` is expected: a branch of `if`, an element of an array, a side of UNION."""
    if value.is_literal and value.literal is not None and value.type.is_number:
        if to.is_integer or to.is_float:
            return f"CAST({value.sql} AS {duckdb_type(to)})"
    elif value.type.plain == to.plain or to.name == "Nothing":
        return value.value
    return cast(value, to).value


def _family(type_: Type) -> str:
    if type_.is_integer:
        return "integer"
    if type_.is_float:
        return "float"
    return type_.name


def _try(on_failure: OnFailure) -> str:
    return "CAST" if on_failure == "raise" else "TRY_CAST"


def to_text(value: Typed) -> str:
    """ClickHouse's text of a value (toString)."""
    if value.type.name == "Dynamic":
        return cast(value, STRING.as_nullable()).value
    type_, sql = value.type, value.value
    if type_.is_float:
        return once(f"CAST({sql} AS VARCHAR)", "_digits", float_text)
    if type_.is_datetime:
        return datetime_text(value)
    if type_.name == "Decimal":
        text = f"CAST({sql} AS VARCHAR)"
        return f"regexp_replace(regexp_replace({text}, '(\\.[0-9]*?)0+$', '\\1'), '\\.$', '')"
    if type_.name == "IPv4":
        octets = " || '.' || ".join(f"(({sql} >> {shift}) & 255)" for shift in (24, 16, 8, 0))
        return f"({octets})"
    if type_.is_time:
        return time_text(value)
    if type_.name in ("Array", "Map", "Tuple"):
        return nested_text(value)
    return sql if duckdb_type(type_) == "VARCHAR" else f"CAST({sql} AS VARCHAR)"


def float_text(text: str) -> str:
    """DuckDB's text of a float as ClickHouse writes it: exponents only below 1e-6 and from 1e21 on."""
    digits = f"replace(split_part(ltrim({text}, '-'), 'e', 1), '.', '')"
    # Tried, since constants are computed in branches that are not taken, too.
    power = f"TRY_CAST(split_part({text}, 'e', 2) AS INTEGER)"
    sign = f"(CASE WHEN starts_with({text}, '-') THEN '-' ELSE '' END)"
    return (  # -nan is nan
        f"(CASE WHEN NOT contains({text}, 'e') THEN regexp_replace({text}, '^-(nan)$|\\.0$', '\\1') "
        f"WHEN {power} BETWEEN 0 AND 20 THEN {sign} || rpad(regexp_replace({digits}, '0$', ''), {power} + 1, '0') "
        f"WHEN {power} BETWEEN -6 AND -1 THEN {sign} || '0.' || repeat('0', -{power} - 1) || {digits} "
        f"ELSE regexp_replace(regexp_replace({text}, '\\.0e', 'e'), 'e([+-]?)0*', 'e\\1').replace('e+', 'e') END)"
    )


_ESCAPES = ((9, "t"), (10, "n"), (13, "r"), (8, "b"), (12, "f"), (0, "0"))


def _escaped(text: str) -> str:
    """A text as it stands in quotes."""
    plain = f"replace(replace({text}, '\\', '\\\\'), '''', '\\''')"
    controls = plain
    for code, letter in _ESCAPES:
        controls = f"replace({controls}, chr({code}), '\\{letter}')"
    return f"(CASE WHEN regexp_matches({text}, '[\\x00-\\x0d]') THEN {controls} ELSE {plain} END)"


def nested_text(value: Typed) -> str:
    """`['a','b']`, `{'k':1}`, `(1,'x')`: ClickHouse's text of containers, strings quoted inside."""
    type_, sql = value.type, value.value

    def inner(text: str, element: Type) -> str:
        plain = to_text(Typed(text, element))
        is_quoted = element.is_temporal or element.is_time or element.is_enum
        if is_quoted or element.is_string or element.name in ("UUID", "IPv4", "IPv6"):
            escaped = _escaped(plain) if element.is_string else plain
            plain = f"('''' || {escaped} || '''')"
        return f"coalesce({plain}, 'NULL')" if element.nullable else plain

    if type_.name == "Array":
        body = f"list_transform({sql}, lambda e: {inner('e', type_.args[0])})"
        return f"('[' || array_to_string({body}, ',') || ']')"
    if type_.name == "Map":
        pair = f"{inner('e.key', type_.args[0])} || ':' || {inner('e.value', type_.args[1])}"
        return f"('{{' || array_to_string(list_transform(map_entries({sql}), lambda e: {pair}), ',') || '}}')"
    parts = [inner(tuple_element(value, i + 1).value, element) for i, element in enumerate(type_.args)]
    return "('(' || " + " || ',' || ".join(parts) + " || ')')"


def _text(value: Typed, to: Type, on_failure: OnFailure) -> str:
    """A FixedString without the zeros that fill it up."""
    text = to_text(value)
    return f"rtrim({text}, chr(0))" if value.type.name == "FixedString" else text


def _fixed_string(value: Typed, to: Type, on_failure: OnFailure) -> str:
    text, size = to_text(value), to.params[0]
    if isinstance(value.literal, str) and len(value.literal.encode()) <= int(str(size)):
        return _padded(text, size)
    message = text_literal(f"String too long for type {to.plain}")
    return f"(CASE WHEN strlen({text}) > {size} THEN error({message}) ELSE {_padded(text, size)} END)"


def _padded(text: str, size: object) -> str:
    """By bytes."""
    return f"({text} || repeat(chr(0), {size} - strlen({text})))"


def _integer(value: Typed, to: Type, on_failure: OnFailure) -> str:
    source, target = value.type, duckdb_type(to)
    if source.is_string:
        return _integer_of_text(value, to, on_failure)
    if source.is_enum:
        cases = " ".join(f"WHEN {text_literal(str(n))} THEN {v}" for n, v in _members(source))
        return f"CAST(CASE {value.sql} {cases} END AS {target})"
    if source.name == "DateTime64":  # as Decimals, these do not wrap around
        return f"CAST({number_of_moment(value)} AS {target})"
    if source.is_temporal:
        return _low(number_of_moment(value), to, on_failure)
    if source.name == "IPv4":
        return f"CAST({value.sql} AS {target})"
    if source.is_time:
        return _low(seconds(value), to, on_failure) if source.name == "Time" else f"CAST({seconds(value)} AS {target})"
    if isinstance(value.literal, int) and not isinstance(value.literal, bool):
        return f"CAST({low_bits(value.literal, to)} AS {target})"
    if not source.is_number:
        raise Fault("TL407", f"{source} can't be converted to {to}")
    if on_failure != "raise":
        return f"TRY_CAST({_whole(value)} AS {target})"
    if source.name == "Decimal" or (source.is_integer and _holds(to, source)):
        return f"CAST({_whole(value)} AS {target})"
    return _float_to_integer(value, to) if source.is_float else _wrapping(value, to)


_MACHINE = {"INTEGER": "-2147483648", "BIGINT": "-9223372036854775808"}


def _float_to_integer(value: Typed, to: Type) -> str:
    """As the processor does it: outside the 32 or 64 bits it converts to, the result is the least of them; then the
    low bits are taken. Infinity and NaN are refused.
    """
    target, whole = duckdb_type(to), _whole(value)
    if to.bits > 64:
        return f"CAST({whole} AS {target})"
    machine = "INTEGER" if to.bits <= 16 or to.plain == INT32 else "BIGINT"
    outside = f"CASE WHEN isfinite({value.number}) THEN {_MACHINE[machine]} ELSE CAST({whole} AS {machine}) END"
    converted = f"coalesce(TRY_CAST({whole} AS {machine}), {outside})"
    if target == machine:
        return f"CAST({converted} AS {target})"
    if target == "UBIGINT":
        return f"coalesce(TRY_CAST({whole} AS {target}), {wrapped(f'CAST({converted} AS HUGEINT)', to)})"
    return wrapped(f"CAST({converted} AS BIGINT)", to)


def _low(number: str, to: Type, on_failure: OnFailure) -> str:
    """A BIGINT as a narrower integer: its low bits."""
    if to.bits >= 64:
        return f"CAST({number} AS {duckdb_type(to)})"
    return wrapped(number, to)


def _whole(value: Typed) -> str:
    """A number without its fraction: ClickHouse cuts, DuckDB rounds."""
    return f"trunc({value.number})" if value.type.is_float or value.type.name == "Decimal" else value.number


def _holds(to: Type, source: Type) -> bool:
    if source.is_unsigned:
        return to.bits > source.bits or (to.is_unsigned and to.bits == source.bits)
    return not to.is_unsigned and to.bits >= source.bits


def _wrapping(value: Typed, to: Type) -> str:
    target = duckdb_type(to)
    if value.type.name == "Bool":
        return f"CAST({value.number} AS {target})"
    if to.bits > 64:
        return f"CAST({_whole(value)} AS {target})"
    return wrapped(f"CAST({_whole(value)} AS HUGEINT)", to)


def _integer_of_text(value: Typed, to: Type, on_failure: OnFailure) -> str:
    target, pattern = duckdb_type(to), _UNSIGNED_TEXT if to.is_unsigned else _INTEGER_TEXT
    if on_failure != "raise":
        return f"(CASE WHEN regexp_full_match({value.sql}, '{pattern}') THEN TRY_CAST({value.sql} AS {target}) END)"
    if to.bits <= 64 and isinstance(value.literal, str) and re.fullmatch(pattern, value.literal):
        return f"CAST({low_bits(int(value.literal), to)} AS {target})"
    converted = f"CAST({value.sql} AS {target})"
    if to.bits <= 64:  # what is too large wraps around
        converted = f"coalesce(TRY_CAST({value.sql} AS {target}), {wrapped(f'CAST({value.sql} AS HUGEINT)', to)})"
    checked = f"WHEN regexp_full_match({value.sql}, '{pattern}') THEN {converted}"
    message = text_literal(f"Cannot parse string as {to.bare}: ")
    return f"(CASE WHEN {value.sql} IS NULL THEN NULL {checked} ELSE error({message} || {value.sql}) END)"


def _float(value: Typed, to: Type, on_failure: OnFailure) -> str:
    source, target = value.type, duckdb_type(to)
    if source.is_temporal:
        return f"CAST({float_of_moment(value)} AS {target})"
    if source.is_time:
        return f"CAST({exact_seconds(value)} AS {target})"
    if source.is_string:
        if on_failure == "raise":
            return f"CAST({value.sql} AS {target})"
        return f"(CASE WHEN regexp_full_match({value.sql}, '{_FLOAT_TEXT}') THEN TRY_CAST({value.sql} AS {target}) END)"
    if not source.is_number:
        raise Fault("TL407", f"{source} can't be converted to {to}")
    if source.name == "Float64" and target == "FLOAT" and not _is_small(value.literal):
        # What is beyond 32 bits is infinite.
        number = value.number
        infinite = f"CASE WHEN {number} > 0 THEN CAST('inf' AS FLOAT) ELSE CAST('-inf' AS FLOAT) END"
        return f"(CASE WHEN {number} IS NOT NULL THEN coalesce(TRY_CAST({number} AS FLOAT), {infinite}) END)"
    return f"CAST({value.number} AS {target})"


def _is_small(literal: object) -> bool:
    """A number that any float holds."""
    return isinstance(literal, int | float) and abs(literal) < 1e38


def _decimal(value: Typed, to: Type, on_failure: OnFailure) -> str:
    scale = int(str(to.params[1]))
    source, target = value.type, duckdb_type(to)
    if source.is_float:
        cut = f"(trunc(CAST({value.sql} AS DOUBLE) * {10**scale}e0) / {10**scale}e0)"
        return f"{_try(on_failure)}({cut} AS {target})"
    if source.name == "Decimal" and int(str(source.params[1])) > scale:
        return f"{_try(on_failure)}(trunc({value.sql}, {scale}) AS {target})"
    if source.is_string:  # what is beyond the scale is cut off, not rounded
        cut = f"regexp_replace({value.sql}, '(\\.[0-9]{{{scale}}})[0-9]+', '\\1')"
        if on_failure != "raise":
            return f"(CASE WHEN regexp_full_match({value.sql}, '{_DECIMAL_TEXT}') THEN TRY_CAST({cut} AS {target}) END)"
        return f"CAST({cut} AS {target})"
    if source.is_time:
        if source.name == "Time":
            raise Fault("TL407", f"{source} can't be converted to {to}", hint="convert it with toInt32 first")
        return f"{_try(on_failure)}({exact_seconds(value)} AS {target})"
    return f"{_try(on_failure)}({value.number} AS {target})"


_BOOL_WORDS = (
    "WHEN 'on' THEN 'true' WHEN 'enable' THEN 'true' WHEN 'enabled' THEN 'true' WHEN 'off' THEN 'false' "
    "WHEN 'disable' THEN 'false' WHEN 'disabled' THEN 'false'"
)


def _bool(value: Typed, to: Type, on_failure: OnFailure) -> str:
    source = value.type
    if source.is_string:
        words = f"CASE lower({value.sql}) {_BOOL_WORDS} ELSE {value.sql} END"
        return f"{_try(on_failure)}({words} AS BOOLEAN)"
    if source.is_temporal or source.is_enum or source.name == "IPv4":
        return f"({cast(value, Type('Int64')).sql} <> 0)"
    if source.name == "UUID":
        return f"({value.sql} <> '00000000-0000-0000-0000-000000000000')"
    if not source.is_number:
        raise Fault("TL407", f"{source} can't be converted to {to}")
    return value.condition


def _uuid(value: Typed, to: Type, on_failure: OnFailure) -> str:
    return f"{_try(on_failure)}({value.value} AS UUID)"


def _enum(value: Typed, to: Type, on_failure: OnFailure) -> str:
    if value.type.is_integer:
        cases = " ".join(f"WHEN {v} THEN {text_literal(str(n))}" for n, v in _members(to))
        return f"(CASE {value.sql} {cases} ELSE error('no such number in {to.name}') END)"
    names = ", ".join(text_literal(str(n)) for n, _ in _members(to))
    text = to_text(value)
    return f"(CASE WHEN {text} IN ({names}) THEN {text} WHEN {text} IS NOT NULL THEN error('unknown element') END)"


def _members(enum: Type) -> list[tuple[object, object]]:
    return [member for member in enum.params if isinstance(member, tuple)]


def _ipv4(value: Typed, to: Type, on_failure: OnFailure) -> str:
    if value.type.is_integer:
        return f"CAST({value.number} AS UINTEGER)"
    if not value.type.is_string:
        raise Fault("TL407", f"{value.type} can't be converted to {to}")
    return ipv4_number(value.sql, "NULL" if on_failure != "raise" else "error('Invalid IPv4 value')")


def ipv4_number(text: str, otherwise: str) -> str:
    """The number of a dotted quad. `otherwise` stands in for text that is none."""
    terms = " + ".join(
        f"(CAST(split_part({text}, '.', {index}) AS UBIGINT) << {shift})"
        for index, shift in enumerate((24, 16, 8, 0), start=1)
    )
    matches = f"regexp_full_match({text}, '{IPV4_TEXT}')"
    return f"(CASE WHEN {matches} THEN CAST({terms} AS UINTEGER) WHEN {text} IS NOT NULL THEN {otherwise} END)"


def _array(value: Typed, to: Type, on_failure: OnFailure) -> str:
    if value.type.is_string:
        return f"{_try(on_failure)}({value.sql} AS {duckdb_type(to)})"
    if value.type.name == "Map":
        pair = Type("Tuple", value.type.args, names=("key", "value"))
        value = combined(f"map_entries({value.sql})", array(pair), [value])
    if value.type.name != "Array":
        raise Fault("TL407", f"{value.type} can't be converted to {to}")
    if value.elements is not None:
        body = ", ".join(coerce(element, to.args[0]) for element in value.elements)
        return f"CAST([{body}] AS {duckdb_type(to)})"
    element = cast(Typed("e", value.type.args[0]), to.args[0], on_failure).value
    if element == "e":
        return f"CAST({value.sql} AS {duckdb_type(to)})"
    return f"list_transform({value.sql}, lambda e: {element})"


def _tuple(value: Typed, to: Type, on_failure: OnFailure) -> str:
    if value.type.name != "Tuple" or len(value.type.args) != len(to.args):
        raise Fault("TL407", f"{value.type} can't be converted to {to}")
    parts = [cast(tuple_element(value, index), arg).value for index, arg in enumerate(to.args, start=1)]
    return struct(to, parts)


def struct(type_: Type, parts: list[str]) -> str:
    names = type_.names or tuple(str(number) for number in range(1, len(parts) + 1))
    fields = ", ".join(f"{quoted(name)} := {part}" for name, part in zip(names, parts, strict=True))
    return f"struct_pack({fields})"


def _map(value: Typed, to: Type, on_failure: OnFailure) -> str:
    if value.type.name == "Map":
        return f"CAST({value.sql} AS {duckdb_type(to)})"
    if value.type.name == "Array" and value.type.args[0].name == "Tuple":
        return f"CAST(map_from_entries({value.sql}) AS {duckdb_type(to)})"
    if value.type.name == "Tuple" and [arg.name for arg in value.type.args] == ["Array", "Array"]:
        keys, values = (cast(tuple_element(value, i), array(arg)).sql for i, arg in enumerate(to.args, start=1))
        return f"CAST(map({keys}, {values}) AS {duckdb_type(to)})"
    raise Fault("TL407", f"{value.type} can't be converted to {to}")


def _json(value: Typed, to: Type, on_failure: OnFailure) -> str:
    return f"{_try(on_failure)}({to_text(value)} AS JSON)" if value.type.is_string else f"to_json({value.value})"


def _ipv6(value: Typed, to: Type, on_failure: OnFailure) -> str:
    text = to_text(value)
    if on_failure != "raise":
        return f"tl_ipv6_text({text})"
    return f"coalesce(tl_ipv6_text({text}), CASE WHEN {text} IS NOT NULL THEN error('Invalid IPv6 value') END)"


_TARGETS: dict[str, Callable[[Typed, Type, OnFailure], str]] = {
    "String": _text,
    "FixedString": _fixed_string,
    "integer": _integer,
    "float": _float,
    "Decimal": _decimal,
    "Bool": _bool,
    "Date": to_date,
    "Date32": to_date,
    "DateTime": to_datetime,
    "DateTime64": to_datetime,
    "Time": to_time,
    "Time64": to_time,
    "UUID": _uuid,
    "Enum8": _enum,
    "Enum16": _enum,
    "IPv4": _ipv4,
    "IPv6": _ipv6,
    "Array": _array,
    "Tuple": _tuple,
    "Map": _map,
    "JSON": _json,
}
