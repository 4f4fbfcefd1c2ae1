"""How many edits lie between two strings, of bytes or of characters."""

from __future__ import annotations

from collections.abc import Sequence


def levenshtein(one: bytes | str, other: bytes | str) -> int:
    """Insertions, deletions and replacements."""
    return _edits(one, other, swaps=False)


def damerau_levenshtein(one: bytes, other: bytes) -> int:
    """And swaps of neighbours; no part is edited twice (optimal string alignment)."""
    return _edits(one, other, swaps=True)


def _edits(one: Sequence[object], other: Sequence[object], *, swaps: bool) -> int:
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, item in enumerate(one, start=1):
        current = [row]
        for column, against in enumerate(other, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (item != against))
            swapped = swaps and row > 1 and column > 1 and item == other[column - 2] and one[row - 2] == against
            current.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, current
    return last[-1]
