"""tinylite build"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinylite.cli.engines import home_of
from tinylite.cli.options import data_folder, data_option, output_option, path_argument, read_project
from tinylite.cli.result import Block, Faults, Result, Table, counted, faults_data

if TYPE_CHECKING:
    from tinylite.workspace import Build


@click.command(epilog="Exit status 1 when there is an error: then nothing was changed.")
@path_argument
@data_option
@click.option("--fixtures/--no-fixtures", default=False, help="Load fixtures into empty data sources.")
@output_option(text="text", json="json")
def command(path: Path, data: Path | None, fixtures: bool) -> Result:
    """Checks the project in PATH and makes its tables fit; rows that are there stay.

    \b
    Example:
      tinylite build
    """
    from tinylite.workspace import Workspace

    project = read_project(path)
    with closing(Workspace.open(data_folder(path, data), home=home_of(path))) as workspace:
        build = workspace.build(project, fixtures=fixtures)
    blocks: list[Block] = [Faults(build.diagnostics, path)] if build.diagnostics else []
    if not build.errors:
        rows = [(change.name, change.kind, " ".join(change.columns)) for change in build.tables]
        blocks += [Table(["table", "change", "columns"], rows), *loaded_lines(build)]
    return Result(blocks, build_data(build), failed=bool(build.errors))


def loaded_lines(build: Build) -> list[str]:
    """Of fixtures that were loaded."""
    lines = []
    for name, ack in (build.fixtures or {}).items():
        quarantined = f", {ack.quarantined_rows:,} in quarantine" if ack.quarantined_rows else ""
        lines.append(f"loaded {counted(ack.successful_rows, 'row')} into {name}{quarantined}")
    return lines


def build_data(build: Build) -> dict[str, object]:
    """A build for a program."""
    return {
        **faults_data(build.diagnostics),
        "left_out": dict(build.left_out),
        "tables": [{"name": c.name, "change": c.kind, "columns": list(c.columns)} for c in build.tables],
        "fixtures": [
            {"name": name, "successful_rows": ack.successful_rows, "quarantined_rows": ack.quarantined_rows}
            for name, ack in (build.fixtures or {}).items()
        ],
    }
