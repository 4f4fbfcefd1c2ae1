"""Messages as events, in each format that a topic may have."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import fastavro
import pytest

from tests.ingest.loading import datasource
from tinylite.ingest.connectors.errors import Unreachable
from tinylite.ingest.connectors.messages import Message, Shape, events, shape
from tinylite.ingest.connectors.registry import Registry

KAFKA = "KAFKA_CONNECTION_NAME stream\nKAFKA_TOPIC hits\n"
PLAIN = shape(datasource("`id` UInt32 `json:$.id`", KAFKA))
SCHEMA = {
    "type": "record",
    "name": "hit",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "price", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}]},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
    ],
}


def message(value: bytes | None, key: bytes | None = b"k") -> Message:
    return Message("hits", 3, 42, 1_775_000_000_123, key, value, [("a", b"\x00\xff"), ("b", None)])


def events_of(value: bytes | None, wanted: Shape = PLAIN, registry: Registry | None = None) -> dict[str, object]:
    lines, rejected = events([message(value)], wanted, registry)
    assert rejected == []
    found = json.loads(lines)
    assert isinstance(found, dict)
    return found


def reason(value: bytes, wanted: Shape = PLAIN, registry: Registry | None = None) -> str:
    lines, (rejected,) = events([message(value)], wanted, registry)
    assert lines == b""
    assert rejected.values["__offset"] == "42"
    return rejected.reason


class Schemas(BaseHTTPRequestHandler):
    """A registry with one schema of Avro, one of another kind, and one that is broken."""

    answers: ClassVar[dict[str, tuple[int, object]]] = {
        "/schemas/ids/7": (200, {"schema": json.dumps(SCHEMA)}),
        "/schemas/ids/8": (200, {"schema": "{}", "schemaType": "PROTOBUF"}),
        "/schemas/ids/9": (200, {"schema": '"nothing"'}),
        "/schemas/ids/500": (500, {}),
    }
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, body = self.answers.get(self.path, (404, {"error_code": 40403}))
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def registry() -> Iterator[Registry]:
    server = HTTPServer(("127.0.0.1", 0), Schemas)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found = Registry(f"http://user:secret@127.0.0.1:{server.server_port}")
    try:
        yield found
    finally:
        found.close()
        server.shutdown()
        thread.join()
        server.server_close()


def avro(number: int = 7) -> bytes:
    out = io.BytesIO()
    row = {"id": 5, "price": Decimal("1.50"), "at": datetime(2026, 4, 1, 9, 30, tzinfo=UTC), "day": date(2026, 4, 1)}
    fastavro.schemaless_writer(out, fastavro.parse_schema(SCHEMA), row)
    return b"\0" + number.to_bytes(4, "big") + out.getvalue()


def test_the_object_comes_with_what_kafka_knows_of_it() -> None:
    assert events_of(b'{"id": 1}') == {
        "__topic": "hits", "__partition": 3, "__offset": 42, "__timestamp": "2026-03-31 23:33:20.123", "__value": "",
        "__key": "k", "id": 1,
    }  # fmt: skip


def test_numbers_keep_all_their_digits() -> None:
    lines, _ = events([message(b'{"id": 123456789012345678901234567890.10}')], PLAIN, None)
    assert b'"id": 123456789012345678901234567890.10}' in lines


@pytest.mark.parametrize("value", [b"{}", b" {\n } ", None])
def test_nothing_is_no_fault_here(value: bytes | None) -> None:
    assert "__topic" in events_of(value)


def test_headers_are_texts_or_base64() -> None:
    wanted = shape(datasource("`id` UInt32 `json:$.id`", KAFKA + "KAFKA_STORE_HEADERS true\n"))
    assert events_of(b"{}", wanted)["__headers"] == {"a": "\\x00\\xff", "b": ""}
    assert events_of(b"{}", replace(wanted, binary_headers=True))["__headers"] == {"a": "AP8=", "b": ""}


def test_a_data_source_of_messages_takes_whatever_they_hold() -> None:
    wanted = shape(datasource("`__value` String\n`__offset` Int64", KAFKA))
    assert events_of(b"no json", wanted)["__value"] == "no json"


def test_avro_is_read_by_the_schema_that_it_names() -> None:
    wanted = replace(PLAIN, value_format="avro")
    with registry() as found:
        Schemas.asked.clear()
        for _ in range(2):
            got = events_of(avro(), wanted, found)
            assert (got["id"], got["price"], got["at"], got["day"]) == (
                5, "1.50", "2026-04-01 09:30:00+00:00", "2026-04-01",
            )  # fmt: skip
        assert Schemas.asked == ["/schemas/ids/7"]
        assert reason(avro()[:-4], wanted, found).startswith("the message is not what schema 7 says")
        assert reason(avro(404), wanted, found).startswith("the schema registry has no schema 404")
        assert reason(avro(8), wanted, found).startswith("schema 8 is PROTOBUF, not Avro")
        assert reason(avro(9), wanted, found).startswith("schema 9 can't be used")
        assert reason(b"{}", wanted, found).startswith("the message does not begin with the number of its schema")
        with pytest.raises(Unreachable, match="answers 500"):
            events([message(avro(500))], wanted, found)


def test_json_with_a_schema_begins_behind_its_number() -> None:
    wanted = replace(PLAIN, value_format="json_with_schema")
    assert events_of(b'\0\0\0\0\x07{"id": 6}', wanted)["id"] == 6
    assert reason(b'{"id": 6}', wanted).startswith("the value does not begin with the number of its schema")
