"""The blocks SCHEMA and INDEXES."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

from tinylite.datafile.commas import split_at_commas
from tinylite.datafile.jsonpath import parse_jsonpath
from tinylite.datafile.model import Column, Index, JsonPath, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError, Span, did_you_mean
from tinylite.types import Type, TypeSyntaxError, parse_type, type_names

_NAMES = re.compile(r"(`(?:json:)?)([^`\n]*)`")
_INDEX = re.compile(
    r"(?:INDEX\s+)?(?P<name>\w+)\s+(?P<expression>.+?)\s+TYPE\s+(?P<type>\w+(?:\s*\([^)]*\))?)"
    r"(?:\s+GRANULARITY\s+(?P<granularity>\d+))?\s*",
    re.I | re.S,
)


def parse_schema(block: Text) -> tuple[tuple[Column, ...], list[Diagnostic]]:
    """Every column that can be read, and what is wrong with the others."""
    columns: dict[str, Column] = {}
    faults: list[Diagnostic] = []
    for span in split_at_commas(block.span):
        column = _column(span, faults)
        if column is None:
            continue
        # The embedded engine does not tell capital letters from small ones.
        known = columns.setdefault(column.name.lower(), column)
        if known is not column:
            hint = f"the first one is in line {known.span.line}"
            same = f"the column {column.name} is there twice"
            alike = f"the columns {known.name} and {column.name} differ in nothing but case"
            message = same if known.name == column.name else alike
            faults.append(Diagnostic("TL111", message, column.span, hint))
    if not columns and not faults:
        faults.append(Diagnostic("TL106", "SCHEMA has no columns", block.span))
    return tuple(columns.values()), faults


def parse_indexes(block: Text) -> tuple[tuple[Index, ...], list[Diagnostic]]:
    indexes: list[Index] = []
    faults: list[Diagnostic] = []
    for span in _lines(block.span):
        match = _INDEX.fullmatch(span.text.rstrip(", "))
        if match is None:
            hint = "as in INDEX name expression TYPE bloom_filter GRANULARITY 1"
            faults.append(Diagnostic("TL107", "bad index", span, hint))
            continue
        granularity = int(match["granularity"] or 1)
        indexes.append(Index(match["name"], match["expression"], match["type"], granularity, span))
    return tuple(indexes), faults


def _lines(span: Span) -> Iterator[Span]:
    for match in re.finditer(r"^[ \t]*(?![\s#])(.+?)\s*$", span.text, re.M):
        yield span.within(*match.span(1))


@cache
def _grammar() -> Lark:
    return Lark.open("schema.lark", rel_to=__file__, parser="lalr", start="column", maybe_placeholders=False)


@lru_cache(maxsize=4096)
def _parsed(shape: str) -> Tree[Token]:
    """Raises UnexpectedInput."""
    return _grammar().parse(shape)


def _shape(text: str) -> str:
    """The text with its names and jsonpaths blanked out: columns that differ only in them are parsed once."""
    return _NAMES.sub(lambda match: f"{match[1]}{'x' * len(match[2])}`", text)


def _column(span: Span, faults: list[Diagnostic]) -> Column | None:
    try:
        tree = _parsed(_shape(span.text))
    except UnexpectedInput as problem:
        faults.append(_syntax(span, problem))
        return None
    name, type_, *attributes = tree.children
    place = _extent(span, name)
    column_type = _type(_extent(span, type_), faults)
    jsonpath: JsonPath | None = None
    default = codec = None
    for attribute in attributes:
        where = _extent(span, attribute)
        match attribute:
            case Token(type="JSONPATH"):
                jsonpath = _jsonpath(where.within(len("`json:"), len(where.text) - 1), faults)
            case Token():
                column_type = column_type and column_type.as_nullable()
            case Tree(data="codec"):
                codec = Text(where.text, where)
            case _:
                default = Text(where.text, where)
    if column_type is None:
        return None
    return Column(place.text.strip('`"'), column_type, default, codec, jsonpath, place)


def _extent(span: Span, part: Tree[Token] | Token) -> Span:
    """From the first token of a part to its last."""
    first = last = part
    while isinstance(first, Tree):
        first = first.children[0]
    while isinstance(last, Tree):
        last = last.children[-1]
    assert first.start_pos is not None and last.end_pos is not None
    return span.within(first.start_pos, last.end_pos)


def _type(place: Span, faults: list[Diagnostic]) -> Type | None:
    try:
        parsed = parse_type(place.text)
        if not _holds_time(parsed):
            return parsed
        hint = "keep its text as String, or its seconds as Int32"
        faults.append(Diagnostic("TL108", f"no column can be {parsed} here", place, hint))
        return None
    except TypeSyntaxError as problem:
        word = place.within(problem.offset, problem.offset + problem.length)
        faults.append(Diagnostic("TL108", str(problem), word, did_you_mean(problem.word, type_names())))
        return None


def _holds_time(type_: Type) -> bool:
    """Times are for queries: no event can be read as one."""
    return type_.is_time or any(map(_holds_time, type_.args))


def _jsonpath(place: Span, faults: list[Diagnostic]) -> JsonPath | None:
    try:
        return parse_jsonpath(place)
    except DiagnosticError as problem:
        faults.extend(problem.diagnostics)
        return None


def _syntax(span: Span, problem: UnexpectedInput) -> Diagnostic:
    token = getattr(problem, "token", None)
    if token is not None and token.type == "$END":
        is_name = re.fullmatch(r"\S+", span.text) is not None
        message = "this column has no type" if is_name else "this column is not complete"
        return Diagnostic("TL103", message, span, "as in `name` String `json:$.name`")
    start = problem.pos_in_stream or 0
    place = span.within(start, start + (len(token) if token is not None else 1))
    hint = "is a comma missing?" if start else "a name stands in backticks if it has more than letters, digits and _"
    return Diagnostic("TL103", f"unexpected {place.text} in a column", place, hint)
