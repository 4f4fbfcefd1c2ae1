"""Paths, methods, sizes and headers."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.server import http
from tinylite.server.app import create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {
        "hits.datasource": "SCHEMA >\n    `page` String `json:$.page`\n",
        "one.pipe": "DESCRIPTION A number\n" + endpoint("SELECT {{Int32(x, 1, description='some x')}} AS x"),
        "steps.pipe": "NODE a\nSQL >\n    SELECT 1 AS x\n\n" + endpoint("SELECT x + 1 AS y FROM a"),
        "fails.pipe": endpoint("SELECT toUInt8('no luck') AS x"),
    }
    with served(tmp_path_factory.mktemp("requests"), files) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/v0/pipes/nothing.json", "/v0/pipes/nothing", "/v0/datasources/nothing", "/v0/nothing", "/",
             "/v0/pipes/one.xml",
             "/v0/pipes/one.", "/v0/pipes/.json", "/v0/pipes/a/b.json", "//v0/pipes", "/v0/pipes/../sql"],
)  # fmt: skip
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status == 404
    assert set(response.json()) == {"error", "documentation"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v0/events"),
        ("PUT", "/v0/pipes/one.json"),
        ("DELETE", "/v0/sql"),
        ("POST", "/v0/pipes"),
        ("PATCH", "/v0/health"),
    ],
)
def test_a_wrong_method_is_405(client: Client, method: str, path: str) -> None:
    response = client.ask(method, path)
    assert response.status == 405
    assert "GET" in response.error or "POST" in response.error


@pytest.mark.parametrize(
    "path", ["/v0/pipes", "/v0/pipes/one.json", "/v0/pipes/one", "/v0/datasources/hits", "/v0/health"]
)
def test_a_slash_at_the_end_changes_nothing(client: Client, path: str) -> None:
    assert client.get(path + "/").status == client.get(path).status == 200


def test_events_take_a_slash_at_the_end(client: Client) -> None:
    assert client.post("/v0/events/", b'{"page":"a"}', name="hits").status == 202


@pytest.mark.parametrize("path", ["/v0/pipes/one.json", "/v0/events", "/v0/sql", "/v0/nothing"])
def test_browsers_of_any_site_may_ask(client: Client, path: str) -> None:
    preflight = client.ask("OPTIONS", path, token=None, headers={"Origin": "https://a.example"})
    assert (preflight.status, preflight.body) == (204, b"")
    for response in (preflight, client.get(path), client.get(path, token=None)):
        assert response.headers["access-control-allow-origin"] == "*"
    # A star does not stand for Authorization.
    assert {"authorization", "content-type"} <= set(preflight.headers["access-control-allow-headers"].split(", "))


def test_every_answer_has_an_id_and_a_length(client: Client) -> None:
    one, other = client.get("/v0/pipes/one.json"), client.get("/v0/nothing")
    assert one.headers["x-request-id"] != other.headers["x-request-id"]
    for response in (one, other):
        assert int(response.headers["content-length"]) == len(response.body)
        assert response.headers["content-type"] == "application/json"


def test_health_needs_no_token(client: Client) -> None:
    assert client.get("/v0/health", token=None).json()["status"] == "ok"


def test_a_query_that_fails_is_400_and_hides_the_rewritten_sql(client: Client) -> None:
    response = client.get("/v0/pipes/fails.json")
    assert response.status == 400
    assert "no luck" in response.error
    assert "SELECT" not in response.error


def test_a_pipe_is_described_with_its_nodes_and_parameters(client: Client) -> None:
    pipe = client.get("/v0/pipes/one").json()
    (node,) = pipe["nodes"]  # type: ignore[misc]
    assert (pipe["name"], pipe["type"], pipe["endpoint"], node["node_type"]) == (
        "one",
        "endpoint",
        "answer",
        "endpoint",
    )
    assert node["params"] == [{"name": "x", "type": "Int32", "default": 1, "required": False, "description": "some x"}]


def test_a_data_source_is_described_with_its_columns_and_rows(client: Client) -> None:
    client.post("/v0/events", b'{"page":"described"}', name="hits")
    source = client.get("/v0/datasources/hits").json()
    assert [(c["name"], c["type"], c["jsonpath"]) for c in source["columns"]] == [("page", "String", "$.page")]  # type: ignore[attr-defined]
    assert source["statistics"]["row_count"] >= 1  # type: ignore[index]


def test_a_body_that_is_too_large_is_413(client: Client) -> None:
    response = client.post("/v0/events", b'{"page":"' + b"x" * 10 * 1024 * 1024 + b'"}', name="hits")
    assert response.status == 413
    told = client.post("/v0/events", b"", {"Content-Length": str(11 * 1024 * 1024)}, name="hits")
    assert told.status == 413
    assert client.post("/v0/pipes/one.json", b"x=" + b"1" * 6_000_000).status == 413


def test_a_gzip_bomb_is_413(client: Client) -> None:
    body = gzip.compress(b" " * 100_000_000)
    assert client.post("/v0/events", body, {"Content-Encoding": "gzip"}, name="hits").status == 413


@pytest.mark.parametrize("length", ["abc", "-1", "1e9", "", "9" * 5000])
def test_a_senseless_content_length_is_no_500(client: Client, length: str) -> None:
    response = client.post("/v0/events", b'{"page":"a"}', {"Content-Length": length}, name="hits")
    assert response.status in (202, 413)


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "\xff"])
def test_an_unknown_content_encoding_is_415(client: Client, encoding: str) -> None:
    assert client.post("/v0/events", b"{}", {"Content-Encoding": encoding}, name="hits").status == 415


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v0/events?name=hits"), ("POST", "/v0/sql"), ("POST", "/v0/pipes/one.json"), ("POST", "/v0/tokens"),
     ("POST", "/v0/datasources?name=hits&mode=append"), ("PUT", "/v0/variables/x")],
)  # fmt: skip
def test_a_body_that_does_not_come_is_not_waited_for(
    client: Client, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "PATIENCE", 0.05)
    client.workspace.secrets.set("x", "y")
    place, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": place, "query_string": query.encode(), "client": ("127.0.0.1", 1),
        "headers": [(b"authorization", f"Bearer {client.admin}".encode()), (b"content-length", b"1000")],
    }  # fmt: skip
    sent: list[dict[str, object]] = []

    async def ask() -> None:
        begun = asyncio.Event()

        async def receive() -> dict[str, object]:
            if begun.is_set():
                await asyncio.Event().wait()
            begun.set()
            return {"type": "http.request", "body": b"{", "more_body": True}

        async def send(message: object) -> None:
            assert isinstance(message, dict)
            sent.append(message)

        await create_app(client.workspace)(scope, receive, send)

    asyncio.run(ask())
    assert sent[0]["status"] == 408
