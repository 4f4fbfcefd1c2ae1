"""How much of a request's head is read before it is complete. httptools alone would gather one without end."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

_REFUSAL = b'{"error":"the address and headers of a request are too long"}'
_HEAD = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: application/json\r\nconnection: close\r\n"


def protocol_of(limit: int) -> type[asyncio.Protocol] | Literal["auto"]:
    """uvicorn's protocol with a limit of bytes; its other one, h11, has one itself."""
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "auto"

    class Limited(HttpToolsProtocol):
        _head = 0
        _is_in_head = True

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._is_in_head:
                self._head += len(data)
                if self._head > limit and not self.transport.is_closing():
                    length = b"content-length: %d\r\n\r\n" % len(_REFUSAL)
                    self.transport.write(_HEAD + length + _REFUSAL)
                    self.transport.close()

        def on_message_begin(self) -> None:
            self._head, self._is_in_head = 0, True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._is_in_head = False
            super().on_headers_complete()

    found: Any = Limited
    return found  # type: ignore[no-any-return]
