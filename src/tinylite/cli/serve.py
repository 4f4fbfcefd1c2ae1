"""tinylite serve"""

from __future__ import annotations

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import click

from tinylite.cli import server_file
from tinylite.cli.options import chosen_view, output_option
from tinylite.cli.result import Block, Result
from tinylite.cli.settings import checked, settings_options
from tinylite.cli.views import show


@click.command(epilog="With --output json, a JSON document a line tells each thing that happens.")
@click.option("--data", required=True, type=click.Path(path_type=Path, file_okay=False), help="The data folder.")
@settings_options()
@output_option(text="text", json="lines")
@click.pass_context
def command(ctx: click.Context, data: Path, values: dict[str, Any]) -> Result:
    """Serves what is deployed to a data folder. The project comes by `tinylite deploy`, not from files.

    \b
    Example:
      tinylite serve --data /var/lib/tinylite --host 0.0.0.0 --access-log -
    """
    from tinylite.cli.dev import open_workspace, url_of
    from tinylite.deploy import Workspaces, deployer_of
    from tinylite.server.run import bind, run_loop, serve

    tell = partial(show, view=chosen_view(ctx))
    is_new = not (data / "control.sqlite").exists()
    settings = checked(values)
    with (
        closing(bind(values["host"], values["port"])) as listener,
        closing(open_workspace(data, settings, Path())) as workspace,
    ):
        url = url_of(values["host"], listener.getsockname()[1], settings.scheme)
        deployer_of(workspace).restore()
        workspace.serve(merges=values["merges"])
        token = workspace.tokens.admin.token

        async def ready() -> None:
            server_file.write(data, server_file.Running(url, token, cert=settings.tls_cert))
            live = workspace.deployments.live
            lines: list[Block] = [f"Deployment {live.id} is live." if live else "Nothing is deployed yet."]
            if is_new:
                lines.append(f"The admin token is {token}")
            lines.append(f"Listening on {url}")
            told = {"event": "listening", "url": url, "deployment": str(live.id) if live else None}
            tell(Result(lines, {**told, **({"token": token} if is_new else {})}))

        try:
            with closing(Workspaces(workspace)) as workspaces:
                run_loop(serve(workspaces, listener, settings, dev=False, ready=ready))
        finally:
            server_file.remove(data)
    return Result(["Stopped."], {"event": "stopped"})
