"""Small questions are answered on the event loop, and no others."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.server.client import Client, endpoint, served
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.project import ALL
from tinylite.workspace import at_once, queries, records
from tinylite.workspace.at_once import AtOnce

FILES = {
    "points.datasource": (
        "SCHEMA >\n    `id` UInt32 `json:$.id`, `value` String `json:$.value`\nENGINE_SORTING_KEY id\n"
    ),
    "point.pipe": endpoint("SELECT id, value FROM points WHERE id = {{UInt32(id, 1)}} LIMIT 10"),
    "joined.pipe": endpoint("SELECT count() AS n FROM points AS a JOIN points AS b ON a.id = b.id"),
    "asked.pipe": endpoint("SELECT count() AS n FROM tinybird.pipe_stats_rt"),
    "fails.pipe": endpoint("SELECT throwIf(id = {{UInt32(id, 1)}}, 'never') AS x FROM points"),
}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    # However slow the machine is.
    monkeypatch.setattr(at_once, "SHORT", 10.0)
    monkeypatch.setattr(queries, "LONGEST", 20.0)
    # Nobody writes meanwhile.
    monkeypatch.setattr(records, "_EVERY", 3600.0)
    with served(tmp_path, FILES) as client:
        client.post("/v0/events", b"\n".join(b'{"id":%d,"value":"v%d"}' % (n, n) for n in range(20)), name="points")
        yield client


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads that ran queries, one after the other."""
    found: list[str] = []
    query: Callable[..., object] = DuckDBEngine.query

    def noted(*args: object, **settings: object) -> object:
        found.append(threading.current_thread().name)
        return query(*args, **settings)

    monkeypatch.setattr(DuckDBEngine, "query", noted)
    return found


def ids(client: Client, *wanted: int, pipe: str = "point") -> list[object]:
    return [client.get(f"/v0/pipes/{pipe}.json", id=number).data for number in wanted]


def test_a_kind_is_met_on_a_thread_and_answered_on_the_event_loop_from_then_on(
    client: Client, threads: list[str]
) -> None:
    assert ids(client, 3, 4, 5) == [[{"id": n, "value": f"v{n}"}] for n in (3, 4, 5)]
    assert threads == ["tinylite-quick", "MainThread", "MainThread"]


@pytest.mark.parametrize("pipe", ["joined", "asked"])
def test_joins_and_records_are_for_threads(client: Client, threads: list[str], pipe: str) -> None:
    for number in range(3):
        client.get(f"/v0/pipes/{pipe}.json", n=number)
    assert "MainThread" not in threads


def test_an_error_is_told_by_the_long_way(client: Client, threads: list[str]) -> None:
    assert client.get("/v0/pipes/fails.json", id=100).status == 200
    assert client.get("/v0/pipes/fails.json", id=101).status == 200
    answer = client.get("/v0/pipes/fails.json", id=7)
    assert (answer.status, "never" in answer.error) == (400, True)
    assert threads == ["tinylite-quick", "MainThread", "MainThread", "tinylite-quick"]


def test_while_somebody_writes_nobody_asks_on_the_event_loop(client: Client, threads: list[str]) -> None:
    ids(client, 1, 2)
    with client.workspace.engine.transaction():
        ids(client, 3)
    assert threads == ["tinylite-quick", "MainThread", "tinylite-quick"]


def test_what_changes_is_seen_at_once(client: Client, threads: list[str]) -> None:
    ids(client, 1, 2)
    for number in range(100, 105):
        client.post("/v0/events", b'{"id":%d,"value":"new"}' % number, name="points")
        assert ids(client, number) == [[{"id": number, "value": "new"}]]


def test_equal_questions_that_come_together_are_asked_once(client: Client, threads: list[str]) -> None:
    ids(client, 1, 2)
    before = len(threads)
    ask = client.workspace.ask_at_once

    async def together() -> list[object]:
        waiting = [ask(key, "point", {"id": key}, ALL) for key in ("5", "6", "5", "5")]
        return [(await found).result.rows if found is not None else None for found in waiting]  # type: ignore[union-attr]

    five, six = [(5, "v5")], [(6, "v6")]
    assert asyncio.run(together()) == [five, six, five, five]
    assert len(threads) == before + 2


def test_many_that_come_together_are_all_answered(client: Client) -> None:
    ids(client, 1, 2)
    ask = client.workspace.ask_at_once

    async def together() -> int:
        waiting = [ask(number, "point", {"id": str(number % 20)}, ALL) for number in range(100)]
        return sum([len((await found).result.rows) for found in waiting if found is not None])  # type: ignore[union-attr]

    assert asyncio.run(together()) == 100


def test_one_that_takes_too_long_is_stopped_and_asked_on_a_thread(
    client: Client, threads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids(client, 1, 2)
    run = client.workspace.engine._run

    def stopped(*args: object) -> object:
        if threading.current_thread() is threading.main_thread():
            raise duckdb.InterruptException("INTERRUPT")
        return run(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(client.workspace.engine, "_run", stopped)
    assert ids(client, 9) == [[{"id": 9, "value": "v9"}]]
    assert threads[-2:] == ["MainThread", "tinylite-quick"]


def test_a_kind_that_became_slow_is_not_allowed() -> None:
    kinds = AtOnce()
    assert not kinds.allows("a")
    kinds.learn("a", at_once.SHORT / 4)
    assert kinds.allows("a")
    kinds.learn("a", at_once.SHORT * 10)
    assert not kinds.allows("a")
    for _ in range(10):
        kinds.learn("a", at_once.SHORT / 4)
    assert kinds.allows("a")
    kinds.forget("a")
    assert not kinds.allows("a")
