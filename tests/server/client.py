"""A client in the same process: one request in, one whole response out."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import zstandard

from tinylite.project import load
from tinylite.server.app import App, create_app
from tinylite.workspace import Workspace


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> dict[str, object]:
        value = json.loads(self.body)
        assert isinstance(value, dict)
        return value

    @property
    def unpacked(self) -> bytes:
        match self.headers.get("content-encoding"):
            case "gzip":
                return gzip.decompress(self.body)
            case "zstd":
                return bytes(zstandard.ZstdDecompressor().decompressobj().decompress(self.body))
        return self.body

    @property
    def data(self) -> object:
        return self.json()["data"]

    @property
    def error(self) -> str:
        return str(self.json()["error"])


class Client:
    """Asks as the admin, unless `token` says otherwise; None sends no token."""

    def __init__(
        self, workspace: Workspace, *, dev: bool = False, front: Callable[[App], App] = lambda app: app
    ) -> None:
        self.workspace = workspace
        self.admin = workspace.tokens.admin.token
        self._app = front(create_app(workspace, dev=dev))

    def get(self, path: str, *, token: str | None = "", **parameters: object) -> Response:
        return self.ask("GET", path, parameters, token=token)

    def post(
        self,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        token: str | None = "",
        **parameters: object,
    ) -> Response:
        return self.ask("POST", path, parameters, body, headers, token=token)

    def ask(
        self,
        method: str,
        path: str,
        parameters: Mapping[str, object] | str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        token: str | None = "",
        client: str = "127.0.0.1",
    ) -> Response:
        """`parameters` as text are the raw query string."""
        query = parameters if isinstance(parameters, str) else urlencode(parameters, doseq=True)
        sent = {"host": "localhost:7181"}
        sent |= {"authorization": f"Bearer {token or self.admin}"} if token is not None else {}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode("latin-1"),
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
            "client": (client, 50000),
        }
        return asyncio.run(_run(self._app, scope, body))


async def _run(app: App, scope: dict[str, object], body: bytes) -> Response:
    sent: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body}

    async def send(message: object) -> None:
        assert isinstance(message, dict)
        sent.append(message)

    await app(scope, receive, send)
    start, *content = sent
    assert not content[-1].get("more_body")
    body = b"".join(bytes(part["body"]) for part in content)  # type: ignore[call-overload]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}  # type: ignore[attr-defined]
    return Response(int(str(start["status"])), headers, body)


@contextmanager
def served(folder: Path, files: Mapping[str, str], *, dev: bool = False) -> Iterator[Client]:
    """A project of these files, in a fresh folder, built without faults."""
    for name, text in files.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    workspace = Workspace.open(folder / "data")
    try:
        build = workspace.build(load(folder / "project"), fixtures=True)
        assert not build.errors, build.errors
        yield Client(workspace, dev=dev)
    finally:
        workspace.close()


def endpoint(sql: str) -> str:
    """A pipe of one node."""
    lines = "\n".join(f"    {line}" for line in sql.splitlines())
    return f"NODE answer\nSQL >\n    %\n{lines}\nTYPE endpoint\n"
