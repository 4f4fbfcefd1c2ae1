"""How nodes and data sources hang together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tinylite.datafile.model import Pipe
from tinylite.project.library import Library, Unit

Reads = Mapping[Unit, set[Unit]]


def reads(library: Library) -> dict[Unit, set[Unit]]:
    """For each node the nodes that it may read."""
    return {
        unit: {link.target for link in library.links(unit) if isinstance(link.target, Unit)} for unit in library.units
    }


def cycles(edges: Reads) -> Iterator[list[Unit]]:
    """Each as a path from a node back to it; of loops that share a step, one."""
    left = {unit: set(targets) for unit, targets in edges.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as problem:
            path: list[Unit] = list(reversed(problem.args[1]))
            left[path[0]].discard(path[1])
            yield path
        else:
            return


def in_order(edges: Reads) -> list[Unit]:
    """What is read comes before what reads it. Raises graphlib.CycleError."""
    return list(TopologicalSorter(edges).static_order())


def downstream(source: str, leads: Iterable[tuple[str, str]]) -> list[str]:
    """All data sources that rows of one come to, each behind what it is made of: `leads` are those that a view reads
    with those that it writes to. Raises graphlib.CycleError.
    """
    targets: dict[str, list[str]] = {}
    for read, written in leads:
        targets.setdefault(read, []).append(written)
    made_of: dict[str, set[str]] = {}
    todo = [source]
    while todo:
        name = todo.pop()
        for target in targets.get(name, ()):
            if target not in made_of:
                todo.append(target)
            made_of.setdefault(target, set()).add(name)
    return [name for name in TopologicalSorter(made_of).static_order() if name in made_of]


def dependencies(library: Library, pipe: Pipe) -> list[str]:
    """The names of the data sources and other pipes that a pipe reads directly, in order of first use."""
    found: dict[str, None] = {}
    for node in pipe.nodes:
        unit = library.unit(pipe, node)
        for link in library.links(unit) if unit else ():
            if not isinstance(link.target, Unit):
                found[link.target.name] = None
            elif link.target.pipe is not None and link.target.pipe is not pipe:
                found[link.target.pipe.name] = None
    return list(found)
