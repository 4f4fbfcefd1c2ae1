"""Events behind a head that was seen before: answered as by the long way, and counted as exactly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from tests.server.client import Client, served
from tinylite.ingest.log.log import Log
from tinylite.ingest.request import Answered, Outcome
from tinylite.server import protocol
from tinylite.server.app import create_app
from tinylite.server.protocol import protocol_of
from tinylite.server.quick import Quick, Taker
from tinylite.workspace.scopes import Scope

FILES = {"hits.datasource": "SCHEMA >\n    id UInt32, page String\n", "others.datasource": "SCHEMA >\n    id UInt32\n"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, FILES) as client:
        yield client


@dataclass
class Counted:
    """A taker that notes what it takes."""

    taker: Taker
    taken: list[bool]

    def take(self, body: bytes, answered: Answered) -> bool:
        self.taken.append(self.taker.take(body, answered))
        return self.taken[-1]

    def written(self, outcome: Outcome, started: float) -> bytes:
        return self.taker.written(outcome, started)


class Watched(Quick):
    def __init__(self) -> None:
        super().__init__()
        self.taken: list[bool] = []
        """Of each request with a known head, whether it went the quick way."""

    def find(self, head: bytes) -> tuple[int, Taker] | None:
        found = super().find(head)
        return found and (found[0], Counted(found[1], self.taken))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    client: Client
    protocol: Any
    """The server's side."""

    def head(self, length: int, name: str = "hits", headers: str = "", token: str = "") -> bytes:
        asked = f"name={name}&token={token or self.client.admin}"
        return f"POST /v0/events?{asked} HTTP/1.1\r\nhost: x\r\n{headers}content-length: {length}\r\n\r\n".encode()

    async def send(self, *parts: bytes) -> None:
        """Each part as it would come of its own."""
        for part in parts:
            self.protocol.data_received(part)
            await asyncio.sleep(0)

    async def post(self, event: object, **head: str) -> Answer:
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        await self.send(self.head(len(body), **head) + body)
        return await self.answer()

    async def answer(self) -> Answer:
        top = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in top[1:-2])
        body = await self.reader.readexactly(int(headers["content-length"]))
        return Answer(int(top[0].split()[1]), headers, json.loads(body))


def talk(client: Client, work: Callable[[Connection], Awaitable[None]]) -> list[bool]:
    """Which of the requests with known heads went the quick way."""

    async def run() -> list[bool]:
        quick, state, made = Watched(), ServerState(), []
        http = protocol_of(65536, 5.0, quick)
        config = uvicorn.Config(create_app(client.workspace), http=http, ws="none", lifespan="off", log_config=None)
        config.load()

        def protocol() -> asyncio.Protocol:
            made.append(config.http_protocol_class(config=config, server_state=state, app_state={}))
            return made[-1]

        server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        try:
            async with asyncio.timeout(20):
                while not state.connections:
                    await asyncio.sleep(0)
                await work(Connection(reader, writer, client, made[0]))
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            server.close()
            await server.wait_closed()
            async with asyncio.timeout(20):
                while state.connections or state.tasks:
                    await asyncio.sleep(0)
        return quick.taken

    return asyncio.run(run())


def rows(client: Client, name: str = "hits") -> list[list[object]]:
    client.workspace.ingest.catch_up()
    answer = client.get("/v0/sql", q=f"SELECT * FROM {name} ORDER BY ALL FORMAT JSONCompact")
    assert isinstance(answer.data, list)
    return answer.data


def event(id: int) -> dict[str, object]:
    return {"id": id, "page": "/"}


def test_a_known_head_is_answered_as_before(client: Client) -> None:
    async def work(connection: Connection) -> None:
        first, again = await connection.post(event(1)), await connection.post(event(2))
        assert (first.status, first.body) == (202, {"successful_rows": 1, "quarantined_rows": 0})
        assert (again.status, again.body, list(again.headers)) == (202, first.body, list(first.headers))
        differ = {name for name in first.headers if first.headers[name] != again.headers[name]} - {"date"}
        assert differ == {"x-receipt", "x-request-id"}

    assert talk(client, work) == [True]
    assert rows(client) == [[1, "/"], [2, "/"]]
    assert client.workspace.counters.requests["/v0/events", 202] == 2
    assert sum(client.workspace.counters.buckets["/v0/events"]) == 2


def test_requests_that_come_together_are_answered_in_order(client: Client) -> None:
    async def work(connection: Connection) -> None:
        await connection.post(event(0))
        requests = [connection.head(len(body)) + body for body in (json.dumps(event(n)).encode() for n in range(1, 9))]
        await connection.send(requests[0] + requests[1], b"".join(requests[2:5]), *requests[5:])
        answers = [await connection.answer() for _ in requests]
        assert [answer.status for answer in answers] == [202] * 8
        await connection.send(b"GET /v0/health HTTP/1.1\r\nhost: x\r\n\r\n")
        assert (await connection.answer()).status == 200

    talk(client, work)
    assert [id for id, _ in rows(client)] == list(range(9))


def test_the_next_request_waits_while_one_is_not_answered(client: Client) -> None:
    async def work(connection: Connection) -> None:
        await connection.post(event(0))
        body = json.dumps(event(1)).encode()
        with client.workspace.ingest._writing:
            await connection.send(connection.head(len(body)) + body)
            await connection.send(b"GET /v0/nothing HTTP/1.1\r\nhost: x\r\n\r\n", connection.head(len(body)), body)
        assert [(await connection.answer()).status for _ in range(3)] == [202, 404, 202]

    assert True in talk(client, work)
    assert len(rows(client)) == 3


@pytest.mark.parametrize("at", [1, 40, 200])
def test_a_body_may_come_behind_its_head(client: Client, at: int) -> None:
    page = "/" * 300

    async def work(connection: Connection) -> None:
        body = json.dumps({"id": 1, "page": page}).encode()
        for parts in ((body,), (body,), (body[:at], body[at:])):
            await connection.send(connection.head(len(body)), *parts)
            assert (await connection.answer()).status == 202

    talk(client, work)
    assert rows(client) == [[1, page]] * 3


def test_a_head_without_its_body_goes_the_long_way(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "_BODY_SECONDS", 0.001)

    async def work(connection: Connection) -> None:
        await connection.post(event(1))
        body = json.dumps(event(2)).encode()
        await connection.send(connection.head(len(body)), body[:5], body[5:])
        assert (await connection.answer()).status == 202

    assert talk(client, work) == []
    assert len(rows(client)) == 2


def test_what_does_not_surely_fit_goes_the_long_way(client: Client) -> None:
    async def work(connection: Connection) -> None:
        await connection.post(event(1))
        for body in (b'{"id":"x", "page":"/"}', b"[1, 2, 3, 4, 5, 6, 77]", b" " * 22, b"\xff" * 22):
            answer = await connection.post(body)
            assert answer.status == 202
            assert answer.body["successful_rows"] == 0

    assert talk(client, work) == [False] * 4
    assert rows(client) == [[1, "/"]]
    assert len(rows(client, "hits_quarantine")) == 3


def test_no_head_is_taken_for_another_one(client: Client) -> None:
    async def work(connection: Connection) -> None:
        assert (await connection.post({"id": 1, "page": "/"})).status == 202
        for headers in ("idempotency-key: a\r\n", "content-encoding: identity\r\n", "connection: keep-alive\r\n"):
            assert (await connection.post({"id": 2, "page": "/"}, headers=headers)).status == 202
        again = await connection.post({"id": 2, "page": "/"}, headers="idempotency-key: a\r\n")
        assert again.body["successful_rows"] == 1
        assert (await connection.post({"id": 5}, name="others")).status == 202
        assert (await connection.post({"id": 5}, name="nothing")).status == 404
        assert (await connection.post({"id": 5}, token="nobody")).status == 403
        assert (await connection.post(b"x" * 11, headers="content-type: multipart/form-data\r\n")).status == 400

    talk(client, work)
    assert [id for id, _ in rows(client)] == [1, 2, 2, 2]
    assert rows(client, "others") == [[5]]


def test_a_token_that_is_taken_back_counts_no_more(client: Client) -> None:
    tokens = client.workspace.tokens
    token = tokens.create("app", [Scope("DATASOURCES:APPEND", "hits")])

    async def work(connection: Connection) -> None:
        for _ in range(2):
            assert (await connection.post(event(1), token=token.token)).status == 202
        tokens.remove(token)
        assert (await connection.post(event(1), token=token.token)).status == 403

    assert talk(client, work) == [True, False]
    assert len(rows(client)) == 2


def test_a_disk_that_refuses_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(log: Log, records: object) -> None:
        raise OSError(28, "No space left on device")

    async def work(connection: Connection) -> None:
        await connection.post(event(1))
        with monkeypatch.context() as patched:
            patched.setattr(Log, "append", full)
            answer = await connection.post(event(2))
        assert answer.status == 503 and answer.headers["retry-after"] == "1" and "disk" in answer.body["error"]
        assert (await connection.post(event(3))).status == 202

    assert talk(client, work) == [True, True]
    assert [id for id, _ in rows(client)] == [1, 3]


def test_a_server_that_stops_answers_first(client: Client) -> None:
    async def work(connection: Connection) -> None:
        await connection.post(event(1))
        body = json.dumps(event(2)).encode()
        with client.workspace.ingest._writing:
            await connection.send(connection.head(len(body)) + body)
            connection.protocol.shutdown()
        assert (await connection.answer()).status == 202
        assert await connection.reader.read() == b""

    assert talk(client, work) == [True]
    assert len(rows(client)) == 2


def test_a_client_that_has_gone_away_loses_nothing_but_its_answer(client: Client) -> None:
    async def work(connection: Connection) -> None:
        await connection.post(event(1))
        body = json.dumps(event(2)).encode()
        with client.workspace.ingest._writing:
            await connection.send(connection.head(len(body)) + body)
            connection.protocol.transport.abort()
            await asyncio.sleep(0)

    assert talk(client, work) == [True]
    assert len(rows(client)) == 2


def test_a_connection_that_rests_is_closed(client: Client) -> None:
    async def work(connection: Connection) -> None:
        for number in range(3):
            assert (await connection.post(event(number))).status == 202
        connection.protocol.timeout_keep_alive = 0.05
        connection.protocol.timeout_keep_alive_handler()
        assert await connection.reader.read() == b""

    assert talk(client, work) == [True, True]
