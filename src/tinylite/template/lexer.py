"""A template's text cut at its tags, each with what surrounds it in the SQL: a tag in quotes is no value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from tinylite.diagnostics import Diagnostic, Span

Kind = Literal["text", "output", "statement", "comment"]
Surroundings = Literal["sql", "quotes", "comment"]

_HEADER = re.compile(r"\s*%[ \t]*(?:\r?\n)?")
# The innermost two of several braces open a tag, as in Tornado: `{{{x}}}` is a value in braces.
_TAG = r"\{\{(?!\{)|\{%|\{\#"
_COMMENT_STARTS = ("--", "# ", "#!")
_SCAN = {
    "": re.compile(_TAG + r"|<<(?=[ \t]*([A-Za-z_]\w*)\()|['\"`]|--|\#[ !]|/\*", re.ASCII),
    "'": re.compile(_TAG + r"|\\.|'", re.S),
    '"': re.compile(_TAG + r'|\\.|"', re.S),
    "`": re.compile(_TAG + r"|\\.|`", re.S),
    "--": re.compile(_TAG + r"|\n"),
    "/*": re.compile(_TAG + r"|\*/"),
}
"""What is looked for outside of everything, and inside of each kind of quotes and comments of SQL."""
_CLOSES = {"'": "'", '"': '"', "`": "`", "--": "\n", "/*": "*/"}
_SURROUNDINGS: dict[str, Surroundings] = {"": "sql", "--": "comment", "/*": "comment"}
_ENDS = {"{{": "}}", "{%": "%}", "{#": "#}", "<<": ">>"}
_KINDS: dict[str, Kind] = {"{{": "output", "<<": "output", "{%": "statement", "{#": "comment"}
_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""
_INSIDE = {
    "{{": re.compile(_STRING + r"|[{}]"),
    "<<": re.compile(_STRING + r"|[(\[{)\]}]|>>"),
    "{%": re.compile(_STRING + r"|%\}"),
}
_FREE_TEXT = re.compile(r"\{%\s*comment\b")


@dataclass(frozen=True, slots=True)
class Piece:
    """`inner` is what stands between the brackets of a tag."""

    kind: Kind
    span: Span
    inner: Span
    surroundings: Surroundings = "sql"


def pieces(span: Span, functions: Collection[str], faults: list[Diagnostic]) -> Iterator[Piece]:
    """The pieces in order, without the `%` that may stand in front. Adds to `faults`.

    `<<` opens a tag only where a call of one of `functions` follows and `>>` closes it: elsewhere it shifts bits.
    """
    text = span.text
    header = _HEADER.match(text)
    start = position = header.end() if header else 0
    context = ""
    while match := _SCAN[context].search(text, position):
        token, position = match.group(), match.end()
        if token not in _ENDS:
            context = _next(context, token)
            continue
        if token == "<<" and match.group(1) not in functions:
            continue
        end = _end(text, match.start(), token)
        surroundings = _SURROUNDINGS.get(context, "quotes")
        if end is None:
            if token == "<<" or surroundings == "quotes":
                continue
            place = span.within(match.start(), match.end())
            faults.append(Diagnostic("TL301", f"{token} is not closed", place, f"end the tag with {_ENDS[token]}"))
            return
        if start < match.start():
            yield _text(span, start, match.start())
        inner = span.within(match.end(), end - 2)
        yield Piece(_KINDS[token], span.within(match.start(), end), inner, surroundings)
        start = position = end
    if start < len(text):
        yield _text(span, start, len(text))


def _text(span: Span, start: int, end: int) -> Piece:
    part = span.within(start, end)
    return Piece("text", part, part)


def _next(context: str, token: str) -> str:
    if context:
        return "" if token == _CLOSES[context] else context
    return "--" if token in _COMMENT_STARTS else token


def _end(text: str, start: int, opening: str) -> int | None:
    """Behind the end of the tag. Strings in it are stepped over, and brackets where the end could be mistaken."""
    position, closing = start + 2, _ENDS[opening]
    if opening == "{#" or _FREE_TEXT.match(text, start):
        found = text.find(closing, position)
        return found + 2 if found >= 0 else None
    depth = 0
    while match := _INSIDE[opening].search(text, position):
        if depth == 0 and text.startswith(closing, match.start()):
            return match.start() + 2
        position = match.end()
        if match.group() in ("{", "(", "["):
            depth += 1
        elif match.group() in ("}", ")", "]"):
            depth = max(0, depth - 1)
    return None
