"""Populations: what a data source held before a view was made goes through the view, chunk by chunk, while events come.

Rows get their ids in the order of coming. Those below the mark of a population are history; all others went through the
view when they came. Each chunk is written in one transaction with the place that it came to, so that a population goes
on exactly where it ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import BACKFILLS, MOVES, POPULATIONS
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.views import Passage, ViewPlan
from tinylite.sql.physical import quoted
from tinylite.workspace.jobs import Run

KIND = "populateview"
CHUNK = 250_000
"""Rows of one transaction: events wait meanwhile."""


@dataclass(frozen=True, slots=True)
class Population:
    id: str
    pipe: str
    source: str
    next_row: int
    end_row: int
    row_count: int
    spoilt: bool


def begin(writer: Writer, id: str, pipe: str, source: str) -> Population:
    """Sets the mark, in the transaction that makes the view. `source` is the name of the table."""
    ((end, count),) = writer.execute(f"SELECT coalesce(max(rowid), -1) + 1, count(*) FROM {quoted(source)}").fetchall()
    writer.execute(f"INSERT INTO {POPULATIONS} VALUES (?, ?, ?, 0, ?, ?, false)", [id, pipe, source, end, count])
    return Population(id, pipe, source, 0, end, count, False)


def spoil(writer: Writer, source: str) -> None:
    """Deleting rows moves ids: then nobody can tell which rows have gone through the view.

    Raises DiagnosticError (TL528) when the rows lie in ClickHouse since a moment ago: none could be deleted here.
    """
    if writer.execute(f"SELECT 1 FROM {MOVES} WHERE source = ? AND is_over", [source]).fetchall():
        message = f"the rows of {source} have been moved to ClickHouse"
        raise DiagnosticError(Diagnostic("TL528", message, hint="start the server again, with its engine"))
    writer.execute(f"UPDATE {MOVES} SET spoilt = true WHERE source = ?", [source])
    for marks in (POPULATIONS, BACKFILLS):
        writer.execute(f"UPDATE {marks} SET spoilt = true WHERE source = ? AND next_row < end_row", [source])


def is_being_read(writer: Writer, source: str) -> bool:
    """Whether something goes by the ids of the table's rows."""
    held = "WHERE source = $source AND next_row < end_row AND NOT spoilt"
    moving = f"SELECT 1 FROM {MOVES} WHERE source = $source AND NOT spoilt"
    sql = f"SELECT 1 FROM {POPULATIONS} {held} UNION ALL SELECT 1 FROM {BACKFILLS} {held} UNION ALL {moving}"
    return bool(writer.execute(sql, {"source": source}).fetchall())


def forget(writer: Writer, pipe: str) -> None:
    """Earlier populations of a view, which another one takes the place of."""
    writer.execute(f"DELETE FROM {POPULATIONS} WHERE pipe = ?", [pipe])


def begun(engine: DuckDBEngine) -> list[Population]:
    """Those that have not come to their end."""
    with engine.transaction() as writer:
        rows = writer.execute(f"SELECT * FROM {POPULATIONS} WHERE next_row < end_row AND NOT spoilt").fetchall()
    return [Population(*row) for row in rows]


def run_population(run: Run, view: ViewPlan, engine: DuckDBEngine, ingest: Ingest) -> None:
    """Raises DiagnosticError; Cancelled."""
    while True:
        run.check()
        with ingest.loading_paused():
            rest = _rest(engine, run.job.id)
            if rest.next_row >= rest.end_row:
                return
            done = min(rest.next_row + CHUNK, rest.end_row)
            _pour(run, view, ingest, rest, done)
        run.report({"rows": done, "of": rest.end_row, "percentage": round(100.0 * done / rest.end_row, 1)})


def _pour(run: Run, view: ViewPlan, ingest: Ingest, rest: Population, done: int) -> None:
    def note(writer: Writer, count: int) -> None:
        writer.execute(f"UPDATE {POPULATIONS} SET next_row = ? WHERE id = ?", [done, run.job.id])

    rows = f"SELECT * FROM {quoted(rest.source)} WHERE rowid >= {rest.next_row} AND rowid < {done}"
    ingest.pourer().populate(Passage(KIND, "", run.job.id), view, rows, note)


def _rest(engine: DuckDBEngine, id: str) -> Population:
    """Raises DiagnosticError (TL512) when its rows are not what they were."""
    with engine.transaction() as writer:
        rows = writer.execute(f"SELECT * FROM {POPULATIONS} WHERE id = ?", [id]).fetchall()
        if not rows:
            raise DiagnosticError(Diagnostic("TL512", "the population has no mark: populate again, with truncate"))
        rest = Population(*rows[0])
        sql = f"SELECT count(*) FROM {quoted(rest.source)} WHERE rowid < {rest.end_row}"
        ((count,),) = writer.execute(sql).fetchall()
    if rest.spoilt or count != rest.row_count:
        message = f"rows of {rest.source} were deleted while {rest.pipe} was filled from it"
        raise DiagnosticError(Diagnostic("TL512", message, hint="populate it again, with truncate"))
    return rest
