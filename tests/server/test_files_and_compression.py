"""Answers as files, and compressed."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator

import duckdb
import pytest

from tests.server.client import Client, endpoint, served


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    sql = "SELECT number AS n, concat('x', toString(number)) AS `a b` FROM numbers({{Int32(count, 3)}})"
    with served(tmp_path_factory.mktemp("files"), {"some.pipe": endpoint(sql)}) as client:
        yield client


def test_an_answer_comes_as_parquet(client: Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    answer = client.get("/v0/pipes/some.parquet", count=2)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    path = tmp_path_factory.mktemp("parquet") / "answer.parquet"
    path.write_bytes(answer.body)
    found = duckdb.sql(f"SELECT * FROM '{path}'")
    assert found.columns == ["n", "a b"]
    assert found.fetchall() == [(0, "x0"), (1, "x1")]


def test_an_answer_comes_as_arrow(client: Client) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    answer = client.get("/v0/sql", q="SELECT 1 AS one FORMAT ArrowStream")
    table = pyarrow.ipc.open_stream(io.BytesIO(answer.body)).read_all()
    assert table.to_pylist() == [{"one": 1}]


def test_a_faulty_query_is_an_error_in_every_format(client: Client) -> None:
    for format in ("JSON", "Parquet", "ArrowStream", "Vertical"):
        answer = client.get("/v0/sql", q=f"SELECT throwIf(1, 'no way') FORMAT {format}")
        assert answer.status == 400
        assert answer.headers["content-type"] == "application/json"
    assert client.get("/v0/sql", q="SELECT 1 FORMAT Avro").status == 400
    assert client.get("/v0/pipes/some.avro").status == 404


def test_a_comment_is_no_format(client: Client) -> None:
    assert client.get("/v0/sql", q="SELECT 1 -- FORMAT JSON").text == "1\n"
    assert client.get("/v0/sql", q="SELECT 'FORMAT JSON' /* x */ FORMAT CSV -- done").text == '"FORMAT JSON"\n'


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_long_answer_is_compressed_for_who_takes_it(client: Client, encoding: str) -> None:
    plain = client.get("/v0/pipes/some.csv", count=2000)
    asked = {"accept-encoding": f"br;q=1.0, {encoding};q=0.8, *;q=0"}
    packed = client.ask("GET", "/v0/pipes/some.csv", {"count": 2000}, headers=asked)
    assert packed.headers["content-encoding"] == encoding
    assert packed.headers["vary"] == "accept-encoding"
    assert len(packed.body) < len(plain.body) / 2
    if encoding == "gzip":
        assert gzip.decompress(packed.body) == plain.body
    else:
        zstandard = pytest.importorskip("zstandard")
        assert zstandard.ZstdDecompressor().decompressobj().decompress(packed.body) == plain.body


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity", "*;q=0"])
def test_nothing_is_compressed_for_who_does_not_take_it(client: Client, accepted: str) -> None:
    answer = client.ask("GET", "/v0/pipes/some.csv", {"count": 2000}, headers={"accept-encoding": accepted})
    assert "content-encoding" not in answer.headers


def test_a_short_answer_stays_as_it_is(client: Client) -> None:
    answer = client.ask("GET", "/v0/pipes/some.csv", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers


def test_statistics_stand_in_a_header_too(client: Client) -> None:
    answer = client.get("/v0/pipes/some.csv")
    assert set(answer.headers["x-db-statistics"]) >= set('{"elapsed"')
