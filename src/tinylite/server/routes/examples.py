"""/examples/query.http: the address of an endpoint, for clients that show it."""

from __future__ import annotations

from urllib.parse import urlencode

from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request
from tinylite.template import sample_arguments
from tinylite.workspace import Workspace


async def query_example(request: Request, workspace: Workspace) -> Answer:
    """GET /examples/query.http?pipe=NAME[&format=json]: with a value for each parameter that has a default."""
    token = authenticate(request, workspace)
    name, format = request.text("pipe"), request.text("format") or "json"
    allow(token, "PIPES:READ", name)
    snapshot = workspace.snapshot
    if snapshot is None or snapshot.endpoint(name) is None:
        raise Refused(404, f"the pipe '{name}' does not exist or is not an endpoint")
    known = [p for p in snapshot.programs[name].parameters if p.required or p.default not in (None, "")]
    query = urlencode({**sample_arguments(known), "token": request.text("token") or token.token})
    scheme, host = request.scope.get("scheme", "http"), request.header("host") or "localhost"
    return Answer(f"{scheme}://{host}/v0/pipes/{name}.{format}?{query}".encode(), content_type="text/plain")
