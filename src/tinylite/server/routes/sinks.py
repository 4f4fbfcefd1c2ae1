"""Sinks: their list, and running one now."""

from __future__ import annotations

from tinylite.server.auth import admin, authenticate
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.jobs import of_pipe
from tinylite.workspace import Workspace
from tinylite.workspace.sinks import Sink


async def run_sink(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/pipes/NAME/sink: the parameters are the pipe's. Answers a job."""
    admin(authenticate(request, workspace))
    name = request.path.split("/")[3]
    found = await arguments(request)
    job = await workspace.workers.run(lambda: workspace.background.run_sink(name, found))
    return of_pipe(name, job, request, workspace)


async def list_sinks(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/sinks: where they lead, and when they run."""
    admin(authenticate(request, workspace))
    return json_answer({"sinks": [_described(sink, workspace) for sink in workspace.background.sinks.values()]})


def _described(sink: Sink, workspace: Workspace) -> dict[str, object]:
    plan, entry = sink.plan, workspace.background.schedule.entry(sink.name)
    return {
        "name": sink.name,
        "service": plan.service,
        "connection": plan.connection.value if plan.connection else None,
        "destination": plan.topic.value if plan.topic else plan.uri.value if plan.uri else None,
        "format": "json" if plan.topic else plan.format,
        "compression": plan.compression or None,
        "strategy": None if plan.topic else plan.strategy,
        "schedule": {
            "cron": plan.schedule or None,
            "timezone": "Etc/UTC",
            "status": "running" if entry else "on-demand",
            "next_run": entry.next.strftime("%Y-%m-%d %H:%M:%S") if entry else None,
        },
    }
