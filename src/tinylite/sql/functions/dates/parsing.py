"""Text to moments: parseDateTimeBestEffort."""

from __future__ import annotations

from tinylite.sql.best_effort import best_effort
from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import integer_argument, zone_argument
from tinylite.sql.temporal_casts import OnFailure
from tinylite.sql.typed import Typed
from tinylite.types.model import datetime, datetime64

_FAILURES: tuple[tuple[str, OnFailure], ...] = (("", "raise"), ("OrNull", "null"), ("OrZero", "zero"))


def _best_effort(name: str, precision: int | None, on_failure: OnFailure) -> Function:
    def lower(call: Call) -> Typed:
        if precision is None:
            to = datetime(zone_argument(call, 1))
        else:
            to = datetime64(integer_argument(call, 1, "a number of digits", precision), zone_argument(call, 2))
        if not call.args[0].type.is_string:
            return cast(call.args[0], to, on_failure)
        return best_effort(call.args[0], to, on_failure)

    return own(name, "string integer? string?" if precision is not None else "string string?", lower)


FUNCTIONS: list[Function] = [
    _best_effort(f"parseDateTime{bits}BestEffort{suffix}", precision, failure)
    for bits, precision in (("", None), ("64", 3))
    for suffix, failure in _FAILURES
]
