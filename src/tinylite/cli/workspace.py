"""tinylite workspace ls, current, create, rm"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.options import confirm, server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists, makes and removes workspaces of a server: each its own project, data and tokens."""


@command.command("ls")
@server_options
def list_workspaces(path: Path, data: Path | None) -> Result:
    """Lists the workspaces of the running server.

    \b
    Example:
      tinylite workspace ls
    """
    from tinylite.cli.client import served

    found = served(path, data).get("/v1/user/workspaces").json()["workspaces"]
    rows = [(each["name"], each["id"], "branch" if each["is_branch"] else "", each["created_at"]) for each in found]
    return Result([Table(["name", "id", "kind", "created_at"], rows)], found)


@command.command("current")
@server_options
def current(path: Path, data: Path | None) -> Result:
    """Tells which workspace commands ask.

    \b
    Example:
      tinylite workspace current
    """
    from tinylite.cli.client import served

    found = served(path, data).get("/v1/workspace").json()
    return Result([f"{found['name']} {found['id']}"], found)


@command.command("create")
@click.argument("name")
@server_options
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
@server_options
def remove(name: str, yes: bool, path: Path, data: Path | None) -> Result:
    """Removes a workspace with all its rows and tokens.

    \b
    Example:
      tinylite workspace rm marketing --yes
    """
    return removed(name, yes, path, data, "workspace")


def removed(name: str, yes: bool, path: Path, data: Path | None, what: str) -> Result:
    from tinylite.cli.client import served
    from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

    api = served(path, data)
    known = api.get("/v1/user/workspaces").json()["workspaces"]
    if not any(name in (each["name"], each["id"]) for each in known):
        hint = did_you_mean(name, [each["name"] for each in known]) or f"tinylite {what} ls"
        raise DiagnosticError(Diagnostic("TL508", f"there is no {what} {name}", hint=hint))
    if not yes:
        confirm(f"Remove the {what} {name} with all that it holds?")
    told = api.delete(f"/v1/workspaces/{quote(name, safe='')}").json()
    return Result([f"removed {told['name']}"], told)
