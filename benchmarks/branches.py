"""What a branch of a workspace with many rows costs, beside copying its rows.

python -m benchmarks.branches [ROWS]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.ingest import SCHEMA
from benchmarks.table import show
from tinylite.deploy import Workspaces
from tinylite.engine.base import Limits
from tinylite.project import load
from tinylite.sql.physical import quoted
from tinylite.workspace import Workspace

ROWS = 10_000_000
_ROUNDS = 3
_MADE = """
SELECT md5(i::VARCHAR), 'u' || (i * 7919 % 50000), 's' || (i // 12), 'page_view',
    'https://shop.example.com/p/' || (i * 31 % 400), ['desktop', 'mobile'][i % 2 + 1],
    TIMESTAMP '2026-01-01' + to_seconds(i * 7775999 // $count)
FROM range($count) t(i)
"""


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall clock and of the processor."""
    wall, cpu = time.perf_counter(), os.times()
    work()
    now = os.times()
    return time.perf_counter() - wall, sum(now[:4]) - sum(cpu[:4])


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "user_events.datasource").write_text(f'{SCHEMA}ENGINE_PARTITION_KEY "toYYYYMM(timestamp)"\n')
        home = Workspace.open(folder / "data", Limits(seconds=600))
        try:
            assert not home.build(load(folder)).errors
            columns = "event_id, user_id, session_id, event_type, page_url, device_type, timestamp"
            with home.engine.transaction("user_events") as writer:
                writer.execute(f"INSERT INTO {quoted('user_events')} ({columns}) {_MADE}", {"count": count})
            home.engine.checkpoint()
            size = home.folder.database.stat().st_size
            print(f"{count:,} events, a database of {size / 1e6:,.0f} MB\n")
            workspaces = Workspaces(home)
            ways: dict[str, Callable[[int], object]] = {
                "backup: all rows copied": lambda n: home.backups.make(f"copy{n}"),
                "branch without rows": lambda n: workspaces.branch(f"bare{n}"),
                "branch --all-data": lambda n: workspaces.branch(f"all{n}", "all_data"),
                "branch --last-partition": lambda n: workspaces.branch(f"last{n}", "last_partition"),
            }
            took: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            for number in range(_ROUNDS):
                for way, work in ways.items():
                    took[way].append(timed(lambda work=work, number=number: work(number)))  # type: ignore[misc]
            workspaces.close()
        finally:
            home.close()
    best = {way: min(each) for way, each in took.items()}
    whole = best["backup: all rows copied"][0]
    rows = [(way, f"{wall:.2f}", f"{cpu:.2f}", f"{wall / whole:.2f}") for way, (wall, cpu) in best.items()]
    show(("what", "s", "s of the processor", "of the backup"), rows)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
