"""The small part of ASGI that the hot routes need: a request's parts in, one answer out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson

from tinylite.ingest.errors import Malformed, TooLarge
from tinylite.server.compression import compressed

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, PUT, DELETE, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}
DOCUMENTATION = "docs/reference/http.md"
"""Where errors are explained: a page of the project's own."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    shared: bool = True
    """Whether pages of other sites may read it (CORS)."""
    rows: int = 0
    """Of a result."""


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

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> Request:
        path = scope["path"]
        query = parameters(scope["query_string"].decode("latin-1"))
        return cls(scope, receive, path.rstrip("/") or "/", scope["method"], query)

    def header(self, name: str) -> str:
        wanted = name.encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted), "")

    def text(self, name: str, default: str = "") -> str:
        value = self.query.get(name, default)
        return str(value[-1]) if isinstance(value, list) else str(value)

    async def body(self, limit: int) -> bytes:
        """Raises TooLarge before more than `limit` bytes are kept."""
        length = self.header("content-length")
        if length.isdecimal() and int(length[:20]) > limit:
            raise TooLarge(f"the body has more than {limit:,} bytes")
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"the body has more than {limit:,} bytes")
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)


class ClientGone(Exception):
    """The client went away in the middle of its request."""


def parameters(text: str) -> dict[str, object]:
    """`a=1&b=2&b=3`: texts, and lists for names that come again. Empty values count. Raises Malformed."""
    try:
        values = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000) if text else {}
    except UnicodeDecodeError:
        raise Malformed("the parameters are not UTF-8") from None
    except ValueError:
        raise Malformed("there are more than 1000 parameters") from None
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(orjson.dumps(value), status, headers=headers or {})


def error_answer(text: str, status: int, headers: Mapping[str, str] | None = None) -> Answer:
    return json_answer({"error": text, "documentation": DOCUMENTATION}, status, headers)


async def send_answer(answer: Answer, request_id: str, send: Send, accepted: str = "") -> None:
    """`accepted` is the request's Accept-Encoding."""
    body, encoding = compressed(answer.body, accepted)
    fields = {
        "content-type": answer.content_type,
        "content-length": str(len(body)),
        "x-request-id": request_id,
        **({"content-encoding": encoding, "vary": "accept-encoding"} if encoding else {}),
        **(CORS if answer.shared else {}),
        **answer.headers,
    }
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
