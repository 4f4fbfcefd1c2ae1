"""JSON documents and lines, as ClickHouse writes them: columns in order, 64-bit integers bare."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import orjson

from tinylite.engine.base import Result
from tinylite.formats.values import NULL_MARK, Writer, json_text, json_writer, plain_writer
from tinylite.sql.query import Column
from tinylite.types import Type


def _meta(columns: Iterable[Column]) -> str:
    cells = (f'{{"name":{json_text(column.name)},"type":{json_text(str(column.type))}}}' for column in columns)
    return "[" + ",".join(cells) + "]"


def statistics(result: Result) -> str:
    found = {"elapsed": result.elapsed, "rows_read": result.rows_read, "bytes_read": result.bytes_read}
    return orjson.dumps(found).decode()


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
        f'"statistics":{statistics(result)}',
    ]
    return ("{" + ",".join(parts) + "}\n").encode("utf-8", "surrogateescape")


def write_json(result: Result) -> bytes:
    return _document(result, _objects)


def write_json_compact(result: Result) -> bytes:
    return _document(result, _arrays)


def write_ndjson(result: Result) -> bytes:
    return _lines(_objects(result))


def write_json_strings(result: Result) -> bytes:
    """Every value as text."""
    return _document(result, _text_objects)


def write_strings_ndjson(result: Result) -> bytes:
    return _lines(_text_objects(result))


def _text_objects(result: Result) -> list[str]:
    keys = [json_text(column.name) + ":" for column in result.columns]
    cells = list(zip(keys, [_text_writer(column.type) for column in result.columns], strict=True))
    return [
        "{" + ",".join([key + write(value) for (key, write), value in zip(cells, row, strict=True)]) + "}"
        for row in result.rows
    ]


def _text_writer(type_: Type) -> Writer:
    write = plain_writer(type_)
    return lambda value: json_text(NULL_MARK if value is None else write(value))


def write_compact_rows(result: Result) -> bytes:
    writers = [json_writer(column.type) for column in result.columns]
    rows = ([write(value) for write, value in zip(writers, row, strict=True)] for row in result.rows)
    return _lines("[" + ", ".join(row) + "]" for row in rows)


def write_compact_rows_with_names(result: Result) -> bytes:
    return _lines([_names(result)]) + write_compact_rows(result)


def write_compact_rows_with_names_and_types(result: Result) -> bytes:
    types = "[" + ", ".join(json_text(str(column.type)) for column in result.columns) + "]"
    return _lines([_names(result), types]) + write_compact_rows(result)


def write_columns(result: Result) -> bytes:
    """One object, an array a column."""
    lines = []
    for index, column in enumerate(result.columns):
        write = json_writer(column.type)
        lines.append(f"\t{json_text(column.name)}: [{', '.join([write(row[index]) for row in result.rows])}]")
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "surrogateescape")


def _names(result: Result) -> str:
    return "[" + ", ".join(json_text(column.name) for column in result.columns) + "]"


def _lines(rows: Iterable[str]) -> bytes:
    return "".join([row + "\n" for row in rows]).encode("utf-8", "surrogateescape")
