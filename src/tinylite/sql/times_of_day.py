"""Time and Time64: a time of day, or a span of up to 999 hours, from other types and to them.

A Time lies in DuckDB as its seconds, a Time64 as its smallest steps, 10 to the power of its digits in a second.
"""

from __future__ import annotations

from tinylite.sql.errors import Fault
from tinylite.sql.once import once
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.typed import Typed, combined, nullable_if
from tinylite.sql.zones import exact_wall, has_nanoseconds, to_wall
from tinylite.types import Type
from tinylite.types.model import INT32, decimal

_MOST = 3_599_999
"""Seconds: 999:59:59."""
_HOURS = r"-?(\d{1,3}:\d\d:\d\d|\d{1,2}:\d\d|\d{1,2})"


def steps_of(type_: Type) -> int:
    """Of a second."""
    return int(10**type_.digits)


def time_text(value: Typed) -> str:
    """`12:34:56.789`, `-01:00:00`: hours have two digits or three."""
    digits, steps = value.type.digits, steps_of(value.type)

    def written(number: str) -> str:
        size = f"abs({number})"
        seconds = f"({size} // {steps})" if digits else size
        clock = f"printf('%02d:%02d:%02d', {seconds} // 3600, {seconds} // 60 % 60, {seconds} % 60)"
        fraction = f" || printf('.%0{digits}d', {size} % {steps})" if digits else ""
        return f"(CASE WHEN {number} < 0 THEN '-' ELSE '' END || {clock}{fraction})"

    return once(f"CAST({value.value} AS BIGINT)", "_time", written)


def seconds(value: Typed) -> str:
    """As a BIGINT, without the fraction."""
    number = f"CAST({value.value} AS BIGINT)"
    return f"CAST(trunc({number} / {steps_of(value.type)}e0) AS BIGINT)" if value.type.digits else number


def exact_seconds(value: Typed) -> str:
    """As a DOUBLE, with the fraction."""
    return f"(CAST({value.value} AS BIGINT) / {steps_of(value.type)}e0)"


def microseconds(value: Typed) -> str:
    return f"CAST(CAST({value.value} AS HUGEINT) * 1000000 // {steps_of(value.type)} AS BIGINT)"


def to_time(value: Typed, to: Type, on_failure: str) -> str:
    """A conversion to Time or Time64. Raises Fault."""
    source, steps = value.type, steps_of(to)
    if source.is_time:
        if source.name == "Time64" and to.name == "Time":
            raise Fault("TL407", f"{source} can't be converted to {to}", hint="write toTime64(x, 0)")
        number = f"CAST({value.value} AS HUGEINT) * {steps}"
        return f"CAST(trunc({number} / {steps_of(source)}) AS {duckdb_type(to)})" if source != to else value.value
    if source.is_date:
        return f"CAST(CASE WHEN {value.value} IS NOT NULL THEN 0 END AS {duckdb_type(to)})"
    if source.is_datetime:
        return _of_moment(value, to)
    if source.is_number:
        number = value.number if source.is_integer or source.name == "Bool" else f"CAST({value.number} AS DOUBLE)"
        scaled = f"CAST({number} AS HUGEINT) * {steps}" if source.is_integer else f"trunc({number} * {steps})"
        most = (_MOST + 1) * steps - 1
        return f"CAST(greatest(least({scaled}, {most}), -{most}) AS {duckdb_type(to)})"
    if source.is_string:
        return once(value.value, "_text", lambda text: _of_text(text, to, on_failure))
    raise Fault("TL407", f"{source} can't be converted to {to}")


def _of_moment(value: Typed, to: Type) -> str:
    """What its clock shows."""
    wall, digits = to_wall(value), to.digits
    if has_nanoseconds(value.type):
        wall = exact_wall(value.sql, value.type)
        of_day = f"(epoch_ns({wall}) % 86400000000000 + 86400000000000) % 86400000000000"
        return f"CAST(({of_day}) // {10 ** (9 - digits)} AS {duckdb_type(to)})"
    of_day = f"(epoch_us({wall}) % 86400000000 + 86400000000) % 86400000000"
    scaled = f"({of_day}) // {10 ** (6 - digits)}" if digits <= 6 else f"({of_day}) * {10 ** (digits - 6)}"
    return f"CAST({scaled} AS {duckdb_type(to)})"


def _of_text(text: str, to: Type, on_failure: str) -> str:
    """`12:34:56`, `34:56`, `56`; a Time64 may have a fraction, of which it takes as many digits as it has."""
    digits = to.digits
    pattern = _HOURS + (r"(\.\d*)?" if to.name == "Time64" else "")
    clock = f"split_part(ltrim({text}, '-'), '.', 1)"
    part = f"list_reverse(string_split({clock}, ':'))"
    values = [f"coalesce(TRY_CAST({part}[{index}] AS BIGINT), 0)" for index in (1, 2, 3)]
    number = f"({values[0]} + {values[1]} * 60 + {values[2]} * 3600)"
    if digits:
        fraction = f"left(rpad(split_part({text}, '.', 2), {digits}, '0'), {digits})"
        number = f"({number} * {steps_of(to)} + CAST({fraction} AS BIGINT))"
    signed = f"CAST(CASE WHEN starts_with({text}, '-') THEN -{number} ELSE {number} END AS {duckdb_type(to)})"
    matches = f"regexp_full_match({text}, {text_literal(pattern)})"
    failed = f" WHEN {text} IS NOT NULL THEN error({text_literal(f'Cannot parse {to.name} from string: ')} || {text})"
    return f"(CASE WHEN {matches} THEN {signed}{failed if on_failure == 'raise' else ''} END)"


def add_to_time(operator: str, left: Typed, right: Typed) -> Typed:
    """A time and seconds, or an interval of hours, minutes or seconds; the difference of two times. Raises Fault."""
    a, b = left.type, right.type
    if a.is_time and b.is_time and operator == "-" and a.name == b.name:
        return _difference(left, right)
    time, amount = (left, right) if a.is_time else (right, left)
    size = _SIZES.get(amount.unit or "second")
    if not (amount.unit or amount.type.is_integer) or size is None or (operator == "-" and time is right):
        raise Fault("TL407", f"{'plus' if operator == '+' else 'minus'} can't be applied to {a} and {b}")
    steps = steps_of(time.type)
    moved = f"CAST({time.value} AS HUGEINT) {operator} CAST({amount.number} AS HUGEINT) * {size * steps}"
    most = (_MOST + 1) * steps - 1
    sql = f"CAST(greatest(least({moved}, {most}), -{most}) AS {duckdb_type(time.type)})"
    return combined(sql, nullable_if(time.type.plain, [left, right]), [left, right])


_SIZES = {"second": 1, "minute": 60, "hour": 3600}


def _difference(left: Typed, right: Typed) -> Typed:
    digits = max(left.type.digits, right.type.digits)
    if left.type.name == "Time":
        return combined(f"({left.value} - {right.value})", nullable_if(INT32, [left, right]), [left, right])
    steps = (f"CAST({side.value} AS HUGEINT) * {10 ** (digits - side.type.digits)}" for side in (left, right))
    sql = f"CAST(CAST({' - '.join(steps)} AS DECIMAL(38, 0)) * {_unit(digits)} AS DECIMAL(18, {digits}))"
    return combined(sql, nullable_if(decimal(18, digits), [left, right]), [left, right])


def _unit(digits: int) -> str:
    """The smallest step in seconds."""
    return f"CAST(1e-{digits} AS DECIMAL(18, {digits}))"
