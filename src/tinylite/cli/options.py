"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tinylite.diagnostics import Diagnostic, DiagnosticError

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
DATA_FOLDER = ".tinylite"
DEFAULT_PORT = 7181

path_argument: Decorator = click.argument(
    "path", default=".", type=click.Path(path_type=Path, exists=False, file_okay=False)
)
output_option: Decorator = click.option(
    "--output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print."
)
data_option: Decorator = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder [default: PATH/.tinylite]."
)


def project_folder(path: Path) -> Path:
    """Raises DiagnosticError (TL505) for a folder that is not there."""
    if not path.is_dir():
        raise DiagnosticError(
            Diagnostic("TL505", f"there is no folder {path}", hint="make a project with: tinylite init " + str(path))
        )
    return path


def data_folder(path: Path, data: Path | None) -> Path:
    return data if data is not None else path / DATA_FOLDER
