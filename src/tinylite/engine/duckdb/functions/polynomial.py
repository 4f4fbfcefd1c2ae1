"""Hashes that run over bytes one by one: cyclic redundancy checks, and the hashes of Java and Hive."""

from __future__ import annotations


def _table(polynomial: int) -> tuple[int, ...]:
    """The remainders of all bytes, the lowest bit first."""
    rows = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ polynomial if byte & 1 else byte >> 1
        rows.append(byte)
    return tuple(rows)


_ECMA = _table(0xC96C5795D7870F42)
_IEEE = _table(0xEDB88320)


def crc64(data: bytes) -> int:
    """CRC-64 of ECMA-182, reflected, that starts at zero and is not inverted."""
    remainder = 0
    for byte in data:
        remainder = _ECMA[(remainder ^ byte) & 255] ^ remainder >> 8
    return remainder


def crc32_ieee(data: bytes) -> int:
    """CRC-32 that starts at zero and is not inverted."""
    remainder = 0
    for byte in data:
        remainder = _IEEE[(remainder ^ byte) & 255] ^ remainder >> 8
    return remainder


def java_hash(data: bytes) -> int:
    """String.hashCode of signed bytes."""
    hashed = 0
    for byte in data:
        hashed = (hashed * 31 + (byte - 256 if byte > 127 else byte)) & 0xFFFFFFFF
    return hashed - 0x100000000 if hashed > 0x7FFFFFFF else hashed


def hive_hash(data: bytes) -> int:
    return java_hash(data) & 0x7FFFFFFF
