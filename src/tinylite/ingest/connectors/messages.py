"""Messages of Kafka as events: the object of the value, with what Kafka knows of the message beside its fields."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from tinylite.datafile.datasource import KAFKA_COLUMNS
from tinylite.datafile.model import Datasource
from tinylite.ingest.block import MESSAGE
from tinylite.ingest.connectors.registry import Poison, Registry
from tinylite.ingest.rejected import Rejected

Headers = Sequence[tuple[str, bytes | str | None]]
FORMATS = ("json_without_schema", "json_with_schema", "json", "avro")
"""Of keys and values. With a schema they begin with five bytes that name it."""


@dataclass(frozen=True, slots=True)
class Message:
    """`timestamp` in milliseconds since 1970, or None when the broker keeps none."""

    topic: str
    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Shape:
    """What a data source wants of its messages."""

    columns: frozenset[str]
    keeps_value: bool
    binary_headers: bool
    reads_value: bool
    """Whether any column is taken out of the value, which then must be an object."""
    whole: bool
    """Whether a column takes the message as it is."""
    value_format: str
    key_format: str


def shape(datasource: Datasource) -> Shape:
    columns = datasource.columns
    return Shape(
        frozenset(column.name for column in columns if column.name in KAFKA_COLUMNS),
        _is_true(datasource, "KAFKA_STORE_RAW_VALUE"),
        _is_true(datasource, "KAFKA_STORE_BINARY_HEADERS"),
        any(column.name not in KAFKA_COLUMNS for column in columns),
        any(column.jsonpath is not None and not column.jsonpath.steps for column in columns),
        _text(datasource, "KAFKA_VALUE_FORMAT"),
        _text(datasource, "KAFKA_KEY_FORMAT"),
    )


def _text(datasource: Datasource, name: str) -> str:
    return datasource.kafka[name].value.lower() if name in datasource.kafka else ""


def _is_true(datasource: Datasource, name: str) -> bool:
    return _text(datasource, name) == "true"


def events(messages: Iterable[Message], shape: Shape, registry: Registry | None) -> tuple[bytes, list[Rejected]]:
    """The lines of good messages, in order, and what can't be one. Raises Unreachable when the registry is."""
    lines: list[bytes] = []
    rejected: list[Rejected] = []
    for message in messages:
        try:
            lines.append(_line(message, shape, registry))
        except Poison as problem:
            known = {name: value for name, value in _known(message, shape, None).items() if name in shape.columns}
            texts = {name: value if isinstance(value, str) else orjson.dumps(value).decode()
                     for name, value in known.items()}  # fmt: skip
            shown = _shown(message.value or b"")
            rejected.append(Rejected(f"{problem}: {shown}", texts))
    return b"\n".join(lines), rejected


def _line(message: Message, shape: Shape, registry: Registry | None) -> bytes:
    """What Kafka knows comes first: a field of the same name in the value counts for nothing."""
    meta = orjson.dumps({n: v for n, v in _known(message, shape, registry).items() if n in shape.columns})
    if message.value is None or not shape.reads_value:
        return meta[:-1] + f',"{MESSAGE}":""}}'.encode() if shape.whole and len(meta) > 2 else meta
    value = _decoded(message.value, shape.value_format, message.topic, registry, "value")
    _check_object(value)
    if shape.whole:
        meta = meta[:-1] + (b"," if len(meta) > 2 else b"") + f'"{MESSAGE}":'.encode() + _quoted(value) + b"}"
    inside = value.replace(b"\r", b" ").replace(b"\n", b" ").strip()[1:-1].strip()
    if not inside:
        return meta
    return meta[:-1] + (b"," if len(meta) > 2 else b"") + inside + b"}"


def _known(message: Message, shape: Shape, registry: Registry | None) -> dict[str, object]:
    """The columns that begin with two underscores."""
    found: dict[str, object] = {
        "__topic": message.topic,
        "__partition": message.partition,
        "__offset": message.offset,
        "__value": _shown(message.value or b"") if shape.keeps_value or not shape.reads_value else "",
        "__key": _key(message, shape, registry),
    }
    if message.timestamp is not None:
        moment = datetime.fromtimestamp(message.timestamp / 1000, UTC)
        found["__timestamp"] = moment.strftime("%Y-%m-%d %H:%M:%S") + f".{moment.microsecond // 1000:03}"
    if "__headers" in shape.columns:
        found["__headers"] = {name: _header(value, shape.binary_headers) for name, value in message.headers}
    return found


def _key(message: Message, shape: Shape, registry: Registry | None) -> str:
    key = message.key or b""
    if not key or registry is None or shape.key_format in ("", "json", "json_without_schema"):
        return _shown(key)
    return _shown(_decoded(key, shape.key_format, message.topic, registry, "key"))


def _header(value: bytes | str | None, binary: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if binary:
        return base64.b64encode(value).decode()
    return _shown(value)


def _decoded(data: bytes, format: str, topic: str, registry: Registry | None, what: str) -> bytes:
    if format == "avro":
        if registry is None:
            raise Poison("an Avro message needs KAFKA_SCHEMA_REGISTRY_URL in the connection")
        return registry.avro(data)
    if format == "json_with_schema":
        if len(data) < 5 or data[0] != 0:
            raise Poison(f"the {what} does not begin with the number of its schema")
        return data[5:]
    return data


def _check_object(value: bytes) -> None:
    """Raises Poison. What is doubtful is left to the loader, which parses it again."""
    for parse in (orjson.loads, _lenient):
        try:
            found = parse(value)
        except (ValueError, RecursionError):
            continue
        if not isinstance(found, dict):
            raise Poison("the message is no JSON object")
        return
    raise Poison("invalid JSON")


_lenient: Callable[[bytes], object] = json.loads


def _quoted(value: bytes) -> bytes:
    return json.dumps(value.decode("utf-8", "backslashreplace"), ensure_ascii=False).encode("utf-8", "replace")


def _shown(data: bytes) -> str:
    """Bytes that are no text are made visible."""
    return data.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
