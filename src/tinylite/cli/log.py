"""tinylite log inspect"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import output_option
from tinylite.cli.result import Raw, Result, Table

_COLUMNS = ("file", "offset", "position", "came", "key", "events", "bytes", "state")


@click.group()
def command() -> None:
    """Reads the log of events, for emergencies: no server is needed, and nothing is changed."""


@command.command("inspect")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".tinylite/log")
@click.option("--events", is_flag=True, help="Print the events themselves, as NDJSON; damaged stretches are left out.")
@output_option(text="text", json="json")
def inspect(path: Path, events: bool) -> Result:
    """Lists the records of PATH: a segment, a folder of segments, or the log of a data folder.

    What was loaded may be there for a while. A damaged stretch is shown with the reason; the exit status is then 1.

    \b
    Example:
      tinylite log inspect .tinylite/log/user_events
      tinylite log inspect .tinylite/log/user_events --events > saved.ndjson
    """
    from tinylite.ingest.log.log import SUFFIX
    from tinylite.ingest.log.segment import Record, located

    segments = sorted(path.rglob(f"*{SUFFIX}")) if path.is_dir() else [path]
    records: list[dict[str, object]] = []
    lines: list[bytes] = []
    for segment in segments:
        for offset, part in located(segment.read_bytes()):
            found = {"file": str(segment), "offset": offset}
            if isinstance(part, Record):
                records.append({**found, **_described(part)})
                lines.append(part.lines)
            else:
                damage = {"position": None, "came": None, "key": "", "events": 0, "bytes": part.end - part.offset}
                records.append({**found, **damage, "state": part.reason})
    failed = any(record["state"] != "whole" for record in records)
    if events:
        return Result([Raw(b"".join(line + b"\n" for line in lines))], Raw(b"\n".join(lines)), failed)
    return Result([Table.of(records, _COLUMNS)], records, failed)


def _described(record: object) -> dict[str, object]:
    from datetime import UTC, datetime

    from tinylite.ingest.log.segment import Record

    assert isinstance(record, Record)
    return {
        "position": record.position,
        "came": f"{datetime.fromtimestamp(record.at / 1000, UTC):%Y-%m-%d %H:%M:%S}",
        "key": record.key,
        "events": record.lines.count(b"\n") + 1,
        "bytes": len(record.lines),
        "state": "whole",
    }
