"""What a check lets pass, and what it remembers. Its words are in mistakes/."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project.folder import EVENTS, checked, node, project, write
from tinylite.project import Outcomes, check, load, trial
from tinylite.sql import Compiled, Query

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "user_events"


def test_the_example_has_no_faults() -> None:
    assert check(load(EXAMPLE)) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM events WHERE id = {{UInt64(id)}}",
        "SELECT * FROM events {% if not defined(id) %} {{error('id is needed')}} {% end %}",
        "SELECT * FROM events {{custom_error({'error': 'no'}, 403)}}",
        "SELECT * FROM events WHERE kind = {{kind}}",
        "SELECT {{columns(c, 'id,kind')}} FROM events ORDER BY {{column(order, 'at')}}",
        "SELECT * FROM events WHERE kind IN {{Array(kinds, 'String', default='a,b')}}",
        "SELECT * FROM events {% if defined(day) %} WHERE toDate(at) = {{Date(day)}} {% end %}",
    ],
)
def test_what_only_a_request_can_decide_is_no_fault(tmp_path: Path, sql: str) -> None:
    assert checked(tmp_path, {"events.datasource": EVENTS, "top.pipe": node("a", f"%\n{sql}", "TYPE endpoint")}) == []


def test_a_fault_is_said_once_however_many_read_it(tmp_path: Path) -> None:
    files = {
        "events.datasource": EVENTS,
        "base.pipe": node("a", "SELECT idd FROM events LIMIT {{Int32(limit, 5)}}", "TYPE endpoint"),
        **{f"reader{i}.pipe": node("b", "SELECT * FROM base", "TYPE endpoint") for i in range(3)},
    }
    (fault,) = checked(tmp_path, files)
    assert (fault.code, str(fault.span)) == ("TL403", "base.pipe:3:12")


def test_faults_of_different_nodes_are_all_told(tmp_path: Path) -> None:
    files = {
        "events.datasource": EVENTS,
        "top.pipe": node("a", "SELECT aa FROM events")
        + node("b", "SELECT bb FROM events")
        + node("c", "SELECT * FROM a, b", "TYPE endpoint"),
    }
    assert [str(fault.span) for fault in checked(tmp_path, files)] == ["top.pipe:3:12", "top.pipe:6:12"]


def test_a_node_that_nothing_reads_is_checked_too(tmp_path: Path) -> None:
    files = {
        "events.datasource": EVENTS,
        "top.pipe": node("idle", "SELECT aa FROM events") + node("a", "SELECT 1 AS one", "TYPE endpoint"),
    }
    assert [fault.code for fault in checked(tmp_path, files)] == ["TL403"]


def test_what_reads_a_cycle_is_not_told_of_it(tmp_path: Path) -> None:
    files = {
        "one.pipe": node("a", "SELECT * FROM one"),
        "two.pipe": node("b", "SELECT * FROM one"),
        "three.pipe": node("c", "SELECT * FROM two"),
    }
    assert [str(fault.span) for fault in checked(tmp_path, files)] == ["one.pipe:3:19"]


def test_kafka_s_own_columns_are_columns_of_the_data_source(tmp_path: Path) -> None:
    files = {
        "k.connection": "TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS localhost:9092\n",
        "events.datasource": "SCHEMA >\n    a String\nENGINE_SORTING_KEY __timestamp\n"
        "KAFKA_CONNECTION_NAME k\nKAFKA_TOPIC t\n",
        "top.pipe": node("a", "SELECT a, __offset, __timestamp FROM events", "TYPE endpoint"),
    }
    assert checked(tmp_path, files) == []


def test_a_state_fits_a_column_of_states(tmp_path: Path) -> None:
    files = {
        "events.datasource": EVENTS,
        "daily.datasource": "SCHEMA >\n    day Date,\n    events AggregateFunction(count)\n"
        "ENGINE AggregatingMergeTree\nENGINE_SORTING_KEY day\n",
        "fill.pipe": node(
            "n",
            "SELECT toDate(at) AS day, countState() AS events FROM events GROUP BY day",
            "TYPE materialized",
            "DATASOURCE daily",
        ),
    }
    assert checked(tmp_path, files) == []


def test_a_missing_connection_does_not_stop_a_project(tmp_path: Path) -> None:
    files = {"events.datasource": EVENTS + "IMPORT_CONNECTION_NAME lake\nIMPORT_BUCKET_URI s3://b/*.csv\n"}
    (fault,) = checked(tmp_path, files)
    assert (fault.code, fault.is_error) == ("TL207", False)


def test_only_what_changed_is_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(query: Query, values: dict[str, object]) -> Compiled:
        asked.append(query.name)
        return compile_query(query, values)

    compile_query = trial.compile_query
    monkeypatch.setattr(trial, "compile_query", counted)
    outcomes = Outcomes()
    before = project(
        tmp_path,
        {
            "events.datasource": EVENTS,
            "others.datasource": EVENTS,
            "one.pipe": node("one_node", "SELECT idd FROM events"),
            "two.pipe": node("two_node", "SELECT id FROM others"),
        },
    )
    first = check(before, outcomes)
    assert sorted(asked) == ["one_node", "two_node"]
    asked.clear()
    assert check(load(tmp_path, before), outcomes) == first
    assert asked == []
    write(tmp_path, {"others.datasource": EVENTS + "# changed\n"})
    assert check(load(tmp_path, before), outcomes) == first
    assert asked == ["two_node"]


def test_a_remembered_fault_moves_with_its_line(tmp_path: Path) -> None:
    outcomes = Outcomes()
    pipe = node("a", "SELECT idd FROM events")
    before = project(tmp_path, {"events.datasource": EVENTS, "top.pipe": pipe})
    check(before, outcomes)
    write(tmp_path, {"top.pipe": f"# one line more\n{pipe}"})
    (fault,) = check(load(tmp_path, before), outcomes)
    assert str(fault.span) == "top.pipe:4:12"


def test_a_target_may_be_named_without_its_version(tmp_path: Path) -> None:
    files = {
        "events.datasource": f"VERSION 2\n{EVENTS}",
        "kinds.datasource": "VERSION 1\nSCHEMA >\n    kind String,\n    n UInt64\n",
        "fill.pipe": node(
            "kinds_of_block",
            "SELECT kind, count() AS n FROM events GROUP BY kind",
            "TYPE materialized",
            "DATASOURCE kinds",
        ),
        "copy.pipe": node(
            "all_kinds",
            "SELECT kind, count() AS n FROM events GROUP BY kind",
            "TYPE copy",
            "TARGET_DATASOURCE kinds",
        ),
    }
    assert checked(tmp_path, files) == []


def test_the_node_that_a_pipe_gives_the_result_of_may_have_its_name(tmp_path: Path) -> None:
    named = node("first", "SELECT id FROM events") + node("top", "SELECT count() AS n FROM first", "TYPE endpoint")
    assert checked(tmp_path, {"events.datasource": EVENTS, "top.pipe": named}) == []


def test_what_is_wrong_for_made_up_arguments_only_stops_no_project(tmp_path: Path) -> None:
    """Without arguments the endpoint works: two texts in a row are a fault of the request that sends them."""
    order = "{% if defined(by) %} ORDER BY {{String(by)}} {{String(way)}} {% end %}"
    found = checked(
        tmp_path,
        {"events.datasource": EVENTS, "top.pipe": node("a", f"SELECT id FROM events {order}", "TYPE endpoint")},
    )
    assert [fault.is_error for fault in found] == [False]


def test_what_is_wrong_with_the_arguments_that_a_node_needs_is_a_fault(tmp_path: Path) -> None:
    needed = "SELECT {{Int32(n)}} + {{Int32(m)}} AS n, nothing FROM events {% if defined(by) %} WHERE absent {% end %}"
    found = checked(tmp_path, {"events.datasource": EVENTS, "top.pipe": node("a", needed, "TYPE endpoint")})
    assert {(fault.is_error, fault.message) for fault in found if "nothing" in fault.message} == {
        (True, "unknown column nothing")
    }


def test_only_the_arguments_that_are_needed_decide_what_a_node_gives(tmp_path: Path) -> None:
    """With `total` the first pipe has other columns: the second one, which never asks for it, is right."""
    files = {
        "events.datasource": EVENTS,
        "top.pipe": node(
            "kinds",
            "SELECT {% if defined(total) %} 1 AS n {% else %} id {% end %} FROM events WHERE id > {{Int32(n)}}",
            "TYPE endpoint",
        ),
        "below.pipe": node("ids", "SELECT id FROM top", "TYPE endpoint"),
    }
    assert [fault.message for fault in checked(tmp_path, files) if fault.is_error] == []
