"""The small part of ASGI that the hot routes need: a request's parts in, one answer out."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import Awaitable, Callable, Hashable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import parse_qs

import orjson

from tinylite.formats.body import Body
from tinylite.formats.compression import SHORTEST, chosen, packed
from tinylite.ingest.errors import Malformed, TooLarge

T = TypeVar("T")
_WATCHED_AFTER = 0.1
"""Seconds."""
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_ANY_ORIGIN = {"access-control-allow-origin": "*"}
PREFLIGHT = {
    **_ANY_ORIGIN,
    "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, content-encoding, if-none-match, *",
    "access-control-expose-headers": "*",
    "access-control-max-age": "86400",
}
PATIENCE = 30.0
"""Seconds that a client may take for each piece of a body."""
WORKSPACES = "tinylite.workspaces"
"""Where a scope holds the workspaces of the server, if there can be several."""
DOCUMENTATION = "docs/reference/http.md"
"""Where errors are explained: a page of the project's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response. `encoding` is how its body is packed already."""

    body: bytes | Body
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    shared: bool = True
    """Whether pages of other sites may read it (CORS)."""
    encoding: str = ""
    rows: int = 0
    """Of a result."""
    rows_read: int = 0
    bytes_read: int = 0

    def again(self) -> Answer:
        """As it is given to the next one who asks: nothing is read for it."""
        return replace(self, rows_read=0, bytes_read=0)

    def with_header(self, name: str, value: str) -> Answer:
        return Answer(
            self.body, self.status, self.content_type, {**self.headers, name: value}, self.shared, self.encoding,
            self.rows, self.rows_read, self.bytes_read,
        )  # fmt: skip


@dataclass(slots=True)
class Request:
    """The query string is read once; names given several times are lists."""

    scope: Scope
    receive: Receive
    path: str
    method: str
    query: dict[str, object]
    asker: tuple[str, str] = ("", "")
    """Id and name of the token, once it is known."""
    is_gone: bool = False
    kept_as: Hashable = None
    """By what its answer may be kept."""
    headers: dict[bytes, bytes] | None = None
    """Made when the first one is asked for."""
    is_settled: bool = False
    """Whether its token is one that neither expires nor may ask only so often."""

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> Request:
        path = scope["path"]
        query = parameters(scope["query_string"].decode("latin-1"))
        return cls(scope, receive, path.rstrip("/") or "/", scope["method"], query)

    def header(self, name: str) -> str:
        return self.raw_header(name.encode()).decode("latin-1")

    def raw_header(self, name: bytes) -> bytes:
        if self.headers is None:
            # Of a header that comes twice the first one counts.
            self.headers = dict(reversed(self.scope["headers"]))
        return self.headers.get(name, b"")

    def text(self, name: str, default: str = "") -> str:
        value = self.query.get(name, default)
        return str(value[-1]) if isinstance(value, list) else str(value)

    async def unless_gone(self, work: Awaitable[T]) -> T:
        """The result of `work`, which is cancelled when the client goes away; its body must have been read.

        Raises ClientGone. Only work that takes a while is watched: to watch costs as much as a small query.
        """
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        watches: list[asyncio.Task[None]] = []

        async def watch() -> None:
            # The first message may be an empty body that nobody asked for.
            for _ in range(2):
                if (await self.receive())["type"] == "http.disconnect" and task is not None:
                    self.is_gone = True
                    task.cancel()
                    return

        timer = loop.call_later(_WATCHED_AFTER, lambda: watches.append(loop.create_task(watch())))
        try:
            return await work
        except asyncio.CancelledError:
            if not self.is_gone or task is None:
                raise
            task.uncancel()
            raise ClientGone from None
        finally:
            timer.cancel()
            for started in watches:
                started.cancel()

    @property
    def deployment(self) -> str:
        """The one to read: empty for the live one, `staging`, or an id."""
        return self.text("__tb__deployment") or self.header("x-tb-deployment")

    async def received(self) -> MutableMapping[str, Any]:
        """The next piece of the body. Raises TooSlow when it does not come."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.receive()
        except TimeoutError:
            raise TooSlow(f"nothing of the body came for {PATIENCE} seconds") from None

    async def body(self, limit: int) -> bytes:
        """Raises TooLarge before more than `limit` bytes are kept."""
        length = self.header("content-length")
        if length.isdecimal() and int(length[:20]) > limit:
            raise TooLarge(f"the body has more than {limit:,} bytes")
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self.received()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"the body has more than {limit:,} bytes")
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)


class TooSlow(Exception):
    """The client began a body and sent nothing more of it."""


_SERVER = os.urandom(8).hex()
_NUMBERS = itertools.count(int.from_bytes(os.urandom(6), "big"))


def fresh_id() -> str:
    """Of a request, unlike any other of this or another server. A UUID each would cost ten times as much."""
    return f"{_SERVER}{next(_NUMBERS):016x}"


class ClientGone(Exception):
    """The client went away in the middle of its request."""


def parameters(text: str) -> dict[str, object]:
    """`a=1&b=2&b=3`: texts, and lists for names that come again. Empty values count. Raises Malformed."""
    return dict(_known(text) if len(text) < _SHORT else _parsed(text))


_PLAIN = re.compile(r"[\w.~:,/-]+=[\w.~:,/-]*(?:&[\w.~:,/-]+=[\w.~:,/-]*){0,99}", re.ASCII)
"""Parameters with nothing to decode."""
_SHORT = 200
"""Characters of parameters that are remembered: whoever sends events sends the same ones each time."""


def _parsed(text: str) -> dict[str, object]:
    if _PLAIN.fullmatch(text):
        # A tenth of the time of the general way.
        pairs = [part.partition("=") for part in text.split("&")]
        plain = {name: value for name, _, value in pairs}
        if len(plain) == len(pairs):
            return dict(plain)
    try:
        values = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000) if text else {}
    except UnicodeDecodeError:
        raise Malformed("the parameters are not UTF-8") from None
    except ValueError:
        raise Malformed("there are more than 1000 parameters") from None
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


_known = lru_cache(maxsize=512)(_parsed)


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(orjson.dumps(value), status, headers=headers or {})


def error_answer(text: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    return json_answer({"error": text, "documentation": DOCUMENTATION}, status, headers)


def header_fields(answer: Answer, size: int, encoding: str) -> list[tuple[bytes, bytes]]:
    """All but the request's id."""
    fields = {
        "content-type": answer.content_type,
        "content-length": str(size),
        "x-content-type-options": "nosniff",
        **({"content-encoding": encoding} if encoding else {}),
        **(_ANY_ORIGIN if answer.shared else {}),
        **answer.headers,
    }
    return [(name.encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]


async def send_answer(answer: Answer, request_id: str, send: Send, accepted: str = "") -> None:
    """`accepted` is the request's Accept-Encoding."""
    body, encoding = answer.body, answer.encoding
    size = body.size if isinstance(body, Body) else len(body)
    if isinstance(body, bytes) and not encoding and "vary" not in answer.headers and len(body) >= SHORTEST:
        encoding = chosen(accepted)
        body = packed(body, encoding) if encoding else body
        size = len(body)
        answer = replace(answer, headers={"vary": "accept-encoding", **answer.headers})
    headers = [*header_fields(answer, size, encoding), (b"x-request-id", request_id.encode())]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if isinstance(body, bytes):
        await send({"type": "http.response.body", "body": body})
        return
    for piece in body.pieces():
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
