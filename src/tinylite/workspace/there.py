"""What is done to rows that lie in ClickHouse, as jobs and by requests: they only pass through the front's tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse.rows import ClickHouseRows
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, STAGED_PREFIX
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.operation import Operation
from tinylite.ingest.typed_text import from_text
from tinylite.project import View
from tinylite.project.graph import downstream
from tinylite.project.plan import Plan, carried
from tinylite.project.program import Prepared
from tinylite.sql import Column, Query
from tinylite.sql.physical import duckdb_type, quoted, text_literal
from tinylite.workspace.done import mark_done, rows_done
from tinylite.workspace.jobs import Run
from tinylite.workspace.outbox import Outbox, Unsent
from tinylite.workspace.versions import Version

_LONGEST_LINE = 256 * 1024 * 1024
"""Bytes of a row on its way out."""


class There:
    """`follow` gives it what is live."""

    def __init__(self, rows: ClickHouseRows, engine: DuckDBEngine, ingest: Ingest, outbox: Outbox) -> None:
        self._rows = rows
        self._engine = engine
        self._ingest = ingest
        self._outbox = outbox
        self._version: Version | None = None

    def follow(self, version: Version) -> None:
        self._version = version

    def table(self, datasource: str) -> str:
        assert self._version is not None
        return self._version.snapshot.tables(datasource)

    def declared(self, datasource: str) -> Datasource:
        """As its datafile says."""
        assert self._version is not None
        return self._version.snapshot.project.datasources[datasource]

    def clear(self) -> None:
        """All that was loaded is there. Raises DiagnosticError (TL517)."""
        try:
            self._outbox.clear()
        except Unsent as problem:
            raise DiagnosticError(Diagnostic("TL517", str(problem))) from None

    # -- copies -----------------------------------------------------------------------------------------------------

    def copy(self, run: Run, pipe: str, target: Datasource, table: str, prepared: Prepared, *, replacing: bool) -> bool:
        """False when another version went live meanwhile. Raises DiagnosticError; Cancelled."""
        if self._done(run.job.id) is not None:
            return True
        self._ingest.catch_up()
        self.clear()
        started = time.perf_counter()
        made = self._rows.make(table, target, prepared, run.job.id, run.stoppable, replacing=replacing)
        try:
            run.check()
            with self._ingest.loading_paused():
                self.clear()
                now = self._ingest.target(target.name)
                if now is None or now.table != table or now.datasource.columns != target.columns:
                    self._rows.drop([made])
                    return False
                self._rewritten(target.name)
                count = self._rows.move(made, table, target, run.job.id, self._fed_by(target.name), replacing=replacing)
                self._finish(run.job.id, count)
        except DiagnosticError as problem:
            self._tell("copy", target.name, 0, started, run, pipe, problem.diagnostics[0].message)
            raise
        self._rows.drop([made])
        self._tell("copy", target.name, count, started, run, pipe)
        run.report({"written_rows": count, "mode": "replace" if replacing else "append", "percentage": 100.0})
        return True

    # -- views ------------------------------------------------------------------------------------------------------

    def view(self, pipe: str) -> View:
        """Raises DiagnosticError (TL508)."""
        found = next((view for view in self._views() if view.name == pipe), None)
        if found is None:
            raise DiagnosticError(Diagnostic("TL508", f"the materialized view '{pipe}' does not exist"))
        return found

    def feeding(self, target: str) -> list[View]:
        return [view for view in self._views() if view.target.name == target]

    def downstream(self, source: str) -> list[str]:
        """The data sources that views fill from one, also through others, each behind what it is made of."""
        return downstream(source, ((view.source.name, view.target.name) for view in self._views()))

    def populate(self, run: Run, pipe: str, *, truncate: bool) -> None:
        """What the source of a view holds, through the view; with `truncate` its target is made of all that feeds it.

        Events are acknowledged meanwhile, and loaded afterwards. Raises DiagnosticError; Cancelled.
        """
        if self._done(run.job.id) is not None:
            return
        view, started = self.view(pipe), time.perf_counter()
        with self._ingest.loading_paused():
            self.clear()
            views = self.feeding(view.target.name) if truncate else [view]
            self._rewritten(view.target.name)
            count = self._rows.fill(
                self.table(view.target.name), view.target, views, run.job.id, run.stoppable,
                self._fed_by(view.target.name),
            )  # fmt: skip
            self._finish(run.job.id, count)
        self._tell("populateview", view.target.name, count, started, run, pipe)
        run.report({"rows": count, "of": count, "percentage": 100.0})

    # -- deployments ------------------------------------------------------------------------------------------------

    def begin(self, live: Version | None, other: Version, plan: Plan, id: int) -> dict[str, str]:
        """Its tables and views, beside the live ones; nothing is written meanwhile. Gives what the live tables hold
        that history has to come from, by data source: rows that come from now on go to both.
        """
        self.clear()
        names, sources = other.snapshot.tables, other.snapshot.project.datasources
        fresh = {step.datasource for step in plan.steps if step.table == "fresh"}
        for name in fresh:
            self._rows.create(sources[name], names(name))
        taken = {}
        if live is not None:
            old = live.snapshot
            needed = {step.datasource for step in plan.steps if step.carry}
            needed |= {view.source.name for view in self._history(other, plan) if view.source.name not in fresh}
            for name in needed & old.project.datasources.keys():
                taken[name] = self._rows.snapshot(old.project.datasources[name], old.tables(name), f"history{id}")
        self._rows.create_views((view for view in other.views if view.target.name in fresh), names)
        return taken

    def fill(self, run: Run, live: Version, other: Version, plan: Plan, taken: Mapping[str, str]) -> None:
        """History into the tables of a deployment: what is carried goes through its views by itself."""
        names, before, after = other.snapshot.tables, live.snapshot.project, other.snapshot.project
        # What views join is there before they run.
        feeding = {view.source.name for view in other.views}
        for step in sorted((step for step in plan.steps if step.carry), key=lambda step: step.datasource in feeding):
            run.check()
            old, new, table = before.datasources[step.datasource], after.datasources[step.datasource], step.datasource
            if step.carry == "forward_query":
                query = carried(old, new, taken[table], by_query=True).query
                self._rows.carry(query, names(table), run.stoppable)
            else:
                self._rows.carry_columns(new, taken[table], names(table), run.stoppable)
        for view in self._history(other, plan):
            if view.source.name in taken and names(view.source.name) == live.snapshot.tables(view.source.name):
                run.check()
                self._rows.pass_through(view, taken[view.source.name], names(view.target.name), run.stoppable)

    def take(self, other: There, *, last: bool) -> None:
        """What the tables of another workspace's project hold, into those of the same project here; of each only the
        `last` partition.
        """
        assert other._version is not None
        other.clear()
        for source in other._version.snapshot.project.datasources.values():
            if source.engine.name.endswith("MergeTree"):
                self._rows.take(self.table(source.name), other._rows, other.table(source.name), last=last)

    def finish(self, taken: Mapping[str, str]) -> None:
        self._rows.drop(taken.values())

    def let_go(self, tables: Iterable[str]) -> None:
        """Of a deployment that is gone."""
        self._rows.drop(tables)

    @staticmethod
    def _history(other: Version, plan: Plan) -> list[View]:
        """The views that history goes through."""
        wanted = {view for step in plan.steps for view in step.views}
        return [view for view in other.views if view.name in wanted]

    # -- rows out ---------------------------------------------------------------------------------------------------

    def count(self, table: str, condition: str) -> int:
        """The rows that a condition in ClickHouse's SQL holds for."""
        self.clear()
        return self._rows.count(table, _whole(condition))

    def delete(self, run: Run, name: str, table: str, condition: str) -> None:
        """Once, and all of them. Raises DiagnosticError; Cancelled."""
        started = time.perf_counter()
        with self._ingest.paused():
            self.clear()
            run.check()
            deleted = self._done(run.job.id)
            if deleted is None:
                self._rewritten(name)
                deleted = self._rows.delete(table, _whole(condition))
                self._finish(run.job.id, deleted)
        run.report({"percentage": 100.0, "rows_affected": deleted})
        self._tell("delete", name, deleted, started, run)

    def truncate(self, names: Sequence[str]) -> None:
        """With their quarantines; nothing is loaded meanwhile."""
        self.clear()
        self._rewritten(*names)
        tables = [self.table(name) for name in names]
        for table in tables:
            self._rows.truncate(table)
        with self._engine.transaction(*(table + QUARANTINE_SUFFIX for table in tables)) as writer:
            for table in tables:
                writer.execute(f"DELETE FROM {quoted(table + QUARANTINE_SUFFIX)}")

    def replace(self, name: str, table: str, target: Datasource, staged: str, job: str) -> None:
        """The rows of one of the front's tables take the place of all others, and of what views made of them."""
        self._rewritten(name, *self.downstream(name))
        made = self._rows.beside(table, target, job)
        self._outbox.pour(staged, made, target)
        self._rows.move(made, table, target, job, (), replacing=True)
        self._rows.drop([made])
        for below in self.downstream(name):
            views = self.feeding(below)
            kept_nowhere = next((view for view in views if view.source.engine.name == "Null"), None)
            if kept_nowhere is not None:
                reason = f"{below} is also made by {kept_nowhere.name} of a data source that keeps no rows"
                raise DiagnosticError(Diagnostic("TL521", f"{below} can't be made anew: {reason}"))
            self._rows.fill(self.table(below), views[0].target, views, f"{job}/{below}", lambda end: None, ())

    # -- rows that go elsewhere -------------------------------------------------------------------------------------

    def stage(
        self,
        name: str,
        query: Query,
        values: Mapping[str, object],
        columns: Sequence[Column],
        stoppable: Callable[[Callable[[], None]], None],
    ) -> str:
        """The answer of a query as one of the front's tables, with the columns c0, c1, …; gives its name."""
        self._ingest.catch_up()
        self.clear()
        table, path = STAGED_PREFIX + name, self._engine.staging / f"{name}.rows"
        try:
            path.write_bytes(self._rows.lines(query, values, stoppable))
            cells = ", ".join(
                f"CAST({from_text(f'json_extract_string(line, {i})', type_)} AS {duckdb_type(type_)}) AS c{i}"
                for i, type_ in enumerate(column.type for column in columns)
            )
            rows = (
                f"read_csv({text_literal(str(path))}, delim = chr(31), quote = '', escape = '', header = false, "
                f"auto_detect = false, columns = {{'line': 'VARCHAR'}}, max_line_size = {_LONGEST_LINE}, "
                f"buffer_size = {2 * _LONGEST_LINE})"
            )
            with closing(self._engine.cursor()) as cursor:
                cursor.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS SELECT {cells} FROM {rows}")
        finally:
            path.unlink(missing_ok=True)
        return table

    # -- once -------------------------------------------------------------------------------------------------------

    def _rewritten(self, *names: str) -> None:
        """A deployment beside the live one whose own tables of these don't get what is done here is given up."""
        self._ingest.rewritten(names)

    def _views(self) -> Sequence[View]:
        return self._version.views if self._version is not None else ()

    def _fed_by(self, source: str) -> list[tuple[View, str]]:
        return [(view, self.table(view.target.name)) for view in self._views() if view.source.name == source]

    def _done(self, id: str) -> int | None:
        with self._engine.transaction() as writer:
            return rows_done(writer, id)

    def _finish(self, id: str, count: int) -> None:
        with self._engine.transaction() as writer:
            mark_done(writer, id, count)

    def _tell(
        self, kind: str, datasource: str, rows: int, started: float, run: Run, pipe: str = "", error: str = ""
    ) -> None:
        took = time.perf_counter() - started
        self._ingest.told(Operation(kind, datasource, rows, 0, took, job_id=run.job.id, pipe=pipe, error=error))


def _whole(condition: str) -> str:
    """It may end in a comment."""
    return f"({condition}\n)"
