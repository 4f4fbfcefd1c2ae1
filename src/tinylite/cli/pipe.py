"""tinylite pipe ls"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists pipes of every kind."""


@command.command("ls")
@server_options
def list_pipes(path: Path, data: Path | None) -> Result:
    """Lists pipes with what they are for: endpoint, materialized, copy, sink, or default when they are only read.

    \b
    Example:
      tinylite pipe ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        pipes = [
            {
                "name": pipe["name"],
                "type": pipe["type"],
                "nodes": [node["name"] for node in pipe["nodes"]],
                "description": pipe["description"],
            }
            for pipe in api.get("/v0/pipes").json()["pipes"]
        ]
    rows = [(pipe["name"], pipe["type"], " ".join(pipe["nodes"]), pipe["description"]) for pipe in pipes]
    return Result([Table(["name", "type", "nodes", "description"], rows)], pipes)
