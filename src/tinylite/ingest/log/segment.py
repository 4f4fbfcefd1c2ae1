"""The format of the log. A record holds the events of one request.

    magic     b"TLR2"   4 bytes
    length    4 bytes   of all that follows the checksum
    checksum  4 bytes   CRC-32 of all that follows it
    position  8 bytes   counts the requests of the data source, upwards; some numbers are left out
    time      8 bytes   when it came, in milliseconds since 1970
    key       2 bytes for its length, then the idempotency key in UTF-8
    events    one JSON document a line, up to the record's end

Numbers are little endian. A segment is a file of records, named by the position of its first one. Nothing else is in
it: records follow each other without a gap.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MAGIC = b"TLR2"
_HEADER = struct.Struct("<4sII")
_FIXED = struct.Struct("<QQH")
SMALLEST = _HEADER.size + _FIXED.size


class Recorded(Protocol):
    """What a record is written of."""

    @property
    def position(self) -> int: ...
    @property
    def lines(self) -> bytes: ...
    @property
    def key(self) -> str: ...
    @property
    def at(self) -> int:
        """In milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Record:
    """`at` is in milliseconds since 1970."""

    position: int
    lines: bytes
    key: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Damage:
    """The bytes from `offset` to `end` of a segment can't be read. `is_torn`: the segment ends in the middle of a
    record, so most likely its writing was not finished, and it was not acknowledged.
    """

    offset: int
    end: int
    reason: str
    is_torn: bool


def encoded(record: Recorded) -> bytes:
    key = record.key.encode()
    rest = _FIXED.pack(record.position, record.at, len(key)) + key + record.lines
    return _HEADER.pack(MAGIC, len(rest), zlib.crc32(rest)) + rest


def decoded(data: bytes) -> Iterator[Record | Damage]:
    """The records of a segment; damage is told of, and skipped to the next record that is whole."""
    for _, part in located(data):
        yield part


def located(data: bytes) -> Iterator[tuple[int, Record | Damage]]:
    """With the offset of each."""
    offset = 0
    while offset < len(data):
        found = _record_at(data, offset)
        if not isinstance(found, str):
            record, end = found
            yield offset, record
            offset = end
            continue
        following = data.find(MAGIC, offset + 1)
        while following >= 0 and isinstance(_record_at(data, following), str):
            following = data.find(MAGIC, following + 1)
        end = following if following >= 0 else len(data)
        is_torn = following < 0 and found in (_NO_HEADER, _NO_END)
        yield offset, Damage(offset, end, found, is_torn)
        offset = end


_NO_HEADER = "the header is cut off"
_NO_END = "the record is cut off"


def _record_at(data: bytes, offset: int) -> tuple[Record, int] | str:
    """With the offset behind it; or what is wrong."""
    if len(data) - offset < _HEADER.size:
        return _NO_HEADER
    magic, length, checksum = _HEADER.unpack_from(data, offset)
    if magic != MAGIC:
        return "no record begins here"
    start = offset + _HEADER.size
    if length < _FIXED.size:
        return "the length is wrong"
    if len(data) - start < length:
        return _NO_END
    rest = data[start : start + length]
    if zlib.crc32(rest) != checksum:
        return "the checksum is wrong"
    position, at, key = _FIXED.unpack_from(rest)
    begin = _FIXED.size + key
    return Record(position, rest[begin:], rest[_FIXED.size : begin].decode("utf-8", "replace"), at), start + length
