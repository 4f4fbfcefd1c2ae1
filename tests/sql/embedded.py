"""The embedded engine under test: the data set in DuckDB, statements compiled by tinylite."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.sql.compare import Answer, Row, WrongClass, shown
from tests.sql.fixture import Fixture
from tests.sql.load import duckdb_statements
from tests.sql.tables import FIXTURES
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.engine.duckdb.connect import connect
from tinylite.engine.duckdb.functions import PythonFunctions
from tinylite.sql import compile_query
from tinylite.sql.physical import duckdb_type
from tinylite.sql.query import Compiled, Query, Table

_NANOSECONDS = "TIMESTAMP_NS"
TABLES: dict[str, Query | Table] = {fixture.table.name: fixture.table for fixture in FIXTURES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a statement: an answer, or `failure` with the stage where it stopped.

    Stages: `refused` a diagnostic of the compiler; `crash` any other exception of the compiler; `engine` DuckDB refused
    the compiled SQL or failed while running it; `value` a result whose Python class does not fit its column.
    """

    answer: Answer | None = None
    stage: str = ""
    failure: str = ""
    compiled: str = ""


class Embedded:
    """An in-memory DuckDB with the data set."""

    def __init__(self) -> None:
        self._fixtures = list(FIXTURES)
        self._open()

    def _open(self) -> None:
        self._connection = connect(None, Path(tempfile.gettempdir()), threads=1)
        self._functions = PythonFunctions(self._connection)
        for fixture in self._fixtures:
            self._fill(fixture)

    def add(self, fixture: Fixture) -> None:
        """One more table. Statements see it when it is among their `reads`."""
        self._fixtures.append(fixture)
        self._fill(fixture)

    def _fill(self, fixture: Fixture) -> None:
        for statement in duckdb_statements(fixture):
            self._connection.execute(statement)
        for select in fixture.select:
            compiled = compile_query(Query(fixture.table.name, Source("fixture", select), TABLES), {})
            self._functions.prepare(compiled.sql)
            self._connection.execute(f'INSERT INTO "{fixture.table.physical}" {compiled.sql}')

    def answer(
        self, sql: str, parameters: Mapping[str, Any] | None = None, reads: Mapping[str, Query | Table] | None = None
    ) -> Outcome:
        values = dict(parameters or {})
        try:
            query = Query("probe", Source("probe", sql), reads or TABLES)
            compiled = compile_query(query, values)
        except DiagnosticError as error:
            return Outcome(stage="refused", failure=str(error))
        except Exception as error:  # a crash of the compiler is an outcome to report, not the end of the run
            return Outcome(stage="crash", failure=f"{type(error).__name__}: {error}")
        return self._run(compiled, values)

    def _run(self, compiled: Compiled, values: Mapping[str, Any]) -> Outcome:
        bound = {name: values[name] for name in compiled.parameters}
        try:
            rows = self._rows(compiled.sql, compiled, bound)
            totals = self._rows(compiled.totals, compiled, bound) if compiled.totals else [None]
        except (duckdb.FatalException, duckdb.InternalException) as error:
            self._open()  # DuckDB gives up the whole database after these
            return Outcome(None, "engine", _first_line(error), compiled.sql)
        except duckdb.Error as error:
            return Outcome(None, "engine", _first_line(error), compiled.sql)
        except (WrongClass, ValueError) as error:
            return Outcome(None, "value", str(error), compiled.sql)
        meta = [[column.name, str(column.type)] for column in compiled.columns]
        return Outcome(Answer(meta, rows, totals[0]), compiled=compiled.sql)

    def _rows(self, sql: str, compiled: Compiled, bound: Mapping[str, Any]) -> list[Row]:
        self._functions.prepare(sql)
        raw = self._connection.execute(_readable(sql, compiled), dict(bound) or None).fetchall()
        types = [column.type for column in compiled.columns]
        return [[shown(value, type_) for value, type_ in zip(row, types, strict=True)] for row in raw]


def _readable(sql: str, compiled: Compiled) -> str:
    """The statement with nanoseconds as text: Python's datetime has none."""
    types = [duckdb_type(column.type) for column in compiled.columns]
    if not any(_NANOSECONDS in type_ for type_ in types):
        return sql
    names = [f"c{number}" for number in range(len(types))]
    shown_columns = (
        f"CAST({name} AS {type_.replace(_NANOSECONDS, 'VARCHAR')})" if _NANOSECONDS in type_ else name
        for name, type_ in zip(names, types, strict=True)
    )
    return f"SELECT {', '.join(shown_columns)} FROM ({sql}) AS q({', '.join(names)})"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
