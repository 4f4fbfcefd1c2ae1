"""What a build found and did, and what it looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tinylite.datafile.model import Grant
from tinylite.diagnostics import Diagnostic, Severity
from tinylite.ingest.request import Ack
from tinylite.ingest.views import ViewPlan, Views
from tinylite.project import Project
from tinylite.workspace.tables import TableChange


@dataclass(frozen=True)
class Build:
    """What a build did. With `errors` it did nothing, and the snapshot before it goes on."""

    diagnostics: tuple[Diagnostic, ...]
    tables: tuple[TableChange, ...] = ()
    fixtures: Mapping[str, Ack] | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    """What is not served for a fault, and why."""

    @property
    def errors(self) -> list[Diagnostic]:
        return [] if self.left_out else [diagnostic for diagnostic in self.diagnostics if diagnostic.is_error]


def grants(project: Project) -> Iterator[Grant]:
    yield from (grant for source in project.datasources.values() for grant in source.grants)
    yield from (grant for pipe in project.pipes.values() for grant in pipe.grants)


def unfilled(project: Project, made: Views, changes: Iterable[TableChange]) -> list[ViewPlan]:
    """The views whose targets are new, and whose sources may hold rows already."""
    kinds = {change.name: change.kind for change in changes}
    return [
        view
        for name, source in project.datasources.items()
        if kinds[name] == "created" and not source.backfill_skip
        for view in made.feeding(name)
        if kinds[view.source] != "created"
    ]


def not_run(project: Project) -> list[Diagnostic]:
    """What a project asks for and nothing does: better said than found out from empty tables."""
    found: list[Diagnostic] = []
    for source in project.datasources.values():
        if source.imports and "IMPORT_BUCKET_URI" not in source.imports:
            text = next(iter(source.imports.values()))
            message = f"only buckets and topics can be imported from: {source.name} gets no rows from its connection"
            found.append(Diagnostic("TL406", message, text.span, severity=Severity.WARNING))
    return found
