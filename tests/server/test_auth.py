"""Who may ask for what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.server.client import Client, endpoint, served

HITS = """TOKEN "writer" APPEND
TOKEN "reader" READ
SCHEMA >
    `page` String `json:$.page`
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {
        "hits.datasource": HITS,
        "pages.pipe": 'TOKEN "app" READ\n' + endpoint("SELECT page FROM hits"),
        "secret.pipe": endpoint("SELECT 1 AS x"),
    }
    with served(tmp_path_factory.mktemp("auth"), files, dev=True) as client:
        yield client


def token(client: Client, name: str) -> str:
    return next(token.token for token in client.workspace.tokens.all() if token.name == name)


READS = ["/v0/pipes/pages.json", "/v0/pipes", "/v0/pipes/pages", "/v0/datasources", "/v0/datasources/hits", "/v0/sql"]


@pytest.mark.parametrize("path", [*READS, "/v0/tokens"])
@pytest.mark.parametrize("wrong", [None, "wrong", "p.", "é", "x" * 10_000])
def test_without_a_right_token_nothing_is_answered(client: Client, path: str, wrong: str | None) -> None:
    response = client.get(path, token=wrong)
    assert response.status == 403
    assert set(response.json()) == {"error", "documentation"}


@pytest.mark.parametrize("wrong", [None, "wrong"])
def test_events_need_a_token(client: Client, wrong: str | None) -> None:
    assert client.post("/v0/events", b'{"page":"x"}', name="hits", token=wrong).status == 403
    assert client.get("/v0/sql", q="SELECT count() FROM hits WHERE page = 'x'").text == "0\n"


def test_the_token_may_be_a_parameter_or_a_header(client: Client) -> None:
    assert client.ask("GET", "/v0/pipes/pages.json", {"token": client.admin}, token=None).status == 200
    assert (
        client.ask("GET", "/v0/pipes/pages.json", "", headers={"Authorization": f"bearer {client.admin}"}).status == 200
    )


def test_a_token_reads_only_the_pipe_it_was_made_for(client: Client) -> None:
    app = token(client, "app")
    assert client.get("/v0/pipes/pages.json", token=app).status == 200
    refused = client.get("/v0/pipes/secret.json", token=app)
    assert refused.status == 403
    assert "PIPES:READ:secret" in refused.error


def test_whether_a_pipe_exists_is_told_only_to_who_may_read_it(client: Client) -> None:
    assert client.get("/v0/pipes/nothing.json", token=token(client, "app")).status == 403
    assert client.get("/v0/pipes/nothing.json").status == 404


def test_appending_needs_its_own_scope(client: Client) -> None:
    body = b'{"page":"a"}'
    assert client.post("/v0/events", body, name="hits", token=token(client, "reader")).status == 403
    assert client.post("/v0/events", body, name="hits", token=token(client, "writer")).status == 202


def test_lists_show_what_the_token_may_read(client: Client) -> None:
    pipes = client.get("/v0/pipes", token=token(client, "app")).json()["pipes"]
    assert [pipe["name"] for pipe in pipes] == ["pages"]  # type: ignore[attr-defined]
    assert client.get("/v0/datasources", token=token(client, "app")).json() == {"datasources": []}


@pytest.mark.parametrize("path", ["/v0/tokens", "/v0/tokens/app", "/v0/variables"])
def test_tokens_and_secrets_are_for_admins(client: Client, path: str) -> None:
    assert client.get(path, token=token(client, "app")).status == 403


def test_tokens_are_told_on_this_machine_only(client: Client) -> None:
    here = client.ask("GET", "/tokens", token=None)
    assert here.json() == dict.fromkeys(("user_token", "admin_token", "workspace_admin_token"), client.admin)
    for other in ("192.168.1.2", "::ffff:10.0.0.1", "example.com", ""):
        assert client.ask("GET", "/tokens", token=None, client=other).status == 403


@pytest.mark.parametrize("headers", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"host": ""}])
def test_tokens_are_not_told_to_pages_of_browsers(client: Client, headers: dict[str, str]) -> None:
    answer = client.ask("GET", "/tokens", token=None, headers=headers)
    assert answer.status == 403
    assert client.admin not in answer.body.decode()


def test_tokens_are_not_told_outside_of_development(client: Client) -> None:
    assert Client(client.workspace).ask("GET", "/tokens", token=None).status == 404
