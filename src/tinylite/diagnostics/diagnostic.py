"""What a user is told: one value, whoever prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from tinylite.diagnostics.codes import CODES
from tinylite.diagnostics.source import Span


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: `code` is a key of `codes.CODES`, `message` names the fault, `hint` the way out."""

    code: str
    message: str
    span: Span | None = None
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"diagnostic code {self.code} is not in the table")

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


class DiagnosticError(Exception):
    """Carries diagnostics through code that can't go on. Caught at the edge, where they are shown."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(diagnostic.message for diagnostic in diagnostics))
        self.diagnostics = diagnostics


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file and place, each said once."""

    def place(diagnostic: Diagnostic) -> tuple[str, int, str]:
        span = diagnostic.span
        return (span.source.path, span.start, diagnostic.code) if span else ("", 0, diagnostic.code)

    return sorted(dict.fromkeys(diagnostics), key=place)
