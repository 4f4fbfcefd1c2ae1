"""tinylite endpoint ls, url, data, stats"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode

import click

from tinylite.cli.options import data_option, output_option, path_option, server_options
from tinylite.cli.result import Result, Table


@click.group()
def command() -> None:
    """Lists, locates, asks and measures endpoints."""


@command.command("ls")
@server_options
def list_endpoints(path: Path, data: Path | None) -> Result:
    """Lists endpoints with their parameters.

    \b
    Example:
      tinylite endpoint ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        pipes = [pipe for pipe in api.get("/v0/pipes").json()["pipes"] if pipe["type"] == "endpoint"]
    endpoints = [
        {"name": pipe["name"], "description": pipe["description"], "url": f"{api.url}/v0/pipes/{pipe['name']}.json",
         "parameters": [parameter for node in pipe["nodes"] for parameter in node["params"]]}
        for pipe in pipes
    ]  # fmt: skip
    rows = [(each["name"], " ".join(p["name"] for p in each["parameters"]), each["url"]) for each in endpoints]
    return Result([Table(["name", "parameters", "url"], rows)], endpoints)


@command.command("url", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.option("--token/--no-token", "with_token", default=True, help="Put the admin token into the address.")
@server_options
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
def endpoint_url(name: str, with_token: bool, path: Path, data: Path | None, parameters: tuple[str, ...]) -> Result:
    """Prints the address of an endpoint on the running server. Every further --NAME VALUE is a parameter.

    \b
    Example:
      tinylite endpoint url top_pages
    """
    from tinylite.cli.client import served

    arguments = _pairs(parameters)
    api = served(path, data)
    api.get(f"/v0/pipes/{quote(name, safe='')}")
    query = urlencode({**({"token": api.token} if with_token else {}), **arguments})
    url = f"{api.url}/v0/pipes/{name}.json" + (f"?{query}" if query else "")
    return Result([url], {"name": name, "url": url})


@command.command("data", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@path_option
@data_option
@output_option(exposed=True, text="text", json="json", csv="text", ndjson="text")
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED)
def endpoint_data(name: str, path: Path, data: Path | None, output: str, parameters: tuple[str, ...]) -> Result:
    """Asks an endpoint. Every further --NAME VALUE is a parameter; behind -- also one that is named like an option.

    \b
    Example:
      tinylite endpoint data user_session_stats --limit 5
      tinylite endpoint data top_pages --output csv -- --path /docs
    """
    from tinylite.cli.client import connected
    from tinylite.cli.sql import answer

    arguments = _pairs(parameters)
    extension = "json" if output == "text" else output
    with connected(path, data) as api:
        return answer(api.get(f"/v0/pipes/{quote(name, safe='')}.{extension}", arguments).content, output)


@command.command("stats")
@click.argument("name")
@path_option
@data_option
@output_option(exposed=True, text="text", json="json", csv="text", ndjson="text")
def endpoint_stats(name: str, path: Path, data: Path | None, output: str) -> Result:
    """Shows the requests of an endpoint day by day: how many, how many failed, how long they took.

    \b
    Example:
      tinylite endpoint stats top_pages
    """
    from tinylite.cli.client import connected
    from tinylite.cli.sql import FORMATS, answer

    with connected(path, data) as api:
        known = api.get(f"/v0/pipes/{quote(name, safe='')}").json()["name"]
        query = (
            "SELECT toDate(start_datetime) AS day, count() AS requests, countIf(error = 1) AS errors, "
            "round(avg(duration) * 1000, 2) AS avg_ms, round(quantileExact(0.95)(duration) * 1000, 2) AS p95_ms, "
            f"sum(result_rows) AS rows FROM tinybird.pipe_stats_rt WHERE pipe_name = '{known}' "
            f"GROUP BY day ORDER BY day FORMAT {FORMATS[output]}"
        )
        return answer(api.post("/v0/sql", query).content, output)


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
