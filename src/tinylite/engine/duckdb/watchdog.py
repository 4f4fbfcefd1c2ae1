"""Interrupts queries whose time is up. One thread for all: a timer each costs as much as a small query."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Interruptible(Protocol):
    def interrupt(self) -> None: ...


_PATIENCE = 0.5
"""Seconds in which an interrupted query is expected to end."""


class Watchdog:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: dict[Interruptible, float] = {}
        self._late: dict[Interruptible, float] = {}
        self._overdue = 0
        self._wakes_at = float("inf")
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="tinylite-watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def watching(self, cursor: Interruptible, seconds: float | None) -> Iterator[None]:
        """What runs on the cursor is interrupted when it takes longer; what runs on it afterwards is not."""
        if seconds is None:
            yield
            return
        deadline = time.monotonic() + seconds
        with self._changed:
            self._deadlines[cursor] = deadline
            if deadline < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._deadlines.pop(cursor, None)
                self._late.pop(cursor, None)
                self._count(time.monotonic())

    def is_late(self) -> bool:
        """Whether a query goes on although it was interrupted. Asked by what queries call and can't be interrupted."""
        return self._overdue > 0

    def _count(self, now: float) -> None:
        self._overdue = sum(until <= now for until in self._late.values())

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._closing:
                now = time.monotonic()
                for cursor in [cursor for cursor, deadline in self._deadlines.items() if deadline <= now]:
                    del self._deadlines[cursor]
                    cursor.interrupt()
                    self._late[cursor] = now + _PATIENCE
                self._count(now)
                waiting = [until for until in self._late.values() if until > now]
                self._wakes_at = min([*self._deadlines.values(), *waiting], default=float("inf"))
                self._changed.wait(None if self._wakes_at == float("inf") else self._wakes_at - now)
