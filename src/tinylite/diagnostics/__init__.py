"""What a user is told, and where in the user's own text."""

from tinylite.diagnostics.diagnostic import Diagnostic, DiagnosticError, Severity, in_order
from tinylite.diagnostics.source import Piece, Source, SourceMap, Span
from tinylite.diagnostics.suggest import did_you_mean

__all__ = [
    "Diagnostic",
    "DiagnosticError",
    "Piece",
    "Severity",
    "Source",
    "SourceMap",
    "Span",
    "did_you_mean",
    "in_order",
]
