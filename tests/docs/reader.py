"""A reader of a page, who does what it says: saves its files, types its commands, sends its requests."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.docs import curl
from tests.docs.blocks import Block
from tinylite.project import load
from tinylite.server.app import create_app
from tinylite.workspace import Workspace

# Programs whose commands a reader runs by hand: they are shown, not run.
_BY_HAND = ("make", "pip", "cd")


@dataclass(frozen=True, slots=True)
class Outcome:
    text: str
    failed: bool = False


class Reader:
    """Has a project folder, and a server on it from the first request on."""

    def __init__(self, folder: Path, start: Path | None) -> None:
        self.folder = folder
        if start is None:
            folder.mkdir()
        else:
            shutil.copytree(start, folder, ignore=shutil.ignore_patterns(".tinylite"))
        self._workspace: Workspace | None = None

    def close(self) -> None:
        if self._workspace is not None:
            self._workspace.close()

    def do(self, block: Block) -> Outcome | None:
        """What comes out of a block that does something; None for a file and for a command done by hand."""
        if block.path:
            self._save(block)
            return None
        if block.language == "sql":
            request = curl.Request("GET", "/v0/sql", fields=[("q", f"{block.text} FORMAT JSONEachRow")])
            request.headers["Authorization"] = "Bearer $TOKEN"
            return self._ask(request)
        return self._type(block)

    def _type(self, block: Block) -> Outcome | None:
        commands = curl.commands(block.text)
        if all(words[0].startswith("TOKEN=") or words[0] in _BY_HAND for words in commands):
            return None
        if len(commands) > 1:
            raise ValueError(f"line {block.line}: one command a block, so that it is clear whose answer follows")
        words = commands[0]
        if words[0] == "curl":
            return self._ask(curl.request(words))
        raise ValueError(f"line {block.line}: a page may not run {words[0]}")

    def _save(self, block: Block) -> None:
        path = self.folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if self._workspace is not None:
            self._workspace.build(load(self.folder))

    def _ask(self, request: curl.Request) -> Outcome:
        workspace = self._serving()
        return asyncio.run(_send(workspace, request))

    def _serving(self) -> Workspace:
        if self._workspace is None:
            self._workspace = Workspace.open(self.folder / ".tinylite")
            self._workspace.build(load(self.folder), fixtures=True)
        return self._workspace


async def _send(workspace: Workspace, request: curl.Request) -> Outcome:
    transport = httpx.ASGITransport(create_app(workspace, dev=True), client=("127.0.0.1", 50000))
    token = workspace.tokens.admin.token
    headers = {name: value.replace("$TOKEN", token) for name, value in request.headers.items()}
    async with httpx.AsyncClient(transport=transport, base_url=curl.HOST) as client:
        url = httpx.URL(request.path).copy_merge_params(request.fields)
        response = await client.request(request.method, url, headers=headers, content=request.body)
    return Outcome(response.text, response.is_error)
