"""The development loop: build, serve, and build again when a file is saved."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from tinylite.project import Project, load
from tinylite.server.run import serve
from tinylite.workspace import Build, Workspace

Told = Callable[[Build, set[str]], None]
"""What to do with a build: tell of it. The set holds the files that changed."""
_WATCHED = (".datasource", ".pipe", ".connection", ".incl", ".ndjson", ".csv", ".sql", ".yaml", ".env", ".env.local")
# Milliseconds: how long a burst of changes is gathered, and how often the disk is asked.
_DEBOUNCE = 50
_STEP = 20


async def follow(workspace: Workspace, project: Project, told: Told, stop: asyncio.Event) -> None:
    """Rebuilds after each change of the project's own files, until `stop`. A faulty project changes nothing."""
    from watchfiles import awatch

    def own(change: object, path: str) -> bool:
        parts = Path(path).relative_to(project.root.resolve()).parts
        # A folder that is moved is told of by its own name only, which has no ending.
        is_own = path.endswith(_WATCHED) or "." not in parts[-1]
        return is_own and not any(part.startswith(".") for part in parts[:-1])

    root = project.root.resolve()
    async for changes in awatch(root, watch_filter=own, debounce=_DEBOUNCE, step=_STEP, stop_event=stop):
        files = {Path(path).relative_to(root).as_posix() for _, path in changes}
        previous = project
        project = await asyncio.to_thread(load, project.root, previous)
        build = await asyncio.to_thread(workspace.build, project, fixtures=True)
        told(build, files)


async def develop(
    workspace: Workspace, project: Project, listener: socket.socket, told: Told, ready: Callable[[], None]
) -> None:
    """Serves and follows until the server is told to stop."""
    stop = asyncio.Event()
    follower: list[asyncio.Task[None]] = []

    async def started() -> None:
        follower.append(asyncio.create_task(follow(workspace, project, told, stop)))
        ready()

    on_ready: Callable[[], Awaitable[None]] = started
    try:
        await serve(workspace, listener, dev=True, ready=on_ready)
    finally:
        stop.set()
        for task in follower:
            await task
