"""`$.a.b`, `$.items[:].id`, `$.['odd name']`: where in an event a column's value stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tinylite.datafile.model import JsonPath
from tinylite.diagnostics import Diagnostic, DiagnosticError, Span

_STEP = re.compile(
    r"""\.?\[\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]  # ['odd name']
      | (\[:\]|\[\*\])                                            # each element
      | \.([^.\[\]\s`]+)                                          # .name""",
    re.X,
)


def parse_jsonpath(span: Span) -> JsonPath:
    """Raises DiagnosticError (TL109) that points at the first character that does not fit."""
    text = span.text
    if not text.startswith("$"):
        hint = f"did you mean $.{text.lstrip('.')}?" if text else "a jsonpath looks like $.user.id"
        raise DiagnosticError(Diagnostic("TL109", "a jsonpath starts with $", span, hint))
    steps: list[str | None] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            place = span.within(position, len(text))
            raise DiagnosticError(
                Diagnostic("TL109", f"bad jsonpath at '{text[position:]}'", place, "as in $.user.id or $.items[:].id")
            )
        single, double, each, name = match.groups()
        key = single if single is not None else double if double is not None else name
        steps.append(None if each else key)
        position = match.end()
    return JsonPath(text, tuple(steps), span)


def placed(target: object, steps: Sequence[str | None], value: object) -> object:
    """`target` with the value where the steps of a jsonpath lead; None goes into each element of a list."""
    if not steps:
        return value
    step, *rest = steps
    if step is None:
        values = value if isinstance(value, list) else [value]
        known = target if isinstance(target, list) else []
        return [placed(known[n] if n < len(known) else {}, rest, each) for n, each in enumerate(values)]
    inside = target if isinstance(target, dict) else {}
    return {**inside, step: placed(inside.get(step, {}), rest, value)}
