"""JSON documents and lines, as ClickHouse writes them: columns in order, 64-bit integers bare."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson

from tinylite.engine.base import Result, Row, RowText
from tinylite.formats.lines import Columns, Lines, encoded
from tinylite.formats.texts import json_row
from tinylite.formats.values import NULL_MARK, Writer, json_text, json_writer, plain_writer
from tinylite.types import Type

WriteRow = Callable[[Row], str]


def _meta(columns: Columns) -> str:
    cells = (f'{{"name":{json_text(column.name)},"type":{json_text(str(column.type))}}}' for column in columns)
    return "[" + ",".join(cells) + "]"


def statistics(result: Result) -> str:
    found = {"elapsed": result.elapsed, "rows_read": result.rows_read, "bytes_read": result.bytes_read}
    return orjson.dumps(found).decode()


# -- rows -----------------------------------------------------------------------------------------------------------


def _object_row(columns: Columns, writer: Callable[[Type], Writer], end: str = "") -> WriteRow:
    cells = [
        ("," * (number > 0) + json_text(column.name) + ":", writer(column.type))
        for number, column in enumerate(columns)
    ]
    return lambda row: (
        "{" + "".join([key + write(value) for (key, write), value in zip(cells, row, strict=True)]) + "}" + end
    )


def _array_row(columns: Columns, between: str, end: str = "") -> WriteRow:
    writers = [json_writer(column.type) for column in columns]
    return lambda row: "[" + between.join([write(value) for write, value in zip(writers, row, strict=True)]) + "]" + end


def _object_text(columns: Columns, before: str, end: str = "") -> RowText | None:
    opening = [("," if number else before + "{") + json_text(c.name) + ":" for number, c in enumerate(columns)]
    return json_row(columns, opening, "}" + end)


def _array_text(columns: Columns, between: str, before: str, end: str = "") -> RowText | None:
    opening = [between if number else before + "[" for number in range(len(columns))]
    return json_row(columns, opening, "]" + end)


def _text_writer(type_: Type) -> Writer:
    write = plain_writer(type_)
    return lambda value: json_text(NULL_MARK if value is None else write(value))


def _no_text(columns: Columns) -> None:
    return None


# -- documents ------------------------------------------------------------------------------------------------------


def _head(columns: Columns) -> str:
    return f'{{"meta":{_meta(columns)},"data":['


def _document(row: Callable[[Columns], WriteRow], text: Callable[[Columns], RowText | None]) -> Lines:
    def tail(result: Result) -> str:
        before_limit = result.rows_before_limit if result.rows_before_limit is not None else result.count
        parts = [] if result.totals is None else [f'"totals":{row(result.columns)(result.totals)}']
        parts += [
            f'"rows":{result.count}',
            f'"rows_before_limit_at_least":{before_limit}',
            f'"statistics":{statistics(result)}',
        ]
        return "]," + ",".join(parts) + "}\n"

    return Lines(row, text, _head, tail, ",")


JSON = _document(lambda columns: _object_row(columns, json_writer), lambda columns: _object_text(columns, ","))
JSON_COMPACT = _document(lambda columns: _array_row(columns, ","), lambda columns: _array_text(columns, ",", ","))
JSON_STRINGS = _document(lambda columns: _object_row(columns, _text_writer), _no_text)
"""Every value as text."""


# -- lines ----------------------------------------------------------------------------------------------------------

NDJSON = Lines(lambda columns: _object_row(columns, json_writer, "\n"), lambda columns: _object_text(columns, "", "\n"))
STRINGS_NDJSON = Lines(lambda columns: _object_row(columns, _text_writer, "\n"), _no_text)


def _names(columns: Columns) -> str:
    return _texts([column.name for column in columns])


def _names_and_types(columns: Columns) -> str:
    return _names(columns) + _texts([str(column.type) for column in columns])


def _texts(texts: Sequence[str]) -> str:
    return "[" + ", ".join(map(json_text, texts)) + "]\n"


def _compact_rows(head: Callable[[Columns], str] = lambda columns: "") -> Lines:
    return Lines(
        lambda columns: _array_row(columns, ", ", "\n"), lambda columns: _array_text(columns, ", ", "", "\n"), head
    )


COMPACT_ROWS = _compact_rows()
COMPACT_ROWS_WITH_NAMES = _compact_rows(_names)
COMPACT_ROWS_WITH_NAMES_AND_TYPES = _compact_rows(_names_and_types)


def write_columns(result: Result) -> bytes:
    """One object, an array a column."""
    lines = []
    for index, column in enumerate(result.columns):
        write = json_writer(column.type)
        lines.append(f"\t{json_text(column.name)}: [{', '.join([write(row[index]) for row in result.rows])}]")
    return encoded("{\n" + ",\n".join(lines) + "\n}\n")
