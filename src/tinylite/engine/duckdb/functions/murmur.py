"""MurmurHash 2 and 3, and the mixing of integers that comes from them."""

from __future__ import annotations

from struct import Struct

_MASK32, _MASK64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_two_words = Struct("<2Q")
_M32, _M64 = 0x5BD1E995, 0xC6A4A7935BD1E995
_GCC_SEED = 0xC70F6907


def _mixed(value: int) -> int:
    value ^= value >> 33
    value = (value * 0xFF51AFD7ED558CCD) & _MASK64
    value ^= value >> 33
    value = (value * 0xC4CEB9FE1A85EC53) & _MASK64
    return value ^ value >> 33


def int_hash64(value: int) -> int:
    return _mixed(value ^ 0x4CF2D2BAAE6DA887)


def int_hash32(value: int) -> int:
    """Thomas Wang's 64 bits to 32."""
    value ^= 0x75D9543DE018BF45
    value = (~value + (value << 18)) & _MASK64
    value ^= value >> 31 | value << 33 & _MASK64
    value = (value * 21) & _MASK64
    value ^= value >> 11 | value << 53 & _MASK64
    value = (value + (value << 6)) & _MASK64
    return (value ^ (value >> 22 | value << 42 & _MASK64)) & _MASK32


def murmur2_32(data: bytes, seed: int = 0) -> int:
    hashed = seed ^ len(data)
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        word = (int.from_bytes(data[at : at + 4], "little") * _M32) & _MASK32
        word ^= word >> 24
        hashed = (hashed * _M32 & _MASK32) ^ (word * _M32 & _MASK32)
    if whole < len(data):
        hashed = ((hashed ^ int.from_bytes(data[whole:], "little")) * _M32) & _MASK32
    hashed ^= hashed >> 13
    hashed = (hashed * _M32) & _MASK32
    return hashed ^ hashed >> 15


def murmur2_64(data: bytes, seed: int = 0) -> int:
    hashed = seed ^ (len(data) * _M64) & _MASK64
    whole = len(data) & ~7
    for at in range(0, whole, 8):
        word = (int.from_bytes(data[at : at + 8], "little") * _M64) & _MASK64
        word ^= word >> 47
        hashed = ((hashed ^ (word * _M64) & _MASK64) * _M64) & _MASK64
    if whole < len(data):
        hashed = ((hashed ^ int.from_bytes(data[whole:], "little")) * _M64) & _MASK64
    hashed ^= hashed >> 47
    hashed = (hashed * _M64) & _MASK64
    return hashed ^ hashed >> 47


def gcc_murmur(data: bytes) -> int:
    """What std::hash is in GCC."""
    return murmur2_64(data, _GCC_SEED)


def kafka_murmur(data: bytes) -> int:
    return murmur2_32(data, 0x9747B28C) & 0x7FFFFFFF


def murmur3_32(data: bytes) -> int:
    hashed = 0
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        hashed = (_rotate32(hashed ^ _scrambled32(data[at : at + 4]), 13) * 5 + 0xE6546B64) & _MASK32
    hashed ^= _scrambled32(data[whole:]) ^ len(data)
    hashed ^= hashed >> 16
    hashed = (hashed * 0x85EBCA6B) & _MASK32
    hashed ^= hashed >> 13
    hashed = (hashed * 0xC2B2AE35) & _MASK32
    return hashed ^ hashed >> 16


def _rotate32(value: int, shift: int) -> int:
    return (value << shift | value >> (32 - shift)) & _MASK32


def _scrambled32(piece: bytes) -> int:
    word = (int.from_bytes(piece, "little") * 0xCC9E2D51) & _MASK32
    return (_rotate32(word, 15) * 0x1B873593) & _MASK32


_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


def _rotate64(value: int, shift: int) -> int:
    value &= _MASK64
    return (value << shift | value >> (64 - shift)) & _MASK64


def _murmur3(data: bytes) -> tuple[int, int]:
    size = len(data)
    whole = size & ~15
    h1 = h2 = 0
    for at in range(0, whole, 16):
        k1, k2 = _two_words.unpack_from(data, at)
        h1 ^= _rotate64(k1 * _C1, 31) * _C2 & _MASK64
        h1 = ((_rotate64(h1, 27) + h2) * 5 + 0x52DCE729) & _MASK64
        h2 ^= _rotate64(k2 * _C2, 33) * _C1 & _MASK64
        h2 = ((_rotate64(h2, 31) + h1) * 5 + 0x38495AB5) & _MASK64
    h1 ^= _rotate64(int.from_bytes(data[whole : whole + 8], "little") * _C1, 31) * _C2 & _MASK64
    h2 ^= _rotate64(int.from_bytes(data[whole + 8 :], "little") * _C2, 33) * _C1 & _MASK64
    h1, h2 = h1 ^ size, h2 ^ size
    h1 = (h1 + h2) & _MASK64
    h2 = (h2 + h1) & _MASK64
    h1, h2 = _mixed(h1), _mixed(h2)
    h1 = (h1 + h2) & _MASK64
    return h1, (h2 + h1) & _MASK64


def murmur3_128(data: bytes) -> bytes:
    return _two_words.pack(*_murmur3(data))


def murmur3_64(data: bytes) -> int:
    """Both halves of the 128 bits, one on the other."""
    first, second = _murmur3(data)
    return first ^ second
