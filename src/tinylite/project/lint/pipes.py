"""Advice on pipes: parameters, columns, joins, nodes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tinylite.diagnostics import Diagnostic, Severity, Span
from tinylite.project.library import Library
from tinylite.project.lint.examined import Examined, looked_at
from tinylite.project.model import Project
from tinylite.sql import dropping_joins, readings
from tinylite.template import open_calls

_LIMIT = re.compile(r"\b(?:LIMIT|OFFSET)\s*(?:\S+\s*,\s*)?$", re.I)


def limits(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL601: `LIMIT {{Int32(n)}}` fails when nothing is passed."""
    for unit in library.units:
        for before, name, span in open_calls(unit.template.statements):
            if _LIMIT.search(before):
                message = f"LIMIT has no default: a request without {name} fails"
                yield _advice("TL601", message, span, f"give it one, as in Int32({name}, 100)")


def stars(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL602: callers of the endpoint see each column that its data source gets or loses."""
    for unit, prepared in examined.nodes():
        if unit.pipe is None or unit.pipe.kind != "endpoint" or unit.pipe.output.name != unit.name:
            continue
        for reading in looked_at(prepared.query, readings):
            if reading.takes_all and reading.is_outermost:
                message = f"the endpoint answers with all columns of {reading.table.name}, whatever they will be"
                yield _advice("TL602", message, unit.pipe.output.span, "name the columns that callers may rely on")
                break


def dropped_rows(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL604: rows of a block that match nothing when they come never reach the target, even if a match comes later."""
    for unit, prepared in examined.nodes():
        if unit.pipe is None or not any(n.kind == "materialized" for n in unit.pipe.nodes):
            continue
        origin = prepared.origins[prepared.query.source.path][1].map
        for join in looked_at(prepared.query, dropping_joins):
            place = origin.span(join.start, join.end) or unit.template.span
            message = "rows that match nothing at the moment they come are lost for this view"
            yield _advice("TL604", message, place, "keep them with a LEFT JOIN, or join when you read")


def unread_nodes(project: Project, library: Library, examined: Examined) -> Iterator[Diagnostic]:
    """TL605."""
    read: set[int] = set()
    for pipe in project.pipes.values():
        output = library.unit(pipe, pipe.output)
        if output is not None:
            read.update(id(reached) for reached in library.reachable(output))
    for pipe in project.pipes.values():
        if any(library.unit(pipe, node) is None for node in pipe.nodes):
            continue
        for node in pipe.nodes:
            if id(library.unit(pipe, node)) not in read:
                yield _advice("TL605", f"nobody reads the node {node.name}", node.span, "remove it, or read it")


def _advice(code: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code, message, span, hint, Severity.WARNING)
