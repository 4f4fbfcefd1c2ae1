"""A project with many rows moves from DuckDB to ClickHouse (chDB) while events come, and answers as if it had not.

python -m benchmarks.move [--rows N] [--engine URL]

A server gets the rows, and events while `tinylite migrate` runs and after it; then it is started again with its engine.
A second server that stays on DuckDB gets the same rows and events. All that is asked must be answered alike by both.
Exit status 1 when it is not. With 10 million rows it takes some minutes, and about 4 GB of disk.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from benchmarks.ingest import SCHEMA, Server, events, serving
from benchmarks.table import show

ROWS = 10_000_000
_AT_ONCE = 1_000_000
_BATCH = 100
"""Events of a request; ten requests a second."""
FILES = {
    "user_events.datasource": SCHEMA,
    "hourly.datasource": """SCHEMA >
    hour DateTime, device_type String, hits AggregateFunction(count), users AggregateFunction(uniqExact, String)
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY hour, device_type
""",
    "daily.datasource": """SCHEMA >
    day Date, event_type String, hits AggregateFunction(count), length AggregateFunction(avg, UInt64),
    last AggregateFunction(argMax, String, DateTime), longest SimpleAggregateFunction(max, UInt64)
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY day, event_type
""",
    "by_hour.pipe": """NODE n
SQL >
    SELECT toStartOfHour(timestamp) AS hour, device_type, countState() AS hits, uniqExactState(user_id) AS users
    FROM user_events GROUP BY hour, device_type
TYPE materialized
DATASOURCE hourly
""",
    "by_day.pipe": """NODE n
SQL >
    SELECT toDate(timestamp) AS day, event_type, countState() AS hits, avgState(length(page_url)) AS length,
        argMaxState(event_id, timestamp) AS last, max(length(page_url)) AS longest
    FROM user_events GROUP BY day, event_type
TYPE materialized
DATASOURCE daily
""",
    "fill.pipe": """NODE n
SQL >
    %
    SELECT concat('row_', toString(n)) AS event_id, concat('user_', toString(n * 7919 % 50000)) AS user_id,
        concat('sess_', toString(intDiv(n, 12))) AS session_id,
        ['page_view', 'click', 'scroll'][n % 3 + 1] AS event_type,
        concat('/products/', toString(n * 31 % 400)) AS page_url, '' AS referrer,
        ['desktop', 'mobile'][n % 2 + 1] AS device_type, 'Firefox' AS browser, 'ES' AS country, 'Madrid' AS city,
        '{}' AS properties, toDateTime('2025-10-01 00:00:00') + toUInt32(n % 7775999) AS timestamp
    FROM (SELECT number + {{UInt64(start, 0)}} AS n FROM numbers({{UInt64(count, 1)}}))
TYPE copy
TARGET_DATASOURCE user_events
""",
}
QUESTIONS = {
    "rows": "SELECT count() AS n, uniqExact(event_id) AS ids, min(timestamp) AS a FROM user_events",
    "raw, by device": "SELECT device_type, count() AS n, uniqExact(user_id) AS u FROM user_events GROUP BY device_type "
    "ORDER BY device_type",
    "raw, a user": "SELECT event_type, count() AS n, sum(length(page_url)) AS s FROM user_events "
    "WHERE user_id = 'user_7919' GROUP BY event_type ORDER BY event_type",
    "view, taken along": "SELECT day, event_type, countMerge(hits) AS n, round(avgMerge(length), 9) AS l, "
    "argMaxMerge(last) AS i, max(longest) AS m FROM daily GROUP BY day, event_type ORDER BY day, event_type",
    "view, derived anew": "SELECT hour, device_type, countMerge(hits) AS n, uniqExactMerge(users) AS u FROM hourly "
    "GROUP BY hour, device_type ORDER BY hour, device_type",
}


def write_project(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)


def fill(server: Server, rows: int) -> float:
    """Seconds."""
    started, connection = time.perf_counter(), server.connection()
    for start in range(0, rows, _AT_ONCE):
        count = min(_AT_ONCE, rows - start)
        path = f"/v0/pipes/fill/copy?start={start}&count={count}&token={server.token}"
        connection.request("POST", path)
        job = json.loads(connection.getresponse().read())["job"]
        while job["status"] not in ("done", "error", "cancelled"):
            time.sleep(0.1)
            job = json.loads(server.get(connection, f"/v0/jobs/{job['id']}"))
        if job["status"] != "done":
            raise RuntimeError(job)
    return time.perf_counter() - started


class Sender:
    """Sends events until it is told to stop; `sent` is how many."""

    def __init__(self, server: Server) -> None:
        self.sent = 0
        self.longest = 0.0
        """Seconds until one request was acknowledged."""
        self._server = server
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        connection = self._server.connection()
        while not self._stop.wait(0.1):
            started = time.perf_counter()
            self._server.post(connection, b"\n".join(events(_BATCH, self.sent)))
            self.longest = max(self.longest, time.perf_counter() - started)
            self.sent += _BATCH


def answers(server: Server) -> dict[str, object]:
    connection = server.connection()
    found = {}
    for name, sql in QUESTIONS.items():
        found[name] = json.loads(server.get(connection, f"/v0/sql?q={quote(sql + ' FORMAT JSON')}"))["data"]
    return found


def migrate(folder: Path, engine: str) -> tuple[float, str]:
    """Seconds, and what the command said."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "tinylite", "migrate", "--path", str(folder), "--to", engine],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return time.perf_counter() - started, done.stdout


def until_sent(server: Server, count: int) -> None:
    """Until what passes through is where it stays."""
    connection, deadline = server.connection(), time.monotonic() + 120
    while time.monotonic() < deadline:
        ((found,),) = (row.values() for row in json.loads(
            server.get(connection, f"/v0/sql?q={quote('SELECT count() AS n FROM user_events FORMAT JSON')}")
        )["data"])  # fmt: skip
        if found == count:
            return
        time.sleep(0.2)
    raise RuntimeError(f"{found:,} rows, not {count:,}")


def run(rows: int, engine: str, folder: Path) -> Sequence[tuple[str, str]]:
    """What was seen; RuntimeError when an answer differs."""
    moved, stayed = folder / "moved", folder / "stayed"
    engine = engine or f"chdb://{folder / 'clickhouse'}"
    for each in (moved, stayed):
        each.mkdir()
        write_project(each)
    with serving(moved) as server:
        filled = fill(server, rows)
        with Sender(server) as sender:
            seconds, said = migrate(moved, engine)
            during = sender.sent
            time.sleep(1)
    print(said)
    (moved / "tinylite.yaml").write_text(f"engine: {engine}\n")
    with serving(moved) as server:
        server.post(server.connection(), b"\n".join(events(_BATCH, sender.sent)))
        until_sent(server, rows + sender.sent + _BATCH)
        there = answers(server)
    with serving(stayed) as server:
        fill(server, rows)
        for start in range(0, sender.sent + _BATCH, _BATCH):
            server.post(server.connection(), b"\n".join(events(_BATCH, start)))
        until_sent(server, rows + sender.sent + _BATCH)
        here = answers(server)
    unlike = [name for name in QUESTIONS if here[name] != there[name]]
    if unlike:
        raise RuntimeError("\n".join(f"{name}\n{here[name]}\n{there[name]}"[:2000] for name in unlike))
    counted = sum(len(found) for found in here.values() if isinstance(found, list))
    return [
        ("rows before", f"{rows:,}, filled in {filled:.0f} s"),
        ("moved in", f"{seconds:.0f} s, {rows / seconds:,.0f} rows a second"),
        ("events that came meanwhile", f"{during:,}; the longest was acknowledged after {sender.longest:.1f} s"),
        ("events between the move and the restart", f"{sender.sent - during:,}"),
        ("answers", f"{len(QUESTIONS)} questions, {counted:,} rows, all alike"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Moves many rows to ClickHouse while events come.")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--engine", default="", help="http://… or chdb:///folder; else chDB in a folder of its own")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        try:
            show(("what", "seen"), run(options.rows, options.engine, Path(name)))
        except RuntimeError as problem:
            sys.exit(f"it failed: {problem}")


if __name__ == "__main__":
    main()
