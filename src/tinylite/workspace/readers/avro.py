"""Avro: object container files, read by fastavro."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from tinylite.datafile.model import Datasource
from tinylite.ingest.errors import Malformed, Unsupported
from tinylite.ingest.staged import Piece
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import Dialect, Row, of_rows


def read_avro(file: InputFile, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    """Fields go by name."""
    yield from of_rows(rows_of_avro(file), _plain)


def rows_of_avro(file: InputFile) -> Iterator[Row]:
    """Raises Malformed; Unsupported when the package is missing."""
    try:
        import fastavro
    except ImportError:
        raise Unsupported("Avro files need the extra tinylite[avro]") from None
    with file.unpacked() as content:
        try:
            for row in fastavro.reader(content):
                if not isinstance(row, dict):
                    raise Malformed("the file's rows are no records")
                yield row
        except Malformed:
            raise
        except (ValueError, KeyError, TypeError, IndexError, EOFError, StopIteration, OverflowError) as problem:
            raise Malformed(f"the file is not Avro, or not whole: {problem or type(problem).__name__}") from None


def _plain(value: object) -> object:
    """What orjson does not write by itself."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Decimal | timedelta):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no value of a column")
