"""Which questions are answered on the event loop itself: those that end before a thread would have been woken.

To hand a question over to a thread and its answer back costs more than a small one takes. Nobody else is served
meanwhile, so all of this must be known beforehand: that it reads little (the engine says so), that its kind took less
than a millisecond lately, and that nothing makes it wait. Should it take long all the same, it is stopped, and asked
again on a thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

SHORT = 0.001
"""Seconds."""
LONGEST = 0.02
"""Seconds after which it is stopped."""
_WEIGHT = 0.3
"""Of the newest duration in what is expected."""
_KEPT = 5000


class AtOnce:
    """Kinds are known by the shapes of requests, as `Workers` knows them. Any thread may call it."""

    def __init__(self) -> None:
        self._expected: OrderedDict[Hashable, float] = OrderedDict()

    def allows(self, shape: Hashable) -> bool:
        return self._expected.get(shape, LONGEST) < SHORT

    def learn(self, shape: Hashable, took: float) -> None:
        """Of one that reads little: the seconds of its thread, or of the event loop."""
        known = self._expected.get(shape)
        self._expected[shape] = took if known is None else known + (took - known) * _WEIGHT
        if len(self._expected) > _KEPT:
            self._expected.popitem(last=False)

    def forget(self, shape: Hashable) -> None:
        """It reads more than little, or took too long."""
        self._expected.pop(shape, None)
