"""Writing beside the writer, to tables that nobody else knows: others load and merge meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from tinylite.engine.duckdb.writer import Writer


class Beside:
    """Has the engine's `transaction` and `staging`, on a connection of its own. It is the caller's to close. `written`
    is called after each transaction.
    """

    def __init__(self, writer: Writer, staging: Path, written: Callable[[], None]) -> None:
        self.staging = staging
        self._writer = writer
        self._written = written

    @contextmanager
    def transaction(self, *tables: str, appends: bool = False) -> Iterator[Writer]:
        """All or nothing."""
        self._writer.execute("BEGIN")
        try:
            yield self._writer
            self._writer.execute("COMMIT")
        except BaseException:
            # A failed COMMIT has ended the transaction already.
            with suppress(duckdb.TransactionException):
                self._writer.execute("ROLLBACK")
            raise
        self._written()

    def interrupt(self) -> None:
        self._writer.interrupt()

    def close(self) -> None:
        self._writer.close()
