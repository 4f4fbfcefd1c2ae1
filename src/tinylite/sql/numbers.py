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
        # repr has an exponent from 16 on and below -4. Its digits are the shortest; formatting shows the exact value.
        sign, figures = "-" if value < 0 else "", digits.lstrip("-").replace(".", "")
        return sign + (figures.ljust(power + 1, "0") if power > 0 else f"0.{'0' * (-power - 1)}{figures}")
    return f"{digits.removesuffix('.0')}e{power}"
