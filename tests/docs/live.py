"""A server on a free port of this machine, in a thread."""

from __future__ import annotations

import threading
from pathlib import Path

import uvicorn

from tinylite.cli import server_file
from tinylite.cli.server_file import Running
from tinylite.project import load
from tinylite.server.app import create_app
from tinylite.server.run import bind
from tinylite.workspace import Workspace


class Live:
    """Serves a project folder as `tinylite dev` does, and commands find it as they find that."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workspace = Workspace.open(folder / ".tinylite")
        self.build(fixtures=True)
        self.token = self._workspace.tokens.admin.token
        # It listens from here on: what is asked before the thread is up waits in the queue of the socket.
        self._listener = bind("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        server_file.write(folder / ".tinylite", Running(self.url, self.token))
        app = create_app(self._workspace, dev=True)
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]})
        self._thread.start()

    def build(self, *, fixtures: bool = False) -> None:
        self._workspace.build(load(self._folder), fixtures=fixtures)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._workspace.close()
        self._listener.close()
