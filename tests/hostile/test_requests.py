"""Requests as bytes, to a server in a process of its own: what no client library would send."""

from __future__ import annotations

import gzip
import io
import json
import socket
import zipfile
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import zstandard

from tests.cli.process import Dev
from tests.server.client import endpoint

SECONDS = 15.0
HITS = "SCHEMA >\n    `a` String `json:$.a`,\n    `n` Int32 `json:$.n`\n"
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("raw")
    (folder / "hits.datasource").write_text(HITS)
    (folder / "echo.pipe").write_text(endpoint("SELECT {{String(x, 'none')}} AS x"))
    dev = Dev(folder)
    yield dev
    assert dev.token not in dev.output.split("Listening")[-1]
    assert "Traceback" not in dev.output
    dev.close()


def exchange(dev: Dev, *parts: bytes, is_whole: bool = True) -> bytes:
    """All that the server says until it closes. What is no whole request is given a moment."""
    place = urlsplit(dev.url)
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=SECONDS) as connection:
        for part in parts:
            try:
                connection.sendall(part)
            except ConnectionError:
                break
        said = b""
        connection.settimeout(SECONDS if is_whole else 0.2)
        try:
            while piece := connection.recv(65536):
                said += piece
        except (TimeoutError, ConnectionError):
            pass
        return said


def statuses(said: bytes) -> list[int]:
    return [int(line.split()[1]) for line in said.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def head(dev: Dev, line: str, *fields: str, token: bool = True) -> bytes:
    sent = ["host: localhost", "connection: close", *([f"authorization: Bearer {dev.token}"] if token else []), *fields]
    return ("\r\n".join([line, *sent]) + "\r\n\r\n").encode("latin-1")


EVENT = '{"a":"x","n":1}'
POST = "POST /v0/events?name=hits HTTP/1.1"
SMUGGLED = "GET /v0/tokens HTTP/1.1\r\nhost: localhost\r\n\r\n"
CHUNKED = "transfer-encoding: chunked"
# Fields of the head, and what is sent behind it.
FRAMES: dict[str, tuple[list[str], str]] = {
    "two lengths": ([f"content-length: {len(EVENT)}", "content-length: 1"], EVENT),
    "two equal lengths and more": (["content-length: 15", "content-length: 15"], EVENT + SMUGGLED),
    "a list of lengths": (["content-length: 15, 15"], EVENT + SMUGGLED),
    "a negative length": (["content-length: -1"], EVENT),
    "a length with a sign": (["content-length: +15"], EVENT),
    "a length in hex": (["content-length: 0xf"], EVENT),
    "a length of words": (["content-length: many"], EVENT),
    "an empty length": (["content-length:"], EVENT),
    "a huge length": (["content-length: 99999999999999999999999"], EVENT),
    "a length beyond the bound": (["content-length: 99999999999"], EVENT),
    "a length and chunks": ([f"content-length: {len(EVENT)}", CHUNKED], f"0\r\n\r\n{SMUGGLED}"),
    "chunks and a length": ([CHUNKED, "content-length: 5"], f"0\r\n\r\n{SMUGGLED}"),
    "chunks twice": ([CHUNKED, CHUNKED], f"0\r\n\r\n{SMUGGLED}"),
    "chunks and more": (["transfer-encoding: chunked, identity"], f"0\r\n\r\n{SMUGGLED}"),
    "chunks misspelt": (["transfer-encoding: xchunked"], f"0\r\n\r\n{SMUGGLED}"),
    "chunks behind a tab": (["transfer-encoding:\tchunked"], f"0\r\n\r\n{SMUGGLED}"),
    "a blank before the colon": (["content-length : 15"], EVENT + SMUGGLED),
    "a name with a blank": (["content length: 15"], EVENT),
    "a folded field": (["x: a\r\n b"], ""),
    "a lone line feed": (["x: a\nevil: b"], ""),
    "a lone carriage return": (["x: a\revil: b"], ""),
    "a NUL in a field": (["x: a\0b"], ""),
    "no colon": (["just a line"], ""),
    "an empty name": ([": x"], ""),
    "a size that is none": ([CHUNKED], "x\r\nabc\r\n0\r\n\r\n"),
    "a negative size": ([CHUNKED], "-1\r\nabc\r\n0\r\n\r\n"),
    "a huge size": ([CHUNKED], "ffffffffffffffffff\r\nabc"),
    "a size that lies": ([CHUNKED], f"1\r\n{EVENT}\r\n0\r\n\r\n"),
    "a long extension": ([CHUNKED], "1;" + "x" * 100_000 + "\r\na\r\n0\r\n\r\n"),
    "trailers": ([CHUNKED], "0\r\nauthorization: Bearer x\r\n\r\n"),
    "many fields": ([f"x{number}: y" for number in range(5000)], ""),
    "a long field": (["x: " + "y" * 1_000_000], ""),
    "two hosts": (["host: evil.example"], ""),
    "two tokens": (["authorization: Bearer wrong"], ""),
    "an upgrade": (["connection: upgrade", "upgrade: websocket", "sec-websocket-key: x"], ""),
    "another protocol": (["connection: upgrade, http2-settings", "upgrade: h2c", "http2-settings: AAMAAABk"], ""),
    "an expectation": (["expect: 200-ok"], ""),
    "a token of two schemes": (["authorization: Basic YTpi"], ""),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_read_in_one_way_or_refused(dev: Dev, name: str) -> None:
    """Nothing of a body is taken for another request, and nothing makes a 500."""
    fields, body = FRAMES[name]
    said = exchange(dev, head(dev, POST, *fields), body.encode("latin-1"), is_whole=False)
    assert all(status < 500 for status in statuses(said)), said[:300]
    # The smuggled request, if it counts as one of its own, has no token.
    assert b'"tokens"' not in said
    assert dev.get("/v0/health").status_code == 200


LINES = (
    "GET", "GET /", "GET / HTTP/9.9", "GET / HTTP/1.1 x", "get /v0/health HTTP/1.1", "TRACE /v0/tokens HTTP/1.1",
    "CONNECT localhost:1 HTTP/1.1", "PRI * HTTP/2.0", "GET http://evil.example/v0/tokens HTTP/1.1",
    "GET //evil.example/v0/tokens HTTP/1.1", "GET /v0/tokens#x HTTP/1.1", "PURGE /v0/tokens HTTP/1.1",
    "GET " + "/" * 70_000 + " HTTP/1.1", "GET /?" + "a=b&" * 20_000 + " HTTP/1.1", "\x16\x03\x01\x02", "\0" * 100,
    "GET /v0/health\tHTTP/1.1", "GET  /v0/tokens HTTP/1.1", "GET /v0/\xff\xfe HTTP/1.1",
    "GET /v0/pipes/echo.json?x=\0 HTTP/1.1", "GET /v0/tokens HTTP/0.9", "OPTIONS * HTTP/1.1",
)  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=[repr(line[:40]) for line in LINES])
def test_a_strange_line_shows_nothing(dev: Dev, line: str) -> None:
    said = exchange(dev, head(dev, line, token=False), is_whole=False)
    assert all(status < 500 for status in statuses(said)), said[:300]
    assert dev.token.encode() not in said and b'"tokens"' not in said


PATHS = (
    "/v0/pipes/../tokens", "/v0/pipes/%2e%2e/tokens", "/v0/pipes/..%2ftokens", "/v0/pipes/%2e%2e%2ftokens.json",
    "/v0//tokens", "//v0/tokens", "/./v0/tokens", "/v0/tokens/.", "/v0/tokens/..", "/v0/tokens;x=1", "/v0/tokens%00",
    "/v0/tokens%20", "/v0/tokens.json", "/V0/TOKENS", "/v0/%74okens", "/v0/pipes/..%5c..%5cetc%5cpasswd.json",
    "/v0/pipes/%2fetc%2fpasswd.json", "/v0/pipes/%252e%252e%252fetc.json", "/v0/pipes/....//....//etc/passwd.json",
    "/etc/passwd", "/v0/pipes/echo.json/../../tokens", "/v0/pipes/echo.pipe%00.json", "/v0/pipes/.json",
    "/v0/pipes/..json",
    "/v0/datasources/..%2f..%2fcontrol.db", "/v0/datasources/hits.datasource%00", "/static/../../etc/passwd", "/.env",
    "/.tinylite/control.db", "/v0/pipes/%c0%ae%c0%ae.json", "/v0/pipes/echo%0d%0aset-cookie:x.json", "/v0/jobs/..%2f1",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_nowhere_without_a_token(dev: Dev, path: str) -> None:
    said = exchange(dev, head(dev, f"GET {path} HTTP/1.1", token=False))
    assert statuses(said) and set(statuses(said)) <= {400, 403, 404, 405}, said[:300]
    for told in (b"root:", dev.token.encode(), b"set-cookie", b"SQLite format"):
        assert told not in said


def test_a_value_makes_no_header(dev: Dev) -> None:
    for value in ("a\r\nset-cookie: x=1", "a\nb: c", "\r\n\r\nHTTP/1.1 200 OK"):
        for path in (f"/v0/pipes/echo.json?x={quote(value)}", f"/v0/sql?q={quote(value)}", f"/v0/{quote(value)}"):
            said = exchange(dev, head(dev, f"GET {path} HTTP/1.1"))
            fields = said.partition(b"\r\n\r\n")[0].lower()
            assert b"set-cookie" not in fields and b"\nb: c" not in fields
            assert len(statuses(said.partition(b"\r\n\r\n")[0])) == 1


def test_slow_bodies_and_heads_do_not_keep_others_waiting(dev: Dev) -> None:
    """Hundreds that begin and do not end, each on a connection of its own."""
    place = urlsplit(dev.url)
    slow = []
    try:
        for number in range(200):
            connection = socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=SECONDS)
            whole = head(dev, POST, "content-length: 1000")
            connection.sendall(whole[: len(whole) if number % 2 else 20])
            slow.append(connection)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda number: dev.get("/v0/pipes/echo.json", x=str(number)), range(40)))
        assert [answer.status_code for answer in answers] == [200] * 40
    finally:
        for connection in slow:
            connection.close()
    assert dev.get("/v0/sql", q="SELECT count() FROM hits WHERE a = 'slow'").text == "0\n"


MEGABYTE = b"0" * 1_000_000
BOMBS = {
    "gzip": ("gzip", gzip.compress(MEGABYTE * 25, 1)),
    "gzip in gzip": ("gzip", gzip.compress(gzip.compress(MEGABYTE * 25))),
    "gzip in parts": ("gzip", gzip.compress(MEGABYTE) * 25),
    "half a gzip": ("gzip", gzip.compress(b'{"a":"x","n":1}\n' * 1000)[:-20]),
    "no gzip": ("gzip", b"\x1f\x8b\x08" + b"\0" * 100),
    "gzip with a wrong sum": ("gzip", gzip.compress(b'{"a":"x","n":1}')[:-8] + b"\0" * 8),
    "zstd": ("zstd", zstandard.ZstdCompressor(level=1).compress(MEGABYTE * 25)),
    "zstd without a size": ("zstd", zstandard.ZstdCompressor(write_content_size=False).compress(MEGABYTE * 25)),
    "half a zstd": ("zstd", zstandard.ZstdCompressor().compress(MEGABYTE)[:20]),
    "no zstd": ("zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 100),
    "deflate": ("deflate", zlib.compress(MEGABYTE * 20)),
    "brotli": ("br", b"\x0b\x02\x80"),
    "unknown": ("x-unknown", b"{}"),
    "two packings": ("gzip, gzip", gzip.compress(gzip.compress(b'{"a":"x","n":1}'))),
    "identity that is none": ("identity", gzip.compress(MEGABYTE)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_goes_off(dev: Dev, name: str) -> None:
    packing, body = BOMBS[name]
    said = exchange(dev, head(dev, POST, f"content-encoding: {packing}", f"content-length: {len(body)}"), body)
    (status,) = statuses(said)
    # Bytes that are no JSON go to quarantine whole, when they are few enough.
    assert status in ((202, 400, 413, 415) if name in ("identity that is none", "gzip in gzip") else (400, 413, 415)), (
        said[:300]
    )
    for route in ("/v0/datasources?name=hits&mode=append&format=ndjson", "/v1/datasources/hits/append?format=csv"):
        line = f"POST {route} HTTP/1.1"
        said = exchange(dev, head(dev, line, f"content-encoding: {packing}", f"content-length: {len(body)}"), body)
        assert all(status < 500 for status in statuses(said)), said[:300]
    assert dev.get("/v0/sql", q="SELECT count() FROM hits WHERE length(a) > 10").text == "0\n"


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../x.csv", MEGABYTE * 20)
    return packed.getvalue()


FILES: dict[str, tuple[str, bytes]] = {
    "a zip": ("x.zip", _zip_bomb()),
    "a path upwards": ("../../../../tmp/evil.csv", b"a,n\nx,1\n"),
    "an absolute path": ("/etc/cron.d/evil", b"a,n\nx,1\n"),
    "a NUL": ("evil.csv\0.txt", b"a,n\nx,1\n"),
    "a device": ("/dev/stdin", b"a,n\nx,1\n"),
    "no parquet": ("x.parquet", b"PAR1" + b"\xff" * 1000 + b"PAR1"),
    "an empty parquet": ("x.parquet", b""),
    "a long line": ("x.csv", b"a" * 3_000_000),
    "an open quote": ("x.csv", b'a,n\n"' + b"x" * 1_000_000),
    "many columns": ("x.csv", b",".join(b"c" for _ in range(20_000)) + b"\n"),
    "deep JSON": ("x.ndjson", b"[" * 200_000),
    "a huge number": ("x.ndjson", b'{"a":"x","n":' + b"9" * 100_000 + b"}\n"),
    "no text": ("x.csv", bytes(range(256)) * 100),
}


@pytest.mark.parametrize("name", FILES)
def test_a_strange_file_is_refused_or_quarantined(dev: Dev, name: str, tmp_path: Path) -> None:
    file_name, content = FILES[name]
    boundary = "parting"
    body = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="csv"; filename="{file_name}"\r\n\r\n'.encode()
        + content + f"\r\n--{boundary}--\r\n".encode()
    )  # fmt: skip
    line = "POST /v0/datasources?name=hits&mode=append HTTP/1.1"
    said = exchange(
        dev,
        head(dev, line, f"content-type: multipart/form-data; boundary={boundary}", f"content-length: {len(body)}"),
        body,
    )
    assert statuses(said) and all(status < 500 for status in statuses(said)), said[:300]
    assert not Path("/tmp/evil.csv").exists() and not Path("/etc/cron.d/evil").exists()


URLS = (
    "file:///etc/passwd", "/etc/passwd", "../../etc/passwd", "http://127.0.0.1:1/x", "http://169.254.169.254/latest/",
    "http://[::1]:1/x", "http://localhost:1/", "ftp://127.0.0.1/x", "gopher://127.0.0.1:1/", "s3://bucket/key",
    "data:text/csv,a", "jar:file:///x", "http://0x7f000001:1/", "http://2130706433:1/", "http://0.0.0.0:1/",
    "//127.0.0.1/x",
    "http://user:pw@127.0.0.1:1/", "file://localhost/etc/passwd", "http://127.0.0.1:1\r\nx: y/", "", " ", "\0",
)  # fmt: skip


@pytest.mark.parametrize("url", URLS)
def test_an_address_of_this_machine_is_not_fetched(dev: Dev, url: str) -> None:
    """It is refused at once, or its job fails."""
    line = f"POST /v0/datasources?name=hits&mode=append&format=csv&url={quote(url, safe='')} HTTP/1.1"
    said = exchange(dev, head(dev, line, "content-length: 0"))
    assert statuses(said) and all(status < 500 for status in statuses(said)), said[:300]
    assert b"root:" not in said
    answer = json.loads(said.partition(b"\r\n\r\n")[2] or b"{}")
    if statuses(said)[0] < 300 and answer.get("job_id"):
        status = ""
        while status not in ("done", "error", "cancelled"):
            status = dev.get(f"/v0/jobs/{answer['job_id']}").json()["status"]
        assert status == "error"
    assert dev.get("/v0/sql", q="SELECT countIf(a LIKE '%root%') FROM hits").text == "0\n"
