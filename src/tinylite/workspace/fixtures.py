"""Rows that a data source starts with in development: fixtures/NAME.ndjson, .csv or .sql."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.ingest.decode import decode
from tinylite.ingest.errors import IngestError
from tinylite.workspace.events import event, event_lines, result_lines

_CHUNK = 8 * 1024 * 1024
_MAX = 1024 * 1024 * 1024


def fixture_lines(path: Path, datasource: Datasource) -> list[bytes]:
    """The events of a file, in pieces of some megabytes. Raises DiagnosticError (TL208)."""
    data = _read(path)
    if path.suffix == ".csv":
        data = _csv(data, path, datasource)
    try:
        lines = decode(data, limit=_MAX)
    except IngestError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name}: {problem}")) from None
    pieces: list[bytes] = []
    while len(lines) > _CHUNK and (end := lines.find(b"\n", _CHUNK)) > 0:
        pieces.append(lines[:end])
        lines = lines[end + 1 :]
    return [*pieces, lines] if lines else pieces


def _csv(data: bytes, path: Path, datasource: Datasource) -> bytes:
    """Rows as events. A first line of column names is a header; without one the order of the schema counts."""
    try:
        rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) if row]
    except (UnicodeDecodeError, csv.Error) as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name} is not CSV: {problem}")) from None
    known = [column.name for column in datasource.columns]
    header = rows[0] if rows and set(rows[0]) <= set(known) else None
    texts = {name for name in known if _holds_text(name, datasource)}
    try:
        return event_lines(
            event({n: v for n, v in zip(header or known, row, strict=False) if v != "" or n in texts}, datasource)
            for row in (rows[1:] if header else rows)
        )
    except ValueError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"an array of {path.name} is not JSON: {problem}")) from None


def _holds_text(name: str, datasource: Datasource) -> bool:
    """An empty cell is an empty text there, elsewhere no value."""
    column = datasource.column(name)
    return column is not None and column.type.is_string and not column.type.nullable


def query_lines(path: Path, datasource: Datasource, query: Callable[[str], Result]) -> list[bytes]:
    """The rows of a SELECT in a file, as events. Raises DiagnosticError."""
    result = query(_read(path).decode("utf-8", "replace"))
    try:
        return [result_lines(result, datasource)] if result.rows else []
    except (TypeError, ValueError) as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name}: {problem}")) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name} can't be read: {problem.strerror}")) from None
