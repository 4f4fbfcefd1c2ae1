"""Parts of a CSV file that can be read in one way only: a quote opens or closes a cell, or is doubled inside of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

import numpy as np
import numpy.typing as npt

from tinylite.workspace.readers.piece import BYTES

_LINE_BREAK, _RETURN = 10, 13


@dataclass(frozen=True, slots=True)
class PlainPart:
    """`text` is whole rows, whose line breaks outside of quotes stand at `ends`."""

    text: bytes
    ends: npt.NDArray[np.int64]
    quote: int
    delimiter: int

    @property
    def rows(self) -> int:
        return len(self.ends)

    def divided(self) -> tuple[bytes, PlainPart]:
        """The first row that is not blank, with what stands before it; and the others."""
        start = 0
        for number, end in enumerate(self.ends.tolist()):
            if self.text[start:end].strip():
                return self.text[: end + 1], replace(
                    self, text=self.text[end + 1 :], ends=self.ends[number + 1 :] - (end + 1)
                )
            start = end + 1
        return self.text, replace(self, text=b"", ends=self.ends[:0])

    def surely(self, columns: int) -> PlainPart | None:
        """As the engine reads it in no other way than Python's reader: no blank lines, no other line breaks, so many
        cells in a row. None when that is not sure.
        """
        text = self.text
        if b"\r" in text:
            if self.quote in text or text.count(b"\r") != text.count(b"\r\n"):
                return None
            text = text.replace(b"\r\n", b"\n")
            return replace(self, text=text, ends=_outside(text, _LINE_BREAK, self.quote)).surely(columns)
        if b"\0" in text or not _is_utf8(text) or self.ends[0] == 0 or (np.diff(self.ends) == 1).any():
            return None
        cells = len(_outside(text, self.delimiter, self.quote)) + self.rows
        return self if cells == self.rows * columns else None


class PlainParts:
    """The parts from the beginning of a file, some megabytes each; `rest` is what was read and is in none of them."""

    def __init__(self, file: IO[bytes], quote: str, delimiter: str) -> None:
        self._file = file
        self._quote, self._delimiter = ord(quote), ord(delimiter)
        self.rest = b""

    def __iter__(self) -> Iterator[PlainPart]:
        while chunk := self._file.read(BYTES):
            text = self.rest + chunk
            ends = _outside(text, _LINE_BREAK, self._quote)
            last = int(ends[-1]) + 1 if len(ends) else 0
            if not last or not self._is_plain(text[:last]):
                self.rest = text
                return
            self.rest = text[last:]
            yield PlainPart(text[:last], ends, self._quote, self._delimiter)

    def _is_plain(self, text: bytes) -> bool:
        """Whether quotes stand only around whole cells, or doubled inside of them. Only then a line break behind an
        even number of quotes ends a row.
        """
        whole = np.frombuffer(text, dtype=np.uint8)
        quotes = np.flatnonzero(whole == self._quote)
        around = np.concatenate(([_LINE_BREAK], whole, [_LINE_BREAK])).astype(np.uint8)
        before, behind = around[quotes[0::2]], around[quotes[1::2] + 2]
        ends = np.array([self._delimiter, _LINE_BREAK, self._quote], dtype=np.uint8)
        return bool(np.isin(before, ends).all() and np.isin(behind, [*ends, _RETURN]).all())


def _outside(text: bytes, sign: int, quote: int) -> npt.NDArray[np.int64]:
    """Where a sign stands that an even number of quotes stands before."""
    whole = np.frombuffer(text, dtype=np.uint8)
    found, quotes = np.flatnonzero(whole == sign), np.flatnonzero(whole == quote)
    return found[np.searchsorted(quotes, found) % 2 == 0] if len(quotes) else found


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True
