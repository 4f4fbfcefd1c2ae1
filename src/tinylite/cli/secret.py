"""tinylite secret ls, set, rm"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Keeps secrets for tb_secret(): they can be set and removed, never read back."""


@command.command("ls")
@server_options
def list_secrets(path: Path, data: Path | None) -> Result:
    """Lists the names of secrets, and when they were set.

    \b
    Example:
      tinylite secret ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        secrets = api.get("/v0/variables").json()["variables"]
    return Result([Table.of(secrets, ("name", "created_at", "updated_at"))], secrets)


@command.command("set")
@click.argument("name")
@click.argument("value", required=False)
@server_options
def set_secret(name: str, value: str | None, path: Path, data: Path | None) -> Result:
    """Sets a secret, or replaces it. Without VALUE it is asked for, or read from the standard input.

    \b
    Example:
      tinylite secret set s3_key
      tinylite secret set certificate < certificate.pem
    """
    from tinylite.cli.client import connected
    from tinylite.diagnostics import DiagnosticError

    text = value if value is not None else _asked(name)
    with connected(path, data) as api:
        body, place = urlencode({"value": text}), f"/v0/variables/{quote(name, safe='')}"
        try:
            told = api.put(place, body).json()
        except DiagnosticError as problem:
            if problem.diagnostics[0].code != "TL508":
                raise
            told = api.post("/v0/variables", urlencode({"name": name, "value": text})).json()
    return Result([f"{name} is set"], told)


def _asked(name: str) -> str:
    """Hidden at a terminal; the last line break of a file does not count."""
    if sys.stdin.isatty():
        value: str = click.prompt(f"The value of {name}", hide_input=True)
        return value
    return sys.stdin.read().removesuffix("\n")


@command.command("rm")
@click.argument("name")
@server_options
def remove_secret(name: str, path: Path, data: Path | None) -> Result:
    """Removes a secret.

    \b
    Example:
      tinylite secret rm KAFKA_SECRET
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        answer = api.delete(f"/v0/variables/{quote(name, safe='')}").json()
    return Result([f"{name} is removed"], answer)
