"""The rows of a staged result as files: CSV, NDJSON or Parquet, plain or packed, one for each name."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.engine.duckdb.writer import Writer
from tinylite.formats.json import NDJSON
from tinylite.formats.separated import CSV, CSV_WITH_NAMES
from tinylite.ingest.connectors.errors import missing
from tinylite.sql import Column
from tinylite.sql.physical import quoted, text_literal

_ROWS = 10_000
MOST_FILES = 10_000
_CODECS = {"": "snappy", "snappy": "snappy", "gz": "gzip", "zst": "zstd"}
_ENDINGS = {"csv": (".csv",), "ndjson": (".ndjson", ".jsonl", ".json"), "parquet": (".parquet", ".pq")}


@dataclass(frozen=True, slots=True)
class Written:
    """`name` as the template makes it."""

    name: str
    path: Path
    rows: int


@dataclass(frozen=True, slots=True)
class Staged:
    """A table of the engine: `columns` under the names c0, c1, …, and in `file` where a row goes, if there are many."""

    table: str
    columns: Sequence[Column]
    file: str = ""

    @property
    def cells(self) -> str:
        return ", ".join(f"c{number}" for number in range(len(self.columns)))


def ending(name: str, format: str, compression: str) -> str:
    """What the name of a file still lacks."""
    packed = f".{compression}" if compression and format != "parquet" else ""
    lower = name.lower()
    if packed and lower.endswith((packed, f"{packed}ip", f"{packed}d")):
        return ""
    return packed if lower.endswith(_ENDINGS[format]) else _ENDINGS[format][0] + packed


def write_files(
    cursor: Writer, staged: Staged, single: str, format: str, compression: str, folder: Path, check: Callable[[], None]
) -> Iterator[Written]:
    """One after the other, so that no more than one lies on the disk; `single` is the name when there is only one.

    Raises DiagnosticError when there are too many (TL501).
    """
    if staged.file:
        ((count,),) = cursor.execute(f"SELECT count(DISTINCT {staged.file}) FROM {quoted(staged.table)}").fetchall()
        if count > MOST_FILES:
            message = f"the file template makes {count:,} files; {MOST_FILES:,} are the most"
            hint = "give a column of times a format, as in {timestamp, '%Y-%m-%d'}"
            raise DiagnosticError(Diagnostic("TL501", message, hint=hint))
    write = _parquet_files if format == "parquet" else _text_files
    yield from write(cursor, staged, single, format, compression, folder, check)


def _parquet_files(
    cursor: Writer, staged: Staged, single: str, format: str, compression: str, folder: Path, check: Callable[[], None]
) -> Iterator[Written]:
    table, file = quoted(staged.table), staged.file
    names = [single]
    if file:
        names = [row[0] for row in cursor.execute(f"SELECT DISTINCT {file} FROM {table} ORDER BY {file}").fetchall()]
    cells = ", ".join(f"c{number} AS {quoted(column.name)}" for number, column in enumerate(staged.columns))
    for name in names:
        check()
        path = folder / "part"
        where = f" WHERE {file} = {text_literal(name)}" if file else ""
        cursor.execute(
            f"COPY (SELECT {cells} FROM {table}{where} ORDER BY rowid) TO {text_literal(str(path))} "
            f"(FORMAT parquet, COMPRESSION {_CODECS[compression]})"
        )
        ((rows,),) = cursor.execute(f"SELECT count(*) FROM {table}{where}").fetchall()
        yield Written(name, path, int(rows))


def _text_files(
    cursor: Writer, staged: Staged, single: str, format: str, compression: str, folder: Path, check: Callable[[], None]
) -> Iterator[Written]:
    file = staged.file or text_literal(single)
    order = f"{file}, rowid" if staged.file else "rowid"
    sql = f"SELECT {staged.cells}, {file} FROM {quoted(staged.table)} ORDER BY {order}"
    found = cursor.execute(sql)
    rows = (row for batch in iter(lambda: found.fetchmany(_ROWS), []) for row in batch)
    is_empty = True
    for name, group in groupby(rows, key=lambda row: row[-1]):
        is_empty = False
        path = folder / "part"
        yield Written(name, path, _text_file(path, group, staged.columns, format, compression, check))
    if is_empty and not staged.file:
        path = folder / "part"
        yield Written(single, path, _text_file(path, iter(()), staged.columns, format, compression, check))


def _text_file(
    path: Path,
    rows: Iterator[tuple[object, ...]],
    columns: Sequence[Column],
    format: str,
    compression: str,
    check: Callable[[], None],
) -> int:
    count = 0
    with _packing(path, compression) as out:
        if format == "csv":
            out.write(CSV_WITH_NAMES.write(Result(tuple(columns), (), 0.0)))
        write = CSV.write if format == "csv" else NDJSON.write
        for batch in _batches(rows):
            check()
            out.write(write(Result(tuple(columns), batch, 0.0)))
            count += len(batch)
    return count


def json_lines(cursor: Writer, staged: Staged) -> Iterator[bytes]:
    """Each row as an object."""
    found = cursor.execute(f"SELECT {staged.cells} FROM {quoted(staged.table)} ORDER BY rowid")
    for batch in iter(lambda: found.fetchmany(_ROWS), []):
        yield from NDJSON.write(Result(tuple(staged.columns), batch, 0.0)).splitlines()


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    batch: list[tuple[object, ...]] = []
    for row in rows:
        batch.append(row[:-1])
        if len(batch) >= _ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


@contextmanager
def _packing(path: Path, compression: str) -> Iterator[IO[bytes]]:
    if compression == "gz":
        with gzip.open(path, "wb", compresslevel=6) as out:
            yield out  # type: ignore[misc]
    elif compression == "zst":
        try:
            import zstandard
        except ImportError:
            raise missing("zstandard", "buckets") from None
        with zstandard.open(path, "wb") as out:
            yield out
    else:
        with path.open("wb") as out:
            yield out
