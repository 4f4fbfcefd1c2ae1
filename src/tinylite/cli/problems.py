"""Whatever stops a command, in words."""

from __future__ import annotations

import os

from tinylite.cli.result import Result, faulty
from tinylite.diagnostics import Diagnostic, DiagnosticError


def explained(problem: Exception) -> Result:
    """Raises the problem again when it is a fault of ours and the user wants to see where."""
    match problem:
        case DiagnosticError():
            return faulty(problem.diagnostics)
        case OSError():
            return faulty([_of_the_machine(problem)])
    if os.environ.get("TINYLITE_TRACEBACK"):
        raise problem
    hint = "this is a fault of tinylite: please report it, with what TINYLITE_TRACEBACK=1 shows"
    return faulty([Diagnostic("TL599", f"{type(problem).__name__}: {problem}", hint=hint)])


def _of_the_machine(problem: OSError) -> Diagnostic:
    """A file that may not be written, a full disk."""
    reason = problem.strerror or str(problem)
    return Diagnostic("TL510", f"{problem.filename}: {reason}" if problem.filename else reason)
