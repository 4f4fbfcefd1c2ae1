"""Answers of many rows: the engine writes their texts, and they are what Python would have written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.engine.duckdb import reader
from tinylite.formats import body

TEXTS = (
    "['plain', '', 'a/b', 'say \"so\"', 'back\\\\slash', '\\\\u000B', 'tab\\tnew\\nline\\rfeed\\fback\\b', 'é漢🦆', "
    "char(0, 1, 11, 14, 31, 127), '\\'quoted\\'', 'a,b;c']"
)
FLOATS = (
    "[0., -0., 1., -1., 0.1, 1e15, 1e16, 123456789012345680, 1e20, 1e21, 1.5e300, 1e-5, 1e-6, 1e-7, -2.5e-10, 5e-324, "
    "nan, inf, -inf, 3.4e38, 16777216, 0.3]"
)
SMALL_FLOATS = "[0., -0., 1., 0.1, 1e15, 1e16, 1e20, 1e21, 3.4e38, 1e-5, 1e-7, 1.17e-38, nan, inf, -inf, 16777216, 0.3]"
COLUMNS = {
    "text": f"arrayElement({TEXTS}, n % 11 + 1)",
    "low": f"toLowCardinality(arrayElement({TEXTS}, n % 11 + 1))",
    "maybe": f"if(n % 3 = 0, NULL, arrayElement({TEXTS}, n % 11 + 1))",
    "double": f"arrayElement({FLOATS}, n % 22 + 1)",
    "single": f"toFloat32(arrayElement({SMALL_FLOATS}, n % 17 + 1))",
    "maybe_double": f"if(n % 4 = 0, NULL, arrayElement({FLOATS}, n % 22 + 1))",
    "unsigned": "toUInt64(18446744073709551615 - n)",
    "signed": "toInt8(n % 127 - 100)",
    "huge": "toInt128(n) * 100000000000000000000000",
    "decimal": "toDecimal64(n / 8, 4)",
    "whole_decimal": "toDecimal32(n, 0)",
    "truth": "n % 2 = 0",
    "bool": "toBool(n % 2)",
    "day": "toDate('2024-02-28') + n % 400",
    "moment": "toDateTime('2024-01-02 03:04:05') + n",
    "zoned": "toDateTime('2024-07-02 03:04:05', 'Europe/Berlin') + n",
    "millis": "toDateTime64('2024-01-02 03:04:05.678', 3) + n % 7",
    "micros": "toDateTime64('2024-01-02 03:04:05.000100', 6)",
    "nanos": "toDateTime64('2024-01-02 03:04:05.123456789', 9)",
    "uuid": "toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')",
    "four": "toIPv4('192.168.0.255')",
    "six": "toIPv6('2001:db8::1')",
    "list": f"arraySlice({TEXTS}, 1, n % 11)",
    "nested": "[[1, n], []]",
    "maybe_list": "[NULL, toNullable(n)]",
    "moments": "[toDateTime('2024-01-02 03:04:05'), toDateTime('2024-01-02 03:04:06') + n]",
    "dictionary": "map('a/b', n, 'c\"d', 2)",
    "pair": "(n, 'x/y')",
    "named": "CAST((n, 'x'), 'Tuple(a UInt64, `b/c` String)')",
    "member": "CAST('b', 'Enum8(\\'a\\' = 1, \\'b\\' = 2)')",
    "span": "INTERVAL 3 DAY",
    "nothing": "NULL",
}
ROWS = 30_000
SELECT = "SELECT n, {} FROM (SELECT number AS n FROM numbers({}))"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("long"), {"one.pipe": endpoint("SELECT 1 AS x")}) as client:
        yield client


def asked(client: Client, select: str, format: str) -> bytes:
    answer = client.post("/v0/sql", f"{select} FORMAT {format}".encode())
    assert answer.status == 200, answer.text
    return answer.body.split(b',"statistics":')[0]


@pytest.mark.parametrize("more", [[], ['CAST(\'{"a":"b/c"}\' AS JSON) AS j']])
@pytest.mark.parametrize("format", ["JSON", "JSONCompact"])
def test_rows_of_many_columns_are_the_same_too(
    client: Client, format: str, more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = ("text", "maybe", "list", "dictionary", "named", "double", "moment", "member", "bool")
    cells = ", ".join([f"{COLUMNS[name]} AS `{name}/{name}`" for name in kinds] + more)
    select = SELECT.format(cells, 200)
    monkeypatch.setattr(reader, "_MANY", 1 << 60)
    by_python = asked(client, select, format)
    monkeypatch.setattr(reader, "_MANY", 0)
    client.workspace.answers._kept.clear()
    asked(client, select, format)
    client.workspace.answers._kept.clear()
    assert asked(client, select, format) == by_python


@pytest.mark.parametrize("format", ["JSONEachRow", "JSONCompact", "CSVWithNames", "TSV"])
def test_the_engine_writes_what_python_writes(client: Client, format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in COLUMNS.items():
        select = SELECT.format(f"{value} AS `{name}`", 200)
        monkeypatch.setattr(reader, "_MANY", 1 << 60)
        by_python = asked(client, select, format)
        monkeypatch.setattr(reader, "_MANY", 0)
        client.workspace.answers._kept.clear()
        assert asked(client, select, format) == by_python, name


@pytest.mark.parametrize("format", ["JSONEachRow", "CSV", "TSV", "TSVRaw", "Vertical"])
def test_nanoseconds_are_written_whole(client: Client, format: str) -> None:
    select = f"SELECT {COLUMNS['nanos']} AS t, toDateTime64('2024-01-02 03:04:05.5', 9) AS u FROM numbers(1)"
    written = asked(client, select, format).decode()
    assert "05.123456789" in written
    assert "05.500000000" in written


def test_a_long_document_is_whole(client: Client, tmp_path: Path) -> None:
    columns = ", ".join(f"{COLUMNS[name]} AS `{name}`" for name in ("text", "double", "moment", "list"))
    answer = client.post("/v0/sql", SELECT.format(columns, ROWS).encode() + b" FORMAT JSON")
    assert len(answer.body) > 1_000_000
    document = answer.json()
    assert document["rows"] == ROWS
    data = document["data"]
    assert isinstance(data, list)
    assert [row["n"] for row in data] == list(range(ROWS))


@pytest.mark.parametrize("encoding", ["", "gzip", "zstd"])
def test_what_does_not_fit_into_memory_lies_in_a_file_until_it_is_sent(
    client: Client, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body, "_IN_MEMORY", 10_000)
    monkeypatch.setattr(body, "_PIECE", 7_000)
    select = b"SELECT number, sipHash64(number) AS h FROM numbers(20000)"
    headers = {"accept-encoding": encoding} if encoding else {}
    answer = client.post("/v0/sql", select + b" FORMAT CSV", headers)
    assert answer.headers.get("content-encoding", "") == encoding
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.unpacked.count(b"\n") == 20_000
    assert list(client.workspace.engine.staging.iterdir()) == []


def test_a_fault_in_the_last_row_is_an_error_and_no_half_answer(client: Client) -> None:
    select = b"SELECT throwIf(number = 29999, 'too far') AS x, number FROM numbers(30000) FORMAT CSV"
    answer = client.post("/v0/sql", select)
    assert answer.status == 400
    assert "too far" in answer.error
