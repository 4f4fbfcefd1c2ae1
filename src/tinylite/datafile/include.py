"""INCLUDE "part.incl" "VAR=value": a fragment's instructions in the place of the line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from tinylite.datafile.lines import Line, read_lines
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source

Include = Callable[[str, Source], Source | None]
"""From the path in an INCLUDE and the file that it stands in to the fragment; None when there is no such file."""

_MAX_DEPTH = 10
_VARIABLE = re.compile(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})")


def no_includes(path: str, includer: Source) -> Source | None:
    return None


def splice(lines: list[Line], faults: list[Diagnostic], include: Include, depth: int = 0) -> list[Line]:
    """The lines with each INCLUDE replaced by what it names. Adds to `faults`."""
    found: list[Line] = []
    for line in lines:
        if line.name != "INCLUDE":
            found.append(line)
            continue
        try:
            fragment = _fragment(line, include, depth)
        except DiagnosticError as problem:
            faults.extend(problem.diagnostics)
            continue
        inner, inner_faults = read_lines(fragment)
        faults.extend(inner_faults)
        found += splice(inner, faults, include, depth + 1)
    return found


def _fragment(line: Line, include: Include, depth: int) -> Source:
    """The fragment with its variables filled in: this text stands for the file in diagnostics."""
    path, variables = _words(line)
    if depth == _MAX_DEPTH:
        raise DiagnosticError(Diagnostic("TL112", "includes are nested too deep", line.place))
    source = include(path, line.span.source)
    if source is None:
        raise DiagnosticError(Diagnostic("TL112", f"there is no file {path}", line.place))
    text = _VARIABLE.sub(lambda match: variables.get(match[1] or match[2], match[0]), source.text)
    return Source(source.path, text)


def _words(line: Line) -> tuple[str, dict[str, str]]:
    """The path and the variables. Raises DiagnosticError."""
    try:
        words = shlex.split(line.value.value if line.value else "")
    except ValueError:
        words = []
    if not words or not all("=" in word for word in words[1:]):
        hint = 'as in INCLUDE "part.incl" "VAR=value"'
        raise DiagnosticError(Diagnostic("TL107", "bad INCLUDE", line.place, hint))
    return words[0], dict(_pair(word) for word in words[1:])


def _pair(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    return name, value
