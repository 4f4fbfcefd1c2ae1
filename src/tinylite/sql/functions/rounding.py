"""Rounding: to digits, to powers of two, and to the steps of a scale."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.casts import coerce
from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.functions.conditions import common_type
from tinylite.sql.functions.lists import let
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.sql.wrapping import wrapped
from tinylite.types.model import UINT8, UINT16, Type

Lowering = Callable[[Call], Typed]
_WHOLE: dict[str, str] = {
    # How often the unit {s} is in the HUGEINT {x}; // and % cut towards zero.
    "round": "(({x} + CASE WHEN {x} < 0 THEN -({s} // 2) ELSE {s} // 2 END) // {s})",
    "bankers": "({x} // {s} + CASE WHEN 2 * abs({x} % {s}) > {s} OR (2 * abs({x} % {s}) = {s} "
    "AND ({x} // {s}) % 2 <> 0) THEN CASE WHEN {x} < 0 THEN -1 ELSE 1 END ELSE 0 END)",
    "floor": "({x} // {s} - CASE WHEN {x} % {s} < 0 THEN 1 ELSE 0 END)",
    "ceil": "({x} // {s} + CASE WHEN {x} % {s} > 0 THEN 1 ELSE 0 END)",
    "trunc": "({x} // {s})",
}
_REAL = {"round": "round_even({}, 0)", "bankers": "round_even({}, 0)", "floor": "floor({})", "ceil": "ceil({})",
         "trunc": "trunc({})"}  # fmt: skip
MOST_DIGITS = 37


def _rounded(kind: str) -> Lowering:
    """To digits behind the point, or in front of it when negative.

    Integers and Decimals round half away from zero, floats half to even, as in ClickHouse; roundBankers all of them.
    """

    def lower(call: Call) -> Typed:
        value = call.args[0]
        type_ = value.type.plain
        if len(call.args) > 1 and not call.args[1].is_literal and call.args[1].parameter is None:
            return _calculated(kind, call)
        digits = int(str(call.literal(1, int, "a number of digits"))) if len(call.args) > 1 else 0
        if type_.is_float:
            return combined(
                f"CAST({_float(kind, value.sql, digits, duckdb_type(type_))} AS {duckdb_type(type_)})", type_, call.args
            )
        scale = int(str(type_.params[1])) if type_.name == "Decimal" else 0
        if digits >= scale:
            return combined(value.exact, type_, call.args)
        if scale - digits > MOST_DIGITS:
            return combined(f"({value.number} * 0)", type_, call.args)
        return combined(_exact(kind, value, scale, digits), type_, call.args)

    return lower


def _calculated(kind: str, call: Call) -> Typed:
    """To a number of digits that is not written in the query."""
    value, digits = call.args[0], f"CAST({call.args[1].number} AS INTEGER)"
    type_, whole = value.type.plain, _REAL[kind]
    if type_.name == "Decimal":
        raise call.fault("argument 2 must be written as a number beside a Decimal")
    duckdb = duckdb_type(type_)
    if type_.is_float:
        scale = f"CAST(pow(10e0, abs({digits})) AS {duckdb})"
        left = f"({whole.format(f'({value.sql} / {scale})')} * {scale})"
        right = f"({whole.format(f'({value.sql} * {scale})')} / {scale})"
        sql = f"CAST((CASE WHEN {digits} < 0 THEN {left} ELSE {right} END) AS {duckdb})"
    else:
        unit, name = f"CAST(pow(10e0, least(-({digits}), {MOST_DIGITS})) AS HUGEINT)", call.unique()
        number = f"CAST({value.number} AS HUGEINT)"
        cut = let(name, unit, f"({_WHOLE[kind].format(x=number, s=name)} * {name})")
        cut = wrapped(cut, type_) if type_.is_integer else f"CAST({cut} AS {duckdb})"
        sql = f"(CASE WHEN {digits} >= 0 THEN {value.exact} ELSE {cut} END)"
    return combined(sql, type_, call.args)


def _float(kind: str, sql: str, digits: int, duckdb: str) -> str:
    whole = _REAL[kind]
    if digits == 0:
        return whole.format(sql)
    if abs(digits) > 300:  # more than a float has
        return sql if digits > 0 else f"({sql} * 0)"
    scale = f"CAST(1e{abs(digits)} AS {duckdb})"
    if digits < 0:
        return f"({whole.format(f'({sql} / {scale})')} * {scale})"
    return f"({whole.format(f'({sql} * {scale})')} / {scale})"


def _exact(kind: str, value: Typed, scale: int, digits: int) -> str:
    type_ = value.type.plain
    unit = 10 ** (scale - digits)
    if not scale:
        whole = f"({_WHOLE[kind].format(x=f'CAST({value.number} AS HUGEINT)', s=unit)} * {unit})"
        return wrapped(whole, type_) if type_.is_integer else f"CAST({whole} AS {duckdb_type(type_)})"
    number = f"CAST({value.sql} * CAST({10**scale} AS DECIMAL({scale + 1}, 0)) AS HUGEINT)"
    whole = f"CAST({_WHOLE[kind].format(x=number, s=unit)} * {unit} AS DECIMAL(38, 0))"
    return f"CAST({whole} * CAST('{10**-scale:.{scale}f}' AS DECIMAL({scale + 1}, {scale})) AS {duckdb_type(type_)})"


def _power_of_two(call: Call) -> Typed:
    (value,) = call.args
    type_ = UINT8 if value.type.name == "Bool" else value.type.plain
    if type_.is_float:
        size = f"pow(2e0, floor(log2(abs(CAST({value.sql} AS DOUBLE)))))"
        nan = f"WHEN isnan({value.sql}) THEN CAST('inf' AS DOUBLE)"
        sql = f"(CASE WHEN {value.sql} = 0 THEN 0 {nan} ELSE sign({value.sql}) * {size} END)"
    elif type_.name == "Decimal":
        raise call.fault("does not take Decimals", "convert with toFloat64")
    else:
        digits = f"length(ltrim(bin(CAST(greatest({value.number}, 1) AS UBIGINT)), '0'))"
        sql = f"(CASE WHEN {value.number} <= 0 THEN 0 ELSE CAST(1 AS HUGEINT) << CAST({digits} - 1 AS INTEGER) END)"
    return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)


def _steps(type_: Type, steps: tuple[tuple[int, int], ...]) -> Lowering:
    """The result beside the greatest bound that is not above the value; 0 below all."""

    def lower(call: Call) -> Typed:
        value = call.args[0].number
        cases = " ".join(f"WHEN {value} < {bound} THEN {result}" for bound, result in steps[:-1])
        return combined(f"CAST((CASE {cases} ELSE {steps[-1][1]} END) AS {duckdb_type(type_)})", type_, call.args)

    return lower


_DURATIONS = (1, 10, 30, 60, 120, 180, 240, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000)
_DURATION_STEPS = (*zip(_DURATIONS, (0, *_DURATIONS), strict=False), (0, _DURATIONS[-1]))
_AGE_STEPS = ((1, 0), (18, 17), (25, 18), (35, 25), (45, 35), (55, 45), (0, 55))


def _down(call: Call) -> Typed:
    """The greatest element that is not above the value, or the least."""
    value, steps = call.args
    type_ = common_type([value, Typed("", steps.type.args[0])])
    if not type_.is_number:
        raise call.fault(f"takes numbers, not {type_}")
    name, item = call.unique(), call.unique()
    number = coerce(value, type_)
    below = f"list_max(list_filter({name}, lambda {item}: {item} <= {number}))"
    sql = let(name, f"CAST({steps.sql} AS {duckdb_type(type_)}[])", f"coalesce({below}, list_min({name}))")
    if type_.is_float:
        sql = f"(CASE WHEN isnan({number}) THEN {number} ELSE {sql} END)"
    return combined(sql, type_.plain, call.args)


FUNCTIONS: list[Function] = [
    own("round", "number integer?", _rounded("round"), case_insensitive=True),
    own("roundBankers", "number integer?", _rounded("bankers")),
    own("floor", "number integer?", _rounded("floor"), case_insensitive=True),
    own("ceil", "number integer?", _rounded("ceil"), aliases=("ceiling",), case_insensitive=True),
    own("trunc", "number integer?", _rounded("trunc"), aliases=("truncate",), case_insensitive=True),
    own("roundToExp2", "number", _power_of_two, doc="Down to a power of two."),
    own("roundDuration", "number", _steps(UINT16, _DURATION_STEPS), doc="Down to a usual length of a session."),
    own("roundAge", "number", _steps(UINT8, _AGE_STEPS), doc="Down to a usual bound of age groups."),
    own("roundDown", "number array", _down, doc="Down to an element of the array."),
]
