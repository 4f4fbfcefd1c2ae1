"""A version of a project as it can be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic
from tinylite.engine.clickhouse.rows import plain
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.targets import Planned, Target
from tinylite.ingest.views import Views, plan_view
from tinylite.project import Library, Program, Project, View, views
from tinylite.project.program import Secrets
from tinylite.workspace.queries import Plans
from tinylite.workspace.tables import TableNames

_KEPT_CALLERS_PLANS = 200


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A project as it is read. It never changes: a new one takes its place by one assignment."""

    project: Project
    library: Library
    programs: Mapping[str, Program]
    """Of every pipe, by name."""
    plans: Plans
    callers_plans: Plans
    """Of SQL that stands in no pipe."""
    built_at: datetime
    tables: TableNames
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Resources of a faulty project that are not served, and why."""

    def endpoint(self, name: str) -> Pipe | None:
        """The pipe, if it can be asked by name: an endpoint, or a pipe without any TYPE."""
        pipe = self.project.pipes.get(name)
        return pipe if pipe is not None and pipe.kind in ("endpoint", "standard") else None

    def no_endpoint(self, name: str) -> Diagnostic:
        """What to tell who asks for one that there is not."""
        if name in self.left_out:
            return Diagnostic("TL508", f"the pipe '{name}' is not served: {self.left_out[name]}")
        return Diagnostic("TL508", f"the pipe '{name}' does not exist or is not an endpoint")


@dataclass(frozen=True, slots=True)
class Version:
    """A snapshot with what is written by it: events by `planned`, rows of views by `made`."""

    snapshot: Snapshot
    planned: Planned
    views: tuple[View, ...]
    made: Views
    passing: bool = False
    """Whether its rows only pass through the front's own tables."""


def snapshot_of(project: Project, tables: TableNames, left_out: Mapping[str, str] | None = None) -> Snapshot:
    library = Library(project, tables)
    programs = {}
    for pipe in project.pipes.values():
        unit = library.unit(pipe, pipe.output)
        if unit is not None:
            programs[pipe.name] = Program(library, unit)
    callers = Plans(_KEPT_CALLERS_PLANS)
    return Snapshot(project, library, programs, Plans(), callers, datetime.now(UTC), tables, left_out or {})


def version_of(
    project: Project,
    tables: TableNames,
    ingest: Ingest,
    secrets: Secrets,
    left_out: Mapping[str, str] | None = None,
    *,
    passing: bool = False,
) -> Version:
    """Of a project without faults. With `passing` its rows only pass through here: they are not merged, and no
    view sees them, before they are where they stay.

    Raises DiagnosticError when a DEFAULT or a view can't be compiled.
    """
    snapshot = snapshot_of(project, tables, left_out)
    sources = map(plain, project.datasources.values()) if passing else project.datasources.values()
    planned = ingest.planned(Target(source, tables(source.name)) for source in sources)
    found = tuple(views(project, snapshot.library, secrets))
    made = Views() if passing else Views(plan_view(view, tables) for view in found)
    return Version(snapshot, planned, found, made, passing)
