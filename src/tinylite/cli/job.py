"""tinylite job ls, details, cancel, retry"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table

if TYPE_CHECKING:
    from tinylite.cli.client import Api

_COLUMNS = ("id", "kind", "pipe_name", "status", "progress_percentage", "created_at")
_ENDED = ("done", "error", "cancelled")
_POLL = 0.2


@click.group()
def command() -> None:
    """Lists, shows and stops jobs: copies and populations."""


@command.command("ls")
@click.option("--status", default="", help="Only waiting, working, done, error or cancelled ones.")
@click.option("--kind", default="", help="Only those of one kind: copy, sink, sync, …")
@server_options
def list_jobs(status: str, kind: str, path: Path, data: Path | None) -> Result:
    """Lists the last hundred jobs, the newest first.

    \b
    Example:
      tinylite job ls --status working
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        jobs = api.get("/v0/jobs", {"status": status, "kind": kind}).json()["jobs"]
    return Result([Table.of(jobs, _COLUMNS)], jobs)


@command.command("details")
@click.argument("id")
@server_options
def details(id: str, path: Path, data: Path | None) -> Result:
    """Shows a job with its parameters, its progress and its error.

    \b
    Example:
      tinylite job details 0d2f81c6-3c2e-4a0c-9a55-c1f3b1a0a6d7
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        job = api.get(f"/v0/jobs/{quote(id, safe='')}").json()
    return Result([Table(["field", "value"], list(job.items()))], job)


@command.command("cancel")
@click.argument("id")
@server_options
def cancel(id: str, path: Path, data: Path | None) -> Result:
    """Stops a job; one at work stops at its next step.

    \b
    Example:
      tinylite job cancel 0d2f81c6-3c2e-4a0c-9a55-c1f3b1a0a6d7
    """
    return _changed(id, "cancel", path, data)


@command.command("retry")
@click.argument("id")
@server_options
def retry(id: str, path: Path, data: Path | None) -> Result:
    """Goes on with a failed or cancelled job.

    \b
    Example:
      tinylite job retry 0d2f81c6-3c2e-4a0c-9a55-c1f3b1a0a6d7
    """
    return _changed(id, "retry", path, data)


def _changed(id: str, what: str, path: Path, data: Path | None) -> Result:
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        return told(api.post(f"/v0/jobs/{quote(id, safe='')}/{what}").json())


def submitted(api: Api, job: dict[str, Any], wait: bool) -> Result:
    """What is said of a job that was just made; with `wait` of its end."""
    while wait and job["status"] not in _ENDED:
        time.sleep(_POLL)
        job = api.get(f"/v0/jobs/{job['id']}").json()
    return told(job)


def told(job: dict[str, Any]) -> Result:
    reason = f": {job['error']}" if job.get("error") else ""
    line = f"{job['kind']} {job['pipe_name']} {job['status']}{reason} (job {job['id']})"
    return Result([line], job, failed=job["status"] == "error")
