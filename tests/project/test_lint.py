"""Advice: each rule by a project that it concerns, and by one that it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.folder import project as written_project
from tinylite.project import load
from tinylite.project.lint import lint

EVENTS = "SCHEMA >\n    at DateTime,\n    user String,\n    page String\nENGINE_SORTING_KEY at, user\n"
PAGES = "SCHEMA >\n    page String,\n    topic String\nENGINE_SORTING_KEY page\n"
TARGET = "SCHEMA >\n    topic String,\n    n UInt64\nENGINE SummingMergeTree\nENGINE_SORTING_KEY topic\n"


def endpoint(sql: str, name: str = "answer") -> str:
    return f"NODE {name}\nSQL >\n    %\n    {sql}\nTYPE endpoint\n"


def view(join: str) -> str:
    sql = f"SELECT topic, count() AS n FROM events {join} pages ON events.page = pages.page GROUP BY topic"
    return f"NODE filled\nSQL >\n    {sql}\nTYPE materialized\nDATASOURCE target\n"


CASES = [
    ("TL601", {"a.pipe": endpoint("SELECT page FROM events WHERE at > 0 LIMIT {{Int32(n)}}")}, "a.pipe:4:48"),
    ("TL601", {"a.pipe": endpoint("SELECT page FROM events WHERE at > 0 LIMIT 5 OFFSET {{Int32(n)}}")}, "a.pipe:4:57"),
    ("", {"a.pipe": endpoint("SELECT page FROM events WHERE at > 0 LIMIT {{Int32(n, 5)}}")}, ""),
    ("", {"a.pipe": endpoint("SELECT page FROM events WHERE at > 0 LIMIT {{Int32(n, required=True)}}")}, ""),
    ("TL602", {"a.pipe": endpoint("SELECT * FROM events WHERE at > 0")}, "a.pipe:1:6"),
    ("", {"a.pipe": "NODE rows\nSQL >\n    SELECT page FROM events\n" + endpoint("SELECT * FROM rows")}, ""),
    ("TL603", {"a.pipe": endpoint("SELECT at FROM events WHERE user = {{String(u, 'x')}}")}, "events.datasource:5:20"),
    ("", {"a.pipe": endpoint("SELECT page FROM events")}, ""),
    ("", {"a.pipe": endpoint("SELECT topic FROM events JOIN pages USING page WHERE at > 0")}, ""),
    ("TL604", {"a.pipe": view("JOIN"), "target.datasource": TARGET}, "a.pipe:3"),
    ("", {"a.pipe": view("LEFT JOIN"), "target.datasource": TARGET}, ""),
    ("TL605", {"a.pipe": "NODE unread\nSQL >\n    SELECT 1 AS x\n" + endpoint("SELECT 2 AS y")}, "a.pipe:1:6"),
    ("", {"a.pipe": "NODE read\nSQL >\n    SELECT 1 AS x\n" + endpoint("SELECT x FROM read")}, ""),
    ("TL606", {"k.connection": "TYPE s3\nS3_ACCESS_KEY abc\nS3_SECRET {{ tb_secret('s') }}\n"}, "k.connection:2:15"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "files", "place"), CASES)
def test_rule(tmp_path: Path, code: str, files: dict[str, str], place: str) -> None:
    project = written_project(tmp_path, {"events.datasource": EVENTS, "pages.datasource": PAGES, **files})
    found = lint(project)
    assert [advice.code for advice in found] == ([code] if code else [])
    assert all(str(advice.span).startswith(place) and advice.hint and not advice.is_error for advice in found)


UNREAD = {"a.pipe": "NODE unread\nSQL >\n    SELECT 1 AS x\n" + endpoint("SELECT 2 AS y")}


def test_a_comment_silences_a_rule_for_its_file(tmp_path: Path) -> None:
    for number, comment in enumerate(["# tinylite: ignore TL605\n", "# tinylite: ignore TL601, TL605\n"]):
        files = {"a.pipe": comment + UNREAD["a.pipe"], "b.pipe": UNREAD["a.pipe"].replace("unread", "other")}
        project = written_project(tmp_path / str(number), files)
        assert [str(advice.span).partition(":")[0] for advice in lint(project)] == ["b.pipe"]


def test_a_setting_silences_a_rule_everywhere(tmp_path: Path) -> None:
    project = written_project(tmp_path, {**UNREAD, "tinylite.yaml": "lint:\n  ignore: [TL605]\n"})
    assert lint(project) == []


def test_a_faulty_project_is_examined_as_far_as_it_goes(tmp_path: Path) -> None:
    files = {**UNREAD, "broken.pipe": endpoint("SELECT FROM"), "worse.pipe": "NODE x\nSQL >\n    {{ }}\n"}
    assert [advice.code for advice in lint(written_project(tmp_path, files))] == ["TL605"]


def test_the_examples_need_no_advice() -> None:
    for folder in sorted((Path(__file__).parents[2] / "examples").iterdir()):
        assert lint(load(folder)) == []
