"""tinylite deploy"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tinylite.cli.options import data_option, output_option, path_argument, read_project
from tinylite.cli.result import Block, Faults, Result, faults_data

if TYPE_CHECKING:
    from tinylite.cli.client import Api
    from tinylite.project import Project
    from tinylite.project.plan import Plan

_EVERY = 0.5
"""Seconds between looks at a deployment."""


timeout_option = click.option(
    "--timeout", default=1800, show_default=True, metavar="SECONDS", type=click.IntRange(1),
    help="How long to wait. The server goes on.",
)  # fmt: skip


@click.command(epilog="Exit status 1 when the deployment failed, or would break callers that nobody has said yes to.")
@path_argument
@click.option("--check", is_flag=True, help="Only print the plan.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is ready.")
@click.option("--auto/--no-auto", default=True, show_default=True, help="Promote it as soon as it is ready.")
@timeout_option
@click.option("--allow-destructive-operations", "destructive", is_flag=True, help="Allow steps that destroy data.")
@data_option
@output_option(exposed=True, text="text", json="json", markdown="text")
def command(
    path: Path, check: bool, wait: bool, auto: bool, timeout: int, destructive: bool, data: Path | None, output: str
) -> Result:
    """Plans the project in PATH against the server, prepares it beside what is live, and switches.

    \b
    Example:
      tinylite deploy --check --env production
      tinylite deploy --env production --allow-destructive-operations
    """
    return deployed(
        path, data, check=check, wait=timeout if wait else None, auto=auto, destructive=destructive, output=output
    )


def deployed(
    path: Path, data: Path | None, *, check: bool, wait: int | None, auto: bool, destructive: bool, output: str
) -> Result:
    """`wait` is how many seconds at most, None for not at all. Raises DiagnosticError."""
    from tinylite.cli.client import served
    from tinylite.project import check as check_project

    project = read_project(path)
    faults = [fault for fault in check_project(project) if fault.is_error]
    if faults:
        return Result([Faults(faults, path)], faults_data(faults), failed=True)
    api = served(path, data)
    planned = _ask(api, project, check="true", allow_destructive_operations=_flag(destructive))
    shown, told, broken = plan_shown(project, planned, output)
    if check or planned["result"] != "success" or broken:
        return Result(shown, told, failed=planned["result"] == "failed" or broken)
    begun = _ask(api, project, auto_promote=_flag(auto), allow_destructive_operations=_flag(destructive))
    if begun["result"] != "success":
        return Result([*shown, *_errors(begun)], {**told, **begun}, failed=True)
    deployment = begun["deployment"]
    if wait is not None:
        deployment = wait_for(api, deployment["id"], wait, live=auto)
    failed = deployment["status"] in ("failed", "deleted") or bool(wait and auto and not deployment["live"])
    lines = [*shown, "", *_state(deployment, auto), *_errors({"deployment": deployment})]
    return Result(lines, {**told, "deployment": deployment}, failed=failed)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _ask(api: Api, project: Project, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = api.upload("/v1/deploy", project.contents, parameters).json()
    return answer


def plan_shown(project: Project, answer: Mapping[str, Any], output: str) -> tuple[list[Block], dict[str, Any], bool]:
    """The plan for people and for programs, and whether it breaks callers that nobody has said yes to."""
    from tinylite.project.plan import Plan

    plan = Plan.of_data(answer.get("plan") or {})
    accepted = accepted_changes(project)
    blocks, told, broken = of_plan(plan, accepted, output)
    if answer["result"] == "no_changes":
        return ["No changes."], {**told, "result": "no_changes"}, False
    if answer["result"] == "failed" and not plan.problems:
        blocks = [*(blocks if plan.resources else []), *_errors(answer)]
    return blocks, {**told, "result": answer["result"], "errors": answer["deployment"]["errors"]}, broken


def of_plan(plan: Plan, accepted: tuple[str, ...], output: str) -> tuple[list[Block], dict[str, Any], bool]:
    from tinylite.project.plan import as_markdown, as_text

    text = as_markdown(plan, accepted) if output == "markdown" else as_text(plan, accepted)
    broken = plan.unaccepted(accepted)
    blocks: list[Block] = [text.rstrip("\n")]
    if broken:
        lines = "\n".join(f"  - {change.text!r}" for change in broken)
        blocks += ["", f"This breaks callers. If it is meant, write to tinylite.yaml:\naccept_breaking:\n{lines}"]
    return blocks, {"plan": plan.as_data(), "breaking": [change.text for change in broken]}, bool(broken)


def accepted_changes(project: Project) -> tuple[str, ...]:
    """Breaking changes that tinylite.yaml says yes to. Raises DiagnosticError."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError

    found = project.settings.get("accept_breaking") or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        hint = "accept_breaking:\n  - 'top_pages: column views removed'"
        raise DiagnosticError(Diagnostic("TL516", "accept_breaking in tinylite.yaml is a list of texts", hint=hint))
    return tuple(found)


def _errors(answer: Mapping[str, Any]) -> list[Block]:
    found = answer["deployment"].get("errors") or []
    return [
        "error: " + (f"{each['filename']}: " if each.get("filename") else "") + str(each.get("error")) for each in found
    ]


def _state(deployment: Mapping[str, Any], auto: bool) -> list[Block]:
    id = deployment["id"]
    if deployment["live"]:
        return [f"Deployment {id} is live."]
    match deployment["status"]:
        case "data_ready":
            return [f"Deployment {id} is ready. Look at it with --staging; then: tinylite deployment promote"]
        case "failed" | "deleting" | "deleted":
            return [f"Deployment {id} failed; what was live before goes on."]
    then = ", and promoted then" if auto else ""
    return [f"Deployment {id} is being prepared{then}: tinylite deployment ls"]


def wait_for(api: Api, id: str, seconds: int, *, live: bool) -> dict[str, Any]:
    """The deployment when it is ready, and live where that is wanted, or has failed, or could not be promoted.

    Raises DiagnosticError (TL514) when that takes longer.
    """
    until = time.monotonic() + seconds
    while True:
        found: dict[str, Any] = api.get(f"/v1/deployments/{id}").json()["deployment"]
        done = found["status"] == "data_ready" and (found["live"] or not live or found["errors"])
        if done or found["status"] in ("deleted", "failed"):
            return found
        if time.monotonic() > until:
            from tinylite.diagnostics import Diagnostic, DiagnosticError

            message = f"deployment {id} is still being prepared after {seconds:,} s ({found['status']}); it goes on"
            raise DiagnosticError(Diagnostic("TL514", message, hint="see how far it is with: tinylite deployment ls"))
        time.sleep(_EVERY)
