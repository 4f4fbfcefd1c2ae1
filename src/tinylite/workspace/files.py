"""Files of rows: NDJSON, JSON, CSV, Parquet and Avro, plain or packed, in pieces of some megabytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from tinylite.datafile.model import Datasource, JsonPath
from tinylite.ingest.errors import Malformed, Unsupported
from tinylite.ingest.staged import Piece
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.avro import read_avro
from tinylite.workspace.readers.csv import read_csv
from tinylite.workspace.readers.json import read_json, read_ndjson
from tinylite.workspace.readers.parquet import read_parquet
from tinylite.workspace.readers.piece import Dialect

_Reader = Callable[[InputFile, Datasource, Dialect], Iterator[Piece]]
_READERS: dict[str, _Reader] = {
    "ndjson": read_ndjson,
    "json": read_json,
    "csv": read_csv,
    "parquet": read_parquet,
    "avro": read_avro,
}
FORMATS = tuple(_READERS)
_TABLES = frozenset({"csv", "parquet", "avro"})
_ALIASES = {"jsonl": "ndjson", "jsonlines": "ndjson", "tsv": "csv", "pq": "parquet"}
_MAGIC = {b"PAR1": "parquet", b"Obj\x01": "avro"}


def pieces(file: InputFile, format: str, datasource: Datasource, dialect: Dialect | None = None) -> Iterator[Piece]:
    """The rows of a file, as events of `as_read(datasource, format)`.

    Raises IngestError: for what is no such file at all. Single rows that do not fit are set aside by the loader.
    """
    read = _READERS.get(format)
    if read is None:
        raise Unsupported(f"the format {format} is not supported; there are {', '.join(FORMATS)}")
    binary = _MAGIC.get(file.first_bytes())
    if binary is not None and binary != format:
        raise Malformed(f"the file is {binary}, not {format}")
    yield from read(file, datasource, dialect or Dialect())


def as_read(datasource: Datasource, format: str) -> Datasource:
    """The data source as its rows come from a file: tables know columns, and no jsonpaths."""
    if format not in _TABLES:
        return datasource
    flat = (
        replace(column, jsonpath=JsonPath(f"$.{column.name}", (column.name,), column.span))
        for column in datasource.columns
    )
    return replace(datasource, columns=tuple(flat))


def format_of(name: str) -> str:
    """By a file's name or address: `hits.csv.gz` is csv. "" when it does not tell."""
    ending = name.lower().partition("?")[0].removesuffix(".gz").removesuffix(".zst").rpartition(".")[2]
    ending = _ALIASES.get(ending, ending)
    return ending if ending in FORMATS else ""


def format_within(file: InputFile) -> str:
    """By what the file begins with; csv when nothing else can be told."""
    with file.unpacked() as content:
        start = content.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    return _MAGIC.get(start[:4]) or {b"{": "ndjson", b"[": "json"}.get(start[:1], "csv")
