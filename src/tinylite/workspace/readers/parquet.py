"""Parquet: DuckDB reads it, and writes its rows as JSON."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.ingest.errors import Malformed
from tinylite.ingest.staged import Piece
from tinylite.sql.physical import quoted, text_literal
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import BYTES, Dialect

_ROWS = 2048


def read_parquet(file: InputFile, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    """Columns go by name. A packed file is unpacked first: Parquet is read from its end."""
    with plain(file) as path:
        yield from _rows(path, datasource)


@contextmanager
def plain(file: InputFile) -> Iterator[Path]:
    """Where the file lies unpacked. Raises Malformed."""
    if not file.is_packed:
        yield file.path
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet", dir=file.path.parent) as unpacked:
        with file.unpacked() as content:
            shutil.copyfileobj(content, unpacked)
        unpacked.flush()
        yield Path(unpacked.name)


def opened(path: Path) -> tuple[duckdb.DuckDBPyConnection, list[tuple[str, str]]]:
    """A database of its own that can read the file, and the file's columns with their types. Raises Malformed."""
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        connection.execute("SET memory_limit = '256MB'; SET threads = 1; SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false; SET preserve_insertion_order = true")
        rows = connection.execute(f"DESCRIBE SELECT * FROM {_file(path)}").fetchall()
    except duckdb.Error as problem:
        connection.close()
        raise Malformed(f"the file is not Parquet: {str(problem).splitlines()[0]}") from None
    return connection, [(str(name), str(type_)) for name, type_, *_ in rows]


def _file(path: Path) -> str:
    return f"read_parquet({text_literal(str(path))})"


def _rows(path: Path, datasource: Datasource) -> Iterator[Piece]:
    connection, columns = opened(path)
    try:
        known = {column.name for column in datasource.columns}
        found = [(name, type_) for name, type_ in columns if name in known]
        if not found:
            names = ", ".join(name for name, _ in columns)
            raise Malformed(f"none of the columns {names} is one of {datasource.name}: {', '.join(sorted(known))}")
        cells = ", ".join(f"{text_literal(name)}, {_cell(name, type_)}" for name, type_ in found)
        rows = connection.execute(f"SELECT CAST(json_object({cells}) AS VARCHAR) FROM {_file(path)}")
        lines: list[str] = []
        size = 0
        while batch := rows.fetchmany(_ROWS):
            for (line,) in batch:
                lines.append(line)
                size += len(line)
            if size >= BYTES:
                yield Piece("\n".join(lines).encode())
                lines, size = [], 0
        if lines:
            yield Piece("\n".join(lines).encode())
    except duckdb.Error as problem:
        raise Malformed(f"the file is not whole: {str(problem).splitlines()[0]}") from None
    finally:
        connection.close()


def _cell(name: str, type_: str) -> str:
    """As a text what JSON's numbers would not hold."""
    cell = quoted(name)
    if type_ == "BLOB":
        return f"coalesce(TRY(decode({cell})), CAST({cell} AS VARCHAR))"
    if type_.endswith("WITH TIME ZONE"):
        return f"CAST(CAST({cell} AS TIMESTAMP) AS VARCHAR)"
    if type_.endswith(("]", ")")) and not type_.startswith("DECIMAL"):
        return f"to_json({cell})"
    return cell if type_ == "BOOLEAN" else f"CAST({cell} AS VARCHAR)"
