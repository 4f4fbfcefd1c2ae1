"""/v0/pipes: answers, and what pipes there are."""

from __future__ import annotations

from collections.abc import Awaitable, Hashable, Mapping

from tinylite.datafile.model import Node, Pipe
from tinylite.formats.table import EXTENSIONS, formatted
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.openapi import document
from tinylite.server.operations import Schema
from tinylite.server.params import arguments, key_of
from tinylite.server.written import answer_of_query
from tinylite.template import Parameter, missing_required, not_defined
from tinylite.workspace import Snapshot, Workspace
from tinylite.workspace.queries import Answered, Output


async def get_pipe_data(request: Request, workspace: Workspace) -> Answer:
    """GET or POST /v0/pipes/NAME.FORMAT."""
    name, _, extension = request.path.rpartition("/")[2].rpartition(".")
    if (name, extension) == ("openapi", "json"):
        return await get_openapi(request, workspace)
    token = authenticate(request, workspace)
    allow(token, "PIPES:READ", name)
    if extension == "pipe":
        return _source(name, workspace.snapshot_at(request.deployment))
    format = EXTENSIONS.get(extension)
    if format is None:
        raise Refused(404, f"the format .{extension} does not exist; there are {', '.join(sorted(EXTENSIONS))}")
    found = token.access.settled(await arguments(request), [name])
    deployment, snapshot = request.deployment, workspace.snapshot_at(request.deployment)
    parameters = snapshot.programs[name].parameters if snapshot is not None and name in snapshot.programs else ()
    missing = missing_required(parameters, found)
    if missing:
        raise Refused(400, not_defined(missing))
    over = "" if any(parameter.name == "q" for parameter in parameters) else str(found.pop("q", "")).strip()
    wanted = format
    if over:
        over, wanted = formatted(over, format)

    def ask(output: Output) -> Awaitable[Answered]:
        if over:
            return workspace.query(over, found, name, token.access, output, deployment)
        return workspace.ask(name, found, token.access, output, deployment)

    def ask_at_once(key: Hashable, output: Output) -> Awaitable[Answered | None] | None:
        return workspace.ask_at_once(key, name, found, token.access, output, deployment)

    asked = (name, over, token.access_key, key_of(found), deployment and snapshot and snapshot.built_at)
    return await answer_of_query(request, workspace, wanted, asked, ask, None if over else ask_at_once)


def _source(name: str, snapshot: Snapshot | None) -> Answer:
    pipe = snapshot.project.pipes.get(name) if snapshot else None
    if pipe is None:
        raise Refused(404, f"the pipe '{name}' does not exist")
    return Answer(pipe.span.source.text.encode(), content_type="text/plain")


async def get_openapi(request: Request, workspace: Workspace, others: Mapping[str, Schema] | None = None) -> Answer:
    """GET /v0/pipes/openapi.json: the endpoints that the token may ask. `others` are more paths to describe."""
    token = authenticate(request, workspace)
    pipes = workspace.snapshot.project.pipes.values() if workspace.snapshot else ()
    found = [pipe for pipe in pipes if pipe.kind == "endpoint" and token.allows("PIPES:READ", pipe.name)]
    described = [(pipe, *await workspace.contract(pipe.name)) for pipe in found]
    host = request.header("host") or "localhost"
    return json_answer(document(described, f"{request.scope.get('scheme', 'http')}://{host}", others))


async def list_pipes(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/pipes: those that the token may read."""
    token = authenticate(request, workspace)
    snapshot = workspace.snapshot_at(request.deployment)
    pipes = [
        describe(pipe, snapshot)
        for pipe in (snapshot.project.pipes.values() if snapshot else ())
        if token.allows("PIPES:READ", pipe.name)
    ]
    return json_answer({"pipes": [_chosen(pipe, request) for pipe in pipes]})


def _chosen(pipe: dict[str, object], request: Request) -> dict[str, object]:
    """`attrs=name,type` and `node_attrs=name` keep the answer to what they list; `url` always comes, as clients expect.
    Without either there is everything.
    """
    attributes, of_nodes = _listed(request, "attrs"), _listed(request, "node_attrs")
    if of_nodes:
        nodes = pipe["nodes"]
        assert isinstance(nodes, list)
        pipe = {**pipe, "nodes": [{name: node[name] for name in of_nodes if name in node} for node in nodes]}
    if not attributes:
        return pipe
    wanted = {*attributes, "url", *(["nodes"] if of_nodes else [])}
    return {name: value for name, value in pipe.items() if name in wanted}


def _listed(request: Request, name: str) -> list[str]:
    return [part.strip() for part in request.text(name).split(",") if part.strip()]


async def get_pipe(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/pipes/NAME."""
    name = request.path.rpartition("/")[2]
    token = authenticate(request, workspace)
    allow(token, "PIPES:READ", name)
    snapshot = workspace.snapshot_at(request.deployment)
    pipe = snapshot.project.pipes.get(name) if snapshot else None
    if pipe is None:
        raise Refused(404, f"the pipe '{name}' does not exist")
    return json_answer(describe(pipe, snapshot))


def describe(pipe: Pipe, snapshot: Snapshot | None) -> dict[str, object]:
    built = snapshot.built_at.strftime("%Y-%m-%d %H:%M:%S.%f") if snapshot else ""
    kind = pipe.kind if pipe.kind != "standard" else "default"
    program = snapshot.programs.get(pipe.name) if snapshot else None
    parameters = program.parameters if program else ()
    return {
        "id": pipe.name,
        "name": pipe.name,
        "description": pipe.description,
        "type": kind,
        "endpoint": pipe.output.name if pipe.kind == "endpoint" else None,
        "created_at": built,
        "updated_at": built,
        "nodes": [_node(pipe, node, parameters, snapshot) for node in pipe.nodes],
        "url": f"/v0/pipes/{pipe.name}.json",
    }


def _node(pipe: Pipe, node: Node, parameters: tuple[Parameter, ...], snapshot: Snapshot | None) -> dict[str, object]:
    unit = snapshot.library.unit(pipe, node) if snapshot else None
    return {
        "id": node.name,
        "name": node.name,
        "description": node.description,
        "sql": node.sql.value,
        "node_type": node.kind if node.kind != "standard" else "default",
        "params": [_parameter(p) for p in parameters] if node is pipe.output else [],
        "dependencies": list(snapshot.library.named(unit)) if snapshot and unit else [],
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    described = {
        "name": parameter.name,
        "type": parameter.type,
        "default": parameter.default,
        "required": parameter.required,
        "description": parameter.description or None,
        "enum": list(parameter.enum) or None,
        "example": parameter.example,
    }
    return {key: value for key, value in described.items() if value is not None}
