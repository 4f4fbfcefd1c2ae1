"""tinylite restore"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import data_folder, server_options
from tinylite.cli.result import Result, counted


@click.command("restore")
@click.argument("backup", type=click.Path(path_type=Path, file_okay=False, exists=True))
@server_options
def command(backup: Path, path: Path, data: Path | None) -> Result:
    """Makes a data folder from BACKUP, after checking every file of it. What is there already is never replaced.

    \b
    Example:
      tinylite restore /mnt/backups/monday --data data
    """
    from tinylite.workspace.backups import restore

    folder = data_folder(path, data)
    rows = restore(backup, folder)
    return Result([f"restored {counted(rows, 'row')} to {folder}"], {"path": str(folder), "rows": rows})
