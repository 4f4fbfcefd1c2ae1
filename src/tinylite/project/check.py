"""How files belong together, and whether every pipe compiles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tinylite.datafile.model import Datasource, Node, Pipe, Text
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, did_you_mean, in_order
from tinylite.project.load import Project
from tinylite.project.program import Library, Program
from tinylite.sql import Column, compile_expression, compile_query
from tinylite.template import sample_arguments

# The faults of a rendering without arguments, or with made-up ones, that are no faults of the project.
_OF_THE_REQUEST = frozenset({"TL304", "TL306"})


def check(project: Project) -> list[Diagnostic]:
    """Every fault of the project, in order of files and places."""
    library = Library(project)
    faults = [*project.diagnostics, *library.diagnostics]
    for datasource in project.datasources.values():
        faults += _datasource(datasource, project)
    for pipe in project.pipes.values():
        faults += _pipe(pipe, project)
        for node in pipe.nodes:
            faults += _node(pipe, node, library)
    return in_order(faults)


def _datasource(datasource: Datasource, project: Project) -> Iterator[Diagnostic]:
    columns = tuple(Column(column.name, column.type) for column in datasource.columns)
    engine = datasource.engine
    keys = (*engine.sorting_key, *engine.primary_key, *_present(engine.partition_key, engine.sampling_key))
    for text in keys:
        yield from _expression(text, columns, "TL205")
    for text in _present(engine.version, engine.is_deleted, engine.sign):
        if datasource.column(text.value.strip()) is None:
            hint = did_you_mean(text.value.strip(), [column.name for column in columns])
            yield Diagnostic("TL205", f"there is no column {text.value.strip()}", text.span, hint)
    for column in datasource.columns:
        if column.default is not None:
            yield from _expression(column.default, columns, None)
    for settings, name in ((datasource.imports, "IMPORT_CONNECTION_NAME"), (datasource.kafka, "KAFKA_CONNECTION_NAME")):
        yield from _connection(settings, name, project)


def _present(*texts: Text | None) -> list[Text]:
    return [text for text in texts if text is not None]


def _expression(text: Text, columns: Iterable[Column], code: str | None) -> Iterator[Diagnostic]:
    try:
        compile_expression(Source("expression", text.value), list(columns))
    except DiagnosticError as problem:
        for fault in problem.diagnostics:
            place = text.span.within(fault.span.start, fault.span.end) if fault.span else text.span
            which = code if code and fault.code == "TL403" else fault.code
            yield Diagnostic(which, fault.message, place, fault.hint)


def _connection(settings: Mapping[str, Text], name: str, project: Project) -> Iterator[Diagnostic]:
    used = settings.get(name)
    if used is not None and used.value not in project.connections:
        yield Diagnostic("TL207", f"there is no connection {used.value}", used.span,
                         did_you_mean(used.value, project.connections))  # fmt: skip


def _pipe(pipe: Pipe, project: Project) -> Iterator[Diagnostic]:
    for node in pipe.nodes:
        if node.name in project.resources and not (node.name == pipe.name and len(pipe.nodes) == 1):
            message = f"the node {node.name} has the name of a resource"
            yield Diagnostic("TL204", message, node.span, f"rename it, for example to {node.name}_node")
        if node.target is not None and node.target.value not in project.datasources:
            message = f"there is no data source {node.target.value}"
            yield Diagnostic("TL202", message, node.target.span, did_you_mean(node.target.value, project.datasources))
        yield from _connection(node.settings, "EXPORT_CONNECTION_NAME", project)


def _node(pipe: Pipe, node: Node, library: Library) -> Iterator[Diagnostic]:
    """Compiled twice: without arguments, and with one for each parameter, so that both sides of most branches count."""
    unit = library.unit(pipe, node)
    if unit is None or not node.sql.value.strip():
        return
    program = Program(library, unit)
    samples = sample_arguments(program.parameters)
    for arguments in ({}, samples) if samples else ({},):
        try:
            columns = _compiled(program, arguments)
        except DiagnosticError as problem:
            for fault in problem.diagnostics:
                if fault.code not in _OF_THE_REQUEST and not _of_sample(fault, arguments):
                    yield fault
        else:
            yield from _fits(node, columns, library)


def _of_sample(fault: Diagnostic, arguments: Mapping[str, str]) -> bool:
    """A made-up value may be no column, or no date in a format of the template's own."""
    if not arguments:
        return False
    return fault.code in ("TL305", "TL307") or (
        fault.code in ("TL402", "TL403") and re.search(r"\ba\b", fault.message) is not None
    )


def _compiled(program: Program, arguments: Mapping[str, str]) -> tuple[Column, ...]:
    prepared = program.prepare(arguments, lambda name: "secret")
    try:
        return compile_query(prepared.query, {name: value.value for name, value in prepared.values.items()}).columns
    except DiagnosticError as problem:
        raise prepared.located(problem) from None


def _fits(node: Node, columns: tuple[Column, ...], library: Library) -> Iterator[Diagnostic]:
    """Whether a materialized node gives what its target takes: columns go by name."""
    target = library.tables.get(node.target.value) if node.target is not None else None
    if node.kind != "materialized" or target is None or node.target is None:
        return
    names = [column.name for column in target.columns]
    for column in columns:
        if column.name not in names:
            message = f"{target.name} has no column {column.name}, which the node {node.name} gives"
            yield Diagnostic("TL206", message, node.target.span, did_you_mean(column.name, names))
