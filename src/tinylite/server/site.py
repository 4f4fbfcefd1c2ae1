"""All workspaces of a server as one ASGI application: a request goes to the one that knows its token."""

from __future__ import annotations

from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from tinylite.deploy import Workspaces
from tinylite.server.app import Application, create_app
from tinylite.server.hits import Headers, Kept
from tinylite.server.http import WORKSPACES, Receive, Scope, Send
from tinylite.workspace import Workspace


class Site:
    def __init__(self, workspaces: Workspaces, *, dev: bool = False) -> None:
        self._workspaces = workspaces
        self._dev = dev
        self._home = create_app(workspaces.home.workspace, dev=dev)
        self._apps: WeakKeyDictionary[Workspace, Application] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[WORKSPACES] = self._workspaces
            if self._workspaces.others:
                entry = self._workspaces.of_token(_token(scope))
                # To one that is being removed the home says what it says of any token that nobody knows.
                if entry is not self._workspaces.home and entry.guests.come():
                    try:
                        await self._app(entry.workspace)(scope, receive, send)
                    finally:
                        entry.guests.go()
                    return
        await self._home(scope, receive, send)

    def kept(self, url: bytes, headers: Headers) -> Kept | None:
        """The answer of a GET without a body, when it was given before and is still right."""
        return self._home.hits.answer(url, headers) if not self._workspaces.others else None

    def _app(self, workspace: Workspace) -> Application:
        app = self._apps.get(workspace)
        if app is None:
            # /v1/build makes what is not the home's what it is, also where the home takes deployments only.
            app = self._apps[workspace] = create_app(workspace, dev=True)
        return app


def _token(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _, text = value.decode("latin-1").partition(" ")
            if scheme.lower() == "bearer":
                return str(text.strip())
    query = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("token", [""])[-1] if b"token=" in query else ""
