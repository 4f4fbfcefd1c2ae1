"""Every example answers its own test files, over HTTP, from its fixtures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.examples.cases import EXAMPLES, Case, read_cases, case_files
from tinylite.project import load
from tinylite.server.app import create_app
from tinylite.workspace import Workspace

PROJECTS = sorted(EXAMPLES.iterdir())
CASES = [(project, case) for project in PROJECTS for file in case_files(project) for case in read_cases(file)]


@pytest.fixture(scope="module")
def workspaces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Workspace]]:
    opened = {project: Workspace.open(tmp_path_factory.mktemp(project.name)) for project in PROJECTS}
    for project, workspace in opened.items():
        build = workspace.build(load(project), fixtures=True)
        assert build.diagnostics == ()
        assert build.fixtures and all(ack.quarantined_rows == 0 for ack in build.fixtures.values())
    yield opened
    for workspace in opened.values():
        workspace.close()


@pytest.mark.parametrize(("project", "case"), CASES, ids=[f"{case.pipe}-{case.name}" for _, case in CASES])
def test_answer_is_as_recorded(workspaces: dict[Path, Workspace], project: Path, case: Case) -> None:
    response = asyncio.run(ask(workspaces[project], case))
    assert response.status_code == case.expected_http_status
    answer = response.text if response.is_success else response.json()["error"]
    assert answer == case.expected_result


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_every_endpoint_has_a_test_file(project: Path) -> None:
    endpoints = {pipe.name for pipe in load(project).pipes.values() if pipe.kind == "endpoint"}
    assert endpoints == {file.stem for file in case_files(project)}


async def ask(workspace: Workspace, case: Case) -> httpx.Response:
    transport = httpx.ASGITransport(create_app(workspace))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(
            f"/v0/pipes/{case.pipe}.ndjson",
            params=case.arguments,
            headers={"Authorization": f"Bearer {workspace.tokens.admin.token}"},
        )
