"""INCLUDE "part.incl" "VAR=value": a fragment's instructions in the place of the line."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from string import Template

from tinylite.datafile.lines import Line, read_lines
from tinylite.diagnostics import Diagnostic, Source, Span

Reader = Callable[[str, Source], Source | None]
"""From the path in an INCLUDE and the file that it stands in to the fragment."""
MAX_DEPTH = 10


def no_includes(path: str, includer: Source) -> Source | None:
    return None


def spliced(lines: list[Line], faults: list[Diagnostic], read: Reader, depth: int = 0) -> list[Line]:
    """The lines with each INCLUDE replaced by what it names. Adds to `faults`."""
    found: list[Line] = []
    for line in lines:
        if line.name != "INCLUDE":
            found.append(line)
            continue
        place = line.value.span if line.value else line.span
        fragment = _fragment(line, place, faults, read) if depth < MAX_DEPTH else None
        if depth >= MAX_DEPTH:
            faults.append(Diagnostic("TL112", "includes are nested too deep", place))
        if fragment is not None:
            inner, inner_faults = read_lines(fragment)
            faults.extend(inner_faults)
            found += spliced(inner, faults, read, depth + 1)
    return found


def _fragment(line: Line, place: Span, faults: list[Diagnostic], read: Reader) -> Source | None:
    try:
        words = shlex.split(place.source.text[line.span.end : place.source.text.find("\n", place.end) % (1 << 62)])
    except ValueError:
        words = []
    if not words or any("=" not in word for word in words[1:]):
        faults.append(Diagnostic("TL107", "bad INCLUDE", place, 'as in INCLUDE "part.incl" "VAR=value"'))
        return None
    source = read(words[0], place.source)
    if source is None:
        faults.append(Diagnostic("TL112", f"there is no file {words[0]}", place))
        return None
    variables = dict(word.split("=", 1) for word in words[1:])
    # The text with its variables filled in stands for the file in diagnostics.
    return Source(source.path, _Variables(source.text).safe_substitute(variables))


class _Variables(Template):
    idpattern = r"(?a:[A-Za-z_][A-Za-z0-9_]*)"
    flags = re.NOFLAG
