"""Counts of what the server did since it started, for whoever watches it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of durations, in seconds."""


class Counters:
    """Used by one event loop."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        """By route and status."""
        self.buckets: dict[str, list[int]] = {}
        """By route, how many took at most so long; the last one has those that took longer than all bounds."""
        self.seconds: dict[str, float] = {}

    def count(self, route: str, status: int, took: float) -> None:
        self.requests[route, status] += 1
        buckets = self.buckets.get(route)
        if buckets is None:
            buckets = self.buckets[route] = [0] * (len(BUCKETS) + 1)
        buckets[bisect_left(BUCKETS, took)] += 1
        self.seconds[route] = self.seconds.get(route, 0.0) + took
