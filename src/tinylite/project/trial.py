"""Every node rendered and compiled before anyone asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity
from tinylite.project import service
from tinylite.project.fit import Columns, check_fit
from tinylite.project.graph import Reads, in_order
from tinylite.project.library import Library, Unit
from tinylite.project.model import Project
from tinylite.project.outcomes import Outcomes
from tinylite.project.program import Prepared, Program
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.sql import Table, compile_query
from tinylite.template import MissingParameters, sample_arguments

# What only real arguments can decide is no fault of the project: missing and bad values, error(), empty ones.
_OF_THE_REQUEST = frozenset({"TL304", "TL305", "TL306", "TL307"})
_OF_A_NAME = frozenset({"TL402", "TL403"})
_TAGS = ("{{", "<<")


def check_queries(project: Project, library: Library, edges: Reads, outcomes: Outcomes) -> Iterator[Diagnostic]:
    """Compiles each node with no more arguments than it needs, and with one for each parameter, so that most branches
    are seen.

    What a query that compiles has read compiles too; of a query that does not, each node is tried by itself. A node
    that compiles with the arguments that it needs is of use: what is wrong with it for others is a warning.
    """
    faulty = {file.name for file in project.files.values() if file.is_faulty}
    # The nodes that compile, with few arguments and with all.
    proven: tuple[set[Unit], set[Unit]] = (set(), set())
    for unit in reversed(in_order(edges)):
        if not _is_sound(unit, library, faulty):
            continue
        program = Program(library, unit)
        node = unit.pipe.node(unit.name) if unit.pipe else None
        samples = sample_arguments(program.parameters)
        for known, arguments in zip(proven, (_least(program, samples), samples), strict=True):
            if unit in known and (node is None or node.target is None):
                continue
            try:
                prepared = program.prepare(arguments, _secret)
                columns = _columns(prepared, project, outcomes)
            except DiagnosticError as problem:
                for fault in _faults(problem, arguments):
                    yield replace(fault, severity=Severity.WARNING) if unit in proven[0] else fault
                continue
            known.update(reached for reached, _ in prepared.origins.values())
            if node is not None:
                yield from check_fit(node, columns, project)


def _least(program: Program, samples: Mapping[str, str]) -> Mapping[str, str]:
    """Arguments for the parameters that must be given."""
    arguments: dict[str, str] = {}
    while True:
        try:
            program.prepare(arguments, _secret)
        except MissingParameters as problem:
            lacking = {name: samples[name] for name in problem.names if name in samples and name not in arguments}
            arguments |= lacking
            if lacking:
                continue
        except DiagnosticError:
            pass
        return arguments


def _columns(prepared: Prepared, project: Project, outcomes: Outcomes) -> Columns:
    """Raises DiagnosticError, located in the datafiles."""
    versions = frozenset(_version(table, project) for table in prepared.query.tables())
    outcome = outcomes.of((prepared.key, repr(prepared.values), versions), lambda: _compiled(prepared))
    if isinstance(outcome, DiagnosticError):
        raise prepared.located(outcome)
    return outcome


def _version(table: Table, project: Project) -> tuple[str, str]:
    """The table, and what changes with its columns."""
    if table.name in service.TABLES:
        return table.name, ""
    name = table.name if table.name in project.datasources else table.name.removesuffix(QUARANTINE_SUFFIX)
    return table.name, project.file(project.datasources[name]).fingerprint


def _compiled(prepared: Prepared) -> Columns | DiagnosticError:
    try:
        return compile_query(prepared.query, {name: value.value for name, value in prepared.values.items()}).columns
    except DiagnosticError as problem:
        return problem


def _secret(name: str) -> str:
    return name


def _faults(problem: DiagnosticError, arguments: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Those that are the project's own. The columns of an unknown table are unknown too: that is one fault."""
    is_table_unknown = any(fault.code == "TL402" for fault in problem.diagnostics)
    for fault in problem.diagnostics:
        follows = is_table_unknown and fault.code == "TL403"
        if not (follows or fault.code in _OF_THE_REQUEST or (arguments and _names_made_up(fault))):
            yield fault


def _names_made_up(fault: Diagnostic) -> bool:
    """A made-up value may well name no table and no column."""
    return fault.code in _OF_A_NAME and fault.span is not None and fault.span.text.startswith(_TAGS)


def _is_sound(unit: Unit, library: Library, faulty: Collection[str]) -> bool:
    """Whether all that it may read could be read: one fault is not to be told over and over."""
    for reached in library.reachable(unit):
        if isinstance(reached, Table):
            if reached.name.removesuffix(QUARANTINE_SUFFIX) in faulty:
                return False
        else:
            nodes = reached.pipe.nodes if reached.pipe else ()
            if any(name in faulty or any(name == node.name for node in nodes) for name in library.unknown(reached)):
                return False
    return True
