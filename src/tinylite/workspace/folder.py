"""The data folder: its files, its version, and the lock that keeps a second server out."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from tinylite.diagnostics import Diagnostic, DiagnosticError

VERSION = 1


@dataclass(frozen=True, slots=True)
class Folder:
    """An opened and locked data folder."""

    path: Path
    lock: int

    @property
    def database(self) -> Path:
        return self.path / "data.duckdb"

    @property
    def control(self) -> Path:
        return self.path / "control.sqlite"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def staging(self) -> Path:
        return self.path / "staging"

    @property
    def imports(self) -> Path:
        return self.path / "imports"

    def close(self) -> None:
        os.close(self.lock)


def open_folder(path: Path) -> Folder:
    """Raises DiagnosticError: TL506 when another process has it, TL507 when a newer tinylite wrote it."""
    path.mkdir(parents=True, exist_ok=True)
    lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        hint = "stop the other tinylite, or choose another folder with --data"
        raise DiagnosticError(Diagnostic("TL506", f"{path} is in use by another process", hint=hint)) from None
    marker = path / "version"
    # Empty when a server was killed in its very first moment.
    found = marker.read_text().strip() if marker.exists() else ""
    if found not in ("", str(VERSION)):
        os.close(lock)
        message = f"{path} was written by another tinylite (format {found}, this one knows {VERSION})"
        raise DiagnosticError(Diagnostic("TL507", message, hint="upgrade tinylite: pip install -U tinylite"))
    if not found:
        marker.write_text(f"{VERSION}\n")
    return Folder(path, lock)
