"""Whatever is sent: no row is lost or made up, and no answer is a fault of the server."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Iterator

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.client import Client, Response, served

HITS = """SCHEMA >
    `id` UInt8 `json:$.id`,
    `page` String `json:$.page`,
    `at` Nullable(DateTime) `json:$.at`,
    `tags` Array(String) DEFAULT [] `json:$.tags[:]`
"""
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("any"), {"hits.datasource": HITS}) as client:
        yield client


def sent(client: Client, body: bytes, **parameters: object) -> Response:
    return client.post("/v0/datasources", body, mode="append", name="hits", **parameters)


def counted(client: Client) -> tuple[int, int]:
    answer = client.get("/v0/sql", q="SELECT (SELECT count() FROM hits), (SELECT count() FROM hits_quarantine)")
    good, bad = answer.text.split()
    return int(good), int(bad)


def grown(client: Client, body: bytes, **parameters: object) -> tuple[Response, int, int]:
    good, bad = counted(client)
    answer = sent(client, body, **parameters)
    good_after, bad_after = counted(client)
    return answer, good_after - good, bad_after - bad


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(["1", "255", "256", "", "[]"])


@QUICK
@given(
    rows=st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=20), delimiter=st.sampled_from(",;\t|")
)
def test_all_rows_of_a_csv_file_are_somewhere(client: Client, rows: list[list[str]], delimiter: str) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([["id", "page", "at", "tags"], *rows])
    answer, good, bad = grown(
        client, text.getvalue().encode(), format="csv", csv_header="true", dialect_delimiter=delimiter
    )
    assert (answer.status, good + bad) == (200, len(rows)), answer.body
    assert (answer.json()["successful_rows"], answer.json()["quarantine_rows"]) == (good, bad)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.dictionaries(st.sampled_from(["id", "page", "at", "tags", "other"]), VALUES, max_size=5)


@QUICK
@given(events=st.lists(EVENTS, min_size=1, max_size=20), as_array=st.booleans())
def test_all_events_of_a_json_file_are_somewhere(client: Client, events: list[object], as_array: bool) -> None:
    body = json.dumps(events) if as_array else "\n".join(map(json.dumps, events))
    answer, good, bad = grown(client, body.encode(), format="json" if as_array else "ndjson")
    assert (answer.status, good + bad) == (200, len(events)), answer.body


@QUICK
@given(
    body=st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    format=st.sampled_from(["", "csv", "ndjson", "json", "parquet", "avro", "xml"]),
    packing=st.sampled_from(["", "gzip", "zstd", "half"]),
)
def test_no_file_is_a_fault_of_the_server(client: Client, body: bytes, format: str, packing: str) -> None:
    if packing in ("gzip", "half"):
        body = gzip.compress(body)[: None if packing == "gzip" else -9]
    if packing == "zstd":
        body = zstandard.compress(body)
    answer, good, bad = grown(client, body, **({"format": format} if format else {}))
    assert answer.status in (200, 400, 413, 415), answer.body
    if answer.status == 200:
        assert (answer.json()["successful_rows"], answer.json()["quarantine_rows"]) == (good, bad)
    else:
        assert answer.error
        assert (good, bad) == (0, 0)


def test_pieces_of_a_file_are_put_together_again(client: Client) -> None:
    chosen = random.Random(7)
    events = [{"id": n % 200, "page": "é" * chosen.randrange(3000), "tags": ["a"]} for n in range(6000)]
    for format, text in (
        ("ndjson", "\n".join(json.dumps(event, ensure_ascii=False) for event in events)),
        ("json", json.dumps(events, ensure_ascii=False, indent=1)),
    ):
        answer, good, bad = grown(client, gzip.compress(text.encode(), 1), format=format)
        assert (answer.status, good, bad) == (200, 6000, 0), answer.body


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"id,page\n1,a\n2\n", "the row has 1, not 2 cells: 2"),
        (b"id,page\n1,a\n2,b,c\n", "the row has 3, not 2 cells: 2,b,c"),
        (b'id,page\n1,a\n2,"b"x\n', "not CSV (',' expected after '\"')"),
        (b"id,page\n1,a\n2,\xff\n", "surrogates not allowed"),
        (b"id,page,at\n1,a,\n2,b,soon\n", "value 'soon' on column 'at' is not Nullable(DateTime)"),
        (b"id,page,tags\n1,a,[]\n2,b,x\n", "value 'x' on column 'tags' is not Array(String)"),
    ],
)
def test_a_row_that_is_none_is_kept_with_its_reason(client: Client, body: bytes, reason: str) -> None:
    answer, good, bad = grown(client, body, format="csv")
    assert (answer.status, good, bad) == (200, 1, 1)
    asked = (
        f"SELECT c__error FROM hits_quarantine WHERE c__import_id = '{answer.json()['import_id']}' FORMAT JSONEachRow"
    )
    assert reason in json.loads(client.get("/v0/sql", q=asked).text)["c__error"][0]


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (b"id,page\n1,a\n", {"format": "csv", "csv_header": "perhaps"}),
        (b"id,page\n1,a\n", {"format": "csv", "encoding": "klingon"}),
        (b"id,page\n1,a\n", {"format": "csv", "dialect_delimiter": '"'}),
        (b"user,shop\n1,a\n", {"format": "csv", "csv_header": "true"}),
        (b"1,a\n", {"format": "csv", "csv_columns": "user,shop"}),
        (b'{"id": 1}\n', {"format": "csv"}),
        (b"PAR1", {"format": "ndjson"}),
        (b"[{}", {"format": "json"}),
        (b"[1] 2", {"format": "json"}),
        (b"[{} {}]", {"format": "json"}),
    ],
)
def test_a_file_that_can_not_be_meant_is_refused(client: Client, body: bytes, parameters: dict[str, object]) -> None:
    answer, good, bad = grown(client, body, **parameters)
    assert (answer.status in (400, 415), good, bad) == (True, 0, 0), answer.body


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (b"a;1\nb;2\n", {"csv_columns": "page,id"}),
        ("id,page\n1,é\n2,b\n".encode("utf-16"), {}),
        ("id,page\n1,é\n2,b\n".encode("latin-1"), {"encoding": "latin-1"}),
        (b"id|page|extra\n1|a|x\n2|b|y\n", {"csv_header": "true", "dialect_delimiter": "|"}),
        (b"1,a,,\"['x', 'y']\"\n2,b,,[]\n", {}),
        (b"id,page\n1,'a,b'\n2,c\n", {"dialect_quotechar": "'"}),
    ],
)
def test_csv_is_read_as_it_is_written(client: Client, body: bytes, parameters: dict[str, object]) -> None:
    answer, good, bad = grown(client, body, format="csv", **parameters)
    assert (answer.status, good, bad) == (200, 2, 0), answer.body


def form(*parts: bytes, end: bytes = b"--xxx--\r\n") -> bytes:
    return b"".join(b"--xxx\r\n" + part + b"\r\n" for part in parts) + end


FIELD = b'Content-Disposition: form-data; name="csv"; filename="p.csv"\r\n\r\n1,a,,[]'


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (form(FIELD), "multipart/form-data; boundary=xxx", 200),
        (
            form(FIELD, b'Content-Disposition: form-data; name="format"\r\n\r\ncsv'),
            "multipart/form-data; boundary=xxx",
            200,
        ),
        (form(FIELD, end=b""), "multipart/form-data; boundary=xxx", 400),
        (form(FIELD)[:60], "multipart/form-data; boundary=xxx", 400),
        (form(FIELD), "multipart/form-data", 400),
        (form(FIELD), "multipart/form-data; boundary=yyy", 400),
        (form(b"X: " + b"x" * 2_000_000 + b"\r\n\r\n1"), "multipart/form-data; boundary=xxx", 400),
        (form(b'Content-Disposition: form-data; name="a"\r\n\r\n1'), "multipart/form-data; boundary=xxx", 400),
        (b"1,a,,[]", "application/x-www-form-urlencoded", 200),
        (b"url=nothing", "application/x-www-form-urlencoded", 400),
    ],
)
def test_forms_are_whole_or_refused(client: Client, body: bytes, kind: str, status: int) -> None:
    good, _ = counted(client)
    answer = client.post("/v1/datasources/hits/append", body, {"content-type": kind})
    assert answer.status == status, answer.body
    assert counted(client)[0] == good + (status == 200)
