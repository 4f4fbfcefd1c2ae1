"""SQL laid out: a clause a line where it fits, else an item a line; tags of templates on lines of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tinylite.diagnostics import Source
from tinylite.project.formatting.tokens import Group, Item, Token, Unreadable, capital, flat, read, same_words

WIDTH = 100
_INDENT = 4
_SHORT_SUBQUERY = 60
_STARTS = frozenset({"SELECT", "WITH", "FROM"})
_JOINS = frozenset(
    {"LEFT", "RIGHT", "FULL", "INNER", "CROSS", "ANY", "ALL", "ASOF", "SEMI", "ANTI", "GLOBAL", "OUTER", "ARRAY",
     "PASTE"}
)  # fmt: skip
_LISTS = frozenset({"SELECT", "WITH", "GROUP BY", "ORDER BY", "SETTINGS", "LIMIT"})
_CONDITIONS = frozenset({"WHERE", "PREWHERE", "HAVING", "QUALIFY"})
_SET_OPERATIONS = frozenset({"UNION", "INTERSECT", "EXCEPT"})
_OPERATORS = frozenset({"AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "BETWEEN", "IS", "AS", "DISTINCT", "ON", "USING"})
_SPACED = frozenset(
    {*_OPERATORS, *_STARTS, *_JOINS, "JOIN", "BY", "WHERE", "PREWHERE", "HAVING", "QUALIFY", "LIMIT", "OFFSET", "UNION",
     "INTERSECT", "EXCEPT", "WHEN", "THEN", "ELSE", "CASE", "INTERVAL", "OVER", "VALUES", "SETTINGS", "GROUP", "ORDER",
     "PARTITION", "FILTER", "FINAL", "END", "ROLLUP", "SETS"}
)  # fmt: skip
"""Words that are no function's name: a bracket behind them stands apart."""
_TIGHT = frozenset({".", "::"})


def formatted_sql(text: str) -> str | None:
    """The SQL of a node, with its `%` and its tags, without indentation. None when it had better be left alone."""
    try:
        marked, items = read(Source("sql", text))
    except Unreadable:
        return None
    laid = "\n".join((["%"] if marked else []) + _Layout().statement(items))
    return laid if same_words(text, laid) else None


@dataclass(slots=True)
class _Clause:
    """`head` are its words (GROUP BY), `body` what follows up to the next clause."""

    name: str
    head: list[Token]
    body: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class _Layout:
    """Lines so far. `open` are the indentations of the template's blocks that are open."""

    lines: list[str] = field(default_factory=list)
    open: list[int] = field(default_factory=list)

    def statement(self, items: Sequence[Item], indent: int = 0) -> list[str]:
        for clause in _clauses(items):
            self._clause(clause, indent)
        return self.lines

    def _base(self, indent: int) -> int:
        return self.open[-1] + _INDENT if self.open else indent

    def _clause(self, clause: _Clause, indent: int) -> None:
        body, trailing = _without_trailing_tags(clause.body)
        base = self._base(indent)
        depth = len(self.open)
        head = _line(clause.head) if clause.head else ""
        whole = _fitting([*clause.head, *body], WIDTH - base) if clause.head or body else ""
        if whole is not None and not _has_subquery(body, WIDTH - base):
            if whole:
                self._put(base, whole)
        elif not clause.head:
            self._chunks([*_chunks(body, "")], indent, depth, base)
        elif clause.name in _LISTS or clause.name in _CONDITIONS:
            kind = "," if clause.name in _LISTS else "AND"
            parts = list(_chunks(body, kind))
            if len(parts) == 1 and not _is_alone(parts[0]):
                self._broken([*clause.head, *body], base)
            elif clause.name in _CONDITIONS and not _is_alone(parts[0]):
                self._broken([*clause.head, *parts[0]], base)
                self._chunks(parts[1:], indent, depth, base + _INDENT)
            else:
                self._put(base, head)
                self._chunks(parts, indent, depth, base + _INDENT)
        else:
            parts = list(_chunks(body, ""))
            first = parts[0] if parts and not _is_alone(parts[0]) else []
            self._broken([*clause.head, *first], base)
            self._chunks(parts[1:] if first else parts, indent, depth, base + _INDENT)
        for tag in trailing:
            self._alone(tag, self._base(indent))

    def _chunks(self, parts: Sequence[list[Item]], indent: int, depth: int, inner: int) -> None:
        """A line or more for each part, `inner` deep, or deeper inside of the template's blocks."""
        for part in parts:
            if len(self.open) > depth:
                here = self.open[-1] + _INDENT
            elif len(self.open) < depth:
                depth = len(self.open)
                here = inner = self._base(indent) + _INDENT
            else:
                here = inner
            if _is_alone(part):
                self._alone(part[0], here)
            else:
                self._broken(part, here)

    def _alone(self, item: Item, indent: int) -> None:
        """A tag or a comment."""
        assert isinstance(item, Token)
        if item.kind in ("line", "block", "note") and not item.lines and self.lines:
            self.lines[-1] += f" {item.text.rstrip()}"
            return
        if item.block in ("elif", "else", "end") and self.open:
            indent = self.open[-1]
        self._put(indent, item.text.rstrip())
        if item.block in ("if", "for"):
            self.open.append(indent)
        elif item.block == "end" and self.open:
            self.open.pop()

    def _put(self, indent: int, text: str) -> None:
        self.lines.append(" " * indent + text)

    def _broken(self, items: Sequence[Item], indent: int) -> None:
        """Items that belong together: on one line, or with the brackets broken that are too long for it."""
        whole = _fitting(items, WIDTH - indent)
        if whole is not None and not _has_subquery(items, WIDTH - indent):
            self._put(indent, whole)
            return
        line: list[Item] = []
        for number, item in enumerate(items):
            if isinstance(item, Token) and item.kind in ("line", "statement", "note"):
                if line and (item.kind == "statement" or item.lines):
                    self._put(indent, _line(line))
                    line = []
                if line:
                    self._put(indent, f"{_line(line)} {item.text.rstrip()}")
                    line = []
                else:
                    self._alone(item, self.open[-1] + _INDENT if self.open and self.open[-1] >= indent else indent)
                continue
            if isinstance(item, Group) and self._must_break(item, line, items[number + 1 :], indent):
                line = self._group(item, line, indent)
            else:
                line.append(item)
        if line:
            self._put(indent, _line(line))

    def _must_break(self, group: Group, line: Sequence[Item], rest: Sequence[Item], indent: int) -> bool:
        if not group.items:
            return False
        until = next((n for n, item in enumerate(rest) if isinstance(item, Group) and item.items), len(rest))
        room = WIDTH - indent
        if _fitting([*line, group], room) is None or _has_subquery([group], room):
            return True
        return until == len(rest) and _fitting([*line, group, *rest], room) is None

    def _group(self, group: Group, line: list[Item], indent: int) -> list[Item]:
        """The group over several lines. What closes it begins the line that goes on."""
        self._put(indent, _line([*line, group.open]))
        inner = _Layout()
        if group.open.upper == "CASE":
            inner._chunks([*_chunks(group.items, "WHEN")], indent + _INDENT, 0, indent + _INDENT)
        elif _is_statement(group.items):
            inner.statement(group.items, indent + _INDENT)
        else:
            kind = _kind(group.items)
            inner._chunks([*_chunks(group.items, kind)], indent + _INDENT, 0, indent + _INDENT)
        self.lines += inner.lines
        return [group.close]


def _is_alone(part: Sequence[Item]) -> bool:
    item = part[0] if len(part) == 1 else None
    if not isinstance(item, Token):
        return False
    return item.kind in ("statement", "line") or (item.kind in ("block", "note") and bool(item.lines))


def _clauses(items: Sequence[Item]) -> Iterator[_Clause]:
    """What stands before the first clause is one without a head."""
    clause = _Clause("", [])
    position = 0
    while position < len(items):
        head = _head(items, position)
        if head:
            if clause.head or clause.body:
                yield clause
            words = [token.upper for token in head if token.kind == "word"]
            name = " ".join(words[:2]) if words[0] in ("GROUP", "ORDER") else words[0]
            clause = _Clause(name, [capital(token) for token in head])
            position += len(head)
        else:
            clause.body.append(items[position])
            position += 1
    if clause.head or clause.body:
        yield clause


def _head(items: Sequence[Item], start: int) -> list[Token]:
    """The words that begin a clause here, if any do."""
    before = items[start - 1] if start else None
    words = _words(items, start)
    if not words or (isinstance(before, Token) and (before.text == "." or before.upper == "AS")):
        return []
    after = items[start + 1] if start + 1 < len(items) else None
    if isinstance(after, Token) and (after.text in (".", "=", "==") or (after.kind == "comma" and words[0] != "FROM")):
        return []
    match words:
        case ["WITH", "TOTALS" | "FILL" | "TIES" | "ROLLUP" | "CUBE", *_]:
            return []
        case ["SELECT", "DISTINCT", "ON", *_]:
            return _first(items, start, 2)
        case ["SELECT", "DISTINCT", *_]:
            return _first(items, start, 2)
        case ["SELECT" | "WHERE" | "PREWHERE" | "HAVING" | "QUALIFY", *_]:
            return _first(items, start, 1)
        case ["WITH", "RECURSIVE", *_]:
            return _first(items, start, 2)
        case ["WITH" | "FROM", *_]:
            return _first(items, start, 1)
        case ["GROUP" | "ORDER", "BY", *_]:
            return _first(items, start, 2)
        case ["LIMIT", "FROM" | "WHERE" | "GROUP" | "ORDER", *_]:
            return []
        case ["LIMIT", *_]:
            return _first(items, start, 1)
        case ["UNION" | "INTERSECT" | "EXCEPT", "ALL" | "DISTINCT", *_]:
            return _first(items, start, 2)
        case ["UNION" | "INTERSECT", *_]:
            return _first(items, start, 1)
        case ["EXCEPT", "SELECT", *_]:
            return _first(items, start, 1)
        case ["SETTINGS" | "FORMAT", str(), *_]:
            return _first(items, start, 1)
    joined = next((n for n, word in enumerate(words) if word not in _JOINS), len(words))
    if joined < len(words) and words[joined] == "JOIN":
        return _first(items, start, joined + 1)
    return []


def _first(items: Sequence[Item], start: int, count: int) -> list[Token]:
    return [item for item in items[start : start + count] if isinstance(item, Token)]


def _words(items: Sequence[Item], start: int) -> list[str]:
    found: list[str] = []
    for item in items[start : start + 6]:
        if not isinstance(item, Token) or item.kind != "word":
            break
        found.append(item.upper)
    return found


def _chunks(items: Sequence[Item], kind: str) -> Iterator[list[Item]]:
    """Parts that get lines of their own: up to a comma, from an AND or OR, from a WHEN; tags and comments."""
    part: list[Item] = []
    between = 0
    for number, item in enumerate(items):
        upper = item.upper if isinstance(item, Token) else ""
        between += upper == "BETWEEN"
        if isinstance(item, Token) and (item.kind in ("line", "statement") or _is_alone([item])):
            if part:
                yield part
            yield [item]
            part = []
            continue
        if _begins(upper, kind) and part and not (upper == "AND" and between):
            yield part
            part = []
        between -= upper == "AND" and between > 0
        part.append(item)
        if kind == "," and isinstance(item, Token) and item.kind == "comma" and (len(part) > 1 or number == 0):
            yield part
            part = []
    if part:
        yield part


def _begins(word: str, kind: str) -> bool:
    if kind == "AND":
        return word in ("AND", "OR")
    return kind == "WHEN" and word in ("WHEN", "ELSE")


def _kind(items: Sequence[Item]) -> str:
    """How the inside of brackets falls apart."""
    if any(isinstance(item, Token) and item.kind == "comma" for item in items):
        return ","
    return "AND"


def _is_statement(items: Sequence[Item]) -> bool:
    for item in items:
        if isinstance(item, Group):
            return False
        if item.kind not in ("statement", "line", "block", "note"):
            return item.upper in _STARTS
    return False


def _has_subquery(items: Sequence[Item], room: int) -> bool:
    """A subquery that is not a short one."""
    for item in items:
        if isinstance(item, Group):
            if _is_statement(item.items) and len(_line([item])) > min(room, _SHORT_SUBQUERY):
                return True
            if _has_subquery(item.items, room):
                return True
    return False


def _without_trailing_tags(body: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Tags and comments at the end of a clause belong to what follows, unless they close what began inside of it."""
    end = len(body)
    depth = 0
    for item in body:
        if isinstance(item, Token):
            depth += (item.block in ("if", "for")) - (item.block == "end")
    while end:
        item = body[end - 1]
        if not _is_alone([item]) or not isinstance(item, Token):
            break
        if item.kind != "statement" and not item.lines:
            break
        if item.block in ("end", "else", "elif") and depth >= 0 and _begun_within(body[: end - 1]):
            break
        depth += (item.block == "end") - (item.block in ("if", "for"))
        end -= 1
    return list(body[:end]), list(body[end:])


def _begun_within(items: Sequence[Item]) -> bool:
    depth = 0
    for item in items:
        if isinstance(item, Token):
            depth += (item.block in ("if", "for")) - (item.block == "end")
    return depth > 0


def _fitting(items: Sequence[Item], room: int) -> str | None:
    """The items on one line, or None: they are longer, or hold what ends a line."""
    for token in flat(items):
        if token.kind in ("line", "statement", "note") or (token.kind == "block" and "\n" in token.text):
            return None
    line = _line(items)
    return line if len(line) <= room and "\n" not in line else None


def _line(items: Sequence[Item]) -> str:
    text = ""
    before: Token | None = None
    earlier: Token | None = None
    for token in _cased(list(flat(items))):
        if before is not None and _is_apart(earlier, before, token):
            text += " "
        text += token.text
        earlier, before = before, token
    return text


def _is_apart(earlier: Token | None, left: Token, right: Token) -> bool:
    if left.kind == "open" or right.kind in ("close", "comma"):
        return False
    if not right.apart and (right.text.startswith(".") or (left.kind in _WORDS and right.kind in _WORDS)):
        return False
    if left.text == right.text == "-":
        return True
    if right.text in _TIGHT or left.text in _TIGHT:
        return right.apart and right.kind == "number" if left.text != "::" and right.text != "::" else False
    if right.kind == "open":
        return _before_bracket(left, right)
    if left.kind == "operator" and left.text in "-+~!" and (earlier is None or _is_prefix(earlier)):
        return False
    if right.text == ";":
        return False
    if left.kind == "operator" and left.text in ("$", "@", "\\", "#"):
        return right.apart
    if right.kind == "operator" and right.text in ("$", "@", "\\", "#"):
        return right.apart
    return True


_WORDS = frozenset({"word", "number"})


def _is_prefix(token: Token) -> bool:
    """Whether a sign behind this token has nothing at its left."""
    return token.kind in ("operator", "open", "comma") or token.upper in _SPACED - {"END", "FINAL"}


def _before_bracket(left: Token, right: Token) -> bool:
    if left.kind == "word":
        spaced = left.upper in _SPACED
        if right.text == "(":
            return spaced and (right.apart or left.upper not in _JOINS | {"NOT", "AND", "OR", "EXCEPT", "VALUES"})
        return spaced or (right.apart and right.text == "{")
    if left.kind in ("close", "name", "parameter", "text", "number"):
        return right.apart and right.text == "("
    return left.kind not in ("output",) or right.apart


def _cased(tokens: list[Token]) -> Iterator[Token]:
    """Keywords in capitals, where nothing else can be meant."""
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else None
        after = tokens[number + 1] if number + 1 < len(tokens) else None
        is_name = (before is not None and (before.text == "." or before.upper == "AS")) or (
            after is not None and after.text == "."
        )
        if token.kind == "word" and not is_name and _is_keyword(token.upper, before, after):
            yield capital(token)
        else:
            yield token


def _is_keyword(word: str, before: Token | None, after: Token | None) -> bool:
    operand = before is not None and (before.kind in _OPERANDS or _is_name(before))
    follows = after is not None and after.kind not in ("comma", "close", "operator")
    if word in ("AND", "OR") and before is None:
        return after is not None and (after.kind != "open" or after.apart)
    if word in ("AND", "OR", "IN", "LIKE", "ILIKE", "BETWEEN", "AS"):
        return operand and after is not None and after.kind not in ("comma", "close")
    if word == "IS":
        return operand and after is not None and after.upper in ("NULL", "NOT", "DISTINCT")
    if word == "NULL":
        return before is not None and before.upper in ("IS", "NOT") and not follows
    if word in ("ASC", "DESC"):
        return operand and not (after is not None and after.kind in ("operator", "open"))
    if word in ("ON", "USING"):
        return operand and follows
    return False


def _is_name(token: Token) -> bool:
    return token.kind == "word" and token.upper not in _SPACED


_OPERANDS = frozenset({"close", "name", "parameter", "text", "number", "output"})
