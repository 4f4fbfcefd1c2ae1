"""The access log: a JSON line a request, written by a thread of its own, so that a slow disk holds no request up."""

from __future__ import annotations

import re
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO
from urllib.parse import unquote_plus

import orjson

from tinylite.diagnostics import Diagnostic, DiagnosticError

RECORD = "tinylite.access"
"""Where a scope holds what is to be logged of its request."""
STANDARD_ERROR = "-"
# Texts of tokens, wherever they stand: ours, and JWTs.
_TOKEN = re.compile(r"\bp\.[\w.-]{16,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*")


@dataclass(slots=True)
class Access:
    """What only the route knows of a request."""

    token: str = ""
    """Its name."""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """`moment` is by time.time(), `seconds` how long it took. `size` is of the body as it was sent."""

    moment: float
    request_id: str
    client: str
    method: str
    path: str
    query: str
    status: int
    seconds: float
    size: int
    access: Access

    def text(self) -> bytes:
        found = {
            "time": datetime.fromtimestamp(self.moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "request_id": self.request_id,
            "client": self.client,
            "method": self.method,
            "path": _TOKEN.sub("…", self.path),
            "query": without_tokens(self.query),
            "status": self.status,
            "ms": round(self.seconds * 1000, 3),
            "bytes": self.size,
            "rows": self.access.rows,
            "token": self.access.token,
        }
        return orjson.dumps(found) + b"\n"


def without_tokens(query: str) -> str:
    """A query string, but for `token`, and for what looks like a token."""
    kept = [part for part in query.split("&") if unquote_plus(part.partition("=")[0]).strip() != "token"]
    return _TOKEN.sub("…", "&".join(kept))


class AccessLog:
    """Appends to a file, or to the standard error. Raises DiagnosticError (TL526) when the file can't be opened."""

    def __init__(self, target: str) -> None:
        self._file = _opened(target)
        self._queue: SimpleQueue[Line | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="access log", daemon=True)
        self._thread.start()

    def add(self, line: Line) -> None:
        self._queue.put(line)

    def close(self) -> None:
        """All lines that were added are written."""
        self._queue.put(None)
        self._thread.join()
        if self._file is not sys.stderr.buffer:
            self._file.close()

    def _write(self) -> None:
        while (line := self._queue.get()) is not None:
            try:
                self._file.write(line.text())
                if self._queue.empty():
                    self._file.flush()
            except (OSError, TypeError, ValueError):
                # A full disk, a reader that went away: requests are answered all the same.
                continue
        try:
            self._file.flush()
        except OSError:
            return


def _opened(target: str) -> BinaryIO:
    if target == STANDARD_ERROR:
        return sys.stderr.buffer
    try:
        return Path(target).open("ab")
    except OSError as problem:
        message = f"the access log can't be written to {target}: {problem.strerror}"
        raise DiagnosticError(Diagnostic("TL526", message, hint="off, - for the standard error, or a file")) from None
