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
_LONGEST_WAIT = 10.0
"""Seconds, for others to end."""


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
        self.begin(cursor, None if seconds is None else time.monotonic() + seconds)
        try:
            yield
        finally:
            self.end(cursor)

    def begin(self, cursor: Interruptible, deadline: float | None) -> None:
        """As `watching`, for who takes care of the end; `deadline` is by time.monotonic()."""
        if deadline is None:
            return
        with self._changed:
            self._deadlines[cursor] = deadline
            if deadline < self._wakes_at:
                self._changed.notify_all()

    def end(self, cursor: Interruptible) -> bool:
        """Whether it was interrupted."""
        with self._changed:
            self._deadlines.pop(cursor, None)
            if not self._late:
                return False
            was_late = self._late.pop(cursor, None) is not None
            self._count(time.monotonic())
            self._changed.notify_all()
            return was_late

    def interrupt(self, cursor: Interruptible) -> None:
        """At once: nobody waits for what runs on the cursor any more."""
        with self._changed:
            cursor.interrupt()
            self._deadlines.pop(cursor, None)
            self._late[cursor] = time.monotonic() + _PATIENCE
            self._changed.notify_all()

    def is_late(self) -> bool:
        """Whether a query goes on although it was interrupted. Asked by what queries call and can't be interrupted;
        which query calls they can't tell.
        """
        return self._overdue > 0

    def none_is_late(self, until: float | None) -> bool:
        """Waits for it, at most until then."""
        with self._changed:
            while self._overdue:
                left = _LONGEST_WAIT if until is None else until - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    return False
        return True

    def _count(self, now: float) -> None:
        self._overdue = sum(until <= now for until in self._late.values())

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
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
