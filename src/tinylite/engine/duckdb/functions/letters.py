"""Letters: case as Unicode has it in full, where DuckDB maps a character to one other; soundex."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_WORD = re.compile(r"[^\W_]+")
_SOUNDS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230120022455012623010202", strict=True))


def initcap(text: str) -> str:
    """Each run of letters and digits with its first letter in upper case and the others in lower case."""
    return _WORD.sub(lambda found: _capitalized(found[0]), text)


def _capitalized(word: str) -> str:
    first = word[0].upper()
    return (first if len(first) == 1 else word[0]) + word[1:].lower()


def normalized(form: str) -> Callable[[str], str]:
    """Unicode's normalization forms: NFC, NFD, NFKC, NFKD (Unicode Standard Annex 15)."""
    return lambda text: unicodedata.normalize(form, text)  # type: ignore[arg-type]


def folded(text: str) -> str:
    """NFKC with full case folding."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def soundex(text: str) -> str:
    """A letter and three digits; every letter without a digit parts two equal ones, h and w too."""
    letters = [letter.upper() for letter in text if letter.isascii() and letter.isalpha()]
    if not letters:
        return "0000"
    code, last = letters[0], _SOUNDS[letters[0]]
    for letter in letters[1:]:
        sound = _SOUNDS[letter]
        if sound not in (last, "0"):
            code += sound
        last = sound
    return code[:4].ljust(4, "0")
