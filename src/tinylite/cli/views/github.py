"""For GitHub Actions: diagnostics become annotations of a pull request's files."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tinylite.cli.result import Faults, Result
from tinylite.cli.views import text
from tinylite.diagnostics.render import github


def show(result: Result) -> None:
    for block in result.blocks:
        if isinstance(block, Faults):
            click.echo(github.render(block.diagnostics, folder=_in_repository(block.folder)), nl=False)
        else:
            text.show_block(block)


def _in_repository(folder: Path) -> str:
    """GitHub counts paths from the root of the checkout, where a workflow's commands run unless told otherwise."""
    root = Path(os.environ.get("GITHUB_WORKSPACE") or ".").resolve()
    within = folder.resolve()
    path = within.relative_to(root).as_posix() if within.is_relative_to(root) else ""
    return "" if path == "." else path
