"""A server in a process of its own, with somebody who sends events and somebody who asks, whatever happens to it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.cli.process import DEADLINE, eventually
from tinylite.cli import server_file

BATCH, RATE = 50, 2000
"""Events of a request, and those of a second."""
ABOUT, KEPT = 0.6, 0.25
"""What part of the rate events keep at least over all, and of what it was before while something changes."""
BUSY = 2
"""Processes that want to run, for each core: beyond that a rate is not the server's own."""


class Server:
    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self._armed = folder / "armed"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.client = httpx.Client(base_url=self.url, timeout=DEADLINE, trust_env=False)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.deploy.server", str(self.data), str(self._port), str(self._armed)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        running = eventually(lambda: self._running() or self.process.poll() is not None)
        assert not isinstance(running, bool), self.process.stdout.read() if self.process.stdout else ""
        self.token = running.token
        self.client.headers["authorization"] = f"Bearer {self.token}"

    def _running(self) -> server_file.Running | None:
        running = server_file.read(self.data)
        return running if running is not None and running.pid == self.process.pid else None

    def kill_at(self, point: str) -> None:
        self._armed.write_text(point)

    def revive(self) -> None:
        """After it was killed at the point that was named."""
        self.process.wait(timeout=DEADLINE)
        assert not self._armed.exists()
        self._close_output()
        self.start()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=DEADLINE)
        self._close_output()
        self.client.close()

    def _close_output(self) -> None:
        if self.process.stdout is not None:
            self.process.stdout.close()

    # -- what is asked of it ----------------------------------------------------------------------------------------

    def deploy(self, files: dict[str, str], **parameters: str) -> dict[str, Any]:
        form = [("data_project://", (path, text.encode(), "text/plain")) for path, text in files.items()]
        found: dict[str, Any] = self.client.post("/v1/deploy", files=form, params=parameters).json()
        return found

    def deployments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/v1/deployments").json()["deployments"]
        return found

    def deployment(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/v1/deployments/{id}").json()["deployment"]
        return found

    def ready(self, id: str) -> dict[str, Any]:
        def is_over() -> dict[str, Any] | None:
            found = self.deployment(id)
            return found if found["status"] in ("data_ready", "deleted") else None

        return eventually(is_over)

    def set_live(self, id: str) -> httpx.Response:
        return self.client.post(f"/v1/deployments/{id}/set-live")

    def schema(self, datasource: str) -> dict[str, str]:
        """The types of the columns that are live."""
        columns = self.client.get(f"/v0/datasources/{datasource}").json()["columns"]
        return {each["name"]: each["type"] for each in columns}

    def ask(self, sql: str, deployment: str = "") -> list[dict[str, Any]]:
        parameters = {"q": f"{sql} FORMAT JSON", "__tb__deployment": deployment}
        answer = self.client.get("/v0/sql", params=parameters)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["data"]
        return rows


class Events(threading.Thread):
    """Sends events with ids from 0: `history` of them at once, then more at a steady rate. A request without an answer
    is sent again under its name, so that each event is wanted exactly once, whatever happens.
    """

    def __init__(self, server: Server, datasource: str, history: int = 0) -> None:
        super().__init__(daemon=True)
        self.sent = 0
        self.refused: list[str] = []
        self._server = server
        self._datasource = datasource
        self._history = history
        self._over = threading.Event()
        self._begun = time.monotonic()
        self.start()

    def run(self) -> None:
        with httpx.Client(base_url=self._server.url, timeout=DEADLINE, trust_env=False) as client:
            if self._history:
                self._send(client, self._history)
            self._begun = time.monotonic()
            while not self._over.wait(max(0.0, self._begun + (self.sent - self._history) / RATE - time.monotonic())):
                self._send(client, BATCH)

    def _send(self, client: httpx.Client, count: int) -> None:
        lines = "\n".join(json.dumps({"id": self.sent + n, "page": f"p{(self.sent + n) % 7}"}) for n in range(count))
        name = uuid.uuid4().hex
        while True:
            headers = {"authorization": f"Bearer {self._server.token}", "idempotency-key": name}
            try:
                answer = client.post("/v0/events", params={"name": self._datasource}, content=lines, headers=headers)
            except httpx.TransportError:
                self._over.wait(0.05)
                continue
            if answer.status_code != 503:
                expected = {"successful_rows": count, "quarantined_rows": 0}
                told = answer.json()
                if answer.is_error or {key: told[key] for key in expected} != expected:
                    self.refused.append(answer.text)
                self.sent += count
                return

    def more(self, count: int = 300) -> None:
        """Waits for so many more."""
        until = self.sent + count
        eventually(lambda: self.sent >= until or self.refused)

    def check_rate(self) -> None:
        """They have come at about their rate until now, which says nothing of a machine that has much else to do."""
        rate = (self.sent - self._history) / (time.monotonic() - self._begun)
        is_busy = os.getloadavg()[0] > BUSY * (os.cpu_count() or 1)
        assert is_busy or rate >= ABOUT * RATE, f"{rate:.0f} events a second"

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """They go on coming meanwhile as they came before: at RATE, unless the machine is too busy for that."""
        sent, begun = self.sent, time.monotonic()
        before = (sent - self._history) / (begun - self._begun)
        yield
        rate = (self.sent - sent) / (time.monotonic() - begun)
        assert rate >= KEPT * before, f"{rate:.0f} events a second, after {before:.0f}"

    def finish(self) -> int:
        self._over.set()
        self.join()
        return self.sent


class Reads(threading.Thread):
    """Asks an endpoint all the time. What it gets while no server is there does not count."""

    def __init__(self, server: Server, path: str) -> None:
        super().__init__(daemon=True)
        self.answered = 0
        self.failed: list[str] = []
        self._server = server
        self._path = path
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        with httpx.Client(base_url=self._server.url, timeout=DEADLINE, trust_env=False) as client:
            while not self._over.wait(0.02):
                try:
                    answer = client.get(self._path, params={"token": self._server.token})
                except httpx.TransportError:
                    continue
                if answer.status_code == 200:
                    self.answered += 1
                else:
                    self.failed.append(f"{answer.status_code} {answer.text}")

    def finish(self) -> None:
        self._over.set()
        self.join()
