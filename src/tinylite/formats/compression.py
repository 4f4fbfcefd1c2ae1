"""Bytes packed while they come, as HTTP names it (RFC 9110, Accept-Encoding)."""

from __future__ import annotations

import zlib
from functools import lru_cache
from importlib.util import find_spec
from typing import Protocol

SHORTEST = 1024
"""Bytes. Packing less saves no packet."""
_HAS_ZSTD = find_spec("zstandard") is not None


class Packer(Protocol):
    def pack(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._packer = zlib.compressobj(1, zlib.DEFLATED, 31)

    def pack(self, data: bytes) -> bytes:
        return self._packer.compress(data)

    def finish(self) -> bytes:
        return self._packer.flush()


class _Zstd:
    def __init__(self) -> None:
        import zstandard

        self._packer = zstandard.ZstdCompressor(level=1).compressobj()

    def pack(self, data: bytes) -> bytes:
        return bytes(self._packer.compress(data))

    def finish(self) -> bytes:
        return bytes(self._packer.flush())


def packer(encoding: str) -> Packer:
    return _Zstd() if encoding == "zstd" else _Gzip()


def packed(data: bytes, encoding: str) -> bytes:
    """All at once."""
    made = packer(encoding)
    return made.pack(data) + made.finish()


@lru_cache(maxsize=256)
def chosen(accepted: str) -> str:
    """The best encoding that a client accepts: zstd or gzip, "" for none."""
    if not accepted:
        return ""
    weights = _weights(accepted)
    if _HAS_ZSTD and weights.get("zstd", 0.0) > 0:
        return "zstd"
    return "gzip" if weights.get("gzip", weights.get("*", 0.0)) > 0 else ""


def _weights(accepted: str) -> dict[str, float]:
    """By name; a weight that is no number counts as 0."""
    found: dict[str, float] = {}
    for part in accepted.split(","):
        name, _, parameter = part.partition(";")
        key, _, value = parameter.partition("=")
        try:
            found[name.strip().lower()] = float(value) if key.strip().lower() == "q" else 1.0
        except ValueError:
            found[name.strip().lower()] = 0.0
    return found
