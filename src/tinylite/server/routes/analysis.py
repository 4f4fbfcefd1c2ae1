"""POST /v0/analyze: a data source from a file, or from its beginning."""

from __future__ import annotations

from pathlib import Path

from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.routes.imports import FIELDS, dialect_of, format_told
from tinylite.server.uploads import upload
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
        fields = {**uploaded.fields, **{name: request.text(name) for name in request.query}}
        url, dialect = fields.get("url", ""), dialect_of(fields)
        if uploaded.path is None and not url:
            raise Refused(400, "there is no file: send it as the body, as a field of a form, or name its url")
        format = format_told(request, fields, uploaded) or format_of(url)
        path = uploaded.path or workspace.engine.staging / f"{id(request)}.fetched"

        def work() -> Analysis:
            try:
                if uploaded.path is None:
                    fetch(url, path, workspace.imports.reach, lambda size, total: None)
                file = InputFile(path)
                return analyze(file, format or format_within(file), dialect)
            finally:
                if uploaded.path is None:
                    Path(path).unlink(missing_ok=True)

        found = await workspace.workers.run(work)
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


def _plain(row: dict[str, object]) -> dict[str, object]:
    """Values that JSON has; all others as texts."""
    simple = (bool, int, float, str, list, dict, type(None))
    return {name: value if isinstance(value, simple) else str(value) for name, value in row.items()}
