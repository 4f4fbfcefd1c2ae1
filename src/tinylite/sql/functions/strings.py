"""Strings: lengths and positions in bytes, as ClickHouse counts them, but where a function says UTF8."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from string import ascii_lowercase, ascii_uppercase

from tinylite.sql.blobs import blob_of, bytes_typed, is_ascii
from tinylite.sql.casts import to_text
from tinylite.sql.functions.catalog import Call, Function, own, simple, test
from tinylite.sql.once import once
from tinylite.sql.physical import default_value
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
        if value.type.name == "UUID":
            zero = default_value(value.type.plain)
            return combined(f"({value.value} {sign} {zero})", UINT8, call.args, predicate=True)
        function = {"Array": "len", "Map": "cardinality"}.get(value.type.name)
        sql = f"({function}({value.sql}) {sign} 0)" if function else f"({value.value} {sign} '')"
        return combined(sql, UINT8, call.args, predicate=True)

    return lower


def _substring(call: Call) -> Typed:
    """Offsets and lengths are bytes; a negative offset counts from the end, a negative length cuts it off."""
    if call.args[1].literal == 0 and not call.args[0].constant:
        raise call.fault("positions count from 1, not from 0")
    value, offset = call.args[:2]
    length = call.args[2] if len(call.args) > 2 else None

    def bounds(size: str) -> str:
        return f"CAST({_first(offset, size)} AS BIGINT), CAST({_last(offset, length, size)} AS BIGINT)"

    def cut(text: str) -> str:
        # A character that is cut in two becomes U+FFFD, as whoever reads ClickHouse's answer sees it.
        by_bytes = f"tl_text(array_slice(encode({text}), {bounds(f'strlen({text})')}))"
        return f"(CASE WHEN {is_ascii(text)} THEN array_slice({text}, {bounds(f'strlen({text})')}) ELSE {by_bytes} END)"

    if value.blob:
        return bytes_typed(f"array_slice({value.blob}, {bounds(f'octet_length({value.blob})')})", call.args)
    result = combined(once(value.sql, "_text", cut), STRING, call.args)
    if call.scope.context.is_volatile:
        return result
    return replace(result, blob=f"array_slice({blob_of(value)}, {bounds(f'strlen({value.value})')})")


def _first(offset: Typed, size: str) -> str:
    """The first byte, counted from 1."""
    if isinstance(offset.literal, int) and offset.literal > 0:
        return str(offset.literal)
    number = offset.number
    from_end = f"greatest({size} + {number} + 1, 1)"
    return f"(CASE WHEN {number} > 0 THEN {number} WHEN {number} < 0 THEN {from_end} ELSE {size} + 1 END)"


def _last(offset: Typed, length: Typed | None, size: str) -> str:
    if length is None:
        return size
    if isinstance(offset.literal, int) and offset.literal > 0 and isinstance(length.literal, int):
        return f"{size} + {length.literal}" if length.literal < 0 else str(offset.literal + length.literal - 1)
    # Before the text the bytes are counted, too: substring('abc', -5, 3) is 'a'.
    number = offset.number
    first = f"(CASE WHEN {number} > 0 THEN {number} WHEN {number} < 0 THEN {size} + {number} + 1 "
    first += f"ELSE {size} + 1 END)"
    return f"(CASE WHEN {length.number} < 0 THEN {size} + {length.number} ELSE {first} + {length.number} - 1 END)"


def _concat(call: Call) -> Typed:
    if len(call.args) > 1 and all(arg.type.name == "Array" for arg in call.args):
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
    separator = call.literal(0, str, "text that is written in the query")
    if call.name == "splitByChar" and len(str(separator).encode()) != 1:
        raise call.fault("the separator must be one byte", "use splitByString")
    text = call.args[1]
    source = f"coalesce({text.sql}, '')" if text.type.nullable else text.sql
    parts = f"string_split({source}, {call.args[0].sql})"
    if separator == "":  # by bytes
        item = call.unique()
        single = f"tl_text(array_slice(encode({source}), {item} + 1, {item} + 1))"
        pieces = f"list_transform(range(strlen({source})), lambda {item}: {single})"
        parts = f"(CASE WHEN {is_ascii(source)} THEN {parts} ELSE {pieces} END)"
    if len(call.args) > 2 and (most := int(str(call.literal(2, int, "a number")))) > 0:
        parts = f"{parts}[1:{most}]"
    return combined(parts, array(STRING), call.args)


def _begins(function: str) -> Callable[[Call], Typed]:
    """startsWith and endsWith, of strings and of arrays."""

    def lower(call: Call) -> Typed:
        value, part = call.args
        if value.type.name == part.type.name == "Array":
            from tinylite.sql.functions.lists import of_one_type

            _, (whole, edge) = of_one_type(call.args)
            bounds = f"1, len({edge})" if function == "starts_with" else f"len({whole}) - len({edge}) + 1, len({whole})"
            fits = f"len({whole}) >= len({edge}) AND list_slice({whole}, {bounds}) IS NOT DISTINCT FROM {edge}"
            return combined(f"({fits})", UINT8, call.args, predicate=True)
        if "Array" in (value.type.name, part.type.name):
            raise call.fault("takes two strings or two arrays")
        return combined(f"{function}({value.sql}, {part.sql})", UINT8, call.args, predicate=True)

    return lower


def _cased(function: str, unlike: str) -> str:
    """DuckDB maps a character to one other; those that become several are left to Python."""
    special = f"regexp_matches({{0}}, '[{unlike}]')"
    return f"(CASE WHEN {special} THEN tl_{function}({{0}}) ELSE {function}({{0}}) END)"


# What Unicode's SpecialCasing.txt maps to several characters, and U+03A3, which depends on its place in the word.
_UPPER_TO_SEVERAL = "ßŉǰΐΰևẖ-ẚὐὒὔὖᾀ-ᾯᾲ-ᾴᾶᾷᾼῂ-ῄῆῇῌῒΐῖῗῢ-ῤῦῧῲ-ῴῶῷῼﬀ-ﬆﬓ-ﬗ"
_LOWER_TO_SEVERAL = "İΣ"
_FOLD = f"translate({{}}, '{ascii_uppercase}', '{ascii_lowercase}')"


FUNCTIONS: list[Function] = [
    simple("repeat", "string integer", STRING, "repeat({0}, greatest({1:int}, 0))", case_insensitive=True),
    simple("space", "integer", STRING, "repeat(' ', greatest({0:int}, 0))", case_insensitive=True),
    own("length", "container", _length, aliases=("OCTET_LENGTH", "CARDINALITY"), case_insensitive=True),
    simple("lengthUTF8", "string", UINT64, "length({0})", aliases=("CHAR_LENGTH", "CHARACTER_LENGTH"),
           case_insensitive=True),
    own("empty", "container|uuid", _empty(False)),
    own("notEmpty", "container|uuid", _empty(True)),
    simple("lower", "string", STRING, f"translate({{0}}, '{ascii_uppercase}', '{ascii_lowercase}')",
           aliases=("lcase",), case_insensitive=True, doc="ASCII letters only."),
    simple("upper", "string", STRING, f"translate({{0}}, '{ascii_lowercase}', '{ascii_uppercase}')",
           aliases=("ucase",), case_insensitive=True, doc="ASCII letters only."),
    simple("lowerUTF8", "string", STRING, _cased("lower", _LOWER_TO_SEVERAL)),
    simple("upperUTF8", "string", STRING, _cased("upper", _UPPER_TO_SEVERAL)),
    own("concat", "any any*", _concat, aliases=("concatAssumeInjective",), case_insensitive=True),
    own("concatWithSeparator", "string any*", _concat_with_separator,
        aliases=("concat_ws", "concatWithSeparatorAssumeInjective"), case_insensitive=True),
    own("substring", "string integer integer?", _substring, aliases=("substr", "mid", "byteSlice"),
        case_insensitive=True),
    simple("trim", "string string?", STRING, ("trim({0}, ' ')", "trim({0}, {1})"),
           aliases=("trimBoth",), case_insensitive=True),
    simple("trimLeft", "string string?", STRING, ("ltrim({0}, ' ')", "ltrim({0}, {1})"),
           aliases=("ltrim",), case_insensitive=True),
    simple("trimRight", "string string?", STRING, ("rtrim({0}, ' ')", "rtrim({0}, {1})"),
           aliases=("rtrim",), case_insensitive=True),
    own("startsWith", "string|array string|array", _begins("starts_with")),
    own("endsWith", "string|array string|array", _begins("ends_with")),
    test("startsWithUTF8", "string string", "starts_with({0}, {1})"),
    test("endsWithUTF8", "string string", "ends_with({0}, {1})"),
    *(
        test(name + suffix, "string string", f"{function}({fold.format('{0}')}, {fold.format('{1}')})")
        for name, function in (("startsWith", "starts_with"), ("endsWith", "ends_with"))
        for suffix, fold in (("CaseInsensitive", _FOLD), ("CaseInsensitiveUTF8", "lower({})"))
    ),
    simple("replaceAll", "string string string", STRING, "replace({0}, {1}, {2})", aliases=("replace",),
           case_insensitive=True),
    own("replaceOne", "string string string", _replace_one),
    own("splitByChar", "string string integer?", _split),
    own("splitByString", "string string integer?", _split),
]  # fmt: skip
