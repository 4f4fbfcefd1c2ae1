"""A server on a free port of this machine, in a thread."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path

from tinylite.cli import server_file
from tinylite.cli.server_file import Running
from tinylite.project import load
from tinylite.server.run import bind, serve
from tinylite.workspace import Workspace


class Live:
    """Serves a project folder as `tinylite dev` does, and commands find it as they find that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        data = folder / ".tinylite"
        self._workspace = Workspace.open(data)
        self.build(fixtures=True)
        self._listener = bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.token = self._workspace.tokens.admin.token
        server_file.write(data, Running(self.url, self.token))
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(self._serve(up := Future[None]()))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        up.result()

    def build(self, *, fixtures: bool = False) -> None:
        self._workspace.build(load(self._folder), fixtures=fixtures)

    async def _serve(self, up: Future[None]) -> None:
        async def ready() -> None:
            up.set_result(None)

        await serve(self._workspace, self._listener, dev=True, ready=ready)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._task)
        except asyncio.CancelledError:
            self._loop.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self._workspace.close()
        self._listener.close()
