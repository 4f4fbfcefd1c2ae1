"""tinylite materialization ls, populate"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.job import submitted
from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists materialized views, and fills them from history."""


@command.command("ls")
@server_options
def list_views(path: Path, data: Path | None) -> Result:
    """Lists materialized views with their nodes.

    \b
    Example:
      tinylite materialization ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        pipes = [pipe for pipe in api.get("/v0/pipes").json()["pipes"] if pipe["type"] == "materialized"]
    views = [{"name": pipe["name"], "node": _node(pipe["nodes"]), "description": pipe["description"]} for pipe in pipes]
    return Result([Table.of(views, ["name", "node", "description"])], views)


@command.command("populate")
@click.argument("name")
@click.option("--truncate", is_flag=True, help="Empty the target first; all views that feed it fill it again.")
@click.option("--wait", is_flag=True, help="Come back when the job is over.")
@server_options
def populate(name: str, truncate: bool, wait: bool, path: Path, data: Path | None) -> Result:
    """Sends all that the source of a view holds through the view.

    \b
    Example:
      tinylite materialization populate fill_daily --truncate --wait
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        pipe = api.get(f"/v0/pipes/{quote(name, safe='')}").json()
        node = _node(pipe["nodes"]) or pipe["nodes"][-1]["name"]
        route = f"/v0/pipes/{quote(name, safe='')}/nodes/{quote(node, safe='')}/population"
        job = api.post(route, parameters={"truncate": str(truncate).lower()}).json()["job"]
        return submitted(api, job, wait)


def _node(nodes: list[dict[str, str]]) -> str:
    return next((node["name"] for node in nodes if node["node_type"] == "materialized"), "")
