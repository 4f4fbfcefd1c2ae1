"""A data folder moves to ClickHouse while events come: every row once, answers as before, whatever is killed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.clickhouse.front import Front, serving
from tests.workspace.projects import ask, project
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.clickhouse.rows import Address
from tinylite.workspace import Workspace, moving
from tinylite.workspace.home import Home

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")
pytest.importorskip("clickhouse_connect", reason="the driver is not installed: pip install 'tinylite[clickhouse]'")

FILES = {
    "events.datasource": """\
SCHEMA >
    at DateTime64(3) `json:$.at`,
    user LowCardinality(String) `json:$.user`,
    ms Nullable(Float64) `json:$.ms`,
    tags Array(String) `json:$.tags[:]`
ENGINE MergeTree
ENGINE_PARTITION_KEY toYYYYMM(at)
ENGINE_SORTING_KEY user, at
""",
    "users.datasource": """\
SCHEMA >
    user String,
    plan String,
    changed UInt32
ENGINE ReplacingMergeTree
ENGINE_SORTING_KEY user
ENGINE_VER changed
""",
    "hourly.datasource": """\
SCHEMA >
    hour DateTime,
    hits AggregateFunction(count),
    spent AggregateFunction(sum, Nullable(Float64)),
    slowest SimpleAggregateFunction(max, Nullable(Float64)),
    typical AggregateFunction(quantile(0.5), Nullable(Float64))
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY hour
""",
    "visitors.datasource": """\
SCHEMA >
    day Date,
    users AggregateFunction(uniqExact, LowCardinality(String))
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY day
""",
    "by_hour.pipe": """\
NODE n
SQL >
    SELECT toStartOfHour(toDateTime(at)) AS hour, countState() AS hits, sumState(ms) AS spent, max(ms) AS slowest,
        quantileState(0.5)(ms) AS typical
    FROM events GROUP BY hour
TYPE materialized
DATASOURCE hourly
""",
    "by_day.pipe": """\
NODE n
SQL >
    SELECT toDate(at) AS day, uniqExactState(user) AS users FROM events GROUP BY day
TYPE materialized
DATASOURCE visitors
""",
}
QUESTIONS = [
    "SELECT count() AS n, countIf(ms IS NULL) AS none, sum(length(tags)) AS tags, toString(min(at)) AS a FROM events",
    "SELECT user, count() AS n, sum(ms) AS s FROM events GROUP BY user ORDER BY user",
    "SELECT toString(hour) AS hour, countMerge(hits) AS h, sumMerge(spent) AS s, max(slowest) AS m, "
    "quantileMerge(0.5)(typical) AS q FROM hourly GROUP BY hour ORDER BY hour",
    "SELECT toString(day) AS day, uniqExactMerge(users) AS u FROM visitors GROUP BY day ORDER BY day",
    "SELECT user, plan FROM users FINAL ORDER BY user",
]


def events(first: int, count: int) -> bytes:
    return b"\n".join(
        json.dumps({
            "at": f"2024-0{1 + n % 3}-1{n % 7} {n % 24:02}:{n % 60:02}:00.{n % 1000:03}", "user": f"u{n % 13}",
            "ms": None if n % 11 == 0 else n / 8, "tags": ["a", "ü"][: n % 3],
        }).encode()
        for n in range(first, first + count)
    )  # fmt: skip


def users(version: int) -> bytes:
    return b"\n".join(
        json.dumps({"user": f"u{n}", "plan": f"p{version}", "changed": version}).encode() for n in range(version, 13)
    )


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with serving() as found:
        yield found


def opened(folder: Path, home: Home | None = None) -> Workspace:
    found = Workspace.open(folder / "data", home=home) if home else Workspace.open(folder / "data")
    build = found.build(project(folder, FILES))
    assert not build.errors
    return found


def answers(found: Workspace) -> list[list[tuple[object, ...]]]:
    """Numbers as floats: ClickHouse's come by way of JSON."""
    return [[tuple(map(plain, row)) for row in ask(found, question)] for question in QUESTIONS]


def plain(value: object) -> object:
    return float(value) if isinstance(value, int | float) else value


def moved(found: Workspace, address: Address, *, restart: bool = False) -> tuple[str, str]:
    """How the job ended, and why."""
    job = found.background.jobs.wait(found.moves.submit(address, restart=restart).id, 120)
    return job.status, job.error


def test_a_folder_moves_while_events_come(tmp_path: Path, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "CHUNK", 1500)
    monkeypatch.setattr(moving, "_LITTLE", 100)
    home = Home(Address(f"{front.url}/whole"))
    came, stop = [0], threading.Event()

    def send(to: Workspace) -> None:
        to.ingest.append_now("events", events(came[0], 50))
        came[0] += 50

    def stream(to: Workspace) -> None:
        for _ in range(60):
            if not stop.is_set():
                send(to)

    with closing(opened(tmp_path)) as here:
        here.ingest.append_now("events", events(0, 3000))
        came[0] = 3000
        for version in (1, 2):
            here.ingest.append_now("users", users(version))
        writer = threading.Thread(target=stream, args=[here])
        writer.start()
        try:
            assert moved(here, home.address or Address("")) == ("done", "")
        finally:
            stop.set()
            writer.join()
        send(here)
        with pytest.raises(DiagnosticError, match="have been moved to ClickHouse"):
            here.deletions.truncate("events")
        with pytest.raises(DiagnosticError, match="the rows lie in ClickHouse already"):
            here.moves.submit(home.address or Address(""))
    with pytest.raises(DiagnosticError, match="lie in ClickHouse, and no engine is named"):
        Workspace.open(tmp_path / "data")
    with closing(opened(tmp_path, home)) as there:
        send(there)
        there.clear_outbox()
        there.ingest.append_now("users", users(3))
        there.clear_outbox()
        found = answers(there)
    control = tmp_path / "control"
    control.mkdir()
    with closing(opened(control)) as same:
        same.ingest.append_now("events", events(0, came[0]))
        for version in (1, 2, 3):
            same.ingest.append_now("users", users(version))
        assert found == answers(same)
