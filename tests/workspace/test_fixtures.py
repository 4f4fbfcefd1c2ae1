"""Rows that a data source starts with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.projects import HITS, ask, project, workspace

ODD = """SCHEMA >
    `id` Int32 `json:$.user.id`,
    `tags` Array(String) `json:$.tags[:]`,
    `at` DateTime `json:$.at`,
    `name` Nullable(String) `json:$.name`
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hits.ndjson", '{"id":1,"page":"a"}\n{"id":2,"page":"b,\\"c"}\n'),
        ("hits.csv", 'id,page\n1,a\n2,"b,""c"\n'),
        ("hits.csv", 'page,id\r\na,1\r\n"b,""c",2\r\n'),
        ("hits.csv", '1,a\n2,"b,""c"'),
        ("hits.csv", '\ufeffid,page\n1,a\n\n2,"b,""c"\n'),
        ("hits.sql", "SELECT number + 1 AS id, if(number = 0, 'a', 'b,\"c') AS page FROM numbers(2)"),
    ],
)
def test_a_fixture_fills_an_empty_data_source_once(tmp_path: Path, name: str, text: str) -> None:
    files = project(tmp_path, {"hits.datasource": HITS, f"fixtures/{name}": text})
    with workspace(tmp_path) as opened:
        assert not opened.build(files).fixtures
        assert opened.build(files, fixtures=True).fixtures
        assert not opened.build(files, fixtures=True).fixtures
        assert ask(opened, "SELECT id, page FROM hits ORDER BY id") == [(1, "a"), (2, 'b,"c')]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("odd.ndjson", '{"user":{"id":5},"tags":["a","b"],"at":"2024-01-02 03:04:05"}'),
        ("odd.csv", 'id,tags,at,name\n5,"[""a"",""b""]",2024-01-02 03:04:05,'),
        ("odd.sql", "SELECT 5 AS id, ['a', 'b'] AS tags, toDateTime('2024-01-02 03:04:05') AS at, NULL AS name"),
    ],
)
def test_columns_are_filled_whatever_their_jsonpath(tmp_path: Path, name: str, text: str) -> None:
    files = project(tmp_path, {"odd.datasource": ODD, f"fixtures/{name}": text})
    with workspace(tmp_path) as opened:
        build = opened.build(files, fixtures=True)
        assert ask(opened, "SELECT c__error FROM odd_quarantine") == []
        assert (build.fixtures or {})["odd"].successful_rows == 1
        query = "SELECT id, tags, toString(at), name FROM odd"
        assert ask(opened, query) == [(5, ["a", "b"], "2024-01-02 03:04:05", None)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hits.csv", b"\xff\xfei"),
        ("hits.sql", b"SELECT \xff"),
        ("hits.sql", b"SELECT nothing FROM nowhere"),
        ("hits.sql", b"SELECT {{Int32(x)}} AS id"),
        ("hits.csv", b'id,page\n1,"' + b"x" * 200_000),
    ],
)
def test_a_fixture_that_can_not_be_read_is_a_fault_and_the_project_is_served(
    tmp_path: Path, name: str, text: bytes
) -> None:
    files = project(tmp_path, {"hits.datasource": HITS, f"fixtures/{name}": text})
    with workspace(tmp_path) as opened:
        build = opened.build(files, fixtures=True)
        assert build.errors
        assert ask(opened, "SELECT count() FROM hits") == [(0,)]


def test_rows_of_a_fixture_that_do_not_fit_are_in_quarantine(tmp_path: Path) -> None:
    files = project(tmp_path, {"hits.datasource": HITS, "fixtures/hits.ndjson": '{"id":"x","page":"a"}\nnonsense\n'})
    with workspace(tmp_path) as opened:
        build = opened.build(files, fixtures=True)
        assert (build.fixtures or {})["hits"].quarantined_rows == 2


def test_a_fixture_without_a_data_source_is_left_alone(tmp_path: Path) -> None:
    with workspace(tmp_path) as opened:
        assert not opened.build(
            project(tmp_path, {"hits.datasource": HITS, "fixtures/other.ndjson": "{}"}), fixtures=True
        ).errors
