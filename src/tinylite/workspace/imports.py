"""Files as events: NDJSON, JSON, CSV and Parquet, plain or compressed, in pieces of some megabytes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.ingest.decode import decode
from tinylite.ingest.errors import Malformed, Unsupported
from tinylite.workspace.events import event, event_lines

_PIECE = 8 * 1024 * 1024
_ROWS = 10_000
_MAX_JSON = 1024 * 1024 * 1024
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV file is written. `header` None: a first line of column names is one."""

    delimiter: str = ","
    quote: str = '"'
    escape: str | None = None
    header: bool | None = None


def pieces(path: Path, format: str, datasource: Datasource, dialect: Dialect | None = None) -> Iterator[bytes]:
    """The events of a file, as `ingest` takes them. `format` is ndjson, json, csv or parquet.

    Raises IngestError: for what is no such file at all. Single rows that do not fit are set aside by the loader.
    """
    read = _READERS.get(format)
    if read is None:
        raise Unsupported(f"the format {format} is not supported; there are {', '.join(_READERS)}")
    yield from read(path, datasource, dialect or Dialect())


def _open(path: Path) -> IO[bytes]:
    """The file's content: gzip and zstd are told by their first bytes."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_GZIP):
        return gzip.open(path)  # type: ignore[return-value]
    if start == _ZSTD:
        try:
            import zstandard
        except ImportError:
            raise Unsupported("zstd files need the extra tinylite[zstd]") from None
        opened: IO[bytes] = zstandard.open(path, "rb")
        return opened
    return path.open("rb")


def _ndjson(path: Path, datasource: Datasource, dialect: Dialect) -> Iterator[bytes]:
    rest = b""
    try:
        with _open(path) as file:
            while chunk := file.read(_PIECE):
                whole, found, rest_of_line = (rest + chunk).rpartition(b"\n")
                if found and (lines := decode(whole, limit=_MAX_JSON)):
                    yield lines
                rest = rest_of_line
        if lines := decode(rest, limit=_MAX_JSON):
            yield lines
    except (EOFError, OSError) as problem:
        raise Malformed(f"the file can't be read: {problem}") from None


def _json(path: Path, datasource: Datasource, dialect: Dialect) -> Iterator[bytes]:
    try:
        with _open(path) as file:
            lines = decode(file.read(_MAX_JSON + 1), format="json", limit=_MAX_JSON)
    except (EOFError, OSError) as problem:
        raise Malformed(f"the file can't be read: {problem}") from None
    if lines:
        yield lines


def _csv(path: Path, datasource: Datasource, dialect: Dialect) -> Iterator[bytes]:
    with _open(path) as file:
        text = io.TextIOWrapper(file, "utf-8-sig", newline="")
        try:
            rows = csv.reader(
                text,
                delimiter=dialect.delimiter,
                quotechar=dialect.quote,
                escapechar=dialect.escape,
                doublequote=True,
                strict=True,
            )
            yield from _of_rows(csv_events((row for row in rows if row), datasource, dialect.header))
        except UnicodeDecodeError as problem:
            raise Malformed(f"the file is not UTF-8: {problem}") from None
        except csv.Error as problem:
            raise Malformed(f"the file is not CSV: {problem}") from None
        except (EOFError, OSError) as problem:
            raise Malformed(f"the file can't be read: {problem}") from None


def csv_events(
    rows: Iterable[list[str]], datasource: Datasource, header: bool | None = None
) -> Iterator[dict[str, object]]:
    """Cells by column. Without a header the order of the schema counts."""
    known = [column.name for column in datasource.columns]
    texts = {column.name for column in datasource.columns if column.type.is_string and not column.type.nullable}
    names: list[str] | None = None if header is not False else known
    for row in rows:
        if names is None:
            if header or set(row) <= set(known):
                names = row
                continue
            names = known
        # An empty cell is an empty text where the column holds texts, elsewhere no value.
        cells = {name: cell for name, cell in zip(names, row, strict=False) if cell != "" or name in texts}
        yield _csv_event(cells, datasource)


def _csv_event(cells: dict[str, str], datasource: Datasource) -> dict[str, object]:
    try:
        return event(cells, datasource)
    except ValueError as problem:
        raise Malformed(f"an array is not JSON: {problem}") from None


def _parquet(path: Path, datasource: Datasource, dialect: Dialect) -> Iterator[bytes]:
    """A packed file is unpacked first: Parquet is read from its end."""
    with path.open("rb") as file:
        is_packed = file.read(4).startswith((_GZIP, _ZSTD))
    if not is_packed:
        yield from _plain_parquet(path, datasource)
        return
    with tempfile.NamedTemporaryFile(suffix=".parquet") as plain:
        try:
            with _open(path) as packed:
                shutil.copyfileobj(packed, plain)
        except (EOFError, OSError) as problem:
            raise Malformed(f"the file can't be read: {problem}") from None
        plain.flush()
        yield from _plain_parquet(Path(plain.name), datasource)


def _plain_parquet(path: Path, datasource: Datasource) -> Iterator[bytes]:
    connection = duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"})
    try:
        rows = connection.execute("SELECT to_json(f)::VARCHAR FROM read_parquet($path) AS f", {"path": str(path)})
        fetched = iter(lambda: rows.fetchmany(_ROWS), [])
        yield from _of_rows(event(json.loads(row[0]), datasource) for batch in fetched for row in batch)
    except duckdb.Error as problem:
        raise Malformed(f"the file is not Parquet: {str(problem).splitlines()[0]}") from None
    finally:
        connection.close()


def _of_rows(events: Iterator[dict[str, object]]) -> Iterator[bytes]:
    batch: list[dict[str, object]] = []
    for one in events:
        batch.append(one)
        if len(batch) >= _ROWS:
            yield event_lines(batch)
            batch = []
    if batch:
        yield event_lines(batch)


_Reader = Callable[[Path, Datasource, Dialect], Iterator[bytes]]
_READERS: dict[str, _Reader] = {"ndjson": _ndjson, "json": _json, "csv": _csv, "parquet": _parquet}
FORMATS = tuple(_READERS)


def format_of(name: str) -> str:
    """By a file's name: `hits.csv.gz` is csv. "" when it does not tell."""
    parts = name.lower().removesuffix(".gz").removesuffix(".zst").rpartition(".")
    return {"jsonl": "ndjson"}.get(parts[2], parts[2]) if parts[2] in (*FORMATS, "jsonl") else ""
