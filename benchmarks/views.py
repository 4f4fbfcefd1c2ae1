"""What a materialized view costs when events are loaded, and what it saves when they are asked.

python -m benchmarks.views [ROWS]
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ingest import SCHEMA, events
from benchmarks.table import show
from tinylite.engine.base import Limits
from tinylite.project import load
from tinylite.sql.physical import quoted
from tinylite.workspace import Workspace

EVENTS = 100_000
BLOCKS = 5
ROWS = 10_000_000
_ROLLUP = """SCHEMA >
    hour DateTime, page_url String, device_type String, hits AggregateFunction(count),
    users AggregateFunction(uniq, String)
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY hour, page_url, device_type
"""
_VIEW = """NODE rolled_up
SQL >
    SELECT toStartOfHour(timestamp) AS hour, page_url, device_type, countState() AS hits, uniqState(user_id) AS users
    FROM user_events GROUP BY hour, page_url, device_type
TYPE materialized
DATASOURCE hourly
"""
_DAYS = "timestamp >= '2026-01-01 00:00:00' AND timestamp < '2026-04-01 00:00:00'"
_RAW = (
    "SELECT toDate(timestamp) AS day, device_type, count() AS hits "
    f"FROM user_events WHERE {_DAYS} GROUP BY day, device_type"
)
_ROLLED = (
    f"SELECT toDate(hour) AS day, device_type, countMerge(hits) AS hits FROM hourly "
    f"WHERE {_DAYS.replace('timestamp', 'hour')} GROUP BY day, device_type"
)


@contextmanager
def opened(files: dict[str, str]) -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in files.items():
            (folder / path).write_text(text)
        workspace = Workspace.open(folder / "data", Limits(seconds=600))
        try:
            assert not workspace.build(load(folder)).errors
            yield workspace
        finally:
            workspace.close()


def seconds_a_block(files: dict[str, str], body: bytes) -> float:
    """The median of some loads of the same block."""
    with opened(files) as workspace:
        took = []
        for _ in range(BLOCKS):
            started = time.perf_counter()
            workspace.ingest.append_now("user_events", body)
            took.append(time.perf_counter() - started)
    return statistics.median(took)


def loading() -> None:
    body = b"\n".join(events(EVENTS))
    alone = {"user_events.datasource": SCHEMA}
    viewed = {**alone, "hourly.datasource": _ROLLUP, "fill.pipe": _VIEW}
    bare, with_view = seconds_a_block(alone, body), seconds_a_block(viewed, body)
    print(f"a block of {EVENTS:,} events; the view counts hits and users by hour, page and device\n")
    rows = [
        (what, f"{took * 1000:,.0f}", f"{took / bare:.2f}")
        for what, took in (("alone", bare), ("with the view", with_view))
    ]
    show(("loading", "ms", "of alone"), rows)


def reading(count: int) -> None:
    """Rows are made in the engine, 90 days of them, and go through the view as a population does."""
    with opened({"user_events.datasource": SCHEMA}) as workspace:
        columns = "event_id, user_id, event_type, page_url, device_type, timestamp"
        made = (
            "SELECT 'e' || i, 'u' || (i * 7919 % 50000), 'page_view', '/p/' || (i * 31 % 40), "
            "['desktop', 'mobile'][i % 2 + 1], TIMESTAMP '2026-01-01' + to_seconds(i * 7775999 // $count) "
            "FROM range($count) t(i)"
        )
        with workspace.engine.transaction("user_events") as writer:
            writer.execute(f"INSERT INTO {quoted('user_events')} ({columns}) {made}", {"count": count})
        root = workspace.folder.path.parent
        (root / "hourly.datasource").write_text(_ROLLUP)
        (root / "fill.pipe").write_text(_VIEW)
        for name, sql in (("raw", _RAW), ("rolled", _ROLLED)):
            (root / f"{name}.pipe").write_text(f"NODE {name}_days\nSQL >\n    {sql}\nTYPE endpoint\n")
        assert not workspace.build(load(root)).errors
        started = time.perf_counter()
        workspace.serve()
        (job,) = workspace.background.jobs.all()
        assert workspace.background.jobs.wait(job.id).status == "done"
        print(f"{count:,} events; populating the view took {time.perf_counter() - started:.1f} s\n")
        raw, rolled = (_asked(workspace, name) for name in ("raw", "rolled"))
    rows = [
        ("from the events", f"{raw * 1000:,.1f}", "1"),
        ("from the rollup", f"{rolled * 1000:,.1f}", f"{raw / rolled:,.0f}"),
    ]
    show(("a dashboard of 90 days", "ms", "times faster"), rows)


def _asked(workspace: Workspace, name: str) -> float:
    """The median of some questions to an endpoint; the first one, which compiles it, does not count."""

    async def times() -> list[float]:
        took = []
        for _ in range(8):
            started = time.perf_counter()
            await workspace.ask(name, {})
            took.append(time.perf_counter() - started)
        return took[1:]

    return statistics.median(asyncio.run(times()))


if __name__ == "__main__":
    loading()
    reading(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
