"""tinylite sink ls, run"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.copy import pair
from tinylite.cli.job import submitted
from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists and runs sinks."""


@command.command("ls")
@server_options
def list_sinks(path: Path, data: Path | None) -> Result:
    """Lists sinks with where they lead and when they run.

    \b
    Example:
      tinylite sink ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        sinks = api.get("/v0/sinks").json()["sinks"]
    rows = [
        (each["name"], each["destination"], each["format"], each["strategy"] or "",
         each["schedule"]["cron"] or "@on-demand", each["schedule"]["next_run"] or "")
        for each in sinks
    ]  # fmt: skip
    return Result([Table(["name", "destination", "format", "strategy", "schedule", "next run (UTC)"], rows)], sinks)


@command.command("run")
@click.argument("name")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter; may be given again.")
@click.option("--wait", is_flag=True, help="Come back when the job is over.")
@server_options
def run_sink(name: str, parameters: tuple[str, ...], wait: bool, path: Path, data: Path | None) -> Result:
    """Runs a sink now.

    \b
    Example:
      tinylite sink run export_orders --wait
    """
    from tinylite.cli.client import connected

    asked = dict(map(pair, parameters))
    with connected(path, data) as api:
        job = api.post(f"/v0/pipes/{quote(name, safe='')}/sink", parameters=asked).json()["job"]
        return submitted(api, job, wait or not api.url)
