"""addDays, subtractHours, dateAdd, addInterval, toIntervalDay, change…: moments moved by amounts."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.date_arithmetic import add_interval, is_intervals, shift
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import UNITS, unit_of
from tinylite.sql.typed import Typed

_VERBS = (("add", "+"), ("subtract", "-"))


def _shifted(unit: str, operator: str) -> Callable[[Call], Typed]:
    return lambda call: shift(call.args[0], call.args[1], unit, operator)


def _timestamp_shift(operator: str) -> Callable[[Call], Typed]:
    """dateAdd(unit, n, t), dateAdd(t, INTERVAL n unit), timestampAdd likewise."""

    def lower(call: Call) -> Typed:
        if len(call.args) == 3:
            return shift(call.args[2], call.args[1], unit_of(call, 0), operator)
        first, second = call.args
        if not is_intervals(first) and not is_intervals(second):
            raise call.fault("needs an INTERVAL", f"as in {call.name}(t, INTERVAL 1 DAY)")
        if is_intervals(first) and not is_intervals(second):
            first, second = second, first
        return add_interval(operator, first, second)

    return lower


def _added(operator: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        if not is_intervals(call.args[1]):
            raise call.fault("argument 2 must be an INTERVAL or a tuple of them")
        return add_interval(operator, call.args[0], call.args[1])

    return lower


def _interval_of(unit: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        from tinylite.sql.calls import interval

        return interval(call.args[0], unit, call.node)

    return lower


FUNCTIONS: list[Function] = [
    *(own(f"{verb}{unit.capitalize()}s", "any any", _shifted(unit, operator))
      for verb, operator in _VERBS for unit in UNITS),
    *(own(f"{verb}{kind}", "any any", _added(operator))
      for verb, operator in _VERBS for kind in ("Interval", "TupleOfIntervals")),
    own("dateAdd", "any any any?", _timestamp_shift("+"), case_insensitive=True,
        aliases=("date_add", "timestampAdd", "timestamp_add")),
    own("dateSub", "any any any?", _timestamp_shift("-"), case_insensitive=True,
        aliases=("date_sub", "timestampSub", "timestamp_sub")),
    *(own(f"toInterval{unit.capitalize()}", "any", _interval_of(unit)) for unit in UNITS),
]  # fmt: skip
