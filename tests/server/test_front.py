"""What stands in front of the routes: the access log, whose pages may read answers, how long a head may be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.server.client import Client, endpoint, served
from tinylite.diagnostics import DiagnosticError
from tinylite.server.access import AccessLog, without_tokens
from tinylite.server.front import with_settings
from tinylite.server.settings import Settings


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {"rows.pipe": 'TOKEN "app" READ\n' + endpoint("SELECT number FROM numbers({{Int8(n, 3)}})")}
    with served(tmp_path_factory.mktemp("front"), files) as client:
        yield client


def behind(client: Client, settings: Settings, log: AccessLog | None = None) -> Client:
    return Client(client.workspace, front=lambda app: with_settings(app, settings, log))


# -- the access log -------------------------------------------------------------------------------------------------


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_each_request_is_a_line(client: Client, tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "access.log"))
    front = behind(client, Settings(), log)
    token = next(token.token for token in client.workspace.tokens.all() if token.name == "app")
    answer = front.get("/v0/pipes/rows.json", token=token, n=2)
    # Given again, and refused.
    for _ in range(3):
        front.get("/v0/pipes/rows.json", token=token, n=2)
    front.get("/v0/sql", q="SELECT 1", token=token)
    log.close()
    first, *again, refused = lines(tmp_path / "access.log")
    assert first.pop("ms") > 0 and first.pop("time").endswith("Z")
    assert first == {
        "request_id": answer.headers["x-request-id"], "client": "127.0.0.1", "method": "GET",
        "path": "/v0/pipes/rows.json", "query": "n=2", "status": 200, "bytes": len(answer.body), "rows": 2,
        "token": "app",
    }  # fmt: skip
    assert [(line["rows"], line["token"], line["bytes"]) for line in again] == [(2, "app", len(answer.body))] * 3
    assert len({line["request_id"] for line in [first, *again, refused]}) == 5
    assert refused["status"] == 200 or refused["rows"] == 0


def test_no_token_is_ever_in_it(client: Client, tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "access.log"))
    front = behind(client, Settings(), log)
    web = "eyJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoieCJ9.c2lnbmF0dXJl"
    for query in (f"token={client.admin}&n=1", f"n=1&to%6ben={client.admin}", f"n={client.admin}", f"n={web}"):
        front.ask("GET", "/v0/pipes/rows.json", query, token=None)
    front.get(f"/v0/tokens/{client.admin}")
    front.get(f"/v0/tokens/{web}", token=web)
    log.close()
    text = (tmp_path / "access.log").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 6
    assert client.admin not in text and web not in text and client.admin.removeprefix("p.") not in text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("a=1&token=x&b=2", "a=1&b=2"),
        ("token=", ""),
        ("token", ""),
        ("TOKEN=x", "TOKEN=x"),
        ("%74oken=x", ""),
        ("", ""),
    ],
)
def test_a_query_is_kept_without_its_token(query: str, kept: str) -> None:
    assert without_tokens(query) == kept


def test_strange_bytes_are_written_all_the_same(client: Client, tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "access.log"))
    front = behind(client, Settings(), log)
    front.ask("GET", '/v0/\ufffd\n\x00"', "a=\xff&b=%00")
    log.close()
    (line,) = lines(tmp_path / "access.log")
    assert line["status"] == 404


def test_a_file_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiagnosticError, match="the access log can't be written"):
        AccessLog(str(tmp_path / "missing" / "access.log"))


# -- pages of other origins -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origins", "asked", "allowed"),
    [
        (("*",), "https://any.example.com", "*"),
        (("https://a.example.com",), "https://a.example.com", "https://a.example.com"),
        (("https://a.example.com",), "https://b.example.com", None),
        (("https://a.example.com",), "https://a.example.com.evil.com", None),
        (("https://a.example.com",), "", None),
        ((), "https://a.example.com", None),
    ],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_pages_of_known_origins_read_answers(
    client: Client, method: str, origins: tuple[str, ...], asked: str, allowed: str | None
) -> None:
    front = behind(client, Settings(cors_origins=origins))
    answer = front.ask(method, "/v0/pipes/rows.json", headers={"origin": asked} if asked else {})
    assert answer.headers.get("access-control-allow-origin") == allowed
    assert ("origin" in answer.headers.get("vary", "")) == (origins != ("*",))


def test_what_no_page_may_read_stays_so(client: Client) -> None:
    front = behind(client, Settings(cors_origins=("https://a.example.com",)))
    answer = front.ask("GET", "/endpoints", headers={"origin": "https://a.example.com"})
    assert "access-control-allow-origin" not in answer.headers


# -- heads ----------------------------------------------------------------------------------------------------------


def test_a_head_that_is_too_long_is_refused(client: Client) -> None:
    front = behind(client, Settings(max_header=2000))
    assert front.get("/v0/pipes/rows.json", x="a" * 1000).status == 200
    for answer in (
        front.get("/v0/pipes/rows.json", x="a" * 2000),
        front.ask("GET", "/v0/pipes/rows.json", headers={"x-long": "a" * 2000}),
        front.ask("GET", "/v0/pipes/rows.json", headers={f"x-{n}": "a" * 100 for n in range(20)}),
    ):
        assert answer.status == 431 and "2,000 bytes" in answer.error


def test_no_answer_is_taken_for_something_else(client: Client) -> None:
    for path in ("/v0/pipes/rows.json", "/v0/pipes/rows.csv", "/v0/nothing", "/endpoints"):
        assert client.get(path).headers["x-content-type-options"] == "nosniff"
