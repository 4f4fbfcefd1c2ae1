"""How to use what is served: each endpoint and a data source, with a `curl` ready to be copied."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from urllib.parse import urlencode

from tinylite.cli import sample
from tinylite.cli.result import Block, Heading
from tinylite.datafile.model import Datasource, Pipe
from tinylite.template import Parameter
from tinylite.workspace import Snapshot


def endpoints(snapshot: Snapshot, url: str, token: str, known: Collection[str] = ()) -> dict[str, list[Block]]:
    """By name, without those that are known."""
    return {
        pipe.name: _endpoint(pipe, snapshot, url, token)
        for pipe in snapshot.project.pipes.values()
        if pipe.kind == "endpoint" and pipe.name not in known
    }


def _endpoint(pipe: Pipe, snapshot: Snapshot, url: str, token: str) -> list[Block]:
    program = snapshot.programs[pipe.name]
    blocks: list[Block] = [Heading(pipe.name)]
    if pipe.description:
        blocks.append(f"  {pipe.description.strip().splitlines()[0]}")
    if program.parameters:
        blocks.append("  parameters: " + ", ".join(map(_parameter, program.parameters)))
    query = urlencode({"token": token, **sample.arguments(program, snapshot.project.secrets)})
    return [*blocks, "  curl " + shlex.quote(f"{url}/v0/pipes/{pipe.name}.json?{query}")]


def _parameter(parameter: Parameter) -> str:
    default = f" = {parameter.default}" if parameter.has_default and parameter.default not in (None, "") else ""
    return f"{parameter.name} {parameter.type}{default}{' (required)' if parameter.required else ''}"


def events(snapshot: Snapshot, url: str, token: str) -> list[Block]:
    """How to send one to the first data source that takes events."""
    takes = (source for source in snapshot.project.datasources.values() if any(c.jsonpath for c in source.columns))
    return [block for source in list(takes)[:1] for block in _events(source, snapshot, url, token)]


def _events(source: Datasource, snapshot: Snapshot, url: str, token: str) -> list[Block]:
    event = json.dumps(sample.event(source, snapshot.project.fixtures.get(source.name)), ensure_ascii=False)
    address = f"{url}/v0/events?{urlencode({'name': source.name, 'token': token})}"
    command = f"curl -X POST {shlex.quote(address)} -d {shlex.quote(event)}"
    return [Heading(f"Send an event to {source.name}"), f"  {command}"]
