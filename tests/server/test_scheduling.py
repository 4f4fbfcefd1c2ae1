"""What becomes of requests when there is much to do, and what is told of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.server.app import create_app
from tinylite.workspace import workers

FILES = {
    "hits.datasource": "SCHEMA >\n    `page` String `json:$.page`\nENGINE_SORTING_KEY page\n",
    "pages.pipe": endpoint("SELECT page, count() AS n FROM hits GROUP BY page ORDER BY page LIMIT {{Int32(limit, 2)}}"),
    "word.pipe": endpoint("SELECT {{tb_secret('word', 'none')}} AS word"),
    "endless.pipe": endpoint("SELECT sum(number % 7) AS s FROM numbers(100000000000) WHERE number % 7 = 3"),
}
EVENTS = b"\n".join(b'{"page":"/%d"}' % (number % 5) for number in range(20))


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as client:
        client.post("/v0/events", EVENTS, name="hits")
        yield client


def test_too_many_queries_are_told_when_to_come_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_MOST_WAITING", 0)
    refused = client.get("/v0/pipes/pages.json")
    assert refused.status == 503
    assert int(refused.headers["retry-after"]) >= 1
    assert "wait already" in refused.error


def test_a_query_ends_when_its_client_goes_away(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylite.server.http._WATCHED_AFTER", 0.01)
    gone = threading.Event()
    app = create_app(client.workspace)
    scope = {
        "type": "http", "method": "GET", "path": "/v0/pipes/endless.json", "client": ("127.0.0.1", 1),
        "query_string": b"", "headers": [(b"authorization", f"Bearer {client.admin}".encode())],
    }  # fmt: skip

    async def receive() -> dict[str, object]:
        if gone.is_set():
            return {"type": "http.disconnect"}
        gone.set()
        return {"type": "http.request", "body": b""}

    async def send(message: object) -> None:
        return

    async def ask() -> None:
        await app(scope, receive, send)
        # Only the end of the query makes its thread free again.
        while any(running for running, _ in client.workspace.workers.load().values()):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(ask(), 8))


def test_statistics_tell_what_was_read_and_what_came_to_the_limit(client: Client) -> None:
    answer = client.get("/v0/pipes/pages.json").json()
    assert (answer["rows"], answer["rows_before_limit_at_least"]) == (2, 5)
    statistics = answer["statistics"]
    assert isinstance(statistics, dict)
    assert statistics["rows_read"] == 20
    assert statistics["bytes_read"] > 0


def test_metrics_count_requests_and_answers(client: Client) -> None:
    for _ in range(3):
        client.get("/v0/pipes/pages.json")
    lines = client.get("/metrics").text.splitlines()
    assert 'tinylite_requests_total{route="/v0/pipes/NAME.FORMAT",status="200"} 3' in lines
    assert "tinylite_answers_hits_total 2" in lines
    assert "tinylite_answers_misses_total 1" in lines
    assert 'tinylite_request_duration_seconds_count{route="/v0/pipes/NAME.FORMAT"} 3' in lines
    assert client.get("/metrics", token=None).status == 403


def test_admins_are_told_how_a_pipe_is_computed(client: Client) -> None:
    found = client.get("/v0/pipes/pages/explain", limit=3).json()
    assert found["tables"] == ["hits"]
    assert "GROUP BY page" in str(found["nodes"])
    assert 'FROM "hits"' in str(found["engine_sql"])
    assert found["plan"]
    of_a_select = client.get("/v0/sql", q="SELECT page FROM hits", explain="true").json()
    assert of_a_select["tables"] == ["hits"]


def test_what_is_explained_shows_no_secrets(client: Client) -> None:
    client.post("/v0/variables", b"name=word&value=sesame")
    assert client.get("/v0/pipes/word.json").data == [{"word": "sesame"}]
    assert "sesame" not in client.get("/v0/pipes/word/explain").text


def test_an_answer_that_comes_again_by_the_short_way_is_recorded_too(client: Client) -> None:
    for _ in range(5):
        assert client.get("/v0/pipes/pages.json").status == 200
    asked = client.get(
        "/v0/sql",
        q="SELECT count() AS n, uniqExact(request_id) AS ids, countIf(token_name = 'admin token') AS named, "
        "sum(result_rows) AS rows FROM tinybird.pipe_stats_rt WHERE pipe_name = 'pages' FORMAT JSON",
    )
    assert asked.data == [{"n": 5, "ids": 5, "named": 5, "rows": 10}]
