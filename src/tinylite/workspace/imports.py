"""Files into data sources: a job reads all of a file beside what is live, and then moves its rows in.

What is no such file at all changes nothing. A job that is begun again goes on behind the last rows that it moved.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.capabilities import refusal
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import DONE_JOBS, IMPORT_PREFIX, IMPORTS, QUARANTINE_SUFFIX
from tinylite.engine.duckdb.errors import translated
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.errors import IngestError, Malformed
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.insertion import insertion
from tinylite.ingest.loader import Counts
from tinylite.ingest.operation import Operation
from tinylite.ingest.replacement import Replacement, condition_of, nothing_fits
from tinylite.ingest.staged import Piece, Staged
from tinylite.ingest.views import Passage
from tinylite.workspace.done import mark_done
from tinylite.workspace.fetching import Reach, check_url, fetch
from tinylite.workspace.files import as_read, format_of, format_within, pieces
from tinylite.workspace.jobs import Cancelled, Job, Jobs, Run
from tinylite.workspace.live import Live
from tinylite.workspace.opened import InputFile
from tinylite.workspace.populations import spoil
from tinylite.workspace.readers.piece import Dialect
from tinylite.workspace.there import There

KIND = "import"
Note = Callable[[Writer, Counts], None]
"""Writes down, in the transaction of the last rows, that all of a file is in."""
OBJECT_PREFIX = "object-"
"""Of ids that stand for the content of an object of a bucket, and so for no job."""
MODES = ("append", "replace")
ROWS = 250_000
"""That are moved in one transaction: events wait meanwhile."""
_TELL_EVERY = 0.25
"""Seconds between reports of how far a job has come."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a file. `format` is found out when it is empty; `condition` of a replacement is
    ClickHouse's SQL; `url` is where the file lies when it was not sent.
    """

    mode: str = "append"
    format: str = ""
    dialect: Dialect = field(default_factory=Dialect)
    condition: str = ""
    skips_incompatible: bool = False
    empties: bool = False
    """A replacement by no rows at all is meant."""
    url: str = ""

    def arguments(self) -> dict[str, object]:
        """As a job keeps them."""
        shown: dict[str, object] = {"mode": self.mode, "format": self.format}
        if self.condition:
            shown["replace_condition"] = self.condition
        if self.url:
            shown["url"] = self.url
        return {**shown, "_order": asdict(self)}

    @classmethod
    def of(cls, arguments: Mapping[str, object]) -> Order:
        kept = dict(arguments["_order"])  # type: ignore[call-overload]
        dialect = dict(kept.pop("dialect"))
        return cls(**kept, dialect=Dialect(**{**dialect, "columns": tuple(dialect["columns"])}))


class Imports:
    """`folder` keeps files that wait for their jobs."""

    def __init__(self, engine: DuckDBEngine, ingest: Ingest, jobs: Jobs, folder: Path, live: Live) -> None:
        self._engine = engine
        self._ingest = ingest
        self._jobs = jobs
        self._folder = folder
        self._live = live
        self.there: There | None = None
        """Set where the rows lie in ClickHouse."""
        self.reach = Reach.of()
        folder.mkdir(parents=True, exist_ok=True)

    def submit(self, name: str, order: Order, file: Path | None) -> Job:
        """`file` is taken away; None when there is an address. Raises DiagnosticError, IngestError."""
        datasource, _ = self._live.datasource(name)
        if order.condition:
            condition_of(datasource, "replace_condition", order.condition)
        if order.url:
            check_url(order.url, self.reach)
        id = str(uuid.uuid4())
        if file is not None:
            file.replace(self._folder / id)
        self._jobs.start()
        return self._jobs.submit(KIND, name, order.arguments(), id)

    def load(self, name: str, path: Path, format: str) -> Counts:
        """Appends a file, which stays where it is; returns when that is done.

        Raises DiagnosticError, IngestError, OSError.
        """
        id, now = str(uuid.uuid4()), datetime.now(UTC)
        told: dict[str, object] = {}
        arguments = Order(format=format).arguments()
        run = Run(Job(id, KIND, name, arguments, "working", {}, "", now, now, now), told.update)
        try:
            _Import(run, self._engine, self._ingest, self._live, path, self.reach, there=self.there).work()
        except duckdb.Error as problem:
            raise translated(problem) from problem
        finally:
            Staged.drop(self._engine, id)
        return Counts(int(str(told["successful_rows"])), int(str(told["quarantined_rows"])))

    def load_once(self, run: Run, id: str, name: str, path: Path, format: str, note: Note) -> None:
        """Appends a file as a part of a job, however often it is begun: `id` stands for its content. `note` is asked
        once. Raises DiagnosticError, IngestError, OSError, duckdb.Error; Cancelled.
        """
        now = datetime.now(UTC)
        job = Job(id, KIND, name, Order(format=format).arguments(), "working", {}, "", now, now, now)
        inner = Run(job, lambda progress: None)
        run.stoppable(inner.stop)
        try:
            _Import(
                inner, self._engine, self._ingest, self._live, path, self.reach, note, run.job.id, self.there
            ).work()
        except duckdb.Error:
            # An interrupt ends a statement as an error does.
            run.check()
            raise
        except IngestError:
            Staged.drop(self._engine, id)
            raise
        Staged.drop(self._engine, id)

    def sweep(self) -> None:
        """What is left of jobs that are over, and of objects that no row has been moved of."""
        with self._engine.transaction() as writer:
            rows = writer.execute(
                "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, ?)", [IMPORT_PREFIX]
            ).fetchall()
        staged = {str(name).removeprefix(IMPORT_PREFIX).removesuffix(QUARANTINE_SUFFIX) for (name,) in rows}
        for id in staged | {path.name for path in self._folder.iterdir()}:
            job = self._jobs.find(id)
            if id.startswith(OBJECT_PREFIX):
                if not self._is_half_moved(id):
                    self._forget(id)
            elif job is None or job.is_over:
                self._forget(id)

    def _is_half_moved(self, id: str) -> bool:
        with self._engine.transaction() as writer:
            return bool(writer.execute(f"SELECT 1 FROM {IMPORTS} WHERE id = ? AND moved > 0", [id]).fetchall())

    def _forget(self, id: str) -> None:
        (self._folder / id).unlink(missing_ok=True)
        Staged.drop(self._engine, id)

    # -- the job ----------------------------------------------------------------------------------------------------

    def run(self, run: Run) -> None:
        """Raises DiagnosticError; Cancelled."""
        try:
            _Import(
                run, self._engine, self._ingest, self._live, self._folder / run.job.id, self.reach, there=self.there
            ).work()
        except IngestError as problem:
            run.report({"status_code": problem.status})
            self._forget(run.job.id)
            raise DiagnosticError(Diagnostic("TL520", str(problem))) from None
        except duckdb.Error as problem:
            if run.begins_again:
                raise Cancelled from None
            self._forget(run.job.id)
            raise (Cancelled() if run.stopped.is_set() else translated(problem)) from None
        except BaseException:
            if not run.begins_again:
                self._forget(run.job.id)
            raise
        self._forget(run.job.id)


class _Import:
    """One job at work."""

    def __init__(
        self,
        run: Run,
        engine: DuckDBEngine,
        ingest: Ingest,
        live: Live,
        path: Path,
        reach: Reach,
        note: Note | None = None,
        job_id: str = "",
        there: There | None = None,
    ) -> None:
        self._there = there
        self._note = note
        self._job_id = job_id or run.job.id
        self._run = run
        self._engine = engine
        self._ingest = ingest
        self._live = live
        self._path = path
        self._reach = reach
        self._order = Order.of(run.job.arguments)
        self._told = 0.0

    def work(self) -> None:
        done = self._is_done()
        if done is not None:
            self._report(100.0, done)
            return
        order = self._order
        if order.url and not self._path.exists():
            fetch(order.url, self._path, self._reach, self._fetched)
        if not self._path.exists():
            raise Malformed("the file is gone: send it again")
        file = InputFile(self._path)
        format = order.format or format_of(order.url) or format_within(file)
        datasource, table = self._live.datasource(self._run.job.pipe)
        staged = Staged(self._engine, self._run.job.id, as_read(datasource, format))
        if staged.found() is None:
            self._stage(staged, file, format, datasource)
        if order.mode == "append":
            self._append(staged, datasource, table)
        else:
            self._replace(staged, datasource, table)

    def _is_done(self) -> Counts | None:
        id = self._run.job.id
        with self._engine.transaction() as writer:
            rows = writer.execute(
                f"SELECT row_count, coalesce(quarantined, 0) FROM {DONE_JOBS} LEFT JOIN {IMPORTS} USING (id) "
                "WHERE id = ?",
                [id],
            ).fetchall()
        return Counts(int(rows[0][0]), int(rows[0][1])) if rows else None

    # -- reading ----------------------------------------------------------------------------------------------------

    def _fetched(self, size: int, total: int) -> None:
        self._run.check()
        self._tell(lambda: {"percentage": round(20.0 * size / total, 1) if total else 0.0, "bytes": size})

    def _stage(self, staged: Staged, file: InputFile, format: str, datasource: Datasource) -> None:
        found = pieces(file, format, datasource, self._order.dialect)
        rows = 0

        def following() -> Piece | None:
            nonlocal rows
            self._run.check()
            piece = next(found, None)
            if piece is None:
                return None
            rows += piece.rows
            share = min(1.0, file.position / file.size) if file.size else 0.0
            self._tell(lambda: {"percentage": round(80.0 * share, 1), "bytes": file.position, "rows": rows})
            return piece

        staged.fill(following, self._run.stoppable)

    def _tell(self, progress: Callable[[], Mapping[str, object]]) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY:
            self._told = now
            self._run.report(progress())

    def _report(self, percentage: float, counts: Counts, ignored: int = 0) -> None:
        self._run.report({
            "percentage": percentage,
            "successful_rows": counts.good,
            "quarantined_rows": counts.quarantined,
            **({"ignored_rows": ignored} if ignored else {}),
        })  # fmt: skip

    # -- moving -----------------------------------------------------------------------------------------------------

    def _append(self, staged: Staged, datasource: Datasource, table: str) -> None:
        while True:
            self._run.check()
            with self._ingest.loading_paused():
                moved, counts = self._counts(staged, datasource)
                _, table = self._live.datasource(self._run.job.pipe)
                end = min(moved + ROWS, counts.good)
                self._move(staged, datasource, table, moved, end, counts)
            self._report(80 + 20 * end / max(1, counts.good), counts)
            if end >= counts.good:
                return

    def _counts(self, staged: Staged, datasource: Datasource) -> tuple[int, Counts]:
        """Raises DiagnosticError when the data source is not what it was when the file was read."""
        found = staged.found()
        live, _ = self._live.datasource(self._run.job.pipe)
        if found is None or live.columns != datasource.columns:
            moved = f"; {found[0]:,} rows of the file are in" if found and found[0] else ""
            message = f"{datasource.name} was changed while the file was read{moved}"
            raise DiagnosticError(Diagnostic("TL512", message, hint="send the file again"))
        return found

    def _move(self, staged: Staged, datasource: Datasource, table: str, start: int, end: int, counts: Counts) -> None:
        id, quarantine = self._run.job.id, table + QUARANTINE_SUFFIX

        def note(writer: Writer, count: int) -> None:
            staged.moved(writer, end)
            if not start:
                staged.set_aside(writer, quarantine)
            if end == counts.good:
                mark_done(writer, id, counts.good)
                if self._note is not None:
                    self._note(writer, counts)

        self._ingest.pourer().copy(
            Passage("append", id, self._job_id), "", datasource.name, insertion(datasource, table),
            f"({staged.rows(start, end)})", note,
            replace=False, also=(quarantine,), quarantined=0 if start else counts.quarantined,
        )  # fmt: skip

    def _replace(self, staged: Staged, datasource: Datasource, table: str) -> None:
        """At once: nobody sees a part of it."""
        order, id = self._order, self._run.job.id
        condition = condition_of(datasource, "replace_condition", order.condition) if order.condition else ""

        def note(writer: Writer, count: int) -> None:
            staged.set_aside(writer, table + QUARANTINE_SUFFIX)
            mark_done(writer, id, count)

        steps = 0

        def check() -> None:
            nonlocal steps
            self._run.check()
            steps += 1
            share = min(1.0, steps * ROWS / max(1, counts.good))
            self._tell(lambda: {"percentage": round(80.0 + 19.0 * share, 1)})

        with self._ingest.paused():
            _, counts = self._counts(staged, datasource)
            _, table = self._live.datasource(self._run.job.pipe)
            if self._there is not None:
                count = self._replace_there(self._there, staged, datasource, table, counts, condition)
                self._report(100.0, Counts(count, counts.quarantined))
                return
            wanted = Replacement(datasource, condition, id, counts.quarantined, order.empties, order.skips_incompatible)
            replacer = self._ingest.replacer(self._live.datasources(), spoil)
            count = replacer.replace(wanted, insertion(datasource, table), staged.table, note, check)
        self._report(100.0, Counts(count, counts.quarantined), ignored=counts.good - count)

    def _replace_there(
        self, there: There, staged: Staged, datasource: Datasource, table: str, counts: Counts, condition: str
    ) -> int:
        name, id = self._run.job.pipe, self._run.job.id
        if condition:
            raise refusal("replace the rows that a condition holds for")
        if not counts.good and not self._order.empties:
            raise nothing_fits(Replacement(datasource, "", id, counts.quarantined))
        there.clear()
        there.replace(name, table, there.declared(name), staged.table, id)
        with self._engine.transaction(table + QUARANTINE_SUFFIX) as writer:
            staged.set_aside(writer, table + QUARANTINE_SUFFIX)
            mark_done(writer, id, counts.good)
        self._ingest.told(Operation("replace", name, counts.good, counts.quarantined, 0.0, id, id))
        return counts.good
