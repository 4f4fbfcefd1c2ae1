"""Whether events come as a steady stream."""

from __future__ import annotations

import time
from dataclasses import dataclass

_STEADY_SECONDS, _STEADY_BYTES, _PAUSE = 5.0, 8 * 1024 * 1024, 0.5
"""Who writes for so long, or so much, without a pause, is a steady stream."""


@dataclass(slots=True)
class Rhythm:
    """Of acknowledged events. Written by one thread."""

    since: float = 0.0
    last: float = -_PAUSE
    size: int = 0

    def note(self, size: int) -> None:
        if not size:
            return
        moment = time.monotonic()
        if moment - self.last > _PAUSE:
            self.since, self.size = moment, 0
        self.last = moment
        self.size += size

    def is_steady(self) -> bool:
        moment = time.monotonic()
        if moment - self.last > _PAUSE:
            return False
        return moment - self.since > _STEADY_SECONDS or self.size > _STEADY_BYTES
