"""Work that takes longer than a request: one durable queue, a few threads.

A job that was at work when the server ended is done again, so what a runner does must be done once however often it is
begun. Of one kind and pipe only one job works at a time, in the order of submission.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.workspace.store import Store

logger = logging.getLogger("tinylite.jobs")
Status = Literal["waiting", "working", "done", "error", "cancelled"]
WORKERS = 2
"""Jobs that work at once; as many again of those that somebody waits for."""
_ENDED = ("done", "error", "cancelled")
_COLUMNS = "id, kind, pipe, arguments, status, progress, error, created_at, started_at, updated_at"


@dataclass(frozen=True, slots=True)
class Job:
    """Times are in UTC. `progress` is what the runner has told last."""

    id: str
    kind: str
    pipe: str
    """What it works on: a pipe, or a data source when it is about rows."""
    arguments: Mapping[str, object]
    status: Status
    progress: Mapping[str, object]
    error: str
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime

    @property
    def is_over(self) -> bool:
        return self.status in _ENDED


class Cancelled(Exception):
    """The runner was told to stop."""


@dataclass(slots=True)
class Run:
    """A job at work, as its runner sees it."""

    job: Job
    report: Callable[[Mapping[str, object]], None]
    interrupt: Callable[[], None] | None = None
    """What ends a statement of the engine at once."""
    stopped: threading.Event = field(default_factory=threading.Event)
    begins_again: bool = False
    """It was stopped because the server ends: the next one takes it up."""

    def check(self) -> None:
        """Raises Cancelled."""
        if self.stopped.is_set():
            raise Cancelled

    def stoppable(self, interrupt: Callable[[], None]) -> None:
        """From now on a stop does this too."""
        self.interrupt = interrupt
        if self.stopped.is_set():
            interrupt()

    def stop(self) -> None:
        self.stopped.set()
        if self.interrupt is not None:
            self.interrupt()


Runner = Callable[[Run], None]
"""Raises Cancelled, or DiagnosticError with what is wrong."""


class Jobs:
    """`runners` are by kind of job. Nothing works before `start`. `changed` is told of every new state.

    Somebody waits for jobs of the kinds in `awaited`: they have threads of their own.
    """

    def __init__(self, store: Store, changed: Callable[[Job], None], now: Callable[[], datetime] | None = None) -> None:
        self.runners: dict[str, Runner] = {}
        self.awaited: frozenset[str] = frozenset()
        self._waiting: dict[str, list[Future[Job]]] = {}
        self._store = store
        self._tell = changed
        self._now = now or (lambda: datetime.now(UTC))
        self._runs: dict[str, Run] = {}
        self._condition = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._closing = False

    # -- from any thread --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Takes up what an earlier server left. Only the first call does anything."""
        with self._condition:
            if self._threads or self._closing:
                return
            self._store.write(("UPDATE jobs SET status = 'waiting' WHERE status = 'working'", []))
            self._threads = [
                threading.Thread(target=self._work, args=[awaited], name=f"tinylite-job-{number}", daemon=True)
                for number in range(WORKERS)
                for awaited in (False, True)
            ]
            for thread in self._threads:
                thread.start()

    def submit(self, kind: str, pipe: str, arguments: Mapping[str, object], id: str = "") -> Job:
        now = self._now()
        job = Job(id or str(uuid.uuid4()), kind, pipe, dict(arguments), "waiting", {}, "", now, None, now)
        values = [job.id, kind, pipe, json.dumps(job.arguments), job.status, "{}", "", _text(now), None, _text(now)]
        self._store.write((f"INSERT INTO jobs ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values))
        self._changed(job)
        return job

    def find(self, id: str) -> Job | None:
        found = self._where("id = ?", id)
        return found[0] if found else None

    def all(self, limit: int = 100, **wanted: str) -> list[Job]:
        """The newest first; `wanted` by kind, status or pipe."""
        wanted = {name: value for name, value in wanted.items() if value}
        return self._where(" AND ".join(f"{name} = ?" for name in wanted) or "true", *wanted.values(), limit=limit)

    def cancel(self, id: str) -> Job:
        """Raises DiagnosticError when there is no such job (TL508), or when it is over."""
        with self._condition:
            job = self._known(id)
            if job.is_over:
                raise DiagnosticError(Diagnostic("TL512", f"the job is over: {job.status}"))
            if id in self._runs:
                self._runs[id].stop()
                return job
            return self._set(job, "cancelled")

    def retry(self, id: str) -> Job:
        """Once more, from where it came to. Raises DiagnosticError when it is not there, or did not fail."""
        with self._condition:
            job = self._known(id)
            if job.status not in ("error", "cancelled"):
                raise DiagnosticError(Diagnostic("TL512", f"the job can't be tried again: it is {job.status}"))
            return self._set(replace(job, error=""), "waiting")

    def wait(self, id: str, seconds: float | None = None) -> Job:
        """Until the job is over."""
        with self._condition:
            self._condition.wait_for(lambda: self._known(id).is_over, seconds)
            return self._known(id)

    def over(self, id: str) -> Future[Job]:
        """Has the job when it is over. Raises DiagnosticError when there is no such job (TL508)."""
        future: Future[Job] = Future()
        with self._condition:
            job = self._known(id)
            if job.is_over:
                future.set_result(job)
            else:
                self._waiting.setdefault(id, []).append(future)
        return future

    def close(self) -> None:
        """Jobs at work are stopped, and begin again with the next server."""
        with self._condition:
            self._closing = True
            for run in self._runs.values():
                run.begins_again = True
                run.stop()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    # -- the threads ------------------------------------------------------------------------------------------------

    def _work(self, awaited: bool) -> None:
        while (run := self._next(awaited)) is not None:
            status, error = self._outcome(run)
            with self._condition:
                del self._runs[run.job.id]
                if status == "cancelled" and self._closing:
                    continue
                self._set(replace(self._known(run.job.id), error=error), status)

    def _next(self, awaited: bool) -> Run | None:
        with self._condition:
            while not self._closing:
                busy = {(run.job.kind, run.job.pipe) for run in self._runs.values()}
                waiting = self._where("status = 'waiting'", limit=-1)[::-1]
                mine = (job for job in waiting if (job.kind in self.awaited) == awaited)
                job = next((job for job in mine if (job.kind, job.pipe) not in busy), None)
                if job is not None:
                    job = self._set(replace(job, started_at=self._now()), "working")
                    run = self._runs[job.id] = Run(job, partial(self._report, job.id))
                    return run
                self._condition.wait()
        return None

    def _outcome(self, run: Run) -> tuple[Status, str]:
        runner = self.runners.get(run.job.kind)
        try:
            if runner is None:
                return "error", f"there are no jobs of the kind {run.job.kind}"
            runner(run)
        except Cancelled:
            return "cancelled", ""
        except DiagnosticError as problem:
            if run.stopped.is_set():
                return "cancelled", ""
            return "error", "; ".join(map(_told, problem.diagnostics))
        except Exception as problem:
            # One job's fault must not end the thread that all others need.
            logger.exception("the job %s failed", run.job.id)
            return "error", f"an unexpected error happened: {problem}"
        return "done", ""

    def _report(self, id: str, progress: Mapping[str, object]) -> None:
        with self._condition:
            self._set(replace(self._known(id), progress=dict(progress)), "working")

    # -- the table --------------------------------------------------------------------------------------------------

    def _known(self, id: str) -> Job:
        job = self.find(id)
        if job is None:
            raise DiagnosticError(Diagnostic("TL508", f"the job {id} does not exist"))
        return job

    def _set(self, job: Job, status: Status) -> Job:
        now = self._now()
        job = replace(job, status=status, updated_at=now)
        started = _text(job.started_at) if job.started_at else None
        values = [status, json.dumps(job.progress), job.error, started, _text(now), job.id]
        columns = "status = ?, progress = ?, error = ?, started_at = ?, updated_at = ?"
        self._store.write((f"UPDATE jobs SET {columns} WHERE id = ?", values))
        self._changed(job)
        return job

    def _changed(self, job: Job) -> None:
        self._tell(job)
        with self._condition:
            for future in self._waiting.pop(job.id, ()) if job.is_over else ():
                future.set_result(job)
            self._condition.notify_all()

    def _where(self, condition: str, *values: object, limit: int = 100) -> list[Job]:
        sql = f"SELECT {_COLUMNS} FROM jobs WHERE {condition} ORDER BY number DESC LIMIT ?"
        return [_job(row) for row in self._store.rows(sql, [*values, limit])]


def _job(row: tuple[object, ...]) -> Job:
    id, kind, pipe, arguments, status, progress, error, created, started, updated = (
        None if value is None else str(value) for value in row
    )
    return Job(
        str(id), str(kind), str(pipe), json.loads(str(arguments)), status, json.loads(str(progress)), str(error),  # type: ignore[arg-type]
        _moment(str(created)), _moment(started) if started else None, _moment(str(updated)),
    )  # fmt: skip


def _told(diagnostic: Diagnostic) -> str:
    return diagnostic.message + (f" ({diagnostic.hint})" if diagnostic.hint else "")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
