"""The rows of a file, in two tables beside the live ones: those that fit, and those that do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.beside import Beside
from tinylite.engine.duckdb.ddl import (
    IMPORT_PREFIX,
    IMPORTS,
    QUARANTINE_SUFFIX,
    columns_of,
    create_table,
    quarantine_columns,
)
from tinylite.engine.duckdb.errors import FATAL
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import plan
from tinylite.ingest.cells import Cells
from tinylite.ingest.loader import Counts, Events, Loader
from tinylite.ingest.rejected import Rejected, set_aside_all
from tinylite.sql.physical import quoted

_MOST_MISSES = 6
"""In a row, that each double how many pieces are read row by row at once."""


class _MayNotFit(Exception):
    """Some row is not surely what the engine takes it for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """`lines` are events as `decode` gives them; `rejected` says why rows are none, with their texts. Instead it may be
    `cells`: then `slowly` gives the same rows in the other way, should they not all surely fit.
    """

    lines: bytes = b""
    rejected: Sequence[str] = ()
    cells: Cells | None = None
    slowly: Callable[[], Iterable[Piece]] = tuple

    @property
    def rows(self) -> int:
        if self.cells is not None:
            return self.cells.rows
        return self.lines.count(b"\n") + bool(self.lines) + len(self.rejected)


class Staged:
    """`datasource` as it is read (see `workspace.files`). Nobody waits for what is staged: it is written beside them.

    Raises DiagnosticError when a DEFAULT can't be compiled.
    """

    def __init__(self, engine: DuckDBEngine, id: str, datasource: Datasource) -> None:
        self.id = id
        self.table = IMPORT_PREFIX + id
        self.quarantine = self.table + QUARANTINE_SUFFIX
        self._engine = engine
        self._datasource = datasource
        # Rows are sorted when they move.
        self._plan = plan(_kept(datasource), self.table).unsorted()
        self._misses = self._skips = 0
        self._reasons = {column.name for column in quarantine_columns(datasource)[len(datasource.columns) :]}

    def fill(self, pieces: Callable[[], Piece | None], stoppable: Callable[[Callable[[], None]], None]) -> Counts:
        """All pieces. What was there goes.

        `stoppable` is given what interrupts it. Raises duckdb.Error.
        """
        beside = self._engine.beside()
        loader = Loader(beside)
        good = quarantined = 0
        try:
            stoppable(beside.interrupt)
            with beside.transaction() as writer:
                _drop(writer, self.id)
                writer.execute(create_table(self.table, columns_of(self._datasource)))
                writer.execute(create_table(self.quarantine, quarantine_columns(self._datasource)))
            number = 0
            waiting: list[Piece] = []
            while (piece := waiting.pop(0) if waiting else pieces()) is not None:
                if piece.cells is not None:
                    if self._load_cells(beside, piece.cells):
                        good += piece.cells.rows
                    else:
                        waiting = [*piece.slowly(), *waiting]
                    continue
                lines, rejected = piece.lines, piece.rejected
                number += 1
                counts: dict[int, Counts] = {number: Counts(0, 0)}
                if lines:
                    events = Events(number, lines, lines.count(b"\n") + 1, self.id)
                    loader.load(self.table, self._plan, [events], counts, _unmarked)
                if rejected:
                    with beside.transaction() as writer:
                        set_aside_all(writer, self.table, self.id, [Rejected(reason, {}) for reason in rejected])
                good += counts[number].good
                quarantined += counts[number].quarantined + len(rejected)
            with beside.transaction() as writer:
                writer.execute(f"INSERT INTO {IMPORTS} VALUES (?, 0, ?, ?)", [self.id, good, quarantined])
        finally:
            beside.close()
        return Counts(good, quarantined)

    def _load_cells(self, beside: Beside, cells: Cells) -> bool:
        """Whether all rows surely fit, and went in; else nothing happened. Raises duckdb.Error."""
        if self._plan.strict is None or self._skips:
            self._skips = max(0, self._skips - 1)
            return False
        path = beside.staging / f"{self.table}.cells"
        try:
            path.write_bytes(cells.text)
            with beside.transaction() as writer:
                rows = self._plan.strictly_of(cells, path)
                if writer.execute(self._plan.into.sql(f"({rows})")).fetchall() != [(cells.rows,)]:
                    raise _MayNotFit
        except (duckdb.InterruptException, *FATAL):
            raise
        except (duckdb.Error, _MayNotFit):
            self._misses = min(self._misses + 1, _MOST_MISSES)
            self._skips = 2 ** (self._misses - 1) - 1
            return False
        finally:
            path.unlink(missing_ok=True)
        self._misses = 0
        return True

    def found(self) -> tuple[int, Counts] | None:
        """When all rows are staged: how many of them are moved already, and how many there are."""
        with self._engine.transaction() as writer:
            rows = writer.execute(f"SELECT moved, good, quarantined FROM {IMPORTS} WHERE id = ?", [self.id]).fetchall()
        return (int(rows[0][0]), Counts(int(rows[0][1]), int(rows[0][2]))) if rows else None

    def rows(self, start: int, end: int) -> str:
        """A SELECT of the rows from one number to another; they keep their numbers."""
        return f"SELECT * FROM {quoted(self.table)} WHERE rowid >= {start} AND rowid < {end}"

    def moved(self, writer: Writer, end: int) -> None:
        """Writes down that the rows below that number have got into the data source."""
        writer.execute(f"UPDATE {IMPORTS} SET moved = ? WHERE id = ?", [end, self.id])

    def set_aside(self, writer: Writer, quarantine: str) -> None:
        """The rows that do not fit go to the quarantine of the data source."""
        writer.execute(f"INSERT INTO {quoted(quarantine)} BY NAME SELECT * FROM {quoted(self.quarantine)}")

    @staticmethod
    def drop(engine: DuckDBEngine, id: str) -> None:
        with engine.transaction() as writer:
            _drop(writer, id)


def _kept(datasource: Datasource) -> Datasource:
    """Rows are staged whatever the engine: Null passes them on only when they move."""
    return replace(datasource, engine=replace(datasource.engine, name="MergeTree"))


def _drop(writer: Writer, id: str) -> None:
    table = IMPORT_PREFIX + id
    for name in (table, table + QUARANTINE_SUFFIX):
        writer.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    writer.execute(f"DELETE FROM {IMPORTS} WHERE id = ?", [id])


def _unmarked(writer: Writer, position: int) -> None:
    """What is staged counts only when all of it is."""
