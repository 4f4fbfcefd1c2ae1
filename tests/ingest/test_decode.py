"""Bodies as lines of events."""

from __future__ import annotations

import gzip
import json

import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from tinylite.ingest.decode import decode
from tinylite.ingest.errors import IngestError, Malformed, TooLarge, Unsupported

PRETTY = b'{\n  "a": 1,\r\n  "b": [\n    2\n  ]\n}\n'


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b'{"a":1}', [b'{"a":1}']),
        (b'{"a":1}\n{"a":2}\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\r\n{"a":2}\r\n', [b'{"a":1}', b'{"a":2}']),
        (b'\n\n{"a":1}\n\n \t\n{"a":2}\n\r\n', [b'{"a":1}', b'{"a":2}']),
        (b'\xef\xbb\xbf{"a":1}', [b'{"a":1}']),
        (b'{"a":1}\nnonsense\n{"a":2}', [b'{"a":1}', b"nonsense", b'{"a":2}']),
        (b'nonsense\n{"a":2}', [b"nonsense", b'{"a":2}']),
        (b'{"a":1\n{"a":2}', [b'{"a":1', b'{"a":2}']),
        (b'[{"a":1},{"a":2}]', [b'[{"a":1},{"a":2}]']),
        (b"", []),
        (b" \r\n\t\n", []),
    ],
)
def test_a_line_is_an_event(body: bytes, lines: list[bytes]) -> None:
    assert decode(body) == b"\n".join(lines)


def test_one_document_may_be_spread_over_lines() -> None:
    (line,) = decode(PRETTY).split(b"\n")
    assert json.loads(line) == {"a": 1, "b": [2]}


@pytest.mark.parametrize(
    ("body", "items"),
    [
        (b"[]", []),
        (b" [ ] ", []),
        (b'[{"a":1},{"a":2}]', [b'{"a":1}', b'{"a":2}']),
        (b'[\n {"a": 1},\n {"a":\n 2}\n]\n', [b'{"a": 1}', b'{"a":  2}']),
        (b'[{"a":0.12345678901234567890123}, 1, "x"]', [b'{"a":0.12345678901234567890123}', b"1", b'"x"']),
        (b'[{"a":"\\ud800"}]', [b'{"a":"\\ud800"}']),
        (b'{"a":1}', [b'{"a":1}']),
        (b'{"a":1}\n{"a":2}', [b'{"a":1}', b'{"a":2}']),
    ],
)
def test_items_of_an_array_are_events_as_they_are_written(body: bytes, items: list[bytes]) -> None:
    assert decode(body, format="json") == b"\n".join(items)


@pytest.mark.parametrize(
    "body", [b"[", b"[1", b"[1,]", b"[,1]", b"[1 2]", b"[1]]", b"[1] [2]", b"[\xff]", b"[" * 100_000]
)
def test_a_faulty_array_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode(body, format="json")


@given(events=st.lists(st.dictionaries(st.text(), st.integers() | st.floats(allow_nan=False) | st.text())))
def test_an_array_says_what_its_lines_say(events: list[object]) -> None:
    lines = decode(json.dumps(events, indent=1).encode(), format="json").split(b"\n")
    assert [json.loads(line) for line in lines if line] == events


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", " gzip ", "zstd"])
def test_compressed_bodies_are_read(encoding: str) -> None:
    body = zstandard.ZstdCompressor().compress(PRETTY) if encoding == "zstd" else gzip.compress(PRETTY)
    assert decode(body, encoding=encoding) == decode(PRETTY)


def test_all_members_of_a_gzip_body_are_read() -> None:
    body = gzip.compress(b'{"a":1}\n') + gzip.compress(b'{"a":2}\n')
    assert decode(body, encoding="gzip") == b'{"a":1}\n{"a":2}'


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_bombs_are_refused(encoding: str) -> None:
    zeros = bytes(50_000_000)
    body = zstandard.ZstdCompressor().compress(zeros) if encoding == "zstd" else gzip.compress(zeros)
    with pytest.raises(TooLarge):
        decode(body, encoding=encoding)


@pytest.mark.parametrize(
    "body", [b"", b"x", gzip.compress(PRETTY)[:-4], gzip.compress(PRETTY) + b"x", gzip.compress(PRETTY)[:12]]
)
def test_what_is_not_gzip_is_refused(body: bytes) -> None:
    if not body:
        assert decode(body, encoding="gzip") == b""
        return
    with pytest.raises(Malformed):
        decode(body, encoding="gzip")


@pytest.mark.parametrize("cut", [0, 1, 5, 12, 20])
def test_what_is_not_zstd_is_refused(cut: int) -> None:
    body = zstandard.ZstdCompressor().compress(PRETTY * 100)[:cut] or b"x"
    with pytest.raises(Malformed):
        decode(body, encoding="zstd")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(Unsupported):
        decode(b"", encoding="br")


def test_the_limit_counts_the_bytes_after_decompression() -> None:
    assert decode(b"12345", limit=5) == b"12345"
    for body, encoding in ((b"123456", ""), (gzip.compress(b"123456"), "gzip")):
        with pytest.raises(TooLarge):
            decode(body, encoding=encoding, limit=5)


@given(
    body=st.binary(), encoding=st.sampled_from(["", "gzip", "zstd", "x"]), format=st.sampled_from(["ndjson", "json"])
)
@example(body=b'{"a":' + b"[" * 50_000 + b"}\n1", encoding="", format="ndjson")
@example(body=b'{\n"a":' + b"[" * 50_000, encoding="", format="ndjson")
@example(body=b"[" + b"9" * 5000 + b"]", encoding="", format="json")
def test_any_bytes_are_lines_or_refused(body: bytes, encoding: str, format: str) -> None:
    try:
        lines = decode(body, encoding=encoding, format=format)
    except IngestError as refused:
        assert refused.status in (400, 413, 415)
        assert str(refused)
        return
    assert lines == b"" or all(line.strip(b" \t\r") for line in lines.split(b"\n"))
