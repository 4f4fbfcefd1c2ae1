"""Lists whose commas may also stand inside brackets, quotes and comments: columns, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinylite.diagnostics import Span

_COMMENT = r"(?:#|--)[^\n]*"
_TOKEN = re.compile(rf"`[^`\n]*`|'(?:[^'\\]|\\.)*'|\"[^\"\n]*\"|{_COMMENT}|[()\[\]{{}},]", re.S)
_BLANK = re.compile(rf"(?:\s+|{_COMMENT})*")
_LINE_END = re.compile(r"[ \t]*(?:\n|$)")
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def split_at_commas(span: Span) -> Iterator[Span]:
    """The parts of a list, without the blanks and comments in front of them; empty ones are left out.

    Where a bracket is never closed, a comma at the end of a line ends a part all the same: one fault spoils one part.
    """
    text, start = span.text, 0
    commas, is_balanced = _commas(text, at_line_ends=False)
    if not is_balanced:
        commas, _ = _commas(text, at_line_ends=True)
    for comma in commas:
        yield from _part(span, text, start, comma)
        start = comma + 1
    yield from _part(span, text, start, len(text))


def _commas(text: str, *, at_line_ends: bool) -> tuple[list[int], bool]:
    """Where the commas outside of brackets stand, and whether all brackets are closed."""
    found, depth = [], 0
    for match in _TOKEN.finditer(text):
        char = match.group()
        depth += _DEPTH.get(char, 0)
        if char == "," and (depth <= 0 or (at_line_ends and _LINE_END.match(text, match.end()))):
            found.append(match.start())
            depth = 0
    return found, depth == 0


def _part(span: Span, text: str, start: int, end: int) -> Iterator[Span]:
    blank = _BLANK.match(text, start, end)
    start = blank.end() if blank else start
    end = start + len(text[start:end].rstrip())
    if start < end:
        yield span.within(start, end)


def unbracketed(span: Span) -> Span:
    """`a, b` of `(a, b)` and `tuple(a, b)`; a text without brackets round the whole of it as it is."""
    match = re.fullmatch(r"\s*(?:tuple\s*)?\((.*)\)\s*", span.text, re.S | re.I)
    if match is None or not _is_balanced(match.group(1)):
        return span
    return span.within(*match.span(1))


def _is_balanced(text: str) -> bool:
    """False for `a), (b`, whose outer brackets do not belong together."""
    depth = 0
    for match in _TOKEN.finditer(text):
        depth += _DEPTH.get(match.group(), 0)
        if depth < 0:
            return False
    return depth == 0
