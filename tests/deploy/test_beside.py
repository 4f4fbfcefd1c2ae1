"""What deployments beside the live one get: rows of copies and files, and what ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest

from tests.project.folder import node
from tinylite.deploy import Deployer, deployer_of
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.workspace import Workspace

NARROW = b"SCHEMA >\n    `id` Int32 `json:$.id`\n"
WIDE = b"SCHEMA >\n    `id` Int64 `json:$.id`,\n    `note` String DEFAULT 'none' `json:$.note`\n"
COPY = node("copied", "SELECT toInt64(number) + {{Int64(from, 100)}} AS id FROM numbers(2)", "TYPE copy")
COPY += "TARGET_DATASOURCE hits\n"
FIRST = {"hits.datasource": NARROW, "more.pipe": COPY.encode()}
SECOND = {"hits.datasource": WIDE, "more.pipe": COPY.encode()}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    opened = Workspace.open(tmp_path)
    opened.serve(merges=False)
    yield opened
    opened.close()


@pytest.fixture
def deployer(workspace: Workspace) -> Deployer:
    """Of two deployments, the second of which waits."""
    found = deployer_of(workspace)
    deploy(found, FIRST, promote=True)
    deploy(found, SECOND)
    return found


def deploy(deployer: Deployer, contents: dict[str, bytes], *, promote: bool = False) -> None:
    outcome = deployer.deploy(contents, check_only=False, allow_destructive=True, promote=promote)
    assert outcome.deployment is not None and outcome.deployment.is_ready, outcome.errors


def ids(workspace: Workspace, deployment: str) -> list[object]:
    rows = asyncio.run(workspace.query("SELECT id FROM hits ORDER BY id", {}, deployment=deployment)).result.rows
    return [row[0] for row in rows]


def copy(workspace: Workspace, **arguments: object) -> str:
    job = workspace.background.run_copy("more", arguments)
    return workspace.background.jobs.wait(job.id, 20).status


@pytest.mark.duckdb("on ClickHouse a copy gives up deployments with tables of their own")
def test_rows_of_a_copy_go_forward(workspace: Workspace, deployer: Deployer) -> None:
    assert copy(workspace) == "done"
    assert ids(workspace, "2") == ids(workspace, "1") == [100, 101]


@pytest.mark.duckdb("on ClickHouse a copy gives up deployments with tables of their own")
def test_rows_of_a_copy_go_back_as_far_as_they_fit(workspace: Workspace, deployer: Deployer) -> None:
    deployer.promote(2)
    assert copy(workspace) == "done"
    assert ids(workspace, "1") == [100, 101]
    assert copy(workspace, **{"from": 5_000_000_000}) == "done"
    assert ids(workspace, "2") == [100, 101, 5_000_000_000, 5_000_000_001]
    ended = workspace.deployments.find(1)
    assert ended is not None and not ended.is_ready
    assert "out of range" in ended.errors[0]["error"]
    with pytest.raises(DiagnosticError, match="deployment 1"):
        deployer.promote(1)


@pytest.mark.duckdb("on ClickHouse a copy gives up deployments with tables of their own")
def test_what_a_copy_replaces_is_replaced_in_both(workspace: Workspace, deployer: Deployer) -> None:
    workspace.ingest.append_now("hits", b'{"id":1}')
    job = workspace.background.run_copy("more", {}, "replace")
    assert workspace.background.jobs.wait(job.id, 20).status == "done"
    assert ids(workspace, "2") == ids(workspace, "1") == [100, 101]


def test_removed_rows_end_what_would_keep_them(workspace: Workspace, deployer: Deployer) -> None:
    workspace.ingest.append_now("hits", b'{"id":1}')
    workspace.deletions.truncate("hits")
    ended = workspace.deployments.find(2)
    assert ended is not None
    assert ended.errors == ({"error": "rows of hits were removed or replaced meanwhile"},)
    assert ids(workspace, "1") == []


def test_a_row_that_can_not_be_carried_ends_the_deployment_and_not_the_event(workspace: Workspace) -> None:
    deployer = deployer_of(workspace)
    deploy(deployer, {"hits.datasource": b"SCHEMA >\n    `id` String `json:$.id`\n"}, promote=True)
    deploy(deployer, {"hits.datasource": NARROW + b"FORWARD_QUERY >\n    SELECT toInt32(id) AS id\n"})
    assert workspace.ingest.append_now("hits", b'{"id":"7"}').successful_rows == 1
    assert ids(workspace, "2") == [7]
    assert workspace.ingest.append_now("hits", b'{"id":"x"}').successful_rows == 1
    assert ids(workspace, "1") == ["7", "x"]
    ended = workspace.deployments.find(2)
    assert ended is not None and ended.errors


def test_history_that_can_not_be_carried_fails_the_deployment(workspace: Workspace) -> None:
    deployer = deployer_of(workspace)
    deploy(deployer, {"hits.datasource": b"SCHEMA >\n    `id` String `json:$.id`\n"}, promote=True)
    workspace.ingest.append_now("hits", b'{"id":"x"}')
    contents = {"hits.datasource": NARROW + b"FORWARD_QUERY >\n    SELECT toInt32(id) AS id\n"}
    outcome = deployer.deploy(contents, check_only=False, allow_destructive=True, promote=True)
    assert outcome.deployment is not None
    assert outcome.deployment.status == "deleted" and outcome.deployment.errors
    assert ids(workspace, "") == ["x"]


def test_a_build_ends_all_but_the_live_one(workspace: Workspace, deployer: Deployer) -> None:
    live = workspace.snapshot
    assert live is not None
    assert not workspace.build(live.project).errors
    assert [(each.id, each.status) for each in workspace.deployments.all()] == [(1, "data_ready"), (2, "deleted")]


def test_the_oldest_of_the_kept_ones_goes(workspace: Workspace) -> None:
    deployer = deployer_of(workspace)
    for number in range(5):
        deploy(deployer, {"hits.datasource": NARROW + f"DESCRIPTION v{number}\n".encode()}, promote=True)
    ready = [each.id for each in workspace.deployments.ready()]
    assert ready == [3, 4, 5]
    deployer.promote(3)
    assert [each.id for each in workspace.deployments.ready()] == [3, 4]


def test_tables_that_nobody_has_any_more_are_removed(workspace: Workspace, deployer: Deployer) -> None:
    assert workspace.engine.table_columns("hits@2") is not None
    deployer.discard(2)
    assert workspace.engine.table_columns("hits@2") is None
    assert workspace.engine.table_columns("hits") is not None


def test_a_version_is_served_again_by_the_next_server(tmp_path: Path) -> None:
    first = Workspace.open(tmp_path)
    first.serve(merges=False)
    deployer = deployer_of(first)
    deploy(deployer, FIRST, promote=True)
    deploy(deployer, SECOND)
    deployer.promote(2)
    first.close()
    second = Workspace.open(tmp_path)
    try:
        assert deployer_of(second).restore()
        second.ingest.append_now("hits", b'{"id":5}')
        assert ids(second, "") == ids(second, "1") == [5]
    finally:
        second.close()


def test_one_that_could_not_be_promoted_waits_and_says_why(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployer = deployer_of(workspace)
    deploy(deployer, FIRST, promote=True)
    populated = DiagnosticError(Diagnostic("TL514", "pages is being populated"))
    with monkeypatch.context() as context:
        context.setattr("tinylite.deploy.deployer.Deployer.promote", Mock(side_effect=populated))
        deploy(deployer, SECOND, promote=True)
    waiting = workspace.deployments.find(2)
    assert waiting is not None and waiting.is_ready and not waiting.live
    assert waiting.errors == ({"error": "pages is being populated"},)
    assert deployer.promote(2).errors == ()
