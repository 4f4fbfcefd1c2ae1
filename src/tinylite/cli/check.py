"""tinylite check"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tinylite.cli.options import path_argument, project_folder


@click.command(epilog="Exit status 1 when there is an error.")
@path_argument
@click.option("--output", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="For a terminal, a program, or GitHub's annotations.")  # fmt: skip
def command(path: Path, output: str) -> int:
    """Finds every fault of the project in PATH, in one run.

    \b
    Example:
      tinylite check
      tinylite check examples/user_events --output github
    """
    from tinylite.diagnostics.render import github, text
    from tinylite.diagnostics.render import json as as_json
    from tinylite.project import check, load

    project = load(project_folder(path))
    diagnostics = check(project)
    if output == "json":
        click.echo(as_json.render(diagnostics), nl=False)
    elif output == "github":
        click.echo(github.render(diagnostics), nl=False)
    elif diagnostics:
        click.echo(text.render(diagnostics, colour=sys.stdout.isatty()), nl=False)
    else:
        count = len(project.datasources) + len(project.pipes) + len(project.connections)
        click.echo(f"{count} resources, no faults" if count else f"there are no datafiles in {path}")
    return 1 if any(diagnostic.is_error for diagnostic in diagnostics) else 0
