"""`tinylite dev` in a process of its own, and waiting for what it says."""

from __future__ import annotations

import os
import signal
import socket
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
DEADLINE = 20.0


def eventually(what: Callable[[], T | None]) -> T:
    """The first result that is not None, false or an error of the connection. Fails after some seconds."""
    until = time.monotonic() + DEADLINE
    while True:
        try:
            result = what()
        except httpx.TransportError:
            result = None
        if result:
            return result
        assert time.monotonic() < until, "it did not happen in time"
        threading.Event().wait(0.02)


class Dev:
    """A running `tinylite dev`; `output` is what it has printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        command = [sys.executable, "-m", "tinylite", "dev", str(folder), "--port", str(self.port)]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        eventually(lambda: "Listening" in self.output or self.process.poll() is not None)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line

    def get(self, path: str, **parameters: str) -> httpx.Response:
        running = server_file.read(self.folder / ".tinylite")
        token = running.token if running else ""
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", params={"token": token, **parameters}, timeout=10)

    def post(self, path: str, body: str) -> httpx.Response:
        running = server_file.read(self.folder / ".tinylite")
        headers = {"authorization": f"Bearer {running.token if running else ''}"}
        return httpx.post(f"http://127.0.0.1:{self.port}{path}", content=body, headers=headers, timeout=10)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=DEADLINE)


@contextmanager
def dev(folder: Path) -> Iterator[Dev]:
    running = Dev(folder)
    try:
        yield running
    finally:
        running.end()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
