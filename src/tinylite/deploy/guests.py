"""Who is in a workspace right now: it is removed when nobody is."""

from __future__ import annotations

import threading


class Guests:
    """Requests that are being answered. Any thread may call it."""

    def __init__(self) -> None:
        self._count = 0
        self._closed = False
        self._changed = threading.Condition()

    def come(self) -> bool:
        """False when nobody is let in any more; otherwise `go` is called at the end."""
        with self._changed:
            if not self._closed:
                self._count += 1
            return not self._closed

    def go(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def see_off(self, seconds: float) -> None:
        """Lets nobody in from now on, and waits until all are gone, or time is up."""
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: self._count == 0, seconds)
