"""The text of a datafile as a list of instructions with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache

from lark import Lark, Token, Tree
from lark.lexer import TerminalDef

from tinylite.datafile.instructions import INSTRUCTIONS, Value
from tinylite.datafile.model import Text
from tinylite.diagnostics import Diagnostic, Source, Span, did_you_mean

# A name of the table ends a block, unless what follows shows that it is a column's name in SQL: `type = 1`, `tags, …`.
_STARTS_INSTRUCTION = r"(?i:{names})(?![^ \t\n>])(?![ \t]*(?:[=<,|]|!=|>=))"
# How close to a known name a word in capitals at the start of a line must be to be taken for a slip of the pen and
# not for SQL, and those that are close and are SQL all the same.
_SLIP = 0.8
_NO_SLIPS = frozenset({"INDEX"})
_FAMILIES = ("ENGINE_", "KAFKA_", "IMPORT_", "EXPORT_", "S3_", "GCS_")
_CAPITALS = re.compile(r"^[A-Z][A-Z0-9_]+(?=[ \t]|$)", re.M)


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction: its name in capitals, the place of the name, and its value."""

    name: str
    span: Span
    value: Text | None

    @property
    def place(self) -> Span:
        return self.value.span if self.value else self.span


def read_lines(source: Source) -> tuple[list[Line], list[Diagnostic]]:
    lines: list[Line] = []
    faults: list[Diagnostic] = []
    for part in _grammar().parse(source.text).children:
        if isinstance(part, Token):
            faults.append(_stray(_span(source, part)))
            continue
        line = _line(source, part, faults)
        if line is not None:
            lines.append(line)
    return lines, faults


@cache
def _grammar() -> Lark:
    return Lark.open("datafile.lark", rel_to=__file__, parser="lalr", start="datafile", edit_terminals=_name_all)


def _name_all(terminal: TerminalDef) -> None:
    """Puts the names of the table into the grammar."""
    names = "|".join(sorted(INSTRUCTIONS, key=len, reverse=True))
    pattern = _STARTS_INSTRUCTION.format(names=names)
    terminal.pattern.value = terminal.pattern.value.replace("INSTRUCTION", pattern)


def _line(source: Source, tree: Tree[Token], faults: list[Diagnostic]) -> Line | None:
    tokens = [token for token in tree.children if isinstance(token, Token)]
    span = _span(source, tokens[0])
    value = _value(source, tokens[1], faults) if len(tokens) > 1 else None
    instruction = INSTRUCTIONS.get(span.text.upper())
    if instruction is None:
        faults.append(_unknown(span))
        return None
    if value is not None and instruction.value is not Value.WORDS:
        value = _unquoted(value)
    return Line(instruction.name, span, value)


def _value(source: Source, token: Token, faults: list[Diagnostic]) -> Text:
    span = _span(source, token)
    if token.type == "BLOCK":
        return _block(span.within(token.index(">") + 1, len(token)), faults)
    return _trimmed(span)


def _block(span: Span, faults: list[Diagnostic]) -> Text:
    """The lines of a block without the blank ones around them and the comments below them."""
    text = span.text
    for slip in _slips(span):
        faults.append(_unknown(slip))
        text = text[: min(len(text), slip.start - span.start)]
    text = text.rstrip()
    while text.rpartition("\n")[2].startswith("#"):
        text = text.rpartition("\n")[0].rstrip()
    # The first line keeps its indentation: columns of the text are columns of the file.
    start = text.rfind("\n", 0, len(text) - len(text.lstrip())) + 1
    if start == 0:
        start = len(text) - len(text.lstrip())
    found = span.within(start, len(text))
    return Text(found.text, found)


def _slips(span: Span) -> Iterator[Span]:
    """Misspelt instructions that a block has swallowed."""
    for match in _CAPITALS.finditer(span.text):
        if _is_slip(match.group()):
            yield span.within(*match.span())


@lru_cache(maxsize=1024)
def _is_slip(word: str) -> bool:
    if word in INSTRUCTIONS or word in _NO_SLIPS:
        return False
    return word.startswith(_FAMILIES) or bool(get_close_matches(word, INSTRUCTIONS, n=1, cutoff=_SLIP))


def _trimmed(span: Span) -> Text:
    text = span.text
    start = len(text) - len(text.lstrip())
    found = span.within(start, len(text.rstrip()))
    return Text(found.text, found)


def _unquoted(value: Text) -> Text:
    text = value.value
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0] or text[0] in text[1:-1]:
        return value
    inner = value.span.within(1, len(text) - 1)
    return Text(inner.text, inner)


def _unknown(span: Span) -> Diagnostic:
    return Diagnostic("TL102", f"unknown instruction {span.text}", span, did_you_mean(span.text.upper(), INSTRUCTIONS))


def _stray(span: Span) -> Diagnostic:
    word = re.split(r"[^\w]", span.text.strip(), maxsplit=1)[0].upper()
    if word in INSTRUCTIONS and span.text[:1].isspace():
        return Diagnostic("TL103", f"the instruction {word} is indented", span, "instructions start in column 1")
    return Diagnostic("TL103", "expected an instruction", span, did_you_mean(word, INSTRUCTIONS))


def _span(source: Source, token: Token) -> Span:
    assert token.start_pos is not None and token.end_pos is not None
    return source.span(token.start_pos, token.end_pos)
