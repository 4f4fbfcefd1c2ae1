"""Which tables a node may read, in every branch of its template, without running it.

`sql.references` reads finished SQL; here there is none yet. So this goes by the words: a name behind FROM, JOIN, IN or
a comma of FROM is a table, unless the query defines it itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tinylite.diagnostics import Span
from tinylite.template import Template, nodes

_TOKEN = re.compile(
    r"(?P<blank>\s+|--[^\n]*|#[^\n]*|/\*.*?(?:\*/|$)|'(?:[^'\\]|\\.|'')*')"
    r"|(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|`(?P<ticked>[^`]*)`|\"(?P<quoted>[^\"]*)\"|(?P<sign>.)",
    re.S,
)
_IS_CALL = re.compile(r"\s*\(")
_LOOKS_UP = re.compile(r"(joinGet|joinGetOrNull)\s*\(\s*(?:(?P<word>[A-Za-z_]\w*(?:\.\w+)*)|'(?P<text>[\w.]+)'"
                       r"|`(?P<ticked>[\w.]+)`|\"(?P<quoted>[\w.]+)\")\s*,")  # fmt: skip
"""A call whose first argument names a table."""
_IS_DEFINED = re.compile(r"\s+AS\s*\(", re.I)
_OPENS = frozenset({"FROM", "JOIN"})
_CLOSES = frozenset(
    {"SELECT", "WHERE", "PREWHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT",
     "SETTINGS", "WINDOW", "QUALIFY", "USING", "FORMAT", "SAMPLE"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Bracket:
    """One level of brackets: whether a comma leads to the next table, and the common table that it defines."""

    is_from: bool = False
    defines: str | None = None


@dataclass(slots=True)
class _State:
    """Where in a query a text has got to. `expects`: the next name is a table. `own`: names that WITH has defined."""

    brackets: tuple[_Bracket, ...] = (_Bracket(),)
    expects: bool = False
    defining: str | None = None
    own: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Scanner:
    state: _State = field(default_factory=_State)
    found: list[Reference] = field(default_factory=list)

    def statements(self, statements: Iterable[nodes.Statement]) -> None:
        for statement in statements:
            match statement:
                case nodes.Text():
                    self.text(statement.span)
                case nodes.Output():
                    self.state.expects = False
                case nodes.If():
                    self.branches([*(body for _, body in statement.branches), statement.otherwise])
                case nodes.For():
                    self.statements(statement.body)

    def branches(self, bodies: list[tuple[nodes.Statement, ...]]) -> None:
        """Each body goes on from the same place; what follows goes on from the end of the first."""
        start, ends = self.state, []
        for body in bodies:
            self.state = replace(start)
            self.statements(body)
            ends.append(self.state)
        self.state = ends[0]

    def text(self, span: Span) -> None:
        for token in _TOKEN.finditer(span.text):
            match token.lastgroup:
                case "word":
                    self.word(token[0], span, token)
                case "ticked" | "quoted":
                    self.name(token[token.lastgroup], span, token)
                case "sign":
                    self.sign(token[0])

    def word(self, word: str, span: Span, token: re.Match[str]) -> None:
        upper = word.upper()
        if upper in _OPENS or upper in _CLOSES:
            self.state.expects = upper in _OPENS
            self.state.brackets = (
                *self.state.brackets[:-1],
                _Bracket(upper in _OPENS, self.state.brackets[-1].defines),
            )
        elif upper == "IN":
            self.state.expects = True
        elif word in ("joinGet", "joinGetOrNull"):
            self.looked_up(span, token)
            self.state.expects = False
        else:
            self.name(word, span, token)

    def looked_up(self, span: Span, token: re.Match[str]) -> None:
        call = _LOOKS_UP.match(token.string, token.start())
        kind = call.lastgroup if call is not None else None
        if call is not None and kind is not None:
            self.found.append(Reference(call[kind].removeprefix("default."), span.within(*call.span(kind))))

    def name(self, name: str, span: Span, token: re.Match[str]) -> None:
        state = self.state
        if state.expects:
            state.expects = False
            own = state.own.difference(bracket.defines for bracket in state.brackets)
            if name not in own and not _IS_CALL.match(token.string, token.end()):
                self.found.append(Reference(name, span.within(*token.span())))
        elif _IS_DEFINED.match(token.string, token.end()):
            state.own |= {name}
            state.defining = name

    def sign(self, sign: str) -> None:
        state = self.state
        if sign == "(":
            state.brackets = (*state.brackets, _Bracket(state.expects, state.defining))
            state.defining = None
        elif sign == ")":
            state.brackets = state.brackets[:-1] or state.brackets
            state.expects = False
        else:
            state.expects = sign == "," and state.brackets[-1].is_from


def references(template: Template) -> tuple[Reference, ...]:
    """In the order of the text."""
    scanner = _Scanner()
    scanner.statements(template.statements)
    return tuple(scanner.found)
