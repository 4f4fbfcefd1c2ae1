"""An answer's bytes while its rows come: in memory while they are few, in a file without a name when they are many.

So an answer has its length, its tag and its status before its first byte is sent, a query is done with as fast as the
engine gives it, however slowly a client reads, and the largest one takes a few megabytes of memory.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xxhash import xxh3_128

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Limits, Result, Row, RowText
from tinylite.formats.compression import SHORTEST, Packer, packer
from tinylite.formats.lines import Columns, Lines, encoded
from tinylite.formats.table import Format

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes. More go into a file."""
_PIECE = 256 * 1024
MOST_WHOLE_ROWS = 100_000
"""Of a format that needs them all before it writes the first one."""


class Body:
    """`digest` is the same for the same rows. `encoding` is how it is packed: gzip, zstd or ""."""

    def __init__(self, data: bytes | int, size: int, digest: str, encoding: str = "") -> None:
        self._data = data
        self.size = size
        self.digest = digest
        self.encoding = encoding

    @classmethod
    def of(cls, data: bytes) -> Body:
        return cls(data, len(data), xxh3_128(data).hexdigest())

    @property
    def whole(self) -> bytes | None:
        """When it is in memory."""
        return self._data if isinstance(self._data, bytes) else None

    def pieces(self) -> Iterator[bytes]:
        """Several readers may read at once."""
        if isinstance(self._data, bytes):
            yield self._data
            return
        for start in range(0, self.size, _PIECE):
            yield os.pread(self._data, _PIECE, start)

    def __del__(self) -> None:
        if isinstance(self._data, int):
            os.close(self._data)


class Writing:
    """A `Sink` that makes a body. `folder` is where large ones lie while they are needed."""

    def __init__(self, format: Format, folder: Path, limits: Limits, encoding: str = "") -> None:
        self._format = format
        self.file = format.file
        self._lines = format.writer if isinstance(format.writer, Lines) else None
        self._folder = folder
        self._limits = limits
        self._encoding = encoding
        self._kept: list[Row] = []
        self._reset()

    def _reset(self) -> None:
        self._kept.clear()
        self._parts: list[bytes] = []
        self._waiting = 0
        self._size = 0
        self._count = 0
        self._digest = xxh3_128()
        self._file: int | None = None
        self._written = 0
        self._packer: Packer | None = None
        self._first = True
        self._is_whole = False
        self._row: Callable[[Row], str] | None = None

    # -- an answer that is written already --------------------------------------------------------------------------

    @property
    def format_name(self) -> str:
        return self._format.name

    def whole(self, data: bytes) -> None:
        self._drop()
        self._reset()
        self._add(data)
        self._is_whole = True

    # -- while rows come --------------------------------------------------------------------------------------------

    def text_of_row(self, columns: Columns) -> RowText | None:
        return self._lines.text(columns) if self._lines is not None else None

    def begin(self, columns: Columns) -> None:
        self._drop()
        self._reset()
        if self._lines is not None:
            self._row, head = self._lines.beginning(columns)
            self._add(head)

    def rows(self, rows: Sequence[Row]) -> None:
        self._counted(len(rows))
        if self._lines is None:
            if self._count > MOST_WHOLE_ROWS:
                message = f"a result of more than {MOST_WHOLE_ROWS:,} rows can't be written as {self._format.name}"
                raise DiagnosticError(Diagnostic("TL522", message, hint="ask for JSONEachRow, CSV or Parquet"))
            self._kept.extend(rows)
            return
        assert self._row is not None
        between = self._lines.between
        text = between.join(map(self._row, rows))
        self._add(encoded(text if self._first else between + text))
        self._first = False

    def texts(self, texts: bytes, count: int) -> None:
        self._counted(count)
        if self._first and texts:
            assert self._lines is not None
            texts = texts[len(self._lines.between) :]
            self._first = False
        self._add(texts)

    def _counted(self, rows: int) -> None:
        self._count += rows
        if self._limits.rows is not None and self._count > self._limits.rows:
            raise DiagnosticError(
                Diagnostic("TL522", f"the result has more than {self._limits.rows:,} rows", hint="add a LIMIT")
            )

    def _add(self, data: bytes) -> None:
        if not data:
            return
        self._size += len(data)
        if self._limits.bytes is not None and self._size > self._limits.bytes:
            self._drop()
            message = f"the answer has more than {self._limits.bytes:,} bytes"
            raise DiagnosticError(Diagnostic("TL522", message, hint="ask for fewer columns, or add a LIMIT"))
        self._digest.update(data)
        self._keep(data)

    def _keep(self, data: bytes) -> None:
        if self._packer is not None:
            data = self._packer.pack(data)
        self._parts.append(data)
        self._waiting += len(data)
        if self._waiting > _IN_MEMORY:
            if self._packer is None and self._file is None and self._encoding:
                self._packer = packer(self._encoding)
                self._parts = [self._packer.pack(b"".join(self._parts))]
                self._waiting = len(self._parts[0])
            if self._waiting > _IN_MEMORY:
                self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file, name = tempfile.mkstemp(dir=self._folder)
            os.unlink(name)  # noqa: PTH108
        for part in self._parts:
            self._written += len(part)
            while part:
                part = part[os.write(self._file, part) :]
        self._parts, self._waiting = [], 0

    def _drop(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    # -- the end ----------------------------------------------------------------------------------------------------

    def finished(self, result: Result) -> Body:
        """`result` is what the engine said of the rows that came."""
        if result.file is not None:
            return self._of_file(result.file)
        if self._is_whole:
            tail = b""
        elif self._lines is not None:
            tail = encoded(self._lines.tail(result))
        else:
            assert self._format.writer is not None
            assert not isinstance(self._format.writer, Lines)
            tail = self._format.writer(replace(result, rows=self._kept, sent=0))
            self._digest.update(tail)
        self._digest.update(b"" if result.totals is None else repr(result.totals).encode())
        self._size += len(tail)
        self._keep(tail)
        if self._packer is None and self._encoding and self._size >= SHORTEST:
            self._packer = packer(self._encoding)
            self._parts = [self._packer.pack(b"".join(self._parts))]
        if self._packer is not None:
            self._parts.append(self._packer.finish())
        encoding = self._encoding if self._packer is not None else ""
        if self._file is None:
            data = b"".join(self._parts)
            return Body(data, len(data), self._digest.hexdigest(), encoding)
        self._spill()
        file, self._file = self._file, None
        return Body(file, self._written, self._digest.hexdigest(), encoding)

    def _of_file(self, path: Path) -> Body:
        """Files are packed already."""
        file = os.open(path, os.O_RDONLY)
        try:
            path.unlink()
            size = os.fstat(file).st_size
            if self._limits.bytes is not None and size > self._limits.bytes:
                raise DiagnosticError(Diagnostic("TL522", f"the answer has more than {self._limits.bytes:,} bytes"))
            if size <= _IN_MEMORY:
                data = os.pread(file, size, 0)
                return Body.of(data)
            digest = xxh3_128()
            for start in range(0, size, _PIECE):
                digest.update(os.pread(file, _PIECE, start))
            body, file = Body(file, size, digest.hexdigest()), -1
            return body
        finally:
            if file >= 0:
                os.close(file)

    def __del__(self) -> None:
        self._drop()
