"""Rows out of data sources, and back out of quarantine."""

from __future__ import annotations

import asyncio

from tinylite.formats.table import EXTENSIONS
from tinylite.server.auth import admin, allow, authenticate
from tinylite.server.errors import Refused, status_of
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.imports import PATIENCE, over
from tinylite.server.routes.jobs import described
from tinylite.workspace import Workspace
from tinylite.workspace.jobs import Job

_EXPORTS = ("csv", "ndjson", "parquet")


async def truncate(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/truncate[?cascade=true]: all rows go, those in quarantine too; with `cascade` also
    those of the data sources that views fill from it.
    """
    name = _changer(request, workspace)
    cascade = _is_true((await arguments(request)).get("cascade"))
    also = workspace.deletions.targets(name) if cascade else []
    await workspace.workers.run(lambda: workspace.deletions.truncate(name, also))
    return json_answer({"ok": True, "datasources": [name, *also]})


async def delete_rows(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/delete with `delete_condition`: a job; `dry_run=true` only counts."""
    name = _changer(request, workspace)
    fields = await arguments(request)
    condition = _condition(fields)
    if _is_true(fields.get("dry_run")):
        rows = await workspace.workers.run(lambda: workspace.deletions.count(name, condition))
        return json_answer({"rows_to_be_deleted": rows})
    job = await workspace.workers.run(lambda: workspace.deletions.submit(name, condition))
    shown = described(job, request)
    return json_answer({**shown, "delete_id": job.id, "job": shown})


async def delete_rows_now(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/datasources/NAME/delete with `delete_condition`, `wait=true|false`."""
    name = _changer(request, workspace)
    fields = await arguments(request)
    condition = _condition(fields)
    job = await workspace.workers.run(lambda: workspace.deletions.submit(name, condition))
    if _is_true(fields.get("wait", "true")):
        job = _done(await over(workspace, job, None))
    mutation = {
        "partitions_scanned": 1,
        "partitions_done": int(job.is_over),
        "partitions_in_progress": int(not job.is_over),
    }
    counts = {"rows_affected": job.progress.get("rows_affected", 0), "mutation": mutation}
    return json_answer({**described(job, request), **counts})


async def export_rows(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/datasources/NAME/export?format=csv|ndjson|parquet[&where=][&limit=]: whatever there is, however long it
    takes.
    """
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    allow(token, "DATASOURCES:READ", name)
    if name not in workspace.at(request.deployment).project.datasources:
        workspace.datasource(name)
        raise Refused(404, f"the data source '{name}' does not exist in the deployment {request.deployment}")
    format, limit = request.text("format", "csv").lower(), request.text("limit")
    if format not in _EXPORTS:
        raise Refused(400, f"the format {format} is not supported; there are {', '.join(_EXPORTS)}")
    if limit and not (limit.isdecimal() and len(limit) < 19):
        raise Refused(400, f"limit is a number of rows, not {limit}")
    rows = int(limit) if limit else None
    condition = request.text("where").strip()
    written = EXTENSIONS[format]
    body = await asyncio.to_thread(workspace.export, name, written, condition, rows, token.access, request.deployment)
    headers = {"content-disposition": f'attachment; filename="{name}.{format}"'}
    return Answer(body, content_type=written.content_type, headers=headers)


async def show_quarantine(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/datasources/NAME/quarantine[?import_id=]: why rows are there, with samples."""
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    allow(token, "DATASOURCES:READ", name)
    if name in token.access.filters:
        raise Refused(403, f"the token '{token.name}' may read a part of '{name}' only, and not its quarantine")
    import_id = request.text("import_id")
    found = await workspace.workers.run(lambda: workspace.recovery.reasons(name, import_id))
    rows = await workspace.workers.run(lambda: workspace.recovery.rows(name))
    reasons = [
        {
            "reason": reason.text,
            "rows": reason.rows,
            "first": reason.first.strftime("%Y-%m-%d %H:%M:%S"),
            "last": reason.last.strftime("%Y-%m-%d %H:%M:%S"),
            "samples": list(reason.samples),
        }
        for reason in found
    ]
    return json_answer({"name": name, "quarantine_rows": rows, "reasons": reasons})


async def recover_rows(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/recover: a job that brings rows out of quarantine that fit now."""
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    allow(token, "DATASOURCES:APPEND", name)
    job = await workspace.workers.run(lambda: workspace.recovery.submit(name))
    shown = described(_done(await over(workspace, job, PATIENCE)), request)
    return json_answer({**shown, "job": shown})


def _done(job: Job) -> Job:
    """Raises Refused when it failed."""
    if job.status in ("error", "cancelled"):
        raise Refused(status_of(job), job.error or "the job was cancelled")
    return job


def _condition(fields: dict[str, object]) -> str:
    """Raises Refused (400)."""
    condition = str(fields.get("delete_condition") or "").strip()
    if not condition:
        raise Refused(400, "the parameter delete_condition is missing")
    return condition


def _is_true(value: object) -> bool:
    return str(value or "").strip().lower() in ("true", "1")


def _changer(request: Request, workspace: Workspace) -> str:
    """The name in the path, for who may change the data source. Raises Refused."""
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    if not (token.allows("DATASOURCES:CREATE") or token.allows("DATASOURCES:DROP", name)):
        admin(token)
    if name not in workspace.datasources():
        raise Refused(404, f"the data source '{name}' does not exist")
    return name
