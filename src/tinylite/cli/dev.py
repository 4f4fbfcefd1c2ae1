"""tinylite dev"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from tinylite.cli.options import DEFAULT_PORT, data_folder, data_option, path_argument, project_folder

if TYPE_CHECKING:
    from tinylite.workspace import Build, Workspace


@click.command()
@path_argument
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="The port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@data_option
def command(path: Path, port: int, host: str, data: Path | None) -> int:
    """Builds the project in PATH, loads its fixtures, serves it, and follows its files.

    A file that is saved answers at once; a faulty one is told of, and what was served before goes on.

    \b
    Example:
      tinylite dev examples/user_events
    """
    import asyncio

    from tinylite.cli import server_file
    from tinylite.cli.reload import develop
    from tinylite.cli.server_file import Running
    from tinylite.cli.views.text import say
    from tinylite.project import load
    from tinylite.server.run import bind
    from tinylite.workspace import Workspace

    folder = data_folder(project_folder(path), data)
    listener = bind(host, port)
    url = _url(host, listener.getsockname()[1])
    workspace = Workspace.open(folder)
    try:
        project = load(path)
        build = workspace.build(project, fixtures=True)
        tell(build, set())
        server_file.write(folder, Running(url, workspace.tokens.admin.token))
        if not build.errors:
            introduce(workspace, url)
        asyncio.run(develop(workspace, project, listener, tell, lambda: say(f"Listening on {url}")))
    finally:
        server_file.remove(folder)
        workspace.close()
        listener.close()
    say("Stopped.")
    return 0


def _url(host: str, port: int) -> str:
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def tell(build: Build, files: set[str]) -> None:
    """What a build did."""
    from tinylite.cli.views.text import say, show_diagnostics

    if build.diagnostics:
        show_diagnostics(build.diagnostics)
    if build.errors:
        say("Not built: what was served before goes on.")
        return
    for change in build.tables:
        if change.kind != "unchanged":
            say(f"{change.kind} {change.name} {' '.join(change.columns)}".rstrip())
    for name, ack in (build.fixtures or {}).items():
        quarantined = f", {ack.quarantined_rows:,} in quarantine" if ack.quarantined_rows else ""
        say(f"loaded {ack.successful_rows:,} rows into {name}{quarantined}")
    if files:
        say(f"Built again after {', '.join(sorted(files))}.")


def introduce(workspace: Workspace, url: str) -> None:
    """The endpoints, each with a command to try, and how to send an event."""
    from tinylite.cli.views.text import say
    from tinylite.template import sample_arguments

    snapshot = workspace.snapshot
    if snapshot is None:
        return
    token = workspace.tokens.admin.token
    say()
    for pipe in snapshot.project.pipes.values():
        if pipe.kind != "endpoint" or pipe.name not in snapshot.programs:
            continue
        needed = [p for p in snapshot.programs[pipe.name].parameters if p.required]
        query = urlencode({"token": token, **sample_arguments(needed)})
        say(pipe.name, bold=True)
        if pipe.description:
            say(f"  {pipe.description.splitlines()[0].strip()}")
        say("  curl " + shlex.quote(f"{url}/v0/pipes/{pipe.name}.json?{query}"))
    for name in list(snapshot.project.datasources)[:1]:
        say(f"Send events to {name}", bold=True)
        say(f"  curl -X POST {shlex.quote(f'{url}/v0/events?name={name}&token={token}')} -d '{{…}}'")
    say()
