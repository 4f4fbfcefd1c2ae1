"""What callers of an endpoint rely on, and what a change does to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import DiagnosticError, Span
from tinylite.project.library import Library
from tinylite.project.model import Project
from tinylite.project.plan.casting import keeps_values
from tinylite.project.plan.model import ContractChange
from tinylite.project.program import Program, Secrets
from tinylite.sql import Column, Table, compile_query
from tinylite.template import CustomError, Parameter, sample_arguments
from tinylite.types import Type, parse_type

ADDITIVE, BREAKING = "additive", "breaking"


@dataclass(frozen=True, slots=True)
class Contract:
    """`columns` are None when they can't be known without a caller's arguments."""

    pipe: Pipe
    parameters: Mapping[str, Parameter]
    columns: tuple[Column, ...] | None


class _Endpoints:
    """The endpoints of a project, compiled when they are asked for."""

    def __init__(self, project: Project, library: Library, secrets: Secrets) -> None:
        self.pipes = {name: pipe for name, pipe in project.pipes.items() if pipe.kind == "endpoint"}
        self._project = project
        self._library = library
        self._secrets = secrets
        self._programs: dict[str, Program] = {}

    def program(self, name: str) -> Program | None:
        pipe = self.pipes[name]
        unit = self._library.unit(pipe, pipe.output)
        if unit is None:
            return None
        if name not in self._programs:
            self._programs[name] = Program(self._library, unit)
        return self._programs[name]

    def signature(self, name: str) -> object:
        """Equal where the contract is equal, as far as can be told without compiling."""
        program = self.program(name)
        if program is None:
            return None
        texts = sorted((str(unit), unit.template.span.text) for unit in program.units)
        tables = (
            table for unit in program.units for table in self._library.reachable(unit) if isinstance(table, Table)
        )
        return texts, sorted({(table.name, table.columns) for table in tables}, key=lambda found: found[0])

    def contract(self, name: str) -> Contract:
        pipe, program = self.pipes[name], self.program(name)
        if program is None:
            return Contract(pipe, {}, None)
        parameters = {parameter.name: parameter for parameter in program.parameters}
        for arguments in (sample_arguments(program.parameters), {}):
            try:
                prepared = program.prepare(arguments, self._secrets)
                values = {name: value.value for name, value in prepared.values.items()}
                return Contract(pipe, parameters, compile_query(prepared.query, values).columns)
            except (DiagnosticError, CustomError):
                continue
        return Contract(pipe, parameters, None)


def contract_changes(
    before: tuple[Project, Library] | None, after: tuple[Project, Library], secrets: Secrets
) -> Iterator[ContractChange]:
    new = _Endpoints(*after, secrets)
    old = _Endpoints(*before, secrets) if before else None
    for name, pipe in new.pipes.items():
        if old is None or name not in old.pipes:
            yield _change(name, "endpoint added", ADDITIVE, pipe.output.span)
        elif old.signature(name) != new.signature(name):
            yield from _compared(old.contract(name), new.contract(name))
    for name, pipe in (old.pipes if old else {}).items():
        if name not in new.pipes:
            there = after[0].pipes.get(name)
            yield _change(name, "endpoint removed", BREAKING, there.output.span if there else pipe.output.span)


def _change(endpoint: str, what: str, effect: str, place: Span) -> ContractChange:
    return ContractChange(endpoint, what, effect, place.source.path, place.line)


def _compared(old: Contract, new: Contract) -> Iterator[ContractChange]:
    name, output = new.pipe.name, new.pipe.output
    for parameter in new.parameters.values():
        place = parameter.span or output.span
        known = old.parameters.get(parameter.name)
        for what, effect in _of_parameter(known, parameter):
            yield _change(name, f"parameter {parameter.name} {what}", effect, place)
    for gone in old.parameters.keys() - new.parameters.keys():
        yield _change(name, f"parameter {gone} removed", BREAKING, output.span)
    if old.columns is None or new.columns is None:
        if old.columns is not None or new.columns is not None:
            what = "result columns can't be known without a caller's arguments"
            yield _change(name, what, ADDITIVE, output.span)
        return
    before = {column.name: column.type for column in old.columns}
    for column in new.columns:
        if column.name not in before:
            yield _change(name, f"column {column.name} added", ADDITIVE, output.span)
            continue
        for what, effect in _of_column(before[column.name], column.type):
            yield _change(name, f"column {column.name} {what}", effect, output.span)
    after = [column.name for column in new.columns]
    for gone in before:
        if gone not in after:
            yield _change(name, f"column {gone} removed", BREAKING, output.span)
    common = [column for column in before if column in after]
    if common != [column for column in after if column in before]:
        yield _change(name, "order of columns changed", BREAKING, output.span)


def _of_parameter(old: Parameter | None, new: Parameter) -> Iterator[tuple[str, str]]:
    needed = new.required or not new.has_default
    if old is None:
        yield ("added, required", BREAKING) if needed and new.typed else ("added", ADDITIVE)
        return
    if (old.type, old.element) != (new.type, new.element):
        yield f"{_type(old)} → {_type(new)}", ADDITIVE if _takes(old, new) else BREAKING
    if old.has_default != new.has_default:
        yield (f"has the default {new.default}", ADDITIVE) if new.has_default else ("has no default", BREAKING)
    elif old.default != new.default:
        yield f"default {old.default} → {new.default}", BREAKING
    if old.required != new.required:
        yield ("required", BREAKING) if new.required else ("not required", ADDITIVE)
    if old.enum != new.enum:
        fewer = bool(new.enum) and not (old.enum and set(map(str, old.enum)) <= set(map(str, new.enum)))
        yield f"enum {_enum(old)} → {_enum(new)}", BREAKING if fewer else ADDITIVE


def _type(parameter: Parameter) -> str:
    return f"Array({parameter.element})" if parameter.type == "Array" else parameter.type


def _enum(parameter: Parameter) -> str:
    return ", ".join(map(str, parameter.enum)) or "of any value"


def _takes(old: Parameter, new: Parameter) -> bool:
    """Whether what was a valid value still is one."""
    if new.type == "String":
        return True
    try:
        one, other = (parse_type(found.element if found.type == "Array" else found.type) for found in (old, new))
    except ValueError:
        return False
    return (old.type == "Array") == (new.type == "Array") and keeps_values(one, other)


def _of_column(old: Type, new: Type) -> Iterator[tuple[str, str]]:
    one, other = old.as_nullable(False).as_low_cardinality(False), new.as_nullable(False).as_low_cardinality(False)
    if one != other:
        yield f"{old} → {new}", BREAKING
    elif old.nullable != new.nullable:
        yield f"{old} → {new}", BREAKING if new.nullable else ADDITIVE
