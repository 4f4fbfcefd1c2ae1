"""CityHash 1.0.2, the version that ClickHouse keeps: later ones give other numbers. Also its mix of two hashes."""

from __future__ import annotations

from struct import Struct

_MASK = 0xFFFFFFFFFFFFFFFF
_K0, _K1, _K2, _K3 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F, 0xC949D7C7509E6557
_MIX = 0x9DDFEA08EB382D69
_word = Struct("<Q").unpack_from
_half = Struct("<I").unpack_from
_four_words = Struct("<4Q").unpack_from


def _rotate(value: int, shift: int) -> int:
    value &= _MASK
    return (value >> shift | value << (64 - shift)) & _MASK


def _shift_mix(value: int) -> int:
    value &= _MASK
    return value ^ value >> 47


def mix(low: int, high: int) -> int:
    """Two hashes as one (Hash128to64)."""
    a = ((low ^ high) * _MIX) & _MASK
    a ^= a >> 47
    b = ((high ^ a) * _MIX) & _MASK
    b ^= b >> 47
    return (b * _MIX) & _MASK


def city_hash64(data: bytes) -> int:
    size = len(data)
    if size <= 16:
        return _to_16(data, size)
    if size <= 32:
        return _to_32(data, size)
    if size <= 64:
        return _to_64(data, size)
    return _long(data, size)


def _to_16(data: bytes, size: int) -> int:
    if size > 8:
        (a,), (b,) = _word(data), _word(data, size - 8)
        return mix(a, _rotate(b + size, size)) ^ b
    if size >= 4:
        (a,), (b,) = _half(data), _half(data, size - 4)
        return mix(size + (a << 3), b)
    if size:
        y = data[0] + (data[size >> 1] << 8)
        z = size + (data[-1] << 2)
        return (_shift_mix(y * _K2 ^ z * _K3) * _K2) & _MASK
    return _K2


def _to_32(data: bytes, size: int) -> int:
    (a,), (b,), (c,), (d,) = _word(data), _word(data, 8), _word(data, size - 8), _word(data, size - 16)
    a, c, d = a * _K1, c * _K2, d * _K0
    low = _rotate(a - b, 43) + _rotate(c, 30) + d
    return mix(low & _MASK, (a + _rotate(b ^ _K3, 20) - c + size) & _MASK)


def _to_64(data: bytes, size: int) -> int:
    w0, w1, w2, w3 = _four_words(data)
    e0, e1, e2, e3 = _four_words(data, size - 32)
    first, second = _half_of_64(w0 + (size + e2) * _K0, w1, w2, w3)
    last_first, last_second = _half_of_64(w2 + e0, e1, e2, e3)
    r = _shift_mix((first + last_second) * _K2 + (last_first + second) * _K0)
    return (_shift_mix(r * _K0 + second) * _K2) & _MASK


def _half_of_64(a: int, second: int, third: int, z: int) -> tuple[int, int]:
    b, c = _rotate(a + z, 52), _rotate(a, 37)
    a += second
    c += _rotate(a, 7)
    a += third
    return a + z, b + _rotate(a, 31) + c


def _weak(data: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """WeakHashLen32WithSeeds."""
    w, x, y, z = _four_words(data, at)
    a += w
    b = _rotate(b + a + z, 21)
    c = a
    a += x + y
    b += _rotate(a, 44)
    return (a + z) & _MASK, (b + c) & _MASK


def _long(data: bytes, size: int) -> int:
    (x,), (y,), (z,) = _word(data), _word(data, size - 16), _word(data, size - 56)
    y, z = y ^ _K1, z ^ _K0
    v = _weak(data, size - 64, size, y)
    w = _weak(data, size - 32, size * _K1, _K0)
    z = (z + _shift_mix(v[1]) * _K1) & _MASK
    x = (_rotate(z + x, 39) * _K1) & _MASK
    y = (_rotate(y, 33) * _K1) & _MASK
    for at in range(0, (size - 1) & ~63, 64):
        x = (_rotate(x + y + v[0] + _word(data, at + 16)[0], 37) * _K1) & _MASK
        y = (_rotate(y + v[1] + _word(data, at + 48)[0], 42) * _K1) & _MASK
        x ^= w[1]
        y ^= v[0]
        z = _rotate(z ^ w[0], 33)
        v = _weak(data, at, v[1] * _K1, x + w[0])
        w = _weak(data, at + 32, z + w[1], y)
        x, z = z, x
    low = (mix(v[0], w[0]) + _shift_mix(y) * _K1 + z) & _MASK
    return mix(low, (mix(v[1], w[1]) + x) & _MASK)
