"""How much of a request's head is read, and how long for. httptools alone would gather one without end."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

_LINE = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s"
_TOO_LONG = b"431 Request Header Fields Too Large", b'{"error":"the address and headers are too long"}'
_TOO_LATE = b"408 Request Timeout", b'{"error":"the address and headers did not come in time"}'


def protocol_of(limit: int, seconds: float) -> type[asyncio.Protocol] | Literal["auto"]:
    """uvicorn's protocol with a limit of bytes, and of time; its other one, h11, has the first itself."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "auto"

    class Limited(HttpToolsProtocol):
        _read = 0
        _is_in_head = True
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._settle()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            # Most heads come whole: nothing is to be done for them.
            if self._is_in_head:
                self._read += len(data)
                if self._read > limit:
                    self._refuse(*_TOO_LONG)
                elif self._timer is None:
                    self._wait()

        def on_message_begin(self) -> None:
            self._read, self._is_in_head = 0, True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._is_in_head = False
            self._settle()
            super().on_headers_complete()

        def _wait(self) -> None:
            self._timer = self.loop.call_later(seconds, self._refuse, *_TOO_LATE)

        def _settle(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _refuse(self, status: bytes, body: bytes) -> None:
            if not self.transport.is_closing():
                self.transport.write(_LINE % (status, len(body), body))
                self.transport.close()

    found: Any = Limited
    return found  # type: ignore[no-any-return]
