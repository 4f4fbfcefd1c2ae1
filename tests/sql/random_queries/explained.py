"""Differences that are known, each with its reason; the docs say the same."""

from __future__ import annotations

import re

EXPLAINED: tuple[tuple[re.Pattern[str], str], ...] = ()


def explanation(sql: str, detail: str) -> str | None:
    """Why these answers may differ, or None."""
    text = f"{sql}\n{detail}"
    return next((reason for pattern, reason in EXPLAINED if pattern.search(text)), None)
