"""What answers a request."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.project.folder import EVENTS, node, project
from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.project import Library, Prepared, Program, Project, adhoc
from tinylite.sql import Query, Table, compile_query


def program(found: Project, pipe: str, name: str | None = None) -> Program:
    library = Library(found)
    parent = found.pipes[pipe]
    chosen = parent.node(name) if name else parent.output
    assert chosen is not None
    unit = library.unit(parent, chosen)
    assert unit is not None
    return Program(library, unit)


def prepare(asked: Program, arguments: Mapping[str, object] | None = None) -> Prepared:
    return asked.prepare(arguments or {}, lambda name: f"secret of {name}")


def faults(asked: Program, arguments: Mapping[str, object] | None = None) -> list[Diagnostic]:
    with pytest.raises(DiagnosticError) as caught:
        prepare(asked, arguments)
    return list(caught.value.diagnostics)


def text(query: Query | Table) -> str:
    assert isinstance(query, Query)
    return query.source.text.strip()


TWO_NODES = {
    "events.datasource": EVENTS,
    "top.pipe": node("chosen", "%\nSELECT * FROM events WHERE kind = {{String(kind, 'click')}}")
    + node("answer", "%\nSELECT * FROM chosen LIMIT {{Int32(limit, 10)}}", "TYPE endpoint"),
}


def test_nodes_are_rendered_from_the_endpoint_down(tmp_path: Path) -> None:
    prepared = prepare(program(project(tmp_path, TWO_NODES), "top"), {"limit": "5"})
    assert text(prepared.query) == "SELECT * FROM chosen LIMIT {limit:Int32}"
    chosen = prepared.query.reads["chosen"]
    assert text(chosen) == "SELECT * FROM events WHERE kind = {kind:String}"
    assert isinstance(chosen, Query) and isinstance(chosen.reads["events"], Table)
    assert {name: value.value for name, value in prepared.values.items()} == {"limit": 5, "kind": "click"}


def test_a_prepared_query_compiles(tmp_path: Path) -> None:
    prepared = prepare(program(project(tmp_path, TWO_NODES), "top"))
    compiled = compile_query(prepared.query, {})
    assert [column.name for column in compiled.columns] == ["id", "at", "kind"]
    assert compiled.tables == {"events"}


def test_parameters_are_those_of_all_nodes_and_branches(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "base.pipe": node("n", "%\nSELECT {{UInt8(deep, 1)}} AS one"),
            "top.pipe": node("a", "%\nSELECT 1 AS one LIMIT {{Int32(limit, 10, description='How many')}}")
            + node(
                "b",
                "%\nSELECT * FROM {% if defined(all) %} base {% else %} a {% end %} LIMIT {{Int32(limit)}}",
                "TYPE endpoint",
            ),
        },
    )
    parameters = {parameter.name: parameter for parameter in program(found, "top").parameters}
    assert list(parameters) == ["all", "limit", "deep"]
    assert (parameters["limit"].description, parameters["limit"].default) == ("How many", 10)


def test_a_node_that_is_not_read_is_not_rendered(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("broken", "%\nSELECT {{Int32(missing)}} AS one")
            + node("b", "%\nSELECT 1 AS one {% if defined(x) %} FROM broken {% end %}", "TYPE endpoint"),
        },
    )
    assert text(prepare(program(found, "top")).query) == "SELECT 1 AS one"
    assert [fault.code for fault in faults(program(found, "top"), {"x": "1"})] == ["TL304"]


def test_an_error_above_comes_before_a_missing_parameter_below(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("below", "%\nSELECT {{Int32(missing)}} AS one")
            + node("above", "%\nSELECT * FROM below {{error('not today')}}", "TYPE endpoint"),
        },
    )
    assert [(fault.code, fault.message) for fault in faults(program(found, "top"))] == [("TL306", "not today")]


def test_names_mean_the_pipe_s_own_nodes_first(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "other.pipe": node("n", "SELECT 1 AS one") + node("last", "SELECT * FROM n"),
            "top.pipe": node("n", "SELECT 2 AS one") + node("a", "SELECT * FROM n, other", "TYPE endpoint"),
        },
    )
    reads = prepare(program(found, "top")).query.reads
    assert text(reads["n"]) == "SELECT 2 AS one"
    other = reads["other"]
    assert isinstance(other, Query) and text(other.reads["n"]) == "SELECT 1 AS one"


def test_a_node_that_is_read_twice_is_one_query(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("n", "SELECT 1 AS one")
            + node("a", "SELECT * FROM n")
            + node("b", "SELECT * FROM n, a", "TYPE endpoint"),
        },
    )
    reads = prepare(program(found, "top")).query.reads
    a = reads["a"]
    assert isinstance(a, Query) and a.reads["n"] is reads["n"]


def test_nodes_share_one_set_of_bound_names(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("n", "%\nSELECT {{Int32(x, 1)}} AS one")
            + node("a", "%\nSELECT *, {{String(x, 'one')}} AS two FROM n", "TYPE endpoint"),
        },
    )
    prepared = prepare(program(found, "top"))
    assert {name: value.value for name, value in prepared.values.items()} == {"x": "one", "x_2": 1}
    assert text(prepared.query.reads["n"]) == "SELECT {x_2:Int32} AS one"


def test_every_data_source_has_a_quarantine(tmp_path: Path) -> None:
    found = project(tmp_path, {"events.datasource": EVENTS, "top.pipe": node("a", "SELECT * FROM events_quarantine")})
    table = prepare(program(found, "top")).query.reads["events_quarantine"]
    assert isinstance(table, Table)
    assert {column.name: str(column.type) for column in table.columns} == {
        "id": "Nullable(String)",
        "at": "Nullable(String)",
        "kind": "Nullable(String)",
        "c__error_column": "Array(String)",
        "c__error": "Array(String)",
        "c__import_id": "Nullable(String)",
        "insertion_date": "DateTime",
    }


def test_a_data_source_may_have_the_name_of_a_quarantine(tmp_path: Path) -> None:
    found = project(tmp_path, {"events.datasource": EVENTS, "events_quarantine.datasource": "SCHEMA >\n    a String\n"})
    assert [column.name for column in Library(found).tables["events_quarantine"].columns] == ["a"]


def test_a_versioned_name_may_be_read_without_its_version(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {"events.datasource": f"VERSION 3\n{EVENTS}", "top.pipe": node("a", "SELECT * FROM events, events__v3")},
    )
    assert list(found.datasources) == ["events__v3"]
    reads = prepare(program(found, "top")).query.reads
    assert reads["events"] == reads["events__v3"]


def test_the_key_tells_branches_apart_but_not_values(tmp_path: Path) -> None:
    found = project(
        tmp_path, {"top.pipe": node("a", "%\nSELECT 1 {% if defined(x) %} + {{Int32(x)}} {% end %} AS one")}
    )
    asked = program(found, "top")
    assert prepare(asked, {"x": "1"}).key == prepare(asked, {"x": "2"}).key
    assert prepare(asked, {"x": "1"}).key != prepare(asked).key


def test_the_key_tells_apart_what_has_the_same_texts(tmp_path: Path) -> None:
    query = "SELECT id FROM x, y"
    files = {
        "x.datasource": EVENTS,
        "y.datasource": EVENTS,
        "one.pipe": node("x", "SELECT 1 AS id") + node("a", query, "TYPE endpoint"),
        "two.pipe": node("y", "SELECT 1 AS id") + node("a", query, "TYPE endpoint"),
    }
    found = project(tmp_path, files)
    assert prepare(program(found, "one")).key != prepare(program(found, "two")).key


def test_hints_of_the_endpoint_win(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "top.pipe": node("n", "%\n{{max_threads(1)}} {{cache_ttl('5m')}} SELECT 1 AS one")
            + node("a", "%\n{{max_threads(4)}} SELECT * FROM n", "TYPE endpoint"),
        },
    )
    assert prepare(program(found, "top")).hints == {"max_threads": 4, "cache_ttl": "5m"}


def test_secrets_come_from_the_caller(tmp_path: Path) -> None:
    found = project(tmp_path, {"top.pipe": node("a", "%\nSELECT {{tb_secret('key')}} AS s")})
    assert [value.value for value in prepare(program(found, "top")).values.values()] == ["secret of key"]


def test_sql_that_does_not_parse_points_into_the_datafile(tmp_path: Path) -> None:
    found = project(tmp_path, {"top.pipe": node("a", "%\nSELECT {{Int32(x, 1)}} AS one,\nFROM WHERE")})
    assert all(fault.span and fault.span.source.path == "top.pipe" for fault in faults(program(found, "top")))


def test_the_compiler_s_faults_are_located_in_the_datafile(tmp_path: Path) -> None:
    found = project(
        tmp_path,
        {
            "events.datasource": EVENTS,
            "top.pipe": node("n", "%\nSELECT {{Int32(x, 1)}} AS one, knd FROM events")
            + node("a", "SELECT * FROM n, evnts", "TYPE endpoint"),
        },
    )
    prepared = prepare(program(found, "top"))
    with pytest.raises(DiagnosticError) as caught:
        compile_query(prepared.query, {})
    located = {fault.code: fault for fault in prepared.located(caught.value).diagnostics}
    assert str(located["TL403"].span) == "top.pipe:4:36"
    assert (str(located["TL402"].span), located["TL402"].hint) == ("top.pipe:7:22", "did you mean events?")


def test_a_cycle_is_refused_not_followed(tmp_path: Path) -> None:
    found = project(tmp_path, {"one.pipe": node("a", "SELECT * FROM two"), "two.pipe": node("b", "SELECT * FROM one")})
    (fault,) = faults(program(found, "one"))
    assert (fault.code, fault.message) == ("TL203", "a cycle: one.a → two.b → one.a")


def test_an_endless_row_of_nodes_is_refused(tmp_path: Path) -> None:
    row = "".join(node(f"n{i}", f"SELECT * FROM n{i + 1}") for i in range(300)) + node("n300", "SELECT 1 AS one")
    found = project(tmp_path, {"top.pipe": row})
    assert [fault.code for fault in faults(program(found, "top", "n0"))] == ["TL410"]


def ask(found: Project, query: str, pipe: Pipe | None = None) -> Prepared:
    return prepare(adhoc(Library(found), query, pipe), {"x": "1"})


def test_a_query_of_its_own_reads_tables_and_pipes(tmp_path: Path) -> None:
    found = project(tmp_path, TWO_NODES)
    prepared = ask(found, "SELECT count() FROM top, events")
    assert set(prepared.query.reads) == {"top", "events"}


def test_a_query_over_a_pipe_reads_its_nodes_and_its_answer(tmp_path: Path) -> None:
    found = project(tmp_path, TWO_NODES)
    reads = ask(found, "SELECT * FROM chosen, _", found.pipes["top"]).query.reads
    assert text(reads["_"]).startswith("SELECT * FROM chosen LIMIT")
    assert text(reads["chosen"]).startswith("SELECT * FROM events")


def test_a_query_of_its_own_may_be_a_template(tmp_path: Path) -> None:
    prepared = ask(project(tmp_path, {}), "%\nSELECT {{Int32(x)}} AS one")
    assert text(prepared.query) == "SELECT {x:Int32} AS one"
