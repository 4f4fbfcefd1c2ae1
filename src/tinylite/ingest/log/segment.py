"""The format of the log. A record is a header and the event lines of one request.

    magic  b"TLR1"        4 bytes
    length of the payload 4 bytes, little endian
    CRC-32 of position and payload  4 bytes
    position              8 bytes: counts records of the data source from 1
    payload

A segment is a file of records named by the position of its first one.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"TLR1"
_HEADER = struct.Struct("<4sIIQ")


@dataclass(frozen=True, slots=True)
class Record:
    position: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Damage:
    """What follows `offset` in a segment can't be read. `torn` means that it is the unfinished end of a write."""

    offset: int
    reason: str
    torn: bool


def encoded(record: Record) -> bytes:
    return _HEADER.pack(MAGIC, len(record.payload), _checksum(record), record.position) + record.payload


def _checksum(record: Record) -> int:
    return zlib.crc32(record.payload, zlib.crc32(record.position.to_bytes(8, "little")))


def decoded(data: bytes) -> Iterator[Record | Damage]:
    """The records of a segment; damage is told of, and skipped to the next record that is whole."""
    offset = 0
    while offset < len(data):
        record = _record_at(data, offset)
        if isinstance(record, Record):
            yield record
            offset += _HEADER.size + len(record.payload)
            continue
        following = data.find(MAGIC, offset + 1)
        while following >= 0 and not isinstance(_record_at(data, following), Record):
            following = data.find(MAGIC, following + 1)
        yield Damage(offset, record, torn=following < 0)
        if following < 0:
            return
        offset = following


def _record_at(data: bytes, offset: int) -> Record | str:
    if len(data) - offset < _HEADER.size:
        return "the header is cut off"
    magic, length, checksum, position = _HEADER.unpack_from(data, offset)
    if magic != MAGIC:
        return "no record begins here"
    start = offset + _HEADER.size
    if len(data) - start < length:
        return "the record is cut off"
    record = Record(position, data[start : start + length])
    return record if _checksum(record) == checksum else "the checksum is wrong"
