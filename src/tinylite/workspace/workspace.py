"""What is alive: a project's tables, its programs, its tokens."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean
from tinylite.engine.base import Capacity, Limits, Result
from tinylite.engine.clickhouse.rows import plain
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.formats.body import Body, Writing
from tinylite.formats.table import Format
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.mirrors import NO_MIRRORS, Mirrors
from tinylite.ingest.request import Ack
from tinylite.ingest.views import ViewPlan
from tinylite.project import ALL, Access, Outcomes, Program, Project, View, adhoc, check, sound_part
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.sql import Column
from tinylite.sql.physical import quoted
from tinylite.template import CustomError, Parameter, sample_arguments
from tinylite.workspace import buckets, deletions, imports, moves, recovery
from tinylite.workspace.answers import Answers
from tinylite.workspace.background import Background
from tinylite.workspace.backups import Backups
from tinylite.workspace.buckets import Buckets
from tinylite.workspace.build import Build, grants, not_run, unfilled
from tinylite.workspace.connectors import unready
from tinylite.workspace.counters import Counters
from tinylite.workspace.deletions import Deletions
from tinylite.workspace.deployments import Deployments
from tinylite.workspace.fixtures import load_fixture, query_lines
from tinylite.workspace.folder import Folder, open_folder
from tinylite.workspace.home import FACT, HERE, Home, check_home
from tinylite.workspace.imports import Imports
from tinylite.workspace.jwt import InvalidToken, SignedTokens
from tinylite.workspace.merges import Merger
from tinylite.workspace.moves import Moves
from tinylite.workspace.outbox import Outbox
from tinylite.workspace.queries import Answered, Explained, Output, Plans, Queries
from tinylite.workspace.rates import Rates
from tinylite.workspace.records import Records, record_operation
from tinylite.workspace.recovery import Recovery
from tinylite.workspace.secrets import StoredSecrets
from tinylite.workspace.store import Store
from tinylite.workspace.tables import TableChange, TableNames, apply_datasource, change_of
from tinylite.workspace.there import There
from tinylite.workspace.tokens import Token, Tokens
from tinylite.workspace.versions import Snapshot, Version, version_of
from tinylite.workspace.workers import Workers


class Workspace:
    """Opens a data folder. `build` gives it a project; before that it answers nothing."""

    def __init__(self, folder: Folder, limits: Limits, capacity: Capacity, home: Home) -> None:
        self.folder = folder
        self.is_closed = False
        self.capacity = capacity
        self.home = home
        self.store = Store(folder.control)
        is_new = not folder.database.exists()
        check_home(self.store, home, folder.path, is_new=is_new)
        self.rows = home.open()
        """ClickHouse, where it holds the rows of data sources; they only pass through `engine` then."""
        if is_new:
            self.store.set_fact(FACT, home.kind)
        self.engine = DuckDBEngine(folder.database, folder.staging, memory=capacity.memory)
        self.there: There | None = None
        if self.rows is not None:
            moves.finish(self.engine)
        self.outbox = Outbox(self.engine, self.rows, folder.staging) if self.rows is not None else None
        self.tokens = Tokens(self.store)
        self.id = self.store.fact("workspace_id", lambda: str(uuid.uuid4()))
        self.signed = SignedTokens(self.id)
        self.rates = Rates()
        self.secrets = StoredSecrets(self.store)
        self.records = Records(self.engine)
        self.ingest = Ingest(self.engine, folder.log, partial(record_operation, self.records))
        self.workers = Workers(capacity.queries - capacity.queries // 2, capacity.queries // 2)
        self.queries = Queries(self.engine, self.workers, limits, self.records, self.rows)
        self.answers = Answers(self.engine.version)
        self.counters = Counters()
        self.background = Background(self.engine, self.store, self.ingest, self.records, self.secret)
        jobs = self.background.jobs
        self.imports = Imports(self.engine, self.ingest, jobs, folder.imports, self)
        self.deletions = Deletions(self.engine, self.ingest, jobs, self)
        self.recovery = Recovery(self.engine, self.ingest, jobs, self)
        of_rows = {imports.KIND: self.imports.run, deletions.KIND: self.deletions.run, recovery.KIND: self.recovery.run}
        observe = partial(record_operation, self.records)
        self.buckets = Buckets(self.engine, jobs, self.imports, self.secret, folder.staging, observe)
        self.background.buckets = self.buckets
        jobs.runners = {**jobs.runners, **of_rows, buckets.KIND: self.buckets.run}
        jobs.awaited = frozenset(of_rows)
        self.imports.sweep()
        if self.rows is not None and self.outbox is not None:
            self.there = There(self.rows, self.engine, self.ingest, self.outbox)
            self.background.there = self.deletions.there = self.imports.there = self.there
        self.backups = Backups(folder, self.engine, self.store, self.ingest)
        self.backups.is_front_only = self.rows is not None
        self.merger = Merger(self.engine, self.ingest)
        self.deployments = Deployments(self.store)
        self.moves = Moves(self.engine, self.store, self.ingest, jobs, self)
        jobs.runners = {**jobs.runners, moves.KIND: self.moves.run}
        live = self.deployments.live
        self.tables = TableNames(live.tables if live else {})
        self.snapshot: Snapshot | None = None
        self._outcomes = Outcomes()
        self.beside: Mapping[str, Snapshot] = {}
        """Deployments that are not live and can be read, by id."""
        self._is_serving = False
        self._runs_schedules = True
        self.keeps_builds = False
        """Whether a project that was only built is served again by the next server."""
        self.records.measure = self._storage

    @classmethod
    def open(
        cls, path: Path, limits: Limits | None = None, capacity: Capacity | None = None, home: Home = HERE
    ) -> Workspace:
        """Raises DiagnosticError when the folder is in use or of a newer version, when its rows are elsewhere (TL527),
        and when ClickHouse can't be had (TL517).
        """
        folder = open_folder(path)
        try:
            return cls(folder, limits or Limits(), capacity or Capacity(), home)
        except DiagnosticError:
            folder.close()
            raise

    def close(self) -> None:
        """Finishes what was accepted. Jobs at work begin again with the next server."""
        self.is_closed = True
        self.merger.close()
        self.background.close()
        self.ingest.close()
        self.workers.close()
        self.records.close()
        if self.outbox is not None:
            self.outbox.close()
        self.engine.close()
        if self.rows is not None:
            self.rows.close()
        self.store.close()
        self.folder.close()

    def _storage(self) -> list[dict[str, object]]:
        """Nothing, while ClickHouse can't be asked."""
        try:
            return self._stored()
        except DiagnosticError:
            return []

    def _stored(self) -> list[dict[str, object]]:
        names = self.snapshot.project.datasources if self.snapshot else ()
        return [
            {
                "datasource_id": name,
                "datasource_name": name,
                "bytes": self.size(name),
                "rows": self.row_count(name),
                "bytes_quarantine": self.engine.size(self.tables(name) + QUARANTINE_SUFFIX),
                "rows_quarantine": self.row_count(name + QUARANTINE_SUFFIX),
            }
            for name in names
        ]

    def serve(self, *, merges: bool = True, schedules: bool = True) -> None:
        """From now on, as soon as there is a project, jobs work, copies run when they are due, tables are merged.

        Without `schedules` nothing begins by itself: copies and sinks run on demand, connectors not at all.
        """
        self._is_serving, self._runs_schedules = True, schedules
        if merges:
            self.merger.start()
        if self.snapshot is not None:
            self._start_background()

    def _start_background(self) -> None:
        if self._runs_schedules:
            self.background.start()
        else:
            self.background.jobs.start()

    def token(self, text: str) -> Token:
        """Raises InvalidToken."""
        token = self.tokens.find(text)
        if token is None and text.count(".") == 2:
            return self.signed.find(text, self.tokens.admin.token)
        if token is None:
            raise InvalidToken("invalid authentication token")
        return token

    # -- building ---------------------------------------------------------------------------------------------------

    def build(self, project: Project, *, fixtures: bool = False, in_part: bool = False) -> Build:
        """Checks the project, makes its tables fit, and serves it from then on.

        `in_part` serves what is sound of a faulty project, unless a whole one is served already.
        """
        diagnostics = [
            *check(project, self._outcomes),
            *not_run(project),
            *unready(project, partial(self.secret_of, project)),
        ]
        left_out: Mapping[str, str] = {}
        if any(diagnostic.is_error for diagnostic in diagnostics):
            is_whole = self.snapshot is not None and not self.snapshot.left_out
            sound = sound_part(project, diagnostics, self._outcomes) if in_part and not is_whole else None
            if sound is None:
                return Build(tuple(diagnostics))
            project, left_out = sound.project, sound.left_out
        sources, tables = project.datasources.values(), self.tables
        changes: tuple[TableChange, ...] = ()
        try:
            fresh = self.version_of(project, tables, left_out)

            def change_tables() -> None:
                nonlocal changes
                if self.there is not None:
                    self.there.clear()
                with self.engine.transaction():
                    known = self.engine.columns_of_tables()
                    changes = tuple(
                        apply_datasource(self.engine, source, tables(source.name), known.get(tables(source.name)))
                        for source in sources
                    )
                    if self.rows is not None:
                        changes = self._changed_there(fresh)
                    else:
                        self.background.mark(unfilled(project, fresh.made, changes))

            self.serve_version(fresh, first=change_tables)
        except DiagnosticError as problem:
            return Build((*diagnostics, *problem.diagnostics))
        if not left_out:
            self._record_build(project)
        loaded, faults = self._load_fixtures(project) if fixtures else ({}, [])
        return Build((*diagnostics, *faults), changes, loaded, left_out)

    def version_of(self, project: Project, tables: TableNames, left_out: Mapping[str, str] | None = None) -> Version:
        """Raises DiagnosticError when a DEFAULT or a view can't be compiled."""
        secrets = partial(self.secret_of, project)
        return version_of(project, tables, self.ingest, secrets, left_out, passing=self.rows is not None)

    def _changed_there(self, version: Version) -> tuple[TableChange, ...]:
        """Makes ClickHouse's tables and views fit what is built. Raises DiagnosticError."""
        assert self.rows is not None
        names = version.snapshot.tables
        sources = [(source, names(source.name)) for source in version.snapshot.project.datasources.values()]
        changes = self.rows.apply(sources, version.views, names)
        called = {table: source.name for source, table in sources}
        return tuple(TableChange(called[change.table], change.kind, change.columns) for change in changes)

    def serve_version(
        self,
        version: Version,
        mirrors: Mirrors = NO_MIRRORS,
        beside: Mapping[str, Snapshot] | None = None,
        first: Callable[[], None] | None = None,
    ) -> None:
        """Serves it from one moment on; what is asked right now is answered by the version before.

        `mirrors` are written to as well, and `beside` are read by their ids. `first` is done at that moment, before
        the switch; when it raises nothing has happened.
        """
        if self.snapshot is not None:
            self.moves.check_free()
        snapshot = version.snapshot
        project, tables = snapshot.project, snapshot.tables
        with self.ingest.paused():
            if first is not None:
                first()
            self.tables, self.snapshot, self.beside = tables, snapshot, dict(beside or {})
            self.follow_tables()
            if self.there is not None:
                self.there.follow(version)
            self.ingest.set_targets(version.planned, version.made, mirrors)
        if self.rows is None:
            self.merger.follow((source, tables(source.name)) for source in project.datasources.values())
        self.background.follow(project, snapshot.programs, tables)
        if self._is_serving:
            self._start_background()
        kept = {grant.token for other in self.beside.values() for grant in grants(other.project)}
        self.tokens.grant([*project.datasources.values(), *project.pipes.values()], kept)

    def follow_tables(self, also: Snapshot | None = None) -> None:
        """Rows for the tables of all that is served go on to ClickHouse, if that is where they belong."""
        if self.outbox is not None:
            shown = [each for each in (self.snapshot, *self.beside.values(), also) if each is not None]
            boxes = {each.tables(s.name): plain(s) for each in shown for s in each.project.datasources.values()}
            self.outbox.follow(boxes)

    def _record_build(self, project: Project) -> None:
        """Where there are deployments, a build changes the live one in its place, and ends the others: their tables
        were made for what is no more.
        """
        live = self.deployments.live
        if live is None:
            if self.keeps_builds:
                tables = {name: self.tables(name) for name in project.datasources}
                self.deployments.add(project.contents, tables, {}, base=None, status="data_ready", live=True, id=0)
            return
        names = {name: self.tables(name) for name in {*live.tables, *project.datasources}}
        self.deployments.replace(live.id, project.contents, names)
        for other in self.deployments.all():
            if other.id != live.id and other.status != "deleted":
                self.let_go(other.id)

    def let_go(self, id: int, errors: Sequence[Mapping[str, str]] | None = None) -> None:
        """Ends a deployment that is not live: the tables go that no other one has."""
        self.deployments.set_status(id, "deleting", errors)
        others = [found for found in self.deployments.all() if found.id != id and found.status != "deleted"]
        used = {table for other in others for table in other.tables.values()}
        found = self.deployments.find(id)
        own = sorted(set(found.tables.values()) - used) if found else []
        with self.ingest.paused():
            self._drop(own)
        self.deployments.forget_files(id)
        self.deployments.set_status(id, "deleted")

    def _drop(self, own: Sequence[str]) -> None:
        if self.there is not None and self.outbox is not None:
            self.there.clear()
            self.outbox.forget(own)
        with self.engine.transaction(*own) as writer:
            for table in own:
                writer.execute(f"DROP TABLE IF EXISTS {quoted(table)}")
                writer.execute(f"DROP TABLE IF EXISTS {quoted(table + QUARANTINE_SUFFIX)}")
            if self.there is not None:
                self.there.let_go(own)

    def attach(self, project: Project) -> None:
        """Serves the project from the tables as they are. Raises DiagnosticError when it is faulty, and when a table
        would have to change first (TL511).
        """
        faults = [diagnostic for diagnostic in check(project) if diagnostic.is_error]
        for source in project.datasources.values() if not faults else ():
            if change_of(source, self.engine.table_columns(self.tables(source.name))).kind != "unchanged":
                message = f"the table {source.name} is not as {source.span.source.path} says"
                faults.append(Diagnostic("TL511", message, hint="make it so with: tinylite build"))
        if faults:
            raise DiagnosticError(*faults)
        self.build(project)

    def _load_fixtures(self, project: Project) -> tuple[dict[str, Ack], list[Diagnostic]]:
        """Into data sources that hold nothing."""
        loaded: dict[str, Ack] = {}
        faults: list[Diagnostic] = []
        for name, path in project.fixtures.items():
            datasource = project.datasources.get(name)
            if datasource is None or self.row_count(name):
                continue
            try:
                if path.suffix != ".sql":
                    loaded[name] = load_fixture(path, datasource, self.imports)
                    continue
                pieces = query_lines(path, datasource, self.query_now)
            except DiagnosticError as problem:
                faults += problem.diagnostics
                continue
            acks = [self.ingest.append_now(name, piece) for piece in pieces]
            loaded[name] = Ack(sum(a.successful_rows for a in acks), sum(a.quarantined_rows for a in acks))
        return loaded, faults

    def row_count(self, name: str, snapshot: Snapshot | None = None) -> int:
        """Of a data source, or of its quarantine: of the live deployment, or of another one's `snapshot`."""
        snapshot = snapshot or self.snapshot
        known = snapshot.library.tables.get(name) if snapshot else None
        if self.rows is not None and snapshot is not None and name in snapshot.project.datasources:
            return self.rows.row_count(snapshot.tables(name))
        return self.engine.row_count(known.physical if known else name)

    def size(self, name: str, snapshot: Snapshot | None = None) -> int:
        """Bytes of a data source on the disk, likewise."""
        table = (snapshot.tables if snapshot else self.tables)(name)
        return self.engine.size(table) if self.rows is None else self.rows.size(table)

    # -- rows in and out --------------------------------------------------------------------------------------------

    def datasource(self, name: str) -> tuple[Datasource, str]:
        """With the name of its table. Raises DiagnosticError (TL508)."""
        source = self.datasources().get(name)
        if source is None:
            hint = did_you_mean(name, self.datasources()) or "tinylite datasource ls lists those that do"
            raise DiagnosticError(Diagnostic("TL508", f"the data source '{name}' does not exist", hint=hint))
        return source, self.tables(name)

    def datasources(self) -> Mapping[str, Datasource]:
        """As rows are written to them: where these only pass through, the engine of the data source does nothing."""
        found = self._declared()
        return found if self.rows is None else {name: plain(source) for name, source in found.items()}

    def _declared(self) -> Mapping[str, Datasource]:
        return self.snapshot.project.datasources if self.snapshot else {}

    def feeding(self, datasource: str) -> Sequence[ViewPlan | View]:
        """The views that write to it."""
        return self.ingest.feeding(datasource) if self.there is None else self.there.feeding(datasource)

    # -- asking -----------------------------------------------------------------------------------------------------

    def secret(self, name: str) -> str | None:
        """One that was set here, else one of the project's files and environment."""
        return self.secret_of(self.snapshot.project if self.snapshot else None, name)

    def secret_of(self, project: Project | None, name: str) -> str | None:
        stored = self.secrets.find(name)
        return stored if stored is not None or project is None else project.secrets.get(name)

    async def ask(
        self,
        name: str,
        arguments: Mapping[str, object],
        access: Access = ALL,
        output: Output | None = None,
        deployment: str = "",
    ) -> Answered:
        """The answer of a pipe. Raises DiagnosticError; TL508 when there is no such endpoint, or deployment."""
        await self.ingest.settled()
        snapshot = self.at(deployment)
        program, shape = _endpoint(snapshot, name), _shape(name, arguments)
        try:
            return await self.queries.run(program, snapshot.plans, arguments, self.secret, access, output, shape)
        except DiagnosticError:
            if self.at(deployment) is snapshot:
                raise
            # The tables changed under the question: it is asked again of what is there now.
            return await self.ask(name, arguments, access, output, deployment)

    def ask_at_once(
        self,
        key: Hashable,
        name: str,
        arguments: Mapping[str, object],
        access: Access = ALL,
        output: Output | None = None,
        deployment: str = "",
    ) -> asyncio.Future[Answered | None] | None:
        """As `ask`, without handing it over to a thread; see `Queries.run_at_once`."""
        if self.ingest.must_settle():
            return None
        snapshot = self.at(deployment)
        program, shape = _endpoint(snapshot, name), _shape(name, arguments)
        return self.queries.run_at_once(key, program, snapshot.plans, arguments, self.secret, access, output, shape)

    async def query(
        self,
        text: str,
        arguments: Mapping[str, object],
        pipeline: str | None = None,
        access: Access = ALL,
        output: Output | None = None,
        deployment: str = "",
    ) -> Answered:
        """The answer of a SELECT. `pipeline` is a pipe whose nodes it may read, and its answer as `_`.

        Raises DiagnosticError: TL509 for a name that `access` does not allow.
        """
        await self.ingest.settled()
        snapshot = self.at(deployment)
        program = adhoc(snapshot.library, text, snapshot.project.pipes.get(pipeline or ""))
        plans, shape = snapshot.callers_plans, (text, pipeline, *sorted(arguments))
        try:
            return await self.queries.run(program, plans, arguments, self.secret, access, output, shape)
        except DiagnosticError:
            if self.at(deployment) is snapshot:
                raise
            return await self.query(text, arguments, pipeline, access, output, deployment)

    async def explain(
        self, text: str, arguments: Mapping[str, object], pipe: str = "", deployment: str = ""
    ) -> Explained:
        """How the answer of a pipe is computed, or with a `text` that of a SELECT which may read the pipe's nodes.
        Secrets stay hidden. Raises as `ask` and `query` do.
        """

        def hidden(name: str) -> str | None:
            return None if self.secret(name) is None else "***"

        snapshot = self.at(deployment)
        own = snapshot.project.pipes.get(pipe)
        program = adhoc(snapshot.library, text, own) if text else _endpoint(snapshot, pipe)
        return await self.workers.run(lambda: self.queries.explain(program, snapshot.plans, arguments, hidden))

    async def contract(self, name: str) -> tuple[tuple[Parameter, ...], tuple[Column, ...] | None]:
        """An endpoint's parameters, and its columns where it compiles with sample arguments."""
        snapshot = self._live()
        program = snapshot.programs[name]

        def columns() -> tuple[Column, ...] | None:
            try:
                prepared = program.prepare(sample_arguments(program.parameters), self.secret)
                return snapshot.plans.compiled(prepared).columns
            except (DiagnosticError, CustomError):
                return None

        return program.parameters, await self.workers.run(columns)

    def export(
        self,
        name: str,
        format: Format,
        condition: str = "",
        limit: int | None = None,
        access: Access = ALL,
        deployment: str = "",
    ) -> Body:
        """The rows of a data source, however many there are. Raises DiagnosticError."""
        snapshot = self.at(deployment)
        where = f" WHERE ({condition}\n)" if condition else ""
        text = f"SELECT * FROM {name}{where}" + ("" if limit is None else f" LIMIT {limit}")
        prepared = adhoc(snapshot.library, text).prepare({}, self.secret, access)
        unbounded = Limits(seconds=None, bytes=None)
        writing = Writing(format, self.engine.staging, unbounded)
        return writing.finished(self.queries.answer(prepared, Plans().compiled(prepared), unbounded, writing))

    def query_now(self, text: str) -> Result:
        program = adhoc(self._live().library, text, of_project=True)
        return self.queries.run_now(program, Plans(), {}, self.secret)

    def check_filter(self, datasource: str, condition: str) -> None:
        """Raises DiagnosticError when it is no condition on the rows of the data source."""
        access = Access(filters={datasource: condition})
        snapshot = self._live()
        if datasource not in snapshot.library.tables:
            raise DiagnosticError(Diagnostic("TL508", f"the data source '{datasource}' does not exist"))
        program = adhoc(snapshot.library, f"SELECT count() FROM {datasource}")
        Plans().compiled(program.prepare({}, self.secret, access))

    def snapshot_at(self, deployment: str) -> Snapshot | None:
        """As `at`, but None while nothing is live yet."""
        return self.at(deployment) if deployment else self.snapshot

    def at(self, deployment: str) -> Snapshot:
        """The snapshot of a deployment: of the live one for "" and "live", of the newest beside it for "staging", else
        by its id. Raises DiagnosticError (TL508).
        """
        if deployment in ("", "live"):
            return self._live()
        live = self.deployments.live
        if live is not None and deployment == str(live.id):
            return self._live()
        newer = [id for id in self.beside if live is None or int(id) > live.id]
        found = self.beside.get(max(newer, key=int, default="") if deployment == "staging" else deployment)
        if found is None:
            what = (
                "there is no staging deployment" if deployment == "staging" else f"there is no deployment {deployment}"
            )
            raise DiagnosticError(Diagnostic("TL508", what, hint="tinylite deployment ls lists those that can be read"))
        return found

    @property
    def state(self) -> tuple[Hashable, ...]:
        """Another one as soon as another project is live, or another secret."""
        return (self.snapshot.built_at if self.snapshot else None, self.secrets.version)

    def _live(self) -> Snapshot:
        if self.snapshot is None:
            raise DiagnosticError(Diagnostic("TL508", "no project has been built yet"))
        return self.snapshot


def _endpoint(snapshot: Snapshot, name: str) -> Program:
    """Raises DiagnosticError (TL508)."""
    if snapshot.endpoint(name) is None:
        raise DiagnosticError(snapshot.no_endpoint(name))
    return snapshot.programs[name]


def _shape(name: str, arguments: Mapping[str, object]) -> Hashable:
    """Of requests that take about the same time."""
    return (name, *sorted(arguments))
