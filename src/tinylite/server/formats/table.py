"""Every format by name: `pages.json`, `FORMAT CSVWithNames`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import orjson

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.server.formats.values import csv_writer, json_text, json_writer, tsv_writer
from tinylite.sql import split_format
from tinylite.sql.query import Column
from tinylite.types import Type
from tinylite.types.model import STRING


@dataclass(frozen=True, slots=True)
class Format:
    """`extension` is for pipes; the name is ClickHouse's."""

    name: str
    content_type: str
    write: Callable[[Result], bytes]
    extension: str = ""


def _meta(columns: Iterable[Column]) -> str:
    cells = (f'{{"name":{json_text(column.name)},"type":{json_text(str(column.type))}}}' for column in columns)
    return "[" + ",".join(cells) + "]"


def _statistics(result: Result) -> str:
    statistics = {"elapsed": result.elapsed, "rows_read": result.rows_read, "bytes_read": result.bytes_read}
    return orjson.dumps(statistics).decode()


def _objects(result: Result) -> list[str]:
    """Each row as an object, columns in order."""
    keys = [json_text(column.name) + ":" for column in result.columns]
    writers = [json_writer(column.type) for column in result.columns]
    cells = list(zip(keys, writers, strict=True))
    return [
        "{" + ",".join([key + write(value) for (key, write), value in zip(cells, row, strict=True)]) + "}"
        for row in result.rows
    ]


def _arrays(result: Result) -> list[str]:
    writers = [json_writer(column.type) for column in result.columns]
    return [
        "[" + ",".join([write(value) for write, value in zip(writers, row, strict=True)]) + "]" for row in result.rows
    ]


def _document(result: Result, write_rows: Callable[[Result], list[str]]) -> bytes:
    rows = write_rows(result)
    before_limit = result.rows_before_limit if result.rows_before_limit is not None else len(rows)
    parts = [f'"meta":{_meta(result.columns)}', f'"data":[{",".join(rows)}]']
    if result.totals is not None:
        (totals,) = write_rows(Result(result.columns, [result.totals], 0))
        parts.append(f'"totals":{totals}')
    parts += [
        f'"rows":{len(rows)}',
        f'"rows_before_limit_at_least":{before_limit}',
        f'"statistics":{_statistics(result)}',
    ]
    return ("{" + ",".join(parts) + "}\n").encode("utf-8", "surrogateescape")


def write_json(result: Result) -> bytes:
    return _document(result, _objects)


def write_json_compact(result: Result) -> bytes:
    return _document(result, _arrays)


def write_ndjson(result: Result) -> bytes:
    return "".join([row + "\n" for row in _objects(result)]).encode("utf-8", "surrogateescape")


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


_JSON, _NDJSON, _CSV, _TEXT = "application/json", "application/x-ndjson", "text/csv", "text/plain"
FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("JSON", _JSON, write_json, "json"),
        Format("JSONCompact", _JSON, write_json_compact),
        Format("JSONEachRow", _NDJSON, write_ndjson, "ndjson"),
        Format("NDJSON", _NDJSON, write_ndjson),
        Format("CSV", _CSV, write_csv),
        Format("CSVWithNames", _CSV, write_csv_with_names, "csv"),
        Format("TSV", _TEXT, write_tsv),
        Format("TabSeparated", _TEXT, write_tsv),
        Format("TSVWithNames", _TEXT, write_tsv_with_names),
        Format("TabSeparatedWithNames", _TEXT, write_tsv_with_names),
    )
}
EXTENSIONS: dict[str, Format] = {format.extension: format for format in FORMATS.values() if format.extension}
_BY_FOLD = {name.lower(): format for name, format in FORMATS.items()}


def formatted(text: str, default: Format) -> tuple[str, Format]:
    """A SELECT without its FORMAT clause, and the format that it asks for. Raises DiagnosticError."""
    text, name = split_format(text)
    if name is None:
        return text, default
    format = _BY_FOLD.get(name.lower())
    if format is None:
        hint = f"there are {', '.join(sorted(FORMATS))}"
        raise DiagnosticError(Diagnostic("TL406", f"the format {name} is not supported", hint=hint))
    return text, format
