"""The ClickHouse expressions of data sources: keys and DEFAULTs, over the columns that there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from tinylite.datafile.model import Datasource, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity, Source, did_you_mean
from tinylite.project.model import Project
from tinylite.project.outcomes import Outcomes
from tinylite.sql import Column, compile_expression


def check_expressions(project: Project, outcomes: Outcomes) -> Iterator[Diagnostic]:
    for datasource in project.datasources.values():
        file = project.file(datasource)
        if not file.is_faulty:
            yield from outcomes.of((file.source.path, file.fingerprint), partial(_of_datasource, datasource))


def _of_datasource(datasource: Datasource) -> list[Diagnostic]:
    columns = [Column(column.name, column.type) for column in datasource.columns]
    found = [*_of_join(datasource)]
    found += [_of_key(fault) for key in _keys(datasource) for fault in _faults(key, columns)]
    defaults = (column.default for column in datasource.columns if column.default is not None)
    return [*found, *(fault for default in defaults for fault in _faults(default, columns))]


def _keys(datasource: Datasource) -> Iterator[Text]:
    engine = datasource.engine
    yield from (*engine.sorting_key, *engine.primary_key, *engine.summed)
    for text in (engine.partition_key, engine.sampling_key, engine.version, engine.is_deleted, engine.sign):
        if text is not None:
            yield text


def _of_join(datasource: Datasource) -> Iterator[Diagnostic]:
    join = datasource.engine.join
    for key in join.keys if join else ():
        name = key.value.strip('`" ')
        if datasource.column(name) is None:
            names = [column.name for column in datasource.columns]
            message = f"the key of a Join is made of columns, and {name} is none"
            yield Diagnostic("TL205", message, key.span, did_you_mean(name, names))


def _faults(text: Text, columns: Sequence[Column]) -> Iterator[Diagnostic]:
    try:
        compile_expression(Source(text.span.source.path, text.value), columns)
    except DiagnosticError as problem:
        for fault in problem.diagnostics:
            place = text.span.within(fault.span.start, fault.span.end) if fault.span else text.span
            yield replace(fault, span=place)


def _of_key(fault: Diagnostic) -> Diagnostic:
    """A key that can't be computed costs speed, not truth; one that names no column is a slip."""
    if fault.code == "TL403":
        return replace(fault, code="TL205")
    return replace(fault, severity=Severity.WARNING)
