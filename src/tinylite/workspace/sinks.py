"""Sinks: a job that writes a query's result to a bucket, a folder or a topic.

A job that was cut short is begun again. It writes to the same names again, and sends no message twice, so what is there
at the end is there once.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import duckdb

from tinylite.datafile.file_template import FileTemplate
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.errors import translated
from tinylite.ingest.connectors.buckets import Bucket, open_bucket
from tinylite.ingest.connectors.errors import refused
from tinylite.ingest.connectors.topics import Ends, Topic
from tinylite.project import Project
from tinylite.project.connections import address, endpoint, settled
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.project.sinks import SinkPlan, sink_plan, with_files
from tinylite.sql import Column, Compiled, compile_query
from tinylite.template import CustomError
from tinylite.workspace.jobs import Run
from tinylite.workspace.sink_files import Staged, ending, json_lines, write_files
from tinylite.workspace.there import There
from tinylite.workspace.tries import persistently

KIND = "sink"
JOB_TIMESTAMP = "job_timestamp"
T = TypeVar("T")
Tell = Callable[[Mapping[str, object]], None]
"""Gets rows of `sinks_ops_log`."""


@dataclass(frozen=True, slots=True)
class Sink:
    """What one version of a project says."""

    project: Project
    plan: SinkPlan
    program: Program

    @property
    def name(self) -> str:
        return self.plan.pipe.name


@dataclass(slots=True)
class _Done:
    """What a run has written so far."""

    rows: int = 0
    size: int = 0
    output: list[str] = field(default_factory=list)


def sink_of(project: Project, name: str, program: Program) -> Sink | None:
    """None for a pipe that is no sink, or one whose settings can't be used: `check` has told of it."""
    pipe = project.pipes[name]
    if pipe.output.kind != KIND:
        return None
    try:
        return Sink(project, sink_plan(pipe), program)
    except DiagnosticError:
        return None


def prepared(sink: Sink, arguments: Mapping[str, object], secrets: Secrets, moment: datetime) -> Prepared:
    """Raises DiagnosticError, also where the template raises its own error."""
    asked = {key: value for key, value in arguments.items() if not key.startswith("_")}
    stamped = {JOB_TIMESTAMP: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), **asked}
    try:
        return sink.program.prepare(stamped, secrets)
    except CustomError as problem:
        raise DiagnosticError(Diagnostic("TL306", str(problem.body), sink.plan.pipe.output.span)) from None


def run_sink(
    run: Run, sink: Sink, engine: DuckDBEngine, secrets: Secrets, tell: Tell, there: There | None = None
) -> None:
    """Raises DiagnosticError; Cancelled."""
    started, done, error = time.perf_counter(), _Done(), ""
    try:
        _Running(run, sink, engine, secrets, done, dict(run.job.progress), there).work()
    except DiagnosticError as problem:
        error = "; ".join(fault.message for fault in problem.diagnostics)
        raise
    except BaseException as problem:
        error = str(problem) or type(problem).__name__
        raise
    finally:
        tell({
            "service": sink.plan.service, "pipe_id": sink.name, "pipe_name": sink.name, "resource_id": sink.name,
            "resource_name": sink.name, "result": "error" if error else "ok", "error": error or None,
            "elapsed_time": time.perf_counter() - started, "job_id": run.job.id, "read_rows": done.rows,
            "written_rows": done.rows, "written_bytes": done.size, "output": done.output,
            "parameters": {name: str(value) for name, value in run.job.arguments.items() if name[:1] != "_"},
        })  # fmt: skip


@dataclass(slots=True)
class _Running:
    run: Run
    sink: Sink
    engine: DuckDBEngine
    secrets: Secrets
    done: _Done
    progress: dict[str, object]
    there: There | None = None

    def report(self, **what: object) -> None:
        self.progress |= {"waiting": "", **what}
        self.run.report(self.progress)

    def work(self) -> None:
        plan, project = self.sink.plan, self.sink.project
        node = plan.pipe.output
        settings = settled(
            {name: text for name, text in node.settings.items() if name.startswith("EXPORT_")}, self.secrets
        )
        named = plan.connection is not None
        connection = endpoint(project, plan.connection, self.secrets) if named else None
        if plan.topic is not None:
            assert connection is not None
            topic = Topic(settings["EXPORT_KAFKA_TOPIC"], connection)
            self._with_staged(FileTemplate(()), lambda staged: self._send(topic, staged))
            return
        place = address(settings["EXPORT_BUCKET_URI"])
        if place is None:
            raise refused(f"{settings['EXPORT_BUCKET_URI']} is no address of a bucket")
        bucket = open_bucket(place, connection, project.folder)
        self._with_staged(plan.template, lambda staged: self._export(bucket, place.path, staged))

    # -- the result -------------------------------------------------------------------------------------------------

    def _with_staged(self, template: FileTemplate, use: Callable[[Staged], None]) -> None:
        query = prepared(self.sink, self.run.job.arguments, self.secrets, self.run.job.created_at)
        compiled = _compiled(query, template)
        columns = compiled.columns
        cells = ", ".join(f"c{number}" for number in range(len(columns)))
        values = {name: query.values[name].value for name in compiled.parameters}
        sql = f"SELECT {cells} FROM ({compiled.sql}) AS answer({cells})"
        if self.there is None:
            table = self.engine.stage(self.run.job.id, sql, values, self.run.stoppable)
        else:
            asked = query.query if template.is_one_file else with_files(query, template)
            given = {name: value.value for name, value in query.values.items()}
            table = self.there.stage(self.run.job.id, asked, given, columns, self.run.stoppable)
        file = "" if template.is_one_file else f"c{len(columns) - 1}"
        try:
            self.run.check()
            use(Staged(table, columns[:-1] if file else columns, file))
        except duckdb.Error as problem:
            self.run.check()
            raise translated(problem) from problem
        finally:
            self.engine.unstage(table)

    # -- files ------------------------------------------------------------------------------------------------------

    def _export(self, bucket: Bucket, base: str, staged: Staged) -> None:
        plan, run = self.sink.plan, self.run
        known = self.progress.get("files")
        names = dict(known) if isinstance(known, Mapping) else {}
        folder = self.engine.staging / f"sink-{run.job.id}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        single = "".join(part for part in plan.template.parts if isinstance(part, str))
        try:
            with closing(self.engine.cursor()) as cursor:
                run.stoppable(cursor.interrupt)
                for file in write_files(cursor, staged, single, plan.format, plan.compression, folder, run.check):
                    run.check()
                    key = names.get(file.name) or self._key(bucket, base, file.name)
                    # Kept before it is there: another attempt takes the same name.
                    names[file.name] = key
                    self.report(files=names, written_rows=self.done.rows)
                    size = file.path.stat().st_size
                    self._persistently(partial(bucket.upload, file.path, key))
                    self.done.rows += file.rows
                    self.done.size += size
                    self.done.output.append(key)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        self.report(files=names, written_rows=self.done.rows, percentage=100.0)

    def _key(self, bucket: Bucket, base: str, name: str) -> str:
        """Where a file goes. With `new` nothing is written over: a number is put before the ending."""
        plan = self.sink.plan
        folder = base if not base or base.endswith("/") else f"{base}/"
        whole = folder + name + ending(name, plan.format, plan.compression)
        if plan.strategy == "truncate":
            return whole
        directory, slash, last = whole.rpartition("/")
        stem, dot, rest = last.partition(".")
        key, number = whole, 0
        while self._persistently(partial(bucket.exists, key)):
            number += 1
            key = f"{directory}{slash}{stem}.{number}{dot}{rest}"
        return key

    # -- messages ---------------------------------------------------------------------------------------------------

    def _send(self, topic: Topic, staged: Staged) -> None:
        run = self.run
        is_again = "since" in self.progress
        if not is_again:
            # Kept before the first message: another attempt looks from here on for what is there.
            self.report(since=dict(self._persistently(topic.ends)))
        since: Ends = dict(self.progress["since"])  # type: ignore[call-overload]

        def send() -> int:
            nonlocal is_again
            sent = topic.sent(run.job.id, since) if is_again else Counter[int]()
            is_again = True
            with closing(self.engine.cursor()) as cursor:
                run.stoppable(cursor.interrupt)
                return topic.send(run.job.id, json_lines(cursor, staged), sent, run.check)

        self.done.rows = self._persistently(send)
        self.done.output.append(topic.name)
        self.report(written_rows=self.done.rows, percentage=100.0)

    def _persistently(self, step: Callable[[], T]) -> T:
        return persistently(self.run, step, lambda why: self.report(waiting=why))


def _compiled(query: Prepared, template: FileTemplate) -> Compiled:
    """Raises DiagnosticError, located in the datafiles."""
    values = {name: value.value for name, value in query.values.items()}
    try:
        compiled = compile_query(query.query if template.is_one_file else with_files(query, template), values)
    except DiagnosticError as problem:
        raise query.located(problem) from None
    _check_names(compiled.columns)
    return compiled


def _check_names(columns: tuple[Column, ...]) -> None:
    names = [column.name for column in columns]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise DiagnosticError(Diagnostic("TL206", f"two columns of the result are called {twice}", hint="rename one"))
