"""tinylite dev"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinylite.cli import server_file
from tinylite.cli.build import build_data, loaded_lines
from tinylite.cli.engines import home_of
from tinylite.cli.options import (
    chosen_view,
    data_folder,
    data_option,
    output_option,
    path_argument,
    read_project,
)
from tinylite.cli.result import Block, Faults, Result
from tinylite.cli.settings import checked, settings_options
from tinylite.cli.views import show

if TYPE_CHECKING:
    from tinylite.server.settings import Settings
    from tinylite.workspace import Build, Workspace


@click.command(epilog="With --output json, a JSON document a line tells each thing that happens.")
@path_argument
@settings_options()
@data_option
@output_option(text="text", json="lines")
@click.pass_context
def command(ctx: click.Context, path: Path, data: Path | None, values: dict[str, Any]) -> Result:
    """Builds the project in PATH, loads its fixtures, serves it, and follows its files.

    A file that is saved answers at once; a faulty one is told of, and what was served before goes on.

    \b
    Example:
      tinylite dev examples/user_events
    """

    from tinylite.cli.reload import develop
    from tinylite.deploy import deployer_of
    from tinylite.server.run import bind, run_loop

    settings = checked(values)
    project = read_project(path)
    folder = data_folder(path, data)
    host, port = values["host"], values["port"]
    with closing(bind(host, port)) as listener, closing(open_workspace(folder, settings, path)) as workspace:
        url = url_of(host, listener.getsockname()[1], settings.scheme)
        reporter = _Reporter(workspace, url, partial(show, view=chosen_view(ctx)))
        deployer_of(workspace).clean_up()
        reporter.built(workspace.build(project, fixtures=True, in_part=True), set())
        workspace.serve(merges=values["merges"])

        def ready() -> None:
            running = server_file.Running(url, workspace.tokens.admin.token, cert=settings.tls_cert)
            server_file.write(folder, running)
            reporter.listening()

        try:
            run_loop(develop(workspace, project, listener, settings, reporter.built, ready))
        finally:
            server_file.remove(folder)
    return Result(["Stopped."], {"event": "stopped"})


def open_workspace(folder: Path, settings: Settings, path: Path) -> Workspace:
    """`path` has the tinylite.yaml, if there is one. Raises DiagnosticError when the folder is in use or of a newer
    version, or its engine can't be had.
    """
    from tinylite.engine.base import Capacity, Limits
    from tinylite.workspace import Workspace

    limits = Limits(seconds=settings.query_seconds, bytes=settings.query_bytes)
    home = home_of(path, settings.engine, settings.cluster)
    return Workspace.open(folder, limits, Capacity(settings.memory, settings.queries), home)


def url_of(host: str, port: int, scheme: str = "http") -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"{scheme}://[{shown}]:{port}" if ":" in shown else f"{scheme}://{shown}:{port}"


class _Reporter:
    """Tells what happens while a project is served."""

    def __init__(self, workspace: Workspace, url: str, tell: Callable[[Result], None]) -> None:
        self._workspace = workspace
        self._url = url
        self._tell = tell
        self._is_listening = False
        self._introduced: set[str] = set()

    def built(self, build: Build | Exception, files: set[str]) -> None:
        """A build, or what kept it from being tried."""
        if isinstance(build, Exception):
            from tinylite.cli.problems import explained

            self._tell(explained(build))
            return
        blocks: list[Block] = [Faults(build.diagnostics)] if build.diagnostics else []
        if build.errors:
            goes_on = "the last good version goes on" if self._workspace.snapshot else "nothing is served yet"
            blocks.append(f"Not built: {goes_on}.")
        else:
            changes = [change for change in build.tables if change.kind != "unchanged"]
            blocks += [f"{change.kind} {change.name} {' '.join(change.columns)}".rstrip() for change in changes]
            blocks += loaded_lines(build)
            blocks += [f"Not served: {name}: {reason}" for name, reason in build.left_out.items()]
            if self._is_listening:
                blocks += [*self._introduction(), f"Built again after {', '.join(sorted(files)) or 'a change'}."]
        self._tell(Result(blocks, {"event": "built", "files": sorted(files), **build_data(build)}))

    def listening(self) -> None:
        self._is_listening = True
        data = {"event": "listening", "url": self._url, "token": self._workspace.tokens.admin.token}
        self._tell(Result([*self._introduction(), f"Listening on {self._url}"], data))

    def _introduction(self) -> list[Block]:
        """The endpoints that are new; the first time also how to send an event."""
        from tinylite.cli import introduction

        snapshot, token = self._workspace.snapshot, self._workspace.tokens.admin.token
        if snapshot is None:
            return []
        fresh = introduction.endpoints(snapshot, self._url, token, self._introduced)
        blocks = [block for endpoint in fresh.values() for block in endpoint]
        if not self._introduced:
            blocks += introduction.events(snapshot, self._url, token)
        self._introduced |= fresh.keys()
        return ["", *blocks, ""] if blocks else []
