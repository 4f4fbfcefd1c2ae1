"""For programs: one JSON document."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tinylite.diagnostics.diagnostic import Diagnostic


def render(diagnostics: Sequence[Diagnostic]) -> str:
    return json.dumps(document(diagnostics), ensure_ascii=False, indent=2) + "\n"


def document(diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    """`{"diagnostics": […], "errors": n, "warnings": n}`; lines and columns count from 1, the end is exclusive."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    return {
        "diagnostics": [as_dict(diagnostic) for diagnostic in diagnostics],
        "errors": errors,
        "warnings": len(diagnostics) - errors,
    }


def as_dict(diagnostic: Diagnostic) -> dict[str, object]:
    """The place is null when the fault has none."""
    span = diagnostic.span
    line, column = (span.line, span.column) if span else (None, None)
    end_line, end_column = span.source.position(span.end) if span else (None, None)
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        "path": span.source.path if span else None,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
