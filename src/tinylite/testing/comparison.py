"""Whether two texts of rows are the same answer, and where they differ."""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

TOLERANCE = 1e-9
"""How far apart two floats may be, relative to the larger one."""
_CONTEXT = 2
_SIGNIFICANT = 7
"""Digits by which rows with floats are put side by side."""

_NUMBER = re.compile(r"-?\d+\.\d+(e[+-]?\d+)?")
"""A float in a tab-separated answer."""

Row = tuple[tuple[str, object], ...]
"""Column names with values: names may come twice."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a query says about the order of its rows: places (from 0) of the ORDER BY keys in the result.

    Rows that are equal in all of them may come in any order. None is a key that the result does not show: then ties
    can't be told, and the order counts.
    """

    keys: tuple[int | None, ...] = (None,)


def differences(expected: str, actual: str, order: Order, tolerance: float = TOLERANCE) -> list[str]:
    """Lines that show how an answer differs from what was expected; empty when they are equal.

    Both are NDJSON, or else tab-separated: what a pipe that is no endpoint answers.
    """
    if _trimmed(expected) == _trimmed(actual):
        return []
    wanted, found = _rows(expected), _rows(actual)
    if wanted is None or found is None:
        wanted, found = _separated(expected), _separated(actual)
    if _same(wanted, found, order, tolerance):
        return []
    return list(_shown(_lines(expected), _lines(actual)))


def _same(wanted: Sequence[Row], found: Sequence[Row], order: Order, tolerance: float) -> bool:
    if len(wanted) != len(found):
        return False
    if _all_equal(wanted, found, tolerance):
        return True
    if None in order.keys:
        return False
    return _all_equal(_with_ties_sorted(wanted, order), _with_ties_sorted(found, order), tolerance)


def _all_equal(wanted: Sequence[Row], found: Sequence[Row], tolerance: float) -> bool:
    return all(_equal(a, b, tolerance) for a, b in zip(wanted, found, strict=True))


def _with_ties_sorted(rows: Sequence[Row], order: Order) -> list[Row]:
    def key(row: Row) -> str:
        return _sortable([row[place][1] for place in order.keys if place is not None and place < len(row)])

    return [row for _, ties in groupby(rows, key) for row in sorted(ties, key=_sortable)]


def _sortable(value: object) -> str:
    return json.dumps(_rounded(value), sort_keys=True)


def _rounded(value: object) -> object:
    match value:
        case float():
            return f"{value:.{_SIGNIFICANT}g}"
        case list() | tuple():
            return [_rounded(item) for item in value]
        case dict():
            return {key: _rounded(item) for key, item in value.items()}
    return value


def _equal(a: object, b: object, tolerance: float) -> bool:
    match a, b:
        case (bool(), _) | (_, bool()):
            return a is b
        case (int(), int()) | (str(), str()):
            return a == b
        case ((float() | int()), (float() | int())):
            return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance * 1e-3)
        case ((list() | tuple()), (list() | tuple())):
            return len(a) == len(b) and all(_equal(x, y, tolerance) for x, y in zip(a, b, strict=True))
        case dict(), dict():
            return a.keys() == b.keys() and all(_equal(a[key], b[key], tolerance) for key in a)
    return a == b


def _rows(text: str) -> list[Row] | None:
    """None when it is not NDJSON."""
    rows: list[Row] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=tuple)
        except ValueError:
            return None
        if not isinstance(value, tuple):
            return None
        rows.append(value)
    return rows


def _separated(text: str) -> list[Row]:
    return [tuple(("", _cell(cell)) for cell in line.split("\t")) for line in _lines(_trimmed(text))]


def _cell(text: str) -> object:
    return float(text) if _NUMBER.fullmatch(text) else text


def _lines(text: str) -> list[str]:
    return text.splitlines()


def _trimmed(text: str) -> str:
    return text.strip("\n")


def _shown(expected: Sequence[str], actual: Sequence[str]) -> Iterator[str]:
    """Like a unified diff, with the columns that differ below each pair of rows."""
    matcher = difflib.SequenceMatcher(None, expected, actual, autojunk=False)
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if group[0][1]:
            yield f"  … row {group[0][1] + 1}"
        for kind, i1, i2, j1, j2 in group:
            if kind == "equal":
                yield from (f"  {line}" for line in expected[i1:i2])
                continue
            yield from _replaced(expected[i1:i2], actual[j1:j2])


def _replaced(removed: Sequence[str], added: Sequence[str]) -> Iterator[str]:
    for number in range(max(len(removed), len(added))):
        if number < len(removed):
            yield f"- {removed[number]}"
        if number < len(added):
            yield f"+ {added[number]}"
        if number < min(len(removed), len(added)):
            yield from _columns(removed[number], added[number])


def _columns(removed: str, added: str) -> Iterator[str]:
    was, now = _rows(removed), _rows(added)
    if not was or not now or [name for name, _ in was[0]] != [name for name, _ in now[0]]:
        return
    changed = [f"{name}: {_text(a)} → {_text(b)}" for (name, a), (_, b) in zip(was[0], now[0], strict=True) if a != b]
    if changed and len(changed) < len(was[0]):
        yield f"?   {', '.join(changed)}"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
