"""Results as files: Parquet by DuckDB itself, Arrow by pyarrow."""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from pathlib import Path

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.query import Compiled


def write_file(
    cursor: duckdb.DuckDBPyConnection, compiled: Compiled, values: Mapping[str, object], kind: str, staging: Path
) -> bytes:
    """Raises duckdb.Error; DiagnosticError when a package is missing."""
    physical = ", ".join(f"c{number}" for number in range(len(compiled.columns)))
    names = ", ".join(f"c{number} AS {quoted(column.name)}" for number, column in enumerate(compiled.columns))
    sql = f"SELECT {names} FROM ({compiled.sql}) AS answer({physical})"
    return _arrow(cursor, sql, values) if kind == "arrow" else _parquet(cursor, sql, values, staging)


def _parquet(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object], staging: Path) -> bytes:
    path = staging / f"{uuid.uuid4().hex}.parquet"
    try:
        cursor.execute(f"COPY ({sql}) TO {text_literal(str(path))} (FORMAT parquet)", dict(values) or None)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)


def _arrow(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object]) -> bytes:
    try:
        import pyarrow
    except ImportError:
        hint = "pip install 'tinylite[arrow]'"
        raise DiagnosticError(Diagnostic("TL406", "the format arrow needs the package pyarrow", hint=hint)) from None
    table: pyarrow.Table = cursor.sql(sql, params=dict(values) or None).to_arrow_table()
    stream = io.BytesIO()
    with pyarrow.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    return stream.getvalue()
