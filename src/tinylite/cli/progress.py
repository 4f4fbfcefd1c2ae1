"""How far something long has come: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """`total` is 0 when nobody knows."""

    def __init__(self, drawn: Progress | None = None, task: TaskID | None = None) -> None:
        self._drawn = drawn
        self._task = task

    def advance(self, amount: float, total: float = 0) -> None:
        if self._drawn is not None and self._task is not None:
            self._drawn.update(self._task, advance=amount)
            if total:
                self._drawn.update(self._task, total=total)

    def to(self, amount: float) -> None:
        if self._drawn is not None and self._task is not None:
            self._drawn.update(self._task, completed=amount)


@contextmanager
def bar(label: str, total: float = 0, *, of_bytes: bool = True) -> Iterator[Bar]:
    """On standard error, with the rate when it counts bytes."""
    if not sys.stderr.isatty():
        yield Bar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = [DownloadColumn(), TransferSpeedColumn()] if of_bytes else [TextColumn("{task.percentage:>3.0f} %")]
    with Progress(
        TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn(), console=Console(stderr=True),
        transient=True,
    ) as drawn:  # fmt: skip
        yield Bar(drawn, drawn.add_task(label, total=total or None))
