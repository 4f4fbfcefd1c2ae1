"""A project's HTTP API for commands: of the server that runs on it, or of its data folder opened in this process."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import httpx

from tinylite.cli import environments, server_file
from tinylite.cli.engines import home_of
from tinylite.cli.options import data_folder, read_project
from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

if TYPE_CHECKING:
    from tinylite.workspace import Home

# Seconds; the server ends a query earlier.
_TIMEOUT = 60
_CHUNK = 256 * 1024
T = TypeVar("T")
Told = Callable[[int], None]
_UPLOAD_TIMEOUT = 600
Parameters = Mapping[str, str | Sequence[str]]
_CODES = {403: "TL509", 404: "TL508", 408: "TL502"}


@dataclass(frozen=True, slots=True)
class Api:
    token: str
    url: str = ""
    """Of the server; empty when there is none."""
    transport: httpx.AsyncBaseTransport | None = None
    cert: str = ""
    """Of a server on this machine that speaks TLS: the file of the one certificate that it may have."""
    is_remote: bool = False
    """Whether it is of another machine: then the proxies of the environment are for it."""

    def get(self, path: str, parameters: Parameters | None = None) -> httpx.Response:
        """Raises DiagnosticError with the server's own words, as all of these do."""
        return self._answered("GET", path, parameters, None)

    def post(
        self, path: str, body: str | Mapping[str, object] = "", parameters: Parameters | None = None
    ) -> httpx.Response:
        """A body that is no text is sent as JSON."""
        return self._answered("POST", path, parameters, body if isinstance(body, str) else json.dumps(body))

    def put(self, path: str, text: str = "", parameters: Parameters | None = None) -> httpx.Response:
        return self._answered("PUT", path, parameters, text)

    def delete(self, path: str) -> httpx.Response:
        return self._answered("DELETE", path, None, None)

    def upload(self, path: str, contents: Mapping[str, bytes], parameters: Parameters | None = None) -> httpx.Response:
        """A project's files."""
        files = [("data_project://", (name, content, "text/plain")) for name, content in contents.items()]

        async def send() -> httpx.Response:
            async with self._client() as client:
                return await client.post(path, params=parameters, files=files, timeout=_UPLOAD_TIMEOUT)

        response = self._run(send())
        if response.is_error:
            raise _refused(response)
        return response

    def send_file(self, path: str, file: IO[bytes], parameters: Parameters, sent: Told) -> httpx.Response:
        """Posts what a file holds; `sent` is told of bytes as they go."""

        async def chunks() -> AsyncIterator[bytes]:
            while chunk := file.read(_CHUNK):
                yield chunk
                sent(len(chunk))

        return self._answered("POST", path, parameters, chunks())

    def save(self, path: str, parameters: Parameters, target: IO[bytes], come: Callable[[int, int], None]) -> None:
        """Writes an answer down; `come` is told of bytes as they come, and of how many there will be."""

        async def follow() -> None:
            async with (
                self._client() as client,
                client.stream("GET", path, params=parameters, timeout=None) as response,
            ):
                if response.is_error:
                    await response.aread()
                    raise _refused(response)
                total = int(response.headers.get("content-length", 0))
                async for chunk in response.aiter_bytes(_CHUNK):
                    target.write(chunk)
                    come(len(chunk), total)

        self._run(follow())

    def _answered(
        self, method: str, path: str, parameters: Parameters | None, body: str | AsyncIterator[bytes] | None
    ) -> httpx.Response:
        response = self._run(self._send(method, path, parameters, body))
        if response.is_error:
            raise _refused(response)
        return response

    def _run(self, work: Coroutine[None, None, T]) -> T:
        try:
            return asyncio.run(work)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            message = f"the server at {self.url} does not answer: {problem or type(problem).__name__}"
            raise DiagnosticError(Diagnostic("TL504", message)) from None

    async def _send(
        self, method: str, path: str, parameters: Parameters | None, body: str | AsyncIterator[bytes] | None
    ) -> httpx.Response:
        async with self._client() as client:
            return await client.request(method, path, params=parameters, content=body)

    def _client(self) -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {self.token}"}
        if environments.staging.get():
            headers["x-tb-deployment"] = "staging"
        return httpx.AsyncClient(
            base_url=self.url or "http://localhost",
            headers=headers,
            transport=self.transport,
            timeout=_TIMEOUT,
            trust_env=self.is_remote,
            verify=_only(self.cert) if self.cert else True,
        )


def _only(cert: str) -> ssl.SSLContext:
    """Trusts what one certificate says, whatever name it has: the address is this machine's."""
    try:
        context = ssl.create_default_context(cafile=cert)
    except OSError as problem:
        message = f"the server's certificate {cert} can't be read: {problem.strerror}"
        raise DiagnosticError(Diagnostic("TL504", message)) from None
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _refused(response: httpx.Response) -> DiagnosticError:
    code = _CODES.get(response.status_code, "TL501")
    return DiagnosticError(Diagnostic(code, _reason(response)))


def _reason(response: httpx.Response) -> str:
    try:
        return str(response.json()["error"])
    except (ValueError, LookupError, TypeError):
        return response.text or response.reason_phrase


def served(path: Path, data: Path | None, otherwise: str = "") -> Api:
    """Of `_served`, or of the workspace of the same server that --branch names. Raises DiagnosticError."""
    api = _served(path, data, otherwise)
    name = environments.branch.get()
    if not name:
        return api
    found = api.get("/v1/user/workspaces").json()["workspaces"]
    token = next((each["token"] for each in found if name in (each["name"], each["id"])), None)
    if token is None:
        hint = did_you_mean(name, [each["name"] for each in found]) or f"tinylite branch create {name}"
        raise DiagnosticError(Diagnostic("TL508", f"the server has no branch or workspace {name}", hint=hint))
    return replace(api, token=token)


def _served(path: Path, data: Path | None, otherwise: str) -> Api:
    """Of the environment that --env names, else of the server that runs for the project. Raises DiagnosticError (TL504)
    when there is none; `otherwise` is what else one can do then.
    """
    if (found := _environment(path)) is not None:
        return Api(found.token, found.host, is_remote=True)
    running = server_file.read(data_folder(path, data))
    if running is None:
        message = f"no server is running for {path.resolve()}" if data is None else f"no server is running for {data}"
        hint = (
            f"start one with: {f'tinylite dev {path}' if data is None else f'tinylite serve --data {data}'}{otherwise}"
        )
        raise DiagnosticError(Diagnostic("TL504", message, hint=hint))
    return Api(running.token, running.url, cert=running.cert)


@contextmanager
def connected(path: Path, data: Path | None, home: Home | None = None) -> Iterator[Api]:
    """Of the server, or of the data folder, whose rows lie in `home`, or where the project says.

    Raises DiagnosticError when nothing has been built there (TL504), or when
    the project is faulty or does not fit its tables.
    """
    folder = data_folder(path, data)
    elsewhere = _environment(path) is not None or environments.branch.get()
    if elsewhere or server_file.read(folder) is not None:
        yield served(path, data)
        return
    if not folder.is_dir():
        message = f"no server is running for {path.resolve()}, and there is no data in {folder}"
        raise DiagnosticError(Diagnostic("TL504", message, hint=f"tinylite dev {path}, or tinylite build {path}"))
    from tinylite.deploy import deployer_of
    from tinylite.server.app import create_app
    from tinylite.workspace import Workspace

    with closing(Workspace.open(folder, home=home or home_of(path))) as workspace:
        if not deployer_of(workspace).restore():
            workspace.attach(read_project(path))
        yield Api(workspace.tokens.admin.token, transport=httpx.ASGITransport(create_app(workspace)))


def _environment(path: Path) -> environments.Environment | None:
    """The one that --env names; None for the server of this machine, which `local` is unless tinylite.yaml has it.

    Raises DiagnosticError.
    """
    name = environments.chosen.get()
    if not name:
        return None
    settings = environments.settings_of(path)
    known = settings.get("environments")
    if name == environments.LOCAL and not (isinstance(known, dict) and name in known):
        return None
    return environments.environment(name, settings, environments.variables_of(path))
