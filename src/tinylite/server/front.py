"""In front of the routes, as the settings say: what is logged of a request, whose pages may read it, how long its head
may be. Nothing of it costs anything when it is not asked for.
"""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

from tinylite.server.access import RECORD, Access, AccessLog, Line
from tinylite.server.app import App
from tinylite.server.http import Receive, Scope, Send, error_answer, fresh_id, send_answer
from tinylite.server.protocol import KeptOf
from tinylite.server.settings import Settings

_ORIGIN = b"access-control-allow-origin"
_ONE_YEAR = b"max-age=31536000"


def is_plain(settings: Settings) -> bool:
    """Whether answers are sent as the routes give them, and nothing is written of them."""
    return settings.cors_origins == ("*",) and not settings.tls_cert and not settings.access_log


def with_settings(app: App, settings: Settings, log: AccessLog | None) -> App:
    if settings.cors_origins != ("*",):
        app = _of_origins(app, frozenset(settings.cors_origins))
    if settings.tls_cert:
        app = _only_by_tls(app)
    app = _of_short_heads(app, settings.max_header)
    return _logged(app, log) if log is not None else app


def kept_with_settings(kept: KeptOf, settings: Settings) -> KeptOf | None:
    """For the protocol itself, which does not know of the settings above: None when one of them changes answers."""
    return kept if is_plain(replace(settings, access_log="")) and not settings.trusted_proxies else None


def _of_short_heads(app: App, limit: int) -> App:
    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            size = len(scope["query_string"]) + len(scope["path"])
            for name, value in scope["headers"]:
                size += len(name) + len(value)
            if size > limit:
                answer = error_answer(f"the address and headers of a request may have {limit:,} bytes", 431)
                await send_answer(answer, fresh_id(), send)
                return
        await app(scope, receive, send)

    return front


def _of_origins(app: App, origins: frozenset[str]) -> App:
    """Pages of these origins only may read what pages may read."""

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        asked = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        is_known = asked.decode("latin-1") in origins

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                kept = [(name, value) for name, value in headers if name != _ORIGIN]
                if is_known and len(kept) < len(headers):
                    kept.append((_ORIGIN, asked))
                message = {**message, "headers": [*kept, (b"vary", b"origin")]}
            await send(message)

        await app(scope, receive, sent)

    return front


def _only_by_tls(app: App) -> App:
    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (b"strict-transport-security", _ONE_YEAR)]
                message = {**message, "headers": headers}
            await send(message)

        await app(scope, receive, sent)

    return front


def _logged(app: App, log: AccessLog) -> App:
    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        moment, started = time.time(), time.perf_counter()
        access = scope[RECORD] = Access()
        status = size = 0
        request_id = b""

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal status, size, request_id
            if message["type"] == "http.response.start":
                status = message["status"]
                request_id = next((value for name, value in message["headers"] if name == b"x-request-id"), b"")
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, sent)
        finally:
            client, query = scope.get("client"), scope["query_string"].decode("latin-1")
            seconds = time.perf_counter() - started
            log.add(
                Line(
                    moment, request_id.decode(), str(client[0]) if client else "", scope["method"], scope["path"],
                    query, status, seconds, size, access,
                )
            )  # fmt: skip

    return front
