"""POST /v0/events: events in."""

from __future__ import annotations

from tinylite.ingest.decode import MAX_BODY, decode
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Workspace


async def post_events(request: Request, workspace: Workspace) -> Answer:
    """The body is events, whatever its Content-Type says: clients send every kind of it."""
    name = request.text("name")
    token = authenticate(request, workspace)
    if not name:
        raise Refused(400, "the parameter name is missing: the data source to append to")
    allow(token, "DATASOURCES:APPEND", name)
    if request.deployment not in ("", "live"):
        raise Refused(400, "events go to the live deployment and to all beside it: send them without __tb__deployment")
    body = await request.body(MAX_BODY)
    lines = decode(body, encoding=request.header("content-encoding"), format=request.text("format", "ndjson"))
    ack = await workspace.ingest.append(name, lines)
    # By then the events are in the database; 202 is what clients expect when they did not ask to wait.
    status = 200 if request.text("wait").lower() in ("true", "1") else 202
    counts = {"successful_rows": ack.successful_rows, "quarantined_rows": ack.quarantined_rows}
    return json_answer(counts, status)
