"""A project with faults is served without what they touch, until the whole of it is sound."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.workspace.projects import HITS, ask, project, workspace
from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.errors import UnknownDatasource
from tinylite.project import Project
from tinylite.workspace import Build, Workspace

EVENTS = b'{"id":1,"page":"a"}\n{"id":2,"page":"b"}'
FAULTY = "NODE n\nSQL >\n    SELECT nonsense FROM hits\nTYPE endpoint\n"
PAGES = "SCHEMA >\n    `page` String,\n    `n` UInt64\nENGINE SummingMergeTree\nENGINE_SORTING_KEY page\n"
VIEW = "NODE n\nSQL >\n    SELECT page, {} AS n FROM hits GROUP BY page\nTYPE materialized\nDATASOURCE pages\n"


def endpoint(sql: str) -> str:
    return f"NODE n\nSQL >\n    {sql}\nTYPE endpoint\n"


def build(opened: Workspace, found: Project) -> Build:
    return opened.build(found, in_part=True)


def served(opened: Workspace) -> list[str]:
    assert opened.snapshot is not None
    return sorted(opened.snapshot.project.resources)


def answer(opened: Workspace, name: str) -> list[tuple[object, ...]]:
    return list(asyncio.run(opened.ask(name, {})).result.rows)


def test_a_faulty_pipe_is_left_out_and_what_reads_it(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "faulty.pipe": FAULTY,
        "reads.pipe": endpoint("SELECT * FROM faulty"),
        "reads_that.pipe": endpoint("SELECT * FROM reads"),
        "count.pipe": endpoint("SELECT count() AS c FROM hits"),
    }
    with workspace(tmp_path) as opened:
        found = build(opened, project(tmp_path, files))
        assert served(opened) == ["count", "hits"]
        assert answer(opened, "count") == [(0,)]
        assert found.left_out == {
            "faulty": "faulty.pipe:3: unknown column nonsense",
            "reads": "it reads faulty, which has a fault",
            "reads_that": "it reads reads, which has a fault",
        }
        with pytest.raises(DiagnosticError, match="'reads' is not served: it reads faulty, which has a fault"):
            answer(opened, "reads")


def test_what_a_faulty_view_would_fill_is_not_read(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "pages.datasource": PAGES,
        "fill.pipe": VIEW.format("nonsense"),
        "top.pipe": endpoint("SELECT page, sum(n) AS n FROM pages GROUP BY page"),
        "count.pipe": endpoint("SELECT count() AS c FROM hits"),
    }
    with workspace(tmp_path) as opened:
        left_out = build(opened, project(tmp_path, files)).left_out
        assert served(opened) == ["count", "hits", "pages"]
        assert left_out["top"] == "it reads pages, which fill does not fill"


def test_a_faulty_data_source_takes_no_events(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "odd.datasource": "SCHEMA >\n    `x` Nonsense\n",
        "reads.pipe": endpoint("SELECT x FROM odd"),
    }
    with workspace(tmp_path) as opened:
        left_out = build(opened, project(tmp_path, files)).left_out
        assert sorted(left_out) == ["odd", "reads"]
        with pytest.raises(UnknownDatasource):
            opened.ingest.append_now("odd", EVENTS)
        assert opened.ingest.append_now("hits", EVENTS).successful_rows == 2


def test_of_two_with_one_name_the_first_is_served(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "a/count.pipe": endpoint("SELECT count() AS c FROM hits"),
        "b/count.pipe": endpoint("SELECT 1 AS c"),
    }
    with workspace(tmp_path) as opened:
        found = build(opened, project(tmp_path, files))
        assert (list(found.left_out), found.errors) == (["b/count.pipe"], [])
        assert served(opened) == ["count", "hits"]


def test_a_whole_version_goes_on_when_a_fault_comes_and_a_part_gives_way_to_the_whole(tmp_path: Path) -> None:
    sound = {"hits.datasource": HITS, "count.pipe": endpoint("SELECT count() AS c FROM hits")}
    with workspace(tmp_path) as opened:
        build(opened, project(tmp_path, {**sound, "new.pipe": FAULTY}))
        assert served(opened) == ["count", "hits"]
        build(opened, project(tmp_path, {**sound, "new.pipe": FAULTY, "one.pipe": endpoint("SELECT 1 AS x")}))
        assert served(opened) == ["count", "hits", "one"]
        build(opened, project(tmp_path, {**sound, "new.pipe": endpoint("SELECT id FROM hits")}))
        assert served(opened) == ["count", "hits", "new"]
        assert build(opened, project(tmp_path, {**sound, "new.pipe": FAULTY})).errors
        assert served(opened) == ["count", "hits", "new"]


def test_rows_of_a_table_outlive_a_fault_in_its_file(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        build(opened, project(tmp_path, {"hits.datasource": HITS}))
        opened.ingest.append_now("hits", EVENTS)
    with workspace(tmp_path) as opened:
        build(opened, project(tmp_path, {"hits.datasource": HITS + "ENGINE Nonsense\n", "one.pipe": FAULTY}))
        build(opened, project(tmp_path, {"hits.datasource": HITS}))
        assert ask(opened, "SELECT count() FROM hits") == [(2,)]


def test_a_folder_without_datafiles_is_no_part_of_a_project(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        assert build(opened, project(tmp_path, {})).errors and opened.snapshot is None
