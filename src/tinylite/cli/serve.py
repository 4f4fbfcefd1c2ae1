"""tinylite serve"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path

import click

from tinylite.cli import server_file
from tinylite.cli.options import DEFAULT_PORT, chosen_view, output_option
from tinylite.cli.result import Block, Result
from tinylite.cli.views import show


@click.command(epilog="With --output json, a JSON document a line tells each thing that happens.")
@click.option("--data", required=True, type=click.Path(path_type=Path, file_okay=False), help="The data folder.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(0, 65535), help="The port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--merges/--no-merges", default=True, show_default=True, help="Merge tables as their engines say.")
@output_option(text="text", json="lines")
@click.pass_context
def command(ctx: click.Context, data: Path, port: int, host: str, merges: bool) -> Result:
    """Serves what is deployed to a data folder. The project comes by `tinylite deploy`, not from files.

    \b
    Example:
      tinylite serve --data /var/lib/tinylite --host 0.0.0.0
    """
    import asyncio

    from tinylite.cli.dev import url_of
    from tinylite.deploy import Workspaces, deployer_of
    from tinylite.server.run import bind, serve
    from tinylite.workspace import Workspace

    tell = partial(show, view=chosen_view(ctx))
    is_new = not (data / "control.sqlite").exists()
    with closing(bind(host, port)) as listener, closing(Workspace.open(data)) as workspace:
        url = url_of(host, listener.getsockname()[1])
        deployer_of(workspace).restore()
        workspace.serve(merges=merges)
        token = workspace.tokens.admin.token

        async def ready() -> None:
            server_file.write(data, server_file.Running(url, token))
            live = workspace.deployments.live
            lines: list[Block] = [f"Deployment {live.id} is live." if live else "Nothing is deployed yet."]
            if is_new:
                lines.append(f"The admin token is {token}")
            lines.append(f"Listening on {url}")
            told = {"event": "listening", "url": url, "deployment": str(live.id) if live else None}
            tell(Result(lines, {**told, **({"token": token} if is_new else {})}))

        try:
            with closing(Workspaces(workspace)) as workspaces:
                asyncio.run(serve(workspaces, listener, dev=False, ready=ready))
        finally:
            server_file.remove(data)
    return Result(["Stopped."], {"event": "stopped"})
