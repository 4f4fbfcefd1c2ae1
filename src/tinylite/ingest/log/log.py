"""The log of one data source: what was acknowledged and is not in the database yet."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from tinylite.ingest.log.segment import Damage, Record, decoded, encoded

SEGMENT_SIZE = 64 * 1024 * 1024
SUFFIX = ".segment"


class Log:
    """Append-only. Not thread-safe: one thread writes it.

    `loaded` is the position up to which records are in the database. Damage found at opening is kept in `damage`, and
    the damaged bytes are set aside in a file of their own.
    """

    def __init__(self, folder: Path, loaded: int) -> None:
        self.folder = folder
        self.damage: list[tuple[Path, Damage]] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO | None = None
        self._segments = sorted(folder.glob(f"*{SUFFIX}"))
        self.next_position = loaded + 1
        for path in self._segments:
            for record in self._read(path):
                self.next_position = max(self.next_position, record.position + 1)

    def pending(self, loaded: int) -> Iterator[Record]:
        """What must still be loaded, in order."""
        for path in self._segments:
            for record in decoded(path.read_bytes()):
                if isinstance(record, Record) and record.position > loaded:
                    yield record

    def append(self, payloads: Sequence[bytes]) -> list[int]:
        """Writes the payloads and waits until they are on the disk. Returns their positions. Raises OSError."""
        file = self._open()
        positions = list(range(self.next_position, self.next_position + len(payloads)))
        start = file.tell()
        try:
            file.write(b"".join(encoded(Record(p, data)) for p, data in zip(positions, payloads, strict=True)))
            file.flush()
            os.fdatasync(file.fileno())
        except OSError:
            # Nothing of a failed write may be found later: it was not acknowledged.
            self._cut(file, start)
            raise
        self.next_position += len(payloads)
        return positions

    def release(self, loaded: int) -> None:
        """Removes segments whose records are all loaded."""
        if self.next_position > loaded + 1:
            return
        if self._file is not None and self._file.tell() < SEGMENT_SIZE:
            self._file.seek(0)
            self._file.truncate()
            for path in self._segments[:-1]:
                path.unlink(missing_ok=True)
            self._segments = self._segments[-1:]
            return
        self.close()
        for path in self._segments:
            path.unlink(missing_ok=True)
        self._segments = []

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> BinaryIO:
        if self._file is None or self._file.tell() >= SEGMENT_SIZE:
            self.close()
            path = self.folder / f"{self.next_position:020}{SUFFIX}"
            self._file = path.open("ab")
            self._segments.append(path)
            self._sync_folder()
        return self._file

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _cut(self, file: BinaryIO, start: int) -> None:
        self.close()
        with self._segments[-1].open("r+b") as broken:
            broken.truncate(start)
            os.fsync(broken.fileno())

    def _read(self, path: Path) -> Iterator[Record]:
        data = path.read_bytes()
        for part in decoded(data):
            if isinstance(part, Record):
                yield part
                continue
            self.damage.append((path, part))
            path.with_suffix(f".damaged-{part.offset}").write_bytes(data[part.offset : part.end])
            if part.at_end:
                with path.open("r+b") as torn:
                    torn.truncate(part.offset)
