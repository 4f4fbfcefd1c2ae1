"""Comparing what a page shows with what came out. `…` in a page stands for anything."""

from __future__ import annotations

import json
import re

_COLUMNS = re.compile(r"[ \t]{2,}|\t")


def matches(language: str, shown: str, actual: str) -> bool:
    if language == "json":
        return same_value(json.loads(shown), json.loads(actual))
    return same_text(shown, actual)


def same_value(shown: object, actual: object) -> bool:
    """`"…"` stands for any value, a key "…" for any further ones."""
    match shown, actual:
        case "…", _:
            return True
        case dict(), dict():
            others = set(actual) - set(shown)
            known = set(shown) - {"…"}
            return (not others or "…" in shown) and all(
                key in actual and same_value(shown[key], actual[key]) for key in known
            )
        case list(), list():
            return len(shown) == len(actual) and all(map(same_value, shown, actual))
        case str(), str():
            return same_text(shown, actual)
    return type(shown) is type(actual) and shown == actual


def same_text(shown: str, actual: str) -> bool:
    """Blanks at the ends of lines and of the text do not count; between columns any number of them is the same."""
    pattern = ".*?".join(map(re.escape, trimmed(shown).split("…")))
    return re.fullmatch(pattern, trimmed(actual), re.DOTALL) is not None


def trimmed(text: str) -> str:
    return "\n".join(_COLUMNS.sub("\t", line.rstrip()) for line in text.strip().splitlines())
