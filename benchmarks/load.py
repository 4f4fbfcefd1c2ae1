"""A light load generator: keep-alive connections on loopback, one request at a time each."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """Requests per second, and latencies in milliseconds. `processor` are the server's microseconds a request, where
    they were measured.
    """

    rate: float
    p50: float
    p99: float
    seconds: float = 0.0
    processor: float = 0.0


class _Client(asyncio.Protocol):
    """A stream of asyncio's costs five times as much as this: more than a server that answers from memory."""

    def __init__(self, requests: Iterator[bytes], until: float, latencies: list[float]) -> None:
        self._requests = requests
        self._until = until
        self._latencies = latencies
        self._left = -1
        self._head = b""
        self._chunked = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def _ask(self) -> None:
        self._started = time.perf_counter()
        if self._started >= self._until:
            self._transport.close()
            if not self.done.done():
                self.done.set_result(None)
            return
        self._left, self._head = -1, b""
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            head, end, body = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                self._head += data
                return
            if not head.startswith(b"HTTP/1.1 2"):
                self._fail((head + end + body).decode("latin-1"))
                return
            self._chunked = b"transfer-encoding: chunked" in head.lower()
            self._left, data = 1 if self._chunked else _content_length(head), body
        if self._chunked:
            self._left = 0 if data.endswith(b"0\r\n\r\n") else 1
        else:
            self._left -= len(data)
        if self._left <= 0:
            self._latencies.append((time.perf_counter() - self._started) * 1000)
            self._ask()

    def connection_lost(self, problem: Exception | None) -> None:
        self._fail("the connection was closed")

    def _fail(self, what: str) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(what))


def _content_length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + 15
    end = head.find(b"\r", start)
    return int(head[start : end if end > 0 else None])


async def _run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    loop = asyncio.get_running_loop()
    latencies: list[float] = []
    started = time.perf_counter()
    clients = [
        (await loop.create_connection(lambda: _Client(requests, started + seconds, latencies), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(client.done for client in clients))
    elapsed = time.perf_counter() - started
    latencies.sort()
    return Load(len(latencies) / elapsed, statistics.median(latencies), latencies[int(len(latencies) * 0.99)], elapsed)


def run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Sends one request after another. Raises RuntimeError when an answer is no 2xx."""
    return uvloop.run(_run(port, requests, connections, seconds))


def median(loads: list[Load]) -> Load:
    return Load(*(statistics.median(getattr(load, name) for load in loads) for name in Load.__slots__))
