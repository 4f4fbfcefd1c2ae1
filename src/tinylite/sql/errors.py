"""Faults of a query, with their place in its text."""

from __future__ import annotations

from sqlglot import exp

from tinylite.diagnostics import Diagnostic, DiagnosticError, Source


class Fault(Exception):
    """A fault found while compiling; the nearest clause turns it into a diagnostic of its query."""

    def __init__(self, code: str, message: str, node: exp.Expr | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.node = node
        self.hint = hint

    def diagnostic(self, source: Source, fallback: exp.Expr | None = None) -> Diagnostic:
        place = extent(self.node) or extent(fallback)
        span = source.span(*place) if place else source.span(0, 0)
        return Diagnostic(self.code, self.message, span, self.hint)


def extent(node: exp.Expr | None) -> tuple[int, int] | None:
    """The characters that a node covers, as far as its parts know their places."""
    if node is None:
        return None
    if "start" in node.meta:
        return int(node.meta["start"]), int(node.meta["end"]) + 1
    places = [(int(n.meta["start"]), int(n.meta["end"]) + 1) for n in node.walk() if "start" in n.meta]
    return (min(start for start, _ in places), max(end for _, end in places)) if places else None


def syntax_error(message: str, source: Source, start: int, end: int) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL401", message, source.span(start, end)))
