"""tinylite backup"""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result, counted


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path, exists=False))
@server_options
def command(target: Path | None, path: Path, data: Path | None) -> Result:
    """Copies rows, events that wait to be loaded, tokens, secrets and jobs into the folder TARGET.

    A server goes on meanwhile. The copy is of one moment, and is checked. Without TARGET it stays in the data folder.

    \b
    Example:
      tinylite backup /mnt/backups/monday
    """
    from tinylite.cli.client import connected
    from tinylite.diagnostics import Diagnostic, DiagnosticError

    if target is not None and target.exists():
        raise DiagnosticError(Diagnostic("TL523", f"{target} is there already; nothing was written"))
    with connected(path, data) as api:
        made = api.post("/v0/backups").json()
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made["path"], target)
        made["path"] = str(target)
    size = f"{counted(made['rows'], 'row')}, {made['bytes']:,} bytes"
    said = f"backed up {size}, to {made['path']} in {made['seconds']:.1f} s"
    return Result([said, f"To use it: tinylite restore {made['path']} --data FOLDER"], made)
