"""tinylite sql"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import data_folder, data_option


@click.command()
@click.argument("query")
@click.option("--path", default=".", type=click.Path(path_type=Path, file_okay=False), help="The project's folder.")
@data_option
@click.option("--output", type=click.Choice(["text", "json", "csv", "ndjson"]), default="text", show_default=True,
              help="How to print.")  # fmt: skip
def command(query: str, path: Path, data: Path | None, output: str) -> None:
    """Runs a SELECT in ClickHouse's SQL, on the running server of the project or on its data folder.

    \b
    Example:
      tinylite sql "SELECT count() FROM user_events"
    """
    from tinylite.cli import client

    server = client.find(path, data)
    format = {"text": "JSON", "json": "JSON", "csv": "CSVWithNames", "ndjson": "JSONEachRow"}[output]
    if server is not None:
        response = client.get(server, "/v0/sql", {"q": f"{query.rstrip().rstrip(';')} FORMAT {format}"})
        body = response.content
    else:
        body = _in_process(query, path, data, format)
    show_answer(body, output)


def _in_process(query: str, path: Path, data: Path | None, format: str) -> bytes:
    from tinylite.project import load
    from tinylite.server.formats.table import FORMATS
    from tinylite.workspace import Workspace

    workspace = Workspace.open(data_folder(path, data))
    try:
        build = workspace.build(load(path))
        if build.errors:
            from tinylite.diagnostics import DiagnosticError

            raise DiagnosticError(*build.errors)
        return FORMATS[format].write(workspace.query_now(query))
    finally:
        workspace.close()


def show_answer(body: bytes, output: str) -> None:
    """An answer in FORMAT JSON as a table; anything else as it came."""
    if output != "text":
        click.echo(body.decode("utf-8", "replace"), nl=False)
        return
    import json

    from tinylite.cli.views import text

    answer = json.loads(body)
    names = [column["name"] for column in answer["meta"]]
    text.show_table(names, [[_cell(row[name]) for name in names] for row in answer["data"]])


def _cell(value: object) -> object:
    if isinstance(value, list | dict):
        import json

        return json.dumps(value, ensure_ascii=False)
    return value
