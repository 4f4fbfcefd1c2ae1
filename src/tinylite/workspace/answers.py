"""Answers that are kept, and given again while nothing that they depend on has changed."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any

from tinylite.workspace.queries import Freshness

MOST_BYTES = 64 * 1024 * 1024
"""Of all kept answers together."""
_LARGEST = MOST_BYTES // 8


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    size: int
    freshness: Freshness
    until: float


Made = tuple[Any, int, Freshness]
"""An answer, its size in bytes, and what it depends on."""


class Answers:
    """Keys must hold all that was asked, and of which version of the project. Used by one event loop.

    An answer is right as long as its tables have the versions that they had when it was made. One that depends on the
    time or on chance is kept only when its template says for how long. Who asks what is being asked already waits for
    that answer.
    """

    def __init__(self, version: Callable[[str], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._version = version
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._size = 0
        self._asked: dict[Hashable, asyncio.Future[Any]] = {}
        self.hits = 0
        self.misses = 0

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> tuple[Any, bool]:
        """The answer, and whether it was there. Raises what `make` raises."""
        kept = self._kept.get(key)
        if kept is not None and self._is_fresh(kept):
            self._kept.move_to_end(key)
            self.hits += 1
            return kept.answer, True
        waiting = self._asked.get(key)
        if waiting is not None:
            self.hits += 1
            return await asyncio.shield(waiting), True
        self.misses += 1
        return await self._make(key, make), False

    async def _make(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Any:
        # On a task of its own: it goes on for the others when the first one to ask has gone away.
        task = asyncio.ensure_future(make())
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[key] = future
        task.add_done_callback(lambda done: self._finish(key, done, future))
        return await asyncio.shield(future)

    def _finish(self, key: Hashable, done: asyncio.Task[Made], future: asyncio.Future[Any]) -> None:
        self._asked.pop(key, None)
        if done.cancelled():
            future.cancel()
        elif (problem := done.exception()) is not None:
            future.set_exception(problem)
            future.exception()  # whoever waited has it; nobody may wait any more
        else:
            answer, size, freshness = done.result()
            self._keep(key, answer, size, freshness)
            future.set_result(answer)

    def _is_fresh(self, kept: _Kept) -> bool:
        if self._clock() < kept.until:
            return True
        changed = any(self._version(table) != version for table, version in kept.freshness.versions.items())
        return not kept.freshness.is_volatile and not changed

    def _keep(self, key: Hashable, answer: object, size: int, freshness: Freshness) -> None:
        self._drop(key)
        if size > _LARGEST or (freshness.is_volatile and not freshness.ttl):
            return
        self._kept[key] = _Kept(answer, size, freshness, self._clock() + freshness.ttl)
        self._size += size
        while self._size > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        self._size -= kept.size if kept else 0
