"""DuckDB's errors in ClickHouse's terms, without the rewritten SQL."""

from __future__ import annotations

import re

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError

FATAL = (duckdb.FatalException, duckdb.InternalException, duckdb.IOException)
"""Faults of the database or the disk, not of a row or a query."""
_INTERNAL_NAME = re.compile(r'"?\b_(?:[A-Za-z]\w*?)\d+\b"?\.?')
_HINTS = (
    (re.compile(r"Conversion Error: (.*)"), "Cannot parse or convert a value: {0}"),
    (re.compile(r"Out of Range Error: (.*)"), "A value is out of range: {0}"),
    (re.compile(r"Out of Memory Error: (.*)"), "Memory limit exceeded"),
    (re.compile(r"Invalid Input Error: (.*)"), "{0}"),
    (re.compile(r"Binder Error: column \"([^\"]+)\" must appear in the GROUP BY"),
     "Column {0} is not under aggregate function and not in GROUP BY keys"),
    (re.compile(r"Binder Error: (.*)"), "{0}"),
)  # fmt: skip


def translated(error: duckdb.Error) -> DiagnosticError:
    if isinstance(error, duckdb.InterruptException):
        return DiagnosticError(Diagnostic("TL502", "the query took too long and was stopped"))
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    for pattern, message in _HINTS:
        match = pattern.match(line)
        if match:
            line = message.format(*match.groups())
            break
    return DiagnosticError(Diagnostic("TL501", _INTERNAL_NAME.sub("", line)[:1000]))
