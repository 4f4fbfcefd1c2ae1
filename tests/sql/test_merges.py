"""What a merge in the background leaves of a table's rows."""

from __future__ import annotations

import duckdb
import pytest

from tinylite.diagnostics import DiagnosticError
from tinylite.sql import Column, Table, compile_merge
from tinylite.types import parse_type

Rows = list[tuple[object, ...]]


def merged(table: Table, rows: str, *, within: tuple[str, ...] = ()) -> Rows:
    """The rows that are left of `rows` (VALUES of the table's columns), in order."""
    connection = duckdb.connect()
    columns = ", ".join(column.name for column in table.columns)
    connection.execute(f"CREATE TABLE t AS SELECT * FROM (VALUES {rows}) AS v({columns})")
    return sorted(connection.execute(compile_merge(table, within)).fetchall())


def table(engine: str, columns: str, key: str, **settings: str) -> Table:
    pairs = (column.split(" ", 1) for column in columns.split("; "))
    shown = tuple(Column(name, parse_type(type_)) for name, type_ in pairs)
    return Table("t", shown, "t", engine, (key,), **settings)  # type: ignore[arg-type]


def test_a_deleted_row_stays_as_the_last_version_of_its_key() -> None:
    rows = table("ReplacingMergeTree", "k UInt8; v UInt8; gone UInt8", "k", version="v", is_deleted="gone")

    assert merged(rows, "(1, 1, 0), (1, 2, 1), (2, 1, 0)") == [(1, 2, 1), (2, 1, 0)]


def test_rows_of_different_partitions_stay_apart() -> None:
    rows = table("ReplacingMergeTree", "k UInt8; day Date", "k")
    values = "(1, DATE '2024-01-01'), (1, DATE '2024-01-02'), (1, DATE '2024-02-01')"

    days = [day.isoformat() for _, day in merged(rows, values, within=("toYYYYMM(day)",))]  # type: ignore[attr-defined]

    assert days == ["2024-01-02", "2024-02-01"]


def test_a_cancelling_row_waits_in_the_table_for_its_partner() -> None:
    rows = table("CollapsingMergeTree", "k UInt8; n Int32; sign Int8", "k", sign="sign")

    assert merged(rows, "(1, 5, -1), (2, 7, 1), (2, 7, -1)") == [(1, 5, -1)]


def test_sums_that_are_zero_are_dropped() -> None:
    rows = table("SummingMergeTree", "k UInt8; n Int64", "k")

    assert merged(rows, "(1, 2), (1, -2), (2, 3), (2, 4)") == [(2, 7)]


def test_states_are_merged_and_merging_again_changes_nothing() -> None:
    rows = table(
        "AggregatingMergeTree", "k UInt8; c AggregateFunction(count); m SimpleAggregateFunction(max, UInt8)", "k"
    )
    once = merged(rows, "(1, 2::UBIGINT, 5), (1, 3::UBIGINT, 4), (2, 1::UBIGINT, 9)")

    assert once == [(1, 5, 5), (2, 1, 9)]
    assert merged(rows, ", ".join(map(str, once))) == once


def test_an_engine_that_merges_nothing_is_an_error() -> None:
    with pytest.raises(DiagnosticError):
        compile_merge(table("MergeTree", "k UInt8", "k"))
