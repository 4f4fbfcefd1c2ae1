"""How many requests a second a token may make."""

from __future__ import annotations

import time
from collections.abc import Callable

_MOST = 10_000
"""Buckets before those that are full again are forgotten."""


class Rates:
    """A bucket a token: it holds one second's requests, and fills evenly. Times are seconds of `clock`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str, per_second: int) -> float:
        """0 when the request may pass, else the seconds to wait."""
        now = self._clock()
        if name not in self._buckets and len(self._buckets) >= _MOST:
            # All that were not asked for a second are full again, as a new one is.
            self._buckets = {name: found for name, found in self._buckets.items() if now - found[1] < 1}
        filled, then = self._buckets.get(name, (float(per_second), now))
        filled = min(per_second, filled + (now - then) * per_second)
        if filled < 1:
            self._buckets[name] = filled, now
            return (1 - filled) / per_second
        self._buckets[name] = filled - 1, now
        return 0.0
