"""How a question is answered, for admins: the rendered SQL, the engine's statement, its plan."""

from __future__ import annotations

from tinylite.server.auth import admin, authenticate
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.workspace import Workspace
from tinylite.workspace.queries import Explained


async def explain_pipe(request: Request, workspace: Workspace) -> Answer:
    """GET or POST /v0/pipes/NAME/explain, with the parameters of the pipe; with `q` that of a SELECT over it."""
    admin(authenticate(request, workspace))
    found = await arguments(request)
    name = request.path.split("/")[3]
    over = str(found.pop("q", "")).strip()
    return explained(await workspace.explain(over, found, name, request.deployment))


def explained(found: Explained) -> Answer:
    return json_answer(
        {
            "nodes": [{"name": name, "sql": text} for name, text in found.rendered.items()],
            "parameters": {name: str(value) for name, value in found.values.items()},
            "tables": found.tables,
            "engine_sql": found.sql,
            "plan": found.plan,
        }
    )
