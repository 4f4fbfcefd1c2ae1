"""Requests that one turn of an event loop brings: they are handed over together, by one lock and one wake-up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tinylite.ingest.request import Request


class Gathering:
    def __init__(self, hand_over: Callable[[Sequence[Request]], None]) -> None:
        self._hand_over = hand_over
        self._gathered: list[Request] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, request: Request, loop: asyncio.AbstractEventLoop) -> bool:
        """False while it gathers for another event loop."""
        if self._gathered and self._loop is not loop:
            return False
        self._loop = loop
        self._gathered.append(request)
        if len(self._gathered) == 1:
            loop.call_soon(self._end)
        return True

    def _end(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._hand_over(gathered)
