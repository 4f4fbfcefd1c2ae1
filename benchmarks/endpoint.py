"""A trivial endpoint beside what one writes in an afternoon, bare routes, ROAPI and Datasette.

python -m benchmarks.endpoint
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count, repeat
from pathlib import Path

import duckdb

from benchmarks.load import Load, median, run
from benchmarks.peers import Peer, datasette, roapi
from benchmarks.table import show
from tinylite.cli import server_file
from tinylite.project import load
from tinylite.workspace import Workspace

SECONDS = 1.5
ROUNDS = 5
ROWS = 1000
FILES = {
    "points.datasource": "SCHEMA >\n    id UInt32, value Float64\nENGINE_SORTING_KEY id\n",
    "others.datasource": "SCHEMA >\n    id UInt32\n",
    "one_point.pipe": (
        "NODE one\nSQL >\n    %\n    SELECT id, value FROM points WHERE id = {{UInt32(id, 1)}}\n"
        "    LIMIT {{Int32(limit, 10)}}\nTYPE endpoint\n"
    ),
    "fixtures/points.ndjson": "\n".join(json.dumps({"id": i, "value": i / 7}) for i in range(ROWS)) + "\n",
}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


@contextmanager
def _started(command: list[str], port: int, path: str, **environment: str) -> Iterator[int]:
    """The port of a server that answers."""
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1):
                    break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def in_process(folder: Path) -> float:
    """Milliseconds of the same statement without HTTP: the median of 2,000."""
    workspace = Workspace.open(folder / "in_process")
    workspace.build(load(folder), fixtures=True)
    snapshot = workspace.snapshot
    assert snapshot is not None
    times = []
    for number in range(2000):
        started = time.perf_counter()
        program = snapshot.programs["one_point"]
        workspace.queries.run_now(program, snapshot.plans, {"id": str(number % ROWS)}, workspace.secret)
        times.append((time.perf_counter() - started) * 1000)
    workspace.close()
    return statistics.median(times)


@contextmanager
def _events(port: int, token: str) -> Iterator[None]:
    """Events come in all the while, to another table."""
    over = threading.Event()
    body = b"\n".join(b'{"id":%d}' % number for number in range(1000))

    def send() -> None:
        while not over.wait(0.05):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v0/events?name=others&token={token}", body).read()

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def main() -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        for path, text in FILES.items():
            target = folder / "project" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        alone = in_process(folder / "project")
        peers = [peer for peer in (roapi(folder, ROWS), datasette(folder, ROWS)) if peer is not None]
        database = folder / "naive.db"
        with duckdb.connect(str(database)) as connection:
            connection.execute(
                f"CREATE TABLE points AS SELECT range::UINTEGER AS id, range / 7 AS value FROM range({ROWS})"
            )
        ports = {name: _free_port() for name in ("tinylite", "naive", "bare", *(peer.name for peer in peers))}
        uvicorn = [sys.executable, "-m", "uvicorn", "--log-level", "error", "--no-access-log"]
        stack.enter_context(
            _started(
                [sys.executable, "-m", "tinylite", "dev", str(folder / "project"), "--port", str(ports["tinylite"])],
                ports["tinylite"],
                "/v0/health",
            )
        )
        running = server_file.read(folder / "project" / ".tinylite")
        assert running is not None
        path = f"/v0/pipes/one_point.json?token={running.token}&id="
        kept = urllib.request.urlopen(f"http://127.0.0.1:{ports['tinylite']}{path}7").read()
        extra = {"NAIVE_DATABASE": str(database), "BARE_BYTES": str(len(kept))}
        for name_, app in (("naive", "app"), ("bare", "bare")):
            command = [*uvicorn, f"benchmarks.naive_app:{app}", "--port", str(ports[name_])]
            stack.enter_context(_started(command, ports[name_], "/hello", **extra))
        for peer in peers:
            stack.enter_context(_started(peer.command(ports[peer.name]), ports[peer.name], peer.path(7)))
        _not_kept(ports, path, peers, alone)
        _kept(ports, path, "kept")
        with _events(ports["tinylite"], running.token):
            _kept(ports, path, "kept, while events come in")


def _asking(peer: Peer) -> Iterator[bytes]:
    return (_get(peer.path(n % ROWS)) for n in count())


def _not_kept(ports: dict[str, int], path: str, peers: list[Peer], alone: float) -> None:
    """Every request has an id that no other has: a parameter that the pipe does not know makes the others new."""
    numbers = count()
    asked = {
        "tinylite": (_get(f"{path}{n % ROWS}&n={n}") for n in numbers),
        "naive": (_get(f"/one_point?id={n % ROWS}") for n in numbers),
        **{peer.name: _asking(peer) for peer in peers},
    }
    rows = []
    for connections in (1, 8, 64):
        loads: dict[str, list[Load]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, requests in asked.items():
                loads[name].append(run(ports[name], requests, connections, SECONDS))
        mine = median(loads["tinylite"])
        for name, found in loads.items():
            it = median(found)
            rows.append(
                (
                    str(connections), name, f"{it.rate:,.0f}", f"{it.p50:.2f}", f"{it.p99:.2f}",
                    f"{mine.rate / it.rate:.2f}", f"{mine.p99 / it.p99:.2f}",
                )
            )  # fmt: skip
        if connections == 1:
            above = mine.p50 - alone
    print(f"not kept (in process p50 {alone:.2f} ms; at one connection {above:.2f} ms above that)\n")
    show(("connections", "server", "requests/s", "p50 ms", "p99 ms", "tinylite's rate", "its p99"), rows)


def _kept(ports: dict[str, int], path: str, what: str) -> None:
    rows = []
    for connections in (1, 8, 64):
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(run(ports["tinylite"], repeat(_get(f"{path}7")), connections, SECONDS))
            bare.append(run(ports["bare"], repeat(_get("/")), connections, SECONDS))
        mine, nothing = median(ours), median(bare)
        rows.append(
            (
                str(connections), f"{mine.rate:,.0f}", f"{mine.p50:.2f}", f"{mine.p99:.2f}", f"{nothing.rate:,.0f}",
                f"{nothing.p99:.2f}", f"{mine.rate / nothing.rate:.2f}",
            )
        )  # fmt: skip
    print(f"{what}\n")
    show(("connections", "tinylite/s", "p50 ms", "p99 ms", "bare ASGI/s", "p99 ms", "ratio"), rows)


if __name__ == "__main__":
    main()
