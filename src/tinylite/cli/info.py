"""tinylite info"""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import click

from tinylite import __version__
from tinylite.cli.options import data_folder, data_option, output_option, path_argument
from tinylite.cli.result import Result


@click.command("info")
@path_argument
@data_option
@output_option(text="text", json="json")
def command(path: Path, data: Path | None) -> Result:
    """Tells which project, data folder, environment and server commands would use here, and which versions these are.

    \b
    Example:
      tinylite info
      tinylite info --env production --output json
    """
    from tinylite.cli import environments, server_file
    from tinylite.cli.client import served
    from tinylite.project import load

    project = load(path)
    folder = data_folder(path, data)
    chosen = environments.chosen.get()
    is_served = bool(chosen and chosen != environments.LOCAL) or server_file.read(folder) is not None
    url = served(path, data).url if is_served else ""
    told: dict[str, object] = {
        "tinylite": __version__,
        "duckdb": version("duckdb"),
        "python": platform.python_version(),
        "project": str(path.resolve()),
        "datasources": len(project.datasources),
        "pipes": len(project.pipes),
        "data": str(folder.resolve()) if folder.is_dir() else "",
        "environment": chosen or environments.LOCAL,
        "server": url,
    }
    width = max(map(len, told))
    return Result([f"{name:{width}}  {value if value != '' else 'none'}" for name, value in told.items()], told)
