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
    """The bytes from `offset` to `end` of a segment can't be read. `at_end` means that no whole record follows: most
    likely a write that was not finished.
    """

    offset: int
    end: int
    reason: str
    at_end: bool


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
        end = following if following >= 0 else len(data)
        yield Damage(offset, end, record, at_end=following < 0)
        offset = end


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
