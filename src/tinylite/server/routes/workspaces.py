"""/v1/user/workspaces, /v1/workspaces, /v1/environments: the workspaces of this server, and branches of them."""

from __future__ import annotations

import asyncio

from tinylite.deploy import Entry, Workspaces
from tinylite.deploy.workspaces import CONTENTS
from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import WORKSPACES, Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.jobs import described
from tinylite.workspace import Workspace

USER = "local"
"""Who has the workspaces: there are no accounts here."""


async def current_workspace(request: Request, workspace: Workspace) -> Answer:
    """GET /v1/workspace: the one that the token belongs to. Clients take just these fields."""
    authenticate(request, workspace)
    entry = _own(request, workspace)
    return json_answer(
        {"id": entry.id, "name": entry.name, "user_id": USER, "user_email": USER, "scope": "admin", "main": None}
    )


async def list_workspaces(request: Request, workspace: Workspace) -> Answer:
    """GET /v1/user/workspaces: all of them for the home's admins, for others their own."""
    admin(authenticate(request, workspace))
    found = [_described(entry, request) for entry in _visible(request, workspace)]
    own = _own(request, workspace)
    return json_answer({"id": own.id, "name": own.name, "organization_id": USER, "workspaces": found})


async def create_workspace(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/workspaces?name=."""
    workspaces = _of_home(request, workspace)
    name = str({**request.query, **await arguments(request)}.get("name", ""))
    entry = await asyncio.to_thread(workspaces.create, name)
    return json_answer(_described(entry, request))


async def remove_workspace(request: Request, workspace: Workspace) -> Answer:
    """DELETE /v1/workspaces/ID, with all that it holds."""
    workspaces = _of_home(request, workspace)
    entry = workspaces.find(request.path.rpartition("/")[2])
    if entry is None:
        raise Refused(404, "there is no such workspace")
    await asyncio.to_thread(workspaces.remove, entry.id)
    return json_answer({"ok": True, "id": entry.id, "name": entry.name})


async def list_branches(request: Request, workspace: Workspace) -> Answer:
    """GET /v1/environments."""
    admin(authenticate(request, workspace))
    found = [_described(entry, request) for entry in _visible(request, workspace) if entry.is_branch]
    return json_answer({"environments": found})


async def create_branch(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/environments?name=[&data=last_partition|all_data]."""
    workspaces = _of_home(request, workspace)
    given = {**request.query, **await arguments(request)}
    contents = str(given.get("data", "") or "").replace("-", "_")
    if contents not in CONTENTS:
        raise Refused(400, f"data is last_partition or all_data, not {contents}")
    name = str(given.get("name", ""))
    workspaces.check_name(name)
    job = await asyncio.to_thread(workspaces.branch_job, name, contents)
    if job.status in ("error", "cancelled"):
        raise Refused(409, job.error or "the branch was cancelled")
    entry = workspaces.find(name)
    told = _described(entry, request) if entry is not None and job.status == "done" else {"name": name}
    return json_answer({**told, "job": described(job, request)})


async def get_branch(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/environments/NAME."""
    admin(authenticate(request, workspace))
    name = request.path.rpartition("/")[2]
    for entry in _visible(request, workspace):
        if entry.is_branch and name in (entry.id, entry.name):
            return json_answer(_described(entry, request))
    raise Refused(404, f"there is no branch {name}")


async def list_regions(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/regions: of a cloud; there are none here."""
    return json_answer({"regions": []})


def _described(entry: Entry, request: Request) -> dict[str, object]:
    return {
        "id": entry.id,
        "name": entry.name,
        "role": "admin",
        "plan": USER,
        "created_at": entry.created_at,
        "main": _workspaces(request).home.id if entry.is_branch else None,
        "is_branch": entry.is_branch,
        "token": entry.workspace.tokens.admin.token,
    }


def _workspaces(request: Request) -> Workspaces:
    found = request.scope.get(WORKSPACES)
    if not isinstance(found, Workspaces):
        raise Refused(404, "workspaces are those of a running server: tinylite dev or tinylite serve")
    return found


def _own(request: Request, workspace: Workspace) -> Entry:
    found = _workspaces(request).find(workspace.id)
    assert found is not None
    return found


def _visible(request: Request, workspace: Workspace) -> list[Entry]:
    workspaces = _workspaces(request)
    return workspaces.all() if workspace is workspaces.home.workspace else [_own(request, workspace)]


def _of_home(request: Request, workspace: Workspace) -> Workspaces:
    """Raises Refused: workspaces are made and removed by the admins of the home."""
    admin(authenticate(request, workspace))
    workspaces = _workspaces(request)
    if workspace is not workspaces.home.workspace:
        raise Refused(403, f"only admins of the workspace {workspaces.home.name} make and remove workspaces")
    return workspaces
