"""/v0/health: whether the server is there."""

from __future__ import annotations

from tinylite import __version__
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace


async def health(request: Request, workspace: Workspace) -> Answer:
    return json_answer({"status": "ok" if workspace.snapshot else "building", "version": __version__})
