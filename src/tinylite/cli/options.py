"""Options and arguments that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from tinylite.project import Project

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
DATA_FOLDER = ".tinylite"
_VIEW = "tinylite.view"
chosen: ContextVar[str] = ContextVar("environment", default="")
"""By --env; empty when nothing was said."""
every: ContextVar[tuple[str, ...]] = ContextVar("environments", default=())
"""All that --env named: only `parity` takes two."""
staging: ContextVar[bool] = ContextVar("staging", default=False)
"""Whether --staging was given."""
branch: ContextVar[str] = ContextVar("branch", default="")
"""By --branch; empty for the workspace that the token belongs to."""

_FOLDER = click.Path(path_type=Path, file_okay=False)
_GIVEN_PATH = "tinylite.path"


def _keep_path(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
    ctx.meta[_GIVEN_PATH] = path


def _choose_path(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path:
    given: Path | None = ctx.meta.get(_GIVEN_PATH)
    if path is not None and given is not None:
        raise click.UsageError("the project's folder is given twice", ctx)
    return path or given or Path()


def path_argument(function: Callable[..., Any]) -> Callable[..., Any]:
    """`PATH`, or `--path PATH` as other commands have it."""
    option = click.option("--path", "given_path", type=_FOLDER, is_eager=True, expose_value=False, callback=_keep_path,
                          help="The project's folder, likewise.")  # fmt: skip
    argument = click.argument("path", required=False, type=_FOLDER, callback=_choose_path)
    return argument(option(function))


path_option: Decorator = click.option("--path", default=".", type=_FOLDER, help="The project's folder.")
data_option: Decorator = click.option("--data", type=_FOLDER, help="The data folder [default: PATH/.tinylite].")


def output_option(*, exposed: bool = False, **views: str) -> Decorator:
    """`--output`: its values, the first one the default, each with the module of `views` that shows it.

    `exposed` for a command that has to know: it gets the argument `output`.
    """

    def choose(ctx: click.Context, _: click.Parameter, output: str) -> str:
        ctx.meta[_VIEW] = views[output]
        return output

    return click.option(
        "--output", type=click.Choice(list(views)), default=next(iter(views)), show_default=True, help="How to print.",
        callback=choose, expose_value=exposed,
    )  # fmt: skip


def server_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--path`, `--data` and `--output text|json`: of most commands that ask a server or a data folder."""
    return path_option(data_option(output_option(text="text", json="json")(function)))


def confirm(question: str) -> None:
    """Asks before something is removed. Raises click.Abort for a no; UsageError when nobody is there to answer."""
    try:
        said = click.confirm(question, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise click.UsageError("nobody is there to answer: give --yes") from None
    if not said:
        raise click.Abort


def chosen_view(ctx: click.Context) -> str:
    return str(ctx.meta.get(_VIEW, "text"))


def data_folder(path: Path, data: Path | None) -> Path:
    return data if data is not None else path / DATA_FOLDER


def read_project(path: Path) -> Project:
    """Raises DiagnosticError (TL505) when there is none."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError
    from tinylite.project import load

    project = load(path)
    if not project.files:
        hint = f"make a project with: tinylite init {path}"
        raise DiagnosticError(*project.diagnostics, Diagnostic("TL505", f"there are no datafiles in {path}", hint=hint))
    return project
