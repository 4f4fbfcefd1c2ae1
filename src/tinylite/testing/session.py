"""A project in this process: no server, no port, nothing left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from urllib.parse import quote, urlencode

import httpx

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Result
from tinylite.project import Project, load
from tinylite.server.app import create_app
from tinylite.workspace import Snapshot, Workspace

_SAFE = "%/?:@!$&'()*+,;=-._~[]|"
_Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `error` is the message of one that is not 200; `is_foreign` when another engine worded it."""

    status: int
    text: str
    is_foreign: bool = False

    @property
    def error(self) -> str:
        try:
            return str(json.loads(self.text)["error"])
        except (ValueError, LookupError, TypeError):
            return self.text


class Session:
    """A built project. It serves the whole HTTP API in process, and is gone when it is closed.

    `project` is a folder or a loaded project. Raises DiagnosticError with every fault of a project that can't be built.
    """

    def __init__(self, project: Project | Path | str, *, fixtures: bool = True) -> None:
        self.project = project if isinstance(project, Project) else load(project)
        self._folder = TemporaryDirectory(prefix="tinylite-", ignore_cleanup_errors=True)
        self._workspace = Workspace.open(Path(self._folder.name))
        try:
            build = self._workspace.build(self.project, fixtures=fixtures)
            if build.errors:
                raise DiagnosticError(*build.errors)
        except BaseException:
            self.close()
            raise
        self._app = create_app(self._workspace, dev=True)

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, place: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._workspace.close()
        self._folder.cleanup()

    @property
    def snapshot(self) -> Snapshot:
        assert self._workspace.snapshot is not None
        return self._workspace.snapshot

    def secret(self, name: str) -> str | None:
        return self._workspace.secret(name)

    def rows(self, query: str) -> Result:
        """Of a SELECT, as the engine gives them. Raises DiagnosticError."""
        return self._workspace.query_now(query)

    def merge(self, datasource: str) -> None:
        """Lets the engine of a data source make of the rows what it makes over time."""
        self._workspace.merger.merge(self.snapshot.tables(datasource))

    async def request(self, method: str, path: str, query: str = "", body: bytes | None = None) -> Answer:
        """`query` as in an address; what is not allowed there is escaped. The admin asks."""
        url = f"http://localhost{path}" + (f"?{quote(query, safe=_SAFE)}" if query else "")
        token = self._workspace.tokens.admin.token
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app), timeout=None) as client:
            response = await client.request(method, url, content=body, headers=headers)
        return Answer(response.status_code, response.text)

    # -- for tests written in Python --------------------------------------------------------------------------------

    def append(self, datasource: str, rows: Iterable[_Row] | _Row) -> tuple[int, int]:
        """Sends events, and waits until they are there: how many were stored, and how many put in quarantine.

        Raises AssertionError with the server's reason when they are refused.
        """
        events = [rows] if isinstance(rows, Mapping) else list(rows)
        body = "\n".join(json.dumps(event, default=str) for event in events).encode()
        counts = json.loads(self._asked("POST", "/v0/events", {"name": datasource, "wait": "true"}, body))
        return counts["successful_rows"], counts["quarantined_rows"]

    def endpoint(self, pipe: str, **parameters: object) -> list[dict[str, object]]:
        """The rows of an endpoint. Raises AssertionError with the server's reason when it answers with an error."""
        return _rows(self._asked("GET", f"/v0/pipes/{pipe}.ndjson", parameters))

    def sql(self, query: str) -> list[dict[str, object]]:
        """The rows of a SELECT. Raises AssertionError with the server's reason when it fails."""
        return _rows(self._asked("POST", "/v0/sql", {"q": f"{query} FORMAT JSONEachRow"}))

    def get(self, path: str, **parameters: object) -> Answer:
        """Any answer of the HTTP API, errors as well."""
        return asyncio.run(self.request("GET", path, urlencode(parameters, doseq=True)))

    def _asked(self, method: str, path: str, parameters: Mapping[str, object], body: bytes | None = None) -> str:
        answer = asyncio.run(self.request(method, path, urlencode(parameters, doseq=True), body))
        if answer.status >= 400:
            raise AssertionError(f"{method} {path} answers {answer.status}: {answer.error}")
        return answer.text


def _rows(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]
