"""tinylite client ts, python"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from tinylite.cli.options import Decorator, server_options
from tinylite.cli.result import Raw, Result

out_option: Decorator = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write [default: it is printed]."
)


@click.group()
def command() -> None:
    """Makes a typed client of the endpoints, in one file without dependencies."""


@command.command("ts")
@out_option
@server_options
def typescript_client(out: Path | None, path: Path, data: Path | None) -> Result:
    """Makes a client in TypeScript, for browsers, Node, Deno and Bun.

    \b
    Example:
      tinylite client ts --out src/analytics.ts
    """
    from tinylite.server.typed.typescript import typescript

    return _made(typescript, out, path, data)


@command.command("python")
@out_option
@server_options
def python_client(out: Path | None, path: Path, data: Path | None) -> Result:
    """Makes a client in Python.

    \b
    Example:
      tinylite client python --out analytics.py
    """
    from tinylite.server.typed.python import python

    return _made(python, out, path, data)


def _made(write: Callable[[Mapping[str, Any]], str], out: Path | None, path: Path, data: Path | None) -> Result:
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        document = api.get("/v0/pipes/openapi.json").json()
    text = write(document)
    count = len(document["paths"])
    if out is None:
        return Result([Raw(text.encode())], {"endpoints": count, "text": text})
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")
    noun = "endpoint" if count == 1 else "endpoints"
    return Result([f"wrote {out}: {count} {noun}"], {"endpoints": count, "file": str(out)})
