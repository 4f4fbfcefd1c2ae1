"""tinylite sql"""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from tinylite.cli.options import data_option, output_option, path_option
from tinylite.cli.result import Raw, Result, Table

FORMATS = {"text": "JSON", "json": "JSON", "csv": "CSVWithNames", "ndjson": "JSONEachRow"}
_OWN_FORMAT = re.compile(r"\sFORMAT\s+\w+\s*;?\s*\Z", re.I)


@click.command()
@click.argument("query")
@path_option
@data_option
@output_option(exposed=True, text="text", json="json", csv="text", ndjson="text")
def command(query: str, path: Path, data: Path | None, output: str) -> Result:
    """Runs a SELECT in ClickHouse's SQL, on the running server of the project or on its data folder.

    A FORMAT at its end wins over --output.

    \b
    Example:
      tinylite sql "SELECT count() FROM user_events"
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        if _OWN_FORMAT.search(query):
            return answer(api.post("/v0/sql", query).content, "raw")
        # On a line of its own: the query may end with a comment.
        text = f"{query.rstrip().removesuffix(';')}\nFORMAT {FORMATS[output]}"
        return answer(api.post("/v0/sql", text).content, output)


def answer(body: bytes, output: str) -> Result:
    """What a query gave: a table out of FORMAT JSON, anything else as it came."""
    if output != "text":
        return Result([Raw(body)], Raw(body))
    document = json.loads(body)
    return Result([Table.of(document["data"], [column["name"] for column in document["meta"]])])
