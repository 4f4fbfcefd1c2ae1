"""Requests that were answered before, known by their bytes: neither token nor parameters are read again.

What was found out the first time holds while the tokens, the project and the secrets are the same; whether the answer
itself is still right is asked of the answers that are kept.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from tinylite.server.http import Answer, Request, Scope, Send, header_fields
from tinylite.server.stats import row_of
from tinylite.workspace import Workspace
from tinylite.workspace.records import Asked

_MOST = 5000
_LONGEST_QUERY = 4096
# What decides about an answer, or is recorded of a request. With others the long way is gone.
_KNOWN = frozenset({b"authorization", b"accept-encoding", b"user-agent"})
_CONDITIONAL = frozenset({b"if-none-match"})
Bytes = tuple[object, ...]


@dataclass(slots=True)
class _Seen:
    """`start` and `body` are of the answer that was given last."""

    kept_as: Hashable
    state: tuple[Hashable, ...]
    answer: Answer
    headers: list[tuple[bytes, bytes]]
    body: bytes
    asked: Asked
    token: str
    """Its name."""


class Hits:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._seen: OrderedDict[Bytes, _Seen] = OrderedDict()

    def bytes_of(self, scope: Scope) -> Bytes | None:
        """What a request is known by; None when it must go the long way."""
        if scope["method"] != "GET" or len(scope["query_string"]) > _LONGEST_QUERY:
            return None
        parts: list[object] = [scope["path"], scope["query_string"]]
        for name, value in scope["headers"]:
            if name in _KNOWN:
                parts += (name, value)
            elif name in _CONDITIONAL:
                return None
        return tuple(parts)

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
        return seen

    async def send(self, seen: _Seen, started: float, request_id: str, send: Send) -> None:
        headers = [*seen.headers, (b"x-request-id", request_id.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": seen.body})
        took = time.perf_counter() - started
        self._workspace.records.add_asked(seen.asked, int(time.time() - took), request_id, took)

    def remember(self, known_by: Bytes, request: Request) -> None:
        """A request whose answer was kept. Not those of tokens that expire or may ask only so often."""
        if request.kept_as is None:
            return
        answer = self._workspace.answers.peek(request.kept_as)
        if not isinstance(answer, Answer) or not isinstance(answer.body, bytes) or not request.is_settled:
            return
        asked = Asked(lambda: row_of(request, answer.again()))
        self._seen[known_by] = _Seen(
            request.kept_as, self._state(), answer, _headers(answer), answer.body, asked, request.asker[1]
        )
        if len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def _state(self) -> tuple[Hashable, ...]:
        return (self._workspace.tokens.version, *self._workspace.state)


def _headers(answer: Answer) -> list[tuple[bytes, bytes]]:
    assert isinstance(answer.body, bytes)
    return [*header_fields(answer, len(answer.body), answer.encoding), (b"x-cache", b"hit")]
