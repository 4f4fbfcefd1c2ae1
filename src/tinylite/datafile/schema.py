"""The blocks SCHEMA and INDEXES."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from tinylite.datafile.jsonpath import parse_jsonpath
from tinylite.datafile.model import Column, Index, JsonPath, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError, Span, did_you_mean
from tinylite.types import Type, TypeSyntaxError, parse_type, type_names

_INDEX = re.compile(
    r"INDEX\s+(?P<name>\w+)\s+(?P<expression>.+?)\s+TYPE\s+(?P<type>\w+(?:\s*\([^)]*\))?)"
    r"(?:\s+GRANULARITY\s+(?P<granularity>\d+))?\s*$",
    re.I | re.S,
)


@lru_cache(maxsize=1)
def _grammar() -> Lark:
    return Lark.open("schema.lark", rel_to=__file__, parser="lalr", start="column", propagate_positions=True)


def parse_schema(block: Text) -> tuple[tuple[Column, ...], list[Diagnostic]]:
    """Every column that can be read, and what is wrong with the others."""
    columns: list[Column] = []
    faults: list[Diagnostic] = []
    for span in split_at_commas(block.span):
        try:
            column = _column(span)
        except DiagnosticError as problem:
            faults.extend(problem.diagnostics)
            continue
        if any(column.name == known.name for known in columns):
            faults.append(Diagnostic("TL111", f"the column {column.name} is there twice", column.span))
            continue
        columns.append(column)
    if not columns and not faults:
        faults.append(Diagnostic("TL106", "SCHEMA has no columns", block.span))
    return tuple(columns), faults


def parse_indexes(block: Text) -> tuple[tuple[Index, ...], list[Diagnostic]]:
    indexes: list[Index] = []
    faults: list[Diagnostic] = []
    for span in _lines(block.span):
        match = _INDEX.match(span.text.rstrip(", "))
        if match is None:
            hint = "as in INDEX name expression TYPE bloom_filter GRANULARITY 1"
            faults.append(Diagnostic("TL107", "bad index", span, hint))
            continue
        granularity = int(match["granularity"] or 1)
        indexes.append(Index(match["name"], match["expression"], match["type"], granularity, span))
    return tuple(indexes), faults


def split_at_commas(span: Span) -> Iterator[Span]:
    """The parts of a list, commas in brackets and quotes left alone, blanks and comments around them dropped."""
    text, start, depth = span.text, 0, 0
    for match in re.finditer(r"`[^`\n]*`|'(?:[^'\\]|\\.)*'|\"[^\"\n]*\"|(?:#|--)[^\n]*|[()\[\]{},]", text):
        char = match.group()
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(char, 0)
        if char == "," and depth <= 0:
            yield from _trimmed(span, start, match.start())
            start = match.end()
    yield from _trimmed(span, start, len(text))


def _trimmed(span: Span, start: int, end: int) -> Iterator[Span]:
    part = span.text[start:end]
    lead = re.match(r"(?:\s+|(?:#|--)[^\n]*)*", part)
    start += lead.end() if lead else 0
    end -= len(part) - len(part.rstrip())
    if start < end:
        yield span.within(start, end)


def _lines(span: Span) -> Iterator[Span]:
    offset = 0
    for line in span.text.split("\n"):
        if line.strip() and not line.lstrip().startswith("#"):
            lead = len(line) - len(line.lstrip())
            yield span.within(offset + lead, offset + len(line.rstrip()))
        offset += len(line) + 1


@dataclass(slots=True)
class _Attributes:
    nullable: bool = False
    jsonpath: JsonPath | None = None
    default: Text | None = None
    codec: Text | None = None


def _column(span: Span) -> Column:
    """Raises DiagnosticError."""
    try:
        tree = _grammar().parse(span.text)
    except UnexpectedInput as problem:
        raise DiagnosticError(_syntax(span, problem)) from None
    name, type_tree, *rest = tree.children
    assert isinstance(name, Token) and isinstance(type_tree, Tree)
    name_span = _place(span, name)
    attributes = _attributes([part for part in rest if isinstance(part, Tree)], span)
    type_ = _type(span, type_tree)
    if attributes.nullable:
        type_ = type_.as_nullable()
    return Column(name.strip('`"'), type_, attributes.default, attributes.codec, attributes.jsonpath, name_span)


def _attributes(trees: list[Tree[Token]], span: Span) -> _Attributes:
    found = _Attributes()
    for tree in trees:
        place = span.within(tree.meta.start_pos, tree.meta.end_pos) if not tree.meta.empty else span
        match tree.data:
            case "nullable":
                found.nullable = True
            case "jsonpath":
                found.jsonpath = parse_jsonpath(place.within(len("`json:"), place.end - place.start - 1))
            case "default":
                (expression,) = (part for part in tree.children if isinstance(part, Tree))
                inner = span.within(expression.meta.start_pos, expression.meta.end_pos)
                found.default = Text(inner.text, inner)
            case "codec":
                found.codec = Text(place.text, place)
    return found


def _type(span: Span, tree: Tree[Token]) -> Type:
    place = span.within(tree.meta.start_pos, tree.meta.end_pos)
    try:
        return parse_type(place.text)
    except TypeSyntaxError as problem:
        word = place.within(problem.offset, problem.offset + problem.length)
        raise DiagnosticError(
            Diagnostic("TL108", str(problem), word, did_you_mean(problem.word, type_names()))
        ) from None


def _place(span: Span, token: Token) -> Span:
    assert token.start_pos is not None and token.end_pos is not None
    return span.within(token.start_pos, token.end_pos)


def _is_end(problem: UnexpectedInput) -> bool:
    token = getattr(problem, "token", None)
    return token is not None and token.type == "$END"


def _syntax(span: Span, problem: UnexpectedInput) -> Diagnostic:
    position = problem.pos_in_stream if problem.pos_in_stream is not None and problem.pos_in_stream >= 0 else None
    if position is None or position >= len(span.text) or _is_end(problem):
        return Diagnostic("TL103", "this column has no type" if " " not in span.text else "this column is not complete",
                          span, "as in `name` String `json:$.name`")  # fmt: skip
    token = getattr(problem, "token", None)
    length = len(str(token)) if token is not None else 1
    place = span.within(position, position + length)
    return Diagnostic("TL103", f"unexpected '{place.text}' in a column", place, "is a comma missing?")
