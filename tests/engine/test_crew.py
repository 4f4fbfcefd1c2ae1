"""The engine's threads are away while small questions follow each other, and there for everything else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tinylite.engine.base import Limits
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.crew import _AFTER, Crew
from tinylite.sql import Column, Compiled
from tinylite.types import parse_type


def threads(connection: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    return int(count)


def crew_of(count: int) -> tuple[Crew, duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(f"SET threads = {count}")
    return Crew(connection.cursor()), connection


@pytest.mark.parametrize("count", [2, 3])
def test_they_go_after_some_small_questions_and_come_back_for_work(count: int) -> None:
    crew, connection = crew_of(count)
    for _ in range(_AFTER * count - 1):
        crew.small()
    assert threads(connection) == count
    crew.small()
    assert threads(connection) == 1
    with crew.at_work():
        assert threads(connection) == count
    crew.small()
    assert threads(connection) == count


def test_nobody_is_sent_away_who_works() -> None:
    crew, connection = crew_of(2)
    with crew.at_work():
        for _ in range(_AFTER * 4):
            crew.small()
        assert threads(connection) == 2


def test_an_engine_uses_them_for_all_but_small_questions(tmp_path: Path) -> None:
    engine = DuckDBEngine(None, tmp_path / "staging", threads=2)
    with engine.transaction("t") as writer:
        writer.execute("CREATE TABLE t AS SELECT range AS x FROM range(10)")
    compiled = Compiled("SELECT sum(x) FROM t", (Column("x", parse_type("Int64")),), tables=frozenset({"t"}))
    number = Compiled("SELECT current_setting('threads')", (Column("x", parse_type("Int64")),))
    for _ in range(_AFTER * 2):
        assert engine.query(compiled, {}, Limits(20), small=True).rows == [(45,)]
    assert engine.query(number, {}, Limits(20), small=True).rows == [(1,)]
    assert engine.query(number, {}, Limits(20)).rows == [(2,)]
    engine.close()


def test_a_database_that_gave_up_is_told_of_by_the_statement_and_not_by_its_threads() -> None:
    crew, connection = crew_of(2)
    for _ in range(_AFTER * 2):
        crew.small()
    assert threads(connection) == 1
    crew.close()
    with crew.at_work():
        assert threads(connection) == 1
