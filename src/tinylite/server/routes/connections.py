"""Connections: their list without secrets, and whether they lead anywhere."""

from __future__ import annotations

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.jobs import described
from tinylite.workspace import Workspace
from tinylite.workspace.connectors import buckets_of, try_connection, used_by


async def list_connections(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/connectors."""
    admin(authenticate(request, workspace))
    project = workspace.snapshot.project if workspace.snapshot else None
    found = []
    for connection in project.connections.values() if project else ():
        used = used_by(project, connection.name) if project else []
        sources = [name for name in used if project and name in project.datasources]
        problems = {name: workspace.background.connectors.problem(name) for name in sources}
        found.append({
            "id": connection.name, "name": connection.name, "service": connection.kind, "used_by": used,
            "connected_datasources": len(sources), "problems": {name: text for name, text in problems.items() if text},
        })  # fmt: skip
    return json_answer({"connectors": found, "lag": workspace.background.connectors.lag()})


async def try_one(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/connectors/NAME/test[?bucket=s3://bucket/folder/]."""
    admin(authenticate(request, workspace))
    name = request.path.split("/")[3]
    project = workspace.snapshot.project if workspace.snapshot else None
    connection = project.connections.get(name) if project else None
    if project is None or connection is None:
        raise Refused(404, f"the connection {name} does not exist")
    bucket = str((await arguments(request)).get("bucket", "")) or next(iter(buckets_of(project, name)), "")
    said = await workspace.workers.run(lambda: try_connection(connection, bucket, workspace.secret))
    return json_answer({"name": name, "ok": True, "message": said})


async def sync(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/scheduling/runs: answers a job."""
    admin(authenticate(request, workspace))
    name = request.path.split("/")[3]
    job = await workspace.workers.run(lambda: workspace.buckets.sync(name))
    return json_answer({"job": described(job, request), "job_id": job.id})
