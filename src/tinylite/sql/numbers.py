"""How ClickHouse writes numbers."""

from __future__ import annotations


def float_text(value: float) -> str:
    """The shortest text that reads back the same: 0.1, 1e-7, 100000000000000000000, 1e21."""
    if value != value:
        return "nan"
    if value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    digits, _, exponent = repr(value).partition("e")
    if not exponent:
        return digits.removesuffix(".0")
    power = int(exponent)
    if -7 < power < 21:
        text = f"{value:.{max(0, len(digits.lstrip('-').replace('.', '')) - 1 - power)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return f"{digits.removesuffix('.0')}e{power}"
