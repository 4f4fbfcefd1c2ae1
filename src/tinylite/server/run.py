"""A server on a port."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

import uvicorn

from tinylite.deploy import Workspaces
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.server.access import AccessLog
from tinylite.server.front import is_plain, kept_with_settings, with_settings
from tinylite.server.protocol import protocol_of
from tinylite.server.quick import Quick
from tinylite.server.settings import Settings
from tinylite.server.site import Site

DEFAULTS = Settings()
T = TypeVar("T")


def run_loop(main: Coroutine[object, object, T]) -> T:
    """As asyncio.run, on uvloop where there is one: asyncio's own loop takes twice the time for a request."""
    try:
        import uvloop
    except ImportError:
        return asyncio.run(main)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, had before anything else starts. Raises DiagnosticError (TL503) when it can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Of TCP by name: only then does asyncio turn Nagle's algorithm off, which costs 40 ms an answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as problem:
        listener.close()
        message = f"port {port} of {host} can't be used: {problem.strerror}"
        raise DiagnosticError(Diagnostic("TL503", message, hint=_way_out(problem, port))) from None
    return listener


def _way_out(problem: OSError, port: int) -> str:
    match problem.errno:
        case errno.EADDRINUSE:
            other = "another tinylite dev, or some other program, listens there"
            return f"{other}; lsof -i :{port} names it. Stop it, or choose another port: --port {port + 1}"
        case errno.EACCES:
            return "ports below 1024 are kept for administrators; choose another one: --port 7181"
    return "choose an address of this machine: --host 127.0.0.1"


async def serve(
    workspaces: Workspaces,
    listener: socket.socket,
    settings: Settings = DEFAULTS,
    *,
    dev: bool,
    ready: Callable[[], Awaitable[None]],
) -> None:
    """Serves until SIGINT or SIGTERM; requests in flight finish. `ready` runs when the first request can come.

    Raises DiagnosticError (TL526) when the access log can't be written.
    """
    log = AccessLog(settings.access_log) if settings.access_log else None
    site = Site(workspaces, dev=dev)
    config = uvicorn.Config(
        with_settings(site, settings, log),
        http=protocol_of(
            settings.max_header,
            settings.header_seconds,
            Quick() if is_plain(settings) else None,
            kept_with_settings(site.kept, settings),
            log,
        ),
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        # Of anyone else these headers are only what a client says of itself.
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        ssl_certfile=settings.tls_cert or None,
        ssl_keyfile=settings.tls_key or None,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        h11_max_incomplete_event_size=settings.max_header,
    )
    try:
        await _Server(config, ready).serve(sockets=[listener])
    finally:
        if log is not None:
            log.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, without raising the signal again in the end: the caller still has things to close."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self._ready()
