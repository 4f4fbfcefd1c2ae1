"""/v0/backups: copies of the data folder, in it."""

from __future__ import annotations

import asyncio

from tinylite.server.auth import admin, authenticate
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace


async def make_backup(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/backups?name=NAME."""
    admin(authenticate(request, workspace))
    made = await asyncio.to_thread(workspace.backups.make, request.text("name"))
    told = {"name": made.path.name, "path": str(made.path.resolve()), "rows": made.rows, "bytes": made.size}
    return json_answer({**told, "seconds": round(made.seconds, 3)}, 201)
