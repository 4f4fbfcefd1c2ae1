"""Every example answers its own test files, over HTTP, from its fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import EXAMPLES
from tests.server.client import Client
from tinylite.project import load
from tinylite.project.model import Case
from tinylite.workspace import Workspace

CASES = [
    pytest.param(folder, pipe, case, id=f"{pipe}-{case.name}")
    for folder in EXAMPLES
    for pipe, cases in load(folder).tests.items()
    for case in cases
]


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Path, Client]]:
    workspaces = {folder: Workspace.open(tmp_path_factory.mktemp(folder.name)) for folder in EXAMPLES}
    for folder, workspace in workspaces.items():
        build = workspace.build(load(folder), fixtures=True)
        assert build.diagnostics == ()
        assert build.fixtures and all(ack.quarantined_rows == 0 for ack in build.fixtures.values())
    yield {folder: Client(workspace) for folder, workspace in workspaces.items()}
    for workspace in workspaces.values():
        workspace.close()


@pytest.mark.parametrize(("folder", "pipe", "case"), CASES)
def test_answer_is_as_recorded(clients: dict[Path, Client], folder: Path, pipe: str, case: Case) -> None:
    response = clients[folder].ask("GET", f"/v0/pipes/{pipe}.ndjson", case.parameters)
    assert response.status == case.expected_http_status
    assert (response.text if response.status == 200 else response.error) == case.expected_result


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_every_endpoint_has_a_test_file(folder: Path) -> None:
    project = load(folder)
    assert {pipe.name for pipe in project.pipes.values() if pipe.kind == "endpoint"} == set(project.tests)
