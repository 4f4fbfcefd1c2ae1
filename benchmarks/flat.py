"""Whether a server's memory stays what it is: an hour of load, pressed into minutes.

python -m benchmarks.flat [--events N] [--rate N]

The events of an hour (3.6 million are a thousand a second) come as bodies of a thousand and as single ones, some of
them bad, into a table with a sorting key and through a view into one that merges, while dashboards ask. The memory is
looked at all the while; the last quarter is compared with the second one.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.append import memory
from benchmarks.ingest import DASHBOARD, SCHEMA, Server, events, serving
from benchmarks.table import show

ROLLUP = {
    "by_user.datasource": (
        "SCHEMA >\n    user_id String, hits SimpleAggregateFunction(sum, UInt64), last SimpleAggregateFunction(max, "
        'DateTime)\nENGINE "AggregatingMergeTree"\nENGINE_SORTING_KEY user_id\n'
    ),
    "to_by_user.pipe": (
        "NODE n\nSQL >\n    SELECT user_id, count() AS hits, max(timestamp) AS last FROM user_events GROUP BY user_id\n"
        "TYPE materialized\nDATASOURCE by_user\n"
    ),
    "hours.pipe": DASHBOARD,
    "user_events.datasource": SCHEMA,
}
_BODY = 1000


def _bodies(server: Server, count: int, rate: float) -> None:
    """So many events, each unlike the others, one row in five hundred a bad one."""
    connection = server.connection()
    pattern, started = b"\n".join(events(_BODY)), time.perf_counter()
    for number in range(count // _BODY):
        body = pattern.replace(b"evt_", b"evt_%06d_" % number).replace(b'"2026-01-01', b'"never-01-01', 2)
        server.post(connection, body)
        if (early := (number + 1) * _BODY / rate - (time.perf_counter() - started)) > 0:
            time.sleep(early)


def _singles(server: Server, over: threading.Event) -> None:
    connection, lines = server.connection(), events(2000)
    for line in itertools.cycle(lines):
        if over.wait(0.001):
            return
        server.post(connection, line)


def _questions(server: Server, over: threading.Event) -> None:
    connection = server.connection()
    for number in itertools.count():
        if over.wait(0.1):
            return
        server.get(connection, f"/v0/pipes/hours.json?nothing={number}")
        server.get(connection, "/v0/sql?q=SELECT%20count(),sum(hits)%20FROM%20by_user%20FORMAT%20JSON")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=3_600_000)
    parser.add_argument("--rate", type=float, default=30_000.0, help="events a second, at most")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in ROLLUP.items():
            (folder / file).write_text(text)
        with serving(folder) as server:
            before, seen, over = sum(memory(server.pid).values()), [], threading.Event()
            beside = [threading.Thread(target=work, args=(server, over)) for work in (_singles, _questions)]
            sender = threading.Thread(target=_bodies, args=(server, options.events, options.rate))
            started = time.perf_counter()
            for thread in (*beside, sender):
                thread.start()
            while sender.is_alive():
                sender.join(0.5)
                seen.append(sum(memory(server.pid).values()))
            over.set()
            for thread in beside:
                thread.join()
            took = time.perf_counter() - started
    print(f"{options.events:,} events in {took:.0f} s; {before:.0f} MB before; load {os.getloadavg()[0]:.1f}\n")
    quarters = [seen[len(seen) * part // 4 : len(seen) * (part + 1) // 4] for part in range(4)]
    rows = [
        (f"quarter {number}", f"{statistics.median(part):.0f} MB", f"{max(part):.0f} MB")
        for number, part in enumerate(quarters, 1)
    ]
    show(("when", "median", "at most"), rows)
    print(f"last quarter over the second: {statistics.median(quarters[3]) / statistics.median(quarters[1]):.2f}")


if __name__ == "__main__":
    main()
