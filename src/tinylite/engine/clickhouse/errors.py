"""What ClickHouse says when it refuses, as diagnostics."""

from __future__ import annotations

import re

from tinylite.diagnostics import Diagnostic, DiagnosticError

_PREFIX = re.compile(r"^.*?Code: \d+\.\s*(?:DB::Exception:\s*)?", re.DOTALL)
_URL = re.compile(r" \(for url [^)]*\)\s*$")
_NAME = re.compile(r"\(([A-Z][A-Z0-9_]{3,})\)")
_LONGEST = 600
_STOPPED = ("TIMEOUT_EXCEEDED", "QUERY_WAS_CANCELLED", "QUERY_WAS_CANCELLED_BY_CLIENT")
_HINTS = {
    "AUTHENTICATION_FAILED": "put user and password into the address: http://user:password@host:8123",
    "UNKNOWN_FUNCTION": "this version of ClickHouse does not know the function",
    "UNKNOWN_DATABASE": "name a database that exists at the end of the address, or none",
    "ACCESS_DENIED": "the user needs CREATE DATABASE, CREATE TABLE, CREATE VIEW, INSERT, SELECT and DROP",
    "NOT_ENOUGH_PRIVILEGES": "the user needs CREATE DATABASE, CREATE TABLE, CREATE VIEW, INSERT, SELECT and DROP",
}


def refused(text: str) -> DiagnosticError:
    """Of ClickHouse's own words."""
    message = _URL.sub("", _PREFIX.sub("", text.strip(), count=1)) or "ClickHouse gave no reason"
    names = _NAME.findall(message)
    shown = message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
    if names and names[-1] in _STOPPED:
        return DiagnosticError(Diagnostic("TL502", "the query took too long and was stopped"))
    return DiagnosticError(Diagnostic("TL501", f"ClickHouse: {shown}", hint=_HINTS.get(names[-1]) if names else None))


def unusable(message: str, hint: str | None = None) -> DiagnosticError:
    """ClickHouse itself can't be had."""
    return DiagnosticError(Diagnostic("TL517", message, hint=hint))
