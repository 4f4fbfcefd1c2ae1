"""What is read and written: long answers, a day's top pages and look-ups over 10 million rows. All in process.

python -m benchmarks.rows
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import show
from tinylite.engine.base import Limits
from tinylite.formats.body import Writing
from tinylite.formats.table import FORMATS
from tinylite.project import load
from tinylite.workspace import Workspace

ROWS = 10_000_000
SCHEMA = "SCHEMA >\n    timestamp DateTime, user_id String, page String, duration Float64\n"
FILES = {
    "by_time.datasource": SCHEMA + "ENGINE_SORTING_KEY timestamp\n",
    "by_user.datasource": SCHEMA + "ENGINE_SORTING_KEY user_id, timestamp\n",
}
EVENTS = (
    "SELECT TIMESTAMP '2026-01-01' + INTERVAL (range * 7776000 // {0}) SECOND AS timestamp, "
    "'user_' || (hash(range) % 500000) AS user_id, '/page/' || (hash(range * 3) % 1000) AS page, "
    "(hash(range * 7) % 100000) / 7 AS duration FROM range({0})"
)
TOP = (
    "SELECT page, count() AS hits FROM by_time WHERE timestamp >= '2026-02-01 00:00:00' AND timestamp < "
    "'2026-02-02 00:00:00' GROUP BY page ORDER BY hits DESC, page LIMIT 10"
)
BARE_TOP = (
    "SELECT page, count(*) AS hits FROM by_time WHERE timestamp >= TIMESTAMP '2026-02-01 00:00:00' AND timestamp < "
    "TIMESTAMP '2026-02-02 00:00:00' GROUP BY page ORDER BY hits DESC, page LIMIT 10"
)
LOOK_UP = "SELECT count() AS n, sum(duration) AS d FROM {} WHERE user_id = 'user_{}'"


def _median(work: Callable[[int], object], times: int) -> float:
    """Milliseconds."""
    found = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in FILES.items():
            (folder / path).write_text(text, encoding="utf-8")
        workspace = Workspace.open(folder / "data")
        build = workspace.build(load(folder))
        assert not build.errors, build.errors
        for table, order in (("by_time", "timestamp"), ("by_user", "user_id, timestamp")):
            with workspace.engine.transaction(table) as writer:
                writer.execute(f'INSERT INTO "{table}" {EVENTS.format(ROWS)} ORDER BY {order}')
        workspace.engine.checkpoint()
        _long(workspace)
        _top(workspace)
        _look_ups(workspace)
        workspace.close()


def _body(workspace: Workspace, sql: str) -> int:
    from tinylite.project import adhoc

    class Output(Writing):
        file = ""

    snapshot = workspace.at("")
    output = Output(FORMATS["JSON"], workspace.engine.staging, Limits())
    program = adhoc(snapshot.library, sql)
    prepared = program.prepare({}, workspace.secret)
    plan = snapshot.callers_plans.compiled(prepared)
    answered = workspace.queries._execute(prepared, plan, Limits(), output)
    return int(getattr(answered.made, "size", 0))


def _long(workspace: Workspace) -> None:
    """The fastest ways that are known from rows of DuckDB's to JSON, which write no ClickHouse JSON."""
    select = "SELECT timestamp, user_id, page, duration FROM by_time LIMIT 100000"
    cursor = workspace.engine.cursor()

    def aggregated(number: int) -> object:
        sql = f"SELECT encode('[' || string_agg(to_json(q)::VARCHAR, ',') || ']') FROM ({select}) AS q"
        return cursor.execute(sql).fetchall()

    fastest = [_median(aggregated, 3)]
    _body(workspace, select)
    ours, theirs = [], []
    for _ in range(7):
        ours.append(_median(lambda n: _body(workspace, select), 1))
        theirs.append(_median(aggregated, 1))
    mine, other = statistics.median(ours), statistics.median([*theirs, *fastest])
    rows = [("100,000 rows", f"{mine:.0f}", f"{other:.0f}", f"{other / mine:.2f}")]
    show(("answer", "tinylite ms", "DuckDB to JSON ms", "ratio"), rows)


def _top(workspace: Workspace) -> None:
    cursor = workspace.engine.cursor()
    _body(workspace, TOP)
    ours, bare = [], []
    for _ in range(15):
        ours.append(_median(lambda n: _body(workspace, TOP), 1))
        bare.append(_median(lambda n: cursor.execute(BARE_TOP).fetchall(), 1))
    mine, engine = statistics.median(ours), statistics.median(bare)
    show(
        ("10M rows", "tinylite ms", "bare engine ms", "ratio"),
        [("top pages of a day", f"{mine:.1f}", f"{engine:.1f}", f"{mine / engine:.2f}")],
    )


def _look_ups(workspace: Workspace) -> None:
    cursor = workspace.engine.cursor()
    bare = "SELECT count(*), sum(duration) FROM {} WHERE user_id = 'user_{}'"
    found = {
        table: _median(lambda n, t=table: cursor.execute(bare.format(t, 1000 + n * 7)).fetchall(), 9)  # type: ignore[misc]
        for table in ("by_time", "by_user")
    }
    rows = [
        ("full scan", f"{found['by_time']:.1f}", ""),
        ("sorted by user", f"{found['by_user']:.2f}", f"{found['by_time'] / found['by_user']:.0f}"),
    ]
    show(("WHERE user_id = … over 10M rows", "ms", "times faster"), rows)


if __name__ == "__main__":
    main()
