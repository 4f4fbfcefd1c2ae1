"""A `curl` command as an HTTP request."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

HOST = "http://localhost:7181"
_JOINED = re.compile(r"\\\n\s*")
OPTIONS = {"-X": "method", "-H": "header", "-d": "data", "--data-urlencode": "field", "-s": None, "-G": None}


@dataclass(slots=True)
class Request:
    """`fields` are parameters of the address."""

    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    fields: list[tuple[str, str]] = field(default_factory=list)


def commands(text: str) -> list[list[str]]:
    """The words of each command of a shell block."""
    lines = _JOINED.sub(" ", text).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def request(words: list[str]) -> Request:
    """Of the words after `curl`. Raises ValueError for an unknown option, and for an address elsewhere."""
    made = Request()
    rest = iter(words)
    for word in rest:
        if word.startswith(HOST):
            made.path = word.removeprefix(HOST)
        elif word not in OPTIONS:
            raise ValueError(f"a page may not use curl with {word}")
        elif (kind := OPTIONS[word]) is not None:
            _set(made, kind, next(rest))
    if not made.path:
        raise ValueError(f"curl without an address on {HOST}")
    made.method = made.method or ("POST" if made.body else "GET")
    return made


def _set(made: Request, kind: str, value: str) -> None:
    match kind:
        case "method":
            made.method = value
        case "header":
            name, _, text = value.partition(":")
            made.headers[name] = text.strip()
        case "data":
            made.body = value.encode()
            made.headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        case "field":
            name, _, text = value.partition("=")
            made.fields.append((name, text))
