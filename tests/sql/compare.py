"""Two answers to one statement: both brought to what ClickHouse's JSON shows, then compared."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

from tinylite.formats.values import plain_writer
from tinylite.types import Type, TypeSyntaxError, parse_type

Row = Sequence[object]
_SINGLE = 1e-6
"""How close Float32 comes, where values need only be close."""


class WrongClass(Exception):
    """A value came from DuckDB as something else than its ClickHouse type says."""


def shown(value: object, type_: Type) -> object:
    """A value as DuckDB's Python client gives it, as ClickHouse's JSON would show it. Raises WrongClass."""
    if value is None:
        if type_.nullable or type_.name in ("Nothing", "Dynamic", "Variant"):
            return None
        raise WrongClass(f"NULL in a column of type {type_}")
    match type_.name:
        case "Array" | "Nested" | "Map" | "Tuple":
            return _nested(value, type_)
        case "AggregateFunction":
            return "(state)"
        case "JSON" | "Dynamic":
            return None if value is None else json.loads(str(value))
    return _plain(value, type_)


def _nested(value: object, type_: Type) -> object:
    if type_.name == "Array" and isinstance(value, list):
        return [shown(item, type_.args[0]) for item in value]
    if type_.name == "Map" and isinstance(value, dict):
        written = plain_writer(type_.args[0]) if type_.args[0].is_float else str
        return {written(shown(key, type_.args[0])): shown(item, type_.args[1]) for key, item in value.items()}
    if type_.name == "Tuple" and isinstance(value, dict | tuple):
        items = list(value.values()) if isinstance(value, dict) else list(value)
        shown_items = [shown(item, arg) for item, arg in zip(items, type_.args, strict=True)]
        return dict(zip(type_.names, shown_items, strict=True)) if type_.names else shown_items
    raise WrongClass(f"{type(value).__name__} in a column of type {type_}: {value!r}")


def _plain(value: object, type_: Type) -> object:
    match value:
        case bool() if type_.name == "Bool":
            return value
        case int() if (type_.is_integer or type_.name.startswith("Interval")) and not isinstance(value, bool):
            return value
        case int() if type_.name == "IPv4" and not isinstance(value, bool):
            return str(IPv4Address(value))
        case int() if type_.is_time and not isinstance(value, bool):
            return plain_writer(type_)(value)
        case float() if type_.is_float:
            return value
        case Decimal() if type_.name == "Decimal":
            return _decimal(value)
        case datetime() if type_.is_datetime:
            digits = f"{value.microsecond:06d}"[: type_.precision]
            return value.isoformat(" ", "seconds") + (f".{digits}" if digits else "")
        case date() if type_.is_date and not isinstance(value, datetime):
            return value.isoformat()
        case UUID() if type_.name == "UUID":
            return str(value)
        case str() if not type_.is_number and not type_.is_temporal:
            return value
        case str() if type_.name == "DateTime64":  # nanoseconds: Python has no class for them
            whole, _, fraction = value.partition(".")
            return f"{whole}.{fraction:0<9}"[: 20 + type_.precision]
        case bytes() if type_.is_string:
            return value.decode("utf-8", "replace")
    raise WrongClass(f"{type(value).__name__} in a column of type {type_}: {value!r}")


def _decimal(value: Decimal) -> str:
    """Without trailing zeros; zero has no sign."""
    text = f"{value:f}" if value else "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical(value: object, type_: Type | None) -> object:
    """A shown value or a recorded one, so that equal ones compare equal: floats as floats whatever their JSON says,
    with Float32's own precision, and minus zero apart from zero. None is a type that only ClickHouse knows.
    """
    if isinstance(value, list | tuple):
        types = type_.args if type_ and type_.name == "Tuple" else (_element(type_),) * len(value)
        return [canonical(item, arg) for item, arg in zip(value, types, strict=True)]
    if isinstance(value, dict):
        types = type_.args if type_ and type_.name == "Tuple" else (_element(type_),) * len(value)
        return {key: canonical(item, arg) for (key, item), arg in zip(value.items(), types, strict=True)}
    if isinstance(value, float) or (isinstance(value, int) and type_ is not None and type_.is_float):
        return _float(float(value), single=type_ is not None and type_.name == "Float32")
    return "nan" if value == "-nan" else value


def _element(type_: Type | None) -> Type | None:
    return type_.args[-1] if type_ and type_.name in ("Array", "Map") else None


def _float(value: float, *, single: bool) -> object:
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if single:
        (value,) = struct.unpack("f", struct.pack("f", value))
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


@dataclass(frozen=True, slots=True)
class Answer:
    """`meta` is (name, type) a column; `rows` are values as `shown` gives them; `totals` the row of WITH TOTALS."""

    meta: list[list[str]]
    rows: Sequence[Row]
    totals: Row | None = None


def difference(expected: dict[str, Any], answer: Answer, *, ordered: bool, bound: float = 0.0) -> str | None:
    """What differs from a recorded answer, in a few words, or None."""
    meta = answer.meta
    if "error" in expected:
        return f"ClickHouse refuses: {expected['error']}"
    if [name for name, _ in meta] != [name for name, _ in expected["meta"]]:
        return f"names: {[name for name, _ in meta]}, not {[name for name, _ in expected['meta']]}"
    if meta != expected["meta"]:
        pairs = zip(meta, expected["meta"], strict=True)
        return "types: " + "; ".join(
            f"{theirs[0]}: {ours[1]}, not {theirs[1]}" for ours, theirs in pairs if ours != theirs
        )
    if len(answer.rows) != len(expected["data"]):
        return f"{len(answer.rows)} rows, not {len(expected['data'])}"
    totals = expected.get("totals")
    if (answer.totals is None) != (totals is None):
        return f"totals: {answer.totals}, not {totals}"
    types = [column_type(text) for _, text in meta]
    ours, theirs = ([_row(row, types) for row in rows] for rows in (answer.rows, expected["data"]))
    if not ordered:
        ours.sort(key=_order)
        theirs.sort(key=_order)
    if answer.totals is not None and totals is not None:
        ours.append(_row(answer.totals, types))
        theirs.append(_row(totals, types))
    for number, (our_row, their_row) in enumerate(zip(ours, theirs, strict=True), 1):
        for (name, _), type_, one, other in zip(meta, types, our_row, their_row, strict=True):
            if not _same(one, other, max(bound, _SINGLE) if bound and type_ and type_.name == "Float32" else bound):
                return f"row {number}, {name}: {one!r}, not {other!r}"
    return None


def column_type(text: str) -> Type | None:
    """None for types that only ClickHouse knows."""
    try:
        return parse_type(text)
    except TypeSyntaxError:
        return None


def _row(row: Row, types: Sequence[Type | None]) -> list[object]:
    """States have no common form: they count as equal."""
    return [
        "(state)" if type_ and type_.name == "AggregateFunction" else canonical(value, type_)
        for value, type_ in zip(row, types, strict=True)
    ]


def _order(row: list[object]) -> str:
    """Close numbers sort alike, so that approximate rows meet their partners; where all are close, by their digits."""
    close = [f"{value:.4g}" if isinstance(value, float) else value for value in row]
    return json.dumps([close, row], sort_keys=True)


def _same(one: object, other: object, bound: float) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b, bound) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key], bound) for key in one)
    if bound and _is_number(one) and _is_number(other):
        return math.isclose(one, other, rel_tol=bound, abs_tol=bound)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
