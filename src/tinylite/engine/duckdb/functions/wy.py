"""wyhash, its final version 3."""

from __future__ import annotations

from struct import Struct

_MASK = 0xFFFFFFFFFFFFFFFF
_S0, _S1, _S2, _S3 = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3, 0x589965CC75374CC3
_two_words = Struct("<2Q").unpack_from
_six_words = Struct("<6Q").unpack_from


def _mix(a: int, b: int) -> int:
    product = a * b
    return (product & _MASK) ^ product >> 64


def wy_hash64(data: bytes) -> int:
    size, at, seed = len(data), 0, _S0
    if size > 48:
        first = second = seed
        for at in range(0, size - 48, 48):
            w0, w1, w2, w3, w4, w5 = _six_words(data, at)
            seed, first, second = _mix(w0 ^ _S1, w1 ^ seed), _mix(w2 ^ _S2, w3 ^ first), _mix(w4 ^ _S3, w5 ^ second)
        at += 48
        seed ^= first ^ second
    while size - at > 16:
        w0, w1 = _two_words(data, at)
        seed = _mix(w0 ^ _S1, w1 ^ seed)
        at += 16
    a, b = _two_words(data, size - 16) if size > 16 else _ends(data, size)
    return _mix(_S1 ^ size, _mix(a ^ _S1, b ^ seed))


def _ends(data: bytes, size: int) -> tuple[int, int]:
    """Up to 16 bytes as two words, overlapping."""
    if size >= 4:
        step = size >> 3 << 2
        return _pair(data, 0, step), _pair(data, size - 4, size - 4 - step)
    return (data[0] << 16 | data[size >> 1] << 8 | data[-1], 0) if size else (0, 0)


def _pair(data: bytes, high: int, low: int) -> int:
    return int.from_bytes(data[high : high + 4], "little") << 32 | int.from_bytes(data[low : low + 4], "little")
