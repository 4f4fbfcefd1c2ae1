"""How much of a request's head is read, and how long for: httptools alone would gather one without end. And requests
that need no reading, because their heads are known (see `quick`), or no task, because their answers are kept: a task,
its context and the messages of ASGI take more time than such an answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import unquote

from tinylite.ingest.request import Outcome
from tinylite.server.access import Access, AccessLog, Line
from tinylite.server.hits import Headers, Kept
from tinylite.server.quick import LEARN, START, Quick, Taker

_LINE = b"HTTP/1.1 %s\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%s"
_TOO_LONG = b"431 Request Header Fields Too Large", b'{"error":"the address and headers are too long"}'
_TOO_LATE = b"408 Request Timeout", b'{"error":"the address and headers did not come in time"}'
KeptOf = Callable[[bytes, Headers], Kept | None]
"""From the address and headers of a GET without a body to its answer, if there is one already."""


_BODY_SECONDS = 1.0
"""That the body may come behind a known head, before the request goes the long way, where it may take longer."""


class _Answered:
    """Stands for the request that was answered, where uvicorn has its own."""

    response_complete = True
    disconnected = False
    keep_alive = False
    message_event = asyncio.Event()


_ANSWERED: Any = _Answered()


def protocol_of(
    limit: int, seconds: float, quick: Quick | None = None, kept: KeptOf | None = None, log: AccessLog | None = None
) -> type[asyncio.Protocol] | Literal["auto"]:
    """uvicorn's protocol with a limit of bytes, and of time; its other one, h11, has the first itself.

    Answers of `quick` and of `kept` must need nothing of what stands in front of the routes; kept ones are logged.
    """
    try:
        from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    except ImportError:
        return "auto"

    class Limited(HttpToolsProtocol):
        _read = 0
        _received = 0
        _is_in_head = True
        _timer: asyncio.TimerHandle | None = None
        _is_between = True
        """Whether no request is being read."""
        _kept = b""
        """What came and was not looked at yet."""
        _taker: Taker | None = None
        """What has taken the request that is not answered yet."""
        _started = _answered_at = 0.0
        _is_last = False

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait()

        def connection_lost(self, exc: Exception | None) -> None:
            self._settle()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._kept:
                data, self._kept = self._kept + data, b""
            if self._taker is not None:
                # The answers come in the order of the requests.
                self._kept = data
                self.flow.pause_reading()
                return
            if quick is not None and self._is_between and data.startswith(START) and self._is_free():
                self._take(quick, data)
            else:
                self._read_on(data)

        def _is_free(self) -> bool:
            return (self.cycle is None or self.cycle.response_complete) and not self.flow.write_paused

        def _take(self, quick: Quick, data: bytes) -> None:
            head, _, body = data.partition(b"\r\n\r\n")
            found = quick.find(head)
            if found is None:
                self._read_on(data)
                if self._is_between and self._is_plain(len(body)):
                    self.cycle.scope[LEARN] = quick.learning(head, len(body))  # type: ignore[literal-required]
                return
            size, taker = found
            if len(body) < size and self._timer is None:
                # Many clients write head and body apart.
                self._kept = data
                self._timer = self.loop.call_later(_BODY_SECONDS, self._read_kept)
                return
            self._settle()
            self._started = time.perf_counter()
            if len(body) == size and taker.take(body, self._answered):
                self._taker = taker
            else:
                self._read_on(data)

        def _is_plain(self, size: int) -> bool:
            """Whether the request that was just read is one with a body of so many bytes, and nothing about it is
            special for who writes the answer.
            """
            if self.cycle is None:  # an upgrade
                return False
            lengths = [value for name, value in self.headers if name == b"content-length"]
            return self.cycle.keep_alive and not self.expect_100_continue and lengths == [b"%d" % size]

        def _read_kept(self) -> None:
            self._timer, data, self._kept = None, self._kept, b""
            if not self.transport.is_closing():
                self._read_on(data)

        def _answered(self, outcome: Outcome) -> None:
            assert self._taker is not None
            taker, self._taker = self._taker, None
            answer = taker.written(outcome, self._started)
            self.server_state.total_requests += 1
            self._answered_at = self.loop.time()
            if self.transport.is_closing():
                return
            fields = b"".join(b"%s: %s\r\n" % field for field in self.server_state.default_headers)
            self.transport.write(b"HTTP/1.1 " + answer.replace(b"\r\n", b"\r\n" + fields, 1))
            if self._is_last:
                self.transport.close()
                return
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_handler()
            if self._kept:
                self.flow.resume_reading()
                self.data_received(b"")

        def timeout_keep_alive_handler(self) -> None:
            """Looks when the last answer was given, since setting the timer again for each one takes longer."""
            left = self._answered_at + self.timeout_keep_alive - self.loop.time()
            if self._taker is not None or self._kept:
                left = self.timeout_keep_alive
            if left > 0:
                self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
            else:
                super().timeout_keep_alive_handler()

        def shutdown(self) -> None:
            if self._taker is not None:
                self._is_last = True
            else:
                super().shutdown()

        def _read_on(self, data: bytes) -> None:
            self._received = len(data)
            super().data_received(data)
            # Most heads come whole: nothing is to be done for them.
            if self._is_in_head:
                self._read += len(data)
                if self._read > limit:
                    self._refuse(*_TOO_LONG)
                elif self._timer is None:
                    self._wait()

        def on_message_begin(self) -> None:
            self._read, self._is_in_head, self._is_between = 0, True, False
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._is_in_head = False
            self._settle()
            if kept is not None and self._may_be_kept():
                started = time.perf_counter()
                found = kept(self.url, self.headers)
                if found is not None:
                    self._give(found, started)
                    return
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._is_between = True
            super().on_message_complete()

        def _may_be_kept(self) -> bool:
            """Whether it is a plain GET that came as a whole, of a client that reads and has had all answers."""
            parser = self.parser
            return (
                (self.cycle is None or self.cycle.response_complete)
                and not self.pipeline
                and not self.flow.write_paused
                and self._read == 0
                and self._received <= limit
                and parser.get_method() == b"GET"
                and parser.get_http_version() == "1.1"
                and parser.should_keep_alive()
                and not parser.should_upgrade()
                and not self.transport.is_closing()
            )

        def _give(self, answer: Kept, started: float) -> None:
            parts = [b"HTTP/1.1 200 OK\r\n"]
            for name, value in self.server_state.default_headers:
                parts += (name, b": ", value, b"\r\n")
            parts += (answer.head, b"x-request-id: ", answer.request_id.encode(), b"\r\n\r\n", answer.body)
            self.cycle = _ANSWERED
            self.transport.write(b"".join(parts))
            self.on_response_complete()
            if log is not None:
                self._log(log, answer, time.perf_counter() - started)

        def _log(self, log: AccessLog, answer: Kept, seconds: float) -> None:
            path, _, query = self.url.decode("latin-1").partition("?")
            access = Access(answer.token, answer.rows)
            client = str(self.client[0]) if self.client else ""
            moment = time.time() - seconds
            size = len(answer.body)
            log.add(Line(moment, answer.request_id, client, "GET", unquote(path), query, 200, seconds, size, access))

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
