"""ClickHouse's SQL, compiled for DuckDB."""

# ruff: noqa: E402
from tinylite.sql.source_only import require_sources

require_sources()

from tinylite.sql.compile import CompiledExpression, compile_expression, compile_merge, compile_query
from tinylite.sql.insert import compile_insert
from tinylite.sql.outline import (
    dropping_joins,
    grouped_by,
    left_most,
    names_in,
    order_places,
    outline,
    readings,
    showing_more,
)
from tinylite.sql.output_format import split_format
from tinylite.sql.parse import references, table_places
from tinylite.sql.query import Column, Compiled, Query, Table

__all__ = [
    "Column",
    "Compiled",
    "CompiledExpression",
    "Query",
    "Table",
    "compile_expression",
    "compile_insert",
    "compile_merge",
    "compile_query",
    "dropping_joins",
    "grouped_by",
    "left_most",
    "names_in",
    "order_places",
    "outline",
    "readings",
    "references",
    "showing_more",
    "split_format",
    "table_places",
]
