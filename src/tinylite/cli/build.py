"""tinylite build"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import data_folder, data_option, output_option, path_argument, project_folder


@click.command(epilog="Exit status 1 when there is an error: then nothing was changed.")
@path_argument
@data_option
@click.option("--fixtures/--no-fixtures", default=False, help="Load fixtures into empty data sources.")
@output_option
def command(path: Path, data: Path | None, fixtures: bool, output: str) -> int:
    """Checks the project in PATH and makes its tables fit; rows that are there stay.

    \b
    Example:
      tinylite build
    """
    from tinylite.cli.views import json, text
    from tinylite.project import load
    from tinylite.workspace import Workspace

    workspace = Workspace.open(data_folder(project_folder(path), data))
    try:
        build = workspace.build(load(path), fixtures=fixtures)
    finally:
        workspace.close()
    if output == "json":
        tables = [{"name": c.name, "change": c.kind, "columns": list(c.columns)} for c in build.tables]
        json.show({"errors": [diagnostic.message for diagnostic in build.errors], "tables": tables})
    if build.diagnostics and output == "text":
        text.show_diagnostics(build.diagnostics)
    if output == "text" and not build.errors:
        text.show_table(["table", "change", "columns"], [(c.name, c.kind, " ".join(c.columns)) for c in build.tables])
    return 1 if build.errors else 0
