"""Results as files: Parquet by DuckDB itself, Arrow by pyarrow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb.reader import physical_names
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.query import Compiled

_ROWS = 50_000
"""Of a batch."""


def write_file(
    cursor: duckdb.DuckDBPyConnection, compiled: Compiled, values: Mapping[str, object], kind: str, staging: Path
) -> Path:
    """A file that is the caller's to remove. Raises duckdb.Error; DiagnosticError when a package is missing."""
    names = ", ".join(f"c{number} AS {quoted(column.name)}" for number, column in enumerate(compiled.columns))
    sql = f"SELECT {names} FROM ({compiled.sql}) AS answer({physical_names(compiled.columns)})"
    path = staging / f"{uuid.uuid4().hex}.{kind}"
    try:
        (_arrow if kind == "arrow" else _parquet)(cursor, sql, values, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _parquet(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object], path: Path) -> None:
    cursor.execute(f"COPY ({sql}) TO {text_literal(str(path))} (FORMAT parquet)", dict(values) or None)


def _arrow(cursor: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object], path: Path) -> None:
    try:
        import pyarrow
    except ImportError:
        hint = "pip install 'tinylite[arrow]'"
        raise DiagnosticError(Diagnostic("TL406", "the format arrow needs the package pyarrow", hint=hint)) from None
    batches = cursor.sql(sql, params=dict(values) or None).to_arrow_reader(_ROWS)
    try:
        with path.open("wb") as file, pyarrow.ipc.new_stream(file, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
    except (pyarrow.ArrowException, OSError) as problem:
        raise (duckdb.InterruptException if "INTERRUPT" in str(problem) else duckdb.Error)(str(problem)) from None
