"""tinylite diff"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import data_option, output_option, path_option, read_project
from tinylite.cli.result import Faults, Result, faults_data


@click.command(epilog="Exit status 1 when it breaks callers that nobody has said yes to, or can't be done.")
@click.argument("git_ref", default="")
@path_option
@data_option
@output_option(exposed=True, text="text", json="json", markdown="text")
def command(git_ref: str, path: Path, data: Path | None, output: str) -> Result:
    """Tells what changes from GIT_REF to the project as it is in its folder; without GIT_REF, from what is live.

    \b
    Example:
      tinylite diff main
      tinylite diff origin/main --output markdown
      tinylite diff --env production
    """
    from tinylite.cli.client import served
    from tinylite.cli.deploy import accepted_changes, of_plan, plan_shown
    from tinylite.project import assemble, check
    from tinylite.project.plan import make_plan

    project = read_project(path)
    faults = [fault for fault in check(project) if fault.is_error]
    if faults:
        return Result([Faults(faults, path)], faults_data(faults), failed=True)
    if not git_ref:
        asked = {"check": "true", "allow_destructive_operations": "true"}
        answer = (
            served(path, data, "; or name a commit: tinylite diff HEAD")
            .upload("/v1/deploy", project.contents, asked)
            .json()
        )
        blocks, told, broken = plan_shown(project, answer, output)
        return Result(blocks, told, failed=broken or answer["result"] == "failed")
    from tinylite.cli.git import contents

    before = assemble(contents(path, git_ref))
    plan = make_plan(None if any(fault.is_error for fault in check(before)) else before, project, str)
    blocks, told, broken = of_plan(plan, accepted_changes(project), output)
    return Result(blocks, told, failed=broken or bool(plan.problems))
