"""DuckDB and ClickHouse (chDB) over the same rows: the examples, the written projects, and what must be told."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.command import tinylite
from tests.clickhouse.front import serving
from tests.examples import EXAMPLES
from tests.parity.projects import changed_projects, write_files, write_project
from tests.views.projects import Written, written
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.clickhouse import ClickHouse
from tinylite.project import check, load
from tinylite.testing.parity import Chosen, Outcome, Run, compare_engines

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")


def told(run: Run, *allowed: str) -> list[str]:
    return [
        f"{outcome.subject} ({outcome.case}): {outcome.verdict.reason}\n" + "\n".join(outcome.verdict.lines)
        for outcome in run.outcomes
        if outcome.verdict.state not in ("equal", *allowed)
    ]


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_answers_alike(folder: Path) -> None:
    # Their tests have requests that templates refuse.
    assert told(compare_engines(load(folder), "chdb://", Chosen(more=2)), "skipped") == []


@pytest.mark.parametrize("project", written(), ids=lambda project: project.title)
def test_a_written_project_answers_alike(project: Written, tmp_path: Path) -> None:
    # groupUniqArray leaves the order of its items open.
    assert told(compare_engines(load(write_project(project, tmp_path)), "chdb://"), "open") == []


@pytest.mark.parametrize(
    ("title", "files", "questions"), changed_projects(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_project_of_the_deployments_answers_alike(
    title: str, files: dict[str, str], questions: list[str], tmp_path: Path
) -> None:
    folder = write_files(files, questions, tmp_path)
    if any(found.is_error for found in check(load(folder))):
        pytest.skip("this version is refused")
    # What reads tinylite's own records is not compared.
    assert told(compare_engines(load(folder), "chdb://", rows=0), "skipped", "open") == []


def test_a_new_project_answers_alike(tmp_path: Path) -> None:
    assert tinylite("init", str(tmp_path)).status == 0
    assert told(compare_engines(load(tmp_path), "chdb://", Chosen(more=2))) == []


def test_the_project_of_the_clients_answers_alike() -> None:
    folder = Path(__file__).parents[2] / "clients" / "project"
    assert told(compare_engines(load(folder), "chdb://", Chosen(more=2), rows=50), "skipped") == []


FILES = {
    "events.datasource": """\
SCHEMA >
    at DateTime,
    user String,
    ms Float64
ENGINE_SORTING_KEY at
""",
    "fixtures/events.ndjson": """\
{"at": "2024-01-01 00:00:00", "user": "ada", "ms": 1.5}
{"at": "2024-01-01 00:00:01", "user": "bob", "ms": 2}
{"at": "2024-01-01 00:00:02", "user": "cy", "ms": "nan"}
{"at": "2024-01-01 00:00:03", "user": "dan", "ms": "many"}
""",
    "states.datasource": "SCHEMA >\n    day Date,\n    n AggregateFunction(count)\nENGINE AggregatingMergeTree\n"
    "ENGINE_SORTING_KEY day\n",
    "stamped.datasource": "SCHEMA >\n    user String,\n    seen DateTime64(6)\n",
    "stamp.pipe": "NODE n\nSQL >\n    SELECT user, now64(6) AS seen FROM events\n"
    "TYPE materialized\nDATASOURCE stamped\n",
}
ENDPOINTS = {
    "measured": "SELECT user, ms, isNaN(ms) AS odd FROM events ORDER BY user",
    "rejected": "SELECT user, c__error_column FROM events_quarantine",
    "by_the_clock": "SELECT now() AS at, count() AS n FROM events",
    "by_chance": "SELECT rand() AS r FROM events",
    "any_two": "SELECT user FROM events LIMIT 2",
    "of_states": "SELECT countMerge(n) AS n FROM states",
    "of_a_stamp": "SELECT max(seen) AS seen FROM stamped",
    "of_records": "SELECT count() AS n FROM tinybird.pipe_stats_rt",
    "nested": "WITH 2 AS least SELECT count() AS n, least FROM measured WHERE ms < least",
    "limited": "%\n    SELECT user FROM events WHERE user >= {{String(least, 'b')}} ORDER BY user "
    "LIMIT {{Int32(n, 1)}}",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "fixtures").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    for name, sql in ENDPOINTS.items():
        (folder / f"{name}.pipe").write_text(f"NODE answer\nSQL >\n    {sql}\nTYPE endpoint\n")
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    return compare_engines(load(project), "chdb://", Chosen(more=2), rows=10)


def one(run: Run, subject: str) -> Outcome:
    return next(outcome for outcome in run.outcomes if outcome.subject == subject)


@pytest.mark.parametrize(
    ("subject", "state", "reason"),
    [
        ("measured", "equal", ""),
        ("rejected", "equal", ""),
        ("by_chance", "skipped", "the answer is another one each time it is asked for"),
        ("of_states", "skipped", "states keeps states that no view makes: rows can't be given to both"),
        ("of_a_stamp", "skipped", "the view stamp asks for the time or for chance"),
        ("stamped", "skipped", "the view stamp asks for the time or for chance"),
        ("of_records", "skipped", "tinybird.pipe_stats_rt is tinylite's own record"),
        ("nested", "equal", ""),
        ("limited", "equal", ""),
    ],
)
def test_each_answer_is_judged_with_its_reason(run: Run, subject: str, state: str, reason: str) -> None:
    verdict = one(run, subject).verdict
    assert (verdict.state, verdict.reason) == (state, reason), verdict.lines


def test_what_depends_on_the_clock_is_asked_again(run: Run) -> None:
    assert one(run, "by_the_clock").verdict.state in ("equal", "skipped")


def test_requests_are_those_of_the_parameters(run: Run) -> None:
    asked = [outcome.case for outcome in run.outcomes if outcome.subject == "limited"]
    assert asked[:3] == ["generated: defaults", "generated: least", "generated: n"]


def test_a_made_up_value_that_is_no_number_is_told(tmp_path: Path) -> None:
    """A value that somebody wrote down is compared: one side refuses it."""
    (tmp_path / "t.datasource").write_text("SCHEMA >\n    n UInt8\n")
    sql = "%\n    SELECT n FROM t WHERE n = {{String(wanted)}}"
    (tmp_path / "q.pipe").write_text(f"NODE n\nSQL >\n    {sql}\nTYPE endpoint\n")
    made_up = compare_engines(load(tmp_path), "chdb://", rows=0).outcomes[-1].verdict
    assert made_up.state == "skipped"
    assert made_up.reason.startswith("a made-up value is none to clickhouse: ClickHouse: Cannot convert string 'a'")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "q.yaml").write_text("- name: odd\n  parameters: wanted=a\n  expected_result: ''\n")
    written_down = compare_engines(load(tmp_path), "chdb://", rows=0).outcomes
    assert [(outcome.case, outcome.verdict.state) for outcome in written_down][:1] == [("odd", "differs")]


def test_data_sources_without_rows_get_some(tmp_path: Path) -> None:
    (tmp_path / "hits.datasource").write_text("SCHEMA >\n    page String,\n    country LowCardinality(String)\n")
    (tmp_path / "all.pipe").write_text("NODE n\nSQL >\n    SELECT * FROM hits\nTYPE endpoint\n")
    found = compare_engines(load(tmp_path), "chdb://", rows=7)
    assert (told(found), list(found.notes)) == ([], ["without fixtures, filled with made-up rows: hits"])


def test_a_difference_ends_the_command_with_1(project: Path, tmp_path: Path) -> None:
    """A data source that ClickHouse refuses is one, too."""
    (tmp_path / "t.datasource").write_text(
        "SCHEMA >\n    k String,\n    n Float64\nENGINE MergeTree\nENGINE_SORTING_KEY k\nENGINE_SETTINGS nonsense=1\n"
    )
    (tmp_path / "q.pipe").write_text("NODE n\nSQL >\n    SELECT count() AS n FROM t\nTYPE endpoint\n")
    report = tmp_path / "report.xml"
    said = tinylite("parity", "--path", str(tmp_path), "--rows", "0", "--junit", str(report))
    assert said.status == 1
    assert "t (data source)\n  differs: only clickhouse refuses\n" in said.out
    assert "0 equal, 1 not compared, 1 differ" in said.out
    suites = ElementTree.parse(report).getroot()
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("2", "1", "1")
    asked = tinylite("parity", "of_records", "measured", "--path", str(project), "--output", "json")
    data = json.loads(asked.out)
    assert asked.status == 0
    assert [(each["endpoint"], each["answer"]) for each in data["requests"]] == [
        ("measured", "equal"), ("of_records", "skipped"),
    ]  # fmt: skip
    assert (data["first"], data["second"], data["differs"]) == ("clickhouse", "duckdb", 0)


def test_an_engine_answers_with_its_own_words() -> None:
    with ClickHouse.open("chdb://") as clickhouse:
        told = clickhouse.answer("SELECT {n:Int32} AS n, {t:String} AS t, {l:Array(String)} AS l -- all",
                                 {"n": 7, "t": "o'n\\e\t", "l": ["a'b", "c\\"]})  # fmt: skip
        assert (told.columns, told.rows) == (
            [("n", "Int32"), ("t", "String"), ("l", "Array(String)")], [[7, "o'n\\e\t", ["a'b", "c\\"]]],
        )  # fmt: skip
        with pytest.raises(DiagnosticError) as problem:
            clickhouse.answer("SELECT nowhere(1)")
        assert problem.value.diagnostics[0].hint == "this version of ClickHouse does not know the function"
        assert clickhouse.answer("SELECT 1 AS n").rows == [[1]]


def test_a_server_is_asked_by_its_own_driver_and_left_as_it_was(project: Path) -> None:
    pytest.importorskip("clickhouse_connect", reason="the driver is not installed: pip install 'tinylite[clickhouse]'")
    with serving() as front:
        found = compare_engines(
            load(project), front.url, Chosen(("measured", "nested", "limited", "rejected")), rows=10
        )
        assert told(found) == []
        assert front.ask("SHOW DATABASES LIKE 'tinylite%'") == ""
        said = front.said
    assert any(statement.startswith("CREATE MATERIALIZED VIEW `stamp`") for statement in said)
