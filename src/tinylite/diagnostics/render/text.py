"""For a terminal:

events.datasource:8:9: error TL110: unknown engine MergeTre
  8 | ENGINE "MergeTre"
    |         ^^^^^^^^
    = did you mean MergeTree?

1 error in 1 file
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from tinylite.diagnostics.diagnostic import Diagnostic, Severity
from tinylite.diagnostics.source import Span

_TAB = 4
# Longer lines are shown in part: this many characters before the fault and in all.
_BEFORE, _LENGTH = 60, 140
_CUT = "…"
_COLOURS = {"error": "31;1", "warning": "33;1", "place": "1", "gutter": "34", "hint": "36"}


def render(diagnostics: Sequence[Diagnostic], *, colour: bool = False) -> str:
    """One paragraph each, and a summary; empty when there is nothing to say."""
    if not diagnostics:
        return ""
    paragraphs = ["\n".join(_lines(diagnostic, colour)) for diagnostic in diagnostics]
    return "\n\n".join([*paragraphs, summary(diagnostics)]) + "\n"


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`3 errors, 1 warning in 2 files`."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    counts = [_count(number, noun) for number, noun in ((errors, "error"), (len(diagnostics) - errors, "warning"))]
    files = {diagnostic.span.source.path for diagnostic in diagnostics if diagnostic.span}
    where = f" in {_count(len(files), 'file')}" if files else ""
    return ", ".join(count for count in counts if count) + where


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}" if number else ""


def _lines(diagnostic: Diagnostic, colour: bool) -> Iterator[str]:
    def paint(text: str, role: str) -> str:
        return f"\x1b[{_COLOURS[role]}m{text}\x1b[0m" if colour else text

    place = paint(f"{printable(str(diagnostic.span))}: ", "place") if diagnostic.span else ""
    severity: Severity = diagnostic.severity
    head = paint(f"{severity.value} {diagnostic.code}", severity.value)
    yield f"{place}{head}: {printable(diagnostic.message)}"
    gutter = "  "
    if diagnostic.span and diagnostic.span.source.text:
        number = str(diagnostic.span.line)
        gutter = " " * (len(number) + 3)
        shown, caret = _pointed(diagnostic.span)
        yield f"  {paint(f'{number} |', 'gutter')} {shown}".rstrip()
        yield f"{gutter}{paint('|', 'gutter')} {paint(caret, severity.value)}"
    if diagnostic.hint:
        yield f"{gutter}{paint('=', 'gutter')} {paint(printable(diagnostic.hint), 'hint')}"


def _pointed(span: Span) -> tuple[str, str]:
    """The line on which a span starts, as it is shown, and the carets below it."""
    line = span.source.line(span.line)
    start = span.column - 1
    end = min(start + span.end - span.start, len(line))
    before, after = "", ""
    if len(line) > _LENGTH:
        first = max(0, start - _BEFORE)
        before, after = _CUT if first else "", _CUT if first + _LENGTH < len(line) else ""
        line = line[first : first + _LENGTH]
        start, end = start - first, min(end - first, _LENGTH)
    shown = printable(line)
    left = _width(printable(line[:start]))
    carets = max(1, _width(printable(line[:end])) - left)
    return f"{before}{shown}{after}", " " * (len(before) + left) + "^" * carets


def printable(text: str) -> str:
    """Tabs as blanks, and nothing that a terminal would obey."""
    if text.isprintable():
        return text
    shown: list[str] = []
    width = 0
    for char in text:
        if char == "\t":
            char = " " * (_TAB - width % _TAB)
        elif unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _DIRECTIONS:
            char = "�"
        shown.append(char)
        width += _width(char)
    return "".join(shown)


# Characters that reorder what is shown after them.
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _width(text: str) -> int:
    """Columns in a terminal."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
