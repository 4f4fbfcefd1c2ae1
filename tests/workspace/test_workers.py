"""Short work beside long work; who is too many, or gone, or late."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Stop
from tinylite.workspace import workers as module
from tinylite.workspace.workers import Busy, Workers


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(quick=1, long=1)
    yield made
    made.close()


def test_work_that_takes_long_is_set_aside_and_later_waits_in_a_lane_of_its_own(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG", 0.02)
    go_on = threading.Event()

    async def run() -> None:
        long = asyncio.create_task(workers.run_stoppable(lambda stop: go_on.wait(20), "long"))
        await asyncio.sleep(0)
        # The only quick thread is taken until the long work is set aside.
        assert await workers.run(lambda: "quick") == "quick"
        go_on.set()
        assert await long
        assert (workers.expected("long") or 0) > module.LONG
        go_on.clear()
        again = asyncio.create_task(workers.run_stoppable(lambda stop: go_on.wait(20), "long"))
        while workers.load()["long"] != (1, 0):
            await asyncio.sleep(0)
        assert await workers.run(lambda: "quick") == "quick"
        go_on.set()
        await again

    asyncio.run(run())


def test_who_comes_when_too_many_wait_is_told_so(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_WAITING", 2)
    monkeypatch.setattr(module, "_MOST_ASIDE", 0)
    go_on = threading.Event()

    async def run() -> None:
        first = asyncio.create_task(workers.run(lambda: go_on.wait(20)))
        while workers.load()["quick"] != (1, 0):
            await asyncio.sleep(0)
        others = [asyncio.create_task(workers.run(lambda: True)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as refused:
            await workers.run(lambda: True)
        assert refused.value.retry_after >= 1
        go_on.set()
        assert await asyncio.gather(first, *others) == [True, True, True]

    asyncio.run(run())
    assert workers.refused == 1


def test_a_long_wait_that_can_be_foreseen_is_refused(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    workers._costs["hour"] = 3600.0
    go_on = threading.Event()

    async def run() -> None:
        tasks = [asyncio.create_task(workers.run_stoppable(lambda stop: go_on.wait(20), "hour"))]
        while workers.load()["long"] != (1, 0):
            await asyncio.sleep(0)
        tasks.append(asyncio.create_task(workers.run_stoppable(lambda stop: go_on.wait(20), "hour")))
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await workers.run_stoppable(lambda stop: True, "hour")
        go_on.set()
        await asyncio.gather(*tasks)

    asyncio.run(run())


def test_who_is_cancelled_stops_the_work(workers: Workers) -> None:
    stopped = threading.Event()
    began = threading.Event()

    def work(stop: Stop) -> None:
        with stop.ending(stopped.set):
            began.set()
            assert stopped.wait(20)

    async def run() -> None:
        task = asyncio.create_task(workers.run_stoppable(work))
        await asyncio.to_thread(began.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert stopped.wait(20)


def test_work_that_can_not_be_stopped_is_answered_all_the_same(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONG", 0.01)
    monkeypatch.setattr(module, "_GRACE", 0.01)
    go_on = threading.Event()

    async def run() -> None:
        with pytest.raises(DiagnosticError, match="took too long"):
            await workers.run_stoppable(lambda stop: go_on.wait(20), seconds=0.01)
        assert await workers.run(lambda: "another thread") == "another thread"

    asyncio.run(run())
    go_on.set()
    assert workers.abandoned == 1
