"""Answers compressed as the client asks (RFC 9110, Accept-Encoding)."""

from __future__ import annotations

import gzip
from importlib.util import find_spec

_SHORTEST = 1024
"""Bytes. Packing less saves no packet."""
_HAS_ZSTD = find_spec("zstandard") is not None


def compressed(body: bytes, accepted: str) -> tuple[bytes, str]:
    """The body to send, and its Content-Encoding: zstd or gzip, "" for none."""
    if len(body) < _SHORTEST or not accepted:
        return body, ""
    weights = _weights(accepted)
    if _HAS_ZSTD and weights.get("zstd", 0.0) > 0:
        import zstandard

        return zstandard.ZstdCompressor(level=1).compress(body), "zstd"
    if weights.get("gzip", weights.get("*", 0.0)) > 0:
        return gzip.compress(body, compresslevel=1), "gzip"
    return body, ""


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
