"""tinylite migrate"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinylite.cli import options
from tinylite.cli.options import server_options
from tinylite.cli.result import Block, Result, Table

if TYPE_CHECKING:
    from tinylite.cli.client import Api
    from tinylite.workspace import Home

_ENDED = ("done", "error", "cancelled")
_POLL = 0.2


@click.command("migrate")
@click.option("--from", "source", default="", metavar="ENV",
              help="Whose rows: a server of tinylite.yaml, or local, which is the default.")  # fmt: skip
@click.option(
    "--to", "target", default="", metavar="URL|ENV",
    help="The ClickHouse, or an environment of tinylite.yaml that has an engine [default: its own engine].",
)  # fmt: skip
@click.option("--restart", is_flag=True, help="Take away what is there of these data sources, and begin anew.")
@click.option("--abandon", is_flag=True, help="Give a move up that was begun: rows stay where they are.")
@server_options
def command(
    source: str, target: str, restart: bool, abandon: bool, path: Path, data: Path | None
) -> Result:  # fmt: skip
    """Moves the rows of all data sources to ClickHouse, and with them the data folder.

    A server goes on meanwhile: what comes while rows are sent is sent too. Every chunk is counted and compared. At the
    end the folder belongs to ClickHouse: start the server again, with engine in tinylite.yaml. What was begun and not
    ended goes on where it was.

    \b
    Example:
      tinylite migrate --to http://default:secret@localhost:8123/analytics
      tinylite migrate --from local --to production
    """
    from tinylite.cli.client import connected
    from tinylite.diagnostics import Diagnostic, DiagnosticError
    from tinylite.workspace import HERE

    if source:
        options.chosen.set(source)
    home = None if abandon else _home(path, target)
    try:
        with connected(path, data, HERE) as api:
            if abandon:
                return Result(["The move is given up; rows are where they were."], api.delete("/v0/moves").json())
            assert home is not None and home.address is not None
            asked = {"engine": home.address.url, "cluster": home.address.cluster, "restart": "true" if restart else ""}
            job = _followed(api, api.post("/v0/moves", asked).json()["job"])
            return _told(job, _line(path, target, job), is_running=bool(api.url))
    except DiagnosticError as problem:
        if any(diagnostic.code == "TL527" for diagnostic in problem.diagnostics):
            hint = "start the server with its engine"
            raise DiagnosticError(Diagnostic("TL528", "the rows lie in ClickHouse already", hint=hint)) from None
        raise


def _home(path: Path, target: str) -> Home:
    """Raises DiagnosticError."""
    from tinylite.cli.engines import home_in, home_of
    from tinylite.diagnostics import Diagnostic, DiagnosticError

    home = home_in(path, target) if target and "://" not in target else home_of(path, target or None)
    if home.address is None:
        hint = "--to http://user:password@host:8123/database, or engine: in tinylite.yaml"
        raise DiagnosticError(Diagnostic("TL528", "nothing says which ClickHouse is meant", hint=hint))
    return home


def _followed(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    from tinylite.cli.progress import bar

    with bar("moving", 100, of_bytes=False) as drawn:
        while job["status"] not in _ENDED:
            time.sleep(_POLL)
            job = api.get(f"/v0/jobs/{job['id']}").json()
            drawn.to(float(job["progress_percentage"]))
    return job


def _line(path: Path, target: str, job: dict[str, Any]) -> str:
    """What has to stand in tinylite.yaml from now on, or "" when it does. It never shows a password."""
    from tinylite.cli.environments import settings_of

    settings = settings_of(path)
    known = settings.get("environments")
    if not target and settings.get("engine"):
        return ""
    if isinstance(known, dict) and isinstance(known.get(target), dict):
        found = known[target]
        return "\n".join(f"  {name}: {found[name]}" for name in ("engine", "cluster") if found.get(name))
    lines = [f"  engine: {job['parameters']['engine']}"]
    lines += [f"  cluster: {job['parameters']['cluster']}"] if job["parameters"].get("cluster") else []
    return "\n".join(lines)


def _told(job: dict[str, Any], line: str, *, is_running: bool) -> Result:
    progress: dict[str, Any] = job["progress"]
    blocks: list[Block] = []
    if progress.get("tables"):
        rows = [(name, f"{count:,}", "moved") for name, count in progress["tables"].items()]
        rows += [(name, "", "derived anew") for name in progress.get("derived", ())]
        blocks.append(Table(["data source", "rows", ""], rows))
    if job["status"] != "done":
        reason = job.get("error") or "it was stopped"
        blocks.append(f"not moved: {reason}")
        if progress.get("rows"):
            blocks.append("What is there already is not sent again: run it once more.")
        return Result(blocks, job, failed=True)
    start = "Stop the server, and start it again" if is_running else "From now on a server starts"
    blocks.append(f"{progress.get('rows', 0):,} rows lie in ClickHouse, with equal counts and checksums.")
    if line:
        blocks.append(f"{start} with this in tinylite.yaml, with user and password where they are needed:\n{line}")
    else:
        blocks.append(f"{start} with the engine that tinylite.yaml names.")
    return Result(blocks, job)
