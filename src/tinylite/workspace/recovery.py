"""Rows in quarantine: why they are there, and back into the data source when they fit now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, quarantine_columns
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import unfit, values_of
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.insertion import insertion, with_defaults
from tinylite.ingest.views import Passage
from tinylite.sql.physical import quoted, text_literal
from tinylite.workspace.jobs import Job, Jobs, Run
from tinylite.workspace.live import Live

KIND = "recover"
_ROWS = 100_000
"""Of one transaction."""
_NUMBER = quoted("number of row")
"""No column has such a name."""
_SAMPLES = 3
_NO_VALUE = "regexp_replace(e, '^value ''.*'' on column', 'a value on column', 's')"
_KIND = f"CASE WHEN starts_with(e, 'value ''') THEN {_NO_VALUE} ELSE split_part(e, ': ', 1) END"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows are in quarantine; one that has several reasons counts with each. Moments are in UTC."""

    text: str
    rows: int
    first: datetime
    last: datetime
    samples: tuple[str, ...]


class Recovery:
    def __init__(self, engine: DuckDBEngine, ingest: Ingest, jobs: Jobs, live: Live) -> None:
        self._engine = engine
        self._ingest = ingest
        self._jobs = jobs
        self._live = live

    def reasons(self, name: str, import_id: str = "") -> list[Reason]:
        """The most frequent first; of all rows, or of those of one import. Raises DiagnosticError."""
        datasource, table = self._live.datasource(name)
        _check_reasons(datasource)
        errors = f"SELECT unnest(c__error) AS e, insertion_date AS moment FROM {quoted(table + QUARANTINE_SUFFIX)}"
        if import_id:
            errors += f" WHERE c__import_id = {text_literal(import_id)}"
        with self._engine.transaction() as writer:
            found = writer.execute(
                f"SELECT {_KIND} AS reason, count(*), min(moment), max(moment), min(left(e, 300), {_SAMPLES}) "
                f"FROM ({errors}) GROUP BY reason ORDER BY count(*) DESC, reason LIMIT 1000"
            ).fetchall()
        return [Reason(text, rows, first, last, tuple(samples)) for text, rows, first, last, samples in found]

    def submit(self, name: str) -> Job:
        """Raises DiagnosticError."""
        _check_reasons(self._live.datasource(name)[0])
        self._jobs.start()
        return self._jobs.submit(KIND, name, {})

    def run(self, run: Run) -> None:
        """What fits leaves the quarantine in the transaction that brings it into the data source: begun again, the job
        goes on with the rest. Raises DiagnosticError; Cancelled.
        """
        recovered = int(str(run.job.progress.get("successful_rows", 0)))
        while True:
            run.check()
            with self._ingest.paused():
                moved = self._some(run)
                left = self.rows(run.job.pipe)
            recovered += moved
            whole = recovered + left
            progress = round(100.0 * recovered / whole, 1) if whole else 100.0
            run.report({"percentage": progress, "successful_rows": recovered, "quarantined_rows": left})
            if not moved:
                return

    def rows(self, name: str) -> int:
        """In quarantine. Raises DiagnosticError."""
        _, table = self._live.datasource(name)
        with self._engine.transaction() as writer:
            ((rows,),) = writer.execute(f"SELECT count(*) FROM {quoted(table + QUARANTINE_SUFFIX)}").fetchall()
        return int(rows)

    def _some(self, run: Run) -> int:
        datasource, table = self._live.datasource(run.job.pipe)
        quarantine = table + QUARANTINE_SUFFIX
        staged = self._engine.stage(run.job.id, fitting(datasource, quarantine), {}, run.stoppable)
        try:

            def note(writer: Writer, count: int) -> None:
                gone = f"SELECT {_NUMBER} FROM {quoted(staged)}"
                writer.execute(f"DELETE FROM {quoted(quarantine)} WHERE rowid IN ({gone})")

            return self._ingest.pourer().copy(
                Passage("recover", run.job.id, run.job.id), "", datasource.name, insertion(datasource, table),
                f"(SELECT * EXCLUDE ({_NUMBER}) FROM {quoted(staged)})", note, replace=False, also=(quarantine,),
            )  # fmt: skip
        finally:
            self._engine.unstage(staged)


def fitting(datasource: Datasource, quarantine: str) -> str:
    """A SELECT of some rows that fit now, with their numbers in the quarantine.

    A line that was no event has no texts of columns, only a reason: it can't come back. Raises DiagnosticError.
    """
    columns = datasource.columns
    texts = ", ".join(f"{quoted(column.name)} AS x{i}" for i, column in enumerate(columns))
    values = values_of(columns)
    fits = " AND ".join(f"NOT {unfit(i, column)}" for i, column in enumerate(columns))
    given = ", ".join(f"v{i} AS {quoted(column.name)}" for i, column in enumerate(columns))
    events = f"SELECT rowid AS {_NUMBER}, {texts} FROM {quoted(quarantine)} WHERE len(c__error_column) > 0"
    typed = f"SELECT *, {values} FROM ({events})"
    return with_defaults(f"SELECT {_NUMBER}, {given} FROM ({typed}) WHERE {fits} LIMIT {_ROWS}", datasource, columns)


def _check_reasons(datasource: Datasource) -> None:
    """Raises DiagnosticError when a column of its own has the name of one that says why."""
    reasons = {column.name for column in quarantine_columns(datasource)[len(datasource.columns) :]}
    if not {"c__error", "c__error_column", "insertion_date"} <= reasons:
        message = f"{datasource.name} has columns named like those that tell why rows are in quarantine"
        raise DiagnosticError(Diagnostic("TL512", message, hint="read the quarantine with SQL"))
