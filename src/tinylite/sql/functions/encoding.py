"""Bytes as text and back: hexadecimal, binary, base 64; char and ascii."""

from __future__ import annotations

from tinylite.sql.blobs import big_endian, blob_of, bytes_typed, memory_of
from tinylite.sql.functions.catalog import Call, Function, own, simple, test
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import INT32, STRING


def _hex(call: Call) -> Typed:
    """Integers and moments without leading zero bytes, the highest first; other values as they lie in memory."""
    digits = f"hex({_shown(call.args[0])})"
    if _is_whole(call.args[0]):
        digits = f"regexp_replace({digits}, '^(00)+(..)', '\\2')"
    return combined(digits, STRING, call.args)


def _bin(call: Call) -> Typed:
    value = call.args[0]
    bits = f"CAST(CAST({_shown(value)} AS BIT) AS VARCHAR)"
    if _is_whole(value):
        bits = f"regexp_replace({bits}, '^(0{{8}})+(.{{8}})', '\\2')"
    elif value.type.is_string:
        bits = f"(CASE WHEN {value.value} = '' THEN '' ELSE {bits} END)"
    return combined(bits, STRING, call.args)


def _is_whole(value: Typed) -> bool:
    type_ = value.type.plain
    return type_.is_integer or type_.name in ("Bool", "Date", "Date32", "DateTime", "Enum8", "Enum16", "IPv4")


def _shown(value: Typed) -> str:
    if value.type.plain.name == "UUID":
        return f"unhex(replace(CAST({value.value} AS VARCHAR), '-', ''))"
    return big_endian(value) if _is_whole(value) else memory_of(value)


def _unhex(call: Call) -> Typed:
    """An odd digit stands for a byte of its own."""
    text = call.args[0].value
    return bytes_typed(f"unhex({text})", call.args)


def _unbin(call: Call) -> Typed:
    text = call.args[0].value
    bits = f"lpad({text}, CAST((length({text}) + 7) // 8 * 8 AS INTEGER), '0')"
    blob = f"(CASE WHEN {text} = '' THEN ''::BLOB ELSE CAST(CAST({bits} AS BIT) AS BLOB) END)"
    return bytes_typed(blob, call.args)


def _char(call: Call) -> Typed:
    """Bytes of the lowest eight bits of numbers."""
    parts = [f"(CAST(trunc({arg.number}) AS BIGINT) & 255)" for arg in call.args]
    pairs = " || ".join(f"printf('%02x', {part})" for part in parts)
    return bytes_typed(f"unhex({pairs})", call.args)


def _base64(call: Call) -> Typed:
    return combined(f"to_base64({blob_of(call.args[0])})", STRING, call.args)


def _base64_url(call: Call) -> Typed:
    text = f"to_base64({blob_of(call.args[0])})"
    return combined(f"rtrim(translate({text}, '+/', '-_'), '=')", STRING, call.args)


def _from_base64(call: Call) -> Typed:
    return bytes_typed(f"from_base64({call.args[0].value})", call.args)


def _try_base64(call: Call) -> Typed:
    return bytes_typed(f"coalesce(TRY(from_base64({call.args[0].value})), ''::BLOB)", call.args)


def _padded(text: str) -> str:
    plain = f"translate({text}, '-_', '+/')"
    return f"rpad({plain}, CAST((length({plain}) + 3) // 4 * 4 AS INTEGER), '=')"


def _from_base64_url(call: Call) -> Typed:
    return bytes_typed(f"from_base64({_padded(call.args[0].value)})", call.args)


def _try_base64_url(call: Call) -> Typed:
    return bytes_typed(f"coalesce(TRY(from_base64({_padded(call.args[0].value)})), ''::BLOB)", call.args)


def _ascii(call: Call) -> Typed:
    """The first byte; 0 of an empty string."""
    first = f"CAST('0x' || left(hex({blob_of(call.args[0])}), 2) AS INTEGER)"
    sql = f"(CASE WHEN {call.args[0].value} = '' THEN 0 ELSE {first} END)"
    return combined(f"CAST({sql} AS INTEGER)", INT32, call.args)


FUNCTIONS: list[Function] = [
    own("hex", "any", _hex, case_insensitive=True, doc="Upper-case digits."),
    own("unhex", "string", _unhex, case_insensitive=True),
    own("bin", "any", _bin, case_insensitive=True),
    own("unbin", "string", _unbin, case_insensitive=True),
    own("char", "number number*", _char, case_insensitive=True),
    own("ascii", "string", _ascii, case_insensitive=True),
    own("base64Encode", "string", _base64, aliases=("TO_BASE64",), case_insensitive=True),
    own("base64Decode", "string", _from_base64, aliases=("FROM_BASE64",), case_insensitive=True),
    own("tryBase64Decode", "string", _try_base64),
    own("base64URLEncode", "string", _base64_url),
    own("base64URLDecode", "string", _from_base64_url),
    own("tryBase64URLDecode", "string", _try_base64_url),
    test("isValidUTF8", "string", "{0} IS NOT NULL", doc="Text that came in is valid always."),
    test("isValidASCII", "string", "strlen({0}) = length({0})"),
    simple("toValidUTF8", "string", STRING, "{0}"),
]
