"""Values to try things with: an event of a data source, arguments of an endpoint."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tinylite.datafile.jsonpath import placed
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import DiagnosticError
from tinylite.project import Program
from tinylite.template import CustomError, sample_arguments
from tinylite.types import Type

# Characters of an event that still reads well on a command line.
_LONGEST = 600
_VALUES: Mapping[str, object] = {
    "Bool": True,
    "UUID": "00000000-0000-4000-8000-000000000001",
    "IPv4": "192.0.2.1",
    "IPv6": "2001:db8::1",
    "JSON": {},
}


def arguments(program: Program, secrets: Mapping[str, str]) -> dict[str, str]:
    """Of an endpoint: those that have a default, and all others when it does not answer without them."""
    known = sample_arguments(p for p in program.parameters if p.required or p.default not in (None, "", [], ()))
    try:
        program.prepare(known, secrets.get)
    except (DiagnosticError, CustomError):
        return sample_arguments(program.parameters)
    return known


def event(datasource: Datasource, fixture: Path | None) -> dict[str, object]:
    """The first one of the fixture if that is short, else one made up from the columns."""
    made: object = {}
    for column in datasource.columns:
        if column.jsonpath is not None:
            made = placed(made, column.jsonpath.steps, _value(column.type))
    return _first(fixture) or (made if isinstance(made, dict) else {})


def _first(fixture: Path | None) -> dict[str, object] | None:
    if fixture is None or fixture.suffix != ".ndjson":
        return None
    try:
        with fixture.open(encoding="utf-8-sig") as lines:
            found = json.loads(lines.readline(_LONGEST))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _value(type_: Type) -> object:
    """One that fits the type, as JSON has it."""
    if type_.name in _VALUES:
        return _VALUES[type_.name]
    if type_.is_integer:
        return 1
    if type_.is_number:
        return 1.5
    if type_.is_temporal:
        return "2026-01-31" if type_.is_date else "2026-01-31 12:00:00"
    if type_.is_enum and isinstance(first := type_.params[0], tuple):
        return first[0]
    match type_.name, type_.args:
        case "Array", (element,):
            return [_value(element)]
        case "Map", (key, value):
            return {str(_value(key)): _value(value)}
        case (("Tuple" | "Nested"), elements) if type_.names:
            return {name: _value(element) for name, element in zip(type_.names, elements, strict=True)}
        case "Tuple", elements:
            return [_value(element) for element in elements]
    return "a"
