"""Pieces to a tree. Expressions are a small part of Python's, read by precedence climbing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tinylite.diagnostics import Diagnostic, Span, did_you_mean
from tinylite.template import nodes
from tinylite.template.functions import FUNCTIONS, METHODS
from tinylite.template.lexer import Piece, pieces

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<string>[rub]?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
      | (?P<operator>\*\*|//|==|!=|<=|>=|<>|[-+*/%<>()\[\]{},.:=])
      | (?P<bad>\S)
    )""",
    re.X | re.S,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "\n": "", "0": "\0"}
_PRECEDENCE = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6, "**": 8}
_COMPARISONS = ("==", "!=", "<>", "<", ">", "<=", ">=")
_CONSTANTS = {"None": None, "True": True, "False": False, "true": True, "false": False}
_REFUSED = ("import", "from", "raw", "module", "include", "extends", "while", "autoescape", "apply", "try", "block")
MAX_DEPTH = 60


class _Fault(Exception):
    def __init__(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostic = Diagnostic(code, message, span, hint)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    span: Span


def parse_statements(span: Span, faults: list[Diagnostic]) -> tuple[nodes.Statement, ...]:
    """The tree of a template. Adds to `faults`; what is faulty is left out."""
    return _Blocks(pieces(span, FUNCTIONS, faults), faults).top()


# -- statements -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """A block that waits for its end."""

    keyword: str
    piece: Piece
    head: list[tuple[nodes.Expression | None, list[nodes.Statement]]]
    targets: tuple[str, ...] = ()


@dataclass(slots=True)
class _Blocks:
    pieces: Iterator[Piece]
    faults: list[Diagnostic]
    stack: list[_Open] = field(default_factory=list)
    root: list[nodes.Statement] = field(default_factory=list)

    def top(self) -> tuple[nodes.Statement, ...]:
        for piece in self.pieces:
            try:
                self._piece(piece)
            except _Fault as fault:
                self.faults.append(fault.diagnostic)
        for block in self.stack:
            message = f"{{% {block.keyword} %}} is not closed"
            self.faults.append(Diagnostic("TL301", message, block.piece.span, "write {% end %} behind it"))
        return tuple(self.root)

    @property
    def _body(self) -> list[nodes.Statement]:
        return self.stack[-1].head[-1][1] if self.stack else self.root

    def _piece(self, piece: Piece) -> None:
        if piece.kind == "text":
            self._body.append(nodes.Literal(piece.span.text, piece.span))
        elif piece.kind == "output":
            self._body.append(nodes.Output(_expression(piece.inner), piece.span))
        else:
            self._block(piece)

    def _block(self, piece: Piece) -> None:
        match = re.match(r"\s*([A-Za-z_]\w*)?\s*", piece.inner.text)
        keyword = (match.group(1) or "") if match else ""
        rest = piece.inner.within(match.end() if match else 0, len(piece.inner.text))
        handler = _BLOCKS.get(keyword)
        if handler is not None:
            handler(self, piece, rest)
        elif keyword in _REFUSED:
            raise _Fault("TL301", f"{{% {keyword} %}} is not allowed", piece.span)
        else:
            hint = did_you_mean(keyword, _BLOCKS)
            raise _Fault("TL301", f"unknown tag {{% {keyword} %}}", piece.span, hint)

    def _if(self, piece: Piece, rest: Span) -> None:
        block = _Open("if", piece, [(None, [])])
        self.stack.append(block)
        block.head[0] = (_expression(rest), block.head[0][1])

    def _elif(self, piece: Piece, rest: Span) -> None:
        self._expect_if(piece, "elif").head.append((_expression(rest), []))

    def _else(self, piece: Piece, rest: Span) -> None:
        self._expect_if(piece, "else").head.append((nodes.Constant(True, piece.span), []))

    def _expect_if(self, piece: Piece, word: str) -> _Open:
        if not self.stack or self.stack[-1].keyword != "if":
            raise _Fault("TL301", f"{{% {word} %}} stands outside of an {{% if %}}", piece.span)
        return self.stack[-1]

    def _for(self, piece: Piece, rest: Span) -> None:
        self.stack.append(_Open("for", piece, [(None, [])]))
        match = re.match(r"\s*([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s+in\b", rest.text)
        if match is None:
            raise _Fault("TL301", "bad {% for %}", piece.span, "as in {% for x in xs %}")
        self.stack[-1].targets = tuple(name.strip() for name in match.group(1).split(","))
        iterable = _expression(rest.within(match.end(), len(rest.text)))
        self.stack[-1].head[0] = (iterable, self.stack[-1].head[0][1])

    def _set(self, piece: Piece, rest: Span) -> None:
        match = re.match(r"\s*([A-Za-z_]\w*)\s*=(?!=)", rest.text)
        if match is None:
            raise _Fault("TL301", "bad {% set %}", piece.span, "as in {% set n = 5 %}")
        expression = _expression(rest.within(match.end(), len(rest.text)))
        self._body.append(nodes.Assign(match.group(1), expression, piece.span))

    def _comment(self, piece: Piece, rest: Span) -> None:
        return None

    def _end(self, piece: Piece, rest: Span) -> None:
        if not self.stack:
            raise _Fault("TL301", "{% end %} without a block to close", piece.span)
        block = self.stack.pop()
        heads = [(condition or nodes.Constant(False, piece.span), tuple(body)) for condition, body in block.head]
        if block.keyword == "for":
            self._body.append(nodes.For(block.targets, heads[0][0], heads[0][1], block.piece.span))
        else:
            self._body.append(nodes.If(tuple(heads), (), block.piece.span))


_BLOCKS: dict[str, Callable[[_Blocks, Piece, Span], None]] = {
    "if": _Blocks._if,
    "elif": _Blocks._elif,
    "else": _Blocks._else,
    "for": _Blocks._for,
    "set": _Blocks._set,
    "comment": _Blocks._comment,
    "end": _Blocks._end,
}


# -- expressions ----------------------------------------------------------------------------------------------------


def _expression(span: Span) -> nodes.Expression:
    reader = _Reader(span)
    if not reader.tokens:
        raise _Fault("TL301", "an expression is missing", span)
    found = reader.conditional()
    if reader.token is not None:
        raise reader.unexpected()
    return found


class _Reader:
    def __init__(self, span: Span) -> None:
        self.span = span
        self.tokens: list[_Token] = []
        self.index = 0
        self.depth = 0
        for match in _TOKEN.finditer(span.text):
            kind = str(match.lastgroup)
            token = _Token(kind, match.group(kind), span.within(match.start(kind), match.end(kind)))
            if kind == "bad":
                raise _Fault("TL301", f"unexpected '{token.text}' in an expression", token.span)
            self.tokens.append(token)

    @property
    def token(self) -> _Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def at(self, *texts: str) -> bool:
        token = self.token
        return token is not None and token.kind != "string" and token.text in texts

    def take(self, text: str) -> _Token:
        if not self.at(text):
            raise self.unexpected(f"expected '{text}'")
        self.index += 1
        return self.tokens[self.index - 1]

    def skip(self, text: str) -> bool:
        if self.at(text):
            self.index += 1
            return True
        return False

    def unexpected(self, what: str = "") -> _Fault:
        token = self.token
        if token is None:
            return _Fault("TL301", what + ", found the end" if what else "the expression is not complete", self.span)
        return _Fault("TL301", f"{what + ', found' if what else 'unexpected'} '{token.text}'", token.span)

    def _since(self, start: nodes.Expression | Span) -> Span:
        begin = start.start if isinstance(start, Span) else start.span.start
        return Span(self.span.source, begin, self.tokens[self.index - 1].span.end)

    def conditional(self) -> nodes.Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Fault("TL308", "the expression is nested too deep", self.span)
        then = self.binary(1)
        if self.skip("if"):
            condition = self.binary(1)
            self.take("else")
            then = nodes.Conditional(condition, then, self.conditional(), self._since(then))
        self.depth -= 1
        return then

    def binary(self, least: int) -> nodes.Expression:
        left = self.negation() if least <= 3 else self.unary()
        while (token := self.token) is not None and token.kind != "string":
            precedence = _PRECEDENCE.get(token.text, 0)
            if precedence < least or precedence == 0:
                return left
            self.index += 1
            right = self.binary(precedence + (token.text != "**"))
            left = nodes.Binary(token.text, left, right, self._since(left))
        return left

    def negation(self) -> nodes.Expression:
        token = self.token
        if token is not None and self.skip("not"):
            operand = self.negation()
            return nodes.Unary("not", operand, self._since(token.span))
        return self.comparison()

    def comparison(self) -> nodes.Expression:
        first = self.binary(5)
        rest: list[tuple[str, nodes.Expression]] = []
        while operator := self._comparison_operator():
            rest.append((operator, self.binary(5)))
        return nodes.Comparison(first, tuple(rest), self._since(first)) if rest else first

    def _comparison_operator(self) -> str | None:
        if self.at(*_COMPARISONS):
            self.index += 1
            return self.tokens[self.index - 1].text.replace("<>", "!=")
        if self.skip("in"):
            return "in"
        if self.skip("is"):
            return "is not" if self.skip("not") else "is"
        if self.at("not") and self.index + 1 < len(self.tokens) and self.tokens[self.index + 1].text == "in":
            self.index += 2
            return "not in"
        return None

    def unary(self) -> nodes.Expression:
        token = self.token
        if token is not None and self.at("-", "+"):
            self.index += 1
            operand = self.unary()
            return nodes.Unary(token.text, operand, self._since(token.span))
        return self.postfix(self.atom())

    def postfix(self, value: nodes.Expression) -> nodes.Expression:
        while True:
            if self.skip("["):
                key = self.conditional()
                self.take("]")
                value = nodes.Index(value, key, self._since(value))
            elif self.skip("."):
                value = self._method(value)
            else:
                return value

    def _method(self, target: nodes.Expression) -> nodes.Expression:
        token = self.token
        if token is None or token.kind != "name":
            raise self.unexpected("expected the name of a method")
        self.index += 1
        if token.text not in METHODS or not self.at("("):
            hint = did_you_mean(token.text, METHODS) or f"known methods: {', '.join(METHODS)}"
            raise _Fault("TL301", f".{token.text} is not allowed", token.span, hint)
        self.take("(")
        args, kwargs = self._arguments()
        if kwargs:
            raise _Fault("TL303", f".{token.text} takes no keyword arguments", token.span)
        return nodes.Method(target, token.text, args, self._since(target))

    def atom(self) -> nodes.Expression:
        token = self.token
        if token is None:
            raise self.unexpected()
        self.index += 1
        match token.kind, token.text:
            case "number", text:
                return nodes.Constant(float(text) if re.search(r"[.eE]", text) else int(text), token.span)
            case "string", text:
                return nodes.Constant(self._strings(text), self._since(token.span))
            case "name", text if text in _CONSTANTS:
                return nodes.Constant(_CONSTANTS[text], token.span)
            case "name", "and" | "or" | "not" | "in" | "is" | "if" | "else" | "for" | "lambda":
                self.index -= 1
                raise self.unexpected()
            case "name", text:
                return self._call(token) if self.at("(") else nodes.Name(text, token.span)
            case _, "(":
                return self._bracketed(token)
            case _, "[":
                items = self._items("]")
                return nodes.Sequence(items, self._since(token.span))
            case _, "{":
                return self._mapping(token)
        self.index -= 1
        raise self.unexpected()

    def _strings(self, text: str) -> str:
        """Adjacent strings are one, as in Python."""
        value = _unquoted(text)
        while self.token is not None and self.token.kind == "string":
            value += _unquoted(self.token.text)
            self.index += 1
        return value

    def _bracketed(self, opening: _Token) -> nodes.Expression:
        first = self.conditional()
        if self.skip(")"):
            return first
        self.take(",")
        items = self._items(")")
        return nodes.Sequence((first, *items), self._since(opening.span))

    def _items(self, closing: str) -> tuple[nodes.Expression, ...]:
        items: list[nodes.Expression] = []
        while not self.skip(closing):
            items.append(self.conditional())
            if not self.at(closing):
                self.take(",")
        return tuple(items)

    def _mapping(self, opening: _Token) -> nodes.Expression:
        items: list[tuple[nodes.Expression, nodes.Expression]] = []
        while not self.skip("}"):
            key = self.conditional()
            self.take(":")
            items.append((key, self.conditional()))
            if not self.at("}"):
                self.take(",")
        return nodes.Mapping(tuple(items), self._since(opening.span))

    def _call(self, name: _Token) -> nodes.Expression:
        if name.text not in FUNCTIONS:
            hint = did_you_mean(name.text, FUNCTIONS)
            raise _Fault("TL302", f"unknown template function {name.text}", name.span, hint)
        self.take("(")
        args, kwargs = self._arguments()
        call = nodes.Call(name.text, args, kwargs, self._since(name.span))
        problem = FUNCTIONS[name.text].check(call)
        if problem:
            raise _Fault("TL303", problem, call.span)
        return call

    def _arguments(self) -> tuple[tuple[nodes.Expression, ...], tuple[tuple[str, nodes.Expression], ...]]:
        args: list[nodes.Expression] = []
        kwargs: list[tuple[str, nodes.Expression]] = []
        while not self.skip(")"):
            following = self.tokens[self.index + 1].text if self.index + 1 < len(self.tokens) else ""
            if self.token is not None and self.token.kind == "name" and following == "=":
                key = self.token.text
                self.index += 2
                kwargs.append((key, self.conditional()))
            elif kwargs:
                raise self.unexpected("a positional argument behind a keyword argument")
            else:
                args.append(self.conditional())
            if not self.at(")"):
                self.take(",")
        return tuple(args), tuple(kwargs)


def _unquoted(text: str) -> str:
    raw = text[0] in "rub"
    body = text[1:] if raw else text
    body = body[3:-3] if body[:3] in ("'''", '"""') else body[1:-1]
    if text[0] == "r":
        return body
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m.group(1), m.group(0)), body, flags=re.S)
