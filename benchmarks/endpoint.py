"""A trivial endpoint beside a bare Starlette route and beside the same query in process.

python -m benchmarks.endpoint
"""

from __future__ import annotations

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from itertools import count, repeat
from pathlib import Path

from benchmarks.load import Load, run
from benchmarks.table import show
from tinylite.cli import server_file
from tinylite.project import load
from tinylite.workspace import Workspace

SECONDS = 2.0
ROUNDS = 3
FILES = {
    "points.datasource": "SCHEMA >\n    id UInt32, value Float64\nENGINE_SORTING_KEY id\n",
    "one_point.pipe": (
        "NODE one\nSQL >\n    %\n    SELECT id, value FROM points WHERE id = {{UInt32(id, 1)}}\n"
        "    LIMIT {{Int32(limit, 10)}}\nTYPE endpoint\n"
    ),
    "fixtures/points.ndjson": "\n".join(json.dumps({"id": i, "value": i / 7}) for i in range(1000)) + "\n",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


def _median(loads: list[Load]) -> Load:
    return Load(*(statistics.median(getattr(load, name) for load in loads) for name in ("rate", "p50", "p99")))


def in_process(folder: Path) -> float:
    """Milliseconds of the same query without HTTP: the median of 2,000."""
    workspace = Workspace.open(folder / "in_process")
    workspace.build(load(folder), fixtures=True)
    snapshot = workspace.snapshot
    assert snapshot is not None
    times = []
    for number in range(2000):
        started = time.perf_counter()
        program = snapshot.programs["one_point"]
        workspace.queries.run_now(program, snapshot.plans, {"id": str(number % 1000)}, workspace.secret)
        times.append((time.perf_counter() - started) * 1000)
    workspace.close()
    return statistics.median(times)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in FILES.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        alone = in_process(folder)
        ports = _free_port(), _free_port()
        commands = (
            [sys.executable, "-m", "tinylite", "dev", str(folder), "--port", str(ports[0])],
            [sys.executable, "-m", "uvicorn", "benchmarks.starlette_app:app", "--port", str(ports[1]), "--log-level",
             "error", "--no-access-log"],
        )  # fmt: skip
        servers = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for command in commands]
        try:
            _wait(f"http://127.0.0.1:{ports[0]}/v0/health")
            _wait(f"http://127.0.0.1:{ports[1]}/hello")
            running = server_file.read(folder / ".tinylite")
            assert running is not None
            path = f"/v0/pipes/one_point.json?token={running.token}&id="
            _measure("not kept", ports, (_get(f"{path}{id}") for id in count()), alone)
            _measure("kept", ports, repeat(_get(f"{path}7")), alone)
        finally:
            for server in servers:
                server.terminate()
                server.wait()


def _measure(what: str, ports: tuple[int, int], endpoint: Iterator[bytes], alone: float) -> None:
    rows = []
    for connections in (1, 8, 64):
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(asyncio.run(run(ports[0], endpoint, connections, SECONDS)))
            bare.append(asyncio.run(run(ports[1], repeat(_get("/hello")), connections, SECONDS)))
        mine, hello = _median(ours), _median(bare)
        rows.append(
            (
                str(connections), f"{mine.rate:,.0f}", f"{mine.p50:.2f}", f"{mine.p99:.2f}", f"{hello.rate:,.0f}",
                f"{hello.p50:.2f}", f"{mine.rate / hello.rate:.2f}", f"{mine.p50 - alone:.2f}",
            )
        )  # fmt: skip
    print(f"{what} (the query in process: p50 {alone:.2f} ms)\n")
    show(
        (
            "connections",
            "endpoint/s",
            "p50 ms",
            "p99 ms",
            "Starlette route/s",
            "p50 ms",
            "ratio",
            "p50 above in process",
        ),
        rows,
    )


if __name__ == "__main__":
    main()
