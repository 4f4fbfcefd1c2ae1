"""What functions of dates take besides the date: zones, units, modes."""

from __future__ import annotations

from tinylite.diagnostics import did_you_mean
from tinylite.sql.functions.catalog import Call
from tinylite.sql.typed import Typed
from tinylite.sql.zones import in_zone

UNITS = ("nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter",
         "year")  # fmt: skip
_UNIT_ALIASES = {
    **{unit + "s": unit for unit in UNITS},
    **dict.fromkeys(("ss", "s"), "second"), **dict.fromkeys(("mi", "n"), "minute"),
    **dict.fromkeys(("hh", "h"), "hour"),
    **dict.fromkeys(("dd", "d"), "day"), **dict.fromkeys(("ww", "wk"), "week"), **dict.fromkeys(("mm", "m"), "month"),
    **dict.fromkeys(("qq", "q"), "quarter"), **dict.fromkeys(("yyyy", "yy"), "year"),
    "ms": "millisecond", **dict.fromkeys(("us", "u"), "microsecond"), "ns": "nanosecond",
}  # fmt: skip


def zone_argument(call: Call, index: int) -> str | None:
    return str(call.literal(index, str, "a time zone")) if len(call.args) > index else None


def in_zone_of(call: Call, index: int) -> Typed:
    """The first argument, seen in the zone that another argument names."""
    return in_zone(call.args[0], zone_argument(call, index))


def integer_argument(call: Call, index: int, what: str, default: int) -> int:
    if len(call.args) <= index:
        return default
    return call.digits(index, 9) if what == "a number of digits" else int(str(call.literal(index, int, what)))


def unit_of(call: Call, index: int) -> str:
    word = str(call.literal(index, str, "a unit")).lower()
    unit = _UNIT_ALIASES.get(word, word)
    if unit not in UNITS:
        raise call.fault(f"unknown unit '{word}'", did_you_mean(word, UNITS))
    return unit
