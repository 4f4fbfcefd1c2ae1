"""Datafiles out of the bytes of a folder's files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from tinylite.datafile import decode, parse
from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.project.model import File
from tinylite.template import Template
from tinylite.template import parse as parse_template

Contents = dict[str, bytes]
"""The bytes of files by path."""


def read_datafile(path: str, contents: Mapping[str, bytes], previous: File | None = None) -> File:
    """`previous` itself when neither the file nor what it includes has changed since."""
    if previous is not None and previous.fingerprint == _fingerprint(path, previous.includes, contents):
        return previous
    looked_for: set[str] = set()

    def include(included: str, includer: Source) -> Source | None:
        """Beside the file that includes it, or else from the project's root."""
        for candidate in (posixpath.join(posixpath.dirname(includer.path), included), included):
            found = posixpath.normpath(candidate)
            looked_for.add(found)
            if found in contents:
                return decode(found, contents[found])
        return None

    try:
        source = decode(path, contents[path])
    except DiagnosticError as problem:
        return File(Source(path, ""), _fingerprint(path, (), contents), None, {}, frozenset(), problem.diagnostics)
    resource, faults = parse(source, include=include)
    templates, template_faults = _templates(resource) if isinstance(resource, Pipe) else ({}, [])
    fingerprint = _fingerprint(path, looked_for, contents)
    return File(source, fingerprint, resource, templates, frozenset(looked_for), (*faults, *template_faults))


def _fingerprint(path: str, includes: Iterable[str], contents: Mapping[str, bytes]) -> str:
    digest = blake2b(digest_size=16)
    for name in (path, *sorted(includes)):
        data = contents.get(name)
        digest.update(b"-" if data is None else b"+%d " % len(data) + data)
    return digest.hexdigest()


def _templates(pipe: Pipe) -> tuple[dict[str, Template], list[Diagnostic]]:
    found: dict[str, Template] = {}
    faults: list[Diagnostic] = []
    for node in pipe.nodes:
        if not node.sql.value:
            continue
        try:
            template = found[node.name] = parse_template(node.sql.span)
        except DiagnosticError as problem:
            faults.extend(problem.diagnostics)
        else:
            faults.extend(template.warnings)
    return found, faults
