"""Text out of XML and HTML."""

from __future__ import annotations

import re
from html.entities import html5

_REFERENCE = re.compile(r"&(#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_XML = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_HTML = {name[:-1]: text for name, text in html5.items() if name.endswith(";")}
_TEXT = re.compile(
    r"(?s)<!--.*?(?:-->|$)|<!\[CDATA\[(?P<raw>.*?)(?:\]\]>|$)"
    r"|<(?P<skipped>script|style)\b[^>]*>.*?(?:</(?P=skipped)>|$)|<[^>]*(?:>|$)"
)
_MOST_DIGITS = 8
_SPACE = re.compile(r"[ \t\n\r\f\v]+")


def decode_xml(text: str) -> str:
    """Replaces the five entities of XML and numbers of characters; what is none of them stays."""
    return _REFERENCE.sub(lambda found: _character(found, _XML), text)


def decode_html(text: str) -> str:
    """Replaces the entities of HTML 5 and numbers of characters."""
    return _REFERENCE.sub(lambda found: _character(found, _HTML), text)


def _character(found: re.Match[str], names: dict[str, str]) -> str:
    name = found[1]
    if not name.startswith("#"):
        return names.get(name, found[0])
    digits, base = (name[2:], 16) if name[1] in "xX" else (name[1:], 10)
    # More digits are no character, and too many no number of Python's.
    number = int(digits, base) if len(digits.lstrip("0")) < _MOST_DIGITS else -1
    return chr(number) if 0 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else found[0]


def html_text(text: str) -> str:
    """The text between tags and that of CDATA. What is left out counts as a blank, as the end of CDATA does."""
    parts: list[str] = []
    at = 0
    for found in _TEXT.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        parts += (found["raw"] or "", " ")
    parts.append(text[at:])
    return _SPACE.sub(" ", "".join(parts)).strip(" ")
