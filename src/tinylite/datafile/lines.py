"""The text of a datafile as a list of instructions with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from lark import Lark, Token

from tinylite.datafile.instructions import INSTRUCTIONS
from tinylite.datafile.model import Text
from tinylite.diagnostics import Diagnostic, Source, Span, did_you_mean


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction: its name in capitals, the span of the name, and its value."""

    name: str
    span: Span
    value: Text | None
    is_block: bool


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    """The grammar with the table's names put in: a block ends where an instruction begins.

    So does a line like `ENGINE_SORTIN_KEY "x"`: a misspelt name is reported as such and not taken for SQL.
    """
    names = "|".join(sorted(INSTRUCTIONS, key=len, reverse=True))
    boundary = rf"(?i:{names})(?=[ \\t]|$)|[A-Z]+_[A-Z_]+[ \\t]+[^ \\t(,=<>]"
    text = files("tinylite.datafile").joinpath("datafile.lark").read_text(encoding="utf-8")
    return Lark(text.replace("(?!BOUNDARY)", f"(?!{boundary})"), parser="lalr", start="datafile", g_regex_flags=re.M)


def read_lines(source: Source) -> tuple[list[Line], list[Diagnostic]]:
    lines: list[Line] = []
    faults: list[Diagnostic] = []
    for tree in _grammar().parse(source.text).children:
        tokens = [token for token in tree.children if isinstance(token, Token)]  # type: ignore[union-attr]
        span = _span(source, tokens[0])
        if tokens[0].type == "JUNK":
            faults.append(_junk(span))
            continue
        name = str(tokens[0]).upper()
        if name not in INSTRUCTIONS:
            faults.append(
                Diagnostic("TL102", f"unknown instruction {tokens[0]}", span, did_you_mean(name, INSTRUCTIONS))
            )
            continue
        value = tokens[1] if len(tokens) > 1 else None
        is_block = value is not None and value.type == "BLOCK"
        text = (_block(source, value) if is_block else _line(source, value)) if value is not None else None
        lines.append(Line(name, span, text, is_block))
    return lines, faults


def _junk(span: Span) -> Diagnostic:
    word = span.text.split()[0] if span.text.split() else span.text
    if word.upper() in INSTRUCTIONS and span.text[:1].isspace():
        return Diagnostic("TL103", f"the instruction {word} is indented", span, "instructions start at column 1")
    return Diagnostic("TL103", "expected an instruction", span, did_you_mean(word.upper(), INSTRUCTIONS))


def _span(source: Source, token: Token) -> Span:
    assert token.start_pos is not None and token.end_pos is not None
    return source.span(token.start_pos, token.end_pos)


def _block(source: Source, token: Token) -> Text:
    """The lines after `>`, without the blank ones around them; or what stands behind `>` on its line."""
    span = _span(source, token)
    start = span.start + token.index(">") + 1
    inner = source.text[start : span.end]
    lead = len(inner) - len(inner.lstrip())
    # The first line keeps its indentation: columns of the text are columns of the file.
    first = inner.rfind("\n", 0, lead) + 1
    body = inner[first:].rstrip()
    while "\n" in body and body.rsplit("\n", 1)[1].startswith("#"):  # comments before the next instruction
        body = body.rsplit("\n", 1)[0].rstrip()
    return Text(body, source.span(start + first, start + first + len(body)))


def _line(source: Source, token: Token) -> Text:
    span = _span(source, token)
    text = source.text[span.start : span.end]
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    start = span.start + lead
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'" and text[0] not in text[1:-1]:
        start, text = start + 1, text[1:-1]
    return Text(text, source.span(start, start + len(text)))
