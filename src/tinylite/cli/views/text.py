"""For a person: tables and colours on a terminal, plain text in a pipe."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import IO, Any

import click

from tinylite.cli.result import Block, Faults, Heading, Raw, Result, Table
from tinylite.diagnostics.render import text
from tinylite.diagnostics.render.text import printable

# A cell in a pipe stays on its line and between its tabs.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def show(result: Result) -> None:
    for block in result.blocks:
        show_block(block)


def show_block(block: Block) -> None:
    match block:
        case str():
            click.echo(block)
        case Heading():
            click.secho(block.text, bold=True)
        case Table():
            _show_table(block)
        case Faults():
            stream = sys.stdout if block.asked_for else sys.stderr
            click.echo(text.render(block.diagnostics, colour=_coloured(stream)), file=stream, nl=False)
        case Raw():
            click.echo(block.content, nl=False)


def _coloured(stream: IO[Any]) -> bool:
    """https://no-color.org"""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _show_table(table: Table) -> None:
    """With lines around it on a terminal; else a line a row, with tabs between the cells."""
    rows = [[_cell(value) for value in row] for row in table.rows]
    if sys.stdout.isatty():
        _draw(table, rows)
        return
    for line in (table.columns, *rows):
        click.echo("\t".join(cell.translate(_ESCAPES) for cell in line))


def _draw(table: Table, rows: Sequence[Sequence[str]]) -> None:
    from rich import table as drawing
    from rich.console import Console
    from rich.text import Text

    drawn = drawing.Table(header_style="bold")
    for number, name in enumerate(table.columns):
        numbers = all(isinstance(row[number], int | float | None) for row in table.rows)
        drawn.add_column(Text(printable(name)), overflow="fold", justify="right" if numbers and rows else "left")
    for row in rows:
        drawn.add_row(*(Text(printable(cell)) for cell in row))
    Console().print(drawn)


def _cell(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
