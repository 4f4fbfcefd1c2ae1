"""tinylite copy ls, run, pause, resume"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.job import submitted
from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists and runs copies, and stops and starts their schedules."""


@command.command("ls")
@server_options
def list_copies(path: Path, data: Path | None) -> Result:
    """Lists copies with their targets and schedules.

    \b
    Example:
      tinylite copy ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        copies = api.get("/v0/copies").json()["copies"]
    rows = [
        (each["name"], each["copy_target_datasource"], each["copy_mode"], each["schedule"]["cron"] or "@on-demand",
         each["schedule"]["status"], each["schedule"]["next_run"] or "")
        for each in copies
    ]  # fmt: skip
    return Result([Table(["name", "target", "mode", "schedule", "status", "next run (UTC)"], rows)], copies)


@command.command("run")
@click.argument("name")
@click.option("--param", "parameters", multiple=True, metavar="KEY=VALUE", help="A parameter; may be given again.")
@click.option("--mode", type=click.Choice(["append", "replace"]), help="Instead of the mode in the file.")
@click.option("--wait", is_flag=True, help="Come back when the job is over.")
@server_options
def run(name: str, parameters: tuple[str, ...], mode: str | None, wait: bool, path: Path, data: Path | None) -> Result:
    """Runs a copy now.

    \b
    Example:
      tinylite copy run daily_totals --param day=2026-01-31 --wait
    """
    from tinylite.cli.client import connected

    given = dict(pair(text) for text in parameters)
    with connected(path, data) as api:
        asked = {**given, **({"_mode": mode} if mode else {})}
        job = api.post(f"/v0/pipes/{quote(name, safe='')}/copy", parameters=asked).json()["job"]
        return submitted(api, job, wait)


@command.command("pause")
@click.argument("name")
@server_options
def pause(name: str, path: Path, data: Path | None) -> Result:
    """Stops the schedule of a copy.

    \b
    Example:
      tinylite copy pause daily_report
    """
    return _scheduled(name, "pause", path, data)


@command.command("resume")
@click.argument("name")
@server_options
def resume(name: str, path: Path, data: Path | None) -> Result:
    """Starts the schedule again; what was missed is not made up for.

    \b
    Example:
      tinylite copy resume daily_report
    """
    return _scheduled(name, "resume", path, data)


def _scheduled(name: str, what: str, path: Path, data: Path | None) -> Result:
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        copy = api.post(f"/v0/pipes/{quote(name, safe='')}/copy/{what}").json()
    next_run = copy["schedule"]["next_run"]
    return Result([f"{name} is {copy['schedule']['status']}" + (f", next {next_run} UTC" if next_run else "")], copy)


def pair(text: str) -> tuple[str, str]:
    """Raises click.UsageError."""
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"'{text}' is no parameter; write --param KEY=VALUE")
    return name, value
