"""`tinylite dev` in a process of its own, and waiting for what it says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from tinylite.cli import server_file

T = TypeVar("T")
# Seconds.
DEADLINE = 20.0
TINYLITE = (sys.executable, "-m", "tinylite")


def eventually(what: Callable[[], T | None]) -> T:
    """The first result that is true. Fails after some seconds without one."""
    until = time.monotonic() + DEADLINE
    while not (result := what()):
        assert time.monotonic() < until, "it did not happen in time"
        threading.Event().wait(0.02)
    return result


class Dev:
    """A running `tinylite dev`; `output` is what it has printed so far."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.output = ""
        self.folder = folder
        self.process = subprocess.Popen(
            [*TINYLITE, "dev", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        eventually(lambda: "istening" in self.output or self.process.poll() is not None)
        running = server_file.read(folder / ".tinylite")
        assert running is not None, self.output
        self.url, self.token = running.url, running.token
        self._client = httpx.Client(base_url=self.url, timeout=DEADLINE, trust_env=False)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line

    def get(self, path: str, **parameters: str) -> httpx.Response:
        return self._client.get(path, params={"token": self.token, **parameters})

    def post(self, path: str, body: str) -> httpx.Response:
        return self._client.post(path, content=body, headers={"authorization": f"Bearer {self.token}"})

    def says(self, text: str) -> None:
        eventually(lambda: text in self.output)

    def stop(self, number: int = signal.SIGINT) -> int:
        """The exit status."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=DEADLINE)
        self._reader.join()
        return status

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        self._client.close()


@contextmanager
def dev(folder: Path, *options: str) -> Iterator[Dev]:
    running = Dev(folder, *options)
    try:
        yield running
    finally:
        running.close()
