"""Line charts as SVG, by hand: the same values make the same file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 760, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 190, 40, 50
_COLORS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b7791f", "#97266d")


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """`ticks` are marked, from the first to the last; logarithmic when the first is above zero and `log`."""

    name: str
    ticks: Sequence[float]
    log: bool = False

    def share(self, value: float) -> float:
        """Where it is between the ends, 0 to 1."""
        low, high = self.ticks[0], self.ticks[-1]
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(max(value, low))
        return min(1.0, max(0.0, (value - low) / (high - low)))


def chart(title: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """Values beyond an axis lie at its end."""

    def at(point: tuple[float, float]) -> str:
        return f"{_x(x.share(point[0])):.1f},{_y(y.share(point[1])):.1f}"

    marks = [
        f'<path d="M{_x(x.share(tick)):.1f} {_y(0):.1f}V{_y(1):.1f}" stroke="#e5e5e5"/>'
        f'<text x="{_x(x.share(tick)):.1f}" y="{_y(0) + 18:.1f}" text-anchor="middle">{tick:g}</text>'
        for tick in x.ticks
    ] + [
        f'<path d="M{_x(0):.1f} {_y(y.share(tick)):.1f}H{_x(1):.1f}" stroke="#e5e5e5"/>'
        f'<text x="{_x(0) - 8:.1f}" y="{_y(y.share(tick)) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in y.ticks
    ]
    drawn = []
    for number, line in enumerate(lines):
        color, place = _COLORS[number % len(_COLORS)], _TOP + 16 + 22 * number
        drawn.append(
            f'<polyline points="{" ".join(map(at, line.points))}" fill="none" stroke="{color}" stroke-width="2"/>'
        )
        drawn.append(
            f'<path d="M{_WIDTH - _RIGHT + 14} {place - 4}h18" stroke="{color}" stroke-width="3"/>'
            f'<text x="{_WIDTH - _RIGHT + 38}" y="{place}">{escape(line.name)}</text>'
        )
    head = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" {head} font-family="Helvetica, Arial, sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
        *marks,
        f'<text x="{(_x(0) + _x(1)) / 2:.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{escape(x.name)}</text>',
        f'<text transform="translate(16 {(_y(0) + _y(1)) / 2:.1f}) rotate(-90)" text-anchor="middle">'
        f"{escape(y.name)}</text>",
        *drawn,
        "</svg>",
        "",
    ])  # fmt: skip


def _x(share: float) -> float:
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)
