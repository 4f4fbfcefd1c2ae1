"""Carries a plan out: tables beside the live ones, history into them, one switch, and the way back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal
from weakref import ReferenceType, WeakKeyDictionary, ref

import duckdb

from tinylite.deploy.backfill import KIND, carry_quarantine, forget_marks, run_backfill, set_marks
from tinylite.deploy.mirroring import backfill_mirror, backward_mirror, forward_mirror
from tinylite.deploy.order import in_steps
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse.rows import plain
from tinylite.engine.duckdb.errors import translated
from tinylite.ingest.mirrors import Mirror, Mirrors
from tinylite.project import Project, assemble, check
from tinylite.project.plan import Facts, Plan, make_plan
from tinylite.workspace import Version, Workspace
from tinylite.workspace.deployments import UNFINISHED, Deployment
from tinylite.workspace.jobs import Cancelled, Job, Run
from tinylite.workspace.populations import begun
from tinylite.workspace.tables import TableNames, create_tables
from tinylite.workspace.there import There

logger = logging.getLogger("tinylite.deploy")
KEPT = 2
"""Deployments before the live one that one can go back to."""
_PATIENCE = 5.0
"""Seconds to wait for who plans or switches at the same time."""
Error = Mapping[str, str]
Edit = Callable[[Project | None], dict[str, bytes]]
"""The contents of a project, out of the live one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`deployment` is None when nothing was begun: it failed, nothing changes, or it was only to be checked."""

    result: Literal["success", "no_changes", "failed"]
    plan: Plan
    errors: tuple[Error, ...] = ()
    warnings: tuple[Error, ...] = ()
    deployment: Deployment | None = None
    job: Job | None = None


class Deployer:
    """One for each workspace (`deployer_of`). Any thread may call it."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._deployments = workspace.deployments
        self._lock = threading.RLock()
        self._versions: dict[int, Version] = {}
        jobs = workspace.background.jobs
        jobs.runners = {**jobs.runners, KIND: self._run}

    # -- what was there ---------------------------------------------------------------------------------------------

    def restore(self) -> bool:
        """Serves the live deployment again, with those beside it; false when there is none. What a killed server had
        half done is cleaned up. Raises DiagnosticError.
        """
        with self._lock:
            self.clean_up()
            live = self._deployments.live
            if live is None:
                return False
            self._versions[live.id] = self._version(live)
            for other in self._deployments.ready():
                if not other.live:
                    self._restore_beside(other)
            self._serve(live.id)
            return True

    def clean_up(self) -> None:
        """Ends what a killed server had half done."""
        for found in self._deployments.all():
            if found.status in UNFINISHED:
                self._end(found.id, [{"error": "the server ended while the deployment was prepared"}])
            elif found.status in ("failed", "deleting"):
                self._end(found.id)

    def _restore_beside(self, other: Deployment) -> None:
        try:
            self._versions[other.id] = self._version(other)
        except DiagnosticError as problem:
            self._end(other.id, [{"error": str(problem)}])

    def _version(self, deployment: Deployment) -> Version:
        project = assemble(self._deployments.contents(deployment.id))
        faults = [fault for fault in check(project) if fault.is_error]
        if faults:
            raise DiagnosticError(*faults)
        return self._workspace.version_of(project, TableNames(deployment.tables))

    # -- planning ---------------------------------------------------------------------------------------------------

    def deploy(
        self, contents: Mapping[str, bytes], *, check_only: bool, allow_destructive: bool, promote: bool
    ) -> Outcome:
        """Begins a deployment. Raises DiagnosticError (TL514) when another one is in the way."""
        return self.change(
            lambda live: dict(contents), check_only=check_only, allow_destructive=allow_destructive, promote=promote
        )

    def change(self, edit: Edit, *, check_only: bool, allow_destructive: bool, promote: bool) -> Outcome:
        """As `deploy`, of what `edit` makes of the live project: nothing can come between. Raises what it raises."""
        with self._exclusively():
            snapshot = self._workspace.snapshot
            live = snapshot.project if snapshot else None
            project = assemble(edit(live), live)
            diagnostics = check(project)
            warnings = tuple(error_of(fault) for fault in diagnostics if not fault.is_error)
            errors = tuple(error_of(fault) for fault in diagnostics if fault.is_error)
            if errors:
                return Outcome("failed", Plan(), errors, warnings)
            try:
                plan = self.plan(project)
            except DiagnosticError as problem:
                return Outcome("failed", Plan(), tuple(map(error_of, problem.diagnostics)), warnings)
            errors = _hindrances(plan, allow_destructive=allow_destructive)
            if errors:
                return Outcome("failed", plan, errors, warnings)
            if live is not None and plan.is_empty:
                return Outcome("no_changes", plan, (), warnings)
            if check_only:
                return Outcome("success", plan, (), warnings)
            self._check_free()
            deployment, job = self._begin(project, plan, promote=promote)
        # Small ones are ready at once: then the first look at it finds it done.
        job = self._workspace.background.jobs.wait(job.id, 2.0)
        return Outcome("success", plan, (), warnings, self._deployments.find(deployment.id), job)

    def plan(self, project: Project) -> Plan:
        """From what is live to a project without faults. Raises DiagnosticError."""
        workspace = self._workspace
        snapshot = workspace.snapshot

        def table(name: str) -> str | None:
            known = snapshot is not None and name in snapshot.project.datasources
            return snapshot.tables(name) if snapshot is not None and known else None

        def rows(name: str) -> int | None:
            found = table(name)
            return workspace.row_count(name) if found else None

        def size(name: str) -> int | None:
            found = table(name)
            return workspace.size(name) if found else None

        def secret(name: str) -> str | None:
            return workspace.secret_of(project, name)

        return make_plan(snapshot.project if snapshot else None, project, secret, Facts(rows, size))

    @contextmanager
    def _exclusively(self) -> Any:
        if not self._lock.acquire(timeout=_PATIENCE):
            raise DiagnosticError(Diagnostic("TL514", "another deployment is being planned or promoted right now"))
        try:
            yield
        finally:
            self._lock.release()

    def _check_free(self) -> None:
        self._workspace.moves.check_free()
        candidate = self._deployments.candidate
        if candidate is not None:
            what = "waits to be promoted" if candidate.is_ready else "is being prepared"
            hint = "tinylite deployment promote, or tinylite deployment discard"
            raise DiagnosticError(Diagnostic("TL514", f"deployment {candidate.id} {what}", hint=hint))
        unfilled = begun(self._workspace.engine)
        if unfilled:
            message = f"{unfilled[0].pipe} is being populated: what it has not written yet would be missing"
            raise DiagnosticError(Diagnostic("TL514", message, hint="wait for the job, or cancel it: tinylite job ls"))

    def _begin(self, project: Project, plan: Plan, *, promote: bool) -> tuple[Deployment, Job]:
        base = self._base()
        ids = [found.id for found in self._deployments.all()]
        id = max(ids, default=0) + 1
        tables = {step.datasource: self._table(step.datasource, step.table, id) for step in plan.steps}
        made = self._deployments.add(project.contents, tables, plan.as_data(), base=base, id=id)
        arguments = {"deployment_id": str(id), "_promote": promote}
        self._workspace.background.jobs.start()
        return made, self._workspace.background.jobs.submit(KIND, "", arguments)

    def _base(self) -> int | None:
        """The live deployment: what was only built becomes number 0."""
        live = self._deployments.live
        if live is not None:
            return live.id
        snapshot = self._workspace.snapshot
        if snapshot is None:
            return None
        tables = {name: snapshot.tables(name) for name in snapshot.project.datasources}
        self._deployments.add(snapshot.project.contents, tables, {}, base=None, status="data_ready", live=True, id=0)
        return 0

    def _table(self, name: str, kind: str, id: int) -> str:
        if kind == "shared":
            return self._workspace.tables(name)
        others = [found for found in self._deployments.all() if found.status != "deleted"]
        taken = {table for other in others for table in other.tables.values()}
        is_free = name not in taken and self._workspace.engine.table_columns(name) is None
        # No data source has a name with this sign.
        return name if is_free else f"{name}@{id}"

    # -- preparing --------------------------------------------------------------------------------------------------

    def _run(self, run: Run) -> None:
        """The job of a deployment. Raises DiagnosticError; Cancelled."""
        id = int(str(run.job.arguments["deployment_id"]))
        found = self._deployments.find(id)
        if found is None or found.status not in UNFINISHED:
            if found is not None and found.status == "failed":
                self._end(id)
            return
        try:
            self._prepare(run, found)
        except Cancelled:
            self._end(id, [{"error": "the deployment was cancelled"}])
            raise
        except DiagnosticError as problem:
            self._end(id, [error_of(fault) for fault in problem.diagnostics])
            raise
        except duckdb.Error as problem:
            failure = translated(problem)
            self._end(id, [error_of(fault) for fault in failure.diagnostics])
            raise failure from problem
        except Exception as problem:
            logger.exception("deployment %d failed", id)
            self._end(id, [{"error": f"an unexpected error happened: {problem}"}])
            raise
        if run.job.arguments.get("_promote"):
            try:
                self.promote(id)
            except DiagnosticError as problem:
                # It waits as if nobody had asked for it to be promoted; who asked is told why.
                self._deployments.set_status(id, "data_ready", [error_of(fault) for fault in problem.diagnostics])
                raise

    def _prepare(self, run: Run, deployment: Deployment) -> None:
        workspace, id = self._workspace, deployment.id
        version = self._version(deployment)
        plan = Plan.of_data(deployment.plan)
        self._deployments.set_status(id, "creating_schema")
        live = self._live_version() if deployment.base is not None else None
        if workspace.there is not None:
            self._prepare_there(run, id, workspace.there, live, version, plan)
            return
        history = backfill_mirror(live, version, id, plan) if live else None
        with self._lock, workspace.ingest.paused():
            with workspace.engine.transaction():
                self._create(version, plan)
            self._versions[id] = version
        self._deployments.set_status(id, "schema_ready")
        if live is not None and history is not None:
            self._fill(run, id, live, history, plan)
        # No block comes in between, which might be the one that it can't take.
        with self._lock, workspace.ingest.paused():
            self._check_alive(id)
            self._deployments.set_status(id, "data_ready")
            self._show_beside()
        with workspace.engine.transaction() as writer:
            forget_marks(writer, id)

    def _prepare_there(
        self, run: Run, id: int, there: There, live: Version | None, version: Version, plan: Plan
    ) -> None:
        """In ClickHouse: from one moment on rows go to both, and what the tables held then is carried afterwards."""
        workspace = self._workspace
        history = backfill_mirror(live, version, id, plan) if live is not None else None
        taken: dict[str, str] = {}
        try:
            with self._lock, workspace.ingest.paused():
                with workspace.engine.transaction():
                    self._create(version, plan)
                taken = there.begin(live, version, plan, id)
                self._versions[id] = version
                workspace.follow_tables(version.snapshot)
                if live is not None and history is not None:
                    tables = {name: live.snapshot.tables(name) for name in history.carried}
                    with workspace.engine.transaction() as writer:
                        carry_quarantine(writer, history, tables)
                    workspace.ingest.set_targets(live.planned, live.made, self._mirrors(live, also=id))
            self._deployments.set_status(id, "schema_ready")
            if live is not None:
                there.fill(run, live, version, plan, taken)
        finally:
            there.finish(taken)
        with self._lock, workspace.ingest.paused():
            self._check_alive(id)
            self._deployments.set_status(id, "data_ready")
            self._show_beside()

    def _fill(self, run: Run, id: int, live: Version, history: Mirror, plan: Plan) -> None:
        """Step by step: from the mark on each block goes to both deployments, and what lies before is carried."""
        workspace, version = self._workspace, self._versions[id]
        whole = forward_mirror(live, version, id, plan)
        fresh = [step.datasource for step in plan.steps if step.table == "fresh"]
        begun_ones: set[str] = set()
        for names in in_steps(replace(whole, carried={**whole.carried, **history.carried}), version, fresh):
            begun_ones.update(names)
            part = replace(history, carried={name: each for name, each in history.carried.items() if name in names})
            tables = {name: live.snapshot.tables(name) for name in part.carried}
            with self._lock, workspace.ingest.paused():
                self._check_alive(id)
                with workspace.engine.transaction() as writer:
                    set_marks(writer, id, tables)
                    carry_quarantine(writer, part, tables)
                workspace.ingest.set_targets(live.planned, live.made, self._mirrors(live, also=id, only=begun_ones))
            run_backfill(run, id, part, tables, workspace.engine, workspace.ingest, lambda: self._check_alive(id))

    def _create(self, version: Version, plan: Plan) -> None:
        engine, names = self._workspace.engine, version.snapshot.tables
        for step in plan.steps:
            if step.table == "fresh" and engine.table_columns(names(step.datasource)) is None:
                source = version.snapshot.project.datasources[step.datasource]
                create_tables(engine, plain(source) if version.passing else source, names(step.datasource))

    def _check_alive(self, id: int) -> None:
        found = self._deployments.find(id)
        if found is None or found.status not in UNFINISHED:
            reason = found.errors[0]["error"] if found and found.errors else "it was discarded"
            raise DiagnosticError(Diagnostic("TL514", reason))

    def _show_beside(self) -> None:
        """What is ready can be read."""
        ready = {found.id for found in self._deployments.ready() if not found.live}
        self._workspace.beside = {str(id): version.snapshot for id, version in self._versions.items() if id in ready}

    def _live_version(self) -> Version:
        """What is served now: a build may have changed it in its place."""
        live, snapshot = self._deployments.live, self._workspace.snapshot
        assert live is not None and snapshot is not None
        known = self._versions.get(live.id)
        if known is None or known.snapshot is not snapshot:
            known = self._workspace.version_of(snapshot.project, snapshot.tables)
            self._versions[live.id] = known
        return known

    # -- the blocks that others get ---------------------------------------------------------------------------------

    def _mirrors(
        self, live: Version, also: int | None = None, live_id: int | None = None, only: Collection[str] | None = None
    ) -> Mirrors:
        """Of all that is ready, and of `also`, which gets blocks of the data sources in `only`."""
        now = self._deployments.live
        live_id = live_id if live_id is not None else now.id if now else 0
        found: list[Mirror] = []
        for other in self._deployments.all():
            if other.id == live_id or not (other.is_ready or other.id == also):
                continue
            version = self._versions.get(other.id)
            if version is None:
                continue
            if other.id < live_id:
                found.append(backward_mirror(live, version, other.id))
            elif other.base == live_id:
                mirror = forward_mirror(live, version, other.id, Plan.of_data(other.plan))
                if other.id == also and only is not None:
                    carried = {name: each for name, each in mirror.carried.items() if name in only}
                    mirror = replace(mirror, carried=carried)
                found.append(mirror)
        return Mirrors(found, self._failed)

    def _failed(self, deployment: str, reason: str) -> None:
        """A block could not be written to it: it is not what it should be any more."""
        id = int(deployment)
        self._deployments.set_status(id, "failed", [{"error": reason}])
        self._workspace.beside = {key: value for key, value in self._workspace.beside.items() if key != deployment}
        self._versions.pop(id, None)
        self._workspace.background.jobs.submit(KIND, "", {"deployment_id": deployment})

    # -- switching --------------------------------------------------------------------------------------------------

    def promote(self, id: int) -> Deployment:
        """Makes a deployment live at once, be it newer or older. Raises DiagnosticError: TL508, TL514."""
        with self._lock:
            found, live = self._deployments.find(id), self._deployments.live
            if found is None or found.status == "deleted":
                raise DiagnosticError(Diagnostic("TL508", f"deployment {id} does not exist"))
            if found.live:
                raise DiagnosticError(Diagnostic("TL514", f"deployment {id} is live"))
            if not found.is_ready:
                raise DiagnosticError(Diagnostic("TL514", f"deployment {id} is not ready: {found.status}"))
            unfilled = begun(self._workspace.engine)
            if unfilled:
                message = f"{unfilled[0].pipe} is being populated"
                raise DiagnosticError(Diagnostic("TL514", message, hint="wait for the job: tinylite job ls"))
            if live is not None:
                self._live_version()
            if id not in self._versions:
                self._versions[id] = self._version(found)
            self._serve(id, lambda: self._switch(id))
            self._trim(id)
            promoted = self._deployments.find(id)
            assert promoted is not None
            return promoted

    def _switch(self, id: int) -> None:
        """On the disk. Raises DiagnosticError when the last blocks before could not be written to it."""
        found = self._deployments.find(id)
        if found is None or not found.is_ready:
            reason = found.errors[0]["error"] if found and found.errors else "it is gone"
            raise DiagnosticError(Diagnostic("TL514", f"deployment {id} can't be promoted: {reason}"))
        self._deployments.promote(id)

    def _serve(self, id: int, first: Callable[[], None] | None = None) -> None:
        version = self._versions[id]
        mirrors = self._mirrors(version, live_id=id)
        ready = {found.id for found in self._deployments.ready()} - {id}
        beside = {str(other): known.snapshot for other, known in self._versions.items() if other in ready}
        self._workspace.serve_version(version, mirrors, beside, first)

    def _trim(self, live_id: int) -> None:
        """A few of those before are kept; of those behind only one that was made from what is live now."""
        others = [found for found in self._deployments.ready() if not found.live]
        older = [found.id for found in others if found.id < live_id]
        gone = older[:-KEPT] if len(older) > KEPT else []
        gone += [found.id for found in others if found.id > live_id and found.base != live_id]
        for id in gone:
            self._end(id)

    def discard(self, id: int) -> None:
        """Ends a deployment that is not live. Raises DiagnosticError (TL514)."""
        found = self._deployments.find(id)
        if found is None or found.status == "deleted":
            return
        if found.live:
            hint = "promote another one first"
            raise DiagnosticError(Diagnostic("TL514", f"deployment {id} is live, and can't be discarded", hint=hint))
        if found.status in UNFINISHED:
            # Its job sees it at its next step, and cleans up.
            self._deployments.set_status(id, "failed", [{"error": "it was discarded"}])
        with self._lock:
            self._end(id)

    def _end(self, id: int, errors: list[Error] | None = None) -> None:
        """Its tables go; nothing is written to them from this moment on."""
        workspace = self._workspace
        with self._lock, workspace.ingest.paused():
            self._versions.pop(id, None)
            if errors is not None:
                self._deployments.set_status(id, "failed", errors)
            live = self._deployments.live
            if live is not None and live.id in self._versions and workspace.snapshot is not None:
                version = self._live_version()
                self._deployments.set_status(id, "deleting")
                workspace.ingest.set_targets(version.planned, version.made, self._mirrors(version))
            workspace.beside = {key: value for key, value in workspace.beside.items() if key != str(id)}
            with workspace.engine.transaction() as writer:
                forget_marks(writer, id)
            workspace.let_go(id)


def _hindrances(plan: Plan, *, allow_destructive: bool) -> tuple[Error, ...]:
    found: list[Error] = []
    for problem in plan.problems:
        text = f"{problem.message}; {problem.hint}" if problem.hint else problem.message
        found.append({"filename": problem.file, "error": text})
    if not allow_destructive:
        for loss in plan.destructive:
            text = f"{loss.datasource}: {loss.what} (allow it with --allow-destructive-operations)"
            found.append({"filename": loss.file, "error": text})
    return tuple(found)


def error_of(fault: Diagnostic) -> Error:
    place = fault.span
    text = f"{fault.message} ({fault.hint})" if fault.hint else fault.message
    if place is None:
        return {"error": text}
    return {"filename": place.source.path, "error": f"{place.line}:{place.column}: {text}"}


# The workspace's jobs hold on to it.
_DEPLOYERS: WeakKeyDictionary[Workspace, ReferenceType[Deployer]] = WeakKeyDictionary()
_MAKING = threading.Lock()


def deployer_of(workspace: Workspace) -> Deployer:
    """The one of the workspace."""
    with _MAKING:
        known = _DEPLOYERS.get(workspace)
        found = known() if known is not None else None
        if found is None:
            found = Deployer(workspace)
            _DEPLOYERS[workspace] = ref(found)
        return found
