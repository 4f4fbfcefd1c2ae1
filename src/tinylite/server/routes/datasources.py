"""/v0/datasources: what data sources there are."""

from __future__ import annotations

from dataclasses import dataclass

from tinylite.datafile.model import Datasource
from tinylite.project import Access
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.server.auth import allow, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request, json_answer
from tinylite.workspace import Snapshot, Workspace


async def list_datasources(request: Request, workspace: Workspace) -> Answer:
    token = authenticate(request, workspace)
    snapshot = workspace.snapshot_at(request.deployment)
    if snapshot is None:
        return json_answer({"datasources": []})
    sources = [s for s in snapshot.project.datasources.values() if token.allows("DATASOURCES:READ", s.name)]
    described = [await _describe(source, snapshot, workspace, token.access, request.deployment) for source in sources]
    return json_answer({"datasources": [_asked_for(each, request) for each in described]})


async def get_datasource(request: Request, workspace: Workspace) -> Answer:
    name = request.path.rpartition("/")[2]
    token = authenticate(request, workspace)
    is_file = name.endswith(".datasource")
    name = name.removesuffix(".datasource")
    allow(token, "DATASOURCES:READ", name)
    snapshot = workspace.snapshot_at(request.deployment)
    source = snapshot.project.datasources.get(name) if snapshot else None
    if source is None or snapshot is None:
        raise Refused(404, f"the data source '{name}' does not exist")
    if is_file:
        return Answer(source.span.source.text.encode(), content_type="text/plain")
    described = await _describe(source, snapshot, workspace, token.access, request.deployment)
    return json_answer(_asked_for(described, request))


_ALWAYS = frozenset({"id", "name", "engine", "columns", "indexes", "new_columns_detected", "quarantine_rows"})


def _asked_for(described: dict[str, object], request: Request) -> dict[str, object]:
    """`attrs=id,name`: only these, and what clients need that do not ask for it."""
    wanted = {name.strip() for name in request.text("attrs").split(",") if name.strip()}
    if not wanted:
        return described
    return {name: value for name, value in described.items() if name in wanted or name in _ALWAYS}


async def dependencies(request: Request, workspace: Workspace) -> Answer:
    """GET /v0/dependencies?datasource=NAME: the data sources that views fill from it, with the views. With
    `check_for_partial_replace=true` also those whose partitions are not those of this one.
    """
    token = authenticate(request, workspace)
    name = request.text("datasource")
    allow(token, "DATASOURCES:READ", name)
    if name not in workspace.datasources():
        raise Refused(404, f"the data source '{name}' does not exist")
    found = {target: [view.name for view in workspace.feeding(target)] for target in workspace.deletions.targets(name)}
    asks = request.text("check_for_partial_replace").lower() in ("true", "1")
    sources = workspace.datasources()
    others = {target: views for target, views in found.items() if not _is_parted_alike(sources[target], sources[name])}
    return json_answer({"dependencies": found, "incompatible_datasources": others if asks else {}})


def _is_parted_alike(one: Datasource, other: Datasource) -> bool:
    keys = [each.engine.partition_key for each in (one, other)]
    texts = {"".join(key.value.split()) if key else "" for key in keys}
    return len(texts) == 1


async def described_source(name: str, workspace: Workspace, access: Access) -> dict[str, object]:
    """As clients read it. Raises DiagnosticError (TL508)."""
    source, _ = workspace.datasource(name)
    assert workspace.snapshot is not None
    return await _describe(source, workspace.snapshot, workspace, access)


@dataclass(frozen=True, slots=True)
class _Counts:
    rows: int
    quarantined: int
    bytes: int


async def _counts(name: str, snapshot: Snapshot, workspace: Workspace, access: Access, deployment: str) -> _Counts:
    """Who sees a part of the rows is told how many these are, and nothing of the others."""
    if access.filter_of(name):
        counted = f"SELECT count() FROM {name}"
        ((rows,),) = (await workspace.query(counted, {}, access=access, deployment=deployment)).result.rows
        return _Counts(int(str(rows)), 0, 0)
    return await workspace.workers.run(
        lambda: _Counts(
            workspace.row_count(name, snapshot),
            workspace.row_count(name + QUARANTINE_SUFFIX, snapshot),
            workspace.size(name, snapshot),
        )
    )


async def _describe(
    source: Datasource, snapshot: Snapshot, workspace: Workspace, access: Access, deployment: str = ""
) -> dict[str, object]:
    counts = await _counts(source.name, snapshot, workspace, access, deployment)
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
        "statistics": {"row_count": counts.rows, "bytes": counts.bytes},
        "new_columns_detected": {},
        "quarantine_rows": counts.quarantined,
    }
