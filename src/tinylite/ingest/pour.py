"""Rows of a query into a data source, and on through its views: what copies and populations write."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import duckdb

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.errors import FATAL, translated
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.insertion import Insertion, block_of
from tinylite.ingest.mirrors import Mirrors
from tinylite.ingest.operation import Observer, Operation
from tinylite.ingest.views import Passage, ViewPlan, Views, without_failing
from tinylite.sql.physical import quoted

Note = Callable[[Writer, int], None]
"""Writes down, in the same transaction, that so many rows were written."""


class Pourer:
    """Writes to data sources as the loader does: the views of a target follow, and a failing one costs nothing."""

    def __init__(self, engine: DuckDBEngine, views: Views, mirrors: Mirrors, observe: Observer) -> None:
        self._engine = engine
        self._views = views
        self._mirrors = mirrors
        self._observe = observe

    def copy(
        self,
        passage: Passage,
        pipe: str,
        target: str,
        into: Insertion,
        rows: str,
        note: Note,
        *,
        replace: bool,
        also: Collection[str] = (),
        quarantined: int = 0,
    ) -> int:
        """`rows` is what stands behind FROM. With `replace` they take the place of all others, at once. `also` are
        tables that `note` writes to; `quarantined` is only told.

        Raises DiagnosticError (TL501).
        """

        def write(passage: Passage) -> int:
            tables = {into.table, *also, *self._views.tables(target), *self._mirrors.tables(target)}
            with self._engine.transaction(*tables, appends=not replace) as writer:
                if replace:
                    writer.execute(f"DELETE FROM {quoted(into.table)}")
                ((count,),) = writer.execute(f"SELECT count(*) FROM {rows}").fetchall()
                if into.keeps:
                    writer.execute(into.sql(rows))
                if (count or replace) and (self._views.of(target) or self._mirrors.of(target)):
                    block = quoted(block_of(target))
                    writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS SELECT * FROM {rows}")
                    if count:
                        self._views.run(writer, target, passage)
                    self._mirrors.write_rows(writer, target, passage, replace=replace)
                    writer.execute(f"DROP TABLE {block}")
                note(writer, count)
            return int(count)

        return self._told(passage, pipe, target, write, quarantined)

    def populate(self, passage: Passage, view: ViewPlan, rows: str, note: Note) -> int:
        """`rows`, a SELECT of the view's source, through this view alone, and on through those of its target.

        Raises DiagnosticError (TL501) when the view itself fails.
        """
        path = (view.name,)

        def write(passage: Passage) -> int:
            with self._engine.transaction(view.into.table, *self._views.tables(view.target)) as writer:
                block = quoted(view.block)
                ((count,),) = writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS {rows}").fetchall()
                written = self._views.write(writer, view) if count else 0
                if written:
                    self._views.run(writer, view.target, passage, path)
                note(writer, count)
                writer.execute(f"DROP TABLE {block}")
            return written

        return self._told(passage, view.name, view.target, write)

    def _told(
        self, passage: Passage, pipe: str, target: str, write: Callable[[Passage], int], quarantined: int = 0
    ) -> int:
        started = time.perf_counter()
        try:
            rows = without_failing(passage, write)
        except FATAL:
            raise
        except duckdb.Error as problem:
            failure = translated(problem)
            self._observe(self._operation(passage, pipe, target, 0, started, failure.diagnostics[0].message))
            raise failure from problem
        self._observe(self._operation(passage, pipe, target, rows, started, quarantined=quarantined))
        for written in passage.written:
            self._observe(written)
        return rows

    @staticmethod
    def _operation(
        passage: Passage, pipe: str, target: str, rows: int, started: float, error: str = "", quarantined: int = 0
    ) -> Operation:
        took = time.perf_counter() - started
        return Operation(passage.kind, target, rows, quarantined, took, passage.import_id, passage.job_id, pipe, error)
