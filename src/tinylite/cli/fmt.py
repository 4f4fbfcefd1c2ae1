"""tinylite fmt"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tinylite.cli.options import output_option, path_option, read_project
from tinylite.cli.result import Block, Faults, Result, faults_data

if TYPE_CHECKING:
    from tinylite.diagnostics import Diagnostic


@click.command("fmt", epilog="Exit status 1 when a file can't be read, and with --check when one is not canonical.")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True), metavar="[FILE]…")
@path_option
@click.option("--check", is_flag=True, help="Write nothing; say which files would change.")
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; show what would change.")
@output_option(text="text", json="json")
def command(files: tuple[Path, ...], path: Path, check: bool, show_diff: bool) -> Result:
    """Writes datafiles, and the SQL inside of them, in their canonical form.

    Only blanks, line ends, quotes of ENGINE instructions and capitals of keywords change; comments and templates stay.
    Without files, all of the project.

    \b
    Example:
      tinylite fmt
      tinylite fmt --check
      tinylite fmt endpoints/top_pages.pipe --diff
    """
    from tinylite.diagnostics import DiagnosticError
    from tinylite.project.formatting import formatted

    project = read_project(path)
    chosen = {_within(path, file) for file in files}
    changed: dict[str, tuple[str, str]] = {}
    faults: list[Diagnostic] = []
    for name, file in project.files.items():
        if chosen and name not in chosen:
            continue
        try:
            new = formatted(file.source)
        except DiagnosticError as problem:
            faults += problem.diagnostics
            continue
        if new != file.source.text:
            changed[name] = (file.source.text, new)
    writes = not (check or show_diff)
    if writes:
        for name, (_, new) in changed.items():
            (path / name).write_text(new, encoding="utf-8", newline="\n")
    blocks: list[Block] = [Faults(faults, path)] if faults else []
    for name, (old, new) in changed.items():
        blocks.append(_diff(name, old, new) if show_diff else f"{'wrote' if writes else 'not canonical:'} {name}")
    if not changed and not faults:
        blocks.append("all files are in their canonical form")
    data = {"changed": list(changed), "written": writes, **faults_data(faults)}
    return Result(blocks, data, failed=bool(faults) or (check and bool(changed)))


def _within(path: Path, file: Path) -> str:
    """As the project calls it. Raises click.UsageError."""
    whole, root = file.resolve(), path.resolve()
    if not whole.is_relative_to(root):
        raise click.UsageError(f"{file} is no file of the project in {path}")
    return whole.relative_to(root).as_posix()


def _diff(name: str, old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=2)
    return "\n".join(lines)
