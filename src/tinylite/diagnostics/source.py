"""Where things stand: a text, a place in it, and the way back from a text that was made out of others."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Source:
    """A text as the user wrote it. `path` is how the user would name the file, relative to the project."""

    path: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        for index, char in enumerate(self.text):
            if char == "\n":
                starts.append(index + 1)
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column (both 1-based, columns in characters) of an offset."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._line_starts, offset) - 1
        return line + 1, offset - self._line_starts[line] + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its end."""
        start = self._line_starts[number - 1]
        end = self._line_starts[number] - 1 if number < len(self._line_starts) else len(self.text)
        return self.text[start:end]

    def span(self, start: int = 0, end: int | None = None) -> Span:
        return Span(self, start, len(self.text) if end is None else end)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of a source."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        return self.source.position(self.start)[1]

    def within(self, start: int, end: int) -> Span:
        """A part of this span; offsets count from its start."""
        return Span(self.source, self.start + start, min(self.start + end, self.end))

    def __str__(self) -> str:
        return f"{self.source.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of made text and the span it came from; `verbatim` when both are the same characters."""

    start: int
    end: int
    origin: Span
    verbatim: bool


@dataclass(frozen=True, slots=True)
class SourceMap:
    """From offsets in a made text (rendered SQL) back to the datafile. Pieces are in order and do not overlap."""

    pieces: tuple[Piece, ...]

    @staticmethod
    def identity(span: Span) -> SourceMap:
        return SourceMap((Piece(0, span.end - span.start, span, verbatim=True),))

    def span(self, start: int, end: int) -> Span | None:
        """The user's text behind a range of the made text, or None when nothing of the user's stands there."""
        first = self._piece(start)
        if first is None:
            return None
        last = self._piece(max(start, end - 1)) or first
        begin = first.origin.start + (start - first.start if first.verbatim else 0)
        stop = last.origin.start + (end - last.start) if last.verbatim else last.origin.end
        if last.origin.source is not first.origin.source or stop < begin:
            stop = first.origin.end
        return Span(first.origin.source, begin, stop)

    def _piece(self, offset: int) -> Piece | None:
        index = bisect_right(self.pieces, offset, key=lambda piece: piece.start) - 1
        return self.pieces[index] if index >= 0 else None
