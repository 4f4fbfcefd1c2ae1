"""tinylite branch ls, create, rm"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table
from tinylite.cli.workspace import removed


@click.group()
def command() -> None:
    """Lists, makes and removes branches: workspaces that begin as copies. --branch NAME of any command asks one."""


@command.command("ls")
@server_options
def list_branches(path: Path, data: Path | None) -> Result:
    """Lists the branches of the running server.

    \b
    Example:
      tinylite branch ls
    """
    from tinylite.cli.client import served

    found = served(path, data).get("/v1/environments").json()["environments"]
    return Result([Table.of(found, ("name", "id", "created_at"))], found)


@command.command("create")
@click.argument("name")
@click.option("--last-partition", "contents", flag_value="last_partition", help="With the newest partition of rows.")
@click.option("--all-data", "contents", flag_value="all_data", help="With all rows.")
@server_options
def create(name: str, contents: str | None, path: Path, data: Path | None) -> Result:
    """Makes a workspace with the project that is live, and with its rows where that is wanted.

    Copies and sinks run there on demand only, connectors not at all.

    \b
    Example:
      tinylite branch create new_funnel --last-partition
      tinylite deploy --branch new_funnel
    """
    from tinylite.cli.client import served

    api = served(path, data)
    made = api.post("/v1/environments", parameters={"name": name, "data": contents or ""}).json()
    said = [f"made the branch {name}", f"Ask it with: tinylite sql 'SELECT 1' --branch {name}"]
    if "token" in made:
        said.insert(1, f"its admin token is {made['token']}")
    return Result(said, made)


@command.command("rm")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@server_options
def remove(name: str, yes: bool, path: Path, data: Path | None) -> Result:
    """Removes a branch with all its rows and tokens.

    \b
    Example:
      tinylite branch rm new_funnel --yes
    """
    return removed(name, yes, path, data, "branch")
