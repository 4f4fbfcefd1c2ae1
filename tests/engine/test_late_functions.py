"""Python functions that a statement calls: they end with it, and take a bounded time each."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import duckdb
import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits, Stop
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.functions import PythonFunctions, polynomial
from tinylite.engine.duckdb.functions.distance import LONGEST, damerau_levenshtein, levenshtein
from tinylite.engine.duckdb.watchdog import Watchdog
from tinylite.sql import Column, Compiled
from tinylite.types import parse_type


class Stubborn:
    """A query that does not end when it is interrupted, until a function says so."""

    def __init__(self) -> None:
        self.interrupted = 0

    def interrupt(self) -> None:
        self.interrupted += 1


def test_a_function_of_a_query_that_is_past_its_time_ends_it() -> None:
    watchdog = Watchdog()
    connection = duckdb.connect()
    functions = PythonFunctions(connection, watchdog.is_late)
    sql = "SELECT count(tl_java_hash('abc'::BLOB)) FROM range(1)"
    functions.prepare(sql)
    stubborn = Stubborn()
    try:
        with watchdog.watching(stubborn, 0.01):  # type: ignore[arg-type]
            # The time may be up in the middle of any of them.
            with pytest.raises(duckdb.InvalidInputException, match="Stopped"):
                while True:
                    connection.execute(sql)
            assert stubborn.interrupted == 1
        assert not watchdog.is_late()
        assert connection.execute(sql).fetchall() == [(1,)]
    finally:
        watchdog.close()
        connection.close()


def slow_edits(one: bytes, other: bytes, *, swaps: bool) -> int:
    """Cell by cell."""
    table = {(0, column): column for column in range(len(other) + 1)} | {(row, 0): row for row in range(len(one) + 1)}
    for row, column in itertools.product(range(1, len(one) + 1), range(1, len(other) + 1)):
        cost = table[row - 1, column - 1] + (one[row - 1] != other[column - 1])
        cost = min(cost, table[row - 1, column] + 1, table[row, column - 1] + 1)
        if swaps and row > 1 and column > 1 and one[row - 2 : row] == other[column - 2 : column][::-1]:
            cost = min(cost, table[row - 2, column - 2] + 1)
        table[row, column] = cost
    return table[len(one), len(other)]


WORDS = [bytes(word) for size in range(5) for word in itertools.product(b"abc", repeat=size)]


def test_edits_are_counted_as_a_table_of_them_counts() -> None:
    for one, other in itertools.product(WORDS[:60], WORDS):
        assert levenshtein(one, other) == slow_edits(one, other, swaps=False)
        assert damerau_levenshtein(one, other) == slow_edits(one, other, swaps=True)


def test_what_would_take_long_is_refused() -> None:
    assert levenshtein(b"a" * 5000, b"b" * 4000) == 5000
    with pytest.raises(ValueError, match="too long"):
        levenshtein(b"a" * (LONGEST + 1), b"")
    connection = duckdb.connect()
    PythonFunctions(connection).prepare("tl_base58_encode(x)")
    with pytest.raises(duckdb.InvalidInputException, match="too long for this function"):
        connection.execute("SELECT tl_base58_encode(repeat('a', 100000)::BLOB)")
    connection.close()


def test_the_hash_of_java_has_32_bits() -> None:
    assert polynomial.java_hash(b"hello") == 99162322
    signed = sum(byte * 31**place for place, byte in enumerate(reversed(b"z" * 50))) % 2**32
    assert polynomial.java_hash(b"z" * 50) % 2**32 == signed


ENDLESS = "SELECT count(tl_java_hash(CAST(a.range AS VARCHAR)::BLOB)) FROM range(100000000) a"
NUMBER = (Column("x", parse_type("Int64")),)


def test_a_query_in_a_function_ends_soon_after_its_client_went_away(tmp_path: Path) -> None:
    engine = DuckDBEngine(None, tmp_path / "staging", threads=1)
    stop, problems = Stop(), []

    def ask() -> None:
        with pytest.raises(DiagnosticError) as caught:
            engine.query(Compiled(ENDLESS, NUMBER), {}, Limits(600), stop=stop)
        problems.append(caught.value.diagnostics[0].code)

    asking = threading.Thread(target=ask)
    asking.start()
    while not engine._watchdog._deadlines:
        pass
    stop.set()
    asking.join(30)
    assert problems == ["TL502"]
    engine.close()


def test_another_query_that_calls_functions_meanwhile_is_asked_again(tmp_path: Path) -> None:
    engine = DuckDBEngine(None, tmp_path / "staging")
    own = Compiled("SELECT count(tl_java_hash(CAST(range AS VARCHAR)::BLOB)) FROM range(10)", NUMBER)
    engine.query(own, {}, Limits(20))
    watchdog, stubborn = engine._watchdog, Stubborn()
    watchdog.interrupt(stubborn)  # type: ignore[arg-type]
    with watchdog._changed:
        watchdog._late[stubborn] = 0.0  # type: ignore[index]
        watchdog._count(1.0)
    assert watchdog.is_late()
    threading.Timer(0.05, watchdog.end, [stubborn]).start()
    assert engine.query(own, {}, Limits(20)).rows == [(10,)]
    engine.close()
