"""xxHash with 32 and 64 bits."""

from __future__ import annotations

from struct import Struct

_MASK32, _MASK64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_four_halves = Struct("<4I").unpack_from
_four_words = Struct("<4Q").unpack_from
_A1, _A2, _A3, _A4, _A5 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F, 0x165667B1
_B1, _B2, _B3, _B4, _B5 = (
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5,
)  # fmt: skip


def _rotate32(value: int, shift: int) -> int:
    value &= _MASK32
    return (value << shift | value >> (32 - shift)) & _MASK32


def _rotate64(value: int, shift: int) -> int:
    value &= _MASK64
    return (value << shift | value >> (64 - shift)) & _MASK64


def xx_hash32(data: bytes) -> int:
    size, at = len(data), 0
    hashed = _A5
    if size >= 16:
        lanes = [_A1 + _A2, _A2, 0, -_A1]
        for at in range(0, size - 15, 16):
            words = _four_halves(data, at)
            lanes = [_rotate32(lane + word * _A2, 13) * _A1 for lane, word in zip(lanes, words, strict=True)]
        at += 16
        hashed = sum(_rotate32(lane, shift) for lane, shift in zip(lanes, (1, 7, 12, 18), strict=True))
    hashed += size
    while at + 4 <= size:
        hashed = _rotate32(hashed + int.from_bytes(data[at : at + 4], "little") * _A3, 17) * _A4
        at += 4
    for byte in data[at:]:
        hashed = _rotate32(hashed + byte * _A5, 11) * _A1
    hashed &= _MASK32
    hashed = ((hashed ^ hashed >> 15) * _A2) & _MASK32
    hashed = ((hashed ^ hashed >> 13) * _A3) & _MASK32
    return hashed ^ hashed >> 16


def xx_hash64(data: bytes) -> int:
    size, at = len(data), 0
    hashed = _B5
    if size >= 32:
        lanes = [_B1 + _B2, _B2, 0, -_B1]
        for at in range(0, size - 31, 32):
            words = _four_words(data, at)
            lanes = [_rotate64(lane + word * _B2, 31) * _B1 for lane, word in zip(lanes, words, strict=True)]
        at += 32
        hashed = sum(_rotate64(lane, shift) for lane, shift in zip(lanes, (1, 7, 12, 18), strict=True))
        for lane in lanes:
            hashed = ((hashed & _MASK64) ^ (_rotate64(lane * _B2, 31) * _B1 & _MASK64)) * _B1 + _B4
    hashed = (hashed + size) & _MASK64
    while at + 8 <= size:
        word = int.from_bytes(data[at : at + 8], "little")
        hashed = (_rotate64(hashed ^ (_rotate64(word * _B2, 31) * _B1 & _MASK64), 27) * _B1 + _B4) & _MASK64
        at += 8
    if at + 4 <= size:
        word = int.from_bytes(data[at : at + 4], "little")
        hashed = (_rotate64(hashed ^ (word * _B1 & _MASK64), 23) * _B2 + _B3) & _MASK64
        at += 4
    for byte in data[at:]:
        hashed = (_rotate64(hashed ^ (byte * _B5 & _MASK64), 11) * _B1) & _MASK64
    hashed = ((hashed ^ hashed >> 33) * _B2) & _MASK64
    hashed = ((hashed ^ hashed >> 29) * _B3) & _MASK64
    return hashed ^ hashed >> 32
