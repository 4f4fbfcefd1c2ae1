"""Ingestion over HTTP beside DuckDB's own load of the same NDJSON, and beside a server that only reads bodies.

python -m benchmarks.ingest [--rows N] [--append GIGABYTES]

Rounds are interleaved, so that the ratios of one run can be compared. `--rows` is how many rows the table has before;
`--append` adds one long load, and tells how much memory the server took for it.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import duckdb

from benchmarks.load import run
from benchmarks.table import show
from tinylite.cli import server_file

EVENTS = 100_000
ROUNDS = 5
SECONDS = 2.0
SCHEMA = """SCHEMA >
    event_id String, user_id String, session_id String, event_type String, page_url String, referrer String,
    device_type String, browser String, country String, city String, properties String, timestamp DateTime
ENGINE_SORTING_KEY timestamp, user_id, event_type
"""
DASHBOARD = """NODE hours
SQL >
    SELECT toStartOfHour(timestamp) AS hour, count() AS hits, uniq(user_id) AS users FROM user_events
    WHERE timestamp >= '2026-01-05 00:00:00' AND timestamp < '2026-01-06 00:00:00' GROUP BY hour ORDER BY hour
TYPE endpoint
"""
_NAMES = (
    "event_id user_id session_id event_type page_url referrer device_type browser country city properties timestamp"
)
_COLUMNS = {name: "TIMESTAMP" if name == "timestamp" else "VARCHAR" for name in _NAMES.split()}


def events(count: int, start: int = 0) -> list[bytes]:
    """About 380 bytes each."""
    return [
        json.dumps(
            {
                "event_id": f"evt_{i:08}", "user_id": f"user_{i * 7919 % 5000:05}", "session_id": f"sess_{i // 8:07}",
                "event_type": ("page_view", "click", "scroll")[i % 3], "page_url": f"/products/{i * 31 % 400}?ref=home",
                "referrer": "https://search.example/results", "device_type": ("desktop", "mobile")[i % 2],
                "browser": "Firefox", "country": "ES", "city": "Madrid",
                "properties": json.dumps({"button_id": f"btn_{i % 9}", "page_section": "main"}),
                "timestamp": f"2026-01-{i // 3600 % 28 + 1:02} {i // 150 % 24:02}:{i // 60 % 60:02}:{i % 60:02}",
            }
        ).encode()
        for i in range(start, start + count)
    ]  # fmt: skip


def bare_load(folder: Path, body: bytes) -> float:
    """Seconds of DuckDB's typed read_json into a table of a file."""
    path = folder / "events.ndjson"
    path.write_bytes(body)
    database = folder / "bare.duckdb"
    for file in folder.glob("bare.duckdb*"):
        file.unlink()
    with duckdb.connect(str(database)) as connection:
        columns = ", ".join(f"{name}: '{type_}'" for name, type_ in _COLUMNS.items())
        started = time.perf_counter()
        connection.execute(
            f"CREATE TABLE t AS SELECT * FROM read_json('{path}', columns = {{{columns}}}, "
            "format = 'newline_delimited')"
        )
        return time.perf_counter() - started


@dataclass
class Server:
    port: int
    token: str
    pid: int

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def post(self, connection: http.client.HTTPConnection, body: bytes, rest: str = "") -> None:
        path = f"/v0/events?name=user_events&token={self.token}{rest}"
        while True:
            connection.request("POST", path, body)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 503:
                break
            time.sleep(0.05)
        if answer.status not in (200, 202):
            raise RuntimeError(f"{answer.status} {text!r}")

    def get(self, connection: http.client.HTTPConnection, path: str) -> bytes:
        connection.request("GET", f"{path}{'&' if '?' in path else '?'}token={self.token}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(body)
        return body

    def memory(self) -> float:
        """The most megabytes that it has ever had."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tinylite", "dev", str(folder), "--port", "0"],
        stdout=subprocess.DEVNULL,
        env={**os.environ, "TINYLITE_MAX_BODY": str(1 << 27)},
    )
    try:
        while (running := server_file.read(folder / ".tinylite")) is None or running.pid != process.pid:
            if process.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        yield Server(int(urlsplit(running.url).port or 0), running.token, process.pid)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def bare_server() -> Iterator[int]:
    port = 20_000 + os.getpid() % 20_000
    command = ["uvicorn", "benchmarks.body_app:app", "--port", str(port), "--log-level", "error", "--no-access-log"]
    process = subprocess.Popen([sys.executable, "-m", *command])
    try:
        until = time.monotonic() + 30
        while True:
            try:
                http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/")
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def prefill(folder: Path, rows: int) -> None:
    """Straight into the table, sorted."""
    if not rows:
        return
    step = 90 * 86400 * 10**6 // rows
    columns = (
        "'evt_' || i", "'user_' || (i * 7919 % 5000)", "'sess_' || (i // 8)",
        "['page_view', 'click', 'scroll'][i % 3 + 1]", "'/products/' || (i * 31 % 400) || '?ref=home'",
        "'https://search.example/results'", "['desktop', 'mobile'][i % 2 + 1]", "'Firefox'", "'ES'", "'Madrid'",
        "'{\"button_id\": \"btn_' || (i % 9) || '\"}'", f"TIMESTAMP '2025-11-01' + to_microseconds(i * {step})",
    )  # fmt: skip
    with duckdb.connect(str(folder / ".tinylite" / "data.duckdb")) as connection:
        connection.execute("SET checkpoint_threshold = '256MB'")
        connection.execute(f"INSERT INTO user_events SELECT {', '.join(columns)} FROM range({rows}) AS r(i)")


def bodies(server: Server, folder: Path, body: bytes, size: int, connections: int) -> tuple[float, float, float]:
    """MB/s over HTTP and bare, and the ratio: medians of rounds. Of bodies with `size` events."""
    lines = body.split(b"\n")
    parts = [b"\n".join(lines[start : start + size]) for start in range(0, len(lines), size)] * (
        2 if size == EVENTS else 1
    )
    sent = len(body) * (2 if size == EVENTS else 1) / 1e6
    pool = [server.connection() for _ in range(connections)]
    mine, theirs = [], []

    def send(number: int) -> None:
        for part in parts[number::connections]:
            server.post(pool[number], part)

    with ThreadPoolExecutor(connections) as threads:
        for _ in range(ROUNDS):
            theirs.append(len(body) / 1e6 / bare_load(folder, body))
            started = time.perf_counter()
            for done in [threads.submit(send, number) for number in range(connections)]:
                done.result()
            mine.append(sent / (time.perf_counter() - started))
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    return statistics.median(mine), statistics.median(theirs), statistics.median(ratios)


def singles(server: Server, bare: int, connections: int) -> tuple[float, float, float, float]:
    """Requests a second, acknowledged and bare, the ratio, and our p99 in milliseconds."""
    lines = events(2000)

    def requests(path: str) -> Iterator[bytes]:
        return itertools.cycle(
            f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(line)}\r\n\r\n".encode() + line
            for line in lines
        )

    path = f"/v0/events?name=user_events&token={server.token}"
    mine, theirs, p99 = [], [], []
    for _ in range(ROUNDS):
        load = run(server.port, requests(path), connections, SECONDS)
        mine.append(load.rate)
        p99.append(load.p99)
        theirs.append(run(bare, requests("/"), connections, SECONDS).rate)
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    return statistics.median(mine), statistics.median(theirs), statistics.median(ratios), statistics.median(p99)


class Stream:
    """Sends so many megabytes a second, in bodies of 100 events, until it is stopped."""

    def __init__(self, server: Server, megabytes: float) -> None:
        self._server = server
        self._body = b"\n".join(events(100))
        self._every = len(self._body) / 1e6 / megabytes
        self._stop = threading.Event()
        self.sent = 0
        self._threads = [threading.Thread(target=self._send, args=(number,), daemon=True) for number in range(4)]

    def _send(self, number: int) -> None:
        connection = self._server.connection()
        due = time.perf_counter() + number * self._every
        while not self._stop.is_set():
            if (rest := due - time.perf_counter()) > 0:
                time.sleep(rest)
            due += self._every * len(self._threads)
            self._server.post(connection, self._body)
            self.sent += len(self._body)

    def __enter__(self) -> Stream:
        self._started = time.perf_counter()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.rate = self.sent / 1e6 / (time.perf_counter() - self._started)
        self._stop.set()
        for thread in self._threads:
            thread.join()


def freshness(server: Server, seconds: float) -> list[float]:
    """Milliseconds from the acknowledgement of an event until a question sees it."""
    sender, reader = server.connection(), server.connection()
    found = []
    until = time.perf_counter() + seconds
    for number in itertools.count():
        if time.perf_counter() > until:
            return sorted(found)
        mark = f"mark_{time.time_ns()}_{number}"
        event = json.loads(events(1)[0]) | {"event_id": mark, "timestamp": "2026-02-01 00:00:00"}
        server.post(sender, json.dumps(event).encode())
        acknowledged = time.perf_counter()
        where = f"timestamp = '2026-02-01 00:00:00' AND event_id = '{mark}'"
        path = f"/v0/sql?q={quote(f'SELECT count() FROM user_events WHERE {where} FORMAT TSV')}"
        while server.get(reader, path).strip() != b"1":
            time.sleep(0.002)
        found.append((time.perf_counter() - acknowledged) * 1000)
        time.sleep(0.05)
    return found


def dashboard(server: Server, seconds: float) -> list[float]:
    """Milliseconds of a question for one day by hour, asked twenty times a second and never kept."""
    connection, found = server.connection(), []
    until = time.perf_counter() + seconds
    for number in itertools.count():
        if time.perf_counter() > until:
            break
        started = time.perf_counter()
        server.get(connection, f"/v0/pipes/hours.json?nothing={number}")
        found.append((time.perf_counter() - started) * 1000)
        time.sleep(0.05)
    return sorted(found)


def _at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


def _long_append(server: Server, gigabytes: float, body: bytes) -> str:
    connection, sent, started = server.connection(), 0, time.perf_counter()
    while sent < gigabytes * 1e9:
        server.post(connection, body)
        sent += len(body)
    rate = sent / 1e6 / (time.perf_counter() - started)
    return f"{sent / 1e9:.1f} GB in bodies of {EVENTS:,} events: {rate:.0f} MB/s"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--append", type=float, default=0.0)
    options = parser.parse_args()
    body = b"\n".join(events(EVENTS))
    print(f"events of {len(body) / EVENTS:.0f} bytes; {options.rows:,} rows before; load {os.getloadavg()[0]:.1f}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "user_events.datasource").write_text(SCHEMA)
        (folder / "hours.pipe").write_text(DASHBOARD)
        if options.rows:
            with serving(folder):
                pass
            prefill(folder, options.rows)
        with serving(folder) as server:
            rows = []
            for size, connections in ((EVENTS, 1), (EVENTS, 2), (1000, 8)):
                mine, theirs, ratio = bodies(server, folder, body, size, connections)
                what = f"bodies of {size:,} events, {connections} connections"
                rows.append((what, f"{mine:.0f} MB/s", f"{theirs:.0f} MB/s: DuckDB's own load", f"{ratio:.2f}"))
            with bare_server() as bare:
                for connections in (1, 64):
                    rate, hello, ratio, p99 = singles(server, bare, connections)
                    what = f"single events, {connections} connections (p99 {p99:.1f} ms)"
                    rows.append((what, f"{rate:,.0f}/s", f"{hello:,.0f}/s: bodies only read", f"{ratio:.2f}"))
            idle = dashboard(server, 5)
            with Stream(server, 20) as stream:
                time.sleep(2)
                fresh = freshness(server, 8)
            with Stream(server, 20) as other:
                time.sleep(2)
                busy = dashboard(server, 8)
            what = f"seen after the acknowledgement, at {stream.rate:.0f} MB/s"
            rows.append((what, f"p50 {_at(fresh, 0.5):.0f} ms", f"p90 {_at(fresh, 0.9):.0f} ms", ""))
            what = f"dashboard question's p99, at {other.rate:.0f} MB/s"
            ratio = _at(busy, 0.99) / _at(idle, 0.99)
            rows.append((what, f"{_at(busy, 0.99):.0f} ms", f"{_at(idle, 0.99):.0f} ms: idle", f"{ratio:.2f}"))
            show(("what", "here", "beside", "ratio"), rows)
            if options.append:
                print(_long_append(server, options.append, body))
            print(f"at most {server.memory():.0f} MB of memory")


if __name__ == "__main__":
    main()
