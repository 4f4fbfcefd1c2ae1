"""What of a faulty project can be served all the same: what neither has a fault nor depends on what has one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic
from tinylite.project.check import check
from tinylite.project.graph import dependencies
from tinylite.project.library import Library
from tinylite.project.model import File, Project
from tinylite.project.outcomes import Outcomes


@dataclass(frozen=True, slots=True)
class Sound:
    project: Project
    left_out: Mapping[str, str]
    """Why, by the name of each resource that is left out; of two with one name, by the path of the second."""


def sound_part(project: Project, found: Sequence[Diagnostic], outcomes: Outcomes) -> Sound | None:
    """`found` is what a check told. None when a fault lies elsewhere than in the file of a resource.

    What reads a data source that a faulty view would fill is left out, too: it would answer from too few rows.
    """
    library = Library(project)
    reasons: dict[str, str] = {}
    part = project
    while errors := [diagnostic for diagnostic in found if diagnostic.is_error]:
        for error in errors:
            if error.span is None or error.span.source.path not in part.files:
                return None
            reasons.setdefault(error.span.source.path, f"{error.span.source.path}:{error.span.line}: {error.message}")
        part = _without(project, reasons)
        while spoilt := dict(_spoilt(part, library, [project.files[path] for path in reasons])):
            reasons |= spoilt
            part = _without(project, reasons)
        found = check(part, outcomes)
    names = {path: project.files[path].name for path in reasons}
    return Sound(part, {path if (name := names[path]) in part.resources else name: reasons[path] for path in reasons})


def _without(project: Project, paths: Mapping[str, str]) -> Project:
    files = {path: file for path, file in project.files.items() if path not in paths}
    names = {file.name for file in files.values()}
    return replace(
        project,
        files=files,
        fixtures={name: path for name, path in project.fixtures.items() if name in names},
        tests={name: cases for name, cases in project.tests.items() if name in names},
        diagnostics=tuple(each for each in project.diagnostics if not (each.span and each.span.source.path in paths)),
    )


def _spoilt(part: Project, library: Library, out: Sequence[File]) -> Iterator[tuple[str, str]]:
    """The files of pipes that read what is out, or what it would fill, with the reason."""
    unsure = {file.name: f"{file.name}, which has a fault" for file in out if file.name not in part.resources}
    for file in out:
        if isinstance(file.resource, Pipe):
            for node in file.resource.nodes:
                if node.kind == "materialized" and (target := part.target(node)) is not None:
                    unsure[target.name] = f"{target.name}, which {file.name} does not fill"
    for pipe in part.pipes.values():
        read = next((name for name in dependencies(library, pipe) if name in unsure), None)
        if read is not None:
            yield pipe.span.source.path, f"it reads {unsure[read]}"
