"""A loopback HTTP interface over chDB, which drivers take for a server: `with serving() as front: … front.url`.

It is a process of its own, since there is one chDB in a process; killed and started again over the same folder it has
what it had. Queries come in the address or the body, with `param_…`, settings, `database`, `default_format` and
`query_id`; bodies of INSERT in any format, packed by gzip or zstd. Errors have ClickHouse's words, code and status.

What it does proves that we speak the interface, and how the engine answers. It proves nothing about what it has not:
users but one, quotas, profiles, other versions, replicas, shards, sessions (`session_id` is taken and means nothing),
queries at the same time (one after the other), KILL QUERY, answers that come in pieces or break off in the middle.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

_OWN = frozenset({
    "query", "database", "default_format", "query_id", "session_id", "session_timeout", "session_check", "user",
    "password", "compress", "decompress", "buffer_size", "wait_end_of_query", "quota_key", "role",
    "client_protocol_version", "enable_http_compression",
})  # fmt: skip
_READING = re.compile(r"(SELECT|WITH|SHOW|DESCRIBE|DESC|EXISTS|EXPLAIN|CHECK)\b", re.IGNORECASE)
_LEADING = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/|\()*", re.DOTALL)
_INSERT = re.compile(r"INSERT\s+INTO\b", re.IGNORECASE)
_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)[ \t]*(?:\r?\n|;|\s|$)", re.IGNORECASE)
_VALUES = re.compile(rb"\bVALUES\b\s*", re.IGNORECASE)
_SETTINGS = re.compile(r"\bSETTINGS\s+\w+\s*=", re.IGNORECASE)
_INPUT = re.compile(r"\binput\s*\(", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)\.")
_STATUS = {
    **dict.fromkeys((516, 193, 192), 403),
    **dict.fromkeys((6, 26, 27, 38, 41, 53, 62, 72, 43, 44, 42, 36), 400),
    **dict.fromkeys((60, 81, 46, 47, 50, 56, 115), 404),
    48: 501, 159: 504, 241: 500,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: bytes
    headers: Mapping[str, str]


class Embedded:
    """chDB, asked like a server."""

    def __init__(self, folder: str, password: str) -> None:
        from chdb import session

        untyped: Any = session
        self._session = untyped.Session(folder or None)
        self._lock = threading.Lock()
        self._password = password
        self.said: list[str] = []
        self.version = self._session.query("SELECT version()", "TSV").bytes().decode().strip()

    def answer(self, method: str, given: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Reply:
        id = given.get("query_id") or headers.get("x-clickhouse-query-id") or str(uuid.uuid4())
        base = {
            "X-ClickHouse-Server-Display-Name": "front",
            "X-ClickHouse-Query-Id": id,
            "X-ClickHouse-Timezone": "UTC",
        }
        user, password = _credentials(given, headers)
        if (user, password) != ("default", self._password):
            return self._fault(
                516, f"{user}: Authentication failed: password is incorrect (AUTHENTICATION_FAILED)", base
            )
        if "multipart/form-data" in headers.get("content-type", ""):
            return self._fault(48, "the front takes no forms (NOT_IMPLEMENTED)", base)
        sql, data = given.get("query", "").encode(), body
        if not sql:
            sql, data = body, b""
        elif not _INSERT.match(_bare(sql)):
            sql, data = sql + b"\n" + body, b""
        if method == "GET" and not _READING.match(_bare(sql)):
            return self._fault(164, "Cannot execute query in readonly mode. (READONLY)", base)
        with self._lock:
            return self._run(sql, data, given, headers, base)

    def _run(
        self, sql: bytes, data: bytes, given: Mapping[str, str], headers: Mapping[str, str], base: dict[str, str]
    ) -> Reply:
        settings = {name: value for name, value in given.items() if name not in _OWN and not name.startswith("param_")}
        values = {name.removeprefix("param_"): value for name, value in given.items() if name.startswith("param_")}
        database = given.get("database") or headers.get("x-clickhouse-database") or "default"
        format = given.get("default_format") or headers.get("x-clickhouse-format") or "TabSeparated"
        with tempfile.TemporaryDirectory() as folder:
            try:
                self._session.query(f"USE `{database}`")
                for name, value in settings.items():
                    self._session.query(f"SET {name} = '{_escaped(value)}'")
                text = _with_data(sql, data, Path(folder) / "body.data")
                self.said.append(text)
                found = self._session.query(f"{text}\n", format, params=values or None)
                content = found.bytes()
            except RuntimeError as problem:
                self._session.query("SELECT 1")  # takes away what the failed statement had already written
                code = _CODE.search(str(problem))
                return self._fault(int(code[1]) if code else 1002, str(problem), base)
            finally:
                for name in settings:
                    self._quietly(f"SET {name} = DEFAULT")
                self._quietly("USE `default`")
        summary = {"read_rows": str(found.rows_read()), "read_bytes": str(found.bytes_read()),
                   "elapsed_ns": str(int(found.elapsed() * 1e9))}  # fmt: skip
        shown = {"X-ClickHouse-Format": format, "X-ClickHouse-Summary": json.dumps(summary)}
        return Reply(200, content, {**base, **shown})

    def _quietly(self, sql: str) -> None:
        try:
            self._session.query(sql)
        except RuntimeError:
            self._session.query("SELECT 1")

    def _fault(self, code: int, said: str, base: Mapping[str, str]) -> Reply:
        text = said if said.startswith("Code: ") else f"Code: {code}. DB::Exception: {said}"
        content = f"{text.strip()} (version {self.version} (official build))\n".encode()
        return Reply(_STATUS.get(code, 500), content, {**base, "X-ClickHouse-Exception-Code": str(code)})

    def close(self) -> None:
        self._session.close()


def _credentials(given: Mapping[str, str], headers: Mapping[str, str]) -> tuple[str, str]:
    if (basic := headers.get("authorization", "")).startswith("Basic "):
        user, _, password = base64.b64decode(basic[6:]).decode().partition(":")
        return user, password
    return (
        given.get("user") or headers.get("x-clickhouse-user") or "default",
        given.get("password") or headers.get("x-clickhouse-key") or "",
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "\\'")


def _bare(sql: bytes) -> str:
    """Its beginning, without comments."""
    text = sql[:10_000].decode("utf-8", "replace")
    leading = _LEADING.match(text)
    return text[leading.end() :] if leading else text


def _with_data(sql: bytes, data: bytes, path: Path) -> str:
    """A statement that reads the rows of an INSERT out of a file: chDB takes statements as text only."""
    if not _INSERT.match(_bare(sql)):
        return sql.decode()
    found = _FORMAT.search(sql)
    if found is None:
        values = _VALUES.search(sql)
        if values is None or not (data or sql[values.end() :].strip()):
            return sql.decode()
        head, rest, format = sql[: values.start()].decode(), sql[values.end() :], "Values"
    else:
        head, rest, format = sql[: found.start()].decode(), sql[found.end() :], found[1].decode()
    path.write_bytes(rest.lstrip() + data if rest.strip() else data)
    if given := _INPUT.search(head):
        return f"{head[: given.start()]}file('{path}', {format}, {head[given.end() :]}"
    settings = _SETTINGS.search(head)
    at = settings.start() if settings else len(head)
    return f"{head[:at]} FROM INFILE '{path}' {head[at:]} FORMAT {format}"


# -- the process ------------------------------------------------------------------------------------------------------


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    embedded: Embedded

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        given = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = self._body()
        if parts.path == "/ping":
            return self._send(Reply(200, b"Ok.\n", {}))
        if parts.path == "/said":
            return self._send(Reply(200, json.dumps(self.embedded.said).encode(), {}))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self._send(self.embedded.answer(self.command, given, headers, body))

    do_GET = do_POST

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.content)))
        self.end_headers()
        self.wfile.write(reply.content)

    def _body(self) -> bytes:
        found = self._raw()
        match self.headers.get("content-encoding", ""):
            case "gzip":
                return gzip.decompress(found)
            case "zstd":
                import zstandard

                return zstandard.ZstdDecompressor().decompressobj().decompress(found)
        return found

    def _raw(self) -> bytes:
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


def main() -> None:
    parser = argparse.ArgumentParser(description="An HTTP interface over chDB, on a free port, until its input ends.")
    parser.add_argument(
        "--folder", default="", help="Where the rows lie; none is in memory's place, and gone at the end."
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--password", default="")
    options = parser.parse_args()
    _Handler.embedded = Embedded(options.folder, options.password)
    server = ThreadingHTTPServer(("127.0.0.1", options.port), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()
    server.shutdown()
    server.server_close()
    _Handler.embedded.close()


# -- for tests --------------------------------------------------------------------------------------------------------


class Front:
    """A running front. `kill` ends it as a power cut does; `start` begins it again over the same folder and port."""

    def __init__(self, folder: Path | None = None, password: str = "") -> None:
        self._folder = folder
        self._password = password
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def url(self) -> str:
        user = f"default:{self._password}@" if self._password else ""
        return f"http://{user}127.0.0.1:{self.port}"

    def start(self) -> None:
        words = [sys.executable, "-m", "tests.clickhouse.front", "--port", str(self.port)]
        words += ["--folder", str(self._folder)] if self._folder else []
        words += ["--password", self._password] if self._password else []
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._end()
            raise RuntimeError("the front did not start")
        self.port = int(line)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._end()

    def stop(self) -> None:
        if self._process is not None:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def ask(self, sql: str, **given: str) -> str:
        """An answer, as TSV. Raises RuntimeError with ClickHouse's words."""
        status, content = self._request("POST", "/?" + urlencode(given), sql.encode())
        if status != 200:
            raise RuntimeError(content.decode())
        return content.decode()

    @property
    def said(self) -> list[str]:
        """The statements that came, in order."""
        return list(json.loads(self._request("GET", "/said", b"")[1]))

    def _request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {}
        if self._password:
            headers["Authorization"] = "Basic " + base64.b64encode(f"default:{self._password}".encode()).decode()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(folder: Path | None = None, password: str = "") -> Iterator[Front]:
    front = Front(folder, password)
    front.start()
    try:
        yield front
    finally:
        front.stop()


if __name__ == "__main__":
    main()
