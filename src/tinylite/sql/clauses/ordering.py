"""ORDER BY: NULL and NaN last, whichever the direction, as ClickHouse does."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from tinylite.sql.casts import cast
from tinylite.sql.typed import Typed
from tinylite.types import Type


@dataclass(slots=True)
class Ordering:
    """A key of ORDER BY. `position` is its place in the SELECT list, from 1."""

    value: Typed
    item: exp.Ordered
    position: int | None


def order_text(value: Typed, item: exp.Ordered) -> str:
    """One key with its direction."""
    return f"{_key(value)}{_direction(item)}"


def _direction(item: exp.Ordered) -> str:
    direction = " DESC" if item.args.get("desc") else " ASC"
    return direction + (" NULLS FIRST" if item.args.get("nulls_first") else " NULLS LAST")


def _key(value: Typed) -> str:
    if value.type.is_float and not value.is_literal:
        return f"(CASE WHEN isnan({value.sql}) THEN NULL ELSE {value.sql} END)"
    if value.type.is_enum:
        return cast(value, Type("Int16")).sql
    return value.value


def ordinal_text(position: int, value: Typed, item: exp.Ordered) -> str:
    """A key that is the result's column at `position`, by its number where the order of both is the same."""
    if value.type.is_float or value.type.is_enum:
        return order_text(value, item)
    return f"{position}{_direction(item)}"
