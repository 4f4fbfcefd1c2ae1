"""Numbers whose text a JSON reader would change: `1.10` becomes 1.1, and digits beyond a double's precision go.

DuckDB reads such numbers as doubles. Where a column keeps text (String, Decimal, JSON), the text that was sent is what
counts: it is taken out here, line by line, and handed to the engine beside the line. Other numbers, and nearly all
events, never come through this.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

_CHUNK = 1 << 18
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?=[\s,}\]]|$)")
_LITERAL_START = b":,[ \t\r\n"
_DIGITS = 15
"""So many significant digits come back from a double as they were."""

Steps = tuple[str | None, ...]
"""Of a jsonpath: None goes through the items of an array."""


def lines_with_changing_numbers(payload: bytes) -> list[int]:
    """The indexes of lines with a number that is not written as it would come back. Some of them may have none."""
    offsets = [offset for offset in _fractions(payload) if _changes(payload, offset)]
    if not offsets:
        return []
    breaks = np.flatnonzero(np.frombuffer(payload, dtype=np.uint8) == 10).tolist()
    return sorted({bisect_right(breaks, offset) for offset in offsets})


def _fractions(payload: bytes) -> Iterator[int]:
    """Where a digit is followed by a point or an e: the offsets of these."""
    whole = np.frombuffer(payload, dtype=np.uint8)
    for start in range(0, len(whole), _CHUNK):
        part = whole[start : start + _CHUNK + 2]
        if len(part) < 3:
            return
        mark = part[1:-1]
        found = (mark == 46) | ((mark | 32) == 101)
        found &= (part[:-2] - 48) < 10
        if found.any():
            yield from _in_numbers(whole, np.flatnonzero(found) + start + 1).tolist()


def _in_numbers(whole: npt.NDArray[np.uint8], marks: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Without those whose digits are followed by something that no number is followed by: a quote, a letter, …"""
    last = len(whole) - 1
    after = np.minimum(marks + 1, last)
    sign = np.isin(whole[after], (43, 45))
    after = np.minimum(after + sign, last)
    going = np.arange(len(marks))
    while len(going):
        digits = ((whole[after[going]] - 48) < 10) & (after[going] < last)
        going = going[digits]
        after[going] += 1
    follows = whole[after]
    kept: npt.NDArray[np.intp] = marks[np.isin(follows, (44, 125, 93, 32, 9, 10, 13, 69, 101)) | (after == last)]
    return kept


def _changes(payload: bytes, mark: int) -> bool:
    """Whether the number around the mark is one outside of a text, as far as its neighbours tell, and is not written in
    the shortest way.
    """
    start = mark
    while start and (payload[start - 1] in b"0123456789.-+eE"):
        start -= 1
    if start and payload[start - 1] not in _LITERAL_START:
        return False
    found = _NUMBER.match(payload, start)
    if found is None:
        return False
    whole, point, fraction = found.group().lstrip(b"-").partition(b".")
    if not point or b"e" in fraction.lower():
        return True
    if fraction == b"0":
        return len(whole) > _DIGITS
    return fraction.endswith(b"0") or fraction.startswith(b"0000") or len(whole) + len(fraction) > _DIGITS


class _Number(str):
    """The text of a number with a fraction or an exponent."""

    __slots__ = ()


def _first(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Of a key that comes twice the first value counts, as in the engine."""
    found: dict[str, object] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


_DECODER = json.JSONDecoder(parse_float=_Number, object_pairs_hook=_first)


def exact_texts(line: bytes, columns: Sequence[tuple[Steps, bool]]) -> dict[int, str]:
    """By column number the text of its value, where it holds such a number.

    `columns` are steps, and whether the column takes texts: a whole document as JSON text keeps its numbers bare, an
    array of texts or Decimals gets each of them quoted.
    """
    try:
        document = _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        return {}
    texts = {}
    for index, (steps, is_text) in enumerate(columns):
        value = _found(document, steps)
        if isinstance(value, _Number):
            texts[index] = str(value)
        elif isinstance(value, dict | list) and _has_number(value):
            texts[index] = _bare(value) if is_text else _dumped(value)
    return texts


def _found(value: object, steps: Steps) -> object:
    for number, step in enumerate(steps):
        if step is None:
            rest = steps[number + 1 :]
            if not isinstance(value, list):
                return None
            return [found for item in value if (found := _found(item, rest)) is not None] if rest else value
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _has_number(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_number(item) for item in value.values())
    if isinstance(value, list):
        return any(_has_number(item) for item in value)
    return isinstance(value, _Number)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _bare(value: object) -> str:
    """JSON text with the numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_dumped(key)}:{_bare(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_bare, value)) + "]"
    return str(value) if isinstance(value, _Number) else _dumped(value)
