"""From one schema to another: which tables come first, and columns as other types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from graphlib import TopologicalSorter

from tinylite.engine.clickhouse.statement import literal
from tinylite.project import View
from tinylite.types.model import backquoted


def in_order(tables: Sequence[str], views: Sequence[View], names: Callable[[str], str]) -> Iterator[str]:
    """Each behind those that its rows are made of."""
    made_of = {table: {names(v.source.name) for v in views if names(v.target.name) == table} for table in tables}
    yield from (table for table in TopologicalSorter(made_of).static_order() if table in made_of)


def carried(name: str, have: str, wanted: str) -> str:
    """A column as its new type: an error where a number would wrap."""
    if have == wanted:
        return backquoted(name)
    value = f"accurateCast({backquoted(name)}, {literal(wanted)})"
    if "Nullable(" in have and "Nullable(" not in wanted:
        there = f"accurateCast(assumeNotNull({backquoted(name)}), {literal(wanted)})"
        value = f"if({backquoted(name)} IS NULL, defaultValueOfTypeName({literal(wanted)}), {there})"
    return f"{value} AS {backquoted(name)}"


def bare(type_: str) -> str:
    return type_.replace(" ", "")
