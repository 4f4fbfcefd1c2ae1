"""For a program: one JSON document."""

from __future__ import annotations

import json

import click

from tinylite.cli.result import Raw, Result


def show(result: Result) -> None:
    if isinstance(result.data, Raw):
        click.echo(result.data.content, nl=False)
    else:
        click.echo(json.dumps(result.data, indent=2, ensure_ascii=False, default=str))
