"""DuckDB's errors in ClickHouse's terms, without the rewritten SQL."""

from __future__ import annotations

import re

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError

FATAL = (duckdb.FatalException, duckdb.InternalException, duckdb.IOException, duckdb.ConnectionException)
"""Faults of the database or the disk, not of a row or a query."""
_STOPPED = "executing the UDF: Stopped"
INVALIDATING = (duckdb.FatalException, duckdb.InternalException, duckdb.ConnectionException)
"""After one of these the database may answer nothing any more. A connection is closed when it could not be opened."""
_INTERNAL_NAME = re.compile(r'"?\b_(?:[A-Za-z]\w*?)\d+\b"?\.?')
_TYPES = {
    "TINYINT": "Int8", "SMALLINT": "Int16", "INTEGER": "Int32", "BIGINT": "Int64", "HUGEINT": "Int128",
    "UTINYINT": "UInt8", "USMALLINT": "UInt16", "UINTEGER": "UInt32", "UBIGINT": "UInt64", "UHUGEINT": "UInt128",
    "INT8": "Int8", "INT16": "Int16", "INT32": "Int32", "INT64": "Int64", "INT128": "Int128",
    "UINT8": "UInt8", "UINT16": "UInt16", "UINT32": "UInt32", "UINT64": "UInt64", "UINT128": "UInt128",
    "FLOAT": "Float32", "DOUBLE": "Float64", "DECIMAL": "Decimal", "VARCHAR": "String", "BLOB": "String",
    "BOOLEAN": "Bool", "BOOL": "Bool",
    "DATE": "Date", "TIMESTAMP": "DateTime", "TIMESTAMP_NS": "DateTime64", "STRUCT": "Tuple", "LIST": "Array",
    "MAP": "Map",
}  # fmt: skip
_TYPE = re.compile(rf"\b({'|'.join(_TYPES)})\b")
_SOURCE = re.compile(r" when casting from source column \S+")
_MESSAGES = (
    (r'Conversion Error: [^"]*"(Cannot parse \w+ from string: .*?)(?:", expected format .*)?$', "{0}"),
    (r"Conversion Error: Could not (?:convert|cast) string '(Value for .*)' to \S+$", "{0}"),
    (r".*Division by zero", "Division by zero"),
    (r"Conversion Error: Failure in decode", "A value holds bytes that are no text in UTF-8"),
    (r"Conversion Error: (?:Type|Casting value) (\S+) with value (.*?) can't be cast because the value is out of range"
     r" for the destination type (\S+)$", "The value {1} of type {0} is out of the range of {2}"),
    (r"Conversion Error: Type (\S+) with value (.*?) can't be cast to the destination type (\S+)$",
     "The value {1} of type {0} is out of the range of {2}"),
    (r"Conversion Error: Unimplemented type for cast \((.*) -> (.*)\)", "Conversion from {0} to {1} is not supported"),
    (r"Conversion Error: Could not (?:convert|cast) string '(.*)' to (\S+)$", "Cannot parse '{0}' as {1}"),
    (r"Conversion Error: Could not (?:convert|cast) (?:string|value)? ?(.*)", "Cannot parse or convert a value: {0}"),
    (r"Conversion Error: (.*)", "Cannot convert a value: {0}"),
    (r"Out of Range Error: (.*)", "A value is out of range: {0}"),
    (r"Out of Memory Error: ", "Memory limit exceeded"),
    (r"(?:Invalid Input|Binder) Error: More than one row returned by a subquery",
     "Scalar subquery returned more than one row"),
    (r".*Unknown TimeZone '([^']*)'", "Unknown time zone {0}"),
    (r".*LIMIT/OFFSET cannot be negative", "LIMIT and OFFSET can't be computed to be negative"),
    (r"Invalid Input Error: (missing |unexpected |invalid |no argument|bad repetition)(.*)",
     "Cannot compile a regular expression: {0}{1}"),
    (r"Invalid Input Error: Python exception occurred while executing the UDF: \w+: (.*)", "{0}"),
    (r"Invalid Input Error: (.*)", "{0}"),
    (r"Binder Error: column \"([^\"]+)\" must appear in the GROUP BY",
     "Column {0} is not under aggregate function and not in GROUP BY keys"),
    (r"(?:Parser|Catalog|Binder|INTERNAL) Error: ",
     "The query is translated into a statement that the engine does not take: please report it"),
    (r"(?:Not implemented|Constraint|Invalid Configuration|Permission|Serialization|Dependency) Error: (.*)", "{0}"),
)  # fmt: skip
"""What DuckDB says at the beginning of a line, and how it is said in ClickHouse's terms. The first that fits counts."""
_PATTERNS = tuple((re.compile(pattern), message) for pattern, message in _MESSAGES)


def is_stopped_by_function(error: duckdb.Error) -> bool:
    """Whether a function in Python ended the query, because some query should have ended before."""
    return _STOPPED in str(error)


def translated(error: duckdb.Error) -> DiagnosticError:
    if isinstance(error, duckdb.InterruptException) or is_stopped_by_function(error):
        return DiagnosticError(Diagnostic("TL502", "the query took too long and was stopped"))
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    for pattern, message in _PATTERNS:
        match = pattern.match(line)
        if match:
            line = message.format(*match.groups())
            break
    line = _TYPE.sub(lambda found: _TYPES[found.group()], _SOURCE.sub("", line))
    return DiagnosticError(Diagnostic("TL501", _INTERNAL_NAME.sub("", line)[:1000]))
