"""The stand-in for a server, asked by http.client and by ClickHouse's own driver."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.clickhouse.front import Front, serving
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.clickhouse.clients import Server

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with serving() as found:
        yield found


def sent(
    front: Front, body: bytes = b"", method: str = "POST", packed: str = "", **given: str
) -> tuple[int, str, dict[str, str]]:
    connection = HTTPConnection("127.0.0.1", front.port, timeout=60)
    try:
        connection.request(method, "/?" + urlencode(given), body, {"Content-Encoding": packed} if packed else {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def test_a_question_with_parameters_and_settings(front: Front) -> None:
    status, text, headers = sent(
        front, query="SELECT {n:UInt64} + 1 AS n, {t:String} AS t", default_format="JSON", param_n="41",
        param_t="a\\tb", output_format_json_quote_64bit_integers="0", query_id="mine",
    )  # fmt: skip
    assert (status, json.loads(text)["data"]) == (200, [{"n": 42, "t": "a\tb"}])
    assert headers["X-ClickHouse-Query-Id"] == "mine"
    assert json.loads(headers["X-ClickHouse-Summary"])["read_rows"] == "1"


def test_settings_are_of_one_request(front: Front) -> None:
    asked = "SELECT getSetting('max_threads')"
    before = front.ask(asked)
    assert front.ask(asked, max_threads="3") == "3\n"
    assert front.ask(asked) == before


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"query": "SELECT nowhere(1)"}, 404, "46"),
        ({"query": "SELECT"}, 400, "62"),
        ({"query": "SELECT 1 FROM absent"}, 404, "60"),
        ({"query": "SELECT 1", "database": "absent"}, 404, "81"),
        ({"query": "SELECT 1", "no_such_setting": "1"}, 404, "115"),
        ({"query": "SELECT 1", "user": "eve"}, 403, "516"),
    ],
)
def test_errors_have_clickhouse_s_words_and_codes(front: Front, given: dict[str, str], status: int, code: str) -> None:
    found, text, headers = sent(front, **given)
    assert (found, headers["X-ClickHouse-Exception-Code"]) == (status, code)
    assert text.startswith(f"Code: {code}. DB::Exception: ")


def test_get_only_reads(front: Front) -> None:
    assert sent(front, method="GET", query="SELECT 1")[:2] == (200, "1\n")
    assert sent(front, method="GET", query="CREATE TABLE g (n UInt8) ENGINE = Memory")[2][
        "X-ClickHouse-Exception-Code"
    ] == "164"  # fmt: skip


ROWS = "CREATE TABLE rows (n UInt32, t String DEFAULT 'none') ENGINE = MergeTree ORDER BY n " \
    "SETTINGS non_replicated_deduplication_window = 100"  # fmt: skip


def test_rows_come_in_bodies_and_once_by_token(front: Front) -> None:
    front.ask(f"CREATE OR REPLACE {ROWS.removeprefix('CREATE ')}")
    line = b'{"n": 1}\n{"n": 2, "t": "two"}\n'
    for token in ("a", "a", "b"):
        insert = "INSERT INTO rows FORMAT JSONEachRow"
        assert sent(front, gzip.compress(line), packed="gzip", query=insert, insert_deduplication_token=token)[0] == 200
    assert front.ask("SELECT n, t, count() FROM rows GROUP BY ALL ORDER BY n") == "1\tnone\t2\n2\ttwo\t2\n"
    sent(front, b"INSERT INTO rows SETTINGS async_insert = 0 FORMAT TSV\n3\tthree\n")
    sent(front, b"INSERT INTO rows VALUES (4, 'VALUES')")
    sent(front, b"(5, 'five')", query="INSERT INTO rows (n, t) VALUES")
    assert front.ask("SELECT n, t FROM rows WHERE n > 2 ORDER BY n") == "3\tthree\n4\tVALUES\n5\tfive\n"


def test_rows_of_a_binary_format_go_through_a_select(front: Front) -> None:
    front.ask(f"CREATE OR REPLACE {ROWS.removeprefix('CREATE ')}")
    binary = bytes([7, 0, 0, 0, 2, 0xFF, 0xFE])
    insert = "INSERT INTO rows SELECT n + 1, hex(b) FROM input('n UInt32, b String') FORMAT RowBinary"
    assert sent(front, binary, query=insert)[:2] == (200, "")
    assert front.ask("SELECT * FROM rows") == "8\tFFFE\n"


def test_it_keeps_what_it_has_when_it_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path / "clickhouse") as front:
        front.ask(ROWS)
        front.ask("INSERT INTO rows VALUES (1, 'one')", insert_deduplication_token="first")
        front.kill()
        front.start()
        front.ask("INSERT INTO rows VALUES (1, 'one')", insert_deduplication_token="first")
        assert front.ask("SELECT * FROM rows") == "1\tone\n"


def test_the_driver_takes_it_for_a_server() -> None:
    pytest.importorskip("clickhouse_connect", reason="the driver is not installed: pip install 'tinylite[clickhouse]'")
    with serving(password="se cret&") as front:
        server = Server(front.url.replace("se cret&", "se%20cret%26"), {"session_timezone": "UTC"})
        server.ask(ROWS, {}, "")
        server.insert("`rows`", b'{"n": 5}\n')
        assert server.ask("SELECT n, {t:String} AS t FROM rows", {"t": "o'n\\e\t"}, "TSV") == b"5\to\\'n\\\\e\\t\n"
        with pytest.raises(DiagnosticError) as problem:
            server.ask("SELECT nowhere(1)", {}, "")
        assert problem.value.diagnostics[0].hint == "this version of ClickHouse does not know the function"
        server.close()
        with pytest.raises(DiagnosticError, match="Authentication failed"):
            Server(front.url.replace("se cret&", "wrong"), {})
