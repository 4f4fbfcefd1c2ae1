"""addDays, subtractHours, addInterval, toIntervalDay: moments moved by amounts.

`dateAdd(DAY, 1, t)` and its like are `t + toIntervalDay(1)` to the parser.
"""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.date_arithmetic import add_interval, is_intervals, shift
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import UNITS
from tinylite.sql.typed import Typed

_VERBS = (("add", "+"), ("subtract", "-"))


def _shifted(unit: str, operator: str) -> Callable[[Call], Typed]:
    return lambda call: shift(call.args[0], call.args[1], unit, operator)


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
    own("addDate", "any any", _added("+"), case_insensitive=True),
    own("subDate", "any any", _added("-"), case_insensitive=True),
    *(own(f"toInterval{unit.capitalize()}", "any", _interval_of(unit)) for unit in UNITS),
]  # fmt: skip
