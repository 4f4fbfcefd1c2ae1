"""For a program."""

from __future__ import annotations

import json

import click


def show(value: object) -> None:
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))
