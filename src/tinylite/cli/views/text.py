"""For a person: tables and colours on a terminal, plain text in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from tinylite.diagnostics import Diagnostic
from tinylite.diagnostics.render import text


def show_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """On standard error."""
    click.echo(text.render(list(diagnostics), colour=sys.stderr.isatty()), err=True, nl=False)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; on a terminal with lines around it, else with tabs between the cells."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for line in (columns, *cells):
            click.echo("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for line in cells:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(table)


def say(line: str = "", *, bold: bool = False) -> None:
    click.echo(click.style(line, bold=True) if bold else line)
