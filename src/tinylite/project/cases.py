"""The YAML files of a project: tests/PIPE.yaml and tinylite.yaml."""

from __future__ import annotations

import yaml

from tinylite.diagnostics import Diagnostic, DiagnosticError, Severity, Source, Span
from tinylite.project.model import Case

_FIELDS = ("name", "description", "parameters", "expected_result", "expected_http_status")


def parse_cases(source: Source) -> tuple[tuple[Case, ...], list[Diagnostic]]:
    """The cases that can be read, and what is wrong with the others."""
    cases: list[Case] = []
    faults: list[Diagnostic] = []
    try:
        for node in _items(source):
            try:
                cases.append(_case(source, node))
            except DiagnosticError as problem:
                faults.extend(problem.diagnostics)
    except DiagnosticError as problem:
        faults.extend(problem.diagnostics)
    return tuple(cases), faults


def parse_settings(source: Source) -> tuple[dict[str, object], list[Diagnostic]]:
    """The settings of tinylite.yaml by name."""
    try:
        return _settings(source), []
    except DiagnosticError as problem:
        return {}, list(problem.diagnostics)


def _items(source: Source) -> list[yaml.Node]:
    node = _document(source)
    if node is None:
        return []
    if not isinstance(node, yaml.SequenceNode):
        raise _fault("a test file is a list of cases", _span(source, node), "begin each case with - name: …")
    return list(node.value)


def _case(source: Source, node: yaml.Node) -> Case:
    if not isinstance(node, yaml.MappingNode):
        raise _fault("a case has a name and an expected_result", _span(source, node))
    values: dict[str, str] = {}
    for key, value in node.value:
        name = str(key.value)
        if name not in _FIELDS:
            raise _fault(f"unknown field {name} of a case", _span(source, key), f"one of {', '.join(_FIELDS)}")
        # What is no plain text (an object, a list) counts as it is written: it is JSON.
        values[name] = value.value if isinstance(value, yaml.ScalarNode) else _span(source, value).text
    if not values.get("name"):
        raise _fault("this case has no name", _span(source, node))
    status = values.get("expected_http_status", "200")
    if not (status.isascii() and status.isdigit() and len(status) == 3):
        raise _fault(f"{status} is no HTTP status", _span(source, node))
    return Case(
        values["name"],
        values.get("description", ""),
        values.get("parameters", ""),
        values.get("expected_result", ""),
        int(status),
        _span(source, node),
    )


def _settings(source: Source) -> dict[str, object]:
    node = _document(source)
    if node is None:
        return {}
    if not isinstance(node, yaml.MappingNode):
        raise _fault("this file is a list of settings: name: value", _span(source, node))
    found: dict[str, object] = yaml.safe_load(source.text)
    return found


def _document(source: Source) -> yaml.Node | None:
    """Raises DiagnosticError when the text is no YAML."""
    try:
        return yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        message = getattr(problem, "problem", None) or "it is no text"
        raise _fault(
            f"bad YAML: {message}", source.span(mark.index if mark else 0, mark.index if mark else 0)
        ) from None


def _span(source: Source, node: yaml.Node) -> Span:
    return source.span(node.start_mark.index, node.end_mark.index)


def _fault(message: str, span: Span, hint: str | None = None) -> DiagnosticError:
    """A warning: what is served does not depend on these files."""
    return DiagnosticError(Diagnostic("TL208", message, span, hint, Severity.WARNING))
