"""The routes as one table, and the ASGI application over it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.routing import Route as StarletteRoute

from tinylite.server.errors import Refused, answer_of
from tinylite.server.http import Answer, Receive, Request, Scope, Send, send_answer
from tinylite.server.routes.datasources import get_datasource, list_datasources
from tinylite.server.routes.events import post_events
from tinylite.server.routes.health import health
from tinylite.server.routes.pipes import get_pipe, get_pipe_data, list_pipes
from tinylite.server.routes.sql import run_sql
from tinylite.server.routes.tokens import list_tokens, local_tokens
from tinylite.workspace import Workspace

Handler = Callable[[Request, Workspace], Awaitable[Answer]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is Starlette's; `shown` is how the documentation writes it."""

    methods: tuple[str, ...]
    path: str
    shown: str
    handler: Handler
    doc: str
    dev_only: bool = False


_GET, _POST, _BOTH = ("GET",), ("POST",), ("GET", "POST")
_PIPE_DATA = Route(_BOTH, "/v0/pipes/{file}", "/v0/pipes/NAME.FORMAT", get_pipe_data, "The answer of an endpoint.")
_EVENTS = Route(_POST, "/v0/events", "/v0/events?name=DATASOURCE", post_events, "Appends events to a data source.")
ROUTES: tuple[Route, ...] = (
    _PIPE_DATA,
    _EVENTS,
    Route(_BOTH, "/v0/sql", "/v0/sql?q=SELECT", run_sql, "The answer of a SELECT, for admins."),
    Route(_GET, "/v0/pipes", "/v0/pipes", list_pipes, "The pipes that the token may read."),
    Route(_GET, "/v0/pipes/{name}", "/v0/pipes/NAME", get_pipe, "A pipe: its nodes and parameters."),
    Route(_GET, "/v0/datasources", "/v0/datasources", list_datasources, "The data sources that the token may read."),
    Route(_GET, "/v0/datasources/{name}", "/v0/datasources/NAME", get_datasource, "A data source: columns and rows."),
    Route(_GET, "/v0/tokens", "/v0/tokens", list_tokens, "All tokens, for admins."),
    Route(_GET, "/v0/health", "/v0/health", health, "Whether the server is up; needs no token."),
    Route(_GET, "/tokens", "/tokens", local_tokens, "The admin token, for callers on this machine.", dev_only=True),
)
_DATA_PATH = re.compile(r"/v0/pipes/[^/]+\.[a-z]+/?")


def create_app(workspace: Workspace, *, dev: bool = False) -> App:
    """An ASGI application.

    The two routes that carry the load are matched before Starlette: its own work costs as much as theirs.
    """
    pipe_data, events = _Endpoint(_PIPE_DATA, workspace), _Endpoint(_EVENTS, workspace)
    others = [route for route in ROUTES if route not in (_PIPE_DATA, _EVENTS) and (dev or not route.dev_only)]
    behind = Starlette(routes=[StarletteRoute(route.path, _Endpoint(route, workspace)) for route in others])
    behind.router.redirect_slashes = False
    behind.router.default = _Endpoint(None, workspace)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if _DATA_PATH.fullmatch(path):
                await pipe_data(scope, receive, send)
                return
            if path.rstrip("/") == "/v0/events":
                await events(scope, receive, send)
                return
            # Clients write /v0/pipes/ as well; a redirect would cost them their body.
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await behind(scope, receive, send)

    return app


class _Endpoint:
    """One route as an ASGI application: every problem becomes a JSON answer."""

    def __init__(self, route: Route | None, workspace: Workspace) -> None:
        self._route = route
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = uuid.uuid4().hex
        try:
            answer = await self._answer(Request.of(scope, receive))
        except Exception as problem:
            answer = answer_of(problem, request_id)
        await send_answer(answer, request_id, send)

    async def _answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return Answer(b"", 204)
        if self._route is None:
            raise Refused(404, f"there is nothing at {request.path}")
        if request.method not in self._route.methods:
            raise Refused(405, f"{self._route.shown} is asked by {' or '.join(self._route.methods)}")
        return await self._route.handler(request, self._workspace)
