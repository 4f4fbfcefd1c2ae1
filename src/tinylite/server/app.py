"""The routes as one table, and the ASGI application over it."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.applications import Starlette
from starlette.routing import Route as StarletteRoute

from tinylite.server.access import RECORD
from tinylite.server.errors import Refused, answer_of
from tinylite.server.hits import Hits
from tinylite.server.http import PREFLIGHT, Answer, Receive, Request, Scope, Send, error_answer, fresh_id, send_answer
from tinylite.server.operations import Schema, described
from tinylite.server.routes.analysis import analyze_file
from tinylite.server.routes.backups import make_backup
from tinylite.server.routes.connections import list_connections, sync, try_one
from tinylite.server.routes.console import console_file, show_page
from tinylite.server.routes.datasources import dependencies, get_datasource, list_datasources
from tinylite.server.routes.deployments import (
    build,
    deploy,
    get_deployment,
    list_deployments,
    remove_deployment,
    set_live,
)
from tinylite.server.routes.events import get_receipt, post_events
from tinylite.server.routes.examples import query_example
from tinylite.server.routes.explain import explain_pipe
from tinylite.server.routes.health import health
from tinylite.server.routes.imports import import_into
from tinylite.server.routes.jobs import (
    cancel_job,
    get_job,
    list_copies,
    list_jobs,
    pause_copy,
    populate,
    resume_copy,
    retry_job,
    run_copy,
)
from tinylite.server.routes.metrics import metrics
from tinylite.server.routes.moves import abandon, move
from tinylite.server.routes.pipes import get_openapi, get_pipe, get_pipe_data, list_pipes
from tinylite.server.routes.rows import (
    delete_rows,
    delete_rows_now,
    export_rows,
    recover_rows,
    show_quarantine,
    truncate,
)
from tinylite.server.routes.schemas import alter, create_or_import, drop
from tinylite.server.routes.sinks import list_sinks, run_sink
from tinylite.server.routes.sql import run_sql
from tinylite.server.routes.tokens import (
    change_token,
    create_token,
    get_token,
    list_tokens,
    local_tokens,
    refresh_token,
    remove_token,
)
from tinylite.server.routes.variables import (
    create_variable,
    get_variable,
    list_variables,
    remove_variable,
    replace_variable,
)
from tinylite.server.routes.workspaces import (
    create_branch,
    create_workspace,
    current_workspace,
    get_branch,
    list_branches,
    list_regions,
    list_workspaces,
    remove_workspace,
)
from tinylite.server.stats import record_request
from tinylite.workspace import Workspace

Handler = Callable[[Request, Workspace], Awaitable[Answer]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Application(Protocol):
    """An ASGI application, and the requests that it has answered before."""

    hits: Hits

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True)
class Route:
    """`path` is Starlette's; `shown` is how the documentation writes it."""

    methods: tuple[str, ...]
    path: str
    shown: str
    handler: Handler
    doc: str
    dev_only: bool = False


_GET, _POST, _BOTH, _PUT, _DELETE = ("GET",), ("POST",), ("GET", "POST"), ("PUT",), ("DELETE",)
_PIPE_DATA = Route(_BOTH, "/v0/pipes/{file}", "/v0/pipes/NAME.FORMAT", get_pipe_data, "The answer of an endpoint.")
_EVENTS = Route(_POST, "/v0/events", "/v0/events?name=DATASOURCE", post_events, "Appends events to a data source.")


async def _get_api(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/openapi.json: all routes, and the endpoints that the token may ask."""
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        if route is not _PIPE_DATA and not route.dev_only:
            for method in route.methods:
                paths.setdefault(route.path, {})[method.lower()] = described(method, route.path, route.shown, route.doc)
    return await get_openapi(request, workspace, paths)


ROUTES: tuple[Route, ...] = (
    _PIPE_DATA,
    _EVENTS,
    Route(
        _GET,
        "/v0/events/receipts/{id}",
        "/v0/events/receipts/ID",
        get_receipt,
        "What became of a request with events: stored, pending, in quarantine and why.",
    ),
    Route(_GET, "/v0/openapi.json", "/v0/openapi.json", _get_api, "The whole API, as OpenAPI 3.1."),
    Route(_BOTH, "/v0/sql", "/v0/sql?q=SELECT", run_sql, "The answer of a SELECT over what the token may read."),
    Route(_GET, "/v0/pipes", "/v0/pipes", list_pipes, "The pipes that the token may read."),
    Route(_GET, "/v0/pipes/openapi.json", "/v0/pipes/openapi.json", get_openapi, "The endpoints, as OpenAPI 3.1."),
    Route(_GET, "/v0/pipes/{name}.pipe", "/v0/pipes/NAME.pipe", get_pipe_data, "The pipe's file."),
    Route(_BOTH, "/v0/pipes/{name}/explain", "/v0/pipes/NAME/explain?param=", explain_pipe, "How a pipe is computed."),
    Route(_GET, "/v0/pipes/{name}", "/v0/pipes/NAME", get_pipe, "A pipe: its nodes and parameters."),
    Route(_GET, "/v0/datasources", "/v0/datasources", list_datasources, "The data sources that the token may read."),
    Route(_GET, "/v0/datasources/{name}", "/v0/datasources/NAME", get_datasource, "A data source: columns and rows."),
    Route(
        _POST,
        "/v0/datasources",
        "/v0/datasources?mode=&name=",
        create_or_import,
        "Appends a file of rows, or replaces rows, or makes a data source.",
    ),
    Route(
        _POST,
        "/v0/datasources/{name}/alter",
        "/v0/datasources/NAME/alter?schema=&dry=",
        alter,
        "Adds columns to a data source.",
    ),
    Route(_DELETE, "/v0/datasources/{name}", "/v0/datasources/NAME", drop, "Drops a data source."),
    Route(
        _POST, "/v1/datasources/{name}/append", "/v1/datasources/NAME/append", import_into, "Appends a file of rows."
    ),
    Route(_POST, "/v1/datasources/{name}/replace", "/v1/datasources/NAME/replace", import_into, "Replaces rows."),
    Route(_POST, "/v0/datasources/{name}/truncate", "/v0/datasources/NAME/truncate", truncate, "Removes all rows."),
    Route(_POST, "/v0/datasources/{name}/delete", "/v0/datasources/NAME/delete", delete_rows, "Removes rows: a job."),
    Route(_POST, "/v1/datasources/{name}/delete", "/v1/datasources/NAME/delete", delete_rows_now, "Removes rows."),
    Route(
        _GET,
        "/v0/datasources/{name}/quarantine",
        "/v0/datasources/NAME/quarantine",
        show_quarantine,
        "Why rows are in quarantine, with samples.",
    ),
    Route(
        _POST,
        "/v0/datasources/{name}/recover",
        "/v0/datasources/NAME/recover",
        recover_rows,
        "Brings rows out of quarantine that fit now: a job.",
    ),
    Route(
        _GET,
        "/v0/datasources/{name}/export",
        "/v0/datasources/NAME/export?format=",
        export_rows,
        "The rows as a file: csv, ndjson or parquet.",
    ),
    Route(_POST, "/v0/analyze", "/v0/analyze", analyze_file, "A data source for a file, as the text of a datafile."),
    Route(
        _GET,
        "/v0/dependencies",
        "/v0/dependencies?datasource=",
        dependencies,
        "The data sources that views fill from this one.",
    ),
    Route(_GET, "/v0/tokens", "/v0/tokens", list_tokens, "All tokens, for admins."),
    Route(_POST, "/v0/tokens", "/v0/tokens?name=&scope=", create_token, "Makes a static token, or a JWT."),
    Route(_GET, "/v0/tokens/{name}", "/v0/tokens/NAME", get_token, "A token with its scopes."),
    Route(_PUT, "/v0/tokens/{name}", "/v0/tokens/NAME?scope=", change_token, "Gives a token other scopes."),
    Route(_DELETE, "/v0/tokens/{name}", "/v0/tokens/NAME", remove_token, "Removes a token."),
    Route(_POST, "/v0/tokens/{name}/refresh", "/v0/tokens/NAME/refresh", refresh_token, "Gives a token a new text."),
    Route(_GET, "/v0/variables", "/v0/variables", list_variables, "The names of the secrets."),
    Route(_POST, "/v0/variables", "/v0/variables", create_variable, "Sets a new secret."),
    Route(_GET, "/v0/variables/{name}", "/v0/variables/NAME", get_variable, "A secret: its name and times."),
    Route(_PUT, "/v0/variables/{name}", "/v0/variables/NAME", replace_variable, "Replaces a secret."),
    Route(_DELETE, "/v0/variables/{name}", "/v0/variables/NAME", remove_variable, "Removes a secret."),
    Route(_POST, "/v0/pipes/{name}/copy", "/v0/pipes/NAME/copy", run_copy, "Runs a copy: a job."),
    Route(_POST, "/v0/pipes/{name}/copy/pause", "/v0/pipes/NAME/copy/pause", pause_copy, "Stops a copy's schedule."),
    Route(_POST, "/v0/pipes/{name}/copy/resume", "/v0/pipes/NAME/copy/resume", resume_copy, "Starts it again."),
    Route(_GET, "/v0/copies", "/v0/copies", list_copies, "The copies, with their targets and schedules."),
    Route(_POST, "/v0/pipes/{name}/sink", "/v0/pipes/NAME/sink", run_sink, "Runs a sink: a job."),
    Route(_GET, "/v0/sinks", "/v0/sinks", list_sinks, "The sinks, with their destinations and schedules."),
    Route(_GET, "/v0/connectors", "/v0/connectors", list_connections, "The connections, and who uses them."),
    Route(
        _POST,
        "/v0/connectors/{name}/test",
        "/v0/connectors/NAME/test?bucket=",
        try_one,
        "Whether a connection leads anywhere.",
    ),
    Route(
        _POST,
        "/v0/datasources/{name}/scheduling/runs",
        "/v0/datasources/NAME/scheduling/runs",
        sync,
        "Imports what is new in a bucket: a job.",
    ),
    Route(
        _POST,
        "/v0/pipes/{name}/nodes/{node}/population",
        "/v0/pipes/NAME/nodes/NODE/population?truncate=",
        populate,
        "Sends what a data source holds through a materialized view: a job.",
    ),
    Route(_GET, "/v0/jobs", "/v0/jobs?kind=&status=", list_jobs, "The last hundred jobs."),
    Route(_GET, "/v0/jobs/{id}", "/v0/jobs/ID", get_job, "A job: its state and progress."),
    Route(_POST, "/v0/jobs/{id}/cancel", "/v0/jobs/ID/cancel", cancel_job, "Stops a job."),
    Route(_POST, "/v0/jobs/{id}/retry", "/v0/jobs/ID/retry", retry_job, "Goes on with a failed or cancelled job."),
    Route(_POST, "/v1/build", "/v1/build", build, "Builds a project in the place of the live one.", dev_only=True),
    Route(
        _POST,
        "/v1/deploy",
        "/v1/deploy?check=&auto_promote=&allow_destructive_operations=",
        deploy,
        "Plans a project against the live one, and prepares it beside it.",
    ),
    Route(_GET, "/v1/deployments", "/v1/deployments?all=", list_deployments, "The live deployment, and others."),
    Route(_GET, "/v1/deployments/{id}", "/v1/deployments/ID", get_deployment, "A deployment: its state and plan."),
    Route(
        _POST,
        "/v1/deployments/{id}/set-live",
        "/v1/deployments/ID/set-live",
        set_live,
        "Makes a deployment live at once.",
    ),
    Route(_DELETE, "/v1/deployments/{id}", "/v1/deployments/ID", remove_deployment, "Discards a deployment."),
    Route(_GET, "/v1/pipes/{name}.pipe", "/v1/pipes/NAME.pipe", get_pipe_data, "The pipe's file."),
    Route(_GET, "/v1/workspace", "/v1/workspace", current_workspace, "The workspace that the token belongs to."),
    Route(_GET, "/v0/workspace", "/v0/workspace", current_workspace, "The same."),
    Route(_GET, "/v1/user/workspaces", "/v1/user/workspaces", list_workspaces, "The workspaces of this server."),
    Route(_POST, "/v1/workspaces", "/v1/workspaces?name=", create_workspace, "Makes an empty workspace."),
    Route(_DELETE, "/v1/workspaces/{id}", "/v1/workspaces/ID", remove_workspace, "Removes a workspace for good."),
    Route(_GET, "/v1/environments", "/v1/environments", list_branches, "The branches of this server."),
    Route(
        _POST,
        "/v1/environments",
        "/v1/environments?name=&data=",
        create_branch,
        "Makes a branch: a workspace with the home's project, and with its rows when data says so.",
    ),
    Route(_GET, "/v0/environments/{name}", "/v0/environments/NAME", get_branch, "A branch, with its admin token."),
    Route(_DELETE, "/v0/environments/{id}", "/v0/environments/ID", remove_workspace, "Removes a branch for good."),
    Route(_GET, "/v0/regions", "/v0/regions", list_regions, "Always empty: regions are those of a cloud."),
    Route(_GET, "/examples/query.http", "/examples/query.http?pipe=", query_example, "The address of an endpoint."),
    Route(_POST, "/v0/backups", "/v0/backups?name=", make_backup, "Makes a backup of everything, for admins."),
    Route(_POST, "/v0/moves", "/v0/moves?engine=&cluster=&restart=", move, "Moves all rows to ClickHouse, as a job."),
    Route(_DELETE, "/v0/moves", "/v0/moves", abandon, "Gives a move up: rows stay where they are."),
    Route(_GET, "/v0/health", "/v0/health", health, "Whether the server is up; needs no token."),
    Route(_GET, "/endpoints", "/endpoints", show_page, "A page that lists the endpoints; it asks for a token."),
    Route(
        _GET, "/endpoints/{name}", "/endpoints/NAME", show_page, "A page to try an endpoint on: form, table and chart."
    ),
    Route(_GET, "/console/{file}", "/console/FILE", console_file, "Styles and scripts of these pages."),
    Route(_GET, "/metrics", "/metrics", metrics, "What the server did and does, for Prometheus."),
    Route(_GET, "/tokens", "/tokens", local_tokens, "The admin token, for callers on this machine.", dev_only=True),
)
_RECORDED = (get_pipe_data, run_sql)
"""What is asked of these goes into `tinybird.pipe_stats_rt`."""
_OF_LIVE_ROWS = frozenset((
    alter, create_or_import, delete_rows, delete_rows_now, dependencies, drop, import_into, populate, post_events,
    recover_rows, run_copy, run_sink, show_quarantine, sync, truncate,
))  # fmt: skip
"""What these do is done to the live deployment, whichever one is read otherwise."""
_DATA_PATH = re.compile(r"/v0/pipes/[^/]+\.[a-z]+/?")


def create_app(workspace: Workspace, *, dev: bool = False) -> Application:
    return _App(workspace, dev=dev)


class _App:
    """The two routes that carry the load are matched before Starlette: its own work costs as much as theirs."""

    def __init__(self, workspace: Workspace, *, dev: bool) -> None:
        self.hits = Hits(workspace, _PIPE_DATA.shown)
        self._pipe_data = _Endpoint([_PIPE_DATA], workspace, self.hits)
        self._events = _Endpoint([_EVENTS], workspace)
        self._behind = _behind(workspace, dev=dev)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            if _DATA_PATH.fullmatch(path):
                await self._pipe_data(scope, receive, send)
                return
            if path.rstrip("/") == "/v0/events":
                await self._events(scope, receive, send)
                return
            # Clients write /v0/pipes/ as well; a redirect would cost them their body.
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await self._behind(scope, receive, send)


def _behind(workspace: Workspace, *, dev: bool) -> Starlette:
    """All other routes."""
    others = [route for route in ROUTES if route not in (_PIPE_DATA, _EVENTS) and (dev or not route.dev_only)]
    paths: dict[str, list[Route]] = {}
    for route in others:
        paths.setdefault(route.path, []).append(route)
    behind = Starlette(routes=[StarletteRoute(path, _Endpoint(found, workspace)) for path, found in paths.items()])
    behind.router.redirect_slashes = False
    behind.router.default = _Endpoint([], workspace)
    return behind


_GONE = error_answer("the workspace is closed: it was removed, or the server is stopping", 503, {"retry-after": "1"})
"""To those who were still there when it was closed."""


class _Endpoint:
    """The routes of one path as an ASGI application: every problem becomes a JSON answer."""

    def __init__(self, routes: Sequence[Route], workspace: Workspace, hits: Hits | None = None) -> None:
        self._hits = hits
        self._shown = routes[0].shown.partition("?")[0] if routes else "other"
        self._handlers = {method: route.handler for route in routes for method in route.methods}
        self._is_recorded = any(route.handler in _RECORDED for route in routes)
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        request_id = fresh_id()
        known_by = self._hits.bytes_of(scope) if self._hits is not None else None
        if self._workspace.ingest.must_settle():
            known_by = None
        if self._hits is not None and known_by is not None and (seen := self._hits.find(known_by)) is not None:
            if (access := scope.get(RECORD)) is not None:
                access.token, access.rows = seen.token, seen.answer.rows
            await self._hits.send(seen, started, request_id, send)
            self._workspace.counters.count(self._shown, 200, time.perf_counter() - started)
            return
        accepted = next((value for name, value in scope["headers"] if name == b"accept-encoding"), b"")
        request: Request | None = None
        try:
            request = Request.of(scope, receive)
            answer = await self._answer(request)
        except Exception as problem:
            answer = _GONE if self._workspace.is_closed else answer_of(problem, request_id)
        if request is not None and self._is_recorded:
            record_request(self._workspace.records, request, answer, started, request_id)
            if self._hits is not None and known_by is not None and answer.status == 200:
                self._hits.remember(known_by, request)
        if (access := scope.get(RECORD)) is not None and request is not None:
            access.token, access.rows = request.asker[1], answer.rows
        await send_answer(answer, request_id, send, accepted.decode("latin-1"))
        self._workspace.counters.count(self._shown, answer.status, time.perf_counter() - started)

    async def _answer(self, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return Answer(b"", 204, headers=PREFLIGHT)
        if not self._handlers:
            raise Refused(404, f"there is nothing at {request.path}")
        handler = self._handlers.get(request.method)
        if handler is None:
            methods = list(self._handlers)
            message = f"{self._shown} is asked by {' or '.join(methods)}"
            raise Refused(405, message, {"allow": ", ".join([*methods, "OPTIONS"])})
        if handler in _OF_LIVE_ROWS and request.deployment:
            _check_live(request.deployment, self._workspace)
        if handler is not post_events:
            # Who has just been told that events are safe finds them.
            await self._workspace.ingest.settled()
        return await handler(request, self._workspace)


def _check_live(deployment: str, workspace: Workspace) -> None:
    """Raises Refused: rows that one asks for in another deployment must not come into the live one, or go from it."""
    live = workspace.deployments.live
    if deployment != "live" and (live is None or deployment != str(live.id)):
        message = "this is done to the live deployment; what is written there goes to all beside it as well"
        raise Refused(400, f"{message}: ask without __tb__deployment (--staging)")
