"""Data sources made, widened and dropped: POST /v0/datasources?mode=create, …/alter, DELETE. All are deployments."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from contextlib import suppress

from tinylite.deploy import edits
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX
from tinylite.server.auth import admin, allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.routes.analysis import analyzed, sent_file
from tinylite.server.routes.datasources import described_source
from tinylite.server.routes.imports import FIELDS, dialect_of, fields_of, format_told, import_file, imported
from tinylite.server.uploads import upload
from tinylite.workspace import Workspace
from tinylite.workspace.guess import analyze
from tinylite.workspace.imports import Order
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import Dialect
from tinylite.workspace.tokens import Token


async def create_or_import(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources: `mode=create`, which is meant when there is none, makes a data source first."""
    token = authenticate(request, workspace)
    async with upload(request, workspace.engine.staging, FIELDS | frozenset(edits.ENGINE_SETTINGS)) as uploaded:
        fields = fields_of(request, uploaded)
        if fields.get("mode", "create") != "create":
            return await import_file(request, workspace, token, fields, uploaded)
        if not token.allows("DATASOURCES:CREATE"):
            admin(token)
        name, dialect = fields.get("name", ""), dialect_of(fields)
        if not name:
            raise Refused(400, "the parameter name is missing: what the data source is to be called")
        engine = {each: fields[each] for each in edits.ENGINE_SETTINGS if fields.get(each)}
        schema, url = fields.get("schema", "").strip(), fields.get("url", "")
        if uploaded.path is None and not url:
            if not schema:
                raise Refused(400, "there is nothing to make it from: send a file, its url, or a schema")
            await asyncio.to_thread(edits.create, workspace, name, edits.datafile(schema, engine))
            return json_answer(await _created(name, workspace, token))
        async with sent_file(url, uploaded, workspace) as path:
            if schema:
                text = edits.datafile(schema, engine)
            else:
                found = await analyzed(path, request, fields, uploaded, workspace)
                text = edits.with_engine(found.datafile, engine)
            await asyncio.to_thread(edits.create, workspace, name, text)
            order = Order("append", format_told(request, fields, uploaded), dialect)
            try:
                answer = await imported(request, workspace, name, order, path)
            except Exception:
                # Who mends the file sends the same request again.
                await asyncio.to_thread(_take_back, workspace, name)
                raise
            return json_answer({**answer, **await _created(name, workspace, token), "mode": "create"})


def _take_back(workspace: Workspace, name: str) -> None:
    """A data source that was made for a file which was none; unless it has got rows meanwhile."""
    with suppress(DiagnosticError):
        if not workspace.row_count(name) and not workspace.row_count(name + QUARANTINE_SUFFIX):
            edits.drop(workspace, name)


async def _created(name: str, workspace: Workspace, token: Token) -> dict[str, object]:
    return {"datasource": await described_source(name, workspace, token.access), "error": False}


async def create_for_events(name: str, lines: bytes, workspace: Workspace) -> None:
    """A data source as the first events are. `lines` as `decode` gives them. Raises DiagnosticError, IngestError."""
    path = workspace.engine.staging / f"{uuid.uuid4().hex}.first"

    def work() -> None:
        path.write_bytes(lines)
        try:
            found = analyze(InputFile(path), "ndjson", Dialect())
        finally:
            path.unlink(missing_ok=True)
        try:
            edits.create(workspace, name, found.datafile)
        except edits.Taken:
            # Somebody else was faster: his will do, or else the events are refused.
            if name not in workspace.datasources():
                raise

    await asyncio.to_thread(work)


async def alter(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/alter with `schema`; `dry=true` only tells what would be done."""
    token = authenticate(request, workspace)
    if not token.allows("DATASOURCES:CREATE"):
        admin(token)
    name = request.path.split("/")[3]
    fields = await arguments(request)
    schema, dry = str(fields.get("schema") or "").strip(), str(fields.get("dry") or "").lower() in ("true", "1")
    _check_known(fields)
    if not schema:
        raise Refused(400, "the parameter schema is missing: the columns, those that are new behind the others")
    operations, deployment = await asyncio.to_thread(edits.add_columns, workspace, name, schema, dry=dry)
    described = await described_source(name, workspace, token.access)
    return json_answer({**described, "operations": operations, "deployment_id": deployment and str(deployment.id)})


def _check_known(fields: Mapping[str, object]) -> None:
    """Better refused than left undone in silence. Raises Refused."""
    for other in ("description", "ttl", "indexes", "kafka_store_headers", "kafka_store_raw_value"):
        if other in fields:
            raise Refused(400, f"{other} can't be changed like this: change it in the datafile, and deploy it")


async def drop(request: Request, workspace: Workspace) -> Answer:
    """DELETE /v0/datasources/NAME: for a token that may drop it."""
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    if not token.allows("DATASOURCES:DROP", name):
        allow(token, "ADMIN", "")
    await asyncio.to_thread(edits.drop, workspace, name)
    return Answer(b"", 204)
