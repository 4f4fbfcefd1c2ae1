"""What happened can be asked in SQL: `tinybird.…`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, served

FILES = {
    "hits.datasource": "SCHEMA >\n    id UInt32\n",
    "numbers.datasource": "SCHEMA >\n    n UInt64\n",
    "top.pipe": "NODE answer\nSQL >\n    %\n    SELECT id FROM hits LIMIT {{Int32(n, 10)}}\nTYPE endpoint\n",
    "asked.pipe": "NODE counts\nSQL >\n    SELECT pipe_name, view_count, error_count FROM tinybird.pipe_stats\n"
    "TYPE endpoint\n",
    "fill.pipe": "NODE failing\nSQL >\n    SELECT toUInt64(if(id = 7, 'x', '1')) AS n FROM hits\n"
    "TYPE materialized\nDATASOURCE numbers\n",
}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as opened:
        yield opened


def rows(client: Client, sql: str) -> list[list[object]]:
    body = client.get("/v0/sql", q=f"{sql} FORMAT JSONCompact").json()
    assert "data" in body, body
    return body["data"]  # type: ignore[return-value]


def test_each_request_is_recorded_with_its_token_and_parameters(client: Client) -> None:
    client.get("/v0/pipes/top.json", n=3)
    found = rows(
        client,
        "SELECT pipe_name, status_code, error, method, token_name, parameters['n'], url "
        "FROM tinybird.pipe_stats_rt WHERE pipe_name = 'top'",
    )
    assert found == [["top", 200, 0, "GET", "admin token", "3", "/v0/pipes/top.json?n=3"]]


def test_an_error_is_recorded_with_its_text(client: Client) -> None:
    client.get("/v0/pipes/top.json", n="many")
    assert rows(client, "SELECT pipe_name, status_code, error FROM tinybird.endpoint_errors") == [
        ["top", 400, "Error validating 'many' to type Int32"]
    ]


def test_no_record_holds_a_token(client: Client) -> None:
    client.get("/v0/pipes/top.json", token=None, **{"n": 1})
    client.ask("GET", "/v0/pipes/top.json", {"token": client.admin}, token=None)
    shown = rows(client, "SELECT url, parameters, token FROM tinybird.pipe_stats_rt")
    assert shown and client.admin not in str(shown)


def test_days_are_counted_from_the_requests_and_endpoints_may_read_them(client: Client) -> None:
    client.get("/v0/pipes/top.json")
    client.get("/v0/pipes/top.json")
    client.get("/v0/pipes/top.json", n="many")
    counted = {row["pipe_name"]: row for row in client.get("/v0/pipes/asked.json").data}  # type: ignore[attr-defined]
    assert (counted["top"]["view_count"], counted["top"]["error_count"]) == (3, 1)


def test_states_of_the_days_can_be_merged(client: Client) -> None:
    client.get("/v0/pipes/top.json")
    found = rows(
        client,
        "SELECT avgMerge(avg_duration_state) > 0, length(quantilesTimingMerge(0.9, 0.95, 0.99)(quantile_timing_state)) "
        "FROM tinybird.pipe_stats WHERE pipe_name = 'top'",
    )
    assert found == [[1, 3]]


def test_each_block_is_recorded_and_what_a_view_made_of_it(client: Client) -> None:
    client.post("/v0/events", b'{"id": 1}\n{"id": 2}\n{"id": "x"}', name="hits")
    client.post("/v0/events", b'{"id": 7}', name="hits")
    found = rows(
        client,
        "SELECT event_type, datasource_name, pipe_name, result, rows, rows_quarantine, error "
        "FROM tinybird.datasources_ops_log ORDER BY import_id, pipe_name",
    )
    assert found == [
        ["append", "hits", "", "ok", 2, 1, None],
        ["append", "numbers", "fill", "ok", 2, 0, None],
        ["append", "hits", "", "ok", 1, 0, None],
        ["append", "numbers", "fill", "error", 0, 0, "Cannot parse string as UInt64: x"],
    ]
    assert rows(
        client, "SELECT datasource_name, rows, quarantine_lines FROM tinybird.block_log ORDER BY import_id"
    ) == [
        ["hits", 2, 1],
        ["hits", 1, 0],
    ]


def test_what_data_sources_hold_is_measured_when_somebody_asks(client: Client) -> None:
    client.post("/v0/events", b'{"id": 1}\n{"id": 2}\n{"id": "x"}', name="hits")
    client.workspace.records.forget_measure()
    found = rows(client, "SELECT datasource_name, rows, rows_quarantine FROM tinybird.datasources_storage "
                         "ORDER BY timestamp DESC, rows DESC LIMIT 1 BY datasource_name")  # fmt: skip
    assert sorted(found) == [["hits", 2, 1], ["numbers", 2, 0]]


@pytest.mark.parametrize("name", ["jobs_log", "kafka_ops_log", "sinks_ops_log"])
def test_the_others_can_be_read_too(client: Client, name: str) -> None:
    assert rows(client, f"SELECT count() >= 0 FROM tinybird.{name}") == [[1]]
