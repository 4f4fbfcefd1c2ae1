"""Rendering as tests need it: a template's text and arguments in, SQL and values out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from tinylite import template
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source


class Result(NamedTuple):
    text: str
    values: dict[str, object]
    """By name."""
    types: dict[str, str]
    hints: Mapping[str, object]


def parse(text: str) -> template.Template:
    return template.parse(Source("top.pipe", text).span())


def render(
    text: str, arguments: Mapping[str, object] | None = None, secrets: Mapping[str, str] | None = None
) -> Result:
    binder = template.Binder()
    rendered = template.render(parse(text), arguments or {}, binder, secrets=(secrets or {}).get)
    values = {name: value.value for name, value in binder.values.items()}
    types = {name: str(value.type) for name, value in binder.values.items()}
    return Result(rendered.text, values, types, rendered.hints)


def sql(text: str, **arguments: object) -> str:
    return render(text, arguments).text


def faults(text: str) -> list[Diagnostic]:
    """Of a template that can't be read."""
    with pytest.raises(DiagnosticError) as caught:
        parse(text)
    return list(caught.value.diagnostics)


def refusal(text: str, **arguments: object) -> Diagnostic:
    """The one fault of a rendering."""
    with pytest.raises(DiagnosticError) as caught:
        render(text, arguments)
    (diagnostic,) = caught.value.diagnostics
    return diagnostic
