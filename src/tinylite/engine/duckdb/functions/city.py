"""How CityHash and its kin make one hash of two."""

from __future__ import annotations

_MASK = 0xFFFFFFFFFFFFFFFF
_MIX = 0x9DDFEA08EB382D69


def mix(low: int, high: int) -> int:
    """Hash128to64."""
    a = ((low ^ high) * _MIX) & _MASK
    a ^= a >> 47
    b = ((high ^ a) * _MIX) & _MASK
    b ^= b >> 47
    return (b * _MIX) & _MASK
