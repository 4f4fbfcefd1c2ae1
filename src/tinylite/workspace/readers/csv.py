"""CSV: a row is what Python's own reader makes of it, cells are told by names or by their order."""

from __future__ import annotations

import ast
import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import cast

from tinylite.datafile.model import Column, Datasource
from tinylite.ingest.errors import Malformed, Unsupported
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.piece import MAX_ROW, Dialect, Piece, Pieces, Row

_DELIMITERS = ",;\t|"
_CONTAINERS = frozenset({"Array", "Map", "Tuple", "Nested"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIRST = 256 * 1024
"""Characters in which the first line is looked for."""
csv.field_size_limit(MAX_ROW)


def read_csv(file: InputFile, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    with file.unpacked() as content:
        buffered = io.BufferedReader(cast(io.RawIOBase, content), _FIRST)
        try:
            text = io.TextIOWrapper(buffered, _encoding(buffered, dialect), errors="surrogateescape", newline="")
        except (LookupError, ValueError):
            raise Unsupported(f"the encoding {dialect.encoding} is not known") from None
        try:
            yield from _pieces(text, datasource, dialect)
        except UnicodeError as problem:
            raise Malformed(f"the file is not {text.encoding}: {problem}") from None


def _encoding(file: io.BufferedReader[io.RawIOBase], dialect: Dialect) -> str:
    """Raises LookupError."""
    start = file.peek(4)
    if not dialect.encoding:
        return next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    name = codecs.lookup(dialect.encoding).name
    return "utf-8-sig" if name == "utf-8" else name


class _Lines:
    """Lines on their way to the reader of rows; those of the row at hand are kept."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.row.append(line)
        return line


def _pieces(file: io.TextIOWrapper, datasource: Datasource, dialect: Dialect) -> Iterator[Piece]:
    first = file.readline(_FIRST)
    while first and not first.strip():
        first = file.readline(_FIRST)
    if first.lstrip()[:1] == "{" and _is_json_object(first):
        raise Malformed("this looks like NDJSON, not CSV: say format=ndjson")
    delimiter = dialect.delimiter or _delimiter(first, datasource, dialect)
    lines = _Lines(_with_first(first, file))
    rows = csv.reader(
        lines, delimiter=delimiter, quotechar=dialect.quote, escapechar=dialect.escape, doublequote=True, strict=True
    )
    made, layout = Pieces(), None
    while True:
        lines.row.clear()
        try:
            cells = next(rows, None)
        except csv.Error as problem:
            if "unexpected end of data" in str(problem) or "field limit" in str(problem):
                raise Malformed(f"the file is not CSV: {problem} in a row of {len(lines.row)} lines") from None
            made.reject(f"not CSV ({problem}): {''.join(lines.row).rstrip()}")
            continue
        if cells is None:
            break
        if not cells:
            continue
        if layout is None:
            layout, is_header = _layout(cells, datasource, dialect)
            if is_header:
                continue
        layout.add(cells, lines.row, made)
        if made.is_full:
            yield made.take()
    yield from made.rest()


def _with_first(first: str, file: io.TextIOWrapper) -> Iterator[str]:
    # What is longer than the look-out is put together again by the reader of rows.
    if first:
        rest = "" if first.endswith(("\n", "\r")) else file.readline()
        yield first + rest
    yield from file


def _is_json_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _delimiter(first: str, datasource: Datasource, dialect: Dialect) -> str:
    """The one that makes names of columns of the first line, or as many cells as there are columns."""
    known = {column.name for column in datasource.columns}
    rows = {}
    for delimiter in _DELIMITERS:
        try:
            rows[delimiter] = next(csv.reader([first], delimiter=delimiter, quotechar=dialect.quote), [])
        except csv.Error:
            continue
    named = [delimiter for delimiter, cells in rows.items() if len(cells) > 1 and _names(cells) <= known]
    even = [delimiter for delimiter, cells in rows.items() if len(cells) == len(dialect.columns or known) > 1]
    return next(iter([*named, *even]), ",")


def _names(cells: Iterable[str]) -> set[str]:
    return {cell.strip().lstrip("\ufeff") for cell in cells}


def _layout(cells: list[str], datasource: Datasource, dialect: Dialect) -> tuple[_Layout, bool]:
    """What the cells of a row are, by the first one, and whether that is a header. Raises Malformed."""
    known = [column.name for column in datasource.columns]
    names = [cell.strip().lstrip("\ufeff") for cell in cells]
    found = sum(name in known for name in names)
    is_header = dialect.header
    if is_header is None:
        # Most cells are names of columns, and none is there twice: others are columns that nobody asks for.
        is_header = found * 2 > len(names) and len(set(names)) == len(names)
    if dialect.columns:
        names = list(dialect.columns)
    elif not is_header:
        names = known[: len(cells)] if len(cells) <= len(known) else known
    if not set(names) & set(known):
        raise Malformed(f"none of the columns {', '.join(names[:20])} is one of {datasource.name}: {', '.join(known)}")
    return _Layout(names, datasource), is_header


class _Layout:
    """Which cell of a row belongs to which column."""

    def __init__(self, names: list[str], datasource: Datasource) -> None:
        self._names = names
        columns = {column.name: column for column in datasource.columns}
        self._known = [name if name in columns else "" for name in names]
        self._texts = {name for name, column in columns.items() if column.type.is_string and not column.type.nullable}
        self._containers = [columns[name] for name in names if name in columns and _is_container(columns[name])]

    def add(self, cells: list[str], lines: list[str], made: Pieces) -> None:
        if len(cells) != len(self._names):
            expected = f"{len(self._names)} cell{'s' if len(self._names) > 1 else ''}"
            made.reject(f"the row has {len(cells)}, not {expected}: {''.join(lines).rstrip()}")
            return
        # An empty cell is an empty text where the column holds texts, elsewhere no value.
        texts = self._texts
        row: Row = {
            name: cell for name, cell in zip(self._known, cells, strict=True) if name and (cell or name in texts)
        }
        for column in self._containers:
            if column.name in row:
                row[column.name] = _container(str(row[column.name]))
        made.add(row, lambda: "".join(lines).rstrip())


def _is_container(column: Column) -> bool:
    return column.type.name in _CONTAINERS


def _container(text: str) -> str:
    """JSON as it is; `['a', 'b']` and `{'a': 1}`, as ClickHouse writes them, as JSON."""
    if "'" not in text:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        try:
            return json.dumps(ast.literal_eval(text))
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return text
    return text
