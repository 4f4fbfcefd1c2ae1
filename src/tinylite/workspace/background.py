"""What runs without being asked, or longer than a request: copies, sinks, populations, connectors, and the clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.views import ViewPlan
from tinylite.project import Program, Project, View
from tinylite.project.program import Secrets
from tinylite.sql.physical import quoted
from tinylite.workspace import copies, populations, sinks
from tinylite.workspace.buckets import Buckets
from tinylite.workspace.connectors import Connectors
from tinylite.workspace.copies import JOB_TIMESTAMP, Copy, copy_of, prepared
from tinylite.workspace.deployments import Deployments
from tinylite.workspace.jobs import Job, Jobs, Run
from tinylite.workspace.populations import begin, begun, forget, spoil
from tinylite.workspace.records import Records, record_job, record_now
from tinylite.workspace.schedule import Schedule
from tinylite.workspace.sinks import Sink, sink_of
from tinylite.workspace.store import Store
from tinylite.workspace.there import There

_NAMESPACE = uuid.UUID("3f3a41a4-5d5b-4e43-8f6c-6d6f0e0a3c11")
"""Of the ids of scheduled jobs: one id for each pipe and moment."""


class Background:
    """`follow` gives it the copies of a project. Nothing runs before `start`."""

    def __init__(
        self,
        engine: DuckDBEngine,
        store: Store,
        ingest: Ingest,
        records: Records,
        secrets: Secrets,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._engine = engine
        self.there: There | None = None
        """Set where the rows lie in ClickHouse."""
        self._ingest = ingest
        self._secrets = secrets
        self._deployments = Deployments(store)
        self.copies: Mapping[str, Copy] = {}
        self.jobs = Jobs(store, lambda job: record_job(records, job), now)
        self.sinks: Mapping[str, Sink] = {}
        self._records = records
        self.jobs.runners = {copies.KIND: self._copy, populations.KIND: self._populate, sinks.KIND: self._sink}
        self.schedule = Schedule(store, self._fire, now)
        self.buckets: Buckets | None = None
        """Set by who makes it: imports need more than this has."""
        self.connectors = Connectors(engine, ingest, secrets, partial(record_now, records, "kafka_ops_log"))

    def follow(self, project: Project, programs: Mapping[str, Program], tables: Callable[[str], str]) -> None:
        """`tables` gives the names in the engine of data sources."""
        found = (
            copy_of(pipe, programs[name], project.target(pipe.output), tables) for name, pipe in project.pipes.items()
        )
        self.copies = {copy.pipe.name: copy for copy in found if copy is not None}
        exports = (sink_of(project, name, program) for name, program in programs.items())
        self.sinks = {sink.name: sink for sink in exports if sink is not None}
        self.connectors.follow(project)
        crons = {name: copy.schedule for name, copy in self.copies.items()}
        crons |= {name: sink.plan.schedule for name, sink in self.sinks.items()}
        if self.buckets is not None:
            crons |= self.buckets.follow(project)
        self.schedule.set({name: cron for name, cron in crons.items() if cron})
        # The mark is set with the tables: a server that was killed right then has left no job.
        for population in begun(self._engine):
            if self.jobs.find(population.id) is None:
                self.jobs.submit(populations.KIND, population.pipe, {}, population.id)

    def start(self) -> None:
        self.jobs.start()
        self.schedule.start()
        self.connectors.start()

    def close(self) -> None:
        self.connectors.close()
        self.schedule.close()
        self.jobs.close()

    # -- copies -----------------------------------------------------------------------------------------------------

    def run_copy(self, name: str, arguments: Mapping[str, object], mode: str = "") -> Job:
        """Raises DiagnosticError: TL508 when it is no copy, TL3xx when the template refuses the arguments."""
        copy = self._known(name)
        if mode and mode not in copies.MODES:
            raise DiagnosticError(Diagnostic("TL107", f"a copy's mode is append or replace, not {mode}"))
        prepared(copy, arguments, self._secrets, datetime.now(UTC))
        self.jobs.start()
        return self.jobs.submit(copies.KIND, name, {**arguments, **({"_mode": mode} if mode else {})})

    def pause(self, name: str, *, paused: bool) -> None:
        """Raises DiagnosticError when it is no copy (TL508), or has no schedule (TL512)."""
        self._known(name)
        if not self.schedule.pause(name, paused):
            raise DiagnosticError(Diagnostic("TL512", f"{name} has no schedule: it runs on demand"))

    def _known(self, name: str) -> Copy:
        copy = self.copies.get(name)
        if copy is None:
            raise DiagnosticError(Diagnostic("TL508", f"the copy pipe '{name}' does not exist"))
        return copy

    def _fire(self, name: str, due: datetime) -> None:
        """One run may wait while one works; a third moment is left out."""
        if name not in self.sinks and name not in self.copies:
            if self.buckets is not None:
                self.buckets.look(name)
            return
        kind = sinks.KIND if name in self.sinks else copies.KIND
        id = str(uuid.uuid5(_NAMESPACE, f"{name} {due.isoformat()}"))
        if self.jobs.find(id) is None and not self.jobs.all(kind=kind, pipe=name, status="waiting"):
            moment = due.strftime("%Y-%m-%d %H:%M:%S")
            self.jobs.submit(kind, name, {JOB_TIMESTAMP: moment}, id)

    def _copy(self, run: Run) -> None:
        while not copies.run_copy(
            run, self._known(run.job.pipe), self._engine, self._ingest, self._secrets, self.there
        ):
            run.check()

    # -- sinks ------------------------------------------------------------------------------------------------------

    def run_sink(self, name: str, arguments: Mapping[str, object]) -> Job:
        """Raises DiagnosticError: TL508 when it is no sink, TL3xx when the template refuses the arguments."""
        sinks.prepared(self._known_sink(name), arguments, self._secrets, datetime.now(UTC))
        self.jobs.start()
        return self.jobs.submit(sinks.KIND, name, arguments)

    def _known_sink(self, name: str) -> Sink:
        sink = self.sinks.get(name)
        if sink is None:
            raise DiagnosticError(Diagnostic("TL508", f"the sink pipe '{name}' does not exist"))
        return sink

    def _sink(self, run: Run) -> None:
        tell = partial(record_now, self._records, "sinks_ops_log")
        sinks.run_sink(run, self._known_sink(run.job.pipe), self._engine, self._secrets, tell, self.there)

    # -- populations ------------------------------------------------------------------------------------------------

    def populate(self, pipe: str, *, truncate: bool = False) -> Job:
        """All that the source of a view holds, through the view. With `truncate` the target is emptied first, and all
        views that feed it are populated; the job is that of `pipe`.

        Raises DiagnosticError: TL508 when there is no such view, TL512 when rows would count twice.
        """
        if self.there is not None:
            return self._populate_there(self.there, pipe, truncate=truncate)
        view = self._view(pipe)
        candidate = self._deployments.candidate
        if candidate is not None:
            message = f"deployment {candidate.id} is being prepared from what {view.target} holds now"
            raise DiagnosticError(Diagnostic("TL514", message, hint="promote or discard it first"))
        self.jobs.start()
        with self._ingest.paused():
            views = self._ingest.feeding(view.target) if truncate else [view]
            self._check_idle(views)
            if not truncate and self._engine.row_count(view.into.table):
                message = f"{view.target} holds rows, which would count twice"
                hint = "with truncate it is emptied first, and filled by all its views"
                raise DiagnosticError(Diagnostic("TL512", message, hint=hint))
            ids = {each.name: str(uuid.uuid4()) for each in views}
            with self._engine.transaction(view.into.table) as writer:
                if truncate:
                    spoil(writer, view.into.table)
                    writer.execute(f"DELETE FROM {quoted(view.into.table)}")
                for each in views:
                    forget(writer, each.name)
                    begin(writer, ids[each.name], each.name, each.table)
        jobs = {name: self.jobs.submit(populations.KIND, name, {"truncate": truncate}, id) for name, id in ids.items()}
        return jobs[pipe]

    def _populate_there(self, there: There, pipe: str, *, truncate: bool) -> Job:
        target = there.view(pipe).target.name
        self._check_idle(there.feeding(target))
        with self._ingest.loading_paused():
            there.clear()
            if not truncate and there.count(there.table(target), "1"):
                message = f"{target} holds rows, which would count twice"
                hint = "with truncate it is emptied first, and filled by all its views"
                raise DiagnosticError(Diagnostic("TL512", message, hint=hint))
        self.jobs.start()
        return self.jobs.submit(populations.KIND, pipe, {"truncate": truncate})

    def _check_idle(self, views: Iterable[ViewPlan | View]) -> None:
        for view in views:
            if any(not job.is_over for job in self.jobs.all(kind=populations.KIND, pipe=view.name)):
                raise DiagnosticError(Diagnostic("TL512", f"{view.name} is being populated already"))

    def mark(self, views: Iterable[ViewPlan]) -> None:
        """Of new views, in the transaction that makes their targets."""
        with self._engine.transaction() as writer:
            for view in views:
                begin(writer, str(uuid.uuid4()), view.name, view.table)

    def _view(self, pipe: str) -> ViewPlan:
        view = self._ingest.view(pipe)
        if view is None:
            raise DiagnosticError(Diagnostic("TL508", f"the materialized view '{pipe}' does not exist"))
        return view

    def _populate(self, run: Run) -> None:
        if self.there is not None:
            self.there.populate(run, run.job.pipe, truncate=bool(run.job.arguments.get("truncate")))
            return
        populations.run_population(run, self._view(run.job.pipe), self._engine, self._ingest)
