"""/v0/datasources: what data sources there are, files of rows into them, rows out of them."""

from __future__ import annotations

from collections.abc import Mapping

from tinylite.datafile.model import Datasource
from tinylite.server.auth import admin, allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.server.params import arguments
from tinylite.server.uploads import upload
from tinylite.workspace import Snapshot, Workspace
from tinylite.workspace.imports import Dialect, format_of


async def list_datasources(request: Request, workspace: Workspace) -> Answer:
    token = authenticate(request, workspace)
    snapshot = workspace.snapshot
    if snapshot is None:
        return json_answer({"datasources": []})
    sources = [s for s in snapshot.project.datasources.values() if token.allows("DATASOURCES:READ", s.name)]
    return json_answer({"datasources": [await _describe(source, snapshot, workspace) for source in sources]})


async def get_datasource(request: Request, workspace: Workspace) -> Answer:
    name = request.path.rpartition("/")[2]
    token = authenticate(request, workspace)
    is_file = name.endswith(".datasource")
    name = name.removesuffix(".datasource")
    allow(token, "DATASOURCES:READ", name)
    source = workspace.snapshot.project.datasources.get(name) if workspace.snapshot else None
    if source is None or workspace.snapshot is None:
        raise Refused(404, f"the data source '{name}' does not exist")
    if is_file:
        return Answer(source.span.source.text.encode(), content_type="text/plain")
    return json_answer(await _describe(source, workspace.snapshot, workspace))


async def append(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources?mode=append&name=NAME and /v1/datasources/NAME/append: a file of rows."""
    token = authenticate(request, workspace)
    parts = request.path.split("/")
    async with upload(request, workspace.engine.staging) as uploaded:
        fields = {**uploaded.fields, **{name: request.text(name) for name in request.query}}
        name = parts[3] if len(parts) > 3 else fields.get("name", "")
        mode = parts[4] if len(parts) > 4 else fields.get("mode", "create")
        if not name:
            raise Refused(400, "the parameter name is missing: the data source to append to")
        allow(token, "DATASOURCES:APPEND", name)
        if mode != "append":
            raise Refused(400, f"mode={mode} is not supported; mode=append is")
        if uploaded.path is None:
            raise Refused(400, "there is no file: send it as the body, or as a field of a form")
        format = fields.get("format") or format_of(uploaded.name) or "csv"
        imported = await workspace.import_file(name, uploaded.path, format, _dialect(fields))
    return json_answer(
        {
            "id": imported.id,
            "import_id": imported.id,
            "datasource": {"id": name, "name": name},
            "quarantine_rows": imported.quarantined_rows,
            "invalid_lines": 0,
            "successful_rows": imported.successful_rows,
            "error": False,
            "blocks": [],
        }
    )


def _dialect(fields: Mapping[str, str]) -> Dialect:
    """Raises Refused (400)."""
    names = ("dialect_delimiter", "dialect_quotechar", "dialect_escapechar")
    for name in names:
        if len(fields.get(name, "")) > 1:
            raise Refused(400, f"{name} is one character, not {fields[name]!r}")
    delimiter, quote, escape = (fields.get(name, "") for name in names)
    return Dialect(delimiter or ",", quote or '"', escape or None)


async def truncate(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/truncate: all rows go, those in quarantine too."""
    name = _admins(request, workspace)
    await workspace.workers.run(lambda: workspace.truncate(name))
    return json_answer({"ok": True})


async def delete_rows(request: Request, workspace: Workspace) -> Answer:
    """POST /v0/datasources/NAME/delete with `delete_condition`; `dry_run=true` only counts."""
    name = _admins(request, workspace)
    fields = await arguments(request)
    condition = str(fields.get("delete_condition") or "").strip()
    if not condition:
        raise Refused(400, "the parameter delete_condition is missing")
    dry = str(fields.get("dry_run") or "").lower() in ("true", "1")
    rows = await workspace.workers.run(lambda: workspace.delete_rows(name, condition, dry=dry))
    return json_answer({"rows_to_be_deleted": rows} if dry else {"rows_affected": rows, "status": "done"})


def _admins(request: Request, workspace: Workspace) -> str:
    """The name in the path, for who may change the data source. Raises Refused."""
    token = authenticate(request, workspace)
    name = request.path.split("/")[3]
    if not token.allows("DATASOURCES:DROP", name):
        admin(token)
    if workspace.snapshot is None or name not in workspace.snapshot.project.datasources:
        raise Refused(404, f"the data source '{name}' does not exist")
    return name


async def _describe(source: Datasource, snapshot: Snapshot, workspace: Workspace) -> dict[str, object]:
    rows = await workspace.workers.run(lambda: workspace.row_count(source.name))
    built = snapshot.built_at.strftime("%Y-%m-%d %H:%M:%S.%f")
    engine = source.engine
    return {
        "id": source.name,
        "name": source.name,
        "description": source.description,
        "tags": list(source.tags),
        "created_at": built,
        "updated_at": built,
        "columns": [
            {
                "name": column.name,
                "type": str(column.type),
                "codec": column.codec.value if column.codec else None,
                "default_value": f"DEFAULT {column.default.value}" if column.default else None,
                "jsonpath": column.jsonpath.text if column.jsonpath else None,
                "nullable": column.type.nullable,
                "normalized_name": column.name,
            }
            for column in source.columns
        ],
        "engine": {
            "engine": engine.name,
            "engine_sorting_key": ", ".join(key.value for key in engine.sorting_key),
            "engine_partition_key": engine.partition_key.value if engine.partition_key else "",
            "engine_primary_key": ", ".join(key.value for key in engine.primary_key or engine.sorting_key),
        },
        "indexes": [],
        "statistics": {"row_count": rows, "bytes": 0},
        "new_columns_detected": {},
        "quarantine_rows": await workspace.workers.run(lambda: workspace.row_count(source.name + "_quarantine")),
    }
