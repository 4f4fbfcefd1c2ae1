"""EXPORT_FILE_TEMPLATE: the names of exported files, and how rows are split among them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tinylite.datafile.model import Text
from tinylite.diagnostics import Diagnostic, DiagnosticError

_FIELD = re.compile(r"\{([^{}]*)\}")
_BY_COLUMN = re.compile(r"\s*`?([A-Za-z_][\w.]*)`?\s*(?:,\s*(?:'([^']*)'|\"([^\"]*)\")\s*)?")
_HINT = "as in day_{date}, {timestamp, '%Y-%m-%d'} or part_{8}"
MOST_PARTS = 1000


@dataclass(frozen=True, slots=True)
class ByColumn:
    """A file for each value of a column; `format` is formatDateTime's, or empty for the value as it is."""

    name: str
    format: str


@dataclass(frozen=True, slots=True)
class ByNumber:
    """So many files of about the same size."""

    count: int


@dataclass(frozen=True, slots=True)
class FileTemplate:
    parts: tuple[str | ByColumn | ByNumber, ...]

    @property
    def is_one_file(self) -> bool:
        return all(isinstance(part, str) for part in self.parts)


def parse_file_template(text: Text) -> FileTemplate:
    """Raises DiagnosticError (TL107)."""
    value, end = text.value, 0
    parts: list[str | ByColumn | ByNumber] = []
    for field in _FIELD.finditer(value):
        parts.append(_plain(text, end, field.start()))
        parts.append(_part(text, field))
        end = field.end()
    parts.append(_plain(text, end, len(value)))
    return FileTemplate(tuple(part for part in parts if part != ""))


def _plain(text: Text, start: int, end: int) -> str:
    part = text.value[start:end]
    stray = re.search(r"[{}]", part)
    if stray:
        place = text.span.within(start + stray.start(), start + stray.end())
        raise DiagnosticError(Diagnostic("TL107", f"a {stray[0]} stands alone in the file template", place, _HINT))
    return part


def _part(text: Text, field: re.Match[str]) -> ByColumn | ByNumber:
    inside, place = field[1].strip(), text.span.within(*field.span())
    if inside.isdigit():
        count = int(inside)
        if not 1 <= count <= MOST_PARTS:
            raise DiagnosticError(Diagnostic("TL107", f"rows go into 1 to {MOST_PARTS} files, not {count}", place))
        return ByNumber(count)
    found = _BY_COLUMN.fullmatch(inside)
    if found is None:
        raise DiagnosticError(Diagnostic("TL107", f"{field[0]} is no part of a file template", place, _HINT))
    return ByColumn(found[1], found[2] or found[3] or "")
