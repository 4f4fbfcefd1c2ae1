"""A light load generator: keep-alive connections on loopback, one request at a time each."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """Requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def _content_length(head: bytes) -> int:
    fields = (line.lower().split(b":") for line in head.split(b"\r\n") if b":" in line)
    return next(int(field[1]) for field in fields if field[0] == b"content-length")


async def run(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Sends one request after another. Raises RuntimeError when an answer is no 2xx."""
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(next(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(head.decode("latin-1"))
            await reader.readexactly(_content_length(head))
            latencies.append((time.perf_counter() - started) * 1000)
        writer.close()

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    elapsed = time.perf_counter() - started
    latencies.sort()
    return Load(len(latencies) / elapsed, statistics.median(latencies), latencies[int(len(latencies) * 0.99)])
