"""The data set's rows as literals of both engines, and the statements that create and fill the tables."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tests.sql.fixture import Fixture, Row
from tinylite.sql.physical import duckdb_type, quoted, text_literal
from tinylite.sql.query import Table
from tinylite.types import Type


def clickhouse_statements(fixture: Fixture) -> Iterator[str]:
    """CREATE, no merges, and an INSERT a block: the parts stay apart, as they would a moment after writing."""
    table = fixture.table
    columns = ", ".join(f"`{column.name}` {column.type}" for column in table.columns)
    key = ", ".join(table.sorting_key)
    if fixture.join:
        arguments = ", ".join((*fixture.join.split(), *table.join_keys))
        yield f"CREATE TABLE {table.name} ({columns}) ENGINE = Join({arguments})"
    else:
        yield f"CREATE TABLE {table.name} ({columns}) ENGINE = {_clickhouse_engine(table)} ORDER BY ({key})"
        yield f"SYSTEM STOP MERGES {table.name}"
    for block in fixture.blocks:
        rows = ", ".join(_clickhouse_row(table, row) for row in block)
        yield f"INSERT INTO {table.name} SETTINGS optimize_on_insert = 0 VALUES {rows}"
    for select in fixture.select:
        yield f"INSERT INTO {table.name} SETTINGS optimize_on_insert = 0 {select}"


def duckdb_statements(fixture: Fixture) -> Iterator[str]:
    table = fixture.table
    columns = ", ".join(f"{quoted(column.name)} {duckdb_type(column.type)}" for column in table.columns)
    yield f"CREATE TABLE {quoted(table.physical)} ({columns})"
    for block in fixture.blocks:
        rows = ", ".join(_duckdb_row(table, row) for row in block)
        yield f"INSERT INTO {quoted(table.physical)} VALUES {rows}"


def _clickhouse_engine(table: Table) -> str:
    arguments = [name for name in (table.sign, table.version, table.is_deleted) if name]
    if table.summed:
        arguments.append(f"({', '.join(table.summed)})")
    return f"{table.engine}({', '.join(arguments)})"


def _clickhouse_row(table: Table, row: Row) -> str:
    values = zip(row, table.columns, strict=True)
    return f"({', '.join(clickhouse_literal(value, column.type) for value, column in values)})"


def _duckdb_row(table: Table, row: Row) -> str:
    values = zip(row, table.columns, strict=True)
    return f"({', '.join(duckdb_literal(value, column.type) for value, column in values)})"


def clickhouse_literal(value: object, type_: Type) -> str:
    if value is None:
        return "NULL"
    match type_.name:
        case "Array":
            return f"[{', '.join(clickhouse_literal(item, type_.args[0]) for item in _items(value))}]"
        case "Map":
            pairs = [
                (clickhouse_literal(k, type_.args[0]), clickhouse_literal(v, type_.args[1])) for k, v in _pairs(value)
            ]
            return f"map({', '.join(f'{key}, {item}' for key, item in pairs)})"
        case "Tuple":
            items = zip(_items(value), type_.args, strict=True)
            return f"({', '.join(clickhouse_literal(item, arg) for item, arg in items)})"
        case "DateTime":
            return f"toDateTime('{value}', 'UTC')"
        case "DateTime64":
            return f"toDateTime64('{value}', {type_.precision}, 'UTC')"
    if isinstance(value, str):
        escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
        return "'" + "".join(escapes.get(char, char) for char in value) + "'"
    return _number(value)


def duckdb_literal(value: object, type_: Type) -> str:
    if value is None:
        return "NULL"
    return f"CAST({_duckdb_bare(value, type_)} AS {duckdb_type(type_)})"


def _duckdb_bare(value: object, type_: Type) -> str:
    match type_.name:
        case "Array":
            return f"[{', '.join(duckdb_literal(item, type_.args[0]) for item in _items(value))}]"
        case "Map":
            keys = ", ".join(duckdb_literal(key, type_.args[0]) for key, _ in _pairs(value))
            values = ", ".join(duckdb_literal(item, type_.args[1]) for _, item in _pairs(value))
            return f"map([{keys}], [{values}])"
        case "Tuple":
            names = type_.names or tuple(str(number + 1) for number in range(len(type_.args)))
            items = zip(names, _items(value), type_.args, strict=True)
            return "{" + ", ".join(f"{quoted(name)}: {duckdb_literal(item, arg)}" for name, item, arg in items) + "}"
        case "IPv4":
            a, b, c, d = (int(part) for part in str(value).split("."))
            return str(((a * 256 + b) * 256 + c) * 256 + d)
    if isinstance(value, str):
        return text_literal(value)
    text = _number(value)
    return f"'{text}'" if isinstance(value, float) else text  # as text: a decimal literal knows no -0, no NaN


def _number(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return repr(value)


def _items(value: object) -> list[object]:
    assert isinstance(value, list | tuple)
    return list(value)


def _pairs(value: object) -> list[tuple[object, object]]:
    assert isinstance(value, dict)
    return list(value.items())
