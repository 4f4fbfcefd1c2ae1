"""POST /v0/events."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator

import pytest
import zstandard

from tests.server.client import Client, served
from tinylite.workspace.scopes import Scope

SCHEMA = """SCHEMA >
    `id` UInt32 `json:$.id`,
    `name` String `json:$.name` DEFAULT 'nobody'
"""


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("events"), {"hits.datasource": SCHEMA}) as client:
        yield client


def rows(client: Client, table: str = "hits") -> list[list[object]]:
    text = client.get("/v0/sql", q=f"SELECT id, name FROM {table} ORDER BY id FORMAT JSONCompact")
    return text.data  # type: ignore[return-value]


def counts(response: object) -> tuple[int, int, int]:
    body = response.json()  # type: ignore[attr-defined]
    return response.status, body["successful_rows"], body["quarantined_rows"]  # type: ignore[attr-defined]


def test_an_event_is_accepted_with_202_and_can_be_read(client: Client) -> None:
    assert counts(client.post("/v0/events", b'{"id":1,"name":"a"}', name="hits")) == (202, 1, 0)
    assert rows(client) == [[1, "a"]]


def test_wait_answers_200(client: Client) -> None:
    assert counts(client.post("/v0/events", b'{"id":1}', name="hits", wait="true")) == (200, 1, 0)
    assert counts(client.post("/v0/events", b'{"id":1}', name="hits", wait="false")) == (202, 1, 0)


@pytest.mark.parametrize(
    "content_type", ["application/x-ndjson", "application/json", "text/plain", "application/x-www-form-urlencoded", ""]
)
def test_the_content_type_does_not_matter(client: Client, content_type: str) -> None:
    body = b'{"id":1,"name":"a=b&c"}\n{"id":2}\n'
    assert counts(client.post("/v0/events", body, {"Content-Type": content_type}, name="hits")) == (202, 2, 0)
    assert rows(client) == [[1, "a=b&c"], [2, "nobody"]]


def test_compressed_bodies_are_read(client: Client) -> None:
    body = b'{"id":1}\n{"id":2}'
    gzipped, zstd = gzip.compress(body), zstandard.ZstdCompressor().compress(body)
    assert counts(client.post("/v0/events", gzipped, {"Content-Encoding": "gzip"}, name="hits")) == (202, 2, 0)
    assert counts(client.post("/v0/events", zstd, {"Content-Encoding": "zstd"}, name="hits")) == (202, 2, 0)


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_body_that_is_not_what_its_encoding_says_is_400(client: Client, encoding: str) -> None:
    response = client.post("/v0/events", b'{"id":1}', {"Content-Encoding": encoding}, name="hits")
    assert response.status == 400
    assert encoding in response.error


def test_a_json_array_is_its_items(client: Client) -> None:
    body = json.dumps([{"id": 1}, {"id": 2, "name": "é\n"}]).encode()
    assert counts(client.post("/v0/events", body, name="hits", format="json")) == (202, 2, 0)
    assert rows(client) == [[1, "nobody"], [2, "é\n"]]


def test_what_does_not_fit_goes_to_quarantine_and_the_rest_in(client: Client) -> None:
    body = b'{"id":1}\n{"id":"x"}\nnonsense\n{"id":-1}\n{}\n{"id":2}'
    assert counts(client.post("/v0/events", body, name="hits")) == (202, 2, 4)
    assert rows(client) == [[1, "nobody"], [2, "nobody"]]
    q = "SELECT id, c__error_column, c__error FROM hits_quarantine ORDER BY id FORMAT JSONCompact"
    assert client.get("/v0/sql", q=q).data == [
        ["-1", ["id"], ["value '-1' on column 'id' is not UInt32"]],
        ["x", ["id"], ["value 'x' on column 'id' is not UInt32"]],
        [None, [], ["invalid JSON: nonsense"]],
        [None, ["id"], ["value 'null' on column 'id' is not UInt32"]],
    ]


def test_an_unknown_data_source_is_404(client: Client) -> None:
    assert client.post("/v0/events", b"{}", name="nothing").status == 404


def test_the_name_is_needed(client: Client) -> None:
    assert client.post("/v0/events", b"{}").status == 400


@pytest.mark.parametrize("body", [b"", b"\n\n", b"  \r\n", b"\xef\xbb\xbf"])
def test_an_empty_body_is_no_event(client: Client, body: bytes) -> None:
    assert counts(client.post("/v0/events", body, name="hits")) == (202, 0, 0)


def test_events_can_not_be_sent_to_a_quarantine(client: Client) -> None:
    assert client.post("/v0/events", b"{}", name="hits_quarantine").status == 404


def test_deeply_nested_events_do_no_harm(client: Client) -> None:
    body = b'{"id":1,"name":' + b"[" * 100_000 + b"]" * 100_000 + b'}\n{"id":2}'
    response = client.post("/v0/events", body, name="hits")
    assert sum(counts(response)[1:]) == 2
    assert [2, "nobody"] in rows(client)


def test_every_answer_has_a_receipt_that_tells_what_became_of_it(client: Client) -> None:
    answer = client.post("/v0/events", b'{"id":1}\n{"id":"x"}', name="hits", wait="true")
    told = client.get(f"/v0/events/receipts/{answer.headers['x-receipt']}")
    assert told.json() == {
        "receipt": answer.headers["x-receipt"],
        "datasource": "hits",
        "status": "stored",
        "successful_rows": 1,
        "quarantined_rows": 1,
        "errors": [{"error": "value 'x' on column 'id' is not UInt32", "rows": 1}],
    }
    assert client.get("/v0/events/receipts/nonsense").status == 404
    other = client.workspace.tokens.create("other", [])
    assert client.get(f"/v0/events/receipts/{answer.headers['x-receipt']}", token=other.token).status == 403


def test_an_idempotency_key_makes_a_request_count_once(client: Client) -> None:
    key = {"Idempotency-Key": "order-1"}
    answers = [client.post("/v0/events", b'{"id":1}\n{"id":"x"}', key, name="hits") for _ in range(3)]
    assert {(answer.body, answer.headers["x-receipt"]) for answer in answers} == {
        (answers[0].body, answers[0].headers["x-receipt"])
    }
    assert rows(client) == [[1, "nobody"]]
    assert client.post("/v0/events", b'{"id":2}', key, name="hits").status == 422
    assert client.post("/v0/events", b'{"id":2}', {"Idempotency-Key": "x" * 256}, name="hits").status == 400


def test_there_is_no_room_for_more_than_may_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinylite.ingest.ingest.MAX_WAITING", 100_000)
    body = b"\n".join(b'{"id":%d}' % n for n in range(10_000))
    refused = client.post("/v0/events", body, {"Content-Length": str(len(body))}, name="hits")
    assert refused.status == 503
    assert refused.headers["retry-after"] == "1"
    assert {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"} <= refused.headers.keys()
    assert rows(client) == []
    assert counts(client.post("/v0/events", b'{"id":1}', name="hits")) == (202, 1, 0)


def test_a_form_is_no_body_of_events(client: Client) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n{"id":1}\r\n--x--\r\n'
    answer = client.post("/v0/events", body, {"Content-Type": "multipart/form-data; boundary=x"}, name="hits")
    assert answer.status == 400
    assert rows(client) == []


@pytest.mark.parametrize("body", [b"5", b'"x"', b"nonsense", b"[1, 2", b"[{]"])
def test_what_is_no_json_is_400_where_json_was_said(client: Client, body: bytes) -> None:
    assert client.post("/v0/events", body, name="hits", format="json").status == 400
    assert client.post("/v0/events", b"{}", name="hits", format="csv").status == 400


def test_a_token_that_was_removed_may_not_append_any_more(client: Client) -> None:
    token = client.workspace.tokens.create("sender", [Scope("DATASOURCES:APPEND", "hits")])
    for _ in range(2):
        assert client.post("/v0/events", b'{"id":1}', name="hits", token=token.token).status == 202
    client.workspace.tokens.remove(token)
    assert client.post("/v0/events", b'{"id":1}', name="hits", token=token.token).status == 403
