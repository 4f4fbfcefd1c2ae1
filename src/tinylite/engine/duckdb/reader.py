"""The connections of one thread that reads."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Literal

import duckdb

from tinylite.engine.base import Row, RowText, Sink
from tinylite.engine.duckdb.arrow_stream import texts
from tinylite.engine.duckdb.connect import Special
from tinylite.engine.duckdb.functions import PythonFunctions
from tinylite.engine.duckdb.profile import Profile, profile_of
from tinylite.sql.query import Column, Compiled
from tinylite.types import Type

_KEPT_STATEMENTS = 500
_BATCH = 2048
"""Rows that are taken at once: a vector of DuckDB's."""
_MANY = 5 * _BATCH
"""Rows from which on it is cheaper to let DuckDB write their texts than to take their values."""
_CHEAP = 1.0
"""Seconds that a query may have taken to be run again for its texts."""
Values = dict[str, Any]
Reads = Literal["little", "some", "much"]
"""How much a statement reads: see `DuckDBEngine`."""


class Reader:
    """Keeps parsed statements: a statement object costs half as much to run as its text.

    `special` are its other connections; None when there are no more.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        special: Special | None,
        functions: PythonFunctions,
        generation: int,
    ) -> None:
        self.cursor = cursor
        self.generation = generation
        self._profiled = special.profiled if special else None
        self._unoptimized = special.unoptimized if special else cursor
        self._functions = functions
        self._statements: OrderedDict[tuple[int, str], tuple[duckdb.Statement, tuple[str, ...]]] = OrderedDict()
        """With the names of their parameters."""
        self._long: OrderedDict[str, bool] = OrderedDict()
        self._used = cursor

    def interrupt(self) -> None:
        for connection in self._connections():
            connection.interrupt()

    def close(self) -> None:
        """Raises duckdb.Error while a statement runs."""
        for connection in self._connections():
            connection.close()

    def _connections(self) -> Iterator[duckdb.DuckDBPyConnection]:
        yield self.cursor
        if self._profiled is not None:
            yield self._profiled
            yield self._unoptimized

    def fetch(self, sql: str, values: Values) -> list[Row]:
        """Of the connection that was used last."""
        return self._execute(sql, values).fetchall()

    def fetch_plain(self, sql: str) -> list[Row]:
        """Beside whatever was used last."""
        rows: list[Row] = self.cursor.execute(sql).fetchall()
        return rows

    def explain(self, sql: str, values: Values) -> list[Row]:
        self._functions.prepare(sql)
        self._used = self.cursor
        rows: list[Row] = self.cursor.execute(f"EXPLAIN {sql}", values or None).fetchall()
        return rows

    def number(self, sql: str, values: Values) -> int:
        """Of a statement that gives one."""
        ((number,),) = self._execute(sql, values).fetchall()
        return int(number)

    def send(self, compiled: Compiled, values: Values, sink: Sink, reads: Reads) -> int:
        """The number of rows. Raises duckdb.Error, and what the sink raises."""
        try:
            return self._send(compiled, values, sink, reads)
        except (duckdb.ConversionException, duckdb.InvalidInputException, duckdb.OutOfRangeException):
            if reads != "little":
                raise
        # Without the optimizer even columns that nobody asks for are computed. ClickHouse never does that.
        return self._send(compiled, values, sink, "some")

    def _send(self, compiled: Compiled, values: Values, sink: Sink, reads: Reads) -> int:
        self._used = self.cursor
        if reads == "much" and self._profiled is not None:
            self._used = self._profiled
        elif reads == "little":
            self._used = self._unoptimized
        has_nanoseconds = any(_has_nanoseconds(column.type) for column in compiled.columns)
        text = sink.text_of_row(compiled.columns) if has_nanoseconds or self._long.get(compiled.sql) else None
        if text is not None:
            return self._send_texts(text, compiled, values, sink)
        result = self._execute(_without_nanoseconds(compiled) if has_nanoseconds else compiled.sql, values)
        sink.begin(compiled.columns)
        try:
            sent = self._send_rows(result, compiled, sink)
        except BaseException:
            result.abort()
            raise
        if sent is not None:
            return sent
        result.abort()
        text = sink.text_of_row(compiled.columns)
        assert text is not None
        return self._send_texts(text, compiled, values, sink)

    def profile(self) -> Profile | None:
        """Of what was sent last, when that was to be counted and could be."""
        return profile_of(self._profiled) if self._profiled is not None and self._used is self._profiled else None

    def _send_rows(self, result: duckdb.DuckDBPyConnection, compiled: Compiled, sink: Sink) -> int | None:
        """None when there are so many that they are better sent as texts, from the beginning."""
        started = time.perf_counter()
        count, is_long = 0, False
        while batch := result.fetchmany(_BATCH):
            sink.rows(batch)
            count += len(batch)
            if len(batch) < _BATCH:
                # To ask once more costs a tenth of a small query.
                break
            if count > _MANY and not is_long:
                is_long = True
                if sink.text_of_row(compiled.columns) is not None:
                    self._remember(compiled.sql)
                    if time.perf_counter() - started < _CHEAP:
                        return None
        return count

    def _send_texts(self, text: RowText, compiled: Compiled, values: Values, sink: Sink) -> int:
        sql = text.of(f"({compiled.sql}) AS answer({physical_names(compiled.columns)})")
        self._functions.prepare(sql)
        (statement,) = self._used.extract_statements(sql)
        used = {name: values[name] for name in statement.named_parameters}
        sink.begin(compiled.columns)
        count = 0
        # Closed at once, or the connection would be busy for as long as somebody holds an error.
        with closing(texts(self._used.sql(sql, params=used or None))) as pieces:
            for piece, rows in pieces:
                sink.texts(piece, rows)
                count += rows
        if count < _MANY // 2:
            self._long.pop(compiled.sql, None)
        return count

    def _remember(self, sql: str) -> None:
        self._long[sql] = True
        if len(self._long) > _KEPT_STATEMENTS:
            self._long.popitem(last=False)

    def _execute(self, sql: str, values: Values) -> duckdb.DuckDBPyConnection:
        key = (id(self._used), sql)
        known = self._statements.get(key)
        if known is None:
            self._functions.prepare(sql)
            (statement,) = self._used.extract_statements(sql)
            if statement.type != duckdb.StatementType.SELECT:
                raise duckdb.InvalidInputException("only a SELECT can be asked")
            known = self._statements[key] = statement, tuple(statement.named_parameters)
            if len(self._statements) > _KEPT_STATEMENTS:
                self._statements.popitem(last=False)
        statement, names = known
        return self._used.execute(statement, {name: values[name] for name in names} if names and values else None)


def _has_nanoseconds(type_: Type) -> bool:
    """Values of Python are cut to microseconds."""
    return type_.precision > 6 or any(map(_has_nanoseconds, type_.args))


def _without_nanoseconds(compiled: Compiled) -> str:
    """As text they stay whole."""
    cells = [
        f"CAST(c{number} AS VARCHAR)" if column.type.precision > 6 else f"c{number}"
        for number, column in enumerate(compiled.columns)
    ]
    return f"SELECT {', '.join(cells)} FROM ({compiled.sql}) AS answer({physical_names(compiled.columns)})"


def physical_names(columns: Sequence[Column]) -> str:
    return ", ".join(f"c{number}" for number in range(len(columns)))
