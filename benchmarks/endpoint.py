"""A trivial endpoint beside what one writes in an afternoon, bare routes, ROAPI and Datasette.

python -m benchmarks.endpoint

Takes two minutes, and the time to install ROAPI and Datasette once. Rounds are interleaved; "CPU us" is a server's own
processor time a request, which suffers least from what else the machine does.
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
from dataclasses import dataclass, replace
from itertools import count, repeat
from pathlib import Path

import duckdb

from benchmarks.load import Load, median, run
from benchmarks.peers import Peer, datasette, roapi
from benchmarks.table import Goal, show, show_goals
from tinylite.cli import server_file
from tinylite.project import load
from tinylite.workspace import Workspace

SECONDS = 0.8
ROUNDS = 5
CONNECTIONS = (1, 8, 64)
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


@dataclass(frozen=True, slots=True)
class _Server:
    port: int
    pid: int


@contextmanager
def started(command: list[str], port: int, path: str, **environment: str) -> Iterator[_Server]:
    """A server that answers."""
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
        yield _Server(port, server.pid)
    finally:
        server.terminate()
        server.wait()


def in_process(folder: Path) -> float:
    """Milliseconds of the same statement without HTTP: the median of 1,000."""
    workspace = Workspace.open(folder / "in_process")
    workspace.build(load(folder), fixtures=True)
    snapshot = workspace.snapshot
    assert snapshot is not None
    times = []
    for number in range(1000):
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
        uvicorn = [sys.executable, "-m", "uvicorn", "--log-level", "error", "--no-access-log"]
        servers: dict[str, _Server] = {}

        def start(name: str, command: list[str], path: str, **environment: str) -> None:
            port = free_port()
            servers[name] = stack.enter_context(
                started([part.replace("PORT", str(port)) for part in command], port, path, **environment)
            )

        start(
            "tinylite",
            [sys.executable, "-m", "tinylite", "dev", str(folder / "project"), "--port", "PORT"],
            "/v0/health",
        )
        while (running := server_file.read(folder / "project" / ".tinylite")) is None:
            time.sleep(0.05)
        path = f"/v0/pipes/one_point.json?token={running.token}&id="
        kept = urllib.request.urlopen(f"http://127.0.0.1:{servers['tinylite'].port}{path}7").read()
        extra = {"NAIVE_DATABASE": str(database), "BARE_BYTES": str(len(kept))}
        for name_, app in (("naive", "app"), ("bare", "bare")):
            start(name_, [*uvicorn, f"benchmarks.naive_app:{app}", "--port", "PORT"], "/hello", **extra)
        for peer in peers:
            start(peer.name, peer.command("PORT"), peer.path(7))
        goals = _not_kept(servers, path, peers, alone)
        goals += _kept(servers, path, "kept")
        with _events(servers["tinylite"].port, running.token):
            goals += _kept(servers, path, "kept, while events come in")
        show_goals(goals)


def _asking(peer: Peer) -> Iterator[bytes]:
    return (_get(peer.path(n % ROWS)) for n in count())


Found = dict[str, list[Load]]
"""What was measured of each server, a round after the other."""


def _rounds(servers: dict[str, _Server], asked: dict[str, Iterator[bytes]], connections: int) -> Found:
    found: Found = {name: [] for name in asked}
    for _ in range(ROUNDS):
        for name, requests in asked.items():
            found[name].append(measured(servers[name], requests, connections))
    return found


def measured(server: _Server, requests: Iterator[bytes], connections: int) -> Load:
    before = processor_seconds(server.pid)
    load = run(server.port, requests, connections, SECONDS)
    return replace(load, processor=(processor_seconds(server.pid) - before) / (load.rate * load.seconds) * 1e6)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _ratio(found: Found, name: str, of: str, what: str = "rate") -> float:
    """The median of the rounds' ratios: what disturbs one round disturbs both."""
    pairs = zip(found[name], found[of], strict=True)
    return statistics.median(getattr(mine, what) / getattr(other, what) for mine, other in pairs)


def _rows(found: Found, connections: int, mine: str = "tinylite") -> list[tuple[str, ...]]:
    rows = []
    for name, loads in found.items():
        it = median(loads)
        rows.append(
            (
                str(connections), name, f"{it.rate:,.0f}", f"{it.p50:.2f}", f"{it.p99:.2f}", f"{it.processor:,.0f}",
                f"{_ratio(found, mine, name):.2f}", f"{_ratio(found, mine, name, 'p99'):.2f}",
                f"{_ratio(found, mine, name, 'processor'):.2f}",
            )
        )  # fmt: skip
    return rows


COLUMNS = (
    "connections", "server", "requests/s", "p50 ms", "p99 ms", "CPU us", "tinylite's rate", "its p99", "its CPU",
)  # fmt: skip


def _not_kept(servers: dict[str, _Server], path: str, peers: list[Peer], alone: float) -> list[Goal]:
    """Every request has an id that no other has: a parameter that the pipe does not know makes the others new."""
    numbers = count()
    asked = {
        "tinylite": (_get(f"{path}{n % ROWS}&n={n}") for n in numbers),
        "naive": (_get(f"/one_point?id={n % ROWS}") for n in numbers),
        **{peer.name: _asking(peer) for peer in peers},
    }
    rows, goals = [], []
    for connections in CONNECTIONS:
        found = _rounds(servers, asked, connections)
        rows += _rows(found, connections)
        at = f"not kept, {connections} connections"
        mine = median(found["tinylite"])
        if connections == 1:
            goals.append(Goal("one connection, p50 above the same in process, ms", mine.p50 - alone, most=0.5))
            continue
        goals.append(Goal(f"{at}: rate over naive", _ratio(found, "tinylite", "naive"), least=1.6))
        goals.append(Goal(f"{at}: p99 over naive's", _ratio(found, "tinylite", "naive", "p99"), most=0.33))
        for peer in peers:
            goals.append(Goal(f"{at}: rate over {peer.name}", _ratio(found, "tinylite", peer.name), least=1.6))
        if connections == 64:
            goals.append(Goal(f"{at}: p99 over p50", mine.p99 / mine.p50, most=5))
    print(f"not kept (in process p50 {alone:.2f} ms)\n")
    show(COLUMNS, rows)
    return goals


def _kept(servers: dict[str, _Server], path: str, what: str) -> list[Goal]:
    rows, goals = [], []
    for connections in CONNECTIONS:
        found = _rounds(servers, {"tinylite": repeat(_get(f"{path}7")), "bare": repeat(_get("/"))}, connections)
        rows += _rows(found, connections)
        if connections > 1:
            ratio = _ratio(found, "tinylite", "bare")
            goals.append(Goal(f"{what}, {connections} connections: rate over bare ASGI", ratio, least=0.8))
    print(f"{what}\n")
    show(COLUMNS, rows)
    return goals


if __name__ == "__main__":
    main()
