"""For GitHub Actions: a workflow command each, shown beside the line in a pull request.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.diagnostics.diagnostic import Diagnostic

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(diagnostics: Sequence[Diagnostic], *, folder: str = "") -> str:
    """`folder` is where the project lies in the repository: GitHub counts paths from there."""
    return "".join(_command(diagnostic, folder) for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, folder: str) -> str:
    properties: dict[str, object] = {}
    span = diagnostic.span
    if span:
        end_line, end_column = span.source.position(span.end)
        properties = {"file": f"{folder.rstrip('/')}/{span.source.path}".lstrip("/"), "line": span.line}
        properties |= {"col": span.column, "endLine": end_line, "endColumn": end_column}
    properties["title"] = diagnostic.code
    fields = ",".join(f"{name}={str(value).translate(_PROPERTY)}" for name, value in properties.items())
    text = diagnostic.message + (f"\n{diagnostic.hint}" if diagnostic.hint else "")
    return f"::{diagnostic.severity.value} {fields}::{text.translate(_DATA)}\n"
