"""What was done to a data source, told to whoever keeps the record of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """`kind` is append, copy, populateview, …; `elapsed` is in seconds. Rows that a view wrote name its `pipe`."""

    kind: str
    datasource: str
    rows: int
    quarantined: int = 0
    elapsed: float = 0.0
    import_id: str = ""
    job_id: str = ""
    pipe: str = ""
    error: str = ""
    size: int = 0
    """Bytes that came in."""


Observer = Callable[[Operation], None]


def unobserved(operation: Operation) -> None:
    """For those who keep no record."""
