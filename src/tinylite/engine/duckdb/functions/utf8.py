"""Bytes that should be UTF-8."""

from __future__ import annotations

import re

_STRAY = re.compile("[\udc80-\udcff]+")


def mended(data: bytes) -> str:
    """As text, each run of bytes that are none as one U+FFFD."""
    return _STRAY.sub("\ufffd", data.decode(errors="surrogateescape"))
