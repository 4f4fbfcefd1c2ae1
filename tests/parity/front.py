"""A loopback HTTP interface over chDB, which the driver takes for a server. What it does not do (users, quotas, other
versions, clusters) it proves nothing about.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tinylite.engine.clickhouse.engine import SETTINGS


class Front:
    """`said` are the statements that came, in order."""

    def __init__(self) -> None:
        from chdb import session

        untyped: Any = session
        self._session = untyped.Session()
        self._lock = threading.Lock()
        self.said: list[str] = []
        for name, value in SETTINGS.items():
            self._session.query(f"SET {name} = '{value}'")

    def answer(self, sql: str, database: str, values: dict[str, str]) -> tuple[int, bytes]:
        with self._lock:
            self.said.append(sql)
            try:
                self._session.query(f"USE `{database or 'default'}`")
                return 200, self._session.query(f"{sql}\n", "TSV", params=values or None).bytes()
            except RuntimeError as problem:
                self._session.query("SELECT 1")
                return 500, str(problem).encode()

    def close(self) -> None:
        self._session.close()


@contextmanager
def serving() -> Iterator[tuple[str, Front]]:
    """With its address."""
    front = Front()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            given = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            body = self._body()
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            sql = "\n".join(filter(None, [given.get("query", ""), body.decode()]))
            values = {name.removeprefix("param_"): value for name, value in given.items() if name.startswith("param_")}
            status, content = front.answer(sql, given.get("database", ""), values)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def _body(self) -> bytes:
            if self.headers.get("transfer-encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("content-length", 0)))
            found = b""
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", front
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        front.close()
