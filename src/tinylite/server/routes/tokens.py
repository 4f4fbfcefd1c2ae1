"""/v0/tokens, and /tokens of a server in development."""

from __future__ import annotations

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
    admin_token = workspace.tokens.admin.token
    return json_answer({"user_token": admin_token, "admin_token": admin_token, "workspace_admin_token": admin_token})


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
