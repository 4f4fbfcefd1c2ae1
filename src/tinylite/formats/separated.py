"""CSV, TSV and Values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinylite.engine.base import Result
from tinylite.formats.values import csv_writer, inside_writer, plain_writer, tsv_writer
from tinylite.types import Type
from tinylite.types.model import STRING


def _separated(result: Result, separator: str, writers: list[Callable[[object], str]]) -> bytes:
    """Totals stand behind an empty line."""

    def line(row: Sequence[object]) -> str:
        return separator.join([write(value) for write, value in zip(writers, row, strict=True)]) + "\n"

    totals = [] if result.totals is None else ["\n", line(result.totals)]
    return "".join([*map(line, result.rows), *totals]).encode("utf-8", "surrogateescape")


def write_csv(result: Result) -> bytes:
    return _separated(result, ",", [csv_writer(column.type) for column in result.columns])


def write_csv_with_names(result: Result) -> bytes:
    names = [name for column in result.columns for name in _csv_names(column.name, column.type)]
    return (",".join(map(csv_writer(STRING), names)) + "\n").encode() + write_csv(result)


def _csv_names(name: str, type_: Type) -> list[str]:
    """A tuple's cells are named one by one."""
    if type_.name != "Tuple":
        return [name]
    parts = type_.names or [str(number) for number in range(1, len(type_.args) + 1)]
    return [inner for part, arg in zip(parts, type_.args, strict=True) for inner in _csv_names(f"{name}.{part}", arg)]


def write_tsv(result: Result) -> bytes:
    return _separated(result, "\t", [tsv_writer(column.type) for column in result.columns])


def write_tsv_with_names(result: Result) -> bytes:
    names = map(tsv_writer(STRING), [column.name for column in result.columns])
    return ("\t".join(names) + "\n").encode() + write_tsv(result)


def write_csv_with_names_and_types(result: Result) -> bytes:
    names = [name for column in result.columns for name in _csv_names(column.name, column.type)]
    types = [str(type_) for column in result.columns for type_ in _cells(column.type)]
    head = "".join(",".join(map(csv_writer(STRING), line)) + "\n" for line in (names, types))
    return head.encode() + write_csv(result)


def _cells(type_: Type) -> list[Type]:
    return [inner for arg in type_.args for inner in _cells(arg)] if type_.name == "Tuple" else [type_]


def write_tsv_with_names_and_types(result: Result) -> bytes:
    names = map(tsv_writer(STRING), [column.name for column in result.columns])
    types = map(tsv_writer(STRING), [str(column.type) for column in result.columns])
    return ("\t".join(names) + "\n" + "\t".join(types) + "\n").encode() + write_tsv(result)


def write_tsv_raw(result: Result) -> bytes:
    """Without escapes."""

    def raw(type_: Type) -> Callable[[object], str]:
        write = plain_writer(type_)
        return lambda value: "\\N" if value is None else write(value)

    return _separated(result, "\t", [raw(column.type) for column in result.columns])


def write_values(result: Result) -> bytes:
    """`(1,'a'),(2,'b')`, as INSERT takes them."""
    writers = [inside_writer(column.type) for column in result.columns]
    rows = (",".join([write(value) for write, value in zip(writers, row, strict=True)]) for row in result.rows)
    return ",".join(f"({row})" for row in rows).encode("utf-8", "surrogateescape")
