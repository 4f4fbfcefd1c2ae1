"""Copy pipes: a job that writes a query's result into a data source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tinylite.datafile.model import Datasource, Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.insertion import completed, insertion
from tinylite.ingest.views import Passage
from tinylite.project.copies import cron_of
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.project.views import compiled_insert
from tinylite.sql.physical import quoted
from tinylite.template import CustomError
from tinylite.workspace.done import mark_done, rows_done
from tinylite.workspace.jobs import Run
from tinylite.workspace.populations import spoil
from tinylite.workspace.there import There

KIND = "copy"
MODES = ("append", "replace")
JOB_TIMESTAMP = "job_timestamp"
"""A parameter that every copy has: when the job was asked for, or what its schedule says."""


@dataclass(frozen=True, slots=True)
class Copy:
    """What one version of a project says."""

    pipe: Pipe
    program: Program
    target: Datasource
    table: str
    """Of the target, in the engine."""
    mode: str
    schedule: str
    """Cron, in UTC; empty for on demand."""


def copy_of(pipe: Pipe, program: Program, target: Datasource | None, tables: Callable[[str], str]) -> Copy | None:
    """`tables` gives the names in the engine of data sources. None when the pipe copies nothing."""
    node = pipe.output
    if node.kind != "copy" or target is None:
        return None
    mode, schedule = node.settings.get("COPY_MODE"), node.settings.get("COPY_SCHEDULE")
    cron = cron_of(schedule) if schedule else None
    return Copy(
        pipe, program, target, tables(target.name), mode.value.strip("\"' ").lower() if mode else "append", cron or ""
    )


def prepared(copy: Copy, arguments: Mapping[str, object], secrets: Secrets, moment: datetime) -> Prepared:
    """`moment` is when the job was asked for. Raises DiagnosticError, also where the template raises its own error."""
    asked = {key: value for key, value in arguments.items() if not key.startswith("_")}
    stamped = {JOB_TIMESTAMP: moment.strftime("%Y-%m-%d %H:%M:%S"), **asked}
    try:
        return copy.program.prepare(stamped, secrets)
    except CustomError as problem:
        raise DiagnosticError(Diagnostic("TL306", str(problem.body), copy.pipe.output.span)) from None


def run_copy(
    run: Run, copy: Copy, engine: DuckDBEngine, ingest: Ingest, secrets: Secrets, there: There | None = None
) -> bool:
    """Raises DiagnosticError; Cancelled. The result is made beside the writer, then written in one transaction.

    False when another version of the project went live meanwhile: nothing was written.
    """
    if there is not None:
        query = prepared(copy, run.job.arguments, secrets, run.job.created_at)
        replacing = str(run.job.arguments.get("_mode") or copy.mode) == "replace"
        return there.copy(run, copy.pipe.name, copy.target, copy.table, query, replacing=replacing)
    if _is_done(engine, run.job.id):
        return True
    query = prepared(copy, run.job.arguments, secrets, run.job.created_at)
    compiled = compiled_insert(query, copy.target)
    rows = completed(compiled.sql, copy.target, {column.name for column in compiled.columns})
    values = {name: query.values[name].value for name in compiled.parameters}
    mode = str(run.job.arguments.get("_mode") or copy.mode)

    ingest.catch_up()
    staged = engine.stage(run.job.id, rows, values, run.stoppable)
    try:
        run.check()
        count = _write(run, copy, staged, ingest, mode)
    finally:
        engine.unstage(staged)
    if count is None:
        return False
    run.report({"written_rows": count, "mode": mode, "percentage": 100.0})
    return True


def _write(run: Run, copy: Copy, staged: str, ingest: Ingest, mode: str) -> int | None:
    def note(writer: Writer, count: int) -> None:
        mark_done(writer, run.job.id, count)
        if mode == "replace":
            spoil(writer, copy.table)

    target, into = copy.target, insertion(copy.target, copy.table)
    with ingest.loading_paused():
        now = ingest.target(target.name)
        if now is None or (now.datasource, now.table) != (target, copy.table):
            return None
        return ingest.pourer().copy(
            Passage(KIND, "", run.job.id), copy.pipe.name, target.name, into, quoted(staged), note,
            replace=mode == "replace",
        )  # fmt: skip


def _is_done(engine: DuckDBEngine, id: str) -> bool:
    with engine.transaction() as writer:
        return rows_done(writer, id) is not None
