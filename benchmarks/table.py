"""Results as a plain table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """`measured` should be at least, or at most, so much."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        return (self.least is None or self.measured >= self.least) and (self.most is None or self.measured <= self.most)


def show_goals(goals: Sequence[Goal]) -> None:
    show(
        ("what", "measured", "goal", ""),
        [
            (
                goal.what,
                f"{goal.measured:.2f}",
                f"≥ {goal.least}" if goal.least is not None else f"≤ {goal.most}",
                "met" if goal.is_met else "not met",
            )
            for goal in goals
        ],
    )


def show(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [columns, *rows]) for i in range(len(columns))]
    for row in [columns, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print()
