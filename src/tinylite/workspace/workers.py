"""Threads that run queries, and the bridge to asyncio. A hop through anyio's pool costs four times as much."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
Job = tuple[Callable[[], object], "asyncio.AbstractEventLoop", "asyncio.Future[Any]"]


class Workers:
    def __init__(self, count: int) -> None:
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"tinylite-query-{number}", daemon=True) for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, run on a thread; its exception when it raises one."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put((work, loop, future))
        return await future

    def close(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (job := self._queue.get()) is not None:
            work, loop, future = job
            try:
                result = work()
            except BaseException as problem:
                # Carried over to the request that waits for it.
                _deliver(loop, _set_exception, future, problem)
            else:
                _deliver(loop, _set_result, future, result)


def _deliver(
    loop: asyncio.AbstractEventLoop, set_: Callable[..., None], future: asyncio.Future[Any], value: object
) -> None:
    try:
        loop.call_soon_threadsafe(set_, future, value)
    except RuntimeError:  # the loop is closed: nobody waits any more
        return


def _set_result(future: asyncio.Future[Any], value: object) -> None:
    if not future.done():
        future.set_result(value)


def _set_exception(future: asyncio.Future[Any], problem: BaseException) -> None:
    if not future.done():
        future.set_exception(problem)
