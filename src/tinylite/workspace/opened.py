"""A file on the disk, unpacked as it is read: gzip and zstd are told by their first bytes."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tinylite.ingest.errors import Malformed, Unsupported

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_PACKED = 64 * 1024


class InputFile:
    """`position` is how many of its `size` bytes have been read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.position = 0

    def first_bytes(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(4)

    @property
    def is_packed(self) -> bool:
        return self.first_bytes().startswith((_GZIP, _ZSTD))

    @contextmanager
    def unpacked(self) -> Iterator[IO[bytes]]:
        """The content. Raises Malformed, also while it is read; Unsupported when a package is missing."""
        self.position = 0
        try:
            with _Counted(self) as raw, self._unpacking(io.BufferedReader(raw)) as file:
                yield file
        except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
            raise Malformed(f"the file is not whole: {problem}") from None
        except OSError as problem:
            raise Malformed(f"the file can't be read: {problem}") from None

    def _unpacking(self, raw: io.BufferedReader) -> IO[bytes]:
        start = self.first_bytes()
        if start.startswith(_GZIP):
            return gzip.GzipFile(fileobj=raw)  # type: ignore[return-value]
        if start == _ZSTD:
            return io.BufferedReader(_Zstd(raw), 1024 * 1024)
        return raw


class _Counted(io.FileIO):
    def __init__(self, file: InputFile) -> None:
        super().__init__(file.path)
        self._of = file

    def readinto(self, buffer: bytearray | memoryview) -> int | None:  # type: ignore[override]
        count = super().readinto(buffer)
        self._of.position += count or 0
        return count

    def readall(self) -> bytes:
        found = super().readall()
        self._of.position += len(found)
        return found


class _Zstd(io.RawIOBase):
    """The package's own reader takes a file that was cut off for a whole one."""

    def __init__(self, packed: IO[bytes]) -> None:
        try:
            import zstandard
        except ImportError:
            raise Unsupported("zstd files need the extra tinylite[zstd]") from None
        self._error = zstandard.ZstdError
        self._new_frame = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new_frame()
        self._packed = packed
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready and (packed := self._packed.read(_PACKED)):
            self._ready = memoryview(self._plain(packed))
        if not self._ready and not self._frame.eof:
            raise EOFError("it ends in the middle of a zstd frame")
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _plain(self, packed: bytes) -> bytes:
        made = b""
        while packed:
            if self._frame.eof:
                self._frame = self._new_frame()
            try:
                made += self._frame.decompress(packed)
            except self._error as problem:
                raise EOFError(str(problem)) from None
            packed = self._frame.unused_data if self._frame.eof else b""
        return made
