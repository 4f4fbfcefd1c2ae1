"""Threads that run queries, and the bridge to asyncio. A hop through anyio's pool costs four times as much.

There are two lanes. What is known to take long waits in the lane of long work; what is quick, or was never seen, in the
other one. A piece of work there that turns out to take long is set aside: another thread takes its place, so that it
holds nobody up. Who comes when too much waits already is told so at once.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Stop

T = TypeVar("T")
LONG = 0.1
"""Seconds from which on work is long."""
QUICK_THREADS = 2
LONG_THREADS = 2
_MOST_ASIDE = 4
_MOST_WAITING = 512
"""In one lane."""
_LONGEST_WAIT = 5.0
"""Seconds that new work may have to wait, as far as is known."""
_GRACE = 1.0
"""Seconds after its time is up that work is given to end; an engine in the middle of one step can't be interrupted."""
_KEPT_COSTS = 5000
_UNKNOWN_COST = 0.01
_WEIGHT = 0.3
"""Of the newest duration in what is expected of a piece of work."""


class Busy(Exception):
    """Too much waits. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many queries wait already")
        self.retry_after = retry_after


@dataclass(slots=True)
class _Job:
    work: Callable[[Stop], object]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    shape: Hashable
    cost: float
    lane: _Lane
    seconds: float | None
    timer: asyncio.TimerHandle | None = None
    stop: Stop = field(default_factory=Stop)
    started: float = 0.0
    is_done: bool = False
    is_aside: bool = False


class _Lane:
    """`aside` counts threads beyond `size`: their work is not counted, and they end with it."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size
        self.queue: SimpleQueue[_Job | None] = SimpleQueue()
        self.lock = threading.Lock()
        self.threads: set[threading.Thread] = set()
        self.aside = 0
        self.waiting = 0
        self.waiting_cost = 0.0
        self.running = 0


class Workers:
    def __init__(self, quick: int = QUICK_THREADS, long: int = LONG_THREADS) -> None:
        self._costs: OrderedDict[Hashable, float] = OrderedDict()
        self._quick = _Lane("quick", quick)
        self._long = _Lane("long", long)
        self.refused = 0
        self.abandoned = 0
        self._is_closed = False
        for lane in (self._quick, self._long):
            for _ in range(lane.size):
                self._start(lane)

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, run on a thread; its exception when it raises one. Raises Busy."""
        return await self.run_stoppable(lambda stop: work())

    async def run_stoppable(self, work: Callable[[Stop], T], shape: Hashable = None, seconds: float | None = None) -> T:
        """As `run`. Work of one `shape` takes about the same time. When the caller is cancelled, the work is stopped.
        `seconds` is when it should have stopped itself.

        Raises Busy; DiagnosticError (TL502) when the work does not end when its time is up.
        """
        loop = asyncio.get_running_loop()
        job = self._put(work, shape, seconds, loop)
        job.timer = loop.call_later(LONG, self._look_at, job)
        try:
            return await job.future  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            job.stop.set()
            raise
        finally:
            job.timer.cancel()

    def close(self) -> None:
        """Waits for the work that began; no more is taken."""
        self._is_closed = True
        for lane in (self._quick, self._long):
            with lane.lock:
                threads = list(lane.threads)
            for _ in threads:
                lane.queue.put(None)
            for thread in threads:
                thread.join()

    def load(self) -> dict[str, tuple[int, int]]:
        """By lane: how much runs, and how much waits."""
        return {lane.name: (lane.running, lane.waiting) for lane in (self._quick, self._long)}

    def expected(self, shape: Hashable) -> float | None:
        """Seconds that work of this shape took lately."""
        return self._costs.get(shape)

    @property
    def is_calm(self) -> bool:
        """Whether no long work runs, which would hold the event loop up at each step that it takes."""
        return not (self._long.running or self._quick.aside)

    # -- on the event loop ------------------------------------------------------------------------------------------

    def _put(
        self, work: Callable[[Stop], object], shape: Hashable, seconds: float | None, loop: asyncio.AbstractEventLoop
    ) -> _Job:
        known = self._costs.get(shape) if shape is not None else None
        cost = _UNKNOWN_COST if known is None else known
        lane = self._long if cost > LONG else self._quick
        with lane.lock:
            wait = lane.waiting_cost / lane.size
            if self._is_closed or lane.waiting >= _MOST_WAITING or wait > _LONGEST_WAIT:
                self.refused += 1
                raise Busy(max(1, round(wait)))
            lane.waiting += 1
            lane.waiting_cost += cost
        job = _Job(work, loop, loop.create_future(), shape, cost, lane, seconds)
        lane.queue.put(job)
        return job

    def _look_at(self, job: _Job) -> None:
        """Of a job that was not done at once."""
        if job.is_done or job.future.done():
            return
        took = time.perf_counter() - job.started if job.started else 0.0
        if took < LONG:
            job.timer = job.loop.call_later(LONG - took, self._look_at, job)
            return
        if job.lane is self._quick:
            self._set_aside(job)
        if job.seconds is None:
            return
        left = job.seconds + _GRACE - took
        if left > 0:
            job.timer = job.loop.call_later(left, self._look_at, job)
        else:
            self._abandon(job)

    def _set_aside(self, job: _Job) -> None:
        lane = job.lane
        with lane.lock:
            if job.is_done or job.is_aside or lane.aside >= _MOST_ASIDE:
                return
            job.is_aside = True
            lane.aside += 1
        self._start(lane)

    def _abandon(self, job: _Job) -> None:
        """Nobody waits for it any more, and another thread takes its place."""
        job.stop.set()
        self.abandoned += 1
        _set_exception(job.future, DiagnosticError(Diagnostic("TL502", "the query took too long and was stopped")))
        self._set_aside(job)

    # -- threads ----------------------------------------------------------------------------------------------------

    def _start(self, lane: _Lane) -> None:
        thread = threading.Thread(target=self._run, args=(lane,), name=f"tinylite-{lane.name}", daemon=True)
        with lane.lock:
            lane.threads.add(thread)
        thread.start()

    def _run(self, lane: _Lane) -> None:
        while (job := lane.queue.get()) is not None:
            with lane.lock:
                lane.waiting -= 1
                lane.waiting_cost -= job.cost
                lane.running += 1
            if not job.stop.is_set:
                self._work_on(job)
            with lane.lock:
                lane.running -= 1
                job.is_done = True
                if job.is_aside:
                    lane.aside -= 1
                    break
        with lane.lock:
            lane.threads.discard(threading.current_thread())

    def _work_on(self, job: _Job) -> None:
        job.started = time.perf_counter()
        try:
            result = job.work(job.stop)
        except BaseException as problem:
            # Carried over to the request that waits for it.
            _deliver(job, _set_exception, problem)
        else:
            _deliver(job, _set_result, result)
        if job.shape is not None:
            self._learn(job.shape, time.perf_counter() - job.started)

    def _learn(self, shape: Hashable, took: float) -> None:
        known = self._costs.get(shape)
        self._costs[shape] = took if known is None else known + (took - known) * _WEIGHT
        if len(self._costs) > _KEPT_COSTS:
            self._costs.popitem(last=False)


def _deliver(job: _Job, set_: Callable[..., None], value: object) -> None:
    try:
        job.loop.call_soon_threadsafe(set_, job.future, value)
    except RuntimeError:  # the loop is closed: nobody waits any more
        return


def _set_result(future: asyncio.Future[Any], value: object) -> None:
    if not future.done():
        future.set_result(value)


def _set_exception(future: asyncio.Future[Any], problem: BaseException) -> None:
    if not future.done():
        future.set_exception(problem)
