"""to*, to*OrNull, to*OrZero, to*OrDefault, CAST × source types."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import product

from tests.sql.probe import Probe

_INTEGERS = ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64")
_TARGETS = (*_INTEGERS, "Float32", "Float64", "String")
_NUMBERS = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "b", "ni32", "nu8")


def probes() -> Iterator[str | Probe]:
    for target, column in product(_TARGETS, _NUMBERS):
        yield f"SELECT to{target}({column}) FROM nums ORDER BY id"
    for target, column in product(_TARGETS, ("f32", "f64", "d", "nf64")):
        yield f"SELECT to{target}({column}) FROM nums WHERE id IN (1, 2, 6, 8) AND NOT isNaN(toFloat64({column})) ORDER BY id"
        yield f"SELECT CAST({column} AS {target}) FROM nums WHERE id IN (1, 2) ORDER BY id"
    for target, column in product(_TARGETS, ("d", "d32", "t", "t_ny", "t3")):
        yield f"SELECT to{target}({column}) FROM times WHERE id IN (1, 5, 6, 12) ORDER BY id"
    for target, suffix, column in product(
        (*_TARGETS[:10], "Date", "DateTime", "UUID"), ("OrNull", "OrZero", "OrDefault"), ("s", "ns")
    ):
        if (target, suffix) == ("UUID", "OrDefault"):
            continue
        # Of a text that is the number of a day, the rest comes from the clock.
        where = " WHERE length(s) > 4" if (target, suffix) == ("DateTime", "OrDefault") else ""
        yield f"SELECT to{target}{suffix}({column}) FROM texts{where} ORDER BY id"
    for target in (*_TARGETS, "Date", "DateTime", "Nullable(Int32)", "LowCardinality(String)", "Decimal(9, 2)", "Bool"):
        yield f"SELECT CAST(1 AS {target})"
        if target != "DateTime":
            yield f"SELECT CAST('1' AS {target})"
            yield f"SELECT 1::{target}, toTypeName(1::{target})"
        yield (
            f"SELECT CAST(NULL AS Nullable({target}))"
            if "(" not in target
            else f"SELECT toTypeName(CAST(1 AS {target}))"
        )
    for target in ("String", "Int64", "UInt8", "Float64", "Date", "DateTime"):
        for value in ("NULL", "''", "'x'", "true", "[1]", "(1, 2)", "1.9", "-1"):
            yield f"SELECT to{target}({value})"
