"""Kept answers that the protocol gives by itself: a client can't tell them from others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from tests.server.client import Client, endpoint, served
from tinylite.server.access import AccessLog
from tinylite.server.app import create_app
from tinylite.server.front import kept_with_settings
from tinylite.server.protocol import protocol_of
from tinylite.server.run import bind
from tinylite.server.settings import Settings

FILES = {
    "hits.datasource": "SCHEMA >\n    `page` String `json:$.page`\n",
    "counted.pipe": 'TOKEN "app" READ\n' + endpoint("SELECT count() AS n FROM hits WHERE page != {{String(no, '')}}"),
}
LIMIT = 2000


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        head = (await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 20)).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:-2])
        return int(head[0].split()[1]), headers, await self._reader.readexactly(int(headers.get("content-length", "0")))

    async def ask(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        self.writer.write(request)
        return await self.answer()

    async def is_closed(self) -> bool:
        return await asyncio.wait_for(self._reader.read(1), 20) == b""


class Front:
    """`given` are the answers that the protocol gave."""

    def __init__(self, client: Client, log: AccessLog | None) -> None:
        self.client = client
        self.given = 0
        self._app = create_app(client.workspace)
        self._log = log

    def kept(self, url: bytes, headers: object) -> object:
        found = self._app.hits.answer(url, headers)  # type: ignore[arg-type]
        self.given += found is not None
        return found

    def get(self, query: str = "", *headers: str, version: str = "1.1", token: str = "") -> bytes:
        lines = (f"GET /v0/pipes/counted.json?token={token or self.client.admin}{query} HTTP/{version}", "host: x")
        return ("\r\n".join((*lines, *headers)) + "\r\n\r\n").encode()

    @asynccontextmanager
    async def connected(self):  # type: ignore[no-untyped-def]
        listener = bind("127.0.0.1", 0)
        protocol = protocol_of(LIMIT, 30, None, self.kept, self._log)  # type: ignore[arg-type]
        server = uvicorn.Server(uvicorn.Config(self._app, http=protocol, lifespan="off", log_config=None))
        serving = asyncio.create_task(server._serve(sockets=[listener]))
        writers: list[asyncio.StreamWriter] = []

        async def connection() -> Connection:
            reader, writer = await asyncio.open_connection(*listener.getsockname())
            writers.append(writer)
            return Connection(reader, writer)

        try:
            yield connection
        finally:
            for writer in writers:
                writer.close()
            server.should_exit = True
            await serving


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    with served(tmp_path, FILES) as client:
        client.post("/v0/events", b'{"page":"/a"}', name="hits")
        yield Front(client, None)


Test = Callable[[Callable[[], Awaitable[Connection]]], Awaitable[None]]


def run(front: Front, test: Test) -> None:
    async def connected() -> None:
        async with front.connected() as connection:
            await test(connection)

    asyncio.run(connected())


def test_it_is_the_same_answer_with_the_same_headers(front: Front) -> None:
    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        # Made, kept, known by its bytes, given by the protocol.
        answers = [await one.ask(front.get()) for _ in range(5)]
        assert front.given in (2, 3)
        assert {status for status, _, _ in answers} == {200}
        assert len({body for _, _, body in answers}) == 1
        assert len({headers.pop("x-request-id") for _, headers, _ in answers}) == 5
        for _, headers, _ in answers:
            headers.pop("date")
        caches = [headers.pop("x-cache") for _, headers, _ in answers]
        assert caches == ["miss", "hit", "hit", "hit", "hit"]
        assert all(headers == answers[0][1] for _, headers, _ in answers)

    run(front, test)


def test_it_is_right_or_not_given(front: Front) -> None:
    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        for _ in range(4):
            assert json.loads((await one.ask(front.get()))[2])["data"] == [{"n": 1}]
        assert front.given
        event = b'{"page":"/b"}'
        head = (
            f"POST /v0/events?name=hits&token={front.client.admin} HTTP/1.1\r\nhost: x\r\ncontent-length: {len(event)}"
        )
        assert (await one.ask(head.encode() + b"\r\n\r\n" + event))[0] == 202
        assert json.loads((await one.ask(front.get()))[2])["data"] == [{"n": 2}]
        # Other parameters and headers are other requests.
        assert json.loads((await one.ask(front.get("&no=/b")))[2])["data"] == [{"n": 1}]
        assert (await one.ask(front.get("", "x-tb-deployment: 77")))[0] != 200

    run(front, test)


def test_a_token_that_is_gone_opens_nothing(front: Front) -> None:
    workspace = front.client.workspace
    token = next(token for token in workspace.tokens.all() if token.name == "app")

    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        for _ in range(4):
            assert (await one.ask(front.get(token=token.token)))[0] == 200
        assert front.given
        workspace.tokens.refresh(token)
        assert (await one.ask(front.get(token=token.token)))[0] == 403

    run(front, test)


def test_who_knows_it_already_is_told_so(front: Front) -> None:
    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        for _ in range(4):
            _, headers, _ = await one.ask(front.get())
        assert (await one.ask(front.get("", f"if-none-match: {headers['etag']}")))[0] == 304

    run(front, test)


def test_requests_in_a_row_are_answered_in_their_order(front: Front) -> None:
    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        for query in ("", "&no=/a"):
            for _ in range(3):
                await one.ask(front.get(query))
        given = front.given
        # The third was never asked before: it and those behind it wait for one another.
        queries = ["", "&no=/a", "&no=/x", "", "&no=/a"]
        one.writer.write(b"".join(front.get(query) for query in queries))
        found = [json.loads((await one.answer())[2])["data"][0]["n"] for _ in queries]
        assert found == [1, 0, 1, 1, 0]
        assert front.given >= given + 2

    run(front, test)


def test_pieces_bodies_and_old_clients_go_the_long_way(front: Front) -> None:
    async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
        one = await connection()
        for _ in range(4):
            await one.ask(front.get())
        given = front.given
        request = front.get()
        one.writer.write(request[:40])
        await one.writer.drain()
        await asyncio.sleep(0)
        assert (await one.ask(request[40:]))[0] == 200
        assert (await one.ask(front.get("", "content-length: 2") + b"ab"))[0] == 200
        assert (await one.ask(front.get("", "x-long: " + "a" * LIMIT)))[0] == 200
        assert (await one.ask(front.get().replace(b"GET", b"PUT")))[0] == 405
        other = await connection()
        assert (await other.ask(front.get(version="1.0")))[1]["connection"] == "close"
        assert await other.is_closed()
        last = await connection()
        assert (await last.ask(front.get("", "connection: close")))[1]["connection"] == "close"
        assert await last.is_closed()
        assert front.given <= given + 1
        # The connection is as good as ever.
        assert (await (await connection()).ask(front.get()))[0] == 200

    run(front, test)


def test_it_is_logged_recorded_and_counted(tmp_path: Path) -> None:
    log = AccessLog(str(tmp_path / "access.log"))
    with served(tmp_path, FILES) as client:
        front = Front(client, log)

        async def test(connection: Callable[[], Awaitable[Connection]]) -> None:
            one = await connection()
            for _ in range(6):
                await one.ask(front.get("&no=/a"))

        run(front, test)
        log.close()
        lines = [json.loads(line) for line in (tmp_path / "access.log").read_text().splitlines()]
        assert front.given and len(lines) == front.given
        assert {(line["path"], line["query"], line["status"], line["token"], line["rows"]) for line in lines} == {
            ("/v0/pipes/counted.json", "no=/a", 200, "admin token", 1)
        }
        assert client.workspace.counters.requests["/v0/pipes/NAME.FORMAT", 200] == 6
        sql = "SELECT count() AS n, uniq(request_id) AS ids, min(url) AS url FROM tinybird.pipe_stats_rt FORMAT JSON"
        assert client.get("/v0/sql", q=sql).data == [{"n": 6, "ids": 6, "url": "/v0/pipes/counted.json?no=%2Fa"}]


@pytest.mark.parametrize(
    ("settings", "is_given"),
    [
        (Settings(), True),
        (Settings(access_log="-"), True),
        (Settings(cors_origins=("https://a.example",)), False),
        (Settings(tls_cert="a", tls_key="b"), False),
        (Settings(trusted_proxies=("10.0.0.1",)), False),
    ],
)
def test_settings_that_change_answers_keep_the_protocol_from_giving_them(settings: Settings, is_given: bool) -> None:
    assert (kept_with_settings(lambda url, headers: None, settings) is not None) == is_given
