"""Answers that are kept, and given again while nothing that they depend on has changed."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any

from tinylite.workspace.queries import Freshness

MOST_BYTES = 64 * 1024 * 1024
"""Of all kept answers together."""
_LARGEST = MOST_BYTES // 8
_OVERHEAD = 2048
"""Of an answer besides its bytes: the key, headers, the objects around them."""


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Any
    size: int
    freshness: Freshness
    until: float


Made = tuple[Any, int, Freshness]
"""An answer, its size in bytes, and what it depends on."""


@dataclass(slots=True)
class _Asked:
    """An answer that is being made, and how many wait for it."""

    task: asyncio.Task[Made]
    waiting: int = 0


class Answers:
    """Keys must hold all that was asked, and of which version of the project. Used by one event loop.

    An answer is right as long as its tables have the versions that they had when it was made. One that depends on the
    time or on chance is kept only when its template says for how long. Who asks what is being asked already waits for
    that answer. When all who wait have gone away, it is not made to the end.
    """

    def __init__(self, version: Callable[[str], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._version = version
        self._clock = clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._asked: dict[Hashable, _Asked] = {}
        self.size = 0
        self.hits = 0
        self.misses = 0
        self.shared = 0
        """Who waited for an answer that was being made already."""

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> Any:
        """The kept answer, if it is still right, else None."""
        kept = self._kept.get(key)
        if kept is None or not self._is_fresh(kept):
            return None
        self._kept.move_to_end(key)
        self.hits += 1
        return kept.answer

    def peek(self, key: Hashable) -> Any:
        """The kept answer, whether or not it is still right, without counting as one that was asked."""
        kept = self._kept.get(key)
        return kept.answer if kept is not None else None

    def is_asked(self, key: Hashable) -> bool:
        """Whether it is being made."""
        return key in self._asked

    def keep(self, key: Hashable, made: Made) -> None:
        """One that was made without `get`."""
        self.misses += 1
        self._keep(key, *made)

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, Made]]) -> tuple[Any, bool]:
        """The answer, and whether it was there. Raises what `make` raises."""
        found = self.find(key)
        if found is not None:
            return found, True
        asked = self._asked.get(key)
        is_first = asked is None
        if asked is None:
            self.misses += 1
            # On a task of its own: it goes on for the others when the first one to ask has gone away.
            asked = self._asked[key] = _Asked(asyncio.get_running_loop().create_task(make()))
            asked.task.add_done_callback(lambda done: self._finish(key, done))
        else:
            self.shared += 1
        asked.waiting += 1
        try:
            answer, _, _ = await asyncio.shield(asked.task)
        finally:
            asked.waiting -= 1
            if not asked.waiting and not asked.task.done():
                self._forget(key, asked.task)
                asked.task.cancel()
        return answer, not is_first

    def _finish(self, key: Hashable, done: asyncio.Task[Made]) -> None:
        self._forget(key, done)
        if not done.cancelled() and done.exception() is None:
            self._keep(key, *done.result())

    def _forget(self, key: Hashable, task: asyncio.Task[Made]) -> None:
        asked = self._asked.get(key)
        if asked is not None and asked.task is task:
            del self._asked[key]

    def _is_fresh(self, kept: _Kept) -> bool:
        freshness = kept.freshness
        if not freshness.is_volatile:
            for table, version in freshness.versions.items():
                if self._version(table) != version:
                    break
            else:
                return True
        return kept.until > 0 and self._clock() < kept.until

    def _keep(self, key: Hashable, answer: object, size: int, freshness: Freshness) -> None:
        self._drop(key)
        size += _OVERHEAD
        if size > _LARGEST or (freshness.is_volatile and not freshness.ttl):
            return
        self._kept[key] = _Kept(answer, size, freshness, self._clock() + freshness.ttl if freshness.ttl else 0.0)
        self.size += size
        while self.size > MOST_BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        kept = self._kept.pop(key, None)
        self.size -= kept.size if kept else 0
