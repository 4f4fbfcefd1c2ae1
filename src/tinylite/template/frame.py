"""What one rendering knows and has made so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tinylite.diagnostics import Diagnostic, DiagnosticError, Span
from tinylite.template.rendered import Binder, Part

Secrets = Callable[[str], str | None]
"""A secret's value by its name, or None when there is no such secret."""


@dataclass(slots=True)
class Frame:
    """`names` are the request's arguments and what the template set; a name that is not there is undefined."""

    names: dict[str, object]
    secrets: Secrets
    binder: Binder
    hints: dict[str, object] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    missing: list[MissingParameter] = field(default_factory=list)
    branches: list[tuple[Span, int]] = field(default_factory=list)
    """What was chosen at each `if`: its place, and the number of the branch, -1 for `else`."""
    turns: int = 0
    """How often the bodies of loops were run."""


class MissingParameter(DiagnosticError):
    """A parameter has neither a value nor a default. Rendering goes on, so that all of them are told at once."""

    def __init__(self, name: str, span: Span) -> None:
        super().__init__(Diagnostic("TL304", not_defined([name]), span))
        self.name = name
        self.span = span


class MissingParameters(DiagnosticError):
    """All that one text lacks."""

    def __init__(self, missing: list[MissingParameter]) -> None:
        self.names = tuple(dict.fromkeys(each.name for each in missing))
        super().__init__(Diagnostic("TL304", not_defined(list(self.names)), missing[0].span))


def not_defined(names: list[str]) -> str:
    """Tinybird's wording for required parameters without a value."""
    names = list(dict.fromkeys(names))
    listed = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
    return (
        f"Required parameter is not defined. Check the parameters {listed}. "
        "Please provide a value or set a default value in the pipe code."
    )
