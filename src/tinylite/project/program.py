"""What a pipe needs to answer: its templates in the order in which they are read, and what their names mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tinylite.datafile.model import Datasource, Node, Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, Span
from tinylite.project.load import Project
from tinylite.sql import Column, Query, Table, references
from tinylite.template import Binder, Parameter, Rendered, Template, Value, merge, parse, render
from tinylite.types.model import DATETIME, STRING, array

QUARANTINE_SUFFIX = "_quarantine"
Secrets = Callable[[str], str | None]
Physical = Callable[[str], str]
"""From a table's name to its name in the engine."""


@dataclass(frozen=True)
class Prepared:
    """A rendered query. `key` is the text of every node that takes part: the same key is the same statement."""

    query: Query
    values: Mapping[str, Value]
    key: tuple[str, ...]
    hints: Mapping[str, object]
    rendered: Mapping[str, Rendered] = field(repr=False)
    """What each query was rendered from, by the path of its source."""

    def located(self, problem: DiagnosticError) -> DiagnosticError:
        """The same diagnostics with spans in the datafiles."""
        return DiagnosticError(*(self._located(diagnostic) for diagnostic in problem.diagnostics))

    def _located(self, diagnostic: Diagnostic) -> Diagnostic:
        span = diagnostic.span
        if span is None or span.source.path not in self.rendered:
            return diagnostic
        place = self.rendered[span.source.path].map.span(span.start, span.end)
        return Diagnostic(diagnostic.code, diagnostic.message, place, diagnostic.hint, diagnostic.severity)


@dataclass(frozen=True)
class Unit:
    """A node with its template parsed, and the pipe that its names are looked up in."""

    name: str
    pipe: Pipe | None
    template: Template


class Library:
    """All templates and tables of a checked project, made once for each version of it."""

    def __init__(self, project: Project, physical: Physical = str) -> None:
        self._pipes = project.pipes
        self._units: dict[tuple[str, str], Unit] = {}
        self.diagnostics: list[Diagnostic] = []
        self.tables: dict[str, Table] = {}
        for datasource in project.datasources.values():
            self.tables[datasource.name] = table(datasource, physical(datasource.name))
            name = datasource.name + QUARANTINE_SUFFIX
            self.tables[name] = quarantine_table(datasource, physical(datasource.name) + QUARANTINE_SUFFIX)
        for pipe in project.pipes.values():
            for node in pipe.nodes:
                try:
                    self._units[pipe.name, node.name] = Unit(node.name, pipe, parse(node.sql.span))
                except DiagnosticError as problem:
                    self.diagnostics += problem.diagnostics

    def unit(self, pipe: Pipe, node: Node) -> Unit | None:
        """None when the node's template is faulty."""
        return self._units.get((pipe.name, node.name))

    def meaning(self, name: str, pipe: Pipe | None) -> Unit | Table | None:
        """A node of the pipe, another pipe's output, or a table."""
        if pipe is not None and (node := pipe.node(name)) is not None:
            return self.unit(pipe, node)
        if name in self._pipes:
            return self.unit(self._pipes[name], self._pipes[name].output)
        return self.tables.get(name)

    def reachable(self, unit: Unit) -> list[Unit]:
        """The unit and every node that it may read, whatever branches are taken: by the words of its text."""
        found: dict[int, Unit] = {}
        pending = [unit]
        while pending:
            current = pending.pop()
            if id(current) in found:
                continue
            found[id(current)] = current
            for word in _words(current.template.span.text):
                meaning = self.meaning(word, current.pipe)
                if isinstance(meaning, Unit):
                    pending.append(meaning)
        return list(found.values())


class Program:
    """One readable pipe, node or query."""

    def __init__(self, library: Library, unit: Unit) -> None:
        self._library = library
        self._unit = unit
        self.parameters: tuple[Parameter, ...] = merge(
            parameter for reached in library.reachable(unit) for parameter in reached.template.parameters
        )

    def prepare(self, arguments: Mapping[str, object], secrets: Secrets) -> Prepared:
        """Renders the nodes that this request reads, from the endpoint down. Raises DiagnosticError."""
        return _Rendering(self._library, arguments, secrets).prepare(self._unit)


def adhoc(library: Library, text: str, pipe: Pipe | None = None) -> Program:
    """A query that stands in no datafile. Raises DiagnosticError when its template is faulty."""
    return Program(library, Unit("query", pipe, parse(Source("query", text).span())))


class _Rendering:
    def __init__(self, library: Library, arguments: Mapping[str, object], secrets: Secrets) -> None:
        self.library = library
        self.arguments = arguments
        self.secrets = secrets
        self.binder = Binder()
        self.queries: dict[int, Query] = {}
        self.open: list[str] = []
        self.rendered: dict[str, Rendered] = {}
        self.hints: dict[str, object] = {}
        self.key: list[str] = []

    def prepare(self, unit: Unit) -> Prepared:
        query = self._query(unit)
        return Prepared(query, self.binder.values, tuple(self.key), self.hints, self.rendered)

    def _query(self, unit: Unit) -> Query:
        known = self.queries.get(id(unit))
        if known is not None:
            return known
        rendered = render(unit.template, self.arguments, self.binder, secrets=self.secrets)
        self.hints.update(rendered.hints)
        path = f"{len(self.rendered)}:{unit.name}"
        self.rendered[path] = rendered
        source = Source(path, rendered.text)
        self.key.append(rendered.text)
        reads: dict[str, Query | Table] = {}
        query = self.queries[id(unit)] = Query(unit.name, source, reads)
        self.open.append(unit.name)
        for name in self._references(rendered):
            meaning = self.library.meaning(name, unit.pipe)
            if meaning is unit:
                raise self._cycle(rendered)
            if isinstance(meaning, Unit):
                if meaning.name in self.open and id(meaning) in self.queries:
                    raise self._cycle(rendered)
                reads[name] = self._query(meaning)
            elif meaning is not None:
                reads[name] = meaning
        self.open.pop()
        return query

    def _references(self, rendered: Rendered) -> tuple[str, ...]:
        try:
            return references(rendered.text)
        except DiagnosticError as problem:
            raise DiagnosticError(
                *(
                    Diagnostic(d.code, d.message, _mapped(rendered, d.span), d.hint, d.severity)
                    for d in problem.diagnostics
                )
            ) from None

    def _cycle(self, rendered: Rendered) -> DiagnosticError:
        return DiagnosticError(
            Diagnostic("TL203", f"{' reads '.join([*self.open, self.open[0]])}: a cycle", rendered.parts[0].origin)
        )


def _mapped(rendered: Rendered, span: Span | None) -> Span | None:
    return rendered.map.span(span.start, span.end) if span is not None else None


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", text)))


def table(datasource: Datasource, physical: str) -> Table:
    engine = datasource.engine
    return Table(
        datasource.name,
        tuple(Column(column.name, column.type) for column in datasource.columns),
        physical,
        engine.name,
        tuple(key.value for key in engine.sorting_key),
        engine.version.value.strip() if engine.version else None,
        engine.is_deleted.value.strip() if engine.is_deleted else None,
        engine.sign.value.strip() if engine.sign else None,
        tuple(column.value for column in engine.summed),
    )


def quarantine_table(datasource: Datasource, physical: str) -> Table:
    text = STRING.as_nullable()
    columns = [Column(column.name, text) for column in datasource.columns]
    columns += [
        Column("c__error_column", array(STRING)),
        Column("c__error", array(STRING)),
        Column("c__import_id", text),
        Column("insertion_date", DATETIME),
    ]
    return Table(datasource.name + QUARANTINE_SUFFIX, tuple(columns), physical)
