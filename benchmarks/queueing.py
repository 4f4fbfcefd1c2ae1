"""A small simulation of queues by events: stations of equal servers, first come, first served."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence

Done = Callable[[float], None]
"""Is told the moment, in seconds."""


class Simulation:
    """Time in seconds. What is due at one moment happens in the order it was asked for."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Done]] = []
        self._count = 0

    def at(self, moment: float, do: Done) -> None:
        self._count += 1
        heapq.heappush(self._due, (moment, self._count, do))

    def run(self) -> None:
        while self._due:
            moment, _, do = heapq.heappop(self._due)
            do(moment)


class Station:
    """`servers` that work at once; the rest waits in one line."""

    def __init__(self, simulation: Simulation, servers: int) -> None:
        self._simulation = simulation
        self._free = servers
        self._waiting: deque[tuple[float, Done]] = deque()
        self.inside = 0
        """Those that wait or are served."""
        self.worked = 0.0
        """Seconds of all servers."""

    def take(self, now: float, seconds: float, done: Done) -> None:
        self.inside += 1
        if self._free:
            self._free -= 1
            self._serve(now, seconds, done)
        else:
            self._waiting.append((seconds, done))

    def _serve(self, now: float, seconds: float, done: Done) -> None:
        self.worked += seconds

        def end(moment: float) -> None:
            self.inside -= 1
            if self._waiting:
                self._serve(moment, *self._waiting.popleft())
            else:
                self._free += 1
            done(moment)

        self._simulation.at(now + seconds, end)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below so large a share of them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
