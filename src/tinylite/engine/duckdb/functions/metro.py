"""MetroHash64."""

from __future__ import annotations

from struct import Struct

_MASK = 0xFFFFFFFFFFFFFFFF
_K0, _K1, _K2, _K3 = 0xC83A91E1, 0x8648DBDB, 0x7BDEC03B, 0x2F5870A5
_two_words = Struct("<2Q").unpack_from
_four_words = Struct("<4Q").unpack_from


def _rotate(value: int, shift: int) -> int:
    value &= _MASK
    return (value >> shift | value << (64 - shift)) & _MASK


def metro_hash64(data: bytes) -> int:
    size, at = len(data), 0
    hashed = (_K2 * _K0 + size) & _MASK
    if size >= 32:
        v0 = v1 = v2 = v3 = hashed
        for at in range(0, size - 31, 32):
            w0, w1, w2, w3 = _four_words(data, at)
            v0 = (_rotate(v0 + w0 * _K0, 29) + v2) & _MASK
            v1 = (_rotate(v1 + w1 * _K1, 29) + v3) & _MASK
            v2 = (_rotate(v2 + w2 * _K2, 29) + v0) & _MASK
            v3 = (_rotate(v3 + w3 * _K3, 29) + v1) & _MASK
        at += 32
        v2 ^= _rotate((v0 + v3) * _K0 + v1, 33) * _K1 & _MASK
        v3 ^= _rotate((v1 + v2) * _K1 + v0, 33) * _K0 & _MASK
        v0 ^= _rotate((v0 + v2) * _K0 + v3, 33) * _K1 & _MASK
        v1 ^= _rotate((v1 + v3) * _K1 + v2, 33) * _K0 & _MASK
        hashed = (hashed + (v0 ^ v1)) & _MASK
    if size - at >= 16:
        w0, w1 = _two_words(data, at)
        v0 = _rotate(hashed + w0 * _K0, 33) * _K1 & _MASK
        v1 = _rotate(hashed + w1 * _K1, 33) * _K2 & _MASK
        v0 ^= (_rotate(v0 * _K0, 35) + v1) & _MASK
        v1 ^= (_rotate(v1 * _K3, 35) + v0) & _MASK
        hashed = (hashed + v1) & _MASK
        at += 16
    for width, shift in ((8, 33), (4, 15), (2, 13), (1, 25)):
        if size - at >= width:
            hashed = (hashed + int.from_bytes(data[at : at + width], "little") * _K3) & _MASK
            hashed ^= _rotate(hashed, shift) * _K1 & _MASK
            at += width
    hashed ^= _rotate(hashed, 33)
    hashed = hashed * _K0 & _MASK
    return hashed ^ _rotate(hashed, 33)
