"""Strings: lengths and positions in bytes, as ClickHouse counts them, but where a function says UTF8."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase

from tinylite.sql.blobs import is_ascii
from tinylite.sql.casts import to_text
from tinylite.sql.functions.catalog import Call, Function, own, simple, test
from tinylite.sql.once import once
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import STRING, UINT8, UINT64, array


def _length(call: Call) -> Typed:
    value = call.args[0]
    if value.blob:
        return combined(f"CAST(octet_length({value.blob}) AS UBIGINT)", UINT64, call.args)
    function = {"Array": "len", "Map": "cardinality"}.get(value.type.name, "octet_length(encode")
    sql = f"{function}({value.value})" + (")" if "encode" in function else "")
    return combined(f"CAST({sql} AS UBIGINT)", UINT64, call.args)


def _empty(negated: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value, sign = call.args[0], "<>" if negated else "="
        if value.blob:
            return combined(f"(octet_length({value.blob}) {sign} 0)", UINT8, call.args, predicate=True)
        function = {"Array": "len", "Map": "cardinality"}.get(value.type.name)
        sql = f"({function}({value.sql}) {sign} 0)" if function else f"({value.value} {sign} '')"
        return combined(sql, UINT8, call.args, predicate=True)

    return lower


def _substring(call: Call) -> Typed:
    """Offsets and lengths are bytes; a negative offset counts from the end, a negative length cuts it off."""
    value, offset = call.args[:2]
    length = call.args[2] if len(call.args) > 2 else None

    def cut(text: str) -> str:
        bounds = f"CAST({_first(offset, text)} AS BIGINT), CAST({_last(offset, length, text)} AS BIGINT)"
        # A character that is cut in two becomes U+FFFD, as whoever reads ClickHouse's answer sees it.
        by_bytes = f"tl_text(array_slice(encode({text}), {bounds}))"
        return f"(CASE WHEN {is_ascii(text)} THEN array_slice({text}, {bounds}) ELSE {by_bytes} END)"

    return combined(once(value.sql, "_text", cut), STRING, call.args)


def _first(offset: Typed, text: str) -> str:
    """The first byte, counted from 1."""
    if isinstance(offset.literal, int) and offset.literal > 0:
        return str(offset.literal)
    number = offset.number
    from_end = f"greatest(strlen({text}) + {number} + 1, 1)"
    return f"(CASE WHEN {number} > 0 THEN {number} WHEN {number} < 0 THEN {from_end} ELSE strlen({text}) + 1 END)"


def _last(offset: Typed, length: Typed | None, text: str) -> str:
    if length is None:
        return f"strlen({text})"
    if isinstance(offset.literal, int) and offset.literal > 0 and isinstance(length.literal, int):
        return f"strlen({text}) + {length.literal}" if length.literal < 0 else str(offset.literal + length.literal - 1)
    # Before the text the bytes are counted, too: substring('abc', -5, 3) is 'a'.
    number = offset.number
    first = f"(CASE WHEN {number} > 0 THEN {number} WHEN {number} < 0 THEN strlen({text}) + {number} + 1 "
    first += f"ELSE strlen({text}) + 1 END)"
    return (
        f"(CASE WHEN {length.number} < 0 THEN strlen({text}) + {length.number} ELSE {first} + {length.number} - 1 END)"
    )


def _concat(call: Call) -> Typed:
    if all(arg.type.name == "Array" for arg in call.args):
        from tinylite.sql.functions.arrays import concatenated

        return concatenated(call)
    return combined(f"({' || '.join(to_text(arg) for arg in call.args)})", STRING, call.args)


def _concat_with_separator(call: Call) -> Typed:
    separator, *parts = call.args
    body = f" || {separator.sql} || ".join(to_text(part) for part in parts)
    return combined(f"({body})" if parts else "''", STRING, call.args)


def _replace_one(call: Call) -> Typed:
    text, what, by = (arg.sql for arg in call.args)
    at = f"strpos({text}, {what})"
    sql = f"(CASE WHEN {at} = 0 OR {what} = '' THEN {text} ELSE left({text}, CAST({at} AS BIGINT) - 1) || {by} || "
    return combined(f"{sql}substr({text}, CAST({at} AS BIGINT) + length({what})) END)", STRING, call.args)


def _split(call: Call) -> Typed:
    separator, text = call.args[0], call.args[1]
    parts = f"string_split({text.sql}, {separator.sql})"
    if len(call.args) > 2 and (most := int(str(call.literal(2, int, "a number")))) > 0:
        parts = f"{parts}[1:{most}]"
    return combined(parts, array(STRING), call.args)


FUNCTIONS: list[Function] = [
    simple("repeat", "string integer", STRING, "repeat({0}, greatest({1:int}, 0))", case_insensitive=True),
    simple("space", "integer", STRING, "repeat(' ', greatest({0:int}, 0))", case_insensitive=True),
    own("length", "container", _length, aliases=("OCTET_LENGTH",), case_insensitive=True),
    simple("lengthUTF8", "string", UINT64, "length({0})", aliases=("CHAR_LENGTH", "CHARACTER_LENGTH"),
           case_insensitive=True),
    own("empty", "container|uuid", _empty(False)),
    own("notEmpty", "container|uuid", _empty(True)),
    simple("lower", "string", STRING, f"translate({{0}}, '{ascii_uppercase}', '{ascii_lowercase}')",
           aliases=("lcase",), case_insensitive=True, doc="ASCII letters only."),
    simple("upper", "string", STRING, f"translate({{0}}, '{ascii_lowercase}', '{ascii_uppercase}')",
           aliases=("ucase",), case_insensitive=True, doc="ASCII letters only."),
    simple("lowerUTF8", "string", STRING, "lower({0})"),
    simple("upperUTF8", "string", STRING, "upper({0})"),
    own("concat", "any any*", _concat, case_insensitive=True),
    own("concatWithSeparator", "string any*", _concat_with_separator, aliases=("concat_ws",), case_insensitive=True),
    own("substring", "string integer integer?", _substring, aliases=("substr", "mid"), case_insensitive=True),
    simple("trim", "string string?", STRING, ("trim({0}, ' ')", "trim({0}, {1})"),
           aliases=("trimBoth",), case_insensitive=True),
    simple("trimLeft", "string string?", STRING, ("ltrim({0}, ' ')", "ltrim({0}, {1})"),
           aliases=("ltrim",), case_insensitive=True),
    simple("trimRight", "string string?", STRING, ("rtrim({0}, ' ')", "rtrim({0}, {1})"),
           aliases=("rtrim",), case_insensitive=True),
    test("startsWith", "string string", "starts_with({0}, {1})"),
    test("endsWith", "string string", "ends_with({0}, {1})"),
    simple("replaceAll", "string string string", STRING, "replace({0}, {1}, {2})", aliases=("replace",),
           case_insensitive=True),
    own("replaceOne", "string string string", _replace_one),
    own("splitByChar", "string string integer?", _split),
    own("splitByString", "string string integer?", _split),
]  # fmt: skip
