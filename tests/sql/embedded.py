"""The embedded engine under test: the data set in DuckDB, statements compiled by tinylite."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from tests.sql.compare import WrongClass, shown
from tests.sql.load import duckdb_statements
from tests.sql.tables import FIXTURES
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.sql import compile_query
from tinylite.sql.query import Compiled, Query, Table

TABLES: dict[str, Query | Table] = {fixture.table.name: fixture.table for fixture in FIXTURES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a statement: an answer, or `failure` with the stage where it stopped.

    Stages: `refused` a diagnostic of the compiler; `crash` any other exception of the compiler; `engine` DuckDB refused
    the compiled SQL or failed while running it; `value` a result whose Python class does not fit its column.
    """

    meta: list[list[str]]
    rows: Sequence[Sequence[object]] = ()
    stage: str = ""
    failure: str = ""
    compiled: str = ""


class Embedded:
    """An in-memory DuckDB with the data set."""

    def __init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("SET TimeZone = 'UTC'")
        for fixture in FIXTURES:
            for statement in duckdb_statements(fixture):
                self._connection.execute(statement)
            for select in fixture.select:
                compiled = compile_query(Query(fixture.table.name, Source("fixture", select), TABLES), {})
                self._connection.execute(f'INSERT INTO "{fixture.table.physical}" {compiled.sql}')

    def answer(self, sql: str, parameters: Mapping[str, Any] | None = None, reads: Mapping[str, Query] | None = None) -> Outcome:
        values = dict(parameters or {})
        try:
            query = Query("probe", Source("probe", sql), {**TABLES, **(reads or {})})
            compiled = compile_query(query, values)
        except DiagnosticError as error:
            return Outcome([], stage="refused", failure=str(error))
        except Exception as error:  # a crash of the compiler is an outcome to report, not the end of the run
            return Outcome([], stage="crash", failure=f"{type(error).__name__}: {error}")
        return self._run(compiled, values)

    def _run(self, compiled: Compiled, values: Mapping[str, Any]) -> Outcome:
        meta = [[column.name, str(column.type)] for column in compiled.columns]
        bound = {name: values[name] for name in compiled.parameters}
        try:
            raw = self._connection.execute(_readable(compiled), bound or None).fetchall()
        except (duckdb.FatalException, duckdb.InternalException) as error:
            self._open()  # DuckDB gives up the whole database after these
            return Outcome(meta, stage="engine", failure=_first_line(error), compiled=compiled.sql)
        except (duckdb.Error, RuntimeError, ValueError) as error:
            return Outcome(meta, stage="engine", failure=_first_line(error), compiled=compiled.sql)
        types = [column.type for column in compiled.columns]
        try:
            rows = [[shown(value, type_) for value, type_ in zip(row, types, strict=True)] for row in raw]
        except (WrongClass, ValueError) as error:
            return Outcome(meta, stage="value", failure=str(error), compiled=compiled.sql)
        return Outcome(meta, rows, compiled=compiled.sql)


def _readable(compiled: Compiled) -> str:
    """The statement with nanoseconds as text: Python's datetime has none."""
    if not any(column.type.precision > 6 for column in compiled.columns):
        return compiled.sql
    names = [f"c{number}" for number in range(len(compiled.columns))]
    shown_columns = (
        f"CAST({name} AS VARCHAR)" if column.type.precision > 6 else name
        for name, column in zip(names, compiled.columns, strict=True)
    )
    return f"SELECT {', '.join(shown_columns)} FROM ({compiled.sql}) AS q({', '.join(names)})"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
