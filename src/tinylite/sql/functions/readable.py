"""Numbers as people read them: sizes, quantities, lengths of time, bars; and some of them read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylite.sql.casts import to_text
from tinylite.sql.functions.catalog import Call, Function, fill, own
from tinylite.sql.functions.lists import let
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT64, STRING, UINT64

Lowering = Callable[[Call], Typed]
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_DECIMAL = ("B", "KB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_QUANTITY = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion",
             "septillion", "octillion", "nonillion", "decillion", "undecillion", "duodecillion", "tredecillion",
             "quattuordecillion", "quindecillion", "sexdecillion", "septendecillion", "octodecillion",
             "novemdecillion", "vigintillion")  # fmt: skip


def _scaled(units: Sequence[str], step: int) -> Lowering:
    """Two digits and the largest unit that leaves a number of at least 1."""

    def lower(call: Call) -> Typed:
        name = call.unique()
        cases = " ".join(f"WHEN abs({_over(name, step, n)}) < {step} THEN {_shown(name, step, n, unit)}"
                         for n, unit in enumerate(units[:-1]))  # fmt: skip
        cases = f"WHEN isnan({name}) THEN {_shown(name, step, 0, units[0])} {cases}"
        sql = f"CASE {cases} ELSE {_shown(name, step, len(units) - 1, units[-1])} END"
        return combined(let(name, fill("{0:double}", call.args), sql), STRING, call.args)

    return lower


def _shown(name: str, step: int, power: int, unit: str) -> str:
    return f"printf('%.2f{' ' + unit if unit else ''}', {_over(name, step, power)})"


def _over(name: str, step: int, power: int) -> str:
    """Divided once for each unit, as ClickHouse does it, up to the last digit."""
    return name + f" / {step}e0" * power


# -- lengths of time ------------------------------------------------------------------------------------------------

_UNITS: dict[str, int] = {
    # In nanoseconds: years of 365 days, months of 30.5.
    "years": 31_536_000 * 10**9, "months": 2_635_200 * 10**9, "days": 86_400 * 10**9, "hours": 3_600 * 10**9,
    "minutes": 60 * 10**9, "seconds": 10**9, "milliseconds": 10**6, "microseconds": 10**3, "nanoseconds": 1,
}  # fmt: skip
_NAMES = tuple(_UNITS)


def _time_delta(call: Call) -> Typed:
    """From the largest unit asked for (years) to the smallest (seconds), without those of which there are none."""
    largest = _unit(call, 1, "years")
    smallest = _unit(call, 2, "seconds" if _NAMES.index(largest) <= _NAMES.index("seconds") else "nanoseconds")
    taken = _NAMES[_NAMES.index(largest) : _NAMES.index(smallest) + 1]
    if not taken:
        raise call.fault(f"{largest} is smaller than {smallest}")
    value, total, words = call.unique(), call.unique(), call.unique()
    parts, before = [], ""
    for place, unit in enumerate(taken):
        before += f" % {_UNITS[taken[place - 1]]}" if place else ""
        count = f"({total}{before}) // {_UNITS[unit]}"
        text = f"({count}) || ' {unit[:-1]}' || CASE WHEN {count} = 1 THEN '' ELSE 's' END"
        parts.append(f"CASE WHEN {count} > 0 THEN {text} END")
    kept = f"list_filter([{', '.join(parts)}], lambda w: w IS NOT NULL)"
    joined = (
        f"CASE len({words}) WHEN 0 THEN '0 {smallest}' WHEN 1 THEN {words}[1] "
        f"ELSE array_to_string({words}[1:-2], ', ') || ' and ' || {words}[-1] END"
    )
    sign = f"CASE WHEN {value} < 0 THEN '-' ELSE '' END"
    nanoseconds = f"CAST(trunc(abs({value})) AS HUGEINT) * {10**9} + CAST(trunc((abs({value}) % 1) * 1e9) AS HUGEINT)"
    counted = f"CASE WHEN isfinite({value}) THEN {nanoseconds} END"
    words_of = f"{sign} || {let(total, counted, let(words, kept, joined))}"
    # Where one more is the same number, only the largest unit counts.
    largest_count = to_text(Typed(f"floor(abs({value}) / {_UNITS[largest] // 10**9}e0)", FLOAT64))
    if _UNITS[largest] >= 10**9:
        alone = f"{sign} || {largest_count} || ' {largest}'"
        words_of = f"CASE WHEN abs({value}) + 1 = abs({value}) THEN {alone} ELSE {words_of} END"
    sql = f"(CASE WHEN isfinite({value}) THEN {words_of} ELSE CAST({value} AS VARCHAR) END)"
    return combined(let(value, fill("{0:double}", call.args), sql), STRING, call.args)


def _unit(call: Call, place: int, otherwise: str) -> str:
    if len(call.args) <= place:
        return otherwise
    unit = str(call.literal(place, str, "the name of a unit"))
    if unit not in _UNITS:
        raise call.fault(f"there is no unit {unit}", f"use one of {', '.join(_NAMES)}")
    return unit


# -- read back ------------------------------------------------------------------------------------------------------

_SIZES = {unit.lower(): float(1024) ** n for n, unit in enumerate(_BINARY[:7])} | {
    unit.lower(): float(1000) ** n for n, unit in enumerate(_DECIMAL[:7])
}
_SPANS = {
    "years year yr y": 31_536_000, "months month mo": 2_635_200, "weeks week w": 604_800, "days day d": 86_400,
    "hours hour hr h": 3_600, "minutes minute min m": 60, "seconds second sec s": 1,
    "milliseconds millisecond millisec ms": 1e-3, "microseconds microsecond microsec μs µs us": 1e-6,
    "nanoseconds nanosecond nanosec ns": 1e-9,
}  # fmt: skip


def _factor(name: str, factors: dict[str, float]) -> str:
    cases = " ".join(f"WHEN '{unit}' THEN {factor!r}e0" if "e" not in repr(factor) else f"WHEN '{unit}' THEN {factor!r}"
                     for unit, factor in factors.items())  # fmt: skip
    return f"(CASE {name} {cases} END)"


def _parsed_size(otherwise: str) -> Lowering:
    def lower(call: Call) -> Typed:
        text, parts = call.args[0].sql, call.unique()
        pattern = "^\\s*([0-9]+\\.?[0-9]*|\\.[0-9]+)\\s*([KMGTPE]?I?B)\\s*$"
        number = f"CAST({parts}[1] AS DOUBLE) * {_factor(f'lower({parts}[2])', _SIZES)}"
        found = f"[regexp_extract({text}, '{pattern}', 1, 'i'), regexp_extract({text}, '{pattern}', 2, 'i')]"
        known = let(parts, found, f"CAST(ceil({number}) AS UBIGINT)")
        sql = f"(CASE WHEN regexp_matches({text}, '{pattern}', 'i') THEN {known} ELSE {otherwise.format(text)} END)"
        type_ = UINT64.as_nullable(otherwise == "NULL")
        return combined(sql, type_, call.args)

    return lower


def _parsed_span(call: Call) -> Typed:
    text, item = call.args[0].sql, call.unique()
    factors = {unit: float(seconds) for units, seconds in _SPANS.items() for unit in units.split()}
    one = "([0-9]+\\.?[0-9]*|\\.[0-9]+)\\s*([a-zA-Zμµ]+)"
    whole = f"\\s*{one}(\\s*([;,:+-]|and)?\\s*{one})*\\s*"
    number = f"CAST(regexp_extract({item}, '{one}', 1) AS DOUBLE)"
    unit = f"lower(regexp_extract({item}, '{one}', 2))"
    wrong = f"error('Cannot parse a time delta: ' || {text})"
    part = f"{number} * coalesce({_factor(unit, factors)}, {wrong})"
    total = f"list_sum(list_transform(regexp_extract_all({text}, '{one}'), lambda {item}: {part}))"
    sql = f"(CASE WHEN regexp_full_match({text}, '{whole}') THEN {total} ELSE {wrong} END)"
    return combined(sql, FLOAT64, call.args)


# -- bars -----------------------------------------------------------------------------------------------------------


def _bar(call: Call) -> Typed:
    """A bar of eighths of a character."""
    width = int(str(call.literal(3, int, "a width"))) if len(call.args) > 3 else 80
    if not 0 < width <= 1000:
        raise call.fault("the width must be from 1 to 1000")
    value, low, high = (fill(f"{{{place}:double}}", call.args) for place in range(3))
    size = call.unique()
    inside = f"({value} - {low}) / ({high} - {low}) * {width}"
    none, full = f"isnan({value}) OR {value} <= {low}", f"{value} >= {high}"
    length = f"CASE WHEN {none} THEN 0e0 WHEN {full} THEN {width}e0 ELSE {inside} END"
    rest = f"CAST(floor(({size} - floor({size})) * 8) AS INTEGER)"
    last = f"CASE WHEN {rest} = 0 THEN '' ELSE substr('▏▎▍▌▋▊▉', {rest}, 1) END"
    sql = f"repeat('█', CAST(floor({size}) AS BIGINT)) || {last}"
    return combined(let(size, length, sql), STRING, call.args)


_CANNOT = "error('Cannot parse a readable size: ' || {})"

FUNCTIONS: list[Function] = [
    own("formatReadableSize", "number", _scaled(_BINARY, 1024), aliases=("FORMAT_BYTES",), doc="183.92 MiB"),
    own("formatReadableDecimalSize", "number", _scaled(_DECIMAL, 1000), doc="192.85 MB"),
    own("formatReadableQuantity", "number", _scaled(_QUANTITY, 1000), doc="12.35 million"),
    own("formatReadableTimeDelta", "number string? string?", _time_delta, doc="1 hour, 1 minute and 1 second"),
    own("parseReadableSize", "string", _parsed_size(_CANNOT), doc="1.5 KiB is 1536."),
    own("parseReadableSizeOrNull", "string", _parsed_size("NULL")),
    own("parseReadableSizeOrZero", "string", _parsed_size("0")),
    own("parseTimeDelta", "string", _parsed_span, doc="1min 5s is 65."),
    own("bar", "number number number integer?", _bar, doc="A bar as wide as the value."),
]
