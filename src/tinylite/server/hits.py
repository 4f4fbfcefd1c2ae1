"""Requests that were answered before, known by their bytes: neither token nor parameters are read again.

What was found out the first time holds while the tokens, the project and the secrets are the same; whether the answer
itself is still right is asked of the answers that are kept. Such a request is so little work that the protocol asks
here as soon as it has read it, before it makes a task of it: `Hits.answer`.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from tinylite.server.http import Answer, Request, Scope, Send, fresh_id, header_fields
from tinylite.server.stats import row_of
from tinylite.workspace import Workspace
from tinylite.workspace.records import Asked

_MOST = 5000
_LONGEST_QUERY = 4096
# What decides about an answer, or is recorded of a request. With others the long way is gone.
_KNOWN = frozenset({b"authorization", b"accept-encoding", b"user-agent"})
_LONG_WAY = frozenset(
    {b"if-none-match", b"x-tb-deployment", b"content-length", b"transfer-encoding", b"expect", b"upgrade"}
)
Bytes = tuple[object, ...]
Headers = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is sent, but for the status, the date and the empty line: `head` are whole lines."""

    head: bytes
    body: bytes
    request_id: str
    token: str
    """Its name."""
    rows: int


@dataclass(slots=True)
class _Seen:
    """`headers`, `head` (the same as bytes) and `body` are of the answer that was given last."""

    kept_as: Hashable
    state: tuple[Hashable, ...]
    answer: Answer
    headers: list[tuple[bytes, bytes]]
    head: bytes
    body: bytes
    asked: Asked
    token: str
    """Its name."""


class Hits:
    def __init__(self, workspace: Workspace, shown: str) -> None:
        """`shown` is what requests are counted as."""
        self._workspace = workspace
        self._shown = shown
        self._seen: OrderedDict[Bytes, _Seen] = OrderedDict()

    def bytes_of(self, scope: Scope) -> Bytes | None:
        """What a request is known by; None when it must go the long way."""
        if scope["method"] != "GET":
            return None
        path, query = scope.get("raw_path") or scope["path"].encode(), scope["query_string"]
        return _known_by(path + b"?" + query if query else path, scope["headers"])

    def answer(self, url: bytes, headers: Headers) -> Kept | None:
        """Of a GET without a body, if it is known and its answer still right. It counts as answered."""
        started = time.perf_counter()
        known_by = _known_by(url, headers)
        if known_by is None or known_by not in self._seen or self._workspace.ingest.must_settle():
            return None
        seen = self.find(known_by)
        if seen is None:
            return None
        request_id = fresh_id()
        took = time.perf_counter() - started
        self._record(seen, request_id, took)
        self._workspace.counters.count(self._shown, 200, took)
        return Kept(seen.head, seen.body, request_id, seen.token, seen.answer.rows)

    def find(self, known_by: Bytes) -> _Seen | None:
        """With its answer as it is now."""
        seen = self._seen.get(known_by)
        if seen is None:
            return None
        if seen.state != self._state():
            del self._seen[known_by]
            return None
        answer = self._workspace.answers.find(seen.kept_as)
        if answer is None:
            return None
        if answer is not seen.answer:
            seen.answer, seen.headers, seen.body = answer, _headers(answer), answer.body
            seen.head = _lines(seen.headers)
        return seen

    async def send(self, seen: _Seen, started: float, request_id: str, send: Send) -> None:
        headers = [*seen.headers, (b"x-request-id", request_id.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": seen.body})
        self._record(seen, request_id, time.perf_counter() - started)

    def _record(self, seen: _Seen, request_id: str, took: float) -> None:
        self._workspace.records.add_asked(seen.asked, int(time.time() - took), request_id, took)

    def remember(self, known_by: Bytes, request: Request) -> None:
        """A request whose answer was kept. Not those of tokens that expire or may ask only so often."""
        if request.kept_as is None:
            return
        answer = self._workspace.answers.peek(request.kept_as)
        if not isinstance(answer, Answer) or not isinstance(answer.body, bytes) or not request.is_settled:
            return
        asked = Asked(lambda: row_of(request, answer.again()))
        headers = _headers(answer)
        self._seen[known_by] = _Seen(
            request.kept_as, self._state(), answer, headers, _lines(headers), answer.body, asked, request.asker[1]
        )
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def _state(self) -> tuple[Hashable, ...]:
        return (self._workspace.tokens.version, *self._workspace.state)


def _known_by(url: bytes, headers: Headers) -> Bytes | None:
    if len(url) > _LONGEST_QUERY:
        return None
    parts: list[object] = [url]
    for name, value in headers:
        if name in _KNOWN:
            parts += (name, value)
        elif name in _LONG_WAY:
            return None
    return tuple(parts)


def _lines(headers: Headers) -> bytes:
    return b"".join(b"%s: %s\r\n" % header for header in headers)


def _headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    assert isinstance(answer.body, bytes)
    return [*header_fields(answer, len(answer.body), answer.encoding), (b"x-cache", b"hit")]
