"""Names of files and nodes, and what mentions them outside of SQL: targets, connections, fixtures, tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tinylite.datafile.model import Connection, Datasource, Pipe, Text
from tinylite.diagnostics import Diagnostic, Severity, Source, did_you_mean
from tinylite.project.model import File, Project

_CONNECTORS = {"KAFKA_CONNECTION_NAME": ("kafka",), "IMPORT_CONNECTION_NAME": ("s3", "gcs")}


def check_names(project: Project) -> Iterator[Diagnostic]:
    """Data sources and pipes share one set of names, connections have another."""
    known: dict[tuple[bool, str], File] = {}
    for file in project.files.values():
        # Tables are named in any case by the engine, and files by some systems.
        first = known.setdefault((file.source.path.endswith(".connection"), file.name.lower()), file)
        if first is not file:
            message = f"there are two resources named {file.name}: the other one is {first.source.path}"
            if first.name != file.name:
                message = f"the names {file.name} and {first.name} differ in nothing but case: see {first.source.path}"
            yield Diagnostic("TL201", message, file.source.span(0, 0), "rename one of the files")
    readable: dict[str, Datasource | Pipe] = {**project.datasources, **project.pipes}
    for pipe in project.pipes.values():
        for node in pipe.nodes:
            other = readable.get(node.name)
            # The node that a pipe gives the result of may have its name: both mean the same.
            if other is not None and (other is not pipe or node is not pipe.output):
                whose = "its own pipe" if other is pipe else f"the resource in {other.span.source.path}"
                message = f"the node {node.name} is named like {whose}"
                yield Diagnostic("TL204", message, node.span, f"rename it, for example to {node.name}_node")


def check_mentions(project: Project) -> Iterator[Diagnostic]:
    for datasource in project.datasources.values():
        for settings in (datasource.imports, datasource.kafka):
            yield from _check_connection(project, settings)
    for pipe in project.pipes.values():
        for node in pipe.nodes:
            yield from _check_connection(project, node.settings)
            if node.target is None or project.target(node) is not None:
                continue
            if not _has_file(project, node.target.value, ".datasource"):
                message = f"there is no data source {node.target.value}"
                hint = did_you_mean(node.target.value, project.datasources)
                yield Diagnostic("TL202", message, node.target.span, hint)
    for name, path in project.fixtures.items():
        if not _has_file(project, name, ".datasource"):
            yield _stray(project, path, f"there is no data source {name} for this fixture", project.datasources)
    for name, cases in project.tests.items():
        if cases and not _has_file(project, name, ".pipe"):
            yield _stray(project, cases[0].span.source.path, f"there is no pipe {name} for these tests", project.pipes)


def _has_file(project: Project, name: str, suffix: str) -> bool:
    """Whether it is there, be it faulty or not."""
    return any(file.name == name and file.source.path.endswith(suffix) for file in project.files.values())


def _stray(project: Project, path: Path | str, message: str, known: Mapping[str, object]) -> Diagnostic:
    name = path if isinstance(path, str) else path.relative_to(project.root).as_posix()
    hint = did_you_mean(Path(name).stem, known)
    return Diagnostic("TL208", message, Source(name, "").span(), hint, Severity.WARNING)


def _check_connection(project: Project, settings: Mapping[str, Text]) -> Iterator[Diagnostic]:
    """A missing connection is a warning: all but the connector works without it."""
    for setting, name in settings.items():
        if not setting.endswith("_CONNECTION_NAME"):
            continue
        connection = project.connections.get(name.value)
        if connection is None and not _has_file(project, name.value, ".connection"):
            hint = did_you_mean(name.value, project.connections)
            message = f"there is no connection {name.value}: nothing will come or go through it"
            yield Diagnostic("TL207", message, name.span, hint, Severity.WARNING)
        elif isinstance(connection, Connection):
            kinds = _CONNECTORS.get(setting, (connection.kind,))
            if connection.kind not in kinds:
                message = (
                    f"{setting} needs a connection to {' or '.join(kinds)}, and {name.value} leads to {connection.kind}"
                )
                yield Diagnostic("TL207", message, name.span)
