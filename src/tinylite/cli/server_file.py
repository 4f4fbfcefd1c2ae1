"""How commands find the server that runs on a project: a file in its data folder."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "server.json"


@dataclass(frozen=True, slots=True)
class Running:
    """Where a server answers, its admin token, and its process. The file is readable by its owner only."""

    url: str
    token: str
    pid: int = field(default_factory=os.getpid)
    cert: str = ""
    """The file of its certificate, when it speaks TLS: commands on this machine believe this one."""


def write(folder: Path, running: Running) -> None:
    path = folder / NAME
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(running)), encoding="utf-8")


def remove(folder: Path) -> None:
    (folder / NAME).unlink(missing_ok=True)


def read(folder: Path) -> Running | None:
    """None when no server has written one, or it was killed since."""
    try:
        running = Running(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        return running if _is_alive(running.pid) else None
    except (OSError, ValueError, TypeError, OverflowError):
        return None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Someone else's, but alive.
        return True
    return True
