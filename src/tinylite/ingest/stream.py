"""What waits for the database, and whose turn it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tinylite.ingest.log.log import Log
from tinylite.ingest.request import Request

PACE = 0.05
"""Seconds from one load of a data source to the next, while its events are acknowledged before they are loaded: each
load has a fixed cost of some milliseconds."""
_ENOUGH = 4 * 1024 * 1024
"""Bytes that are loaded without waiting for more."""


@dataclass(slots=True)
class Stream:
    """Of one data source."""

    name: str
    log: Log
    waiting: deque[Request] = field(default_factory=deque)
    size: int = 0
    urgent: bool = False
    """Somebody waits for it."""
    acknowledged: int = 0
    """The position of the last request that was acknowledged before it was loaded."""
    loaded_at: float = 0.0
    """When the last load began."""
    rests_until: float = 0.0
    """When it is tried again after the database refused it."""
    keys: dict[str, Request] = field(default_factory=dict)
    """Requests with idempotency keys that are not in the database yet."""

    def due_in(self, moment: float) -> float:
        """Seconds, of time.monotonic, until what waits is to be loaded."""
        due = 0.0 if self.urgent or self.size >= _ENOUGH else self.loaded_at + PACE
        return max(0.0, due - moment, self.rests_until - moment)


def next_of(streams: Iterable[Stream], moment: float) -> tuple[Stream | None, float | None]:
    """Of those whose time has come the one whose last load is longest ago; or the seconds until then, None when nothing
    waits.
    """
    waiting = [(stream.due_in(moment), stream) for stream in streams if stream.waiting]
    due = [stream for rest, stream in waiting if rest <= 0]
    if due:
        return min(due, key=lambda stream: stream.loaded_at), 0.0
    return None, min((rest for rest, _ in waiting), default=None)
