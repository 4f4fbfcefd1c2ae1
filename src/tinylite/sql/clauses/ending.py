"""What follows the groups: DISTINCT, ORDER BY with its fill, LIMIT BY and LIMIT, in this order.

One SELECT of DuckDB's says most of it. Where it does not (a limit from the end, a key that is not in the list of
SELECT DISTINCT) the stages become SELECTs around each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tinylite.sql.clauses.fill import filled, has_fill
from tinylite.sql.clauses.limits import Bounds, LimitBy
from tinylite.sql.clauses.ordering import Ordering, order_columns, order_text, ordinal_text
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.physical import quoted
from tinylite.sql.scope import Output, Scope
from tinylite.sql.zones import shown


@dataclass(frozen=True, slots=True)
class Ending:
    """The last clauses of a SELECT of `columns`. `presented`: moments in a zone become wall clocks."""

    columns: Sequence[Output]
    order: Sequence[Ordering]
    by: LimitBy | None
    kept: Bounds
    presented: bool

    @property
    def items(self) -> list[str]:
        """The columns of a SELECT around another one."""
        names = [(quoted(column.physical), column.type) for column in self.columns]
        return [f"{shown(name, type_)} AS {name}" if self.presented else name for name, type_ in names]

    @property
    def has_zones(self) -> bool:
        return self.presented and any(shown("", column.type) for column in self.columns)


def finished(select: Select, values: Sequence[str], ending: Ending, scope: Scope) -> str:
    """The text of the SELECT of `values`, one for each column. Raises Fault."""
    names = [quoted(column.physical) for column in ending.columns]
    select.items = [f"{value} AS {name}" for value, name in zip(values, names, strict=True)]
    if has_fill(ending.order):
        return _filled(select, ending, scope)
    hidden = ending.by is not None or any(key.place is None for key in ending.order)
    if not ending.kept.is_plain or (select.distinct and hidden):
        return _staged(select, values, ending)
    if ending.presented:
        cells = zip(values, ending.columns, names, strict=True)
        select.items = [f"{shown(value, column.type)} AS {name}" for value, column, name in cells]
    _limit_by(select, ending)
    by_value = ending.has_zones and not select.distinct
    select.order = [order_text(o.value, o.item) if by_value else ordinal_text(o) for o in ending.order]
    _limit(select, ending.kept)
    return select.sql()


def _filled(select: Select, ending: Ending, scope: Scope) -> str:
    if not ending.kept.is_plain or (select.distinct and ending.by is not None):
        raise Fault("TL406", "WITH FILL beside such a LIMIT is not supported", ending.order[0].item,
                    hint="put the SELECT into a subquery")  # fmt: skip
    _limit_by(select, ending)
    outer = filled(select, ending.columns, ending.order, scope)
    outer.items = ending.items
    _limit(outer, ending.kept)
    return outer.sql()


def _limit_by(select: Select, ending: Ending) -> None:
    if ending.by is not None:
        order = ", ".join(order_text(o.value, o.item) for o in ending.order)
        select.qualify.append(ending.by.bounds.condition(ending.by.keys, order))


def _limit(select: Select, kept: Bounds) -> None:
    select.limit = kept.limit.text if kept.limit else ""
    select.offset = kept.offset.text if kept.offset else ""


def _staged(select: Select, values: Sequence[str], ending: Ending) -> str:
    if select.distinct:
        select.distinct = f"DISTINCT ON ({', '.join(values)}) "
    keys = order_columns(select, ending.columns, ending.order)
    order = ", ".join(key.text for key in keys)
    source = select
    if ending.by is not None:
        groups = [f"_group{number}" for number in range(len(ending.by.keys))]
        select.items += [f"{key} AS {name}" for key, name in zip(ending.by.keys, groups, strict=True)]
        source = Select(items=["*"], from_=f"({select.sql()})", qualify=[ending.by.bounds.condition(groups, order)])
    outer = Select(items=ending.items, from_=f"({source.sql()})", order=[order] if order else [])
    if ending.kept.is_plain:
        _limit(outer, ending.kept)
    else:
        outer.qualify = [ending.kept.condition((), order)]
    return outer.sql()
