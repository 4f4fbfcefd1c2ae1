"""Who waits until what was acknowledged can be read."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Mapping

from tinylite.ingest.request import resolve


class Watchers:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: list[tuple[Mapping[str, int], asyncio.AbstractEventLoop, asyncio.Future[None]]] = []

    def add(self, wanted: Mapping[str, int], loaded: Mapping[str, int]) -> asyncio.Future[None]:
        """Done when all these positions, by data source, are `loaded`."""
        loop = asyncio.get_running_loop()
        there: asyncio.Future[None] = loop.create_future()
        with self._lock:
            self._all.append((wanted, loop, there))
        self.tell(loaded)  # what was loaded meanwhile told nobody
        return there

    def tell(self, loaded: Mapping[str, int]) -> None:
        """How far the data sources are loaded now."""
        if not self._all:
            return
        with self._lock:
            there = [each for each in self._all if all(loaded.get(name, 0) >= at for name, at in each[0].items())]
            self._all = [each for each in self._all if each not in there and not each[2].done()]
        for _, loop, future in there:
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(resolve, [(future, None)])
