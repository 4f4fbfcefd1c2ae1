"""tinylite workspace ls, current, create, rm"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.options import data_option, output_option, path_option
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists, makes and removes workspaces of a server: each its own project, data and tokens."""


@command.command("ls")
@path_option
@data_option
@output_option(text="text", json="json")
def list_workspaces(path: Path, data: Path | None) -> Result:
    """Lists the workspaces of the running server."""
    from tinylite.cli.client import served

    found = served(path, data).get("/v1/user/workspaces").json()["workspaces"]
    rows = [(each["name"], each["id"], "branch" if each["is_branch"] else "", each["created_at"]) for each in found]
    return Result([Table(["name", "id", "kind", "created_at"], rows)], found)


@command.command("current")
@path_option
@data_option
@output_option(text="text", json="json")
def current(path: Path, data: Path | None) -> Result:
    """Tells which workspace commands ask."""
    from tinylite.cli.client import served

    found = served(path, data).get("/v1/workspace").json()
    return Result([f"{found['name']} {found['id']}"], found)


@command.command("create")
@click.argument("name")
@path_option
@data_option
@output_option(text="text", json="json")
def create(name: str, path: Path, data: Path | None) -> Result:
    """Makes an empty workspace, and prints the token of its admin.

    \b
    Example:
      tinylite workspace create marketing
    """
    from tinylite.cli.client import served

    made = served(path, data).post("/v1/workspaces", parameters={"name": name}).json()
    return Result([f"made the workspace {name}", f"its admin token is {made['token']}"], made)


@command.command("rm")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@path_option
@data_option
@output_option(text="text", json="json")
def remove(name: str, yes: bool, path: Path, data: Path | None) -> Result:
    """Removes a workspace with all its rows and tokens."""
    return removed(name, yes, path, data, "workspace")


def removed(name: str, yes: bool, path: Path, data: Path | None, what: str) -> Result:
    from tinylite.cli.client import served

    if not yes:
        click.confirm(f"Remove the {what} {name} with all that it holds?", abort=True)
    told = served(path, data).delete(f"/v1/workspaces/{quote(name, safe='')}").json()
    return Result([f"removed {told['name']}"], told)
