"""Every type goes from a DuckDB table to a ClickHouse table and is the same there, states too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tinylite.datafile.model import Datasource
from tinylite.engine.clickhouse import ClickHouse
from tinylite.engine.clickhouse.carrying import NotCarried, carriage, not_made
from tinylite.engine.duckdb.ddl import columns_of, create_table
from tinylite.project import load

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")
pytestmark = pytest.mark.duckdb("a process has one chDB")

VALUES = [
    ("Int8", "-5", "-5"),
    ("UInt64", "18446744073709551615", "18446744073709551615"),
    ("Int128", "-170141183460469231731687303715884105727", "-170141183460469231731687303715884105727"),
    ("UInt256", "5", "5"),
    ("Float32", "1.1", "1.1"),
    ("Float64", "'nan'", "nan"),
    ("Float64", "-1e300", "-1e300"),
    ("Float64", "123456.789", "123456.789"),
    ("Bool", "true", "true"),
    ("String", "'o''n\\e' || chr(0) || 'ü'", "o\\'n\\\\e\\0ü"),
    ("FixedString(4)", "'ab'", "ab\\0\\0"),
    ("LowCardinality(Nullable(String))", "NULL", "\\N"),
    ("Enum8('a' = 1, 'b' = 2)", "'b'", "b"),
    ("UUID", "'0188aef2-98b2-7c4f-9a3b-2b8a3a5b8c11'", "0188aef2-98b2-7c4f-9a3b-2b8a3a5b8c11"),
    ("IPv4", "3232235777", "192.168.1.1"),
    ("IPv6", "'2001:db8::1'", "2001:db8::1"),
    ("Decimal(10, 3)", "1.5", "1.5"),
    ("Decimal(38, 10)", "-12345678901234567890.5", "-12345678901234567890.5"),
    ("Date", "DATE '2149-06-06'", "2149-06-06"),
    ("Date32", "DATE '1901-02-03'", "1901-02-03"),
    ("DateTime('Asia/Tokyo')", "TIMESTAMP '2024-01-31 23:59:59'", "2024-02-01 08:59:59"),
    ("DateTime64(3)", "TIMESTAMP '1960-01-02 03:04:05.678'", "1960-01-02 03:04:05.678"),
    ("DateTime64(9)", "TIMESTAMP_NS '2024-01-02 03:04:05.123456789'", "2024-01-02 03:04:05.123456789"),
    ("Nullable(DateTime64(6))", "NULL", "\\N"),
    ("Array(String)", "['a', 'b''c']", "['a','b\\'c']"),
    ("Array(Nullable(DateTime))", "[NULL, TIMESTAMP '2024-01-01 00:00:00']", "[NULL,'2024-01-01 00:00:00']"),
    ("Array(Array(Date))", "[[DATE '2024-01-01'], []]", "[['2024-01-01'],[]]"),
    ("Map(String, UInt64)", "MAP {'a': 1, 'b': 2}", "{'a':1,'b':2}"),
    ("Map(LowCardinality(String), Date)", "MAP {'a': DATE '2024-01-01'}", "{'a':'2024-01-01'}"),
    ("Tuple(a String, b Date)", "{'a': 'x', 'b': DATE '2024-01-01'}", "('x','2024-01-01')"),
    ("Tuple(UInt8, Array(Float64))", "{'1': 1, '2': [0.5]}", "(1,[0.5])"),
    ("JSON", "'{\"a\":{\"b\":1}}'", '{"a":{"b":1}}'),
    ("SimpleAggregateFunction(max, DateTime)", "TIMESTAMP '2024-01-01 00:00:00'", "2024-01-01 00:00:00"),
]  # fmt: skip
STATES = [
    ("count", "count", "300", "300"),
    ("count, Nullable(UInt8)", "count", "18446744073709551615", "18446744073709551615"),
    ("sum, UInt8", "sum", "70000", "70000"),
    ("sum, Int64", "sum", "NULL", "0"),
    ("sum, Nullable(Float64)", "sum", "1.25", "1.25"),
    ("sum, Nullable(Float64)", "sum", "NULL", "\\N"),
    ("sumIf, UInt32, UInt8", "sumIf", "7", "7"),
    ("sum, Decimal(10, 2)", "sum", "12.34", "12.34"),
    ("avg, Int32", "avg", "{'sum': -700, 'count': 200}", "-3.5"),
    ("avg, Nullable(Float64)", "avg", "{'sum': 1, 'count': 4}", "0.25"),
    ("max, String", "max", "'z'", "z"),
    ("max, String", "max", "NULL", ""),
    ("min, Nullable(DateTime)", "min", "TIMESTAMP '2024-01-01 00:00:00'", "2024-01-01 00:00:00"),
    ("any, LowCardinality(String)", "any", "'a'", "a"),
    ("anyLastIf, String, UInt8", "anyLastIf", "'a'", "a"),
    ("argMax, String, DateTime64(3)", "argMax", "{'arg': 'x', 'val': TIMESTAMP '2024-01-01 00:00:00.5'}", "x"),
    ("argMin, UInt64, UInt64", "argMin", "NULL", "0"),
    ("groupBitOr, UInt8", "groupBitOr", "6", "6"),
    ("varPop, Float64", "varPop", "{'n': 2, 's': 4, 'q': 10}", "1"),
    ("groupArray, String", "groupArray", "['b', 'a']", "['b','a']"),
    ("groupArray(2), UInt8", "groupArray(2)", "[3, 1]", "[3,1]"),
    ("quantile(0.5), UInt32", "quantile(0.5)", "[1, 5, 100]", "5"),
    ("quantilesIf(0.5, 1), UInt32, UInt8", "quantilesIf(0.5, 1)", "[1, 5, 100]", "[5,100]"),
    ("groupUniqArray, Date", "groupUniqArray", "[DATE '2024-01-01']", "['2024-01-01']"),
    ("corr, Float64, Float64", "corr", "[{'a0': 1, 'a1': 2}, {'a0': 2, 'a1': 4}]", "1"),
]  # fmt: skip


@pytest.fixture(scope="module")
def clickhouse() -> Iterator[ClickHouse]:
    with ClickHouse.open("chdb://") as found:
        yield found


def source(folder: Path, type_: str) -> Datasource:
    (folder / "moved.datasource").write_text(f"SCHEMA >\n    v {type_}\nENGINE MergeTree\nENGINE_SORTING_KEY tuple()\n")
    project = load(folder)
    assert not [found for found in project.diagnostics if found.is_error]
    return project.datasources["moved"]


def sent(clickhouse: ClickHouse, found: Datasource, value: str, folder: Path, shown: str) -> tuple[str, str, str]:
    """What ClickHouse shows of the value, and the checksums of both."""
    way, file = carriage(found), folder / "rows.parquet"
    with duckdb.connect() as here:
        here.execute(create_table("moved", columns_of(found)))
        here.execute(f"INSERT INTO moved SELECT {value}")
        here.execute(f"COPY (SELECT {way.rows} FROM moved) TO '{file}' (FORMAT parquet)")
        ((checksum,),) = here.execute(f"SELECT {way.duckdb_checksum} FROM moved").fetchall()
    clickhouse.ask("DROP TABLE IF EXISTS moved", format="")
    clickhouse.ask("DROP TABLE IF EXISTS moved_quarantine", format="")
    clickhouse.create(found)
    structure = way.structure.replace("'", "\\'")
    rows = f"SELECT {way.values} FROM file('{file}', Parquet, '{structure}')"
    clickhouse.ask(f"INSERT INTO moved ({way.columns}) {rows}", format="")
    text = clickhouse.ask(f"SELECT {shown} FROM moved", format="TSVRaw" if shown == "v" else "TSV").decode()
    there = clickhouse.ask(f"SELECT {way.clickhouse_checksum} FROM moved", format="TSV").decode()
    return text.removesuffix("\n"), str(checksum), there.strip()


@pytest.mark.parametrize(("type_", "value", "shown"), VALUES)
def test_a_value_is_the_same_there(clickhouse: ClickHouse, tmp_path: Path, type_: str, value: str, shown: str) -> None:
    text, here, there = sent(clickhouse, source(tmp_path, type_), value, tmp_path, "v AS shown")
    assert text == shown
    assert here == there


@pytest.mark.parametrize(("state", "function", "value", "shown"), STATES)
def test_a_state_goes_on_there(
    clickhouse: ClickHouse, tmp_path: Path, state: str, function: str, value: str, shown: str
) -> None:
    found = source(tmp_path, f"AggregateFunction({state})")
    name, paren, parameters = function.partition("(")
    text, here, there = sent(clickhouse, found, value, tmp_path, f"{name}Merge{paren}{parameters}(v)")
    assert text == shown
    assert here == there


@pytest.mark.parametrize(
    "state", ["uniq, String", "uniqExact, UInt8", "sumMap, Map(String, UInt8)", "sumOrNull, UInt8"]
)
def test_sets_of_hashes_are_derived_anew(tmp_path: Path, state: str) -> None:
    found = source(tmp_path, f"AggregateFunction({state})")
    assert (not_made(found) != []) is (state != "sumMap, Map(String, UInt8)")
    if not_made(found):
        with pytest.raises(NotCarried, match="can't be made of what DuckDB keeps"):
            carriage(found)
