"""Texts taken apart into words, and put together by a pattern."""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

from tinylite.sql.casts import to_text
from tinylite.sql.functions.catalog import Call, Function, own, simple
from tinylite.sql.functions.search import words
from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import STRING, array

_WORDS = array(STRING)
_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d*)\}|[{}]")


def _format(call: Call) -> Typed:
    """`{}` and `{0}` stand for arguments, `{{` and `}}` for braces."""
    pattern, arguments = str(call.literal(0, str, "a text")), call.args[1:]
    parts, end, count = [], 0, 0
    for match in _PLACEHOLDER.finditer(pattern):
        parts.append(text_literal(pattern[end : match.start()]))
        end = match.end()
        if match[0] in ("{{", "}}"):
            parts.append(text_literal(match[0][0]))
            continue
        index = int(match[1]) if match[1] else count
        count += 1
        if match[1] is None or index >= len(arguments):
            raise call.fault(f"`{match[0]}` in the pattern names no argument")
        parts.append(to_text(arguments[index]))
    parts.append(text_literal(pattern[end:]))
    return combined(f"({' || '.join(parts)})", STRING, call.args)


def _ngrams(call: Call) -> Typed:
    """Of characters; none of a text that is shorter."""
    text, size = call.args[0].value, int(str(call.literal(1, int, "a number")))
    name = call.unique()
    starts = f"range(1, CAST(length({text}) AS BIGINT) - {size} + 2)"
    return combined(f"list_transform({starts}, lambda {name}: substr({text}, {name}, {size}))", _WORDS, call.args)


def _split_by_regexp(call: Call) -> Typed:
    pattern, text = str(call.literal(0, str, "a regular expression")), call.args[1].value
    if not pattern:
        return combined(f"string_split({text}, '')", _WORDS, call.args)
    return combined(f"regexp_split_to_array({text}, {text_literal(pattern)})", _WORDS, call.args)


def _initcap(call: Call) -> Typed:
    """A capital at the start of each run of ASCII letters and digits, small letters after it."""
    name = call.unique()
    runs = f"regexp_extract_all({call.args[0].value}, '[A-Za-z0-9]+|[^A-Za-z0-9]+')"
    first = f"translate(left({name}, 1), '{ascii_lowercase}', '{ascii_uppercase}')"
    rest = f"translate(substr({name}, 2), '{ascii_uppercase}', '{ascii_lowercase}')"
    return combined(f"array_to_string(list_transform({runs}, lambda {name}: {first} || {rest}), '')", STRING, call.args)


FUNCTIONS: list[Function] = [
    own("format", "string any*", _format),
    own("ngrams", "string integer", _ngrams),
    own("splitByRegexp", "string string", _split_by_regexp),
    own("initcap", "string", _initcap, case_insensitive=True),
    simple("splitByWhitespace", "string", _WORDS, "regexp_extract_all({0}, '[^ \\t\\n\\r\\f\\v]+')"),
    simple("splitByNonAlpha", "string", _WORDS, "regexp_extract_all({0}, '[^[:space:][:punct:]]+')"),
    simple("alphaTokens", "string", _WORDS, "regexp_extract_all({0}, '[a-zA-Z]+')", aliases=("splitByAlpha",)),
    simple("tokens", "string", _WORDS, words("{0}")),
    simple("encodeXMLComponent", "string", STRING,
           "replace(replace(replace(replace(replace({0}, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), "
           "'\"', '&quot;'), '''', '&apos;')"),
]  # fmt: skip
