"""Materialized views run on each block of new rows, in its transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workspace.projects import ask, project, workspace
from tinylite.workspace import Workspace

HITS = "SCHEMA >\n    id UInt32,\n    page String,\n    at DateTime DEFAULT '2024-01-01 10:11:12'\n"


def view(sql: str, target: str) -> str:
    return f"NODE rows_of_block\nSQL >\n    {sql}\nTYPE materialized\nDATASOURCE {target}\n"


def send(opened: Workspace, *rows: str, name: str = "hits") -> tuple[int, int]:
    ack = opened.ingest.append_now(name, "\n".join(rows).encode())
    return ack.successful_rows, ack.quarantined_rows


def build(opened: Workspace, folder: Path, files: dict[str, str]) -> None:
    assert opened.build(project(folder, files)).errors == []


def test_a_view_sees_the_rows_as_they_are_stored(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "days.datasource": "SCHEMA >\n    day Date,\n    page String,\n    hits UInt64\n",
        "fill.pipe": view("SELECT toDate(at) AS day, page, count() AS hits FROM hits GROUP BY day, page", "days"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        assert send(opened, '{"id": 1, "page": "a"}', '{"id": 2, "page": "a"}', '{"id": "x"}') == (2, 1)
        assert ask(opened, "SELECT toString(day), page, hits FROM days") == [("2024-01-01", "a", 2)]


def test_the_first_block_of_a_session_can_call_functions_that_are_in_python(tmp_path: Path) -> None:
    """A transaction does not see functions that are registered after its beginning."""
    files = {
        "hits.datasource": "SCHEMA >\n    payload String\n",
        "seen.datasource": "SCHEMA >\n    kind String,\n    hash UInt64\n",
        "fill.pipe": view("SELECT JSONExtractString(payload, 'k') AS kind, xxHash64(kind) AS hash FROM hits", "seen"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, r'{"payload": "{\"k\": 1.50}"}')
        assert ask(opened, "SELECT kind, hash FROM seen") == [("1.5", 8474032230287774941)]


def test_rows_go_through_several_levels_and_to_several_targets(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "pages.datasource": "SCHEMA >\n    page String,\n    n UInt64\n",
        "totals.datasource": "SCHEMA >\n    n UInt64,\n    what String DEFAULT concat('total ', toString(n))\n",
        "one.pipe": view("SELECT page, count() AS n FROM hits GROUP BY page", "pages"),
        "two.pipe": view("SELECT sum(n) AS n FROM pages", "totals"),
        "three.pipe": view("SELECT toUInt64(id) AS n, 'id' AS what FROM hits", "totals"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"id": 7, "page": "a"}', '{"id": 8, "page": "b"}')
        assert ask(opened, "SELECT n, what FROM totals ORDER BY n") == [(2, "total 2"), (7, "id"), (8, "id")]


def test_a_source_of_the_null_engine_keeps_nothing_and_feeds_its_views(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS + "ENGINE Null\n",
        "kept.datasource": "SCHEMA >\n    id UInt32\n",
        "fill.pipe": view("SELECT id FROM hits WHERE page != 'bot'", "kept"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"id": 1, "page": "bot"}', '{"id": 2, "page": "a"}')
        assert ask(opened, "SELECT (SELECT count() FROM hits), id FROM kept") == [(0, 2)]


def test_the_source_is_the_block_wherever_it_stands_and_other_tables_are_whole(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "users.datasource": "SCHEMA >\n    id UInt32,\n    name String\n",
        "named.datasource": "SCHEMA >\n    id UInt32,\n    name String,\n    of UInt64\n",
        "fill.pipe": view(
            "SELECT h.id AS id, u.name AS name, (SELECT count() FROM hits) AS of "
            "FROM hits AS h LEFT JOIN users AS u ON h.id = u.id",
            "named",
        ),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"id": 1, "name": "Ada"}', '{"id": 2, "name": "Alan"}', name="users")
        send(opened, '{"id": 1, "page": ""}')
        send(opened, '{"id": 2, "page": ""}', '{"id": 3, "page": ""}')
        assert ask(opened, "SELECT id, name, of FROM named ORDER BY id") == [(1, "Ada", 1), (2, "Alan", 2), (3, "", 2)]


@pytest.mark.duckdb("tests/clickhouse/test_once.py has it for ClickHouse")
def test_a_view_that_fails_costs_neither_the_source_nor_other_views(tmp_path: Path) -> None:
    files = {
        "hits.datasource": HITS,
        "numbers.datasource": "SCHEMA >\n    n UInt64\n",
        "copies.datasource": "SCHEMA >\n    id UInt32\n",
        "bad.pipe": view("SELECT toUInt64(page) AS n FROM hits", "numbers"),
        "good.pipe": view("SELECT id FROM hits", "copies"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        assert send(opened, '{"id": 1, "page": "ten"}') == (1, 0)
        assert send(opened, '{"id": 2, "page": "20"}') == (1, 0)
        assert ask(opened, "SELECT count() FROM hits") == [(2,)]
        assert ask(opened, "SELECT id FROM copies ORDER BY id") == [(1,), (2,)]
        assert ask(opened, "SELECT n FROM numbers") == [(20,)]
        with opened.engine.transaction() as reader:
            kept = reader.execute("SELECT pipe, source, target, reason, rows FROM _tinylite_failed_blocks").fetchall()
    row = '{"id":1,"page":"ten","at":"2024-01-01 10:11:12"}'
    assert kept == [("bad", "hits", "numbers", "Cannot parse string as UInt64: ten", [row])]


@pytest.mark.parametrize(
    ("type_", "expression", "stored"),
    [
        ("UInt8", "id * 300", 44),
        ("String", "id", "1"),
        ("Date", "at", "2024-01-01"),
        ("DateTime", "toDate(at)", "2024-01-01 00:00:00"),
        ("LowCardinality(String)", "page", "a"),
        ("Nullable(String)", "page", "a"),
        ("SimpleAggregateFunction(max, UInt64)", "max(id)", 1),
        ("Decimal(10, 2)", "toFloat64(id) / 8", "0.12"),
    ],
)
def test_values_are_cast_as_clickhouse_casts_them(tmp_path: Path, type_: str, expression: str, stored: object) -> None:
    files = {
        "hits.datasource": HITS,
        "made.datasource": f"SCHEMA >\n    value {type_}\n",
        "fill.pipe": view(f"SELECT {expression} AS value FROM hits", "made"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"id": 1, "page": "a"}')
        shown = "value" if isinstance(stored, int) else "toString(value)"
        assert ask(opened, f"SELECT {shown} FROM made") == [(stored,)]


def test_a_null_for_a_column_that_takes_none_fails_the_view_and_is_no_default(tmp_path: Path) -> None:
    files = {
        "hits.datasource": "SCHEMA >\n    n Nullable(Int32)\n",
        "made.datasource": "SCHEMA >\n    n Int32 DEFAULT 5\n",
        "fill.pipe": view("SELECT n FROM hits", "made"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"n": 1}')
        send(opened, '{"n": null}', '{"n": 2}')
        assert ask(opened, "SELECT n FROM made") == [(1,)]


def test_a_view_takes_secrets_and_the_other_nodes_of_its_pipe(tmp_path: Path) -> None:
    pipe = "NODE wanted\nSQL >\n    %\n    SELECT id FROM hits WHERE page = {{tb_secret('page', 'a')}}\n"
    files = {
        "hits.datasource": HITS,
        "made.datasource": "SCHEMA >\n    id UInt32\n",
        "fill.pipe": pipe + view("SELECT id + 1 AS id FROM wanted", "made"),
    }
    with workspace(tmp_path) as opened:
        build(opened, tmp_path, files)
        send(opened, '{"id": 1, "page": "a"}', '{"id": 5, "page": "b"}')
        assert ask(opened, "SELECT id FROM made") == [(2,)]
