"""CSV, TSV and Values."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.engine.base import Result, Row, RowText
from tinylite.formats.lines import Columns, Lines
from tinylite.formats.texts import Cell, csv_cell, row_of, tsv_cell
from tinylite.formats.values import Writer, csv_writer, inside_writer, plain_writer, tsv_writer
from tinylite.types import Type
from tinylite.types.model import STRING


def _separated(
    separator: str, writer: Callable[[Type], Writer], cell: Cell | None, head: Callable[[Columns], str] = lambda _: ""
) -> Lines:
    """Totals stand behind an empty line."""

    def row(columns: Columns) -> Callable[[Row], str]:
        writers = [writer(column.type) for column in columns]
        return lambda row: separator.join([write(value) for write, value in zip(writers, row, strict=True)]) + "\n"

    def text(columns: Columns) -> RowText | None:
        found = cell and row_of(columns, cell, [separator if number else "" for number in range(len(columns))], "\n")
        return RowText(found) if found else None

    def tail(result: Result) -> str:
        return "" if result.totals is None else "\n" + row(result.columns)(result.totals)

    return Lines(row, text, head, tail)


# -- CSV ------------------------------------------------------------------------------------------------------------


def _csv_line(columns: Columns) -> str:
    names = [name for column in columns for name in _csv_names(column.name, column.type)]
    return ",".join(map(csv_writer(STRING), names)) + "\n"


def _csv_names(name: str, type_: Type) -> list[str]:
    """A tuple's cells are named one by one."""
    if type_.name != "Tuple":
        return [name]
    parts = type_.names or [str(number) for number in range(1, len(type_.args) + 1)]
    return [inner for part, arg in zip(parts, type_.args, strict=True) for inner in _csv_names(f"{name}.{part}", arg)]


def _csv_lines(columns: Columns) -> str:
    types = [str(type_) for column in columns for type_ in _cells(column.type)]
    return _csv_line(columns) + ",".join(map(csv_writer(STRING), types)) + "\n"


def _cells(type_: Type) -> list[Type]:
    return [inner for arg in type_.args for inner in _cells(arg)] if type_.name == "Tuple" else [type_]


CSV = _separated(",", csv_writer, csv_cell)
CSV_WITH_NAMES = _separated(",", csv_writer, csv_cell, _csv_line)
CSV_WITH_NAMES_AND_TYPES = _separated(",", csv_writer, csv_cell, _csv_lines)


# -- TSV ------------------------------------------------------------------------------------------------------------


def _tsv_line(columns: Columns) -> str:
    return "\t".join(map(tsv_writer(STRING), [column.name for column in columns])) + "\n"


def _tsv_lines(columns: Columns) -> str:
    return _tsv_line(columns) + "\t".join(map(tsv_writer(STRING), [str(column.type) for column in columns])) + "\n"


def _raw_writer(type_: Type) -> Writer:
    """Without escapes."""
    write = plain_writer(type_)
    return lambda value: "\\N" if value is None else write(value)


TSV = _separated("\t", tsv_writer, tsv_cell)
TSV_WITH_NAMES = _separated("\t", tsv_writer, tsv_cell, _tsv_line)
TSV_WITH_NAMES_AND_TYPES = _separated("\t", tsv_writer, tsv_cell, _tsv_lines)
TSV_RAW = _separated("\t", _raw_writer, None)


# -- Values ---------------------------------------------------------------------------------------------------------


def _values_row(columns: Columns) -> Callable[[Row], str]:
    writers = [inside_writer(column.type) for column in columns]
    return lambda row: "(" + ",".join([write(value) for write, value in zip(writers, row, strict=True)]) + ")"


VALUES = Lines(_values_row, lambda columns: None, between=",")
"""`(1,'a'),(2,'b')`, as INSERT takes them."""
