"""tinylite mock"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinylite.cli.options import read_project, server_options
from tinylite.cli.result import Raw, Result, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 10_000


@click.command("mock")
@click.argument("name", metavar="DATASOURCE")
@click.option("--rows", default=100, show_default=True, type=click.IntRange(1), help="How many rows.")
@click.option("--seed", default=0, show_default=True, help="The same seed makes the same values.")
@click.option(
    "--to", "target", type=click.Choice(["fixture", "dev", "stdout"]), default="fixture", show_default=True,
    help="Write a fixture, send events to the server or data folder, or print NDJSON.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Replace a fixture that is there.")
@server_options
def command(name: str, rows: int, seed: int, target: str, force: bool, path: Path, data: Path | None) -> Result:
    """Makes believable rows of a data source, from the names and types of its columns.

    Their times are those of the last 30 days. Needs: pip install 'tinylite[mock]'

    \b
    Example:
      tinylite mock page_views --rows 1000
      tinylite mock page_views --rows 100000 --seed 7 --to dev
    """
    lines = _lines(path, name, rows, seed)
    if target == "stdout":
        text = b"".join(lines)
        return Result([Raw(text)], Raw(text))
    if target == "dev":
        return _send(lines, name, path, data)
    return _write(lines, name, rows, path / "fixtures" / f"{name}.ndjson", force)


def _lines(path: Path, name: str, rows: int, seed: int) -> Iterator[bytes]:
    """Raises DiagnosticError: TL508 for an unknown data source, TL505 without the extra."""
    from datetime import UTC, datetime

    import orjson

    from tinylite.diagnostics import Diagnostic, DiagnosticError, did_you_mean

    project = read_project(path)
    source = project.datasources.get(name)
    if source is None:
        hint = did_you_mean(name, project.datasources)
        raise DiagnosticError(Diagnostic("TL508", f"there is no data source {name}", hint=hint))
    try:
        from tinylite.testing.mock import Maker
    except ModuleNotFoundError:
        hint = "pip install 'tinylite[mock]'"
        raise DiagnosticError(Diagnostic("TL505", "the package faker is not installed", hint=hint)) from None
    maker = Maker(source, rows, seed, datetime.now(UTC))
    return (orjson.dumps(event) + b"\n" for event in maker.events())


def _write(lines: Iterator[bytes], name: str, rows: int, file: Path, force: bool) -> Result:
    if file.exists() and not force:
        from tinylite.diagnostics import Diagnostic, DiagnosticError

        message = f"{file} is there already; nothing was written"
        raise DiagnosticError(Diagnostic("TL505", message, hint=f"tinylite mock {name} --force"))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        target.writelines(lines)
    return Result([f"wrote {counted(rows, 'row')} to {file}"], {"file": str(file), "rows": rows})


def _send(lines: Iterator[bytes], name: str, path: Path, data: Path | None) -> Result:
    from tinylite.cli.client import connected

    good = quarantined = 0
    with connected(path, data) as api:
        while batch := b"".join(islice(lines, _BATCH)):
            answer = api.post("/v0/events", batch.decode(), {"name": name, "wait": "true"}).json()
            good, quarantined = good + answer["successful_rows"], quarantined + answer["quarantined_rows"]
    said = f"stored {counted(good, 'row')} in {name}" + (f", {quarantined:,} in quarantine" if quarantined else "")
    return Result([said], {"name": name, "successful_rows": good, "quarantined_rows": quarantined})
