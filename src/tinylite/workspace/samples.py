"""The first rows of a file that nobody knows yet, perhaps only its beginning."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import duckdb

from tinylite.ingest.errors import IngestError, Malformed, Unsupported
from tinylite.sql.physical import text_literal
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.avro import rows_of_avro
from tinylite.workspace.readers.json import array_items
from tinylite.workspace.readers.parquet import opened, plain
from tinylite.workspace.readers.piece import Dialect

ROWS = 20_000
_BYTES = 16 * 1024 * 1024
Row = dict[str, object]
_VALUE = re.compile(r"|[+-]?[\d.,]+|\d{4}-\d\d-\d\d.*|true|false|null", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """`texts` when all values are texts because the format has nothing else. `types` are ClickHouse's by column, where
    the file itself says them, and `nullable` the columns that lack values somewhere.
    """

    rows: Sequence[Row]
    texts: bool = False
    delimiter: str = ""
    types: Mapping[str, str] = field(default_factory=dict)
    nullable: frozenset[str] = frozenset()


def sampled(file: InputFile, format: str, dialect: Dialect) -> Sample:
    """Raises IngestError when there is not a single row."""
    if format == "parquet":
        return _parquet(file)
    if format == "csv":
        sample = _csv(file, dialect)
    elif format in ("ndjson", "json"):
        sample = Sample(_gathered(_json(file)))
    elif format == "avro":
        sample = Sample(_gathered(rows_of_avro(file)))
    else:
        raise Unsupported(f"the format {format} is not supported; there are ndjson, json, csv, parquet, avro")
    if not sample.rows:
        raise Malformed(f"the file has no row of {format}")
    return sample


def _gathered(rows: Iterator[Row]) -> list[Row]:
    """What comes before the file breaks off."""
    found: list[Row] = []
    try:
        for row in itertools.islice(rows, ROWS):
            found.append(row)
    except IngestError:
        if not found:
            raise
    return found


def _json(file: InputFile) -> Iterator[Row]:
    with file.unpacked() as content:
        start = content.read(1).lstrip(b"\xef")
        while start.isspace() or start in (b"", b"\xbb", b"\xbf"):
            if not (start := content.read(1)):
                return
        if start == b"[":
            for text in array_items(content, b""):
                yield from _object(text)
            return
        rest, size = start, 0
        while chunk := content.read(1024 * 1024):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield from _object(line)
            size += len(chunk)
            if size > _BYTES:
                return
        yield from _object(rest)


def _object(text: str | bytes) -> Iterator[Row]:
    """What is none is left out: its rows will be in quarantine."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        yield value


# -- CSV --------------------------------------------------------------------------------------------------------------


def _csv(file: InputFile, dialect: Dialect) -> Sample:
    with file.unpacked() as content:
        encoding = dialect.encoding or "utf-8-sig"
        start = cast(io.BufferedReader, content).peek(4)[:2] if hasattr(content, "peek") else b""
        if start in (b"\xff\xfe", b"\xfe\xff") and not dialect.encoding:
            encoding = "utf-16"
        try:
            data = b""
            while len(data) < _BYTES and (chunk := content.read(1024 * 1024)):
                data += chunk
        except (EOFError, OSError):
            if not data:
                raise
    try:
        text = data.decode(encoding, "replace")
    except LookupError:
        raise Unsupported(f"the encoding {dialect.encoding} is not known") from None
    is_cut = len(data) >= _BYTES or not text.endswith(("\n", "\r"))
    delimiter = dialect.delimiter or _delimiter(text, dialect)
    rows = list(_cells(text, delimiter, dialect))
    if is_cut and len(rows) > 2:
        rows.pop()
    if not rows:
        return Sample([])
    names = list(dialect.columns)
    if not names:
        has_header = dialect.header if dialect.header is not None else _is_header(rows)
        names = (
            [cell.strip() for cell in rows.pop(0)] if has_header else [f"column_{n + 1}" for n in range(len(rows[0]))]
        )
    names = [name or f"column_{number + 1}" for number, name in enumerate(names)]
    found = [dict(zip(names, row, strict=False)) for row in rows if len(row) == len(names)]
    if not found:
        return Sample([dict.fromkeys(names, "")], texts=True, delimiter=delimiter)
    return Sample(cast(list[Row], found), texts=True, delimiter=delimiter)


def _cells(text: str, delimiter: str, dialect: Dialect) -> Iterator[list[str]]:
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, quotechar=dialect.quote, escapechar=dialect.escape
    )
    found = 0
    while found < ROWS:
        try:
            row = next(rows, None)
        except csv.Error:
            continue
        if row is None:
            return
        if row:
            found += 1
            yield row


def _delimiter(text: str, dialect: Dialect) -> str:
    """The one that parts the first lines into the same number of cells, and into the most."""
    # The last line may be cut off.
    text = text[: text.rstrip("\r\n").rfind("\n") + 1] or text

    def cells(delimiter: str) -> int:
        counts = {len(row) for row in itertools.islice(_cells(text, delimiter, dialect), 20)}
        return min(counts) if len(counts) == 1 else 0

    return max(",;\t|", key=cells)


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Names are no numbers and no dates, are not empty, and none is there twice."""
    first = [cell.strip() for cell in rows[0]]
    return len(set(first)) == len(first) and not any(_VALUE.fullmatch(cell) for cell in first)


# -- Parquet ----------------------------------------------------------------------------------------------------------

_TYPES = {
    "BOOLEAN": "Bool", "TINYINT": "Int8", "SMALLINT": "Int16", "INTEGER": "Int32", "BIGINT": "Int64",
    "HUGEINT": "Int128", "UTINYINT": "UInt8", "USMALLINT": "UInt16", "UINTEGER": "UInt32", "UBIGINT": "UInt64",
    "UHUGEINT": "UInt128", "FLOAT": "Float32", "DOUBLE": "Float64", "DATE": "Date", "UUID": "UUID",
    "TIMESTAMP": "DateTime64(6)", "TIMESTAMP WITH TIME ZONE": "DateTime64(6)", "TIMESTAMP_S": "DateTime",
    "TIMESTAMP_MS": "DateTime64(3)", "TIMESTAMP_NS": "DateTime64(9)",
}  # fmt: skip


def _parquet(file: InputFile) -> Sample:
    with plain(file) as path:
        connection, columns = opened(path)
        literal = text_literal(str(path))
        try:
            answer = connection.execute(f"SELECT * FROM read_parquet({literal}) LIMIT {ROWS}")
            names = [name for name, _ in columns]
            rows: list[Row] = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
            nulls = connection.execute(
                "SELECT split_part(path_in_schema, ', ', 1), sum(coalesce(stats_null_count, 0)) "
                f"FROM parquet_metadata({literal}) GROUP BY ALL"
            ).fetchall()
        except duckdb.Error as problem:
            raise Malformed(f"the file is not whole: {str(problem).splitlines()[0]}") from None
        finally:
            connection.close()
    lacking = {str(name) for name, count in nulls if count} | {n for n in names if any(row[n] is None for row in rows)}
    return Sample(rows, types={name: _clickhouse(type_) for name, type_ in columns}, nullable=frozenset(lacking))


def _clickhouse(type_: str) -> str:
    """DuckDB's type; what has no match is kept as text."""
    if type_.endswith("[]"):
        inner = _clickhouse(type_[:-2])
        return f"Array({inner})" if not inner.startswith("Array(") else "String"
    if type_.startswith("DECIMAL("):
        return f"Decimal{type_[7:].replace(',', ', ')}" if ", " not in type_ else f"Decimal{type_[7:]}"
    mapping = re.fullmatch(r"MAP\((\w+), (\w+)\)", type_)
    if mapping is not None:
        return f"Map({_clickhouse(mapping[1])}, {_clickhouse(mapping[2])})"
    return _TYPES.get(type_, "String")
