"""The development loop: serve, and build again when a file of the project is saved."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

from watchfiles import awatch

from tinylite.deploy import Workspaces
from tinylite.project import Project, folders, is_read, load
from tinylite.server.run import serve
from tinylite.server.settings import Settings
from tinylite.workspace import Build, Workspace

Told = Callable[[Build | Exception, set[str]], None]
"""What to do with a build, or with what kept it from being tried. The set holds the files that changed, if known."""
# Milliseconds: how long a burst of changes is gathered, and how often the disk is asked.
_DEBOUNCE = 50
_STEP = 20


async def develop(
    workspace: Workspace,
    project: Project,
    listener: socket.socket,
    settings: Settings,
    told: Told,
    ready: Callable[[], None],
) -> None:
    """Serves and follows until the server is told to stop."""
    stop = asyncio.Event()
    follower: list[asyncio.Task[None]] = []

    async def started() -> None:
        watching = asyncio.Event()
        follower.append(asyncio.create_task(follow(workspace, project, told, watching, stop)))
        await watching.wait()
        ready()

    try:
        with closing(Workspaces(workspace)) as workspaces:
            await serve(workspaces, listener, settings, dev=True, ready=started)
    finally:
        stop.set()
        for task in follower:
            await task


async def follow(
    workspace: Workspace, project: Project, told: Told, watching: asyncio.Event, stop: asyncio.Event
) -> None:
    """Builds after each change of the project's own files, until `stop`. A faulty project changes nothing.

    `watching` is set when no change can be missed any more, or none will be seen.
    """
    try:
        async for files in saved(project.root, workspace.folder.path, stop):
            watching.set()
            project = await _follow_once(workspace, project, told, files)
    except OSError as problem:
        told(problem, set())
    finally:
        watching.set()


async def _follow_once(workspace: Workspace, previous: Project, told: Told, files: set[str]) -> Project:
    try:
        project = await asyncio.to_thread(load, previous.root, previous)
        if files or project != previous:
            told(await asyncio.to_thread(workspace.build, project, fixtures=True, in_part=True), files)
    except Exception as problem:
        # What is served goes on, whatever a half-written file brings about.
        told(problem, files)
        return previous
    return project


async def saved(root: Path, data: Path, stop: asyncio.Event) -> AsyncIterator[set[str]]:
    """Files that were saved, as paths within the project.

    An empty set says that watching begins, again whenever there are other folders to watch: what was saved before may
    have been missed. Only folders that a project is read from are watched: the server writes beside them all the time.
    """
    root = root.resolve()
    while not stop.is_set() and (watched := _watched(root, data)):
        changes = awatch(*watched, watch_filter=None, recursive=False, debounce=_DEBOUNCE, step=_STEP, stop_event=stop)
        following = asyncio.ensure_future(anext(changes, None))
        # The watch begins with the generator's first step.
        await asyncio.sleep(0)
        yield set()
        while (found := await following) is not None and _watched(root, data) == watched:
            if files := {Path(path) for _, path in found if is_read(Path(path))}:
                yield {path.relative_to(root).as_posix() for path in files}
            following = asyncio.ensure_future(anext(changes, None))
        await changes.aclose()


def _watched(root: Path, data: Path) -> list[Path]:
    data = data.resolve()
    return [folder for folder in folders(root) if not folder.is_relative_to(data)]
