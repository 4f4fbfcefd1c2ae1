"""Rows that a data source starts with in development: fixtures/NAME.ndjson, .csv or .sql."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.ingest.errors import IngestError
from tinylite.ingest.request import Ack
from tinylite.workspace.events import result_lines
from tinylite.workspace.files import format_of
from tinylite.workspace.imports import Imports


def load_fixture(path: Path, datasource: Datasource, imports: Imports) -> Ack:
    """Raises DiagnosticError (TL208)."""
    try:
        counts = imports.load(datasource.name, path, format_of(path.name) or "ndjson")
    except OSError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name} can't be read: {problem.strerror}")) from None
    except IngestError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name}: {problem}")) from None
    return Ack(counts.good, counts.quarantined)


def query_lines(path: Path, datasource: Datasource, query: Callable[[str], Result]) -> list[bytes]:
    """The rows of a SELECT in a file, as events. Raises DiagnosticError."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name} can't be read: {problem.strerror}")) from None
    result = query(text)
    try:
        return [result_lines(result, datasource)] if result.rows else []
    except (TypeError, ValueError) as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name}: {problem}")) from None
