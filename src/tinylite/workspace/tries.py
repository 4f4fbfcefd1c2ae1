"""Steps that depend on the network, tried until they go well or it makes no sense any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tinylite.ingest.connectors.errors import Unreachable, refused
from tinylite.workspace.jobs import Run

WAITS = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between tries of one step."""
T = TypeVar("T")


def persistently(run: Run, step: Callable[[], T], waiting: Callable[[str], None]) -> T:
    """`waiting` is told why it takes longer. Raises DiagnosticError (TL513) when it never goes well; Cancelled."""
    for wait in WAITS:
        run.check()
        try:
            return step()
        except Unreachable as problem:
            waiting(str(problem))
            run.stopped.wait(wait)
    run.check()
    try:
        return step()
    except Unreachable as problem:
        raise refused(f"{problem} (tried {len(WAITS) + 1} times)") from None
