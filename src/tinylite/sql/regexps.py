"""What can be told from the text of a regular expression in RE2's syntax."""

from __future__ import annotations

import re

_GROUP = re.compile(r"\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]|\((?!\?)|\(\?P?<\w", re.S)


def group_count(pattern: str) -> int:
    """Capturing groups."""
    return sum(match[0][0] == "(" for match in _GROUP.finditer(pattern))


def groups_replaced(replacement: str) -> list[int]:
    r"""The groups that a replacement names: `\1`, `\2`, ….  `\\` is a backslash."""
    return [int(escape) for escape in re.findall(r"\\(.)", replacement, re.S) if escape in "0123456789"]


def may_match_nothing(pattern: str) -> bool:
    """Whether the empty text matches. A pattern that Python's syntax does not have counts as one that may."""
    try:
        return re.compile(pattern).search("") is not None
    except re.error:
        return True
