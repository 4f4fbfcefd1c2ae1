"""/v0/moves: the rows to ClickHouse, as a job."""

from __future__ import annotations

import asyncio

from tinylite.engine.clickhouse.rows import Address
from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.jobs import described
from tinylite.workspace import Workspace


async def move(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/moves: `engine`, and `cluster` and `restart` where they are meant, as a form or JSON."""
    admin(authenticate(request, workspace))
    given = {name: str(value) for name, value in (await arguments(request)).items()}
    engine = given.get("engine", "").strip()
    if not engine:
        raise Refused(400, "the parameter engine is missing: the address of ClickHouse")
    address, restart = Address(engine, given.get("cluster", "").strip()), given.get("restart", "").lower()
    job = await asyncio.to_thread(workspace.moves.submit, address, restart=restart in ("true", "1"))
    return json_answer({"job": described(job, request)}, 201)


async def abandon(request: Request, workspace: Workspace) -> Answer:
    """DELETE /v0/moves: as if nothing had been moved; what is in ClickHouse stays there."""
    admin(authenticate(request, workspace))
    await asyncio.to_thread(workspace.moves.abandon)
    return json_answer({"status": "abandoned"})
