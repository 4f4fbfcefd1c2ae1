"""What tinylite takes in front of ClickHouse: a trivial endpoint beside the driver's own call of the same statement.

python -m benchmarks.front [--engine http://default@localhost:8123/benchmark]

Without --engine a loopback HTTP interface over chDB stands in for a server, in a process of its own, as tinylite is in
another one. The driver gives the same settings with the statement. Calls are interleaved, one after the other on a
connection that stays open, each with other values: nothing is kept. The processor's time is that of tinylite's process
and of this one while it uses the driver; it suffers least from what else the machine does. Takes half a minute.
"""

from __future__ import annotations

import argparse
import http.client
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.endpoint import FILES, free_port, processor_seconds, started
from benchmarks.table import Goal, show, show_goals
from tests.clickhouse.front import serving
from tinylite.cli import server_file
from tinylite.engine.clickhouse.rows import SERVING

CALLS = 1500
_WARM = 100
_LIMIT = 0.5
"""Milliseconds."""
SQL = "SELECT id, value FROM points WHERE id = {id:UInt32} LIMIT {limit:Int32}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", default="")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine = arguments.engine or f"{stack.enter_context(serving()).url}/benchmark"
        took: dict[str, list[float]] = {"driver": [], "tinylite": []}
        pid, endpoint = _endpoint(stack, folder, engine)
        ask = {"tinylite": endpoint, "driver": _driver(engine)}
        used = dict.fromkeys(ask, 0.0)
        for number in range(CALLS + _WARM):
            for name, call in ask.items():
                begun, cpu = time.perf_counter(), time.process_time()
                call(number % 1000, 10 + number)
                if number >= _WARM:
                    took[name].append(1000 * (time.perf_counter() - begun))
                    used[name] += time.process_time() - cpu
            if number == _WARM - 1:
                before = processor_seconds(pid)
        used["tinylite"] = processor_seconds(pid) - before
    rows = [(name, *(f"{_at(times, share):.2f}" for share in (0.1, 0.5, 0.9))) for name, times in took.items()]
    show(("one row by a parameter, ms a call", "p10", "p50", "p90"), rows)
    above = _at(took["tinylite"], 0.5) - _at(took["driver"], 0.5)
    paired = statistics.median(ours - theirs for ours, theirs in zip(took["tinylite"], took["driver"], strict=True))
    more = 1000 * (used["tinylite"] - used["driver"]) / CALLS
    show_goals([
        Goal("p50 above the driver's own call, ms", above, most=_LIMIT),
        Goal("median of the differences, call by call, ms", paired, most=_LIMIT),
        Goal("processor's time above the driver's, ms a call", more, most=_LIMIT),
    ])  # fmt: skip


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def _endpoint(stack: ExitStack, folder: Path, engine: str) -> tuple[int, Callable[[int, int], None]]:
    """The server's process, and a call of it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    port = free_port()
    command = [sys.executable, "-m", "tinylite", "dev", str(folder), "--port", str(port), "--no-merges"]
    server = stack.enter_context(started(command, port, "/v0/health", TINYLITE_ENGINE=engine))
    until = time.monotonic() + 10
    while (running := server_file.read(folder / ".tinylite")) is None:
        assert time.monotonic() < until, "the server has not told its token"
        time.sleep(0.05)
    token = running.token
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def call(id: int, limit: int) -> None:
        connection.request("GET", f"/v0/pipes/one_point.json?id={id}&limit={limit}&token={token}")
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200, body

    return server.pid, call


def _driver(engine: str) -> Callable[[int, int], None]:
    from clickhouse_connect import get_client

    parts = urlsplit(engine)
    client = get_client(
        interface=parts.scheme, host=parts.hostname, port=parts.port, username=unquote(parts.username or "default"),
        password=unquote(parts.password or ""), database=parts.path.strip("/"), autogenerate_session_id=False,
        settings=SERVING, compress=False,
    )  # fmt: skip

    def call(id: int, limit: int) -> None:
        settings = {"max_execution_time": "10", "query_id": str(uuid.uuid4())}
        client.raw_query(SQL, parameters={"id": id, "limit": limit}, fmt="JSON", settings=settings)

    return call


if __name__ == "__main__":
    main()
