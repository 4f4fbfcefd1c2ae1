"""/v0/datasources: what data sources there are."""

from __future__ import annotations

from tinylite.datafile.model import Datasource
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Snapshot, Workspace


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
    allow(token, "DATASOURCES:READ", name)
    source = workspace.snapshot.project.datasources.get(name) if workspace.snapshot else None
    if source is None or workspace.snapshot is None:
        raise Refused(404, f"the data source '{name}' does not exist")
    return json_answer(await _describe(source, workspace.snapshot, workspace))


async def _describe(source: Datasource, snapshot: Snapshot, workspace: Workspace) -> dict[str, object]:
    rows = await workspace.workers.run(lambda: workspace.engine.row_count(source.name))
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
        "quarantine_rows": await workspace.workers.run(lambda: workspace.engine.row_count(source.name + "_quarantine")),
    }
