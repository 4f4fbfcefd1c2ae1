"""How many edits lie between two strings, of bytes or of characters, and how alike they are.

A column of the table of edits is kept as the differences between its neighbouring cells, a bit each in two long
integers (Myers 1999, Hyyrö 2003): a step of Python does a whole column, not a cell.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 1 << 16
"""ClickHouse's own bound."""
LONGEST_PAIR = 1 << 12
"""Of what takes time by the product of two lengths."""


def levenshtein(one: bytes | str, other: bytes | str) -> int:
    """Insertions, deletions and replacements. Raises ValueError for strings that are too long."""
    return _edits(one, other, swaps=False)


def damerau_levenshtein(one: bytes, other: bytes) -> int:
    """And swaps of neighbours; no part is edited twice (optimal string alignment). Raises ValueError likewise."""
    return _edits(one, other, swaps=True)


def jaro(one: bytes, other: bytes) -> float:
    """Between 0 and 1: equal bytes that are not far apart, and how many of them are in another order. Raises
    ValueError for strings that are too long.
    """
    if max(len(one), len(other)) > LONGEST_PAIR:
        raise ValueError(f"The strings are too long to compare: there may be {LONGEST_PAIR} bytes")
    if not one or not other:
        return float(len(one) + len(other))
    window = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    mine: list[int] = []
    for place, byte in enumerate(one):
        for near in range(max(0, place - window), min(len(other), place + window + 1)):
            if other[near] == byte and not taken[near]:
                taken[near] = True
                mine.append(byte)
                break
    common = len(mine)
    if not common:
        return 0.0
    theirs = [byte for byte, is_taken in zip(other, taken, strict=True) if is_taken]
    swapped = sum(a != b for a, b in zip(mine, theirs, strict=True)) / 2
    return (common / len(one) + common / len(other) + (common - swapped) / common) / 3


def jaro_winkler(one: bytes, other: bytes) -> float:
    """More for strings that begin alike. Raises ValueError likewise."""
    similarity = jaro(one, other)
    if not one or not other or similarity <= 0.7:
        return similarity
    alike = next((at for at, (a, b) in enumerate(zip(one[:4], other[:4], strict=False)) if a != b),
                 min(len(one), len(other), 4))  # fmt: skip
    return similarity + alike * 0.1 * (1 - similarity)


def _edits(one: Sequence[object], other: Sequence[object], *, swaps: bool) -> int:
    if max(len(one), len(other)) > LONGEST:
        raise ValueError(f"The strings are too long to count edits: there may be {LONGEST} characters")
    if not one or not other:
        return len(one) + len(other)
    places: dict[object, int] = {}
    for place, item in enumerate(one):
        places[item] = places.get(item, 0) | 1 << place
    whole, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    # Bits of `more` and `less`: the cell is one more, or one less, than the one above it.
    more, less, edits = whole, 0, len(one)
    equal_before, same_before = 0, whole
    for item in other:
        equal = places.get(item, 0)
        same = (((equal & more) + more) ^ more) | equal | less
        if swaps:
            same |= ((~same_before & equal) << 1) & equal_before
        right_more, right_less = less | (~(same | more) & whole), same & more
        edits += bool(right_more & last) - bool(right_less & last)
        right_more, right_less = (right_more << 1) | 1, right_less << 1
        more, less = (right_less | ~(same | right_more)) & whole, right_more & same & whole
        equal_before, same_before = equal, same
    return edits
