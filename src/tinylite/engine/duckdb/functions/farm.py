"""FarmHash: its fingerprint (farmhashna) and its hash of 64 bits (farmhashxo, farmhashuo)."""

from __future__ import annotations

from struct import Struct

_MASK = 0xFFFFFFFFFFFFFFFF
_K0, _K1, _K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F
_four_words = Struct("<4Q").unpack_from


def _word(data: bytes, at: int, size: int = 8) -> int:
    return int.from_bytes(data[at : at + size], "little")


def _rotate(value: int, shift: int) -> int:
    value &= _MASK
    return (value >> shift | value << (64 - shift)) & _MASK


def _shift_mix(value: int) -> int:
    value &= _MASK
    return value ^ value >> 47


def _mix(u: int, v: int, by: int) -> int:
    """HashLen16."""
    u, v = u & _MASK, v & _MASK
    a = _shift_mix((u ^ v) * by)
    return (_shift_mix((v ^ a) * by) * by) & _MASK


def _weak(data: bytes, at: int, a: int, b: int) -> tuple[int, int]:
    """WeakHashLen32WithSeeds."""
    w, x, y, z = _four_words(data, at)
    a += w
    b = _rotate(b + a + z, 21)
    c = a
    a += x + y
    b += _rotate(a, 44)
    return (a + z) & _MASK, (b + c) & _MASK


def _to_16(data: bytes, size: int) -> int:
    by = (_K2 + size * 2) & _MASK
    if size >= 8:
        a, b = _word(data, 0) + _K2, _word(data, size - 8)
        return _mix(_rotate(b, 37) * by + a, (_rotate(a, 25) + b) * by, by)
    if size >= 4:
        return _mix(size + (_word(data, 0, 4) << 3), _word(data, size - 4, 4), by)
    if size:
        y = data[0] + (data[size >> 1] << 8)
        z = size + (data[-1] << 2)
        return (_shift_mix(y * _K2 ^ z * _K0) * _K2) & _MASK
    return _K2


def _to_32(data: bytes, size: int) -> int:
    by = (_K2 + size * 2) & _MASK
    a, b, c, d = _word(data, 0) * _K1, _word(data, 8), _word(data, size - 8) * by, _word(data, size - 16) * _K2
    return _mix(_rotate(a + b, 43) + _rotate(c, 30) + d, a + _rotate(b + _K2, 18) + c, by)


def _to_64(data: bytes, size: int) -> int:
    by = (_K2 + size * 2) & _MASK
    a, b, c, d = _word(data, 0) * _K2, _word(data, 8), _word(data, size - 8) * by, _word(data, size - 16) * _K2
    y = _rotate(a + b, 43) + _rotate(c, 30) + d
    z = _mix(y, a + _rotate(b + _K2, 18) + c, by)
    e, f = _word(data, 16) * by, _word(data, 24)
    g, h = (y + _word(data, size - 32)) * by, (z + _word(data, size - 24)) * by
    return _mix(_rotate(e + f, 43) + _rotate(g, 30) + h, e + _rotate(f + a, 18) + g, by)


def farm_fingerprint64(data: bytes) -> int:
    size = len(data)
    if size <= 16:
        return _to_16(data, size)
    if size <= 32:
        return _to_32(data, size)
    if size <= 64:
        return _to_64(data, size)
    x, y = 81, (81 * _K1 + 113) & _MASK
    z = _shift_mix(y * _K2 + 113) * _K2
    v = w = (0, 0)
    x = x * _K2 + _word(data, 0)
    end = (size - 1) // 64 * 64

    def step(at: int, by: int, nine: int) -> tuple[int, int, int, tuple[int, int], tuple[int, int]]:
        x1 = (_rotate(x + y + v[0] + _word(data, at + 8), 37) * by) & _MASK
        y1 = (_rotate(y + v[1] + _word(data, at + 48), 42) * by) & _MASK
        x1 ^= (w[1] * nine) & _MASK
        y1 += v[0] * nine + _word(data, at + 40)
        z1 = _rotate(z + w[0], 33) * by
        w1 = _weak(data, at + 32, z1 + w[1], y1 + _word(data, at + 16))
        return z1, y1, x1, _weak(data, at, v[1] * by, x1 + w[0]), w1

    for at in range(0, end, 64):
        x, y, z, v, w = step(at, _K1, 1)
    by = _K1 + ((z & 0xFF) << 1)
    w = (w[0] + ((size - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x, y, z, v, w = step(size - 64, by, 9)
    return _mix(_mix(v[0], w[0], by) + _shift_mix(y) * _K0 + z, _mix(v[1], w[1], by) + x, by)


def farm_hash64(data: bytes) -> int:
    """Raises ValueError from 512 bytes on: those go another way (farmhashte)."""
    size = len(data)
    if size >= 512:
        raise ValueError("farmHash64 of 512 bytes or more is not supported; use cityHash64")
    if size <= 32:
        return _to_16(data, size) if size <= 16 else _to_32(data, size)
    if size <= 64:
        first, last = _K2 - 30, _K2 - 30 + 2 * size
        return ((_half(data, size - 32, last) * last + _half(data, 0, first)) * last) & _MASK
    if size <= 96:
        first, last = _K2 - 114, _K2 - 114 + 2 * size
        h0, h1 = _half(data, 0, first), _half(data, 32, last)
        h2 = _half(data, size - 32, last, h0, h1)
        return ((h2 * 9 + (h0 >> 17) + (h1 >> 21)) * last) & _MASK
    return farm_fingerprint64(data) if size <= 256 else _long(data, size)


def _half(data: bytes, at: int, by: int, low: int = 0, high: int = 0) -> int:
    """H32, of 32 bytes."""
    a, b, c, d = _four_words(data, at)
    a, c, d = a * _K1, c * _K2, d * by
    u = (_rotate(a + b, 43) + _rotate(d, 30) + c + low) & _MASK
    v = (a + _rotate(b + _K2, 18) + d + high) & _MASK
    a = _shift_mix((u ^ v) * by)
    return _shift_mix((v ^ a) * by)


def _turned(x: int, y: int, by: int, shift: int) -> int:
    x, y = x & _MASK, y & _MASK
    a = _shift_mix((x ^ y) * by)
    return (_rotate((y ^ a) * by, shift) * by) & _MASK


def _long(data: bytes, size: int) -> int:
    x, y = 81, 113
    z = (_shift_mix(y * _K2) * _K2) & _MASK
    v0, v1, w0, w1 = 81, 0, 0, 0
    u = (x - z) & _MASK
    x = (x * _K2) & _MASK
    by = (_K2 + (u & 0x82)) & _MASK
    for at in range(0, (size - 1) // 64 * 64, 64):
        a0, a1, a2, a3 = _four_words(data, at)
        a4, a5, a6, a7 = _four_words(data, at + 32)
        x, y, z = x + a0 + a1, y + a2, z + a3
        v0, v1, w0, w1 = v0 + a4, v1 + a5 + a1, w0 + a6, w1 + a7
        x, y, z = _rotate(x, 26) * 9, _rotate(y, 29), z * by
        v0, v1 = _rotate(v0, 33), _rotate(v1, 30)
        w0 = (((w0 ^ x) & _MASK) * 9) & _MASK
        z = _rotate(z, 32) + w1
        w1 += z
        z *= 9
        u, y = y, u
        z += a0 + a6
        v0, v1, w0, w1 = v0 + a2, v1 + a3, w0 + a4, w1 + a5 + a6
        x, y = x + a1, y + a7
        y += v0
        v0 += x - y
        v1 += w0
        w0 += v1
        w1 += x - y
        x = (x + w1) & _MASK
        w1 = _rotate(w1, 34)
        u, z = z & _MASK, u
        y, v0, v1, w0 = y & _MASK, v0 & _MASK, v1 & _MASK, w0 & _MASK
    at = size - 64
    u *= 9
    v1, v0 = _rotate(v1, 28), _rotate(v0, 20)
    w0 += (size - 1) & 63
    u += y
    y += u
    x = (_rotate(y - x + v0 + _word(data, at + 8), 37) * by) & _MASK
    y = (_rotate((y & _MASK) ^ v1 ^ _word(data, at + 48), 42) * by) & _MASK
    x ^= (w1 * 9) & _MASK
    y += v0 + _word(data, at + 40)
    z = _rotate(z + w0, 33) * by
    v0, v1 = _weak(data, at, v1 * by, x + w0)
    w0, w1 = _weak(data, at + 32, z + w1, y + _word(data, at + 16))
    first = _mix(v0 + x, (w0 ^ y) & _MASK, by) + z - u
    return _turned(first, _turned(v1 + y, w1 + z, _K2, 30) ^ x, _K2, 31)
