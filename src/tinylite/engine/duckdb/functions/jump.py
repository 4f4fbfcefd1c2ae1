"""Lamping and Veach, "A Fast, Minimal Memory, Consistent Hash Algorithm" (2014)."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_FACTOR = 2862933555777941757


def jump_consistent_hash(key: int, buckets: int) -> int:
    """The bucket, from 0, of a 64-bit key. Raises ValueError when there are no buckets."""
    if not 0 < buckets < 1 << 31:
        raise ValueError("The number of buckets must be between 1 and 2147483647")
    bucket, following = -1, 0
    while following < buckets:
        bucket = following
        key = (key * _FACTOR + 1) & _MASK
        following = int((bucket + 1) * ((1 << 31) / ((key >> 33) + 1)))
    return bucket
