"""tinylite init"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import output_option
from tinylite.cli.result import Result

# What `starter/` holds, and where it goes: a file that begins with a dot there would be at work here.
FILES = {
    "datasources/page_views.datasource": "datasources/page_views.datasource",
    "endpoints/top_pages.pipe": "endpoints/top_pages.pipe",
    "fixtures/page_views.ndjson": "fixtures/page_views.ndjson",
    "tests/top_pages.yaml": "tests/top_pages.yaml",
    "gitignore": ".gitignore",
    "github.yml": ".github/workflows/tinylite.yml",
    "gitlab.yml": ".gitlab-ci.yml",
    "pre-commit.yaml": ".pre-commit-config.yaml",
    "vscode-settings.json": ".vscode/settings.json",
    "tests.schema.json": ".vscode/tinylite-tests.schema.json",
    "tinylite.schema.json": ".vscode/tinylite.schema.json",
    "README.md": "README.md",
}
STARTER = Path(__file__).parent / "starter"


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, file_okay=False))
@output_option(text="text", json="json")
def command(path: Path) -> Result:
    """Makes a small working project in PATH: a data source, an endpoint, fixtures, a test, CI files, editor schemas.

    \b
    Example:
      tinylite init my_project
    """
    taken = [name for name in FILES.values() if (path / name).exists()]
    if taken:
        from tinylite.diagnostics import Diagnostic, DiagnosticError

        message = f"{path / taken[0]} is there already; nothing was written"
        raise DiagnosticError(Diagnostic("TL505", message, hint="choose an empty folder: tinylite init my_project"))
    for name, target in FILES.items():
        (path / target).parent.mkdir(parents=True, exist_ok=True)
        (path / target).write_bytes((STARTER / name).read_bytes())
    written = [f"wrote {path / target}" for target in FILES.values()]
    begin = "Now run: tinylite dev" + ("" if path == Path() else f" {path}")
    return Result([*written, begin], {"path": str(path), "files": list(FILES.values())})
