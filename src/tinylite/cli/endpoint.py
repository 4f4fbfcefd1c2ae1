"""tinylite endpoint ls, url, data"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import click

from tinylite.cli.options import data_option, output_option

path_option = click.option(
    "--path", default=".", type=click.Path(path_type=Path, file_okay=False), help="The project's folder."
)


@click.group()
def command() -> None:
    """Lists, locates and asks endpoints of the running server."""


@command.command("ls")
@path_option
@data_option
@output_option
def list_endpoints(path: Path, data: Path | None, output: str) -> None:
    """Lists endpoints with their parameters."""
    from tinylite.cli import client
    from tinylite.cli.views import json, text

    server = client.running(path, data)
    pipes = [pipe for pipe in client.get(server, "/v0/pipes").json()["pipes"] if pipe["type"] == "endpoint"]
    rows = [
        {"name": pipe["name"], "parameters": [p["name"] for node in pipe["nodes"] for p in node["params"]],
         "url": f"{server.url}/v0/pipes/{pipe['name']}.json"}
        for pipe in pipes
    ]  # fmt: skip
    if output == "json":
        json.show(rows)
    else:
        text.show_table(["name", "parameters", "url"], [(r["name"], " ".join(r["parameters"]), r["url"]) for r in rows])


@command.command("url", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.option("--token/--no-token", "with_token", default=True, help="Put the admin token into the address.")
@path_option
@data_option
@output_option
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
def endpoint_url(
    name: str, with_token: bool, path: Path, data: Path | None, output: str, parameters: tuple[str, ...]
) -> None:
    """Prints the address of an endpoint. Every further --NAME VALUE is a parameter."""
    from tinylite.cli import client
    from tinylite.cli.views import json, text

    server = client.running(path, data)
    client.get(server, f"/v0/pipes/{name}")
    query = urlencode({**({"token": server.token} if with_token else {}), **_pairs(parameters)})
    url = f"{server.url}/v0/pipes/{name}.json" + (f"?{query}" if query else "")
    if output == "json":
        json.show({"name": name, "url": url})
    else:
        text.say(url)


@command.command("data", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@path_option
@data_option
@click.option("--output", type=click.Choice(["text", "json", "csv", "ndjson"]), default="text", show_default=True,
              help="How to print.")  # fmt: skip
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
def endpoint_data(name: str, path: Path, data: Path | None, output: str, parameters: tuple[str, ...]) -> None:
    """Asks an endpoint. Every further --NAME VALUE is a parameter.

    \b
    Example:
      tinylite endpoint data user_session_stats --limit 5
    """
    from tinylite.cli import client
    from tinylite.cli.sql import show_answer

    server = client.running(path, data)
    extension = "json" if output == "text" else output
    response = client.get(server, f"/v0/pipes/{name}.{extension}", _pairs(parameters))
    show_answer(response.content, output)


def _pairs(words: tuple[str, ...]) -> dict[str, str]:
    """`--a 1 --b=2`. Raises click.UsageError."""
    found: dict[str, str] = {}
    pending = list(words)
    while pending:
        word = pending.pop(0)
        if not word.startswith("--"):
            raise click.UsageError(f"'{word}' is no parameter; write --NAME VALUE")
        name, equals, value = word[2:].partition("=")
        if not equals:
            if not pending:
                raise click.UsageError(f"the parameter {name} has no value")
            value = pending.pop(0)
        found[name] = value
    return found
