"""The bytes of a file as text, or why they are none."""

from __future__ import annotations

import codecs

from tinylite.diagnostics import Diagnostic, DiagnosticError, Source

MAX_BYTES = 10_000_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode(path: str, data: bytes) -> Source:
    """UTF-8 with `\\n` at the end of lines, whatever the file had. Raises DiagnosticError (TL101)."""
    if len(data) > MAX_BYTES:
        raise _unreadable(path, "", f"this file is larger than {MAX_BYTES // 1_000_000} MB", None)
    if data.startswith(_UTF16):
        raise _unreadable(path, "", "this file is UTF-16", "save it as UTF-8")
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        before = data[: problem.start].decode("utf-8")
        raise _unreadable(path, before, f"byte 0x{data[problem.start]:02x} is not UTF-8", "save it as UTF-8") from None
    zero = text.find("\0")
    if zero >= 0:
        raise _unreadable(path, text[:zero], "this file is not text: it has a zero byte", None)
    return Source(path, _lines_ended(text))


def _unreadable(path: str, before: str, message: str, hint: str | None) -> DiagnosticError:
    """`before` is the text up to the fault: all of the file that is worth showing."""
    source = Source(path, _lines_ended(before))
    return DiagnosticError(Diagnostic("TL101", message, source.span(len(source.text)), hint))


def _lines_ended(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
