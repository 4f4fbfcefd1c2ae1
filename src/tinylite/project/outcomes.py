"""What a check has found out, kept for the next one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

A = TypeVar("A")


class Outcomes:
    """By all that an outcome depends on. What a check does not ask for is forgotten after it."""

    def __init__(self) -> None:
        self._before: dict[Hashable, Any] = {}
        self._now: dict[Hashable, Any] = {}

    def begin(self) -> None:
        self._before, self._now = self._now, {}

    def of(self, key: Hashable, find_out: Callable[[], A]) -> A:
        for known in (self._now, self._before):
            if key in known:
                outcome: A = known[key]
                break
        else:
            outcome = find_out()
        self._now[key] = outcome
        return outcome
