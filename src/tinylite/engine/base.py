"""What the rooms above ask of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylite.sql.query import Column


@dataclass(frozen=True, slots=True)
class Result:
    """Rows of a query as Python values, a tuple a row, in the order of `columns`.

    `elapsed` is the engine's time in seconds.
    """

    columns: tuple[Column, ...]
    rows: Sequence[tuple[object, ...]]
    elapsed: float
    rows_read: int = 0
    bytes_read: int = 0
    rows_before_limit: int | None = None
    totals: tuple[object, ...] | None = None
    file: bytes = b""
    """The rows as a file of the format that was asked for; `rows` is then empty."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one query; None is no bound."""

    seconds: float | None = 10.0
    rows: int | None = None


Bindings = Mapping[str, object]
