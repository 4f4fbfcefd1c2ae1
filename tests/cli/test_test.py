"""tinylite test, as a user types it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.command import tinylite

PIPE = """\
NODE picked
SQL >
    %
    SELECT page, count() AS views FROM page_views
    {% if defined(page) %}WHERE page = {{String(page)}}{% end %}
    GROUP BY page

NODE answer
SQL >
    SELECT page, views FROM picked ORDER BY views DESC

TYPE endpoint
"""
CASES = """\
# How often
- name: all
  parameters: ''
  expected_result: |
    {"page":"/","views":3}
    {"page":"/pricing","views":1}
    {"page":"/docs","views":1}
"""


@pytest.fixture
def project(starter: Path) -> Path:
    (starter / "endpoints" / "pages.pipe").write_text(PIPE)
    (starter / "tests" / "pages.yaml").write_text(CASES)
    return starter


def test_cases_pass_and_ties_may_come_in_any_order(project: Path) -> None:
    said = tinylite("test", "run", folder=project)
    assert said.status == 0, said.out
    assert " passed, 0 failed" in said.out


def test_a_difference_is_shown_row_by_row(project: Path) -> None:
    (project / "tests" / "pages.yaml").write_text(CASES.replace('"/docs","views":1', '"/docs","views":2'))
    said = tinylite("test", "run", "pages", folder=project)
    assert said.status == 1
    assert "tests/pages.yaml:2 all" in said.out
    assert '- {"page":"/docs","views":2}' in said.out


def test_an_error_is_a_result_too(project: Path) -> None:
    (project / "endpoints" / "pages.pipe").write_text(PIPE.replace("%\n", "%\n    {{error('not today')}}\n"))
    assert "status 400, not 200: not today" in tinylite("test", "run", "pages", folder=project).out
    assert tinylite("test", "update", "pages", folder=project).status == 0
    assert "expected_http_status: 400" in (project / "tests" / "pages.yaml").read_text()
    assert tinylite("test", "run", "pages", folder=project).status == 0


def test_update_keeps_what_is_right(project: Path) -> None:
    assert tinylite("test", "update", folder=project).out == "all cases expect what they get\n"
    assert (project / "tests" / "pages.yaml").read_text() == CASES


def test_coverage_tells_what_no_case_exercises(project: Path) -> None:
    (project / "endpoints" / "unasked.pipe").write_text("NODE n\nSQL >\n    SELECT 1 AS x\nTYPE endpoint\n")
    said = json.loads(tinylite("test", "run", "--coverage", "--output", "json", folder=project).out)
    gaps = [(gap["kind"], gap["what"], gap["path"]) for gap in said["coverage"]["not_exercised"]]
    assert ("branch", "defined(page) is never true", "endpoints/pages.pipe") in gaps
    assert ("endpoint", "unasked", "endpoints/unasked.pipe") in gaps
    assert 0 < said["coverage"]["share"] < 1


def test_junit_is_written(project: Path) -> None:
    (project / "tests" / "pages.yaml").write_text(CASES.replace("3}", "4}"))
    assert tinylite("test", "run", "--junit", "report.xml", folder=project).status == 1
    root = ElementTree.parse(project / "report.xml").getroot()
    assert root.attrib["failures"] == "1"
    failure = root.find("testsuite[@name='pages']/testcase[@name='all']/failure")
    assert failure is not None and "views: 4 → 3" in (failure.text or "")


def test_create_writes_a_case_for_each_optional_parameter(project: Path) -> None:
    (project / "tests" / "pages.yaml").unlink()
    assert "with 2 cases" in tinylite("test", "create", "pages", folder=project).out
    assert tinylite("test", "run", "pages", folder=project).out.startswith("2 passed, 0 failed")
    again = tinylite("test", "create", "pages", folder=project)
    assert again.status == 1 and "is there already" in again.err


def test_create_takes_parameters(project: Path) -> None:
    (project / "tests" / "pages.yaml").unlink()
    tinylite("test", "create", "pages", "--parameters", "page=/docs", folder=project)
    text = (project / "tests" / "pages.yaml").read_text()
    assert "parameters: page=/docs" in text and '{"page":"\\/docs","views":1}' in text


def test_an_unknown_name_is_said_with_the_next_step(project: Path) -> None:
    said = tinylite("test", "run", "page", folder=project)
    assert said.status == 1 and "did you mean pages?" in said.err


def test_a_faulty_project_is_told_with_its_faults(project: Path) -> None:
    (project / "endpoints" / "pages.pipe").write_text(PIPE.replace("FROM picked", "FROM pickd"))
    said = tinylite("test", "run", folder=project)
    assert said.status == 1 and "pages.pipe:10" in said.err


def test_a_materialized_pipe_is_asked_for_its_select(project: Path) -> None:
    (project / "datasources" / "per_page.datasource").write_text(
        "SCHEMA >\n    page String,\n    views AggregateFunction(count)\n"
        'ENGINE "AggregatingMergeTree"\nENGINE_SORTING_KEY "page"\n'
    )
    (project / "endpoints" / "fill.pipe").write_text(
        "NODE counted\nSQL >\n    SELECT page, countState() AS views FROM page_views GROUP BY page\n"
        "TYPE materialized\nDATASOURCE per_page\n"
    )
    (project / "tests" / "fill.yaml").write_text("- name: pages\n  parameters: ''\n  expected_result: \"\"\n")
    said = tinylite("test", "run", "fill", folder=project)
    assert said.status == 1 and "+ /docs" in said.out


def test_an_engine_that_is_none(project: Path) -> None:
    said = tinylite("test", "run", "--engine", "mysql", folder=project)
    assert said.status == 2 and "'mysql' is neither duckdb, chdb nor an address" in said.err
