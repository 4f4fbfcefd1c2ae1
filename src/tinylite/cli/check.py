"""tinylite check"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import output_option, path_argument, read_project
from tinylite.cli.result import Faults, Result, faults_data


@click.command(epilog="Exit status 1 when there is an error.")
@path_argument
@output_option(text="text", json="json", github="github")
def command(path: Path) -> Result:
    """Finds every fault of the project in PATH, in one run.

    \b
    Example:
      tinylite check
      tinylite check examples/user_events --output github
    """
    from tinylite.project import check

    project = read_project(path)
    faults = check(project)
    said = Faults(faults, path, asked_for=True) if faults else f"{len(project.resources)} resources, no faults"
    return Result([said], faults_data(faults), failed=any(fault.is_error for fault in faults))
