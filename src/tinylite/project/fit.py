"""Whether what a node gives fits the data source that it is written to. Columns go by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tinylite.datafile.model import Column as Target
from tinylite.datafile.model import Datasource, Node
from tinylite.diagnostics import Diagnostic, Severity, Span, did_you_mean
from tinylite.project.model import Project
from tinylite.sql import Column
from tinylite.sql.errors import Fault
from tinylite.sql.insert import is_same_state, stored
from tinylite.sql.physical import quoted
from tinylite.sql.typed import Typed
from tinylite.types import Type

Columns = tuple[Column, ...]


def check_fit(node: Node, columns: Columns, project: Project) -> Iterator[Diagnostic]:
    """`columns` are those of the node's result."""
    target = project.target(node)
    if node.target is None or target is None or project.file(target).is_faulty:
        return
    place = node.target.span
    wanted = {column.name: column for column in target.columns}
    for column in columns:
        if column.name in wanted:
            yield from _check_column(column, wanted[column.name], target, place)
        else:
            message = f"{target.name} has no column {column.name}, which {node.name} gives"
            yield Diagnostic("TL206", message, place, did_you_mean(column.name, wanted) or _give(column, wanted))
    given = {column.name for column in columns}
    for missing in target.columns:
        if missing.name not in given and missing.default is None and not missing.type.nullable:
            message = f"{node.name} gives no {missing.name}: it stays empty in {target.name}"
            yield Diagnostic("TL206", message, place, severity=Severity.WARNING)
    if node.kind == "materialized":
        yield from _check_engine(target, given, place)


def _give(column: Column, wanted: Mapping[str, Target]) -> str:
    return f"leave it out of the SELECT, give it one of the names {', '.join(wanted)}, or add it to the SCHEMA"


def _check_column(given: Column, wanted: Target, target: Datasource, place: Span) -> Iterator[Diagnostic]:
    name, here, there = given.name, given.type, wanted.type
    message = f"{name} is {here} here, and {there} in {target.name}"
    try:
        stored(Typed(quoted(name), here), Column(name, there))
    except Fault as fault:
        yield Diagnostic("TL206", message, place, _state_hint(name, here, there) or fault.hint)
        return
    if is_same_state(here, there) and _arguments(here) != _arguments(there):
        hint = f"ClickHouse would refuse this: declare {name} as {here}"
        yield Diagnostic("TL206", message, place, hint, Severity.WARNING)
    elif here.nullable and not there.nullable and not there.is_state and here.name != "Nothing":
        hint = f"a NULL fails: give ifNull({name}, …), or declare {name} as Nullable({there.plain})"
        yield Diagnostic("TL206", message, place, hint, Severity.WARNING)


def _state_hint(name: str, here: Type, there: Type) -> str | None:
    if there.name == "AggregateFunction":
        function = str(there.params[0]).split("(")[0]
        return f"only a state goes into {name}: give it {function}State(…)"
    if here.name == "AggregateFunction":
        return f"declare {name} as {here}, or leave -State out"
    return None


def _arguments(state: Type) -> list[Type]:
    """Of a state, as ClickHouse tells them apart: the condition of -If is none."""
    return [argument.as_low_cardinality(False) for argument in state.args if argument.name != "UInt8"]


def _check_engine(target: Datasource, given: set[str], place: Span) -> Iterator[Diagnostic]:
    """What merging will do to the rows of a view."""
    engine = target.engine
    states = [column.name for column in target.columns if column.type.name == "AggregateFunction"]
    if engine.name not in ("AggregatingMergeTree", "Null") and states:
        message = f"{target.name} is a {engine.name}, which never merges the states in {', '.join(states)}"
        yield Diagnostic("TL206", message, place, 'use ENGINE "AggregatingMergeTree"', Severity.WARNING)
    if engine.name != "AggregatingMergeTree":
        return
    key = {word for text in engine.sorting_key for word in re.findall(r"\w+", text.value)}
    for column in target.columns:
        if column.name in given and not column.type.is_state and column.name not in key:
            message = f"{column.name} is no part of the sorting key of {target.name}: of rows with one key one is kept"
            hint = f"add {column.name} to ENGINE_SORTING_KEY, or make it a SimpleAggregateFunction"
            yield Diagnostic("TL206", message, place, hint, Severity.WARNING)
