"""tinylite check"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import output_option, path_argument, read_project
from tinylite.cli.result import Faults, Result, faults_data


@click.command(epilog="Exit status 1 when there is an error.")
@path_argument
@click.option("--lint/--no-lint", "advises", default=True, show_default=True, help="Give advice, too: codes TL6xx.")
@output_option(text="text", json="json", github="github")
def command(path: Path, advises: bool) -> Result:
    """Finds every fault of the project in PATH, in one run.

    \b
    Example:
      tinylite check
      tinylite check examples/user_events --output github
    """
    from tinylite.diagnostics import in_order
    from tinylite.project import check
    from tinylite.project.lint import lint

    project = read_project(path)
    faults = in_order([*check(project), *(lint(project) if advises else ())])
    said = Faults(faults, path, asked_for=True) if faults else f"{len(project.resources)} resources, no faults"
    return Result([said], faults_data(faults), failed=any(fault.is_error for fault in faults))
