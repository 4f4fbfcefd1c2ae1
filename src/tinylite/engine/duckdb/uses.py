"""How many use the database now, so that it can be closed and opened under them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

_LONGEST_WAIT = 30.0


class Uses:
    """`generation` counts how often the database was opened again."""

    def __init__(self) -> None:
        self.generation = 0
        self.begun = 0
        """Uses, until now."""
        self._changed = threading.Condition()
        self._count = 0
        self._closer: int | None = None
        self.writer: int | None = None
        """The thread that is in a transaction: who opens the database again waits for it."""

    @contextmanager
    def one(self) -> Iterator[int]:
        """Gives the generation. Waits while the database is being opened again, but for the thread that does it."""
        generation = self.begin()
        try:
            yield generation
        finally:
            self.end()

    def begin(self) -> int:
        """As `one`, for who takes care of the end."""
        with self._changed:
            while self._closer is not None and self._closer != threading.get_ident():
                if self.writer == threading.get_ident():
                    raise duckdb.FatalException("the database is being opened again")
                self._changed.wait()
            self._count += 1
            self.begun += 1
            return self.generation

    def end(self) -> None:
        with self._changed:
            self._count -= 1
            if self._closer is not None:
                self._changed.notify_all()

    @property
    def is_closed(self) -> bool:
        """Whether who begins now would have to wait."""
        return self._closer is not None

    @contextmanager
    def nobody(self) -> Iterator[bool]:
        """Whether nobody uses it now; nobody begins meanwhile."""
        with self._changed:
            yield not self._count and self._closer is None

    def close(self, generation: int) -> bool:
        """Whether the caller is the one who opens again what was opened as this generation: nobody begins meanwhile."""
        with self._changed:
            while self._closer is not None:
                self._changed.wait()
            if generation != self.generation:
                return False
            self._closer = threading.get_ident()
            return True

    def wait(self) -> None:
        """Until nobody uses it."""
        until = time.monotonic() + _LONGEST_WAIT
        with self._changed:
            while self._count and time.monotonic() < until:
                self._changed.wait(until - time.monotonic())

    def open(self) -> None:
        with self._changed:
            self.generation += 1
            self._closer = None
            self._changed.notify_all()
