"""tinylite test run on ClickHouse (chDB)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import tinylite

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")

FILES = {
    "visits.datasource": "SCHEMA >\n    page String,\n    ms UInt32\nENGINE_SORTING_KEY page\n",
    "per_page.datasource": "SCHEMA >\n    page String,\n    visits AggregateFunction(count)\n"
    "ENGINE AggregatingMergeTree\nENGINE_SORTING_KEY page\n",
    "fill.pipe": "NODE counted\nSQL >\n    SELECT page, countState() AS visits FROM visits GROUP BY page\n"
    "TYPE materialized\nDATASOURCE per_page\n",
    "pages.pipe": "NODE n\nSQL >\n    %\n    SELECT page, countMerge(visits) AS visits FROM per_page\n"
    "    WHERE page != {{String(but, '', example='/')}} GROUP BY page ORDER BY visits DESC\n"
    "    LIMIT {{Int32(limit, 10)}}\nTYPE endpoint\n",
    "slowest.pipe": "NODE n\nSQL >\n    SELECT page, ms FROM visits ORDER BY ms DESC LIMIT 1\nTYPE copy\n"
    "TARGET_DATASOURCE visits\n",
    "refused.pipe": "NODE n\nSQL >\n    SELECT throwIf(page = '/c') AS x FROM visits\nTYPE endpoint\n",
    "storage.pipe": "NODE n\nSQL >\n    SELECT sum(rows) AS n FROM tinybird.datasources_storage\nTYPE endpoint\n",
    "fixtures/visits.ndjson": "".join(
        json.dumps({"page": page, "ms": ms}) + "\n" for page, ms in [("/a/b", 3), ("/a/b", 5), ("/c", 1), ("/d", 2)]
    ),
    "tests/pages.yaml": """\
- name: all
  parameters: ''
  expected_result: |
    {"page":"\\/a\\/b","visits":2}
    {"page":"\\/d","visits":1}
    {"page":"\\/c","visits":1}
- name: but_one
  parameters: /v0/pipes/pages.json?but=/c&limit=1
  expected_result: |
    {"page":"\\/a\\/b","visits":2}
- name: no_number
  parameters: limit=many
  expected_http_status: 400
  expected_result: Error validating 'many' to type Int32
""",
    "tests/slowest.yaml": '- name: one\n  parameters: ""\n  expected_result: "/a/b\\t5\\n"\n',
    "tests/refused.yaml": '- name: one\n  parameters: ""\n  expected_http_status: 400\n  expected_result: "?"\n',
    "tests/storage.yaml": '- name: one\n  parameters: ""\n  expected_result: |\n    {"n":8}\n',
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_clickhouse_answers_the_same_cases(project: Path) -> None:
    said = tinylite("test", "run", "--engine", "chdb", "--junit", "report.xml", folder=project)
    assert said.status == 0, said.out
    assert said.out.startswith(
        "skipped storage one: tinybird.datasources_storage is tinylite's own record\n5 passed, 0 "
    )
    assert "failed, 1 skipped in " in said.out
    assert '<testsuite name="storage" tests="1" failures="0" skipped="1">' in (project / "report.xml").read_text()


def test_another_answer_fails(project: Path) -> None:
    wrong = FILES["tests/pages.yaml"].replace('b","visits":2', 'b","visits":3')
    (project / "tests" / "pages.yaml").write_text(wrong)
    said = tinylite("test", "run", "pages", "--engine", "chdb", "--output", "json", folder=project)
    assert said.status == 1
    failed = [case for case in json.loads(said.out)["cases"] if not case["passed"]]
    assert [case["case"] for case in failed] == ["all", "but_one"]
    assert "visits: 3 → 2" in "\n".join(failed[1]["differences"])


def test_what_clickhouse_refuses_is_told_before_any_case(project: Path) -> None:
    (project / "visits.datasource").write_text(FILES["visits.datasource"] + "ENGINE_SETTINGS nothing_like_that = 1\n")
    said = tinylite("test", "run", "--engine", "chdb", folder=project)
    assert said.status == 1
    assert "TL501: the data source visits: " in said.err and "nothing_like_that" in said.err
