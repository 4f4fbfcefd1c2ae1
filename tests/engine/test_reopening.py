"""After an internal error of DuckDB's the database is opened again."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.reader import Reader
from tinylite.sql import Column, Compiled
from tinylite.types import parse_type

COUNT = Compiled('SELECT count(*) AS "n" FROM "t"', (Column("n", parse_type("UInt64")),), tables=frozenset({"t"}))


def engine(folder: Path) -> DuckDBEngine:
    made = DuckDBEngine(folder / "rows.db", folder / "staging")
    made.create_table("t", [Column("x", parse_type("UInt8"))])
    with made.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (1), (2)")
    return made


def fail(*args: object, **more: object) -> int:
    raise duckdb.InternalException("INTERNAL Error: this is a test")


def test_a_query_that_ends_the_database_fails_and_the_next_one_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = engine(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Reader, "send", fail)
        patched.setattr(DuckDBEngine, "_is_alive", lambda self: False)
        with pytest.raises(DiagnosticError):
            opened.query(COUNT, {}, Limits())
    assert opened.reopened == 1
    assert opened.query(COUNT, {}, Limits()).rows == [(2,)]
    with opened.transaction("t") as writer:
        writer.execute("INSERT INTO t VALUES (3)")
    assert opened.query(COUNT, {}, Limits()).rows == [(3,)]
    opened.close()


def test_a_transaction_that_ends_the_database_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = engine(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(DuckDBEngine, "_is_alive", lambda self: False)
        with pytest.raises(duckdb.FatalException), opened.transaction("t") as writer:
            writer.execute("INSERT INTO t VALUES (3)")
            raise duckdb.FatalException("FATAL Error: this is a test")
    assert opened.query(COUNT, {}, Limits()).rows == [(2,)]
    opened.close()


def test_an_internal_error_that_harms_nothing_closes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = engine(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(Reader, "send", fail)
        with pytest.raises(DiagnosticError):
            opened.query(COUNT, {}, Limits())
    assert opened.reopened == 0
    opened.close()
