"""SQL with template tags as words, and as a tree of brackets. Nothing is understood that layout does not need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, Source
from tinylite.template.lexer import pieces

_TOKEN = re.compile(
    r"""
      (?P<space>\s+)
    | (?P<line>(?:--|\#[ !])[^\n]*)
    | (?P<text>'(?:[^'\\]|\\.|'')*'|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$)
    | (?P<name>"(?:[^"\\]|\\.|"")*"|`(?:[^`\\]|\\.|``)*`)
    | (?P<parameter>\{\s*\w+\s*:[^{}]*\})
    | (?P<number>0[xXbB]\w+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<comma>,)
    | (?P<operator>->|::|<=>|<=|>=|<>|!=|==|\|\||[-+*/%<>=.?:;!&|^~@$\\\#])
    """,
    re.X | re.S,
)
_GLUE = frozenset({"text", "name", "parameter", "number", "word", "output", "statement", "note"})
"""Tokens that become others when a blank comes between them and a tag."""
_TAGS = frozenset({"output", "statement", "note"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TAG_TEXT = re.compile(r"('''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")", re.S)
_BLOCK = re.compile(r"\{%\s*(\w+)")


class Unreadable(Exception):
    """The text is not laid out: its brackets do not close, or close inside of a branch; a text has several lines."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is a group of the pattern; output, statement and note are tags; glued ones are words.

    `lines` is how many lines end before it, `apart` whether there is a blank or a line's end before it.
    """

    kind: str
    text: str
    lines: int
    apart: bool

    @property
    def upper(self) -> str:
        return self.text.upper() if self.kind == "word" else ""

    @property
    def block(self) -> str:
        """Of a statement tag its keyword: if, elif, else, end, for, set."""
        found = _BLOCK.match(self.text) if self.kind == "statement" else None
        return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in brackets, or between CASE and END."""

    open: Token
    items: Sequence[Item]
    close: Token


Item = Token | Group


def read(source: Source) -> tuple[bool, list[Item]]:
    """Whether the text begins with `%`, and its items. Raises Unreadable."""
    tokens = list(_glued([*_tokens(source)]))
    if any(token.kind in ("text", "name") and "\n" in token.text for token in tokens):
        raise Unreadable("a text of several lines")
    marked = bool(tokens) and (tokens[0].kind, tokens[0].text) == ("operator", "%")
    items, rest = _items(tokens[1:] if marked else tokens, 0, "")
    if rest != len(tokens) - marked:
        raise Unreadable("a bracket closes that was not opened")
    return marked, items


def flat(items: Sequence[Item]) -> Iterator[Token]:
    for item in items:
        if isinstance(item, Group):
            yield item.open
            yield from flat(item.items)
            yield item.close
        else:
            yield item


def _tokens(source: Source) -> Iterator[Token]:
    faults: list[Diagnostic] = []
    found = list(pieces(source.span(), _Anything(), faults))
    if faults:
        raise Unreadable(faults[0].message)
    tags = {p.span.start: p for p in found if p.kind != "text" and p.surroundings == "sql"}
    kinds = {"output": "output", "statement": "statement", "comment": "note"}
    text, position, lines, apart = source.text, 0, 0, True
    while position < len(text):
        tag = tags.get(position)
        if tag is not None:
            kind, end = kinds[tag.kind], tag.span.end
        elif text.startswith("/*", position):
            kind, end = "block", _comment_end(text, position)
        else:
            match = _TOKEN.match(text, position)
            if match is None:
                raise Unreadable(f"unexpected {text[position]}")
            kind, end = next(name for name, part in match.groupdict().items() if part is not None), match.end()
        if kind == "space":
            lines, apart = lines + text.count("\n", position, end), True
        else:
            part = text[position:end]
            yield Token(kind, _on_one_line(part) if tag is not None and kind != "note" else part, lines, apart)
            lines, apart = 0, False
        position = end


def _comment_end(text: str, start: int) -> int:
    """Comments in brackets may stand inside one another."""
    depth = 0
    for mark in re.finditer(r"/\*|\*/", text[start:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return start + mark.end()
    raise Unreadable("/* is not closed")


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but blanks and capitals. Raises Unreadable."""
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    tokens = _tokens(Source("sql", text))
    return [t.upper if t.kind == "word" else "".join(t.text.split()) if t.kind != "text" else t.text for t in tokens]


def _on_one_line(tag: str) -> str:
    """Line ends in a tag, outside of its texts, count as blanks; brackets have none inside of them."""
    if "\n" not in tag:
        return tag
    parts = _TAG_TEXT.split(tag)
    return "".join(part if number % 2 else _tight(re.sub(r"\s+", " ", part)) for number, part in enumerate(parts))


def _tight(text: str) -> str:
    return re.sub(r"(?<=[(\[]) | (?=[)\],])", "", text)


class _Anything:
    """`<<` before a call is taken for a tag, as in templates; what shifts bits is as well left alone."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


def _glued(tokens: Sequence[Token]) -> Iterator[Token]:
    """Tokens that touch, with a tag among them, are one word: a blank between them would change what is rendered."""
    free = _free(tokens)
    kept: Token | None = None
    for number, token in enumerate(tokens):
        if kept is not None and number - 1 not in free and number not in free and _touches(tokens, number):
            kept = Token("text" if kept.kind == "text" else "word", kept.text + token.text, kept.lines, kept.apart)
            continue
        if kept is not None:
            yield kept
        kept = token
    if kept is not None:
        yield kept


def _touches(tokens: Sequence[Token], number: int) -> bool:
    """Whether a token and the one before it would be others with a blank between them."""
    if not 0 < number < len(tokens) or tokens[number].apart:
        return False
    left, right = tokens[number - 1], tokens[number]
    return (left.kind in _TAGS or right.kind in _TAGS) and left.kind in _GLUE and right.kind in _GLUE


def _free(tokens: Sequence[Token]) -> set[int]:
    """The statement tags that may stand apart: whatever branch is taken, nothing is joined across them."""
    found: set[int] = set()
    blocks: list[list[int]] = []
    for number, token in enumerate(tokens):
        match token.block:
            case "if" | "for":
                blocks.append([number])
            case "elif" | "else" | "end" if blocks:
                blocks[-1].append(number)
                if token.block == "end":
                    block = blocks.pop()
                    found.update(block if _is_free(tokens, block) else ())
            case _ if token.kind in ("statement", "note"):
                if not (_touches(tokens, number) and _touches(tokens, number + 1)):
                    found.add(number)
    return found


def _is_free(tokens: Sequence[Token], block: Sequence[int]) -> bool:
    first, *_, last = block
    before, behind = _touches(tokens, first), _touches(tokens, last + 1)
    begins = any(_touches(tokens, number + 1) for number in block[:-1])
    ends = any(_touches(tokens, number) for number in block[1:])
    is_complete = any(tokens[number].block == "else" for number in block)
    return not ((before and begins) or (ends and behind) or (before and behind and not is_complete))


def _items(tokens: Sequence[Token], start: int, closing: str) -> tuple[list[Item], int]:
    """Up to what closes the group. Branches of templates must hold whole groups, and groups whole branches."""
    found: list[Item] = []
    branches = 0
    position = start
    while position < len(tokens):
        token = tokens[position]
        if token.kind == "close" or (token.upper == "END" and closing == "END"):
            if token.text.upper() != closing or branches:
                raise Unreadable("brackets and branches do not match")
            return found, position
        if token.block in ("if", "for"):
            branches += 1
        elif token.block in ("end", "elif", "else"):
            if branches < 1:
                raise Unreadable("a branch ends that was not begun")
            branches -= token.block == "end"
        opens = _CLOSING.get(token.text, "") if token.kind == "open" else ("END" if _is_case(tokens, position) else "")
        if opens:
            inner, position = _items(tokens, position + 1, opens)
            if position >= len(tokens):
                raise Unreadable(f"{token.text} is not closed")
            group = Group(token, inner, tokens[position])
            found.append(_case(group) if opens == "END" else group)
        else:
            found.append(token)
        position += 1
    if closing or branches:
        raise Unreadable("a bracket or a branch is not closed")
    return found, position


def _case(group: Group) -> Group:
    words = ("WHEN", "THEN", "ELSE")
    items = [capital(i) if isinstance(i, Token) and i.upper in words else i for i in group.items]
    return Group(capital(group.open), items, capital(group.close))


def capital(token: Token) -> Token:
    return Token(token.kind, token.text.upper(), token.lines, token.apart)


def _is_case(tokens: Sequence[Token], position: int) -> bool:
    """CASE as a keyword: not a column or an alias of that name."""
    if tokens[position].upper != "CASE":
        return False
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    before = tokens[position - 1] if position else None
    if after is None or after.kind in ("comma", "close", "operator"):
        return False
    return before is None or not (before.text == "." or before.upper == "AS")
