"""Moments as counts of seconds or their fractions since 1970, and back."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import cast
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.dates.arguments import zone_argument
from tinylite.sql.functions.dates.formatting import formatted, formatted_joda
from tinylite.sql.typed import Typed, combined
from tinylite.sql.zones import floored, has_nanoseconds, moment_of, seconds_of
from tinylite.types.model import INT64, UINT32, datetime, datetime64


def _unix_timestamp(call: Call) -> Typed:
    value = call.args[0]
    if value.type.is_number or value.type.is_time:
        return cast(value, UINT32)
    if value.type.is_string:
        value = cast(value, datetime(zone_argument(call, 1)).as_nullable(value.type.nullable))
    return combined(f"CAST(({seconds_of(value)} & 4294967295) AS UINTEGER)", UINT32, call.args)


def _fractions(digits: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        value = call.args[0]
        if value.type.name != "DateTime64":
            raise call.fault(f"argument 1 must be DateTime64, not {value.type}", "convert it with toDateTime64")
        if digits == 9:
            count = f"epoch_ns({value.sql})"
        elif has_nanoseconds(value.type):
            count = _cut(f"epoch_ns({value.sql})", 10 ** (9 - digits))
        else:
            count = _cut(f"epoch_us({moment_of(value)})", 10 ** (6 - digits))
        return combined(f"CAST({count} AS BIGINT)", INT64, call.args)

    return lower


def _cut(count: str, unit: int) -> str:
    return count if unit == 1 else floored(count, unit)


def _from_fractions(digits: int) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        count = f"CAST({call.args[0].number} AS BIGINT)"
        sql = f"make_timestamp_ns({count})" if digits == 9 else f"make_timestamp({count} * {10 ** (6 - digits)})"
        return combined(sql, datetime64(digits, zone_argument(call, 1)), call.args)

    return lower


def _from_unix(format_: Callable[[Typed, str, Call], Typed]) -> Callable[[Call], Typed]:
    """A DateTime of seconds; with a format its text."""

    def lower(call: Call) -> Typed:
        moment = call.args[0]
        if moment.type.is_number:
            moment = cast(moment, datetime())
        if len(call.args) == 1:
            return combined(moment.sql, datetime(), call.args)
        return format_(moment, str(call.literal(1, str, "a format")), call)

    return lower


_NAMES = (("Second", 0), ("Milli", 3), ("Micro", 6), ("Nano", 9))

FUNCTIONS: list[Function] = [
    own("toUnixTimestamp", "any string?", _unix_timestamp),
    *(own(f"toUnixTimestamp64{name}", "datetime", _fractions(digits)) for name, digits in _NAMES),
    *(own(f"fromUnixTimestamp64{name}", "integer string?", _from_fractions(digits)) for name, digits in _NAMES),
    own("fromUnixTimestamp", "integer|temporal string? string?", _from_unix(formatted), aliases=("FROM_UNIXTIME",),
        case_insensitive=True),
    own("fromUnixTimestampInJodaSyntax", "integer|temporal string string?", _from_unix(formatted_joda)),
]  # fmt: skip
