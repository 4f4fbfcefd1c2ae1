"""Requests with events that begin as others did before them: byte by byte the same head is not read again.

Whoever sends events sends the same head each time, but for the length. What was found out of one, by the long way,
holds while the tokens are the same; the body is all that is left to look at. Whatever is not plain goes the long way.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from tinylite.ingest.request import Answered, Outcome

LEARN = "tinylite.learn"
"""Where a scope holds what is told how bodies behind its head are taken."""
START = b"POST /v0/events"
_MOST = 10_000
"""Heads: of each sender as many as there are lengths."""
_LONGEST = 2048
"""Bytes of a head."""


class Taker(Protocol):
    """Takes bodies behind a head."""

    def take(self, body: bytes, answered: Answered) -> bool:
        """False: nothing has happened, the request goes the long way. True: `answered` is called, later."""

    def written(self, outcome: Outcome, started: float) -> bytes:
        """The answer as it is sent, from the status on; `started` is by time.perf_counter()."""


class Quick:
    """Used by one event loop."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[int, Taker]] = {}

    def find(self, head: bytes) -> tuple[int, Taker] | None:
        """How long the body is, and what takes it."""
        return self._known.get(head)

    def learning(self, head: bytes, size: int) -> Callable[[Taker], None]:
        """What learns how bodies of so many bytes behind this head are taken."""
        return partial(self._learn, head, size)

    def _learn(self, head: bytes, size: int, taker: Taker) -> None:
        if len(head) > _LONGEST:
            return
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[head] = size, taker
