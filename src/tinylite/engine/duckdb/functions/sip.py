"""SipHash-2-4 with 64 and 128 bits."""

from __future__ import annotations

from struct import Struct

_MASK = 0xFFFFFFFFFFFFFFFF
_START = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)
_two_words = Struct("<2Q")
_State = tuple[int, int, int, int]


def _rounds(state: _State, times: int) -> _State:
    v0, v1, v2, v3 = state
    for _ in range(times):
        v0 = (v0 + v1) & _MASK
        v1 = (v1 << 13 | v1 >> 51) & _MASK ^ v0
        v0 = (v0 << 32 | v0 >> 32) & _MASK
        v2 = (v2 + v3) & _MASK
        v3 = (v3 << 16 | v3 >> 48) & _MASK ^ v2
        v0 = (v0 + v3) & _MASK
        v3 = (v3 << 21 | v3 >> 43) & _MASK ^ v0
        v2 = (v2 + v1) & _MASK
        v1 = (v1 << 17 | v1 >> 47) & _MASK ^ v2
        v2 = (v2 << 32 | v2 >> 32) & _MASK
    return v0, v1, v2, v3


def _absorbed(data: bytes, key: tuple[int, int], start: _State) -> _State:
    low, high = key
    v0, v1, v2, v3 = start[0] ^ low, start[1] ^ high, start[2] ^ low, start[3] ^ high
    whole = len(data) & ~7
    tail = int.from_bytes(data[whole:], "little") | (len(data) & 0xFF) << 56
    words = [int.from_bytes(data[at : at + 8], "little") for at in range(0, whole, 8)]
    for word in (*words, tail):
        v0, v1, v2, v3 = _rounds((v0, v1, v2, v3 ^ word), 2)
        v0 ^= word
    return v0, v1, v2, v3


def sip_hash64(data: bytes, low: int = 0, high: int = 0) -> int:
    v0, v1, v2, v3 = _absorbed(data, (low, high), _START)
    v0, v1, v2, v3 = _rounds((v0, v1, v2 ^ 0xFF, v3), 4)
    return v0 ^ v1 ^ v2 ^ v3


def sip_hash128(data: bytes, low: int = 0, high: int = 0) -> bytes:
    """ClickHouse's own 128 bits: both halves of the state that gives the 64 bits."""
    v0, v1, v2, v3 = _absorbed(data, (low, high), _START)
    v0, v1, v2, v3 = _rounds((v0, v1, v2 ^ 0xFF, v3), 4)
    return _two_words.pack(v0 ^ v1, v2 ^ v3)


def sip_hash128_reference(data: bytes, low: int = 0, high: int = 0) -> bytes:
    """The 128 bits of SipHash's authors."""
    v0, v1, v2, v3 = _absorbed(data, (low, high), (_START[0], _START[1] ^ 0xEE, _START[2], _START[3]))
    v0, v1, v2, v3 = _rounds((v0, v1, v2 ^ 0xEE, v3), 4)
    first = v0 ^ v1 ^ v2 ^ v3
    v0, v1, v2, v3 = _rounds((v0, v1 ^ 0xDD, v2, v3), 4)
    return _two_words.pack(first, v0 ^ v1 ^ v2 ^ v3)
