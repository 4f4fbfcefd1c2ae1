"""A template's text as pieces: plain text, `{{ … }}`, `<< … >>`, `{% … %}`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from tinylite.diagnostics import Diagnostic, Span

Kind = Literal["text", "output", "block"]
_OPEN = re.compile(r"\{\{|\{%|\{#|<<(?=\s*([A-Za-z_]\w*)\s*\()")
_CLOSE = {"{{": "}}", "{%": "%}", "<<": ">>"}
_HEADER = re.compile(r"[ \t\n]*%[ \t]*(?:\n|\Z)")
_QUOTED = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"", re.S)


@dataclass(frozen=True, slots=True)
class Piece:
    """`span` is the whole piece, `inner` what stands between the brackets."""

    kind: Kind
    span: Span
    inner: Span


def is_template(text: str) -> bool:
    return "{{" in text or "{%" in text or "{#" in text or "<<" in text or _HEADER.match(text) is not None


def pieces(span: Span, functions: Collection[str], faults: list[Diagnostic]) -> Iterator[Piece]:
    """In order. `<<` opens a tag only where a call of one of `functions` follows. Adds to `faults`."""
    text = span.text
    header = _HEADER.match(text)
    position = start = header.end() if header else 0
    while match := _OPEN.search(text, position):
        opening = match.group()
        if opening == "<<" and match.group(1) not in functions:
            position = match.end()
            continue
        if start < match.start():
            yield Piece("text", span.within(start, match.start()), span.within(start, match.start()))
        end = _end(text, match.end(), opening)
        if end is None:
            closing = "#}" if opening == "{#" else _CLOSE[opening]
            place = span.within(match.start(), match.end())
            faults.append(Diagnostic("TL301", f"{opening} is not closed", place, f"write {closing} behind it"))
            return
        if opening != "{#":
            kind: Kind = "block" if opening == "{%" else "output"
            yield Piece(kind, span.within(match.start(), end), span.within(match.end(), end - 2))
        position = start = end
    if start < len(text):
        yield Piece("text", span.within(start, len(text)), span.within(start, len(text)))


def _end(text: str, position: int, opening: str) -> int | None:
    """Behind the closing bracket; quotes and inner brackets are stepped over."""
    if opening == "{#":
        end = text.find("#}", position)
        return end + 2 if end >= 0 else None
    closing, depth = _CLOSE[opening], 0
    while position < len(text):
        quoted = _QUOTED.match(text, position)
        if quoted:
            position = quoted.end()
        elif depth == 0 and text.startswith(closing, position):
            return position + 2
        else:
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[position], 0)
            position += 1
    return None
