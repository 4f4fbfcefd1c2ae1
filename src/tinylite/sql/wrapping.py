"""Integers of 64 bits and less that wrap around: ClickHouse keeps the low bits where DuckDB raises an error."""

from __future__ import annotations

import re
from dataclasses import replace

from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type

# What DuckDB does not allow inside TRY: subqueries, window functions, and functions that are not of their arguments.
_NOT_TRIED = re.compile(r"\b(SELECT|OVER|error|random|uuid|uuidv4|uuidv7|gen_random_uuid|nextval|setseed)\b", re.I)


def low_bits(number: int, to: Type) -> int:
    """A number as an integer type keeps it."""
    low = number & ((1 << to.bits) - 1)
    return low if to.is_unsigned or low < 1 << (to.bits - 1) else low - (1 << to.bits)


def wrapped(huge: str, to: Type) -> str:
    """A HUGEINT as an integer of at most 64 bits, the low ones."""
    mask = (1 << to.bits) - 1
    if to.is_unsigned:
        return f"CAST(({huge} & {mask}) AS {duckdb_type(to)})"
    half = 1 << (to.bits - 1)
    return f"CAST(((({huge} + {half}) & {mask}) - {half}) AS {duckdb_type(to)})"


def calculated(operator: str, left: Typed, right: Typed, type_: Type) -> Typed:
    """`left operator right` (+, - or *) as `type_`.

    The plain calculation is tried first: the wide one costs three times as much, and is hardly ever needed.
    """
    bare = f"({_widened(left, type_)} {operator} {_widened(right, type_)})"
    result = combined(bare, type_, [left, right])
    if max(left.type.bits, right.type.bits) != 64:
        return result
    wide = _wide(operator, left, right, type_)
    if result.aggregate or _NOT_TRIED.search(bare):
        return result.with_sql(wide)
    return replace(result, sql=f"coalesce(TRY({bare}), {wide})", bare=bare, wide=wide)


def _widened(value: Typed, type_: Type) -> str:
    text = value.bare or value.number
    if value.type.plain == type_ and not value.is_literal:
        return text
    # Not CAST: DuckDB takes what two expressions share out of their TRY.
    fits = value.is_literal or not value.type.is_unsigned or type_.is_unsigned or value.type.bits < type_.bits
    return f"{'CAST' if fits else 'TRY_CAST'}({text} AS {duckdb_type(type_)})"


def _wide(operator: str, left: Typed, right: Typed, type_: Type) -> str:
    if operator == "*" and type_.is_unsigned:  # 128 bits without a sign
        a, b = (f"CAST({value.wide or value.number} AS UHUGEINT)" for value in (left, right))
        return f"CAST((({a} * {b}) & CAST({(1 << 64) - 1} AS UHUGEINT)) AS {duckdb_type(type_)})"
    a, b = (f"CAST({value.wide or value.number} AS HUGEINT)" for value in (left, right))
    return wrapped(f"({a} {operator} {b})", type_)
