"""The materialized views of a project: which rows of which data source each makes, and for which one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from tinylite.datafile.model import Datasource, Node, Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity
from tinylite.project.library import Library
from tinylite.project.model import Project
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.sql import Column, Compiled, Query, Table, compile_insert, compile_query, grouped_by, left_most, outline

# A view runs without arguments: what a request may mend is a fault of its own here.
_OF_A_VIEW = frozenset({"TL206", "TL304", "TL305", "TL306", "TL307"})


@dataclass(frozen=True, slots=True)
class View:
    """A pipe whose node is written to `target`; a view of a block runs where `source` is read."""

    name: str
    node: Node
    source: Datasource
    target: Datasource
    prepared: Prepared

    def compiled(self, block: str) -> Compiled:
        """The rows for the target of those in `block`, which is a table in the engine with the source's columns.

        Raises DiagnosticError, located in the datafiles.
        """
        query = over_block(self.prepared.query, self.source.name, block)
        return compiled_insert(replace(self.prepared, query=query), self.target)

    @property
    def has_unique_keys(self) -> bool:
        """Whether no two of its rows of a block have the same sorting key: it groups by columns of it, in their types.

        Raises DiagnosticError, located in the datafiles.
        """
        values = {name: value.value for name, value in self.prepared.values.items()}
        try:
            columns = compile_query(self.prepared.query, values).columns
            grouped = grouped_by(self.prepared.query, [column.name for column in columns])
        except DiagnosticError as problem:
            raise self.prepared.located(problem) from None
        keys = {key.value.strip("` ") for key in self.target.engine.sorting_key}
        kept = {column.name: column.type.plain for column in self.target.columns}
        return grouped is not None and all(
            column.name in keys and kept.get(column.name) == column.type.plain
            for column in columns
            if column.name in grouped
        )


def compiled_insert(prepared: Prepared, target: Datasource) -> Compiled:
    """The rows of a query as those of a data source. Raises DiagnosticError, located in the datafiles."""
    values = {name: value.value for name, value in prepared.values.items()}
    columns = [Column(column.name, column.type) for column in target.columns]
    try:
        return compile_insert(prepared.query, values, columns)
    except DiagnosticError as problem:
        raise prepared.located(problem) from None


def over_block(query: Query, source: str, block: str) -> Query:
    """The same query with the source's name for the block, wherever it stands: so does ClickHouse."""
    return _rebound(query, source, block, {})


def _rebound(query: Query, source: str, block: str, done: dict[int, Query]) -> Query:
    known = done.get(id(query))
    if known is None:
        reads: dict[str, Query | Table] = {}
        known = done[id(query)] = replace(query, reads=reads)
        for name, meaning in query.reads.items():
            if isinstance(meaning, Query):
                reads[name] = _rebound(meaning, source, block, done)
            else:
                reads[name] = replace(meaning, physical=block) if meaning.name == source else meaning
    return known


def views(project: Project, library: Library, secrets: Secrets) -> Iterator[View]:
    """Of a project without faults. Raises DiagnosticError, located in the datafiles."""
    for pipe in project.pipes.values():
        if pipe.output.kind == "materialized":
            yield _view(pipe, project, library, secrets)


def _view(pipe: Pipe, project: Project, library: Library, secrets: Secrets) -> View:
    node = pipe.output
    unit = library.unit(pipe, node)
    target = project.target(node)
    if unit is None or target is None:
        raise DiagnosticError(Diagnostic("TL202", f"the data source of {pipe.name} can't be read", node.span))
    prepared = Program(library, unit).prepare({}, secrets)
    table = left_most(prepared.query)
    source = project.datasources.get(table.name) if table is not None else None
    if source is None and library.unknown(unit):
        raise DiagnosticError(Diagnostic("TL402", f"{pipe.name} reads an unknown table", node.span))
    if source is None:
        raise DiagnosticError(no_source(node))
    return View(pipe.name, node, source, target, prepared)


def check_views(project: Project, library: Library) -> Iterator[Diagnostic]:
    """What a SELECT must not have when it runs on each block, and views that feed themselves."""
    found: list[View] = []
    for pipe in project.pipes.values():
        if pipe.output.kind != "materialized":
            continue
        try:
            view = _view(pipe, project, library, str)
            yield from _check_clauses(view)
        except DiagnosticError as problem:
            # The others are told by the check of the queries.
            yield from (fault for fault in problem.diagnostics if fault.code in _OF_A_VIEW)
        else:
            found.append(view)
    yield from _check_loops(found)


def _check_clauses(view: View) -> Iterator[Diagnostic]:
    shape = outline(view.prepared.query)
    if shape.is_union:
        hint = "write a pipe for each SELECT, all with the same target"
        yield Diagnostic("TL206", "of a UNION a view runs only the first SELECT", view.node.span, hint)
    for word, place in shape.clauses.items():
        message = f"{word} acts on each block of new rows by itself, not on the whole of {view.source.name}"
        fault = Diagnostic("TL206", message, place, f"leave {word} to the query that reads {view.target.name}",
                           Severity.WARNING)  # fmt: skip
        yield from view.prepared.located(DiagnosticError(fault)).diagnostics


def _check_loops(found: list[View]) -> Iterator[Diagnostic]:
    """Each loop at the first view of it."""
    left = {view.name: view for view in found}
    while True:
        feeds = {name: {one.name for one in left.values() if one.target is view.source} for name, view in left.items()}
        try:
            TopologicalSorter(feeds).prepare()
        except CycleError as problem:
            path: list[str] = list(reversed(problem.args[1]))
            view = left.pop(path[0])
            message = f"a cycle: {' → '.join(path)}"
            yield Diagnostic("TL203", message, view.node.span, "rows would come back to where they came from")
        else:
            return


def no_source(node: Node) -> Diagnostic:
    hint = "a view runs on the new rows of the data source that stands first in FROM"
    return Diagnostic("TL206", f"{node.name} reads no data source first, so nothing makes it run", node.span, hint)
