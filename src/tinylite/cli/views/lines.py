"""For a program that follows: a JSON document a line, as things happen."""

from __future__ import annotations

import json

import click

from tinylite.cli.result import Result


def show(result: Result) -> None:
    click.echo(json.dumps(result.data, ensure_ascii=False, default=str))
