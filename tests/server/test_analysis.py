"""Data sources guessed from files, and rows as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.server.client import Client, served
from tinylite.datafile import parse
from tinylite.diagnostics import Source

HITS = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `page` String `json:$.page`\n"
EVENTS = [
    {
        "id": n,
        "at": f"2026-05-{n % 28 + 1:02d}T10:00:00.5Z",
        "user": {"name": f"n{n % 3}"},
        "tags": ["a"] if n % 2 else [],
        "items": [{"id": n, "price": 1.5}],
        "ok": True,
        "rarely": None if n % 3 else 1,
        "odd key": "x" * n,
        "now and then": {"a": 1} if n % 2 else "text",
    }
    for n in range(60)
]
NDJSON = "\n".join(map(json.dumps, EVENTS)).encode()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("analysis"), {"hits.datasource": HITS}) as client:
        client.workspace.ingest.append_now("hits", b'{"id": 1, "page": "a,b"}\n{"id": 2, "page": "c"}')
        yield client


def guessed(client: Client, body: bytes, **parameters: object) -> dict[str, str]:
    """Types by column; what is guessed can be built."""
    answer = client.post("/v0/analyze", body, **parameters)
    assert answer.status == 200, answer.error
    resource, faults = parse(Source("guess.datasource", str(answer.json()["datafile"])), include=None)
    assert (resource is not None, faults) == (True, [])
    analysis = answer.json()["analysis"]
    assert isinstance(analysis, dict)
    return {each["name"]: each["recommended_type"] for each in analysis["columns"]}


@pytest.mark.parametrize("body", [NDJSON, NDJSON[:-30], json.dumps(EVENTS).encode()[:-30]])
def test_types_are_guessed_from_events_even_when_the_last_one_is_cut_off(client: Client, body: bytes) -> None:
    assert guessed(client, body) == {
        "id": "Int64",
        "at": "DateTime64(3)",
        "user_name": "LowCardinality(String)",
        "tags": "Array(String)",
        "items_id": "Array(Int64)",
        "items_price": "Array(Float64)",
        "ok": "Bool",
        "rarely": "Nullable(Int64)",
        "odd_key": "String",
        "now_and_then": "Nullable(String)",
    }


def test_types_are_guessed_from_csv(client: Client) -> None:
    body = b"id;day;price;note\n1;2026-05-01;1.5;a\n2;2026-05-02;2;\n3;2026-0"
    expected = {"id": "Int64", "day": "Date", "price": "Float64", "note": "String"}
    assert guessed(client, body) == expected
    assert list(guessed(client, b"1,2026-05-01\n2,2026-05-02\n").values()) == ["Int64", "Date"]


def test_types_are_read_from_parquet(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    select = (
        "SELECT 1::UTINYINT AS a, 1.5::DECIMAL(10, 2) AS d, TIMESTAMP '2026-05-01' AS t, [1] AS l, NULL::VARCHAR AS n"
    )
    duckdb.sql(f"COPY ({select}) TO '{path}'")
    assert guessed(client, path.read_bytes()) == {
        "a": "UInt8", "d": "Decimal(10, 2)", "t": "DateTime64(6)", "l": "Array(Int32)", "n": "Nullable(String)",
    }  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"PAR1 is no more", b"[1, 2", b"Obj\x01"])
def test_what_has_no_rows_is_refused(client: Client, body: bytes) -> None:
    assert client.post("/v0/analyze", body).status == 400


def test_rows_are_exported(client: Client, tmp_path: Path) -> None:
    route = "/v0/datasources/hits/export"
    assert client.get(route).text == '"id","page"\n1,"a,b"\n2,"c"\n'
    assert client.get(route, format="ndjson", where="id = 2").text == '{"id":2,"page":"c"}\n'
    file = tmp_path / "hits.parquet"
    file.write_bytes(client.get(route, format="parquet", limit="1").body)
    assert duckdb.sql(f"SELECT count(*) FROM '{file}'").fetchall() == [(1,)]
    for wrong in ({"format": "xml"}, {"limit": "-1"}, {"where": "nothing = 1"}, {"where": "1) UNION ALL (SELECT 1"}):
        assert client.get(route, **wrong).status == 400
    assert client.get("/v0/datasources/nothing/export").status == 404
