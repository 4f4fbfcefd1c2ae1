"""Backups of a data folder: consistent while it is served, checked when made and when restored.

Order matters. The log and the control store are copied first, the database after them: what the database's copy holds
already, its positions tell, and is not loaded from the log again; a job that it has done is not done again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from tinylite import __version__
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.capabilities import refusal
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.ingest.ingest import Ingest
from tinylite.workspace.folder import VERSION, Folder
from tinylite.workspace.store import Store

MANIFEST = "manifest.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """`rows` are those of data sources and quarantines, `size` is in bytes, `seconds` what it took."""

    path: Path
    rows: int
    size: int
    seconds: float


class Backups:
    def __init__(self, folder: Folder, engine: DuckDBEngine, store: Store, ingest: Ingest) -> None:
        self._folder = folder
        self._engine = engine
        self._store = store
        self._ingest = ingest
        self.is_front_only = False
        """Whether the rows lie elsewhere."""

    def make(self, name: str = "") -> Backup:
        """A folder `backups/NAME` in the data folder; it appears when it is whole.

        Raises DiagnosticError: TL523 for a bad name or one that is taken, TL510 when the disk can't take it.
        """
        if self.is_front_only:
            raise refusal("tinylite backup")
        started = time.perf_counter()
        name = name or f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}"
        if not _NAME.fullmatch(name):
            raise DiagnosticError(Diagnostic("TL523", f"'{name}' is no name for a backup: letters, digits, - _ ."))
        target = self._folder.path / "backups" / name
        if target.exists():
            raise DiagnosticError(Diagnostic("TL523", f"there is a backup {name} already"))
        partial = target.with_name(f".{name}.{uuid4().hex[:8]}")
        partial.mkdir(parents=True)
        try:
            rows = self._fill(Folder(partial, -1))
            size = _describe(partial, rows)
            partial.rename(target)
        except OSError as problem:
            message = f"the backup can't be written: {problem.strerror}"
            raise DiagnosticError(Diagnostic("TL510", message)) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return Backup(target, rows, size, time.perf_counter() - started)

    def copy_into(self, path: Path) -> None:
        """A data folder that is not there yet, which shares the database's bytes with this one where that can be.

        Raises DiagnosticError (TL510).
        """
        path.mkdir(parents=True)
        try:
            self._fill(Folder(path, -1), share=True)
        except OSError as problem:
            raise DiagnosticError(Diagnostic("TL510", f"{path} can't be written: {problem.strerror}")) from None

    def _fill(self, into: Folder, *, share: bool = False) -> int:
        """The number of rows of data sources that were copied."""
        with self._engine.copying(self._folder.staging / f"backup-{uuid4().hex}.duckdb") as copy:
            with self._ingest.paused():
                # From here on the database's copy stands still. It comes behind the log and the store: see above.
                _copy_folder(self._folder.log, into.log)
                _copy_folder(self._folder.imports, into.imports)
                self._store.copy(into.control)
                copy.begin(share=share)
            copy.finish()
            copy.path.replace(into.database)
        (into.path / "version").write_text(f"{VERSION}\n")
        return copy.rows


def restore(backup: Path, data: Path) -> int:
    """Copies a backup into a data folder that holds nothing, and gives the number of rows of its data sources.

    Raises DiagnosticError (TL523) when it is no backup, or damaged, or the folder holds something.
    """
    files, rows = _manifest(backup)
    if data.exists() and any(data.iterdir()):
        hint = "name a folder that does not exist yet with --data"
        raise DiagnosticError(Diagnostic("TL523", f"{data} is not empty; nothing was written", hint=hint))
    for name, checksum in files.items():
        file = backup / name
        if not file.is_file() or _checksum(file) != checksum:
            raise DiagnosticError(Diagnostic("TL523", f"the backup is damaged: {name} is not as it was written"))
    partial = data.with_name(f".{data.name}.{uuid4().hex[:8]}")
    try:
        for name in files:
            (partial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(backup / name, partial / name)
        if data.exists():
            data.rmdir()
        partial.rename(data)
    except OSError as problem:
        raise DiagnosticError(Diagnostic("TL510", f"{data} can't be written: {problem.strerror}")) from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return rows


def _manifest(backup: Path) -> tuple[dict[str, str], int]:
    """The files with their checksums, and the number of rows."""
    try:
        found = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        raise DiagnosticError(Diagnostic("TL523", f"{backup} is no backup: it has no {MANIFEST}"))
    if found.get("format") != VERSION:
        message = f"{backup} was made by another tinylite (format {found.get('format')}, this one knows {VERSION})"
        raise DiagnosticError(Diagnostic("TL507", message, hint="upgrade tinylite: pip install -U tinylite"))
    return found["files"], int(found["rows"])


def _describe(folder: Path, rows: int) -> int:
    """Writes the manifest. The bytes of all files."""
    files = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    manifest = {
        "format": VERSION,
        "tinylite": __version__,
        "made_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
        "rows": rows,
        "files": {name: _checksum(path) for name, path in files.items()},
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as target:
        json.dump(manifest, target, indent=2)
        target.flush()
        os.fsync(target.fileno())
    return sum(path.stat().st_size for path in files.values())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _copy_folder(source: Path, target: Path) -> None:
    """A file that goes meanwhile is not needed any more: what it held is in the database."""
    for path in _files(source) if source.is_dir() else ():
        copied = target / path.relative_to(source)
        copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copy2(path, copied)
        except FileNotFoundError:
            copied.unlink(missing_ok=True)


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
