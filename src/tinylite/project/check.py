"""How files belong together, and whether every node compiles: all faults of a project in one run."""

from __future__ import annotations

from collections.abc import Iterator

from tinylite.diagnostics import Diagnostic, in_order
from tinylite.project.connectors import check_connectors
from tinylite.project.copies import check_schedules
from tinylite.project.expressions import check_expressions
from tinylite.project.graph import Reads, cycles, reads
from tinylite.project.library import Library, Unit
from tinylite.project.model import Project
from tinylite.project.naming import check_mentions, check_names
from tinylite.project.outcomes import Outcomes
from tinylite.project.sinks import check_sinks
from tinylite.project.trial import check_queries
from tinylite.project.views import check_views


def check(project: Project, outcomes: Outcomes | None = None) -> list[Diagnostic]:
    """In the order of files and places, each said once.

    `outcomes` keeps what compiling gave from one check to the next, so that only what has changed is compiled again.
    """
    outcomes = outcomes or Outcomes()
    outcomes.begin()
    library = Library(project)
    edges = reads(library)
    loops = list(cycles(edges))
    found = [
        *project.diagnostics,
        *_check_presence(project),
        *check_names(project),
        *check_mentions(project),
        *check_expressions(project, outcomes),
        *(_cycle(library, loop) for loop in loops),
        *check_queries(project, library, _without(edges, loops), outcomes),
        *check_views(project, library),
        *check_schedules(project, library),
        *check_sinks(project, library),
        *check_connectors(project),
    ]
    return in_order(found)


def _check_presence(project: Project) -> Iterator[Diagnostic]:
    if not project.files:
        hint = "add a .datasource or a .pipe, or run tinylite init"
        yield Diagnostic("TL505", "there are no datafiles in this folder", hint=hint)


def _cycle(library: Library, loop: list[Unit]) -> Diagnostic:
    """At the place where the first node reads the second."""
    place = next(link.span for link in library.links(loop[0]) if link.target is loop[1])
    return Diagnostic("TL203", f"a cycle: {' → '.join(map(str, loop))}", place, "a node can't read its own result")


def _without(edges: Reads, loops: list[list[Unit]]) -> Reads:
    """The nodes that neither lie on a loop nor read one that does."""
    bad = {unit for loop in loops for unit in loop}
    while spoilt := {unit for unit, targets in edges.items() if unit not in bad and targets & bad}:
        bad |= spoilt
    return {unit: targets for unit, targets in edges.items() if unit not in bad}
