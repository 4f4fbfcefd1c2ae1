"""Bytes as text and back: hexadecimal, binary, base 64; char and ascii."""

from __future__ import annotations

from tinylite.sql.blobs import big_endian, blob_of, bytes_typed, memory_of
from tinylite.sql.functions.catalog import Call, Function, own, test
from tinylite.sql.functions.lists import let
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import INT32, STRING, UINT8


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
    """An odd digit stands for a byte of its own; what is no digit has a number, too."""
    text = call.args[0].value
    blob = f"(CASE WHEN regexp_matches({text}, '[^0-9a-fA-F]') THEN tl_unhex({text}) ELSE unhex({text}) END)"
    return bytes_typed(blob, call.args)


def _bit_slice(call: Call) -> Typed:
    """Bits from a place on, counted from 1 or from the end; zeros fill the last byte."""
    bits = f"(CASE WHEN octet_length({blob_of(call.args[0])}) = 0 THEN '' ELSE "
    bits += f"CAST(CAST({blob_of(call.args[0])} AS BIT) AS VARCHAR) END)"
    offset, size = f"CAST({call.args[1].number} AS BIGINT)", f"length({bits})"
    first = f"(CASE WHEN {offset} > 0 THEN {offset} WHEN {offset} < 0 THEN {size} + {offset} + 1 ELSE {size} + 1 END)"
    last = size
    if len(call.args) > 2:
        length = f"CAST({call.args[2].number} AS BIGINT)"
        last = f"(CASE WHEN {length} < 0 THEN {size} + {length} ELSE {first} + {length} - 1 END)"
    kept = f"array_slice({bits}, greatest({first}, 1), {last})"
    name = call.unique()
    whole = f"rpad({name}, CAST((length({name}) + 7) // 8 * 8 AS INTEGER), '0')"
    blob = f"(CASE WHEN {name} = '' THEN ''::BLOB ELSE CAST(CAST({whole} AS BIT) AS BLOB) END)"
    return bytes_typed(let(name, kept, blob), call.args)


def _encoded(name: str, function: str) -> Function:
    return own(name, "string", lambda call: combined(f"{function}({blob_of(call.args[0])})", STRING, call.args))


def _decoded(name: str, function: str) -> Function:
    return own(name, "string", lambda call: bytes_typed(f"{function}({call.args[0].value})", call.args))


def _tried(name: str, function: str) -> Function:
    """Empty where the text is none of that encoding."""

    def lower(call: Call) -> Typed:
        text = call.args[0].value
        blob = f"coalesce(TRY({function}({text})), CASE WHEN {text} IS NOT NULL THEN ''::BLOB END)"
        return bytes_typed(blob, call.args)

    return own(name, "string", lower)


def _is_valid(call: Call) -> Typed:
    value = call.args[0]
    if value.blob:
        return combined(f"(TRY(decode({value.blob})) IS NOT NULL)", UINT8, call.args, predicate=True)
    return combined(f"(CASE WHEN {value.sql} IS NOT NULL THEN true END)", UINT8, call.args, predicate=True)


def _valid(call: Call) -> Typed:
    value = call.args[0]
    return combined(f"tl_text({value.blob})" if value.blob else value.sql, STRING, call.args)


def _unbin(call: Call) -> Typed:
    """What is not 0 is 1, by bytes."""
    value = call.args[0].value
    pairs = f"regexp_replace(hex(encode({value})), '(..)', '\\1,', 'g')"
    digits = f"regexp_replace(replace({pairs}, '30,', '0'), '[0-9A-F]{{2}},', '1', 'g')"
    text = f"(CASE WHEN regexp_matches({value}, '[^01]') THEN {digits} ELSE {value} END)"
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
    return bytes_typed(f"from_base64({_without_blanks(call.args[0].value)})", call.args)


def _try_base64(call: Call) -> Typed:
    return bytes_typed(f"coalesce(TRY(from_base64({_without_blanks(call.args[0].value)})), ''::BLOB)", call.args)


def _without_blanks(text: str) -> str:
    return f"translate({text}, ' ' || chr(9) || chr(10) || chr(13), '')"


def _padded(text: str) -> str:
    plain = f"translate({_without_blanks(text)}, '-_', '+/')"
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
    own("isValidUTF8", "string", _is_valid, doc="Text that came in is valid always."),
    test("isValidASCII", "string", "strlen({0}) = length({0})", aliases=("isASCII",)),
    own("toValidUTF8", "string", _valid),
    _encoded("base32Encode", "tl_base32_encode"),
    _decoded("base32Decode", "tl_base32_decode"),
    _tried("tryBase32Decode", "tl_base32_decode"),
    _encoded("base58Encode", "tl_base58_encode"),
    _decoded("base58Decode", "tl_base58_decode"),
    _tried("tryBase58Decode", "tl_base58_decode"),
    own("bitSlice", "string integer integer?", _bit_slice, doc="Bits of a string, from 1 or from the end."),
]
