"""Rows in the place of others, at once, and on through the views: what they made of the old rows goes too.

A replacement in part goes by partitions, as in ClickHouse: of those that the new rows lie in, it takes the rows that
its condition holds for. Of each target of a view it makes the partitions anew that these rows lead to. That is right
only when nothing else leads there, which is looked at first.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, columns_of
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.insertion import Insertion
from tinylite.ingest.mirrors import Mirrors
from tinylite.ingest.operation import Observer, Operation
from tinylite.ingest.views import ViewPlan, Views
from tinylite.sql import compile_expression
from tinylite.sql.physical import quoted

ROWS = 250_000
"""That are sorted at a time."""
_PARTITION = quoted("partition of rows")
"""No column has such a name."""
_NUMBERS = itertools.count()
Note = Callable[[Writer, int], None]


@dataclass(frozen=True, slots=True)
class Replacement:
    """`condition` is DuckDB's SQL, empty when all rows are replaced."""

    datasource: Datasource
    condition: str
    job: str
    quarantined: int = 0
    empties: bool = False
    """No new rows at all are meant too."""
    skips_incompatible: bool = False
    """Targets that can't be replaced in part are left as they are."""


def condition_of(datasource: Datasource, name: str, text: str) -> str:
    """DuckDB's SQL of a condition on the rows of a data source. Raises DiagnosticError; `name` is what it is called."""
    compiled = compile_expression(Source(name, text), columns_of(datasource))
    return f"coalesce(CAST(({compiled.sql}) AS BOOLEAN), false)"


def partition_of(datasource: Datasource) -> str:
    """DuckDB's SQL of the partition that a row lies in. Raises DiagnosticError."""
    key = datasource.engine.partition_key
    if key is None or not key.value.strip() or key.value.replace(" ", "") == "tuple()":
        return "0"
    return compile_expression(Source(key.span.source.path, key.value), columns_of(datasource)).sql


class Replacer:
    """For as long as loading is paused. `spoil` is told of tables whose rows get other ids."""

    def __init__(
        self,
        engine: DuckDBEngine,
        views: Views,
        mirrors: Mirrors,
        observe: Observer,
        datasources: Mapping[str, Datasource],
        spoil: Callable[[Writer, str], None],
    ) -> None:
        self._engine = engine
        self._views = views
        self._mirrors = mirrors
        self._observe = observe
        self._datasources = datasources
        self._spoil = spoil

    def replace(self, wanted: Replacement, into: Insertion, staged: str, note: Note, check: Callable[[], None]) -> int:
        """The number of rows that went in: those of the table `staged` that the condition holds for.

        Raises DiagnosticError (TL521), duckdb.Error; then nothing has happened.
        """
        name = wanted.datasource.name
        if not into.keeps:
            hint = "append to it: its views take what comes"
            raise DiagnosticError(Diagnostic("TL521", f"{name} has the engine Null, and holds no rows", hint=hint))
        started = time.perf_counter()
        touched = self._views.tables(name)
        if wanted.condition:
            below = (self._datasources[each] for each in self._views.downstream(name))
            self._engine.prepare((wanted.condition, *map(partition_of, (wanted.datasource, *below))))
        with self._engine.transaction(into.table, into.table + QUARANTINE_SUFFIX, *touched) as writer:
            where = f" WHERE {wanted.condition}" if wanted.condition else ""
            ((count,),) = writer.execute(f"SELECT count(*) FROM {quoted(staged)}{where}").fetchall()
            if not count and not wanted.empties:
                raise nothing_fits(wanted)
            self._mirrors.rewritten([name, *self._views.downstream(name)])
            for table in (into.table, *touched):
                self._spoil(writer, table)
            insert = partial(_insert, writer, into, staged, wanted.condition, check)
            if wanted.condition:
                self._in_part(writer, wanted, into, staged, insert)
            else:
                writer.execute(f"DELETE FROM {quoted(into.table)}")
                insert()
                self._remake(writer, name, check)
            note(writer, count)
        took = time.perf_counter() - started
        self._observe(Operation("replace", name, count, wanted.quarantined, took, wanted.job, wanted.job))
        return int(count)

    # -- all rows ---------------------------------------------------------------------------------------------------

    def _remake(self, writer: Writer, source: str, check: Callable[[], None]) -> None:
        """All that comes of a data source, from what it holds now."""
        for target in self._views.downstream(source):
            plans = self._views.feeding(target)
            for view in plans:
                if self._datasources[view.source].engine.name == "Null":
                    reason = f"{target} is also made by {view.name} of {view.source}, which keeps no rows"
                    raise DiagnosticError(Diagnostic("TL521", f"{target} can't be made anew: {reason}"))
            writer.execute(f"DELETE FROM {quoted(plans[0].into.table)}")
            for view in plans:
                check()
                with _block(writer, view, "true"):
                    writer.execute(view.into.sql(f"({view.rows})"), view.values)

    # -- a part of the rows -----------------------------------------------------------------------------------------

    def _in_part(
        self, writer: Writer, wanted: Replacement, into: Insertion, staged: str, insert: Callable[[], None]
    ) -> None:
        partition, table = partition_of(wanted.datasource), quoted(into.table)
        partitions = _Partitions(writer, partition)
        partitions.add(f"SELECT * FROM {quoted(staged)} WHERE {wanted.condition}")
        if wanted.empties:
            partitions.add(f"SELECT * FROM {table} WHERE {wanted.condition}")

        def change() -> None:
            writer.execute(f"DELETE FROM {table} WHERE {partitions.inside} AND {wanted.condition}")
            insert()

        self._cascade(writer, wanted, wanted.datasource.name, partitions, change)
        partitions.drop()

    def _cascade(
        self, writer: Writer, wanted: Replacement, source: str, inside: _Partitions, change: Callable[[], None]
    ) -> None:
        """`change` changes rows of the source in these partitions only."""
        by_target: dict[str, list[ViewPlan]] = {}
        for view in self._views.of(source):
            by_target.setdefault(view.target, []).append(view)
        found: dict[str, _Partitions] = {}
        for target, plans in by_target.items():
            found[target] = _Partitions(writer, partition_of(self._datasources[target]))
            _add_rows(writer, found[target], plans, inside.inside)
        change()
        for target, plans in by_target.items():
            partitions = found[target]
            _add_rows(writer, partitions, plans, inside.inside)
            reason = self._clash(writer, partitions, target, plans, inside)
            if not reason:
                following = partial(_make_anew, writer, partitions, plans, inside)
                self._cascade(writer, wanted, target, partitions, following)
            elif not wanted.skips_incompatible:
                hint = (
                    f"give {target} the ENGINE_PARTITION_KEY of {source}; or leave it as it is with "
                    "skip_incompatible_partition_key=true, and populate it"
                )
                raise DiagnosticError(Diagnostic("TL521", f"{target} can't be replaced in part: {reason}", hint=hint))
            partitions.drop()

    def _clash(
        self, writer: Writer, partitions: _Partitions, target: str, plans: list[ViewPlan], inside: _Partitions
    ) -> str:
        """What else leads to these partitions of the target, if anything does."""
        for view in self._views.feeding(target):
            is_own = view in plans
            if not is_own and self._datasources[view.source].engine.name == "Null":
                return f"{view.name} makes rows of it too"
            with _block(writer, view, f"NOT {inside.inside}" if is_own else "true"):
                rows = f"SELECT 1 FROM ({view.rows}) WHERE {partitions.inside} LIMIT 1"
                if writer.execute(rows, view.values).fetchall():
                    others = "rows of other partitions" if is_own else view.name
                    return f"{others} of {view.source} lead to the same partitions"
        return ""


class _Partitions:
    """Some partitions of a table, in a temporary table. `inside` is the condition that a row lies in one of them."""

    def __init__(self, writer: Writer, partition: str) -> None:
        self._writer = writer
        self._partition = partition
        self._table = quoted(f"partitions {next(_NUMBERS)} of a replacement")
        self._is_made = False
        known = f"SELECT 1 FROM {self._table} AS q WHERE q.{_PARTITION} IS NOT DISTINCT FROM ({partition})"
        self.inside = f"EXISTS ({known})"

    def add(self, rows: str, values: Mapping[str, object] | None = None) -> None:
        found = f"SELECT DISTINCT {self._partition} AS {_PARTITION} FROM ({rows})"
        if self._is_made:
            self._writer.execute(f"INSERT INTO {self._table} {found}", values)
        else:
            self._writer.execute(f"CREATE OR REPLACE TEMP TABLE {self._table} AS {found}", values)
            self._is_made = True

    def drop(self) -> None:
        self._writer.execute(f"DROP TABLE IF EXISTS {self._table}")


@contextmanager
def _block(writer: Writer, view: ViewPlan, condition: str) -> Iterator[None]:
    """The rows of a view's source that the condition holds for, as the block that it runs on."""
    name = quoted(view.block)
    writer.execute(f"DROP TABLE IF EXISTS {name}")
    writer.execute(f"CREATE TEMP VIEW {name} AS SELECT * FROM {quoted(view.table)} WHERE {condition}")
    yield
    writer.execute(f"DROP VIEW {name}")


def _add_rows(writer: Writer, partitions: _Partitions, plans: Iterable[ViewPlan], condition: str) -> None:
    for view in plans:
        with _block(writer, view, condition):
            partitions.add(view.rows, view.values)


def _make_anew(writer: Writer, partitions: _Partitions, plans: list[ViewPlan], inside: _Partitions) -> None:
    writer.execute(f"DELETE FROM {quoted(plans[0].into.table)} WHERE {partitions.inside}")
    for view in plans:
        with _block(writer, view, inside.inside):
            writer.execute(view.into.sql(f"({view.rows})"), view.values)


def _insert(writer: Writer, into: Insertion, staged: str, condition: str, check: Callable[[], None]) -> None:
    ((end,),) = writer.execute(f"SELECT coalesce(max(rowid), -1) + 1 FROM {quoted(staged)}").fetchall()
    for start in range(0, int(end), ROWS):
        check()
        rows = f"SELECT * FROM {quoted(staged)} WHERE rowid >= {start} AND rowid < {start + ROWS}"
        writer.execute(into.sql(f"({rows}{' AND ' + condition if condition else ''})"))


def nothing_fits(wanted: Replacement) -> DiagnosticError:
    name = wanted.datasource.name
    what = "that replace_condition holds for " if wanted.condition else ""
    message = f"the file has no row {what}that fits {name} ({wanted.quarantined} do not fit): nothing was replaced"
    hint = "with replace_truncate_when_empty=true the old rows are removed all the same"
    return DiagnosticError(Diagnostic("TL521", message, hint=hint))
