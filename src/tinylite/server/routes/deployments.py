"""/v1/build, /v1/deploy and /v1/deployments: projects in, and which version of one answers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.requests import Request as StarletteRequest

from tinylite.deploy import Outcome, deployer_of, error_of
from tinylite.diagnostics import DiagnosticError
from tinylite.project import assemble, check, is_datafile
from tinylite.project.plan import Plan
from tinylite.server.auth import admin, authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, ClientGone, Request, json_answer
from tinylite.workspace import Workspace
from tinylite.workspace.deployments import Deployment

_FIELDS = ("data_project://", "data_project_vendored://")
_MOST_FILES = 20_000
_MAX_PROJECT = 64 * 1024 * 1024
_KINDS = {"datasource": "datasource", "pipe": "pipe", "data_connector": "connection"}
_MOVEMENTS = {"views": "backfill_with_mv_queries"}
_CARRIED = "backfill_with_forward_query"


async def build(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/build: the project of the form is served from then on, its tables made to fit in their places."""
    admin(authenticate(request, workspace))
    contents = await _project(request)
    return json_answer(await asyncio.to_thread(_built, contents, workspace))


def _built(contents: Mapping[str, bytes], workspace: Workspace) -> dict[str, object]:
    before = workspace.snapshot
    project = assemble(dict(contents), before.project if before else None)
    plan = Plan()
    if not any(fault.is_error for fault in check(project)):
        try:
            plan = deployer_of(workspace).plan(project)
        except DiagnosticError as problem:
            return {"result": "failed", "errors": [error_of(fault) for fault in problem.diagnostics]}
    done = workspace.build(project)
    if done.errors:
        return {"result": "failed", "errors": [error_of(fault) for fault in done.errors]}
    return {
        "result": "success",
        "build": {
            "id": str(workspace.id), **_names(plan), "feedback": [], "errors": [], "datasources": [], "pipes": [],
            "data_linkers": [],
        },
    }  # fmt: skip


async def deploy(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/deploy[?check=true][&auto_promote=true][&allow_destructive_operations=true]."""
    admin(authenticate(request, workspace))
    contents = await _project(request)
    if not contents:
        raise Refused(400, f"there are no datafiles: send them as files of a form, each in a field {_FIELDS[0]}")
    check_only, promote, destructive = (
        request.text(name).lower() in ("true", "1")
        for name in ("check", "auto_promote", "allow_destructive_operations")
    )
    deployer = deployer_of(workspace)
    outcome = await asyncio.to_thread(
        deployer.deploy, contents, check_only=check_only, allow_destructive=destructive, promote=promote
    )
    return json_answer(
        {"result": outcome.result, "deployment": _of_outcome(outcome, workspace), "plan": outcome.plan.as_data()}
    )


async def list_deployments(request: Request, workspace: Workspace) -> Answer:
    """GET /v1/deployments: the live one, then the one that waits to be promoted; with `all=true` those before too."""
    admin(authenticate(request, workspace))
    deployments = workspace.deployments
    live, candidate = deployments.live, deployments.candidate
    found = [each for each in (live, candidate) if each is not None]
    if request.text("all").lower() in ("true", "1"):
        ended = [each for each in deployments.all() if each not in found and (each.errors or each.status != "deleted")]
        found += sorted(ended, key=lambda each: -each.id)
    return json_answer({"deployments": [described(each) for each in found]})


async def get_deployment(request: Request, workspace: Workspace) -> Answer:
    """GET /v1/deployments/ID: 200 also for one that is gone, and null for one that never was."""
    admin(authenticate(request, workspace))
    found = workspace.deployments.find(_id(request))
    return json_answer({"deployment": described(found) if found else None})


async def set_live(request: Request, workspace: Workspace) -> Answer:
    """POST /v1/deployments/ID/set-live: at once, be it newer or older than the live one."""
    admin(authenticate(request, workspace))
    found = await asyncio.to_thread(deployer_of(workspace).promote, _id(request))
    return json_answer({"result": "success", "deployment": described(found)})


async def remove_deployment(request: Request, workspace: Workspace) -> Answer:
    """DELETE /v1/deployments/ID. The live one can't be removed."""
    admin(authenticate(request, workspace))
    id = _id(request)
    await asyncio.to_thread(deployer_of(workspace).discard, id)
    found = workspace.deployments.find(id)
    return json_answer({"result": "success", "deployment": described(found) if found else None})


def _id(request: Request) -> int:
    """Raises Refused."""
    text = request.path.split("/")[3]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refused(404, f"the id of a deployment is a number, not {text[:50]}")
    return int(text)


async def _project(request: Request) -> dict[str, bytes]:
    """The files of the form by path. Raises Refused."""
    length = request.header("content-length")
    if length.isdecimal() and int(length[:20]) > _MAX_PROJECT:
        raise Refused(413, f"the project has more than {_MAX_PROJECT:,} bytes")
    if not request.header("content-type").startswith("multipart/form-data"):
        raise Refused(400, "the body must be a form (multipart/form-data) with the project's files")
    found: dict[str, bytes] = {}
    size = 0
    try:
        whole = StarletteRequest(request.scope, request.received)
        async with whole.form(max_files=_MOST_FILES, max_fields=_MOST_FILES, max_part_size=_MAX_PROJECT) as form:
            for field, value in form.multi_items():
                if field not in _FIELDS or not isinstance(value, UploadFile) or not value.filename:
                    continue
                path = _clean(value.filename)
                if is_datafile(path):
                    found[path] = await value.read()
                    size += len(found[path])
                if size > _MAX_PROJECT:
                    raise Refused(413, f"the project has more than {_MAX_PROJECT:,} bytes")
    except HTTPException as problem:
        raise Refused(400, f"the form can't be read: {problem.detail}") from None
    except ClientDisconnect:
        raise ClientGone from None
    return found


def _clean(name: str) -> str:
    """As a path within a project; files are never written to the disk under it."""
    return "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))


def _of_outcome(outcome: Outcome, workspace: Workspace) -> dict[str, object]:
    feedback = [_feedback("WARNING", each.get("filename", ""), each["error"]) for each in outcome.warnings]
    if outcome.deployment is not None:
        return {**described(outcome.deployment, feedback), "job_id": outcome.job.id if outcome.job else None}
    live = workspace.deployments.live
    status = "failed" if outcome.result == "failed" else "calculating"
    return {
        "id": str(live.id) if live and outcome.result == "no_changes" else "0",
        "status": "data_ready" if outcome.result == "no_changes" else status,
        "live": outcome.result == "no_changes",
        "created_at": None,
        "updated_at": None,
        "errors": list(outcome.errors),
        **_of_plan(outcome.plan, feedback),
    }


def described(deployment: Deployment, feedback: Sequence[Mapping[str, str]] = ()) -> dict[str, object]:
    return {
        "id": str(deployment.id),
        "status": deployment.status,
        "live": deployment.live,
        "created_at": deployment.created_at.isoformat(),
        "updated_at": deployment.updated_at.isoformat(),
        "base": None if deployment.base is None else str(deployment.base),
        "errors": list(deployment.errors),
        **_of_plan(Plan.of_data(deployment.plan), feedback),
    }


def _of_plan(plan: Plan, feedback: Sequence[Mapping[str, str]]) -> dict[str, object]:
    losses = [_feedback("WARNING", each.datasource, each.what) for each in plan.destructive]
    notes = [_feedback("INFO", "", note) for note in plan.notes]
    return {
        **_names(plan),
        "disconnected_data_source_names": [],
        "new_data_connector_ids": [],
        "data_movements": [
            {"datasource_name": each.datasource, "kind": _MOVEMENTS.get(each.kind, _CARRIED), "source_mv_name": view}
            for each in plan.movements
            for view in each.views or (None,)
        ],
        "token_changes": [
            {
                "token_name": each.token,
                "change_type": each.change,
                "permission_changes": {
                    "added_permissions": [_permission(*pair) for pair in each.added],
                    "removed_permissions": [_permission(*pair) for pair in each.removed],
                },
            }
            for each in plan.tokens
        ],
        "feedback": [*feedback, *losses, *notes],
    }


def _names(plan: Plan) -> dict[str, object]:
    words = {"new": "added", "changed": "changed", "deleted": "removed"}
    return {
        f"{word}_{shown}_names": plan.names(kind, change)  # type: ignore[arg-type]
        for shown, kind in _KINDS.items()
        for word, change in words.items()
    }


def _permission(scope: str, resource: str) -> dict[str, str]:
    kind, _, permission = scope.partition(":")
    return {"resource_name": resource, "resource_type": kind.removesuffix("S").lower(), "permission": permission}


def _feedback(level: str, resource: str, message: str) -> dict[str, str]:
    return {"level": level, "resource": resource, "message": message}
