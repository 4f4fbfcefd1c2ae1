"""tinylite logs"""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinylite.cli.options import chosen_view, data_option, output_option, path_option
from tinylite.cli.result import Result
from tinylite.cli.views import show

if TYPE_CHECKING:
    from tinylite.cli.client import Api

# The service data sources that can be followed, with the column that says when.
SOURCES = {
    "pipe_stats_rt": "start_datetime",
    "datasources_ops_log": "timestamp",
    "jobs_log": "created_at",
    "endpoint_errors": "start_datetime",
    "block_log": "timestamp",
    "kafka_ops_log": "timestamp",
    "sinks_ops_log": "timestamp",
}
_DEFAULT = ("pipe_stats_rt", "datasources_ops_log", "jobs_log")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_POLL = 1.0
Entry = dict[str, Any]


@click.command()
@click.option("--source", "sources", multiple=True, type=click.Choice(list(SOURCES)), help="May be given again.")
@click.option("--start", default="1h", show_default=True, help="From when on: 30s, 10m, 2h, 1d ago, or a time in UTC.")
@click.option("--follow", is_flag=True, help="Go on until Ctrl-C.")
@path_option
@data_option
@output_option(text="text", json="lines")
@click.pass_context
def command(
    ctx: click.Context, sources: tuple[str, ...], start: str, follow: bool, path: Path, data: Path | None
) -> None:
    """Tells what happened: requests, blocks of rows, jobs.

    \b
    Example:
      tinylite logs --start 10m --source datasources_ops_log
    """
    from tinylite.cli.client import connected

    since, told = _moment(start), set[str]()
    with connected(path, data) as api:
        while True:
            for entry in _entries(api, sources or _DEFAULT, since):
                line = f"{entry['timestamp']} {entry['source']} {json.dumps(entry['data'], ensure_ascii=False)}"
                if line not in told:
                    told.add(line)
                    show(Result([line], entry), chosen_view(ctx))
            if not follow:
                return
            time.sleep(_POLL)


def _entries(api: Api, sources: tuple[str, ...], since: datetime) -> list[Entry]:
    """The oldest first."""
    found: list[Entry] = []
    for source in sources:
        column = SOURCES[source]
        query = f"SELECT * FROM tinybird.{source} WHERE {column} >= '{since:%Y-%m-%d %H:%M:%S}' FORMAT JSON"
        rows = api.post("/v0/sql", query).json()["data"]
        found += [{"timestamp": row[column], "source": f"tinybird.{source}", "data": row} for row in rows]
    return sorted(found, key=lambda entry: str(entry["timestamp"]))


def _moment(text: str) -> datetime:
    """Raises click.UsageError."""
    ago = re.fullmatch(r"(\d+)([smhd])", text)
    if ago:
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"'{text}' is no time; write 10m, 2h or 2026-01-31 12:00:00") from None
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
