"""A project folder as a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from tinylite.datafile.model import Connection, Datasource, Node, Pipe, Resource
from tinylite.diagnostics import Diagnostic, Source, Span
from tinylite.template import Template

Kind = TypeVar("Kind", Datasource, Pipe, Connection)


@dataclass(frozen=True, slots=True)
class File:
    """A datafile as it was read."""

    source: Source
    fingerprint: str
    """Another one when the file's bytes change, or those of a fragment that it includes."""
    resource: Resource | None
    templates: Mapping[str, Template]
    """Of a pipe's nodes by name; faulty ones are missing."""
    includes: frozenset[str]
    """Where fragments were looked for, found or not."""
    diagnostics: tuple[Diagnostic, ...]

    @property
    def name(self) -> str:
        """The resource's, or what it would be."""
        return self.resource.name if self.resource else self.stem

    @property
    def stem(self) -> str:
        return self.source.path.rpartition("/")[2].rpartition(".")[0]

    @property
    def is_faulty(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Case:
    """One case of tests/PIPE.yaml."""

    name: str
    description: str
    parameters: str
    """As in a URL: `a=1&b=2`, or a whole URL."""
    expected_result: str
    """NDJSON; of an error its text."""
    expected_http_status: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True)
class Project:
    """Paths are relative to `root`, with `/`. Of two resources with one name the first path counts."""

    root: Path
    files: Mapping[str, File]
    fixtures: Mapping[str, Path]
    """By the data source that their rows go into."""
    tests: Mapping[str, tuple[Case, ...]]
    """By pipe."""
    settings: Mapping[str, object]
    """Of tinylite.yaml."""
    secrets: Mapping[str, str] = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    """What was wrong with single files; `check` has it all."""
    contents: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    """The datafiles and fragments as they were read, by path."""
    follows_folder: bool = field(default=False, compare=False)
    """It was read from a folder, whose files say what it is. Others were sent."""

    @cached_property
    def datasources(self) -> Mapping[str, Datasource]:
        return self._named(Datasource)

    @cached_property
    def pipes(self) -> Mapping[str, Pipe]:
        return self._named(Pipe)

    @cached_property
    def connections(self) -> Mapping[str, Connection]:
        return self._named(Connection)

    @cached_property
    def unversioned(self) -> Mapping[str, str]:
        """Names of resources by what they would be called without their VERSION: SQL may use either."""
        files = [file for file in self.files.values() if file.resource]
        taken = {file.name for file in files}
        return {file.stem: file.name for file in files if file.stem not in taken}

    def target(self, node: Node) -> Datasource | None:
        """What a node's result is written to; its name may be given without the VERSION."""
        name = node.target.value if node.target else ""
        return self.datasources.get(name) or self.datasources.get(self.unversioned.get(name, ""))

    @property
    def resources(self) -> Mapping[str, Resource]:
        return {**self.connections, **self.datasources, **self.pipes}

    @property
    def folder(self) -> Path | None:
        """Where its files lie; None when they were sent and lie nowhere."""
        return self.root if any((self.root / name).is_file() for name in self.files) else None

    def _named(self, kind: type[Kind]) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for file in self.files.values():
            if isinstance(file.resource, kind):
                found.setdefault(file.resource.name, file.resource)
        return found

    def file(self, resource: Resource) -> File:
        """The file that a resource of this project stands in."""
        return self.files[resource.span.source.path]

    def template(self, pipe: Pipe, node: str) -> Template | None:
        """None when it is faulty."""
        return self.file(pipe).templates.get(node)
