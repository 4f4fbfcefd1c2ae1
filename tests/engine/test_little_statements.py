"""Statements that read little run without DuckDB's optimizer: it takes longer than they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.sql import Column, Compiled
from tinylite.types import parse_type

TABLES = frozenset({"a", "b", "c"})
ROWS = 3000
HEAVY = 500_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> DuckDBEngine:
    folder: Path = tmp_path_factory.mktemp("little")
    opened = DuckDBEngine(None, folder / "staging")
    with opened.transaction(*TABLES) as writer:
        for name in TABLES:
            writer.execute(f"CREATE TABLE {name} AS SELECT range AS id, range % 10 AS k FROM range({ROWS})")
    return opened


def ask(engine: DuckDBEngine, sql: str, *tables: str) -> list[tuple[object, ...]]:
    compiled = Compiled(sql, (Column("x", parse_type("Int64")),), tables=frozenset(tables))
    return list(engine.query(compiled, {}, Limits(20)).rows)


def test_what_they_answer_is_the_same(engine: DuckDBEngine) -> None:
    assert ask(engine, "SELECT id FROM a WHERE k = 3 ORDER BY id DESC LIMIT 2", "a") == [(2993,), (2983,)]
    assert ask(engine, "WITH n AS (SELECT id FROM a WHERE k = 3) SELECT sum(id) FROM n", "a") == [
        (sum(range(3, ROWS, 10)),)
    ]


@pytest.mark.parametrize(
    "condition", ["FROM a CROSS JOIN b CROSS JOIN c WHERE a.id = b.id AND b.id = c.id", "FROM a JOIN b USING (id)"]
)
def test_joins_are_optimized_however_small_their_tables_are(engine: DuckDBEngine, condition: str) -> None:
    # As they are written, the first would go through 27 billion rows.
    assert ask(engine, f"SELECT count(*) {condition}", "a", "b", "c") == [(ROWS,)]


def test_a_table_that_grew_is_optimized_again(engine: DuckDBEngine) -> None:
    sql = "SELECT count(*) FROM a WHERE k = 3"
    assert ask(engine, sql, "a") == [(ROWS // 10,)]
    with engine.transaction("a") as writer:
        writer.execute(f"INSERT INTO a SELECT range, range % 10 FROM range({HEAVY})")
    assert ask(engine, sql, "a") == [((ROWS + HEAVY) // 10,)]
    with engine.transaction("a") as writer:
        writer.execute(f"DELETE FROM a WHERE rowid >= {ROWS}")


def test_a_column_that_nobody_asks_for_does_no_harm(engine: DuckDBEngine) -> None:
    parsed = "WITH n AS (SELECT CAST('x' || id AS TINYINT) AS y, id FROM a) SELECT max({}) FROM n"
    assert ask(engine, parsed.format("id"), "a") == [(ROWS - 1,)]
    with pytest.raises(DiagnosticError, match="Cannot parse"):
        ask(engine, parsed.format("y"), "a")
