"""The schema registry: Avro values by the number of their schema, which is asked for once."""

from __future__ import annotations

import io
import json
import struct
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from tinylite.ingest.connectors.errors import Unreachable, missing

_TIMEOUT = 10.0
_HEADER = struct.Struct(">bI")


class Poison(Exception):
    """A message that can't be read, now or later."""


class Registry:
    """`url` may hold a user and a password. Not thread-safe. Raises DiagnosticError when a package is missing."""

    def __init__(self, url: str) -> None:
        try:
            import fastavro
        except ImportError:
            raise missing("fastavro", "kafka") from None
        self._fastavro = fastavro
        self._schemas: dict[int, Any] = {}
        parts = urlsplit(url)
        auth = (parts.username or "", parts.password or "") if parts.username else None
        plain = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._client = httpx.Client(base_url=plain.rstrip("/"), auth=auth, timeout=_TIMEOUT, trust_env=False)

    def avro(self, data: bytes) -> bytes:
        """JSON of an Avro value with its five bytes in front. Raises Poison; Unreachable."""
        if len(data) < _HEADER.size or data[0] != 0:
            raise Poison("the message does not begin with the number of its schema")
        (_, number) = _HEADER.unpack_from(data)
        schema = self._schema(number)
        try:
            value = self._fastavro.schemaless_reader(io.BytesIO(data[_HEADER.size :]), schema, None)
            return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False).encode()
        except (ValueError, KeyError, TypeError, IndexError, EOFError, StopIteration, OverflowError) as problem:
            raise Poison(f"the message is not what schema {number} says ({type(problem).__name__})") from None

    def _schema(self, number: int) -> Any:
        if number not in self._schemas:
            self._schemas[number] = self._asked(number)
        return self._schemas[number]

    def _asked(self, number: int) -> Any:
        try:
            answer = self._client.get(f"/schemas/ids/{number}")
        except httpx.HTTPError as problem:
            raise Unreachable(f"the schema registry does not answer: {problem or type(problem).__name__}") from None
        if answer.status_code == 404:
            raise Poison(f"the schema registry has no schema {number}")
        if answer.status_code != 200:
            raise Unreachable(f"the schema registry answers {answer.status_code}")
        try:
            found = answer.json()
            if found.get("schemaType", "AVRO") != "AVRO":
                raise Poison(f"schema {number} is {found['schemaType']}, not Avro")
            return self._fastavro.parse_schema(json.loads(found["schema"]))
        except Poison:
            raise
        except Exception as problem:
            # What a schema may be wrong in is the library's to say, in errors of many kinds.
            raise Poison(f"schema {number} can't be used: {problem}") from None

    def close(self) -> None:
        self._client.close()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Decimal | UUID | timedelta):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is no value of a column")
