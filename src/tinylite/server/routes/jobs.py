"""/v0/jobs, and what makes jobs: copies and populations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.pipes import describe
from tinylite.workspace import Workspace, deletions, imports, recovery
from tinylite.workspace.jobs import Job

OF_ROWS = frozenset({imports.KIND, deletions.KIND, recovery.KIND})
"""Kinds of jobs that work on a data source."""

T = TypeVar("T")


async def list_jobs(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/jobs[?status=&kind=&pipe_name=]: the last hundred, the newest first."""
    admin(authenticate(request, workspace))
    kind, status, pipe = (request.text(name) for name in ("kind", "status", "pipe_name"))
    jobs = await _run(workspace, lambda: workspace.background.jobs.all(kind=kind, status=status, pipe=pipe))
    return json_answer({"jobs": [described(job, request) for job in jobs]})


async def get_job(request: Request, workspace: Workspace) -> Answer:
    admin(authenticate(request, workspace))
    id = request.path.rpartition("/")[2]
    job = await _run(workspace, lambda: workspace.background.jobs.find(id))
    if job is None:
        raise Refused(404, f"the job {id} does not exist")
    return json_answer(described(job, request))


async def cancel_job(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/jobs/ID/cancel. A job at work stops at its next step."""
    return await _changed(request, workspace, workspace.background.jobs.cancel)


async def retry_job(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/jobs/ID/retry: a failed or cancelled one goes on where it ended."""
    return await _changed(request, workspace, workspace.background.jobs.retry)


async def run_copy(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/pipes/NAME/copy[?_mode=append|replace]: the other parameters are the pipe's."""
    admin(authenticate(request, workspace))
    name = request.path.split("/")[3]
    found = await arguments(request)
    mode = str(found.pop("_mode", ""))
    job = await _run(workspace, lambda: workspace.background.run_copy(name, found, mode))
    return of_pipe(name, job, request, workspace)


async def pause_copy(request: Request, workspace: Workspace) -> Answer:
    return await _scheduled(request, workspace, paused=True)


async def resume_copy(request: Request, workspace: Workspace) -> Answer:
    return await _scheduled(request, workspace, paused=False)


async def populate(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/pipes/NAME/nodes/NODE/population[?truncate=true]."""
    admin(authenticate(request, workspace))
    _, _, _, name, _, node, _ = request.path.split("/")
    truncate = str({**await arguments(request)}.get("truncate", "")).lower() in ("true", "1")
    pipe = workspace.snapshot.project.pipes.get(name) if workspace.snapshot else None
    if pipe is None or pipe.node(node) is not pipe.output or pipe.kind != "materialized":
        raise Refused(404, f"the node '{node}' of the pipe '{name}' is no materialized view")
    job = await _run(workspace, lambda: workspace.background.populate(name, truncate=truncate))
    return of_pipe(name, job, request, workspace)


def described(job: Job, request: Request) -> dict[str, object]:
    percentage = job.progress.get("percentage", 100.0 if job.status == "done" else 0.0)
    return {
        "id": job.id,
        "job_id": job.id,
        "kind": job.kind,
        "status": job.status,
        "created_at": _shown(job, "created_at"),
        "started_at": _shown(job, "started_at"),
        "updated_at": _shown(job, "updated_at"),
        "is_cancellable": not job.is_over,
        "job_url": f"{request.scope.get('scheme', 'http')}://{request.header('host') or 'localhost'}/v0/jobs/{job.id}",
        **(_of_rows(job) if job.kind in OF_ROWS else {"pipe_id": job.pipe, "pipe_name": job.pipe}),
        "parameters": {name: value for name, value in job.arguments.items() if not name.startswith("_")},
        "progress": {name: value for name, value in job.progress.items() if name != "status_code"},
        "progress_percentage": percentage,
        **({"error": job.error} if job.error else {}),
    }


def _of_rows(job: Job) -> dict[str, object]:
    """What is told of a job on the rows of a data source besides."""
    told: dict[str, object] = {"datasource": {"id": job.pipe, "name": job.pipe}, "datasource_name": job.pipe}
    if job.kind == imports.KIND:
        good, bad = (job.progress.get(name, 0) for name in ("successful_rows", "quarantined_rows"))
        lines = int(str(good)) + int(str(bad)) + int(str(job.progress.get("ignored_rows", 0)))
        counts = {
            "lines": lines,
            "quarantine": bad,
            "invalid": 0,
            "empty_lines": 0,
            "bytes": job.progress.get("bytes", 0),
        }
        blocks = [{"block_id": job.id, "status": "done", "process_return": [counts]}] if job.status == "done" else []
        told |= {
            "import_id": job.id,
            "mode": job.arguments.get("mode"),
            "successful_rows": good,
            "quarantine_rows": bad,
        }
        told |= {"invalid_lines": 0, "blocks": blocks, "block_log": []}
    if job.kind == deletions.KIND:
        told |= {"delete_id": job.id, "rows_affected": job.progress.get("rows_affected", 0)}
    if job.kind == recovery.KIND:
        told |= {"successful_rows": job.progress.get("successful_rows", 0)}
        told |= {"quarantine_rows": job.progress.get("quarantined_rows", 0)}
    return told


def _shown(job: Job, name: str) -> str | None:
    moment = getattr(job, name)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if moment else None


def of_pipe(name: str, job: Job, request: Request, workspace: Workspace) -> Answer:
    snapshot = workspace.snapshot
    pipe: Mapping[str, object] = describe(snapshot.project.pipes[name], snapshot) if snapshot else {}
    return json_answer({**pipe, "job": described(job, request)})


async def _changed(request: Request, workspace: Workspace, change: Callable[[str], Job]) -> Answer:
    admin(authenticate(request, workspace))
    id = request.path.split("/")[3]
    return json_answer(described(await _run(workspace, lambda: change(id)), request))


async def _scheduled(request: Request, workspace: Workspace, *, paused: bool) -> Answer:
    admin(authenticate(request, workspace))
    name = request.path.split("/")[3]
    await _run(workspace, lambda: workspace.background.pause(name, paused=paused))
    return json_answer(schedule_of(name, workspace))


def schedule_of(name: str, workspace: Workspace) -> dict[str, object]:
    """Of a copy: when it runs, by cron and next."""
    copy, entry = workspace.background.copies.get(name), workspace.background.schedule.entry(name)
    if copy is None:
        return {}
    next_run = entry.next.strftime("%Y-%m-%d %H:%M:%S") if entry and not entry.paused else None
    return {
        "name": name,
        "copy_target_datasource": copy.target.name,
        "copy_mode": copy.mode,
        "schedule": {
            "cron": copy.schedule or None,
            "timezone": "Etc/UTC",
            "status": ("paused" if entry.paused else "running") if entry else "on-demand",
            "next_run": next_run,
        },
    }


async def list_copies(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/copies: their targets and schedules."""
    admin(authenticate(request, workspace))
    return json_answer({"copies": [schedule_of(name, workspace) for name in workspace.background.copies]})


async def _run(workspace: Workspace, work: Callable[[], T]) -> T:
    """What may have to wait for the database must not hold up other requests."""
    return await workspace.workers.run(work)
