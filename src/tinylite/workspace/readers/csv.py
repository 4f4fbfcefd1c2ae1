"""CSV: a row is what Python's own reader makes of it, cells are told by names or by their order."""

from __future__ import annotations

import ast
import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import IO, cast

from tinylite.datafile.model import Column, Datasource
from tinylite.ingest.cells import Cells
from tinylite.ingest.errors import Malformed, Unsupported
from tinylite.ingest.staged import Piece
from tinylite.workspace.opened import InputFile
from tinylite.workspace.readers.csv_parts import PlainPart, PlainParts
from tinylite.workspace.readers.piece import MAX_ROW, Dialect, Pieces, Row

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
    """In parts whose rows are the same for every reader of CSV; row by row from where that is not sure any more."""
    with file.unpacked() as content:
        buffered = io.BufferedReader(cast(io.RawIOBase, content), _FIRST)
        try:
            encoding = codecs.lookup(_encoding(buffered, dialect)).name
        except LookupError:
            raise Unsupported(f"the encoding {dialect.encoding} is not known") from None
        reader = _Reader(datasource, dialect)
        rest: io.RawIOBase | io.BufferedReader[io.RawIOBase] = buffered
        if encoding.startswith("utf-8") and (delimiter := _plain_delimiter(buffered, datasource, dialect)):
            if buffered.peek(3).startswith(codecs.BOM_UTF8):
                buffered.read(3)
            plain = PlainParts(buffered, dialect.quote, delimiter)
            for part in plain:
                yield from reader.read_plain(part)
            rest, encoding = io.BufferedReader(_Chained(plain.rest, buffered)), "utf-8"
        try:
            text = io.TextIOWrapper(cast(IO[bytes], rest), encoding, errors="surrogateescape", newline="")
        except (LookupError, ValueError):
            raise Unsupported(f"the encoding {dialect.encoding} is not known") from None
        try:
            yield from reader.read(text)
        except UnicodeError as problem:
            raise Malformed(f"the file is not {text.encoding}: {problem}") from None


def _plain_delimiter(file: io.BufferedReader[io.RawIOBase], datasource: Datasource, dialect: Dialect) -> str:
    """ "" when the file can't be read in parts."""
    start = file.peek(_FIRST)[:_FIRST].removeprefix(codecs.BOM_UTF8)
    first = next((line for line in io.BytesIO(start) if line.strip()), b"")
    if dialect.escape is not None or not dialect.quote.isascii() or not first.endswith(b"\n"):
        return ""
    text = first.decode("utf-8", "surrogateescape")
    found = dialect.delimiter or _delimiter(io.StringIO(text, newline="").readline(), datasource, dialect)
    return found if found.isascii() else ""


class _Chained(io.RawIOBase):
    """What was read already, and what follows."""

    def __init__(self, start: bytes, rest: IO[bytes]) -> None:
        self._start = start
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        found = self._start[: len(buffer)] or self._rest.read(len(buffer))
        self._start = self._start[len(found) :]
        buffer[: len(found)] = found
        return len(found)


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


class _Reader:
    """Reads the parts of one file, one after the other: the first row says what the cells of all are."""

    def __init__(self, datasource: Datasource, dialect: Dialect) -> None:
        self._datasource = datasource
        self._dialect = dialect
        self._delimiter = ""
        self._layout: _Layout | None = None
        self._has_begun = False

    def read_plain(self, part: PlainPart) -> Iterator[Piece]:
        def slowly(text: bytes = part.text) -> Iterator[Piece]:
            yield from self.read(io.StringIO(text.decode("utf-8", "surrogateescape"), newline=""))

        if self._layout is None:
            # Its first row is looked at in the other way.
            head, part = part.divided()
            yield from slowly(head)
            if not part.rows:
                return
        layout = self._layout
        text = part.text
        sure = part.surely(len(layout.known)) if layout is not None and layout.is_plain(text) else None
        if layout is None or sure is None:
            yield from slowly(text)
            return
        cells = Cells(sure.text, sure.rows, layout.known, layout.texts, self._delimiter, self._dialect.quote)
        yield Piece(cells=cells, slowly=lambda: slowly(text))

    def read(self, file: io.TextIOBase) -> Iterator[Piece]:
        """Raises Malformed, UnicodeError."""
        first = file.readline(_FIRST)
        while first and not first.strip() and self._layout is None:
            first = file.readline(_FIRST)
        if not self._has_begun and first.lstrip()[:1] == "{" and _is_json_object(first):
            raise Malformed("this looks like NDJSON, not CSV: say format=ndjson")
        if not self._delimiter:
            self._delimiter = self._dialect.delimiter or _delimiter(first, self._datasource, self._dialect)
        self._has_begun = self._has_begun or bool(first)
        lines = _Lines(_with_first(first, file))
        rows = csv.reader(
            lines, delimiter=self._delimiter, quotechar=self._dialect.quote, escapechar=self._dialect.escape,
            doublequote=True, strict=True,
        )  # fmt: skip
        made = Pieces()
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
            if self._layout is None:
                self._layout, is_header = _layout(cells, self._datasource, self._dialect)
                if is_header:
                    continue
            self._layout.add(cells, lines.row, made)
            if made.is_full:
                yield made.take()
        yield from made.rest()


def _with_first(first: str, file: io.TextIOBase) -> Iterator[str]:
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
        self.known = [name if name in columns else "" for name in names]
        self.texts = frozenset(
            name for name, column in columns.items() if column.type.is_string and not column.type.nullable
        )
        self._containers = [columns[name] for name in names if name in columns and _is_container(columns[name])]

    def is_plain(self, text: bytes) -> bool:
        """Whether cells are values as they stand, each of another column."""
        named = [name for name in self.known if name]
        return len(set(named)) == len(named) and not (self._containers and b"'" in text)

    def add(self, cells: list[str], lines: list[str], made: Pieces) -> None:
        if len(cells) != len(self._names):
            expected = f"{len(self._names)} cell{'s' if len(self._names) > 1 else ''}"
            made.reject(f"the row has {len(cells)}, not {expected}: {''.join(lines).rstrip()}")
            return
        # An empty cell is an empty text where the column holds texts, elsewhere no value.
        texts = self.texts
        row: Row = {
            name: cell for name, cell in zip(self.known, cells, strict=True) if name and (cell or name in texts)
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
