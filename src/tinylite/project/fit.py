"""Whether what a node gives fits the data source that it is written to. Columns go by their names."""

from __future__ import annotations

from collections.abc import Iterator

from tinylite.datafile.model import Node
from tinylite.diagnostics import Diagnostic, Severity, did_you_mean
from tinylite.project.model import Project
from tinylite.sql import Column
from tinylite.types import Type

Columns = tuple[Column, ...]


def check_fit(node: Node, columns: Columns, project: Project) -> Iterator[Diagnostic]:
    """`columns` are those of the node's result."""
    target = project.datasources.get(node.target.value) if node.target else None
    if node.target is None or target is None or project.file(target).is_faulty:
        return
    wanted = {column.name: column for column in target.columns}
    for column in columns:
        if column.name not in wanted:
            message = f"{target.name} has no column {column.name}, which {node.name} gives"
            yield Diagnostic("TL206", message, node.target.span, did_you_mean(column.name, wanted))
        elif _is_state(column.type) != _is_state(wanted[column.name].type):
            message = f"{column.name} is {column.type} here, and {wanted[column.name].type} in {target.name}"
            hint = "a column of AggregateFunction takes what a function with -State gives, and nothing else does"
            yield Diagnostic("TL206", message, node.target.span, hint)
    given = {column.name for column in columns}
    for missing in target.columns:
        if missing.name not in given and missing.default is None and not missing.type.nullable:
            message = f"{node.name} gives no {missing.name}: it stays empty in {target.name}"
            yield Diagnostic("TL206", message, node.target.span, severity=Severity.WARNING)


def _is_state(type_: Type) -> bool:
    return type_.name == "AggregateFunction"
