"""tinylite deployment ls, create, promote, discard, rollback"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from tinylite.cli.deploy import deployed, timeout_option
from tinylite.cli.options import data_option, output_option, path_option, server_options
from tinylite.cli.result import Result, Table
from tinylite.diagnostics import Diagnostic, DiagnosticError


@click.group()
def command() -> None:
    """Lists deployments, promotes and discards them, goes back to an earlier one."""


@command.command("ls")
@server_options
def list_deployments(path: Path, data: Path | None) -> Result:
    """Lists the live deployment, the one that waits, and those before that one can go back to.

    \b
    Example:
      tinylite deployment ls --env production
    """
    found = _all(path, data)
    rows = [(each["id"], _state(each, found), each["created_at"][:19], _changes(each), _reason(each)) for each in found]
    return Result([Table(["id", "state", "created", "changes", "error"], rows)], found)


@command.command("create")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is ready.")
@click.option("--auto/--no-auto", default=False, show_default=True, help="Promote it as soon as it is ready.")
@timeout_option
@click.option("--check", is_flag=True, help="Only print the plan.")
@click.option("--allow-destructive-operations", "destructive", is_flag=True, help="Allow steps that destroy data.")
@path_option
@data_option
@output_option(exposed=True, text="text", json="json", markdown="text")
def create(
    wait: bool, auto: bool, timeout: int, check: bool, destructive: bool, path: Path, data: Path | None, output: str
) -> Result:
    """Prepares the project beside what is live, to be looked at with --staging.

    \b
    Example:
      tinylite deployment create --env production
      tinylite endpoint data top_pages --staging --env production
    """
    return deployed(
        path, data, check=check, wait=timeout if wait else None, auto=auto, destructive=destructive, output=output
    )


@command.command("promote")
@click.argument("id", default="")
@server_options
def promote(id: str, path: Path, data: Path | None) -> Result:
    """Makes the deployment that waits live, or another one by its ID.

    \b
    Example:
      tinylite deployment promote
      tinylite deployment promote 7
    """
    found = _all(path, data)
    if not id:
        id = _only([each for each in found if _state(each, found) == "staging"], "waits to be promoted")
    return _switched(path, data, id)


@command.command("rollback")
@click.argument("id", default="")
@server_options
def rollback(id: str, path: Path, data: Path | None) -> Result:
    """Goes back to the deployment before the live one, or to an earlier one by its ID. No event is lost by it.

    \b
    Example:
      tinylite deployment rollback --env production
    """
    found = _all(path, data)
    kept = [each for each in found if _state(each, found) == "kept"]
    if id and id not in [each["id"] for each in kept]:
        ids = ", ".join(each["id"] for each in kept) or "none"
        raise DiagnosticError(Diagnostic("TL508", f"deployment {id} is not kept; those that are: {ids}"))
    if not id:
        id = max((each["id"] for each in kept), key=int, default="")
    if not id:
        raise DiagnosticError(Diagnostic("TL508", "no earlier deployment is kept"))
    return _switched(path, data, id)


@command.command("discard")
@click.argument("id", default="")
@server_options
def discard(id: str, path: Path, data: Path | None) -> Result:
    """Ends the deployment that waits or is being prepared, or another one by its ID; its tables are removed.

    \b
    Example:
      tinylite deployment discard
    """
    from tinylite.cli.client import served

    found = _all(path, data)
    if not id:
        id = _only([each for each in found if _state(each, found) in ("staging", "preparing")], "waits")
    answer = served(path, data).delete(f"/v1/deployments/{quote(id, safe='')}").json()
    return Result([f"Deployment {id} is discarded."], answer)


def _all(path: Path, data: Path | None) -> list[dict[str, Any]]:
    from tinylite.cli.client import served

    found: list[dict[str, Any]] = served(path, data).get("/v1/deployments", {"all": "true"}).json()["deployments"]
    return found


def _switched(path: Path, data: Path | None, id: str) -> Result:
    from tinylite.cli.client import served

    answer = served(path, data).post(f"/v1/deployments/{quote(id, safe='')}/set-live").json()
    return Result([f"Deployment {id} is live."], answer)


def _only(found: list[dict[str, Any]], what: str) -> str:
    if not found:
        hint = "make one with: tinylite deployment create"
        raise DiagnosticError(Diagnostic("TL508", f"no deployment {what}", hint=hint))
    return str(max(found, key=lambda each: int(each["id"]))["id"])


def _state(deployment: dict[str, Any], all_: list[dict[str, Any]]) -> str:
    if deployment["live"]:
        return "live"
    live = next((int(each["id"]) for each in all_ if each["live"]), -1)
    match deployment["status"]:
        case "data_ready":
            return "staging" if int(deployment["id"]) > live else "kept"
        case "failed" | "deleting" | "deleted":
            return "failed" if deployment["errors"] else "gone"
    return "preparing"


def _changes(deployment: dict[str, Any]) -> str:
    signs = {"new": "+", "changed": "~", "deleted": "-"}
    return " ".join(
        f"{sign}{name}"
        for word, sign in signs.items()
        for kind in ("datasource", "pipe", "data_connector")
        for name in deployment[f"{word}_{kind}_names"]
    )


def _reason(deployment: dict[str, Any]) -> str:
    return "; ".join(str(each.get("error")) for each in deployment["errors"])
