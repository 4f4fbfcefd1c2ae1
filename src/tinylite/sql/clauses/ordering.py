"""ORDER BY: NULL and NaN last, whichever the direction, as ClickHouse does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from tinylite.sql.clauses.positions import position
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted, text_literal
from tinylite.sql.projections import Projection
from tinylite.sql.ranks import holds_enums, rank
from tinylite.sql.scope import Output, Scope
from tinylite.sql.typed import Typed
from tinylite.types import Type


@dataclass(frozen=True, slots=True)
class Ordering:
    """A key of ORDER BY. `place` is its place in the SELECT list, from 1."""

    value: Typed
    item: exp.Ordered
    place: int | None


def orderings(node: exp.Select, scope: Scope, projections: Sequence[Projection]) -> list[Ordering]:
    order = node.args.get("order")
    if order is None:
        return []
    if len(order.expressions) == 1 and _is_all(order.expressions[0].this):
        item = order.expressions[0]
        if any(p.name.upper() == "ALL" for p in projections):
            raise Fault("TL405", "ORDER BY ALL means every column, and one of them is named so", item)
        return [
            Ordering(p.value, item, place) for place, p in enumerate(projections, start=1) if not p.value.is_literal
        ]
    places = {p.value.value: place for place, p in reversed(list(enumerate(projections, start=1)))}
    found: list[Ordering] = []
    for item in order.expressions:
        with scope.reported(item):
            place = position(item.this, len(projections))
            value = projections[place - 1].value if place else scope.lower(_uncollated(item.this))
            is_constant = value.constant and not scope.context.is_volatile
            if not (value.is_literal or is_constant or value.type.name == "Nothing" or _TEXT.fullmatch(value.sql)):
                found.append(Ordering(value, item, place or places.get(value.value)))
    return found


_TEXT = re.compile(r"'(?:[^']|'')*'")
"""A literal text in DuckDB's SQL, whatever it was made of: it orders nothing, and can't stand there."""


def _is_all(node: exp.Expr) -> bool:
    """ORDER BY ALL stands for every column of the SELECT list."""
    return isinstance(node, exp.Column) and not node.table and node.name.upper() == "ALL" and not node.this.quoted


def _uncollated(node: exp.Expr) -> exp.Expr:
    return node.this if isinstance(node, exp.Collate) else node


def order_text(value: Typed, item: exp.Ordered) -> str:
    """One key with its direction; a float may take two, for its NaNs."""
    key, direction = _key(value, item), _direction(item)
    first = bool(item.args.get("nulls_first"))
    if value.type.is_float and not value.is_literal and first != bool(item.args.get("desc")):
        nan = f"isnan({value.sql}) DESC NULLS FIRST" if first else f"isnan({value.sql}) ASC NULLS LAST"
        return f"{nan}, {key}{direction}"
    return f"{key}{direction}"


def _direction(item: exp.Ordered) -> str:
    direction = " DESC" if item.args.get("desc") else " ASC"
    return direction + (" NULLS FIRST" if item.args.get("nulls_first") else " NULLS LAST")


def _key(value: Typed, item: exp.Ordered) -> str:
    if holds_enums(value.type):
        return rank(value.value, value.type)
    if isinstance(item.this, exp.Collate):
        return f"{value.value} COLLATE {_collation(item.this)}"
    if bool(item.args.get("desc")) != bool(item.args.get("nulls_first")) and _holds_nulls(value.type):
        return _reversible(value.value, value.type)
    return value.value


def _collation(node: exp.Collate) -> str:
    name = str(node.expression.name)
    if not re.fullmatch(r"[A-Za-z]{2,3}(_[A-Za-z]{2,4})*", name):
        raise Fault("TL405", f"{text_literal(name)} is no locale", node, "as in COLLATE 'en'")
    return name.lower()


def _holds_nulls(type_: Type) -> bool:
    """Whether NULL or NaN can stand inside of the values."""
    return type_.name in ("Array", "Tuple") and any(a.nullable or a.is_float or _holds_nulls(a) for a in type_.args)


def _reversible(sql: str, type_: Type) -> str:
    """A value inside of which NULL and NaN are the smallest, so that they come last in a descending order."""
    if type_.name == "Array":
        return f"list_transform({sql}, lambda e: {_reversible('e', type_.args[0])})"
    if type_.name == "Tuple":
        parts = (_reversible(f"struct_extract_at({sql}, {i})", a) for i, a in enumerate(type_.args, start=1))
        return f"row({', '.join(parts)})"
    if type_.is_float:
        return f"row({sql} IS NOT NULL AND NOT isnan({sql}), {sql})"
    return f"row({sql} IS NOT NULL, {sql})" if type_.nullable else sql


def ordinal_text(ordering: Ordering) -> str:
    """A key that is a column of the result, by its number where the order of both is the same."""
    value, item = ordering.value, ordering.item
    text = order_text(value, item)
    if ordering.place is not None and text == f"{value.value}{_direction(item)}":
        return f"{ordering.place}{_direction(item)}"
    return text


@dataclass(frozen=True, slots=True)
class OrderColumn:
    """A key as a (quoted) column of a SELECT."""

    name: str
    ordering: Ordering

    @property
    def text(self) -> str:
        return order_text(Typed(self.name, self.ordering.value.type), self.ordering.item)


def order_columns(select: Select, columns: Sequence[Output], keys: Sequence[Ordering]) -> list[OrderColumn]:
    """The keys by name, for a SELECT around this one; those that are not in its list are added to it."""
    found: list[OrderColumn] = []
    for number, key in enumerate(keys, start=1):
        if key.place is not None:
            found.append(OrderColumn(quoted(columns[key.place - 1].physical), key))
        else:
            select.items.append(f"{key.value.exact} AS _key{number}")
            found.append(OrderColumn(f"_key{number}", key))
    return found
