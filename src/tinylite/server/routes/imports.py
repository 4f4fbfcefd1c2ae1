"""Files of rows into data sources: POST /v0/datasources and /v1/datasources/NAME/append|replace."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from tinylite.server.auth import admin, allow, authenticate
from tinylite.server.errors import Refused, status_of
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.routes.jobs import described
from tinylite.server.uploads import Upload, upload
from tinylite.workspace import Workspace
from tinylite.workspace.files import format_of
from tinylite.workspace.imports import MODES, Order
from tinylite.workspace.jobs import Job
from tinylite.workspace.readers.piece import Dialect
from tinylite.workspace.tokens import Token

_DIALECT = ("dialect_delimiter", "dialect_quotechar", "dialect_escapechar")
FIELDS = frozenset({
    "mode", "name", "format", "url", "replace_condition", "skip_incompatible_partition_key", "schema",
    "replace_truncate_when_empty", "csv_header", "csv_columns", "encoding", *_DIALECT,
})  # fmt: skip
_CONTENT_TYPES = {
    "text/csv": "csv", "text/tab-separated-values": "csv", "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson", "application/jsonl": "ndjson", "application/vnd.apache.parquet": "parquet",
    "application/vnd.apache.avro": "avro", "avro/binary": "avro",
}  # fmt: skip
_LITTLE_PATIENCE = 0.2
"""The same of one that wants to follow the job, with `wait=false`."""
PATIENCE = 20.0
"""Seconds that a client of the newer API waits for the end of a job before it is told to ask again."""


async def import_file(
    request: Request, workspace: Workspace, token: Token, fields: Mapping[str, str], uploaded: Upload
) -> Answer:
    """POST /v0/datasources?mode=append|replace&name=NAME: answered when all rows are in; of an address, at once."""
    job = await _submitted(request, workspace, token, fields, uploaded, fields["mode"], fields.get("name", ""))
    if job.arguments.get("url"):
        return json_answer(_of_import(job, request))
    return json_answer({**_of_import(await _over(workspace, job, None), request), "error": False})


async def imported(request: Request, workspace: Workspace, name: str, order: Order, path: Path) -> dict[str, object]:
    """What there is to say of the job, when all rows of the file are in. Raises Refused, DiagnosticError."""
    job = await workspace.workers.run(lambda: workspace.imports.submit(name, order, path))
    return _of_import(await _over(workspace, job, None), request)


async def import_into(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/datasources/NAME/append|replace[?wait=false]: a job, which is mostly done by then."""
    token = authenticate(request, workspace)
    _, _, _, name, mode = request.path.split("/")
    async with upload(request, workspace.engine.staging, FIELDS) as uploaded:
        fields = fields_of(request, uploaded)
        job = await _submitted(request, workspace, token, fields, uploaded, mode, name)
    patience = _LITTLE_PATIENCE if fields.get("wait", "").lower() in ("false", "0") else PATIENCE
    return json_answer(_of_import(await _over(workspace, job, patience), request))


def fields_of(request: Request, uploaded: Upload) -> dict[str, str]:
    """All parameters; those of the query string win."""
    return {**uploaded.fields, **{name: request.text(name) for name in request.query}}


async def _submitted(
    request: Request, workspace: Workspace, token: Token, fields: Mapping[str, str], uploaded: Upload, mode: str,
    name: str,
) -> Job:  # fmt: skip
    if not name:
        raise Refused(400, "the parameter name is missing: the data source that the rows are for")
    _allow(token, mode, name)
    url = fields.get("url", "")
    check_one_file(url, uploaded)
    order = Order(
        mode,
        format_told(request, fields, uploaded),
        dialect_of(fields),
        fields.get("replace_condition", "").strip() if mode == "replace" else "",
        _is_true(fields, "skip_incompatible_partition_key"),
        _is_true(fields, "replace_truncate_when_empty"),
        url,
    )
    path = uploaded.path
    return await workspace.workers.run(lambda: workspace.imports.submit(name, order, path))


def check_one_file(url: str, uploaded: Upload) -> None:
    """Raises Refused (400)."""
    if uploaded.path is None and not url:
        raise Refused(400, "there is no file: send it as the body, as a field of a form, or name its url")
    if uploaded.path is not None and url:
        raise Refused(400, "there are a file and a url: send one of them")


def format_told(request: Request, fields: Mapping[str, str], uploaded: Upload) -> str:
    """By whoever sends the file; empty when nobody says."""
    kind = request.header("content-type").partition(";")[0].strip().lower()
    return fields.get("format", "").lower() or format_of(uploaded.name) or _CONTENT_TYPES.get(kind, "")


def _allow(token: Token, mode: str, name: str) -> None:
    """Replacing takes rows away. Raises Refused."""
    if mode not in MODES:
        raise Refused(400, f"mode={mode} is not supported; there are create, {' and '.join(MODES)}")
    if mode == "append":
        allow(token, "DATASOURCES:APPEND", name)
    elif not (token.allows("DATASOURCES:CREATE") or token.allows("DATASOURCES:DROP", name)):
        admin(token)


def _is_true(fields: Mapping[str, str], name: str) -> bool:
    return fields.get(name, "").strip().lower() in ("true", "1")


def dialect_of(fields: Mapping[str, str]) -> Dialect:
    """Raises Refused (400)."""
    for name in _DIALECT:
        if len(fields.get(name, "")) > 1 or fields.get(name, "") in ("\r", "\n"):
            raise Refused(400, f"{name} is one character, not {fields[name]!r}")
    delimiter, quote, escape = (fields.get(name, "") for name in _DIALECT)
    if delimiter and delimiter == (quote or '"'):
        raise Refused(400, f"the delimiter and the quote can't both be {delimiter!r}")
    header = fields.get("csv_header", "").strip().lower()
    if header not in ("", "true", "1", "false", "0"):
        raise Refused(400, f"csv_header is true or false, not {header}")
    names = tuple(name.strip() for name in fields.get("csv_columns", "").split(",") if name.strip())
    return Dialect(
        delimiter, quote or '"', escape or None, header in ("true", "1") if header else None, names,
        fields.get("encoding", "").strip(),
    )  # fmt: skip


async def over(workspace: Workspace, job: Job, seconds: float | None) -> Job:
    """The job when it is over, or as it is then."""
    ended = asyncio.wrap_future(workspace.background.jobs.over(job.id))
    try:
        return await asyncio.wait_for(asyncio.shield(ended), seconds)
    except TimeoutError:
        return workspace.background.jobs.find(job.id) or job


async def _over(workspace: Workspace, job: Job, seconds: float | None) -> Job:
    """Raises Refused when it failed."""
    ended = await over(workspace, job, seconds)
    if ended.status == "error":
        raise Refused(status_of(ended), ended.error)
    if ended.status == "cancelled":
        raise Refused(409, "the job was cancelled: nothing was imported")
    return ended


def _of_import(job: Job, request: Request) -> dict[str, object]:
    shown = described(job, request)
    counts = {
        "successful_rows": shown["successful_rows"],
        "quarantine_rows": shown["quarantine_rows"],
        "invalid_lines": 0,
    }
    names = ("id", "job_id", "import_id", "kind", "mode", "datasource", "status", "job_url", "blocks")
    ignored = {"ignored_rows": job.progress["ignored_rows"]} if "ignored_rows" in job.progress else {}
    return {**{name: shown[name] for name in names}, **counts, **ignored, "job": shown}
