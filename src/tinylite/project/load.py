"""A folder as a project: the only reader of project folders."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tinylite.datafile import parse
from tinylite.datafile.decode import decode
from tinylite.datafile.model import Connection, Datasource, Pipe, Resource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source, in_order

SUFFIXES = (".datasource", ".pipe", ".connection")
FIXTURES = (".ndjson", ".csv", ".sql")
_SKIPPED = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(frozen=True)
class File:
    """A datafile as it was read."""

    source: Source
    resource: Resource | None
    diagnostics: tuple[Diagnostic, ...]
    includes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Project:
    """Everything in a folder. `diagnostics` are those of single files, and of names given twice."""

    root: Path
    files: Mapping[str, File]
    datasources: Mapping[str, Datasource]
    pipes: Mapping[str, Pipe]
    connections: Mapping[str, Connection]
    fixtures: Mapping[str, Path]
    tests: Mapping[str, Path]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def resources(self) -> dict[str, Resource]:
        return {**self.connections, **self.datasources, **self.pipes}


def load(root: Path, previous: Project | None = None) -> Project:
    """Reads a folder. Files whose text did not change since `previous` are not parsed again.

    Raises OSError when the folder itself can't be read.
    """
    files: dict[str, File] = {}
    fixtures: dict[str, Path] = {}
    tests: dict[str, Path] = {}
    for path in _walk(root):
        name = path.relative_to(root).as_posix()
        if path.suffix in SUFFIXES:
            files[name] = _file(path, name, root, previous.files.get(name) if previous else None)
        elif path.parent.name == "fixtures" and path.suffix in FIXTURES:
            fixtures.setdefault(path.stem, path)
        elif path.parent.name == "tests" and path.suffix in (".yaml", ".yml"):
            tests[path.stem] = path
    return _project(root, files, fixtures, tests)


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f not in _SKIPPED)
        for name in sorted(names):
            yield Path(folder, name)


def _file(path: Path, name: str, root: Path, previous: File | None) -> File:
    try:
        source = read_source(path, name)
    except DiagnosticError as problem:
        return File(Source(name, ""), None, problem.diagnostics)
    if previous is not None and previous.source.text == source.text and not previous.includes:
        return previous
    includes: list[str] = []

    def include(included: str, includer: Source) -> Source | None:
        includes.append(included)
        beside = (root / includer.path).parent / included
        target = (beside if beside.exists() else root / included).resolve()
        if root.resolve() not in target.parents or not target.is_file():
            return None
        return read_source(target, target.relative_to(root.resolve()).as_posix())

    resource, faults = parse(source, include=include)
    return File(source, resource, tuple(faults), tuple(includes))


def read_source(path: Path, name: str) -> Source:
    """Raises DiagnosticError when the file can't be read, or is no text."""
    try:
        return decode(name, path.read_bytes())
    except OSError as problem:
        message = f"this file can't be read: {problem.strerror}"
        raise DiagnosticError(Diagnostic("TL101", message, Source(name, "").span())) from None


def _project(root: Path, files: dict[str, File], fixtures: dict[str, Path], tests: dict[str, Path]) -> Project:
    found: dict[str, tuple[str, Resource]] = {}
    faults = [fault for file in files.values() for fault in file.diagnostics]
    for path, file in files.items():
        resource = file.resource
        if resource is None:
            continue
        if resource.name in found:
            message = f"there are two resources named {resource.name}: the other one is {found[resource.name][0]}"
            faults.append(Diagnostic("TL201", message, file.source.span(0, 0), "rename one of the files"))
            continue
        found[resource.name] = (path, resource)
    resources = [resource for _, resource in found.values()]
    return Project(
        root,
        files,
        {r.name: r for r in resources if isinstance(r, Datasource)},
        {r.name: r for r in resources if isinstance(r, Pipe)},
        {r.name: r for r in resources if isinstance(r, Connection)},
        fixtures,
        tests,
        _secrets(root),
        tuple(in_order(faults)),
    )


def _secrets(root: Path) -> dict[str, str]:
    """NAME=value lines of .env, then of .env.local."""
    found: dict[str, str] = {}
    for name in (".env", ".env.local"):
        if not (root / name).is_file():
            continue
        for line in read_source(root / name, name).text.splitlines():
            key, equals, value = line.strip().removeprefix("export ").partition("=")
            if equals and not key.startswith("#"):
                found[key.strip()] = value.strip().strip("\"'")
    return found
