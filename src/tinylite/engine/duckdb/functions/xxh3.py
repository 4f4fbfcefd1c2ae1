"""XXH3 with 64 bits, of its default secret."""

from __future__ import annotations

from struct import Struct

_MASK32, _MASK = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
_SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
_P32_1, _P32_2, _P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
_P1, _P2, _P3, _P4, _P5 = (
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5,
)  # fmt: skip
_eight_words = Struct("<8Q").unpack_from
_word = Struct("<Q").unpack_from


def _secret(at: int) -> int:
    return int(_word(_SECRET, at)[0])


def _folded(a: int, b: int) -> int:
    """Both halves of the product, one on the other."""
    product = a * b
    return (product & _MASK) ^ product >> 64


def _avalanche(value: int) -> int:
    value &= _MASK
    value = ((value ^ value >> 37) * 0x165667919E3779F9) & _MASK
    return value ^ value >> 32


def _avalanche64(value: int) -> int:
    """The end of XXH64."""
    value = ((value ^ value >> 33) * _P2) & _MASK
    value = ((value ^ value >> 29) * _P3) & _MASK
    return value ^ value >> 32


def _mixed(data: bytes, at: int, secret: int) -> int:
    return _folded(_word(data, at)[0] ^ _secret(secret), _word(data, at + 8)[0] ^ _secret(secret + 8))


def xxh3(data: bytes) -> int:
    size = len(data)
    if size <= 16:
        return _to_16(data, size)
    if size <= 240:
        return _to_240(data, size)
    return _long(data, size)


def _to_16(data: bytes, size: int) -> int:
    if size > 8:
        low = _word(data)[0] ^ _secret(24) ^ _secret(32)
        high = _word(data, size - 8)[0] ^ _secret(40) ^ _secret(48)
        swapped = int.from_bytes(low.to_bytes(8, "little"), "big")
        return _avalanche(size + swapped + high + _folded(low, high))
    if size >= 4:
        first, last = int.from_bytes(data[:4], "little"), int.from_bytes(data[-4:], "little")
        value = (last + (first << 32)) ^ _secret(8) ^ _secret(16)
        value ^= (value << 49 | value >> 15) & _MASK ^ (value << 24 | value >> 40) & _MASK
        value = (value * 0x9FB21C651E98DF25) & _MASK
        value = ((value ^ (value >> 35) + size) * 0x9FB21C651E98DF25) & _MASK
        return value ^ value >> 28
    if size:
        combined = data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8
        return _avalanche64(combined ^ int.from_bytes(_SECRET[:4], "little") ^ int.from_bytes(_SECRET[4:8], "little"))
    return _avalanche64(_secret(56) ^ _secret(64))


def _to_240(data: bytes, size: int) -> int:
    total = size * _P1
    if size <= 128:
        for step in range((size - 1) // 32, -1, -1):
            total += _mixed(data, 16 * step, 32 * step) + _mixed(data, size - 16 * (step + 1), 32 * step + 16)
        return _avalanche(total)
    total = _avalanche(total + sum(_mixed(data, at, at) for at in range(0, 128, 16)))
    total += sum(_mixed(data, at, at - 125) for at in range(128, size // 16 * 16, 16))
    return _avalanche(total + _mixed(data, size - 16, 119))


def _long(data: bytes, size: int) -> int:
    lanes = [_P32_3, _P1, _P2, _P3, _P4, _P32_2, _P5, _P32_1]
    for number in range((size - 1) // 64):
        _add(lanes, data, number * 64, number % 16 * 8)
        if number % 16 == 15:
            lanes = _scrambled(lanes)
    _add(lanes, data, size - 64, 121)
    keys = [_secret(11 + 8 * index) for index in range(8)]
    pairs = zip(lanes[::2], keys[::2], lanes[1::2], keys[1::2], strict=True)
    return _avalanche(size * _P1 + sum(_folded(a ^ j, b ^ k) for a, j, b, k in pairs))


def _add(lanes: list[int], data: bytes, at: int, secret: int) -> None:
    words, keys = _eight_words(data, at), _eight_words(_SECRET, secret)
    for index, (word, key) in enumerate(zip(words, keys, strict=True)):
        key ^= word
        lanes[index] = (lanes[index] + (key & _MASK32) * (key >> 32)) & _MASK
        lanes[index ^ 1] = (lanes[index ^ 1] + word) & _MASK


def _scrambled(lanes: list[int]) -> list[int]:
    keys = _eight_words(_SECRET, 128)
    return [((lane ^ lane >> 47 ^ key) * _P32_1) & _MASK for lane, key in zip(lanes, keys, strict=True)]
