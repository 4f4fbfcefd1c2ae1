"""A reader of a page, who does what it says: saves its files, types its commands, sends its requests."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.docs import curl
from tests.docs.blocks import Block
from tests.docs.live import Live
from tinylite.cli.main import cli, main

# Programs whose commands a reader runs by hand: they are shown, not run.
_BY_HAND = ("make", "pip")


@dataclass(frozen=True, slots=True)
class Outcome:
    text: str
    failed: bool = False


class Reader:
    """Stands in a folder, and has a server on it from the first request on."""

    def __init__(self, folder: Path, start: Path | None) -> None:
        self._folder = folder
        if start is None:
            folder.mkdir()
        else:
            shutil.copytree(start, folder, ignore=shutil.ignore_patterns(".tinylite"))
        self._server: Live | None = None

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def do(self, block: Block) -> Outcome | None:
        """What comes out of a block that does something; None for a file and for a command done by hand."""
        if block.path:
            self._save(block)
            return None
        if block.language == "sql":
            query = ("q", f"{block.text} FORMAT JSONEachRow")
            return self._ask(curl.Request("GET", "/v0/sql", {"Authorization": "Bearer $TOKEN"}, fields=[query]))
        return self._type(block)

    def _save(self, block: Block) -> None:
        path = self._folder / block.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if self._server is not None:
            self._server.build()

    def _type(self, block: Block) -> Outcome | None:
        commands = curl.commands(block.text)
        if all(words[0].startswith("TOKEN=") or words[0] in _BY_HAND for words in commands):
            return None
        if len(commands) > 1:
            raise ValueError(f"line {block.line}: one command a block, so that it is clear whose answer follows")
        match commands[0]:
            case ["curl", *words]:
                return self._ask(curl.request(words))
            case ["rm", name]:
                (self._folder / name).unlink()
                return None
            case ["cat", name]:
                return Outcome((self._folder / name).read_text(encoding="utf-8"))
            case ["cd", folder]:
                self._folder /= folder
                return None
            case ["tinylite", "dev", *words] if "--help" not in words:
                self._develop(words)
                return None
            case ["tinylite", *words]:
                return self._command(words)
        raise ValueError(f"line {block.line}: a page may not run {commands[0][0]}")

    def _develop(self, words: list[str]) -> None:
        """`tinylite dev` with its options checked; the folder it names is the one that the reader stands in."""
        above = cli.make_context("tinylite", [], resilient_parsing=True)
        dev = cli.get_command(above, "dev")
        assert dev is not None
        dev.make_context("dev", words, parent=above)
        self._serving()

    def _command(self, words: list[str]) -> Outcome:
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), contextlib.chdir(self._folder):
            try:
                main(words)
            except SystemExit as end:
                printed.seek(0)
                return Outcome(self._as_on_the_page(printed.read()), failed=bool(end.code))
        raise AssertionError("a command ends its process")

    def _as_on_the_page(self, text: str) -> str:
        return text.replace(self._server.url, "http://127.0.0.1:7181") if self._server else text

    def _ask(self, request: curl.Request) -> Outcome:
        server = self._serving()
        headers = {name: value.replace("$TOKEN", server.token) for name, value in request.headers.items()}
        url = httpx.URL(server.url + request.path).copy_merge_params(dict(request.fields))
        response = httpx.request(request.method, url, headers=headers, content=request.body)
        return Outcome(response.text, response.is_error)

    def _serving(self) -> Live:
        if self._server is None:
            self._server = Live(self._folder)
        return self._server
