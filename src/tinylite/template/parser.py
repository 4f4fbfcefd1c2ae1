"""Pieces to a tree: which tags open, divide and close which blocks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span, did_you_mean
from tinylite.template import nodes
from tinylite.template.expressions import Reader, fault
from tinylite.template.functions import FUNCTIONS
from tinylite.template.lexer import Piece, pieces

_SHIFTABLE = {"sql_and", *(name for name, function in FUNCTIONS.items() if function.kind == "parameter")}
"""Calls that `<<` may open: names that mean nothing in SQL."""
_REFUSED = {
    "import", "from", "raw", "module", "include", "extends", "while", "apply", "autoescape", "block", "try",
    "whitespace", "super",
}  # fmt: skip
_KEYWORD = re.compile(r"\s*([A-Za-z_]\w*)?")
_MOST_BLOCKS = 50
TAGS = {
    "{{ expression }}": "A value, bound as a parameter of the query",
    "<< call(…) >>": "The same, where a parameter call follows directly",
    "{% if condition %} … {% elif condition %} … {% else %} … {% end %}": "One of several parts",
    "{% for item in list %} … {% end %}": "A part for each item; `{% for a, b in pairs %}` takes pairs apart",
    "{% set name = expression %}": "A name for a value, also over a parameter's own",
    "{# … #}, {% comment … %}": "Left out",
}
"""The tags, as the reference shows them."""


def parse_statements(span: Span, faults: list[Diagnostic]) -> tuple[nodes.Statement, ...]:
    """The tree of a template. Adds to `faults`; what is faulty is left out."""
    blocks = _Blocks(faults)
    for piece in pieces(span, _SHIFTABLE, faults):
        try:
            blocks.add(piece)
        except DiagnosticError as error:
            faults.extend(error.diagnostics)
    return blocks.close()


@dataclass(slots=True)
class _Open:
    """A block that waits for its end. The last of `bodies` is the one being filled."""

    keyword: str
    span: Span
    heads: list[nodes.Expression] = field(default_factory=list)
    bodies: list[list[nodes.Statement]] = field(default_factory=lambda: [[]])
    targets: tuple[str, ...] = ()


class _Blocks:
    def __init__(self, faults: list[Diagnostic]) -> None:
        self._faults = faults
        self._root: list[nodes.Statement] = []
        self._open: list[_Open] = []

    @property
    def _body(self) -> list[nodes.Statement]:
        return self._open[-1].bodies[-1] if self._open else self._root

    def add(self, piece: Piece) -> None:
        """Raises DiagnosticError."""
        if piece.kind == "text":
            self._body.append(nodes.Text(piece.span))
        elif piece.kind == "output":
            self._output(piece)
        elif piece.kind == "statement":
            self._statement(piece)

    def close(self) -> tuple[nodes.Statement, ...]:
        for block in self._open:
            message = f"{{% {block.keyword} %}} is not closed"
            self._faults.append(Diagnostic("TL301", message, block.span, "close it with {% end %}"))
        return tuple(self._root)

    def _output(self, piece: Piece) -> None:
        expression = _only(Reader(piece.inner))
        writes = not isinstance(expression, nodes.Call) or FUNCTIONS[expression.function].kind in ("parameter", "value")
        if piece.surroundings == "quotes" and writes:
            hint = "leave the quotes out: a text is quoted by itself; join texts as in concat('%', {{String(x)}}, '%')"
            raise fault("TL301", "a value can't stand inside quotes", piece.span, hint)
        self._body.append(nodes.Output(expression, piece.surroundings == "comment", piece.span))

    def _statement(self, piece: Piece) -> None:
        match = _KEYWORD.match(piece.inner.text)
        keyword = match.group(1) if match else None
        if match is None or keyword is None:
            raise fault("TL301", "the tag is empty", piece.span)
        read = _STATEMENTS.get(keyword)
        if read is not None:
            read(self, piece.span, piece.inner.within(match.end(), len(piece.inner.text)))
        elif keyword in _REFUSED:
            raise fault("TL301", f"{{% {keyword} %}} is not allowed", piece.span)
        else:
            hint = "blocks end with {% end %}" if keyword.startswith("end") else did_you_mean(keyword, _STATEMENTS)
            raise fault("TL301", f"unknown tag {{% {keyword} %}}", piece.span, hint)

    def _begin(self, keyword: str, span: Span) -> _Open:
        if len(self._open) >= _MOST_BLOCKS:
            raise fault("TL308", "blocks are nested too deep", span)
        self._open.append(_Open(keyword, span))
        return self._open[-1]

    def _if(self, span: Span, rest: Span) -> None:
        block = self._begin("if", span)
        block.heads.append(nodes.Constant(None, rest))
        block.heads[-1] = _only(Reader(rest, lenient=True))

    def _elif(self, span: Span, rest: Span) -> None:
        block = self._divided("elif", span)
        block.heads.append(nodes.Constant(None, rest))
        block.bodies.append([])
        block.heads[-1] = _only(Reader(rest, lenient=True))

    def _else(self, span: Span, rest: Span) -> None:
        self._divided("else", span).bodies.append([])
        if rest.text.strip():
            raise fault("TL301", "{% else %} takes no condition", span, "write {% elif condition %}")

    def _divided(self, keyword: str, span: Span) -> _Open:
        block = self._open[-1] if self._open else None
        if block is None or block.keyword != "if":
            raise fault("TL301", f"{{% {keyword} %}} outside of an {{% if %}}", span)
        if len(block.bodies) > len(block.heads):
            raise fault("TL301", f"{{% {keyword} %}} after {{% else %}}", span)
        return block

    def _for(self, span: Span, rest: Span) -> None:
        block = self._begin("for", span)
        block.heads.append(nodes.Constant(None, rest))
        reader = Reader(rest, lenient=True)
        bracketed = reader.skip("(")
        block.targets = reader.names("the name of an item, as in {% for x in list %}")
        if bracketed:
            reader.take(")")
        reader.take("in")
        block.heads[0] = _only(reader)

    def _set(self, span: Span, rest: Span) -> None:
        reader = Reader(rest, lenient=True)
        targets = reader.names("a name, as in {% set x = 5 %}")
        reader.take("=")
        self._body.append(nodes.Set(targets, _only(reader), span))

    def _comment(self, span: Span, rest: Span) -> None:
        return

    def _end(self, span: Span, rest: Span) -> None:
        if not self._open:
            raise fault("TL301", "{% end %} without a block to close", span)
        block = self._open.pop()
        bodies = [tuple(body) for body in block.bodies]
        if block.keyword == "for":
            self._body.append(nodes.For(block.targets, block.heads[0], bodies[0], block.span))
            return
        otherwise = bodies[-1] if len(bodies) > len(block.heads) else ()
        branches = tuple(zip(block.heads, bodies, strict=False))
        self._body.append(nodes.If(branches, otherwise, block.span))


_STATEMENTS: dict[str, Callable[[_Blocks, Span, Span], None]] = {
    "if": _Blocks._if,
    "elif": _Blocks._elif,
    "else": _Blocks._else,
    "for": _Blocks._for,
    "set": _Blocks._set,
    "comment": _Blocks._comment,
    "end": _Blocks._end,
}


def _only(reader: Reader) -> nodes.Expression:
    """The rest of a tag as one expression."""
    if reader.token is None:
        raise fault("TL301", "an expression is missing", reader.span)
    expression = reader.values()
    reader.end()
    return expression
