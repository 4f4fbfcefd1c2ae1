"""POST /v0/analyze: a data source from a file, or from its beginning."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tinylite.server.auth import admin, authenticate
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.routes.imports import FIELDS, check_one_file, dialect_of, fields_of, format_told
from tinylite.server.uploads import Upload, upload
from tinylite.workspace import Workspace
from tinylite.workspace.fetching import fetch
from tinylite.workspace.files import format_of, format_within
from tinylite.workspace.guess import Analysis, analyze
from tinylite.workspace.opened import InputFile


async def analyze_file(request: Request, workspace: Workspace) -> Answer:
    token = authenticate(request, workspace)
    if not token.allows("DATASOURCES:CREATE"):
        admin(token)
    async with upload(request, workspace.engine.staging, FIELDS) as uploaded:
        fields = fields_of(request, uploaded)
        async with sent_file(fields.get("url", ""), uploaded, workspace) as path:
            found = await analyzed(path, request, fields, uploaded, workspace)
    columns = [
        {"path": each.path, "name": each.name, "recommended_type": each.type, "present_pct": each.present}
        for each in found.columns
    ]
    meta = [{"name": each.name, "type": each.type.partition(" DEFAULT ")[0]} for each in found.columns]
    return json_answer(
        {
            "analysis": {"columns": columns, "schema": found.schema},
            "preview": {"meta": meta, "data": [_plain(row) for row in found.rows], "rows": len(found.rows)},
            **({"dialect": {"delimiter": found.delimiter}} if found.delimiter else {}),
            "format": found.format,
            "datafile": found.datafile,
        }
    )


@asynccontextmanager
async def sent_file(url: str, uploaded: Upload, workspace: Workspace) -> AsyncIterator[Path]:
    """Where the file lies that came, or that an address leads to; it may be moved away. Raises Refused (400),
    DiagnosticError.
    """
    check_one_file(url, uploaded)
    if uploaded.path is not None:
        yield uploaded.path
        return
    path = workspace.engine.staging / f"{uuid.uuid4().hex}.fetched"
    try:
        await asyncio.to_thread(fetch, url, path, workspace.imports.reach, lambda size, total: None)
        yield path
    finally:
        path.unlink(missing_ok=True)


async def analyzed(
    path: Path, request: Request, fields: Mapping[str, str], uploaded: Upload, workspace: Workspace
) -> Analysis:
    """Raises Refused (400), IngestError."""
    dialect = dialect_of(fields)
    format = format_told(request, fields, uploaded) or format_of(fields.get("url", ""))

    def work() -> Analysis:
        file = InputFile(path)
        return analyze(file, format or format_within(file), dialect)

    return await workspace.workers.run(work)


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Values that JSON has; all others as texts."""
    simple = (bool, int, float, str, list, dict, type(None))
    return {name: value if isinstance(value, simple) else str(value) for name, value in row.items()}
