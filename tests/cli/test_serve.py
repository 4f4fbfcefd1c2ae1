"""A server in a process of its own, run with settings, and ended."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.command import tinylite
from tests.cli.process import Dev, dev, eventually

pytestmark = pytest.mark.server


@pytest.fixture
def project(starter: Path) -> Path:
    (starter / "datasources" / "notes.datasource").write_text(
        "SCHEMA >\n    text String `json:$.text`\n", encoding="utf-8"
    )
    return starter


def connected(running: Dev) -> socket.socket:
    parts = urlsplit(running.url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 0), timeout=20)


def received(connection: socket.socket) -> bytes:
    """All, until the server closes."""
    found = b""
    while chunk := connection.recv(65536):
        found += chunk
    return found


def test_a_request_in_flight_ends_and_nothing_is_lost(project: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with dev(project, "--access-log", str(log)) as running:
        assert running.post("/v0/events?name=notes", '{"text": "first"}').status_code == 202
        with connected(running) as connection:
            body = b'{"text": "second"}'
            connection.sendall(
                b"POST /v0/events?name=notes HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
                b"authorization: Bearer %s\r\ncontent-length: %d\r\n\r\n" % (running.token.encode(), len(body))
            )
            # The server waits for the body: the request is in flight.
            assert connection.recv(1024).startswith(b"HTTP/1.1 100")
            running.process.send_signal(signal.SIGTERM)
            eventually(lambda: _refuses(running))
            connection.sendall(body)
            answer = received(connection)
        assert answer.startswith(b"HTTP/1.1 202") and b'"successful_rows":1' in answer
        assert running.process.wait(timeout=20) == 0
        assert running.token not in running.output.partition("Listening")[2]
    said = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["path"], line["status"]) for line in said] == [("/v0/events", 202)] * 2
    with dev(project) as again:
        rows = again.get("/v0/sql", q="SELECT text FROM notes ORDER BY text FORMAT JSON").json()["data"]
        assert rows == [{"text": "first"}, {"text": "second"}]


def _refuses(running: Dev) -> bool:
    try:
        connected(running).close()
    except OSError:
        return True
    return False


def test_a_head_without_an_end_is_refused(project: Path) -> None:
    with dev(project, "--max-header", "4096") as running, connected(running) as connection:
        connection.sendall(b"GET /v0/health HTTP/1.1\r\nx-long: ")
        try:
            for _ in range(1000):
                connection.sendall(b"a" * 4096)
        except OSError:
            pass
        else:
            pytest.fail("the server reads on")


@pytest.mark.parametrize("begun", [b"", b"GET /v0/health HTTP/1.1\r\nx-slow: a"])
def test_a_head_that_does_not_come_is_not_waited_for(project: Path, begun: bytes) -> None:
    with dev(project, "--header-seconds", "0.3") as running, connected(running) as connection:
        connection.sendall(begun)
        assert received(connection).startswith(b"HTTP/1.1 408")
        assert running.get("/v0/health").status_code == 200


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=analytics.example.com"],
        check=True, capture_output=True,
    )  # fmt: skip
    yield cert, key


def test_https_and_what_a_proxy_says(project: Path, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = certificate
    log = tmp_path / "access.log"
    options = ["--tls-cert", str(cert), "--tls-key", str(key), "--access-log", str(log)]
    with dev(project, *options, "--trusted-proxies", "127.0.0.0/8") as running:
        assert running.url.startswith("https://127.0.0.1:")
        with httpx.Client(verify=False, trust_env=False) as client:
            answer = client.get(f"{running.url}/v0/health", headers={"x-forwarded-for": "203.0.113.9"})
        assert answer.status_code == 200 and "strict-transport-security" in answer.headers
        # Commands on this machine believe the certificate that the server was given.
        asked = tinylite("sql", "SELECT 41 + 1 AS x", "--path", str(project), "--output", "csv")
        assert asked.out.splitlines()[-1] == "42", asked.err
        running.stop()
    first = json.loads(log.read_text(encoding="utf-8").splitlines()[0])
    assert first["client"] == "203.0.113.9"


def test_what_anyone_says_of_himself_is_not_believed(project: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    with dev(project, "--access-log", str(log)) as running:
        headers = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
        with httpx.Client(trust_env=False) as client:
            url = f"{running.url}/v0/pipes/openapi.json"
            found = client.get(url, params={"token": running.token}, headers=headers).json()
        assert found["servers"] == [{"url": running.url}]
        running.stop()
    assert json.loads(log.read_text(encoding="utf-8"))["client"] == "127.0.0.1"


def test_limits_are_those_that_are_set(project: Path) -> None:
    with dev(project, "--query-seconds", "0.2", "--max-body", "30", "--query-bytes", "1000") as running:
        slow = running.get("/v0/sql", q="SELECT count() FROM numbers(100000) AS a, numbers(1000000) AS b")
        assert slow.status_code == 408
        assert running.get("/v0/sql", q="SELECT number FROM numbers(100000)").status_code == 413
        assert running.post("/v0/events?name=notes", '{"text": "xxxxxxxxxxxxxxxxxxxx"}').status_code == 413
