"""The log of one data source: what was acknowledged and is not in the database yet."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tinylite.ingest.log.segment import SMALLEST, Damage, Record, Recorded, decoded, encoded, located

SEGMENT_SIZE = 64 * 1024 * 1024
SUFFIX = ".segment"
_WORTH_REMOVING = 1024 * 1024
"""A segment that is loaded is written on until it has so many bytes: a new file costs two more syncs."""


@dataclass(frozen=True, slots=True)
class Found:
    """Damage, between the positions of the records around it, and where its bytes were set aside."""

    path: Path
    damage: Damage
    after: int
    before: int | None
    aside: Path


@dataclass(slots=True)
class _Segment:
    path: Path
    last: int
    """The position of its last record."""


class Log:
    """Append-only. One thread appends; another one may release.

    `loaded` is the position up to which records are in the database. Damage found at opening is kept in `damage`, and
    the damaged bytes are set aside in files of their own.
    """

    def __init__(self, folder: Path, loaded: int) -> None:
        self.folder = folder
        self.damage: list[Found] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None
        self._loaded = loaded
        self._to_cut: tuple[Path, int] | None = None
        self.next_position = loaded + 1
        self._segments: list[_Segment] = []
        paths = sorted(folder.glob(f"*{SUFFIX}"))
        for path in paths:
            self._segments.append(_Segment(path, self._scan(path, is_last=path is paths[-1])))

    def pending(self, loaded: int) -> Iterator[Record]:
        """What must still be loaded, in order."""
        for segment in list(self._segments):
            for record in decoded(segment.path.read_bytes()):
                if isinstance(record, Record) and record.position > loaded:
                    yield record

    def take_position(self) -> int:
        """For a request that is not written here: its rows go straight into the database."""
        position = self.next_position
        self.next_position += 1
        return position

    def append(self, records: Sequence[Recorded]) -> None:
        """Waits until they are on the disk. Their positions go on from `take_position`. Raises OSError: then nothing
        of them is there.
        """
        file = self._open(records[0].position)
        start = file.tell()
        try:
            file.write(b"".join(map(encoded, records)))
            file.flush()
            os.fdatasync(file.fileno())
        except OSError:
            # Nothing of a failed write may be found later: it was not acknowledged. After a failed sync nobody knows
            # what is on the disk, so the file is not written on.
            self._to_cut = (self._segments[-1].path, start)
            self._close_file()
            self._cut()
            raise
        with self._lock:
            self._segments[-1].last = records[-1].position

    def release(self, loaded: int) -> None:
        """Removes segments whose records are all loaded."""
        with self._lock:
            self._loaded = max(self._loaded, loaded)
            kept = []
            for index, segment in enumerate(self._segments):
                is_open = self._file is not None and index == len(self._segments) - 1
                if segment.last <= self._loaded and not is_open:
                    segment.path.unlink(missing_ok=True)
                else:
                    kept.append(segment)
            self._segments = kept

    def close(self) -> None:
        self._close_file()
        self.release(self._loaded)

    def _close_file(self) -> None:
        with self._lock:
            if self._file is not None:
                file, self._file = self._file, None
                try:
                    file.close()
                except OSError:  # what could not be flushed is about to be cut
                    return

    def _open(self, position: int) -> BinaryIO:
        if self._to_cut is not None:
            self._cut()
        if self._file is not None and self._is_full():
            self._close_file()
            self.release(self._loaded)
        if self._file is None:
            path = self.folder / f"{position:020}{SUFFIX}"
            file = path.open("ab")
            try:
                self._sync_folder()
            except OSError:
                file.close()
                raise
            with self._lock:
                self._file = file
                self._segments.append(_Segment(path, position - 1))
        return self._file

    def _is_full(self) -> bool:
        assert self._file is not None
        size = self._file.tell()
        return size >= SEGMENT_SIZE or (size >= _WORTH_REMOVING and self._segments[-1].last <= self._loaded)

    def _sync_folder(self) -> None:
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _cut(self) -> None:
        """Raises OSError when the disk refuses that too: it is tried again before anything else is written."""
        assert self._to_cut is not None
        path, start = self._to_cut
        # All that was before the cut may be loaded and gone meanwhile.
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as broken:
            broken.truncate(start)
            os.fsync(broken.fileno())
        self._to_cut = None

    def _scan(self, path: Path, *, is_last: bool) -> int:
        """Notes damage, and cuts a torn end off. The position of the last record."""
        data = path.read_bytes()
        after = self.next_position - 1
        waiting: list[tuple[Damage, Path]] = []
        for offset, part in located(data):
            if isinstance(part, Record):
                self._note(path, waiting, after, part.position)
                waiting, after = [], part.position
                continue
            aside = path.with_suffix(f".damaged-{offset}")
            aside.write_bytes(data[part.offset : part.end])
            waiting.append((part, aside))
            # So many records may have been there.
            after_it = after + (part.end - part.offset) // SMALLEST + 1
            self.next_position = max(self.next_position, after_it + 1)
            if is_last and part.end == len(data):
                with path.open("r+b") as torn:
                    torn.truncate(part.offset)
                    os.fsync(torn.fileno())
        self._note(path, waiting, after, None)
        self.next_position = max(self.next_position, after + 1)
        return after

    def _note(self, path: Path, waiting: list[tuple[Damage, Path]], after: int, before: int | None) -> None:
        self.damage += [Found(path, damage, after, before, aside) for damage, aside in waiting]


def now() -> int:
    """In milliseconds since 1970."""
    return time.time_ns() // 1_000_000
