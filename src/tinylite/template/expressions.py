"""Expressions: a small part of Python's, read by precedence climbing. Nothing is ever run by Python itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span, did_you_mean
from tinylite.template import nodes
from tinylite.template.functions import FUNCTIONS, METHODS, Function, condition

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:[0-9][0-9_]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<string>r?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>\*\*|//|==|!=|<=|>=|[-+*/%<>()\[\]{},.:=])
      | (?P<unknown>\S)
    )""",
    re.X | re.S,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', "0": "\0", "\n": ""}
_CONSTANTS = {"None": None, "True": True, "False": False}
_WORDS = {"and", "or", "not", "in", "is", "if", "else", "for", "lambda"}
_LOGICAL, _COMPARING, _ADDING, _UNARY = 1, 4, 5, 7
_PRECEDENCE = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6}
_COMPARISONS = {"==", "!=", "<", ">", "<=", ">="}
MOST_NESTED, MOST_OPERATORS = 50, 300
"""Bounds of one expression, so that neither reading nor evaluating it can exhaust the stack."""


class Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def fault(code: str, message: str, span: Span, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic(code, message, span, hint))


class Reader:
    """Reads what stands in one tag. Its methods raise DiagnosticError.

    A `lenient` one lets attributes pass, as Tinybird does in blocks: `{% if loop.first %}` may stand in a part that is
    never reached.
    """

    def __init__(self, span: Span, *, lenient: bool = False) -> None:
        self.span = span
        self._lenient = lenient
        self.tokens: list[Token] = []
        self.index = 0
        self._nested = 0
        self._operators = 0
        for match in _TOKEN.finditer(span.source.text, span.start, span.end):
            kind = str(match.lastgroup)
            self.tokens.append(Token(kind, match.group(kind), match.start(kind), match.end(kind)))

    @property
    def token(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def at(self, *texts: str) -> bool:
        token = self.token
        return token is not None and token.text in texts and token.kind in ("sign", "name")

    def skip(self, *texts: str) -> Token | None:
        """The token, if it is one of these."""
        if not self.at(*texts):
            return None
        self.index += 1
        return self.tokens[self.index - 1]

    def take(self, text: str) -> Token:
        token = self.skip(text)
        if token is None:
            raise self.failure(f"expected '{text}'")
        return token

    def name(self, what: str) -> str:
        token = self.token
        if token is None or token.kind != "name" or token.text in _WORDS or token.text in _CONSTANTS:
            raise self.failure(f"expected {what}")
        self.index += 1
        return token.text

    def failure(self, expected: str = "") -> DiagnosticError:
        """What is wrong at the present token."""
        token = self.token
        if token is None:
            message = f"{expected}, found the end of the tag" if expected else "the expression is not complete"
            return fault("TL301", message, self.span)
        message = f"{expected}, found '{token.text}'" if expected else f"unexpected '{token.text}'"
        return fault("TL301", message, self.place(token))

    def place(self, token: Token) -> Span:
        return Span(self.span.source, token.start, token.end)

    def since(self, start: int) -> Span:
        return Span(self.span.source, start, self.tokens[self.index - 1].end)

    def end(self) -> None:
        if self.token is not None:
            raise self.failure()

    def names(self, what: str) -> tuple[str, ...]:
        """`a` or `a, b`."""
        found = [self.name(what)]
        while self.skip(","):
            found.append(self.name(what))
        return tuple(found)

    def values(self) -> nodes.Expression:
        """An expression, or several with commas between: a tuple."""
        first = self.expression()
        if not self.at(","):
            return first
        items = [first]
        while self.skip(","):
            items.append(self.expression())
        return nodes.Items(tuple(items), self.since(first.span.start))

    def expression(self) -> nodes.Expression:
        self._nested += 1
        if self._nested > MOST_NESTED:
            raise fault("TL308", "the expression is nested too deep", self.span)
        found = self._binary(_LOGICAL)
        if self.skip("if"):
            condition = self._binary(_LOGICAL)
            self.take("else")
            found = nodes.Conditional(condition, found, self.expression(), self.since(found.span.start))
        self._nested -= 1
        return found

    def _binary(self, least: int) -> nodes.Expression:
        left = self._negation() if least < _COMPARING else self._unary()
        while (token := self.token) is not None and _PRECEDENCE.get(token.text, 0) >= least:
            self._count()
            self.index += 1
            right = self._binary(_PRECEDENCE[token.text] + 1)
            left = nodes.Binary(token.text, left, right, self.since(left.span.start))
        return left

    def _count(self) -> None:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise fault("TL308", f"the expression has more than {MOST_OPERATORS} operators", self.span)

    def _negation(self) -> nodes.Expression:
        token = self.skip("not")
        if token is None:
            return self._comparison()
        self._count()
        return nodes.Unary("not", self._negation(), self.since(token.start))

    def _comparison(self) -> nodes.Expression:
        first = self._binary(_ADDING)
        rest: list[tuple[str, nodes.Expression]] = []
        while operator := self._comparison_operator():
            right = self._binary(_ADDING)
            if operator.startswith("is") and not (isinstance(right, nodes.Constant) and _is_singular(right.value)):
                raise fault("TL301", f"'{operator}' is for None, True and False", right.span, "compare with == or !=")
            rest.append((operator, right))
        return nodes.Comparison(first, tuple(rest), self.since(first.span.start)) if rest else first

    def _comparison_operator(self) -> str:
        token = self.skip(*_COMPARISONS, "in", "is")
        if token is not None:
            return "is not" if token.text == "is" and self.skip("not") else token.text
        if self.skip("not"):
            self.take("in")
            return "not in"
        return ""

    def _unary(self) -> nodes.Expression:
        token = self.skip("-", "+")
        if token is not None:
            self._count()
            return nodes.Unary(token.text, self._unary(), self.since(token.start))
        value = self._atom()
        while self.at("[", "."):
            self._count()
            value = self._index(value) if self.skip("[") else self._method(value)
        return value

    def _index(self, target: nodes.Expression) -> nodes.Expression:
        key = self.expression()
        self.take("]")
        return nodes.Index(target, key, self.since(target.span.start))

    def _method(self, target: nodes.Expression) -> nodes.Expression:
        self.take(".")
        token = self.token
        name = self.name("the name of a method")
        if self._lenient and not self.at("("):
            return nodes.Attribute(name, self.since(target.span.start))
        method = METHODS.get(name)
        if method is None or token is None or not self.at("("):
            place = self.place(token) if token is not None else self.span
            hint = did_you_mean(name, METHODS) or "there are " + ", ".join(f".{known}()" for known in METHODS)
            raise fault("TL302", f"there is no .{name} here", place, hint)
        others, named = self._arguments()
        place = self.since(target.span.start)
        if named or not method.least <= len(others) <= method.most:
            raise fault("TL303", f"wrong arguments of .{name}", place, method.doc)
        return nodes.Method(target, name, others, place)

    def _atom(self) -> nodes.Expression:
        token = self.token
        if token is None or (token.kind == "name" and token.text in _WORDS):
            raise self.failure()
        self.index += 1
        match token.kind, token.text:
            case "number", text:
                return nodes.Constant(self._number(token, text.replace("_", "")), self.place(token))
            case "string", text:
                return nodes.Constant(self._strings(text), self.since(token.start))
            case "name", text if text in _CONSTANTS:
                return nodes.Constant(_CONSTANTS[text], self.place(token))
            case "name", text:
                return self._call(token) if self.at("(") else nodes.Name(text, self.place(token))
            case _, "(":
                return self._parenthesis(token)
            case _, "[":
                return nodes.Items(self._items("]"), self.since(token.start))
            case _, "{":
                return self._object(token)
            case _:
                self.index -= 1
                raise self.failure()

    def _number(self, token: Token, text: str) -> int | float:
        if len(text) > 100:
            raise fault("TL301", "the number is too long", self.place(token))
        return int(text) if text.isdigit() else float(text)

    def _strings(self, text: str) -> str:
        """Adjacent strings are one, as in Python."""
        value = _unquoted(text)
        while self.token is not None and self.token.kind == "string":
            value += _unquoted(self.token.text)
            self.index += 1
        return value

    def _parenthesis(self, opening: Token) -> nodes.Expression:
        if self.skip(")"):
            return nodes.Items((), self.since(opening.start))
        first = self.expression()
        if self.skip(")"):
            return first
        self.take(",")
        return nodes.Items((first, *self._items(")")), self.since(opening.start))

    def _items(self, closing: str) -> tuple[nodes.Expression, ...]:
        items: list[nodes.Expression] = []
        while not self.skip(closing):
            items.append(self.expression())
            if not self.at(closing):
                self.take(",")
        return tuple(items)

    def _object(self, opening: Token) -> nodes.Expression:
        items: list[tuple[nodes.Expression, nodes.Expression]] = []
        while not self.skip("}"):
            key = self.expression()
            self.take(":")
            items.append((key, self.expression()))
            if not self.at("}"):
                self.take(",")
        return nodes.Object(tuple(items), self.since(opening.start))

    def _call(self, name: Token) -> nodes.Expression:
        self._count()
        function = FUNCTIONS.get(name.text)
        if function is None:
            hint = did_you_mean(name.text, FUNCTIONS) or "functions of SQL stand outside of the tag"
            raise fault("TL302", f"unknown template function {name.text}", self.place(name), hint)
        others, named = self._arguments()
        span = self.since(name.start)
        if function.others == "named":
            _check_conditions(function, others, named, span)
            return nodes.Call(function.name, named, (), span)
        if function.others == "positional":
            if named or not others:
                raise fault("TL303", f"wrong arguments of {function.name}", span, function.signature)
            return nodes.Call(function.name, {}, others, span)
        return nodes.Call(function.name, _by_name(function, others, named, span), (), span)

    def _arguments(self) -> tuple[tuple[nodes.Expression, ...], dict[str, nodes.Expression]]:
        others: list[nodes.Expression] = []
        named: dict[str, nodes.Expression] = {}
        self.take("(")
        while not self.skip(")"):
            following = self.tokens[self.index + 1].text if self.index + 1 < len(self.tokens) else ""
            if following == "=":
                name = self.name("the name of an argument")
                self.take("=")
                named[name] = self.expression()
            elif named:
                raise self.failure("expected a named argument")
            else:
                others.append(self.expression())
            if not self.at(")"):
                self.take(",")
        return tuple(others), named


def _by_name(
    function: Function, others: tuple[nodes.Expression, ...], named: Mapping[str, nodes.Expression], span: Span
) -> dict[str, nodes.Expression]:
    """Arguments by their names, in the function's order. Raises DiagnosticError."""
    if len(others) > len(function.arguments):
        raise fault("TL303", f"too many arguments of {function.name}", span, function.signature)
    found = dict(zip(function.arguments, others, strict=False))
    for name, value in named.items():
        if name not in function.keywords:
            hint = did_you_mean(name, function.keywords) or function.signature
            raise fault("TL303", f"{function.name} has no argument {name}", value.span, hint)
        if name in found:
            raise fault("TL303", f"the argument {name} of {function.name} is given twice", value.span)
        found[name] = value
    for name in function.arguments[: function.least]:
        if name not in found:
            raise fault("TL303", f"{function.name} needs the argument {name}", span, function.signature)
    return found


def _check_conditions(
    function: Function, others: tuple[nodes.Expression, ...], named: Mapping[str, nodes.Expression], span: Span
) -> None:
    if others:
        raise fault("TL303", f"the arguments of {function.name} have names", others[0].span, function.signature)
    for key, value in named.items():
        if condition(key) is None:
            raise fault("TL303", f"operand {key.rpartition('__')[2]} not supported", value.span, function.doc)


def _is_singular(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _unquoted(text: str) -> str:
    raw = text[0] == "r"
    body = text[1:] if raw else text
    body = body[3:-3] if len(body) >= 6 and body[:3] in ("'''", '"""') else body[1:-1]
    return body if raw else _ESCAPE.sub(_unescaped, body)


def _unescaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) == 1:
        return _ESCAPES.get(code, match.group())
    number = int(code[1:], 16)
    return match.group() if 0xD800 <= number < 0xE000 else chr(number)
