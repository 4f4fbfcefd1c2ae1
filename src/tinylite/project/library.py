"""What the names in a project's SQL mean: its nodes with their templates, and its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tinylite.datafile.model import Node, Pipe
from tinylite.diagnostics import Source, Span
from tinylite.project import service
from tinylite.project.model import Project
from tinylite.project.references import references
from tinylite.project.tables import QUARANTINE_SUFFIX, quarantine_table, table
from tinylite.sql import Table
from tinylite.template import Template, parse

Physical = Callable[[str], str]
"""From a table's name to its name in the engine."""
RESULT = "_"
"""In a query over a pipe, the pipe's answer."""


@dataclass(frozen=True, eq=False)
class Unit:
    """A node with its template, and the pipe that its names are looked up in first."""

    name: str
    pipe: Pipe | None
    template: Template

    def __str__(self) -> str:
        return f"{self.pipe.name}.{self.name}" if self.pipe else self.name


@dataclass(frozen=True, slots=True)
class Link:
    """One place where a node may read something."""

    target: Unit | Table
    span: Span


class Library:
    """Made once for each version of a project. Nodes whose templates are faulty are missing."""

    def __init__(self, project: Project, physical: Physical = str) -> None:
        self._pipes = project.pipes
        self._unversioned = project.unversioned
        self._units: dict[tuple[str, str], Unit] = {}
        self._links: dict[Unit, tuple[tuple[Link, ...], frozenset[str]]] = {}
        self.tables: dict[str, Table] = dict(service.TABLES)
        self._made = {name: Unit(name, None, parse(Source(name, sql).span())) for name, sql in service.QUERIES.items()}
        for datasource in project.datasources.values():
            stored = physical(datasource.name)
            # A data source that has the name of another one's quarantine goes first.
            self.tables.setdefault(datasource.name + QUARANTINE_SUFFIX, quarantine_table(datasource, stored))
            self.tables[datasource.name] = table(datasource, stored)
        for pipe in project.pipes.values():
            for node in pipe.nodes:
                template = project.template(pipe, node.name)
                if template is not None:
                    self._units[pipe.name, node.name] = Unit(node.name, pipe, template)

    @property
    def units(self) -> tuple[Unit, ...]:
        return tuple(self._units.values())

    def unit(self, pipe: Pipe, node: Node) -> Unit | None:
        """None when the node's template is faulty."""
        return self._units.get((pipe.name, node.name))

    def meaning(self, name: str, pipe: Pipe | None) -> Unit | Table | None:
        """A node of the pipe, another pipe's output, or a table."""
        if pipe is not None:
            node = pipe.output if name == RESULT else pipe.node(name)
            if node is not None:
                return self.unit(pipe, node)
        name = self._unversioned.get(name, name)
        other = self._pipes.get(name)
        if other is not None:
            return self.unit(other, other.output)
        return self.tables.get(name) or self._made.get(name)

    def names(self, pipe: Pipe | None) -> Iterator[str]:
        """All that a node of the pipe can read."""
        yield from (node.name for node in (pipe.nodes if pipe else ()))
        yield from self._pipes
        yield from self.tables
        yield from self._made

    def links(self, unit: Unit) -> tuple[Link, ...]:
        """What the unit may read, whatever branches are taken, in the order of its text."""
        return self._linked(unit)[0]

    def named(self, unit: Unit) -> tuple[str, ...]:
        """What the unit may read, as its text calls it, each once."""
        found = dict.fromkeys(reference.name for reference in references(unit.template))
        return tuple(name for name in found if name not in self.unknown(unit))

    def unknown(self, unit: Unit) -> frozenset[str]:
        """The names in FROM that mean nothing, or only a node whose template is faulty."""
        return self._linked(unit)[1]

    def _linked(self, unit: Unit) -> tuple[tuple[Link, ...], frozenset[str]]:
        known = self._links.get(unit)
        if known is None:
            found = [(self.meaning(ref.name, unit.pipe), ref) for ref in references(unit.template)]
            links = tuple(Link(target, ref.span) for target, ref in found if target is not None)
            known = self._links[unit] = (links, frozenset(ref.name for target, ref in found if target is None))
        return known

    def reachable(self, unit: Unit) -> tuple[Unit | Table, ...]:
        """The unit and all that it may read, directly or not; what is nearer comes first."""
        found: dict[int, Unit | Table] = {id(unit): unit}
        pending = [unit]
        for current in pending:
            for link in self.links(current):
                if id(link.target) not in found:
                    found[id(link.target)] = link.target
                    if isinstance(link.target, Unit):
                        pending.append(link.target)
        return tuple(found.values())
