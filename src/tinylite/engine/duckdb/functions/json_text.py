"""JSON as ClickHouse writes it."""

from __future__ import annotations

import re

from tinylite.sql.numbers import float_text

# A text, which stays as it is, or a fraction that is none.
_FRACTION = re.compile(r'("(?:[^"\\]|\\.)*")|\.0([,\]}])')


def json_text(text: str) -> str:
    """`1.0` is 1 there, alone or inside; a number alone is the shortest that reads back the same."""
    if text[:1] in "-0123456789":
        return float_text(float(text))
    return _FRACTION.sub(lambda match: match[1] or match[2], text)
