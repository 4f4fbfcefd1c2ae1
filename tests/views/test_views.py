"""Views answer as ClickHouse's own do, whatever the blocks their rows came in."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.sql.compare import Answer, difference, shown
from tests.views.projects import Written, blocks, written
from tests.views.truth import read_record
from tinylite.project import load
from tinylite.workspace import Workspace

PROJECTS = written()
ANSWERS = read_record()


def loaded(folder: Path, project: Written, seed: int, *, merged_between: bool = False) -> Workspace:
    for path, text in project.files.items():
        (folder / path).write_text(text, encoding="utf-8")
    workspace = Workspace.open(folder / ".tinylite")
    build = workspace.build(load(folder))
    assert build.errors == []
    chance = random.Random(seed)
    for source in project.sources:
        for number, block in enumerate(blocks(project.events(source), chance)):
            ack = workspace.ingest.append_now(source.name, "\n".join(block).encode())
            assert (ack.successful_rows, ack.quarantined_rows) == (len(block), 0)
            if merged_between and number == 2:
                merge(workspace, project)
    return workspace


def merge(workspace: Workspace, project: Written) -> None:
    for name in project.datasources:
        workspace.merger.merge(name)


def faults(workspace: Workspace, project: Written) -> list[str]:
    found = []
    for sql in project.reads:
        result = workspace.query_now(sql)
        types = [column.type for column in result.columns]
        rows = [[shown(value, type_) for value, type_ in zip(row, types, strict=True)] for row in result.rows]
        meta = [[column.name, str(column.type)] for column in result.columns]
        fault = difference(ANSWERS[project.title, sql], Answer(meta, rows), ordered=True, bound=1e-9)
        found += [f"{sql}: {fault}"] if fault else []
    return found


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.title)
def test_every_question_is_answered_as_by_clickhouse(project: Written, tmp_path: Path) -> None:
    workspace = loaded(tmp_path, project, seed=3)
    try:
        assert faults(workspace, project) == []
    finally:
        workspace.close()


@pytest.mark.parametrize("project", [p for p in PROJECTS if "tates" in p.title], ids=lambda project: project.title)
def test_states_read_the_same_when_some_of_them_or_all_are_merged(project: Written, tmp_path: Path) -> None:
    workspace = loaded(tmp_path, project, seed=4, merged_between=True)
    try:
        assert faults(workspace, project) == []
        merge(workspace, project)
        assert faults(workspace, project) == []
    finally:
        workspace.close()
