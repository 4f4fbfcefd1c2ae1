"""The embedded engine: locked down, bounded, and quiet about how it works."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits, Result
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.connect import memory_limit
from tinylite.engine.duckdb.errors import translated
from tinylite.sql import Column, Compiled
from tinylite.types import parse_type

INT = parse_type("Int64")
SLOW = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range % 7 = 3"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DuckDBEngine]:
    opened = DuckDBEngine(tmp_path / "data.duckdb", tmp_path / "staging")
    yield opened
    opened.close()


def ask(engine: DuckDBEngine, sql: str, seconds: float | None = 30, **values: object) -> Result:
    compiled = Compiled(sql, (Column("x", INT),), parameters=frozenset(values))
    return engine.query(compiled, values, Limits(seconds))


def refusal(engine: DuckDBEngine, sql: str, seconds: float | None = 30) -> tuple[str, str]:
    with pytest.raises(DiagnosticError) as caught:
        ask(engine, sql, seconds)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic.code, diagnostic.message


def test_values_are_bound_by_name(engine: DuckDBEngine) -> None:
    assert ask(engine, "SELECT $x + $x_2", x=1, x_2=2).rows == [(3,)]
    assert ask(engine, "SELECT $x_2", x=1, x_2=2).rows == [(2,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "COPY (SELECT 1) TO '/tmp/tinylite-must-not-be-there.csv'",
        "ATTACH '/tmp/tinylite-must-not-be-there.db'",
        "EXPORT DATABASE '/tmp/tinylite-must-not-be-there'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET max_temp_directory_size = '1TB'",
        "SET threads = 1",
        "RESET enable_external_access",
        "SET allowed_directories = ['/']",
        "PRAGMA enable_progress_bar",
        "SELECT * FROM read_json('http://127.0.0.1:1/x')",
    ],
)
def test_files_extensions_and_settings_are_out_of_reach(engine: DuckDBEngine, sql: str) -> None:
    assert refusal(engine, sql)[0] == "TL501"


def test_a_link_in_the_staging_folder_leads_nowhere(engine: DuckDBEngine, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    path = f"{tmp_path}/staging/../secret.csv"
    assert refusal(engine, f"SELECT * FROM read_csv('{path}')")[0] == "TL501"


def test_a_query_that_needs_more_memory_than_there_is_fails_alone(tmp_path: Path) -> None:
    engine = DuckDBEngine(tmp_path / "data.duckdb", tmp_path / "staging", memory="200MB")
    code, message = refusal(engine, "SELECT len(list(repeat('x', 1000) || range)) FROM range(1000000)")
    assert (code, message) == ("TL501", "Memory limit exceeded")
    assert ask(engine, "SELECT 1").rows == [(1,)]
    engine.close()


def test_a_query_is_stopped_when_its_time_is_up_and_the_next_one_runs(engine: DuckDBEngine) -> None:
    for _ in range(2):
        assert refusal(engine, SLOW, seconds=0.05)[0] == "TL502"
        assert ask(engine, "SELECT 1").rows == [(1,)]


def test_a_slow_query_of_one_thread_does_not_stop_those_of_others(engine: DuckDBEngine) -> None:
    refusals: list[tuple[str, str]] = []
    slow = threading.Thread(target=lambda: refusals.append(refusal(engine, SLOW, seconds=0.3)))
    slow.start()
    while slow.is_alive():
        assert ask(engine, "SELECT count(*) FROM range(1000)").rows == [(1000,)]
    slow.join()
    assert [code for code, _ in refusals] == ["TL502"]


def test_without_a_limit_nothing_is_watched(engine: DuckDBEngine) -> None:
    assert ask(engine, "SELECT 1", seconds=None).rows == [(1,)]


def test_a_transaction_is_all_or_nothing(engine: DuckDBEngine) -> None:
    engine.create_table("t", [Column("x", INT)])
    with pytest.raises(ZeroDivisionError), engine.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (1)")
        raise ZeroDivisionError
    with engine.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (2)")
    assert ask(engine, "SELECT x FROM t").rows == [(2,)]


def test_a_transaction_in_a_transaction_is_a_part_of_it(engine: DuckDBEngine) -> None:
    with pytest.raises(ZeroDivisionError), engine.transaction():
        engine.create_table("t", [Column("x", INT)])
        raise ZeroDivisionError
    assert engine.table_columns("t") is None


def test_a_failed_statement_leaves_the_next_transaction_alone(engine: DuckDBEngine) -> None:
    engine.create_table("t", [Column("x", INT)])
    with pytest.raises(duckdb.Error), engine.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES ('no number')")
    with engine.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (1)")
    assert engine.row_count("t") == 1


def test_a_version_changes_with_each_commit_to_the_table(engine: DuckDBEngine) -> None:
    engine.create_table("t", [Column("x", INT)])
    engine.create_table("other", [Column("x", INT)])
    before, other = engine.version("t"), engine.version("other")
    with engine.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (1)")
    assert (engine.version("t") > before, engine.version("other")) == (True, other)


def test_types_are_kept_as_clickhouse_spells_them(engine: DuckDBEngine) -> None:
    types = ["Int64", "LowCardinality(Nullable(String))", "Enum8('it''s' = 1)", "DateTime64(3, 'Europe/Madrid')"]
    columns = [Column(f"c{number} `\"'", parse_type(text)) for number, text in enumerate(types)]
    engine.create_table('odd "name', columns)
    assert engine.table_columns('odd "name') == {column.name: str(column.type) for column in columns}


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (duckdb.ConversionException("Conversion Error: Could not convert string 'x' to INT32\n\nLINE 1: SELECT …"),
         "Cannot parse 'x' as Int32"),
        (duckdb.ConversionException("Conversion Error: Type DOUBLE with value inf can't be cast for the type "
                                    "INT64 when casting from source column _x7"),
         "Cannot convert a value: Type Float64 with value inf can't be cast for the type Int64"),
        (duckdb.InvalidInputException("Invalid Input Error: missing ): ("),
         "Cannot compile a regular expression: missing ): ("),
        (duckdb.InvalidInputException("Invalid Input Error: More than one row returned by a subquery used as an …"),
         "Scalar subquery returned more than one row"),
        (duckdb.NotImplementedException("Not implemented Error: Unknown TimeZone 'Nowhere'!"),
         "Unknown time zone Nowhere"),
        (duckdb.BinderException('Binder Error: Referenced table "_r4" not found!'),
         "The query is translated into a statement that the engine does not take: please report it"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed to pin block (1/2)"), "Memory limit exceeded"),
        (duckdb.BinderException('Binder Error: column "a" must appear in the GROUP BY clause'),
         "Column a is not under aggregate function and not in GROUP BY keys"),
    ],
)  # fmt: skip
def test_errors_are_told_in_clickhouses_terms_without_the_rewritten_sql(error: duckdb.Error, message: str) -> None:
    assert translated(error).diagnostics[0].message == message


@pytest.mark.parametrize(("told", "limit"), [("", "60%"), ("2GB", "2GB"), ("25 %", "25 %"), ("much'; --", "60%")])
def test_the_environment_bounds_the_memory(monkeypatch: pytest.MonkeyPatch, told: str, limit: str) -> None:
    monkeypatch.setenv("TINYLITE_MEMORY", told)
    assert memory_limit() == limit


def test_the_bound_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLITE_MEMORY", "100MB")
    engine = DuckDBEngine(tmp_path / "data.duckdb", tmp_path / "staging")
    with engine.transaction() as writer:
        ((limit,),) = writer.execute("SELECT current_setting('memory_limit')").fetchall()
    engine.close()
    assert limit.endswith("MiB") and float(limit.split()[0]) < 100
