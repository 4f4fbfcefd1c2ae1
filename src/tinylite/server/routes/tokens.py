"""/v0/tokens, and /tokens of a server in development."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace


async def list_tokens(request: Request, workspace: Workspace) -> Answer:
    admin(authenticate(request, workspace.tokens))
    tokens = [
        {
            "id": token.id,
            "name": token.name,
            "token": token.token,
            "scopes": [{"type": kind, "resource": resource} for kind, resource in sorted(token.scopes)],
        }
        for token in workspace.tokens.all()
    ]
    return json_answer({"tokens": tokens})


async def local_tokens(request: Request, workspace: Workspace) -> Answer:
    """Only for callers on this machine: the tokens of a server in development, without a token."""
    client = request.scope.get("client")
    if client is None or not _is_loopback(str(client[0])):
        raise Refused(403, "/tokens answers on this machine only")
    # A page in a browser on this machine is a stranger all the same, also one whose name was made to point here.
    if request.header("origin") or not _is_local_name(request.header("host")):
        raise Refused(403, "/tokens does not answer to pages of browsers")
    admin_token = workspace.tokens.admin.token
    tokens = {"user_token": admin_token, "admin_token": admin_token, "workspace_admin_token": admin_token}
    return replace(json_answer(tokens), shared=False)


def _is_local_name(host: str) -> bool:
    name = host.rsplit(":", 1)[0].strip("[]") if not host.endswith("]") else host.strip("[]")
    return name == "localhost" or _is_loopback(name)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
