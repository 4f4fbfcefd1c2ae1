"""Whether two answers are the same, and if not, why and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tinylite.testing.comparison import TOLERANCE, Order, differences
from tinylite.testing.parity.answers import Answer, Cells, lines

State = Literal["equal", "close", "open", "skipped", "differs"]
CLOSE = 0.02
"""How far apart numbers may be that both engines only estimate, relatively."""
_ESTIMATES = re.compile(
    r"\b(uniq(?!Exact|UpTo)\w*|quantiles?(?!Exact|s?Exact)\w*|median(?!Exact)\w*|topK\w*|approx_top_\w+)\s*\(",
    re.IGNORECASE,
)
_NUMBERS = ("UInt64", "Float64", "Float32", "Nullable(Float64)", "Nullable(UInt64)", "Array(Float64)", "Array(Float32)")


_SETS = re.compile(r"\bgroupUniqArray", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`equal`; `close`: within 2 %, where both only estimate; `open`: the query leaves open which rows come, or ties;
    `skipped`: could not be compared; `differs`. `reason` says why it is not equal, `lines` show where.
    """

    state: State
    reason: str = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a query: the order of its rows, whether it cuts them off, functions in its text that estimate,
    whether one gives items in any order.
    """

    order: Order = field(default_factory=Order)
    cuts: bool = False
    estimates: tuple[str, ...] = ()
    has_sets: bool = False


def estimates_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The functions in SQL whose answers are estimates."""
    return tuple(dict.fromkeys(found[1] for text in texts for found in _ESTIMATES.finditer(text)))


def has_sets(texts: Iterable[str]) -> bool:
    return any(_SETS.search(text) for text in texts)


def compared(wanted: Answer, found: Answer, shape: Shape, names: tuple[str, str]) -> Verdict:
    """`names` are what the sides are called, that of `wanted` first."""
    if wanted.refusal and found.refusal:
        return Verdict("equal", "both refuse")
    if wanted.refusal or found.refusal:
        side, reason = (names[0], wanted.refusal) if wanted.refusal else (names[1], found.refusal)
        return Verdict("differs", f"only {side} refuses", [f"  {line}" for line in reason.splitlines()])
    faults = _columns(wanted, found, names)
    if faults:
        return Verdict("differs", "other columns", faults)
    shown = _differences(wanted, found, shape.order)
    if not shown:
        return Verdict("equal")
    if shape.estimates and not _differences(_loose(wanted), _loose(found), shape.order, CLOSE):
        return Verdict("close", f"equal within 2 %: the query estimates with {', '.join(shape.estimates)}")
    if reason := _left_open(wanted, found, shape):
        return Verdict("open", reason, shown)
    return Verdict(
        "differs", f"{_count(wanted)}, {_count(found)}" if _count(wanted) != _count(found) else "other rows", shown
    )


def _columns(wanted: Answer, found: Answer, names: tuple[str, str]) -> list[str]:
    if [name for name, _ in wanted.columns] != [name for name, _ in found.columns]:
        return [
            f"  {side}: {', '.join(name for name, _ in answer.columns)}"
            for side, answer in zip(names, (wanted, found), strict=True)
        ]
    pairs = zip(wanted.columns, found.columns, strict=True)
    return [
        f"  {name}: {one} on {names[0]}, {other} on {names[1]}" for (name, one), (_, other) in pairs if one != other
    ]


def _differences(wanted: Answer, found: Answer, order: Order, tolerance: float = TOLERANCE) -> list[str]:
    shown = differences(lines(wanted), lines(found), order, tolerance)
    if wanted.totals is None and found.totals is None:
        return shown
    one, other = ([answer.totals] if answer.totals is not None else [] for answer in (wanted, found))
    totals = differences(lines(wanted, one), lines(found, other), Order(), tolerance)
    return [*shown, *(["  totals", *totals] if totals else [])]


def _loose(answer: Answer) -> Answer:
    """Counts as floats, which a tolerance is for."""
    types = [type_ for _, type_ in answer.columns]

    def row(cells: Cells) -> Cells:
        return [
            float(cell) if type_ in _NUMBERS and isinstance(cell, int) and not isinstance(cell, bool) else cell
            for cell, type_ in zip(cells, types, strict=True)
        ]

    totals = row(answer.totals) if answer.totals is not None else None
    return Answer(answer.columns, [row(cells) for cells in answer.rows], answer.seconds, totals)


def _left_open(wanted: Answer, found: Answer, shape: Shape) -> str:
    """Why both answers are right though they differ, or ""."""
    keys = shape.order.keys
    if None in keys and not _differences(wanted, found, Order(())):
        return "the same rows in another order: the ORDER BY has a key that the answer does not show"
    if shape.has_sets and not _differences(_with_sorted_items(wanted), _with_sorted_items(found), shape.order):
        return "groupUniqArray leaves the order of its items open"
    if not shape.cuts or len(wanted.rows) != len(found.rows):
        return ""
    if not keys:
        return "LIMIT without ORDER BY: the query leaves open which rows come"
    if None not in keys and not differences(_keys(wanted, keys), _keys(found, keys), Order()):
        return "the ORDER BY leaves ties: the query leaves open which of them come before LIMIT"
    return ""


def _with_sorted_items(answer: Answer) -> Answer:
    def cell(value: object) -> object:
        return sorted(map(cell, value), key=repr) if isinstance(value, list) else value

    return replace(answer, rows=[[cell(value) for value in row] for row in answer.rows])


def _keys(answer: Answer, keys: Sequence[int | None]) -> str:
    places = [place for place in keys if place is not None]
    cut = Answer([answer.columns[place] for place in places], (), 0)
    return lines(cut, [[row[place] for place in places] for row in answer.rows])


def _count(answer: Answer) -> str:
    return f"{len(answer.rows):,} row{'s' * (len(answer.rows) != 1)}"
