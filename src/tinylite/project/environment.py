"""`.env` files: a secret a line."""

from __future__ import annotations

import re

_LINE = re.compile(r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\n]*?))\s*$", re.M)


def parse_environment(text: str) -> dict[str, str]:
    """NAME=value, with or without quotes; all other lines are comments."""
    return {match[1]: match[2] or match[3] or match[4] or "" for match in _LINE.finditer(text)}
