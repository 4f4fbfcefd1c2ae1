"""Times of day as formats write them; the texts of CSV, TSV and JSONEachRow are ClickHouse's own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.client import Client, served

QUERY = "SELECT toTime(3661) AS t, toTime64(-1.5, 2) AS u, [toTime(1)] AS a, toTimeOrNull('x') AS n"
WRITTEN = {
    "CSV": '"01:01:01","-00:00:01.50","[\'00:00:01\']",\\N\n',
    "TSV": "01:01:01\t-00:00:01.50\t['00:00:01']\t\\N\n",
    "JSONEachRow": '{"t":"01:01:01","u":"-00:00:01.50","a":["00:00:01"],"n":null}\n',
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {"hits.datasource": "SCHEMA >\n    `id` UInt32 `json:$.id`\n"}
    with served(tmp_path_factory.mktemp("project"), files) as found:
        yield found


@pytest.mark.parametrize("format", WRITTEN)
def test_a_time_is_its_text(client: Client, format: str) -> None:
    assert client.get("/v0/sql", q=f"{QUERY} FORMAT {format}").text == WRITTEN[format]


def test_many_times_are_written_alike(client: Client) -> None:
    """From 10,000 rows on the engine writes the texts, where it can."""
    answer = client.get("/v0/sql", q="SELECT toTime64(number, 1) AS t FROM numbers(20000) FORMAT JSONEachRow")
    assert answer.text.splitlines()[-1] == '{"t":"05:33:19.0"}'


def test_a_text_that_is_none_is_told(client: Client) -> None:
    answer = client.get("/v0/sql", q="SELECT toTime('abc') FORMAT JSON")
    assert answer.status == 400 and "Cannot parse Time" in answer.error
