"""What goes wrong with outside systems."""

from __future__ import annotations

from tinylite.diagnostics import Diagnostic, DiagnosticError


class Unreachable(Exception):
    """It may go better in a moment: the network, a broker, a busy store."""


def refused(message: str, hint: str | None = None) -> DiagnosticError:
    """Trying again would change nothing: a missing bucket, a wrong key, a package that is not there."""
    return DiagnosticError(Diagnostic("TL513", message, hint=hint))


def missing(package: str, extra: str) -> DiagnosticError:
    return refused(f"the package {package} is not installed", f"pip install 'tinylite[{extra}]'")
