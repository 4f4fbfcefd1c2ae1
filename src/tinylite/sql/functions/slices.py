"""Parts of strings from either end, in bytes or (UTF8) in characters; padding, reversing and repeating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinylite.sql.blobs import blob_of, bytes_typed, is_ascii
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import STRING


def _end(name: str) -> Callable[[Call], Typed]:
    """`left` and `right` by bytes: the same as by characters where all are ASCII."""

    def lower(call: Call) -> Typed:
        text, count = call.args[0].value, f"CAST({call.args[1].number} AS BIGINT)"
        blob = blob_of(call.args[0])
        size = f"octet_length({blob})"
        kept = f"(CASE WHEN {count} < 0 THEN greatest({size} + {count}, 0) ELSE least({count}, {size}) END)"
        bounds = f"1, {kept}" if name == "left" else f"{size} - {kept} + 1, {size}"
        cut = f"array_slice({blob}, {bounds})"
        if call.args[0].blob:
            return bytes_typed(cut, call.args)
        sql = f"(CASE WHEN {is_ascii(text)} THEN {name}({text}, {count}) ELSE decode({cut}) END)"
        return replace(combined(sql, STRING, call.args), blob=cut)

    return lower


def _end_utf8(name: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        text, count = call.args[0].value, f"CAST({call.args[1].number} AS BIGINT)"
        return combined(f"{name}({text}, {count})", STRING, call.args)

    return lower


def _substring_utf8(call: Call) -> Typed:
    """As substring, in characters."""
    if call.args[1].literal == 0 and not call.args[0].constant:
        raise call.fault("positions count from 1, not from 0")
    text, offset = call.args[0].value, f"CAST({call.args[1].number} AS BIGINT)"
    size = f"length({text})"
    first = f"(CASE WHEN {offset} > 0 THEN {offset} WHEN {offset} < 0 THEN {size} + {offset} + 1 ELSE {size} + 1 END)"
    last = size
    if len(call.args) > 2:
        length = f"CAST({call.args[2].number} AS BIGINT)"
        last = f"(CASE WHEN {length} < 0 THEN {size} + {length} ELSE {first} + least({length}, {size} + 1) - 1 END)"
    start = f"greatest({first}, 1)"
    if not isinstance(call.args[1].literal, int):
        start = f"least({start}, {size} + 1)"  # beyond 32 bits DuckDB takes no offset
    sql = f"substr({text}, {start}, greatest({last} - {start} + 1, 0))"
    return combined(sql, STRING, call.args)


def _pad(name: str, *, characters: bool = False) -> Callable[[Call], Typed]:
    """To a length in bytes, or in characters; what is longer is cut at its end."""

    def lower(call: Call) -> Typed:
        text, length = call.args[0].value, f"CAST({call.args[1].number} AS INTEGER)"
        fill = call.args[2].value if len(call.args) > 2 else "' '"
        fill = f"(CASE WHEN {fill} = '' THEN ' ' ELSE {fill} END)"
        padded = f"{name}({text}, {length}, {fill})"
        if not characters:
            wider = f"{length} - CAST(strlen({text}) - length({text}) AS INTEGER)"
            cut = f"decode(array_slice(encode({text}), 1, {length}))"
            bytewise = f"(CASE WHEN {length} < strlen({text}) THEN {cut} ELSE {name}({text}, {wider}, {fill}) END)"
            refused = f"error('{call.name} by bytes takes ASCII characters to pad with')"
            filler = call.args[2].literal if len(call.args) > 2 else " "
            known = isinstance(filler, str) and filler.isascii()
            wide = bytewise if known else f"(CASE WHEN {is_ascii(fill)} THEN {bytewise} ELSE {refused} END)"
            padded = f"(CASE WHEN {is_ascii(text)} AND {is_ascii(fill)} THEN {padded} ELSE {wide} END)"
        sql = padded
        if not (isinstance(call.args[1].literal, int) and call.args[1].literal >= 0):
            sql = f"(CASE WHEN {length} < 0 THEN error('New padded length is negative') ELSE {padded} END)"
        if characters:
            return combined(sql, STRING, call.args)
        cut = f"array_slice(encode({text}), 1, {length})"
        wider = f"{length} - CAST(strlen({text}) - length({text}) AS INTEGER)"
        blob = f"(CASE WHEN {length} < strlen({text}) THEN {cut} ELSE encode({name}({text}, {wider}, {fill})) END)"
        return replace(combined(sql, STRING, call.args), blob=blob)

    return lower


def _reverse(call: Call) -> Typed:
    value = call.args[0]
    if value.type.name == "Array":
        return combined(f"list_reverse({value.value})", value.type, call.args)
    blob = f"tl_reverse({blob_of(value)})"
    if value.blob:
        return bytes_typed(blob, call.args)
    sql = f"(CASE WHEN {is_ascii(value.value)} THEN reverse({value.value}) ELSE decode({blob}) END)"
    return replace(combined(sql, STRING, call.args), blob=blob)


def _overlay(*, characters: bool) -> Callable[[Call], Typed]:
    """Another text in the place of a part, which is as long as it when no length is given."""

    def lower(call: Call) -> Typed:
        text, by, place, *length = call.args
        whole, piece = (text.value, by.value) if characters else (blob_of(text), blob_of(by))
        size, offset = ("length" if characters else "octet_length"), f"CAST({place.number} AS BIGINT)"
        before = (
            f"(CASE WHEN {offset} > 0 THEN least({offset} - 1, {size}({whole})) "
            f"WHEN {offset} < 0 THEN greatest({size}({whole}) + {offset}, 0) ELSE {size}({whole}) END)"
        )
        gone = f"{size}({piece})"
        if length:
            count = f"CAST({length[0].number} AS BIGINT)"
            gone = f"(CASE WHEN {count} < 0 THEN {gone} ELSE {count} END)"
        kept = f"array_slice({whole}, {before} + {gone} + 1, {size}({whole}))"
        sql = f"(array_slice({whole}, 1, {before}) || {piece} || {kept})"
        return combined(sql, STRING, call.args) if characters else bytes_typed(sql, call.args)

    return lower


def _substring_index(call: Call) -> Typed:
    """What is before the count-th delimiter, from the end when the count is negative."""
    text, delimiter, count = (call.args[0].value, call.args[1].value, f"CAST({call.args[2].number} AS BIGINT)")
    parts = f"string_split({text}, {delimiter})"
    kept = (
        f"(CASE WHEN {count} > 0 THEN list_slice({parts}, 1, {count}) WHEN {count} < 0 THEN "
        f"list_slice({parts}, greatest(len({parts}) + {count} + 1, 1), len({parts})) ELSE [] END)"
    )
    return combined(_joined(kept, delimiter, call.args[1]), STRING, call.args)


def _joined(parts: str, separator: str, given: Typed | None) -> str:
    """DuckDB's own function takes constants only."""
    if given is None or given.is_literal:
        return f"array_to_string({parts}, {separator})"
    return f"coalesce(list_reduce({parts}, lambda _a, _b: _a || {separator} || _b), '')"


def _reversed_parts(call: Call) -> Typed:
    given = call.args[1] if len(call.args) > 1 else None
    text, separator = call.args[0].value, given.value if given is not None else "'.'"
    parts = f"list_reverse(string_split({text}, {separator}))"
    return combined(_joined(parts, separator, given), STRING, call.args)


FUNCTIONS: list[Function] = [
    own("left", "string integer", _end("left"), case_insensitive=True),
    own("right", "string integer", _end("right"), case_insensitive=True),
    own("leftUTF8", "string integer", _end_utf8("left")),
    own("rightUTF8", "string integer", _end_utf8("right")),
    own("substringUTF8", "string integer integer?", _substring_utf8),
    own("substringIndex", "string string integer", _substring_index, aliases=("SUBSTRING_INDEX",)),
    own("substringIndexUTF8", "string string integer", _substring_index),
    own("leftPad", "string integer string?", _pad("lpad"), aliases=("lpad",), case_insensitive=True),
    own("rightPad", "string integer string?", _pad("rpad"), aliases=("rpad",), case_insensitive=True),
    own("leftPadUTF8", "string integer string?", _pad("lpad", characters=True)),
    own("rightPadUTF8", "string integer string?", _pad("rpad", characters=True)),
    own("overlay", "string string integer integer?", _overlay(characters=False), case_insensitive=True),
    own("overlayUTF8", "string string integer integer?", _overlay(characters=True), case_insensitive=True),
    own("reverse", "string|array", _reverse, case_insensitive=True),
    simple("reverseUTF8", "string", STRING, "array_to_string(list_reverse(string_split({0}, '')), '')"),
    simple("appendTrailingCharIfAbsent", "string string", STRING,
           "(CASE WHEN {0} = '' OR ends_with({0}, {1}) THEN {0} ELSE {0} || {1} END)"),
    simple("basename", "string", STRING, "regexp_extract({0}, '[^/\\\\]*$')", doc="What is behind the last slash."),
    own("reverseBySeparator", "string string?", _reversed_parts, doc="a.b.c becomes c.b.a."),
    simple("firstLine", "string", STRING, "regexp_extract({0}, '^[^\\r\\n]*')"),
    simple("translate", "string string string", STRING, "translate({0}, {1}, {2})", aliases=("translateUTF8",)),
]  # fmt: skip
