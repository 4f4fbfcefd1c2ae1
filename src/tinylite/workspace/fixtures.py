"""Rows that a data source starts with in development: fixtures/NAME.ndjson, .csv or .sql."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.ingest.decode import decode

_CHUNK = 8 * 1024 * 1024
_MAX = 1024 * 1024 * 1024


def fixture_lines(path: Path, datasource: Datasource) -> list[bytes]:
    """The events of a file, in pieces of some megabytes. Raises DiagnosticError (TL208)."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise DiagnosticError(Diagnostic("TL208", f"{path.name} can't be read: {problem.strerror}")) from None
    if path.suffix == ".csv":
        data = _csv(data, path, datasource)
    lines = decode(data, limit=_MAX)
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
    names = header or known
    events = [_event(names, row, datasource) for row in (rows[1:] if header else rows)]
    return "\n".join(json.dumps(event, ensure_ascii=False) for event in events).encode()


def _event(names: list[str], row: list[str], datasource: Datasource) -> dict[str, object]:
    """An event that the column's jsonpath finds again."""
    event: dict[str, object] = {}
    for name, value in zip(names, row, strict=False):
        column = datasource.column(name)
        steps = column.jsonpath.steps if column and column.jsonpath else (name,)
        if value == "" and column is not None and not column.type.is_string:
            continue
        target = event
        for step in steps[:-1]:
            inner = target.setdefault(str(step), {})
            target = inner if isinstance(inner, dict) else target
        if steps and steps[-1] is not None:
            target[steps[-1]] = value
    return event
