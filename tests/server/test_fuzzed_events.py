"""Whatever is sent as events: never a 500, nothing lost, nothing counted wrongly."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server.client import Client, served

SCHEMA = """SCHEMA >
    `id` UInt32 `json:$.id`,
    `name` Nullable(String) `json:$.user.name`,
    `at` DateTime64(3) `json:$.at` DEFAULT now64(),
    `price` Decimal(10, 2) `json:$.price` DEFAULT 0,
    `tags` Array(String) `json:$.tags[:]`,
    `all` String `json:$`
"""
NO_WHOLE_LINE = """SCHEMA >
    `id` UInt32 `json:$.id`,
    `n` Nullable(Int64) `json:$.n`,
    `m` Map(String, Float64) `json:$.m` DEFAULT map(),
    `s` LowCardinality(String) `json:$.['odd name']` DEFAULT ''
ENGINE_SORTING_KEY "id"
"""
FUZZ = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {"hits.datasource": SCHEMA, "flat.datasource": NO_WHOLE_LINE}
    with served(tmp_path_factory.mktemp("fuzz"), files) as client:
        yield client


texts = st.text(max_size=12)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(0, 5000), st.floats(), texts,
    st.sampled_from(["2024-01-02 03:04:05", "2024-01-02T03:04:05.678Z", "2024-13-01", "1.10", "12", 1.1, 1e300, 2**70]),
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
fields = st.sampled_from(["id", "user", "at", "price", "tags", "n", "m", "odd name", "other", "", "\\", "é"])
documents = st.dictionaries(fields, values, max_size=5).map(json.dumps)
good = st.builds('{{"id":{},"user":{{"name":"{}"}},"tags":["a"]}}'.format, st.integers(0, 9), st.sampled_from("ab"))
written = st.sampled_from(
    [
        '{"id":1,"id":2,"tags":[]}', '{"id" : 1, "tags" : [ ]}', '{"id":1', '{"id":1}}', "[]", "1", '"x"', "null", "{}",
        '{"id":1,"tags":[1.10,null]}', '{"id":1,"price":1.10,"tags":[]}', '{"id":1e0,"tags":[]}', '{"id":-0,"tags":[]}',
        '{"id":1,"user":{"name":"\\ud800"},"tags":[]}', '{"id":1,"user":"x","tags":[]}', "{" * 300, "[" * 3000,
        '{"id":1,"tags":' + "[" * 200 + "]" * 200 + "}", '{"id":1,"n":99999999999999999999}', "NaN", "{'id':1}",
        '{"id":1,"m":{"a":1,"a":"x"}}', '{"id":1,"odd name":{"a":1.50}}', '\x1f{"id":1}', '{"id":1}\x00',
    ]
)  # fmt: skip
lines = st.lists(st.one_of(documents, good, good, written, texts), max_size=12).map(
    lambda found: [line for line in found if line.strip() and not set(line) & set("\n\r\x85\u2028\u2029\x1c\x1d\x1e")]
)


endings = st.sampled_from(["\n", "\r\n", "\n\n", " \n"])
packings = st.sampled_from(["", "gzip", "zstd"])


def held(client: Client, table: str) -> int:
    return sum(client.workspace.row_count(name) for name in (table, f"{table}_quarantine"))


def is_one_document(body: str) -> bool:
    """Over several lines."""
    first = body.strip().split("\n", 1)[0].strip()
    try:
        json.loads(first)
    except RecursionError:  # too deep to tell: a line of its own
        return False
    except ValueError:
        try:
            json.loads(body)
        except ValueError:
            return False
        return True
    return False


@pytest.mark.parametrize("table", ["hits", "flat"])
@FUZZ
@given(
    lines=lines, ending=st.sampled_from(["\n", "\r\n", "\n\n", " \n"]), packing=st.sampled_from(["", "gzip", "zstd"])
)
def test_accepted_and_quarantined_are_what_was_sent(
    client: Client, table: str, lines: list[str], ending: str, packing: str
) -> None:
    text = ending.join(lines)
    body = text.encode("utf-8", "surrogatepass")
    packed = {"": body, "gzip": gzip.compress(body), "zstd": zstandard.ZstdCompressor().compress(body)}[packing]
    before = held(client, table)
    answer = client.post("/v0/events", packed, {"Content-Encoding": packing}, name=table, wait="true")
    assert answer.status == 200, answer.text
    counts = answer.json()
    taken = int(str(counts["successful_rows"])) + int(str(counts["quarantined_rows"]))
    assert taken == (1 if is_one_document(text) and len(lines) > 1 else len(lines))
    assert held(client, table) - before == taken


@FUZZ
@given(lines=lines)
def test_what_is_acknowledged_early_is_counted_as_it_is_loaded(client: Client, lines: list[str]) -> None:
    sent = 0
    before = client.workspace.row_count("flat")
    for line in lines:
        answer = client.post("/v0/events", line.encode("utf-8", "surrogatepass"), name="flat")
        assert answer.status == 202, answer.text
        sent += int(str(answer.json()["successful_rows"]))
    client.workspace.ingest.catch_up()
    assert client.workspace.row_count("flat") - before == sent


@FUZZ
@given(
    body=st.one_of(st.binary(max_size=200), documents.map(str.encode), st.binary(max_size=60).map(gzip.compress)),
    name=st.one_of(st.sampled_from(["hits", "flat", "hits_quarantine", "", "tinybird.jobs_log"]), texts),
    format=st.one_of(st.sampled_from(["", "json", "ndjson", "csv"]), texts),
    encoding=st.sampled_from(["", "identity", "gzip", "zstd", "br", "GZIP", "deflate, gzip", "\x7f"]),
    content=st.sampled_from(["", "application/json", "multipart/form-data; boundary=x", "text/csv"]),
    key=st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=300),
)
def test_any_request_is_answered_and_never_with_500(
    client: Client, body: bytes, name: str, format: str, encoding: str, content: str, key: str
) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": content, "Idempotency-Key": key}
    answer = client.post("/v0/events", body, headers, name=name, format=format, wait="1")
    assert answer.status in (200, 400, 404, 413, 415, 422), answer.text
    assert answer.json()


@given(id=st.one_of(texts, st.binary(max_size=30).map(lambda data: data.hex())))
def test_any_receipt_is_answered(client: Client, id: str) -> None:
    from urllib.parse import quote

    assert client.get(f"/v0/events/receipts/{quote(id, safe='')}").status in (200, 404, 405)


def test_an_event_with_all_of_it(tmp_path: Path) -> None:
    with served(tmp_path, {"hits.datasource": SCHEMA}) as client:
        body = b'{"id":1,"user":{"name":"a"},"at":"2024-01-02T03:04:05.678Z","price":1.10,"tags":["x"]}'
        assert client.post("/v0/events", body, name="hits").status == 202
        q = "SELECT id, name, at, price, tags, all FROM hits FORMAT JSONCompact"
        assert client.get("/v0/sql", q=q).data == [[1, "a", "2024-01-02 03:04:05.678", 1.1, ["x"], body.decode()]]
