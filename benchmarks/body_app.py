"""What events are measured against: an ASGI application that reads the body and does nothing with it."""

from __future__ import annotations

from tinylite.server.http import Receive, Scope, Send

_START = {"type": "http.response.start", "status": 202, "headers": [(b"content-length", b"2")]}


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        continue
    await send(dict(_START))
    await send({"type": "http.response.body", "body": b"{}"})
