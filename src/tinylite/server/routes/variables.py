"""/v0/variables: secrets. They are set and replaced, never told."""

from __future__ import annotations

import re
from dataclasses import asdict

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import of_body
from tinylite.workspace import Workspace

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_MAX_VALUE = 64 * 1024


async def list_variables(request: Request, workspace: Workspace) -> Answer:
    admin(authenticate(request, workspace))
    return json_answer({"variables": [{**asdict(secret), "type": "secret"} for secret in workspace.secrets.all()]})


async def get_variable(request: Request, workspace: Workspace) -> Answer:
    admin(authenticate(request, workspace))
    name = _known(request, workspace)
    return json_answer(next(asdict(secret) for secret in workspace.secrets.all() if secret.name == name))


async def create_variable(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/variables with `name` and `value`."""
    admin(authenticate(request, workspace))
    fields = await _fields(request)
    name = str(fields.get("name", ""))
    if not _NAME.fullmatch(name):
        raise Refused(400, "the parameter name is missing or not a name of letters, digits and _")
    if workspace.secrets.find(name) is not None:
        raise Refused(409, f"there is a secret '{name}' already; PUT /v0/variables/{name} replaces it")
    return await _set(name, fields, workspace)


async def replace_variable(request: Request, workspace: Workspace) -> Answer:
    """PUT /v0/variables/NAME with `value`."""
    admin(authenticate(request, workspace))
    return await _set(_known(request, workspace), await _fields(request), workspace)


async def remove_variable(request: Request, workspace: Workspace) -> Answer:
    admin(authenticate(request, workspace))
    workspace.secrets.remove(_known(request, workspace))
    await workspace.workers.run(workspace.background.connectors.refresh)
    return json_answer({"ok": True})


def _known(request: Request, workspace: Workspace) -> str:
    name = request.path.rpartition("/")[2]
    if workspace.secrets.find(name) is None:
        raise Refused(404, f"the secret '{name}' does not exist")
    return name


async def _fields(request: Request) -> dict[str, object]:
    body = await request.body(_MAX_VALUE)
    found = of_body(body, request.header("content-type")) if body.strip() else {}
    return {**request.query, **found}


async def _set(name: str, fields: dict[str, object], workspace: Workspace) -> Answer:
    value = fields.get("value")
    if not isinstance(value, str):
        raise Refused(400, "the parameter value is missing")
    workspace.secrets.set(name, value)
    await workspace.workers.run(workspace.background.connectors.refresh)
    return json_answer(next(asdict(secret) for secret in workspace.secrets.all() if secret.name == name))
