"""A datafile's text as a resource, with every fault that it has."""

from __future__ import annotations

from tinylite.datafile.connection import connection
from tinylite.datafile.datasource import datasource
from tinylite.datafile.include import Include, no_includes, splice
from tinylite.datafile.instructions import Place
from tinylite.datafile.lines import Line, read_lines
from tinylite.datafile.model import Resource
from tinylite.datafile.pipe import pipe
from tinylite.datafile.section import NAME, NAME_HINT, Section
from tinylite.diagnostics import Diagnostic, Source, in_order

SUFFIXES = {".datasource": Place.DATASOURCE, ".pipe": Place.PIPE, ".connection": Place.CONNECTION}


def parse(source: Source, *, include: Include = no_includes) -> tuple[Resource | None, list[Diagnostic]]:
    """The resource of a `.datasource`, `.pipe` or `.connection` file; None when too little of it can be read.

    The file's ending says what it is and its stem (with its VERSION) what it is called. `include` gives the text of a
    fragment.
    """
    stem, dot, ending = source.path.rpartition("/")[2].rpartition(".")
    place = SUFFIXES[dot + ending]
    lines, faults = read_lines(source)
    lines = splice(lines, faults, include)
    head, nodes = _sections(source, lines, place, faults)
    # Nothing in SQL reads a connection: its name may have dashes.
    if NAME.fullmatch(stem.replace("-", "_") if place is Place.CONNECTION else stem) is None:
        head.fault("TL113", f"{stem} can't be the name of a resource", head.heading, f"{NAME_HINT}: rename the file")
    resource = _resource(stem + _version(head), place, head, nodes)
    return resource, in_order(faults)


def _version(head: Section) -> str:
    """`VERSION 3` gives `page_views.pipe` the name `page_views__v3`, as Tinybird Classic has it."""
    written = head.values.get("VERSION")
    if written is None:
        return ""
    if not written.value.isdecimal():
        head.fault("TL107", f"{written.value} is no version", written.span, "write a number")
    return f"__v{written.value}"


def _sections(
    source: Source, lines: list[Line], place: Place, faults: list[Diagnostic]
) -> tuple[Section, list[tuple[Line, Section]]]:
    """What stands before the first NODE, and each node."""
    head = current = Section(place, source.span(0, 0), faults)
    nodes: list[tuple[Line, Section]] = []
    for line in lines:
        if line.name == "NODE" and place is Place.PIPE:
            current = Section(Place.NODE, line.span, faults)
            nodes.append((line, current))
        current.add(line)
    return head, nodes


def _resource(name: str, place: Place, head: Section, nodes: list[tuple[Line, Section]]) -> Resource | None:
    whole = head.heading.source.span()
    if place is Place.DATASOURCE:
        return datasource(name, head, whole)
    if place is Place.CONNECTION:
        return connection(name, head, whole)
    return pipe(name, head, nodes, whole)
