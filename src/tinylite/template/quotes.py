"""Values that stand inside quotes of the SQL, where a bound parameter would be mere text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tinylite.template import nodes

# A whole string, comment or quoted name; or the opening of one that the piece of text does not close.
_WHOLE = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`|--[^\n]*|/\*.*?\*/|'|/\*", re.S)
_CLOSING = {"'": re.compile(r"(?:[^'\\]|\\.|'')*?'(?!')", re.S), "/*": re.compile(r".*?\*/", re.S)}


def quoted_outputs(statements: Iterable[nodes.Statement]) -> list[nodes.Output]:
    return [output for output, opening in _Walk().outputs(statements) if opening == "'"]


class _Walk:
    """Goes over the text in order; `opening` is the quote or comment that is open."""

    def __init__(self) -> None:
        self.opening = ""

    def outputs(self, statements: Iterable[nodes.Statement]) -> Iterator[tuple[nodes.Output, str]]:
        for statement in statements:
            match statement:
                case nodes.Literal():
                    self._text(statement.text)
                case nodes.Output():
                    yield statement, self.opening
                case nodes.If():
                    for _, body in statement.branches:
                        yield from self.outputs(body)
                case nodes.For():
                    yield from self.outputs(statement.body)

    def _text(self, text: str) -> None:
        position = 0
        while position < len(text):
            if self.opening:
                closing = _CLOSING[self.opening].match(text, position)
                if closing is None:
                    return
                self.opening, position = "", closing.end()
            match = _WHOLE.search(text, position)
            if match is None:
                return
            if match.group() in ("'", "/*"):
                self.opening = match.group()
            position = match.end()
