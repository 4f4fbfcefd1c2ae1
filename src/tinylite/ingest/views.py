"""Materialized views: what becomes of the rows that a data source has just got, in the same transaction.

ClickHouse runs a view on each inserted block, which then stands for its source wherever the query names it; the views
of its target follow. A view that fails must not cost the rows of its source. DuckDB ends a transaction at the first
error and has no savepoints, so the block is written again without the view: its rows are kept aside with the reason.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import duckdb

from tinylite.engine.duckdb.ddl import FAILED_BLOCKS
from tinylite.engine.duckdb.errors import FATAL, translated
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.insertion import Insertion, block_of, completed, insertion
from tinylite.ingest.operation import Operation
from tinylite.project.graph import downstream
from tinylite.project.views import View
from tinylite.sql.physical import quoted

logger = logging.getLogger("tinylite.ingest")
T = TypeVar("T")
Path = tuple[str, ...]
"""The names of the views that rows have come through."""


@dataclass(slots=True)
class Passage:
    """One block on its way through the views, from attempt to attempt."""

    kind: str
    import_id: str
    job_id: str = ""
    failed: dict[Path, str] = field(default_factory=dict)
    """Views that can't take this block, with the reasons."""
    imports: Mapping[str, object] = field(default_factory=dict)
    """The requests of a block of events, as `BlockPlan.rejected` takes them."""
    written: list[Operation] = field(default_factory=list)
    """By the views, in the last attempt."""


class ViewFailed(Exception):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{' → '.join(path)}: {reason}")
        self.path = path
        self.reason = reason


class GivenUp(Exception):
    """A deployment beside the live one can't take this block. The transaction is lost; the block is written again after
    `leave_out`, without that deployment.
    """

    def __init__(self, leave_out: Callable[[], None]) -> None:
        super().__init__("a deployment is given up")
        self.leave_out = leave_out


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """The statements of a view: `rows` gives the rows of its target out of the block of its source.

    `table` is the name in the engine of the source's table.
    """

    name: str
    source: str
    table: str
    target: str
    into: Insertion
    rows: str
    values: Mapping[str, object]
    deployment: str = ""
    """Empty for the live one."""

    @property
    def block(self) -> str:
        """The temporary table of the source's new rows."""
        return block_of(self.source, self.deployment)


def plan_view(view: View, tables: Callable[[str], str] = str, deployment: str = "") -> ViewPlan:
    """`tables` gives the names in the engine of data sources. Raises DiagnosticError, located in the datafiles."""
    compiled = view.compiled(block_of(view.source.name, deployment))
    rows = completed(compiled.sql, view.target, {column.name for column in compiled.columns})
    values = {name: view.prepared.values[name].value for name in compiled.parameters}
    into = insertion(view.target, tables(view.target.name))
    if into.merged and not into.known_by and view.has_unique_keys:
        into = replace(into, merged="")  # there is nothing to merge
    names = view.name, view.source.name, tables(view.source.name), view.target.name
    return ViewPlan(*names, into, rows, values, deployment)


class Views:
    """The views of a project. It never changes; no view reads what it leads to."""

    def __init__(self, plans: Iterable[ViewPlan] = ()) -> None:
        self._by_source: dict[str, list[ViewPlan]] = {}
        for plan in plans:
            self._by_source.setdefault(plan.source, []).append(plan)

    def of(self, source: str) -> Sequence[ViewPlan]:
        return self._by_source.get(source, ())

    def named(self, pipe: str) -> ViewPlan | None:
        return next((plan for plans in self._by_source.values() for plan in plans if plan.name == pipe), None)

    def feeding(self, target: str) -> list[ViewPlan]:
        return [plan for plans in self._by_source.values() for plan in plans if plan.target == target]

    def downstream(self, source: str) -> list[str]:
        """All targets that rows of the source lead to, each behind what it is made of."""
        return downstream(source, ((plan.source, plan.target) for plans in self._by_source.values() for plan in plans))

    @property
    def statements(self) -> tuple[str, ...]:
        """All that may call functions."""
        plans = [plan for plans in self._by_source.values() for plan in plans]
        return tuple(text for plan in plans for text in (plan.rows, plan.into.order, plan.into.merged))

    def tables(self, source: str) -> set[str]:
        """All that a block of the source may lead to."""
        return {table for view in self.of(source) for table in (view.into.table, *self.tables(view.target))}

    def run(self, writer: Writer, source: str, passage: Passage, path: Path = ()) -> None:
        """The block's rows are in `block_of(source)`. Raises ViewFailed: the transaction is then lost."""
        for view in self.of(source):
            step = (*path, view.name)
            started = time.perf_counter()
            reason = passage.failed.get(step, "")
            if reason:
                _keep(writer, view, passage.import_id, reason)
                rows = 0
            else:
                try:
                    rows = self.write(writer, view)
                except FATAL:
                    raise
                except duckdb.Error as problem:
                    raise ViewFailed(step, translated(problem).diagnostics[0].message) from problem
            took = time.perf_counter() - started
            done = Operation(
                passage.kind, view.target, rows, 0, took, passage.import_id, passage.job_id, view.name, reason
            )
            passage.written.append(done)
            if rows:
                self.run(writer, view.target, passage, step)

    def write(self, writer: Writer, view: ViewPlan) -> int:
        """The number of rows that the view makes of the block, which are then in the block of its target."""
        if not self.of(view.target) and view.into.keeps:
            ((count,),) = writer.execute(view.into.sql(f"({view.rows})"), view.values).fetchall()
            return int(count)
        block = block_of(view.target, view.deployment)
        created = f"CREATE OR REPLACE TEMP TABLE {quoted(block)} AS {view.rows}"
        ((count,),) = writer.execute(created, view.values).fetchall()
        if count and view.into.keeps:
            writer.execute(view.into.sql(quoted(block)))
        return int(count)


NO_VIEWS = Views()


def without_failing(passage: Passage, write: Callable[[Passage], T]) -> T:
    """What `write` gives, a transaction in which the failed views of a block are left out."""
    while True:
        passage.written.clear()
        try:
            return write(passage)
        except GivenUp as problem:
            problem.leave_out()
        except ViewFailed as problem:
            logger.error("a materialized view failed on a block, whose rows are kept aside: %s", problem)
            passage.failed[problem.path] = problem.reason


def _keep(writer: Writer, view: ViewPlan, import_id: str, reason: str) -> None:
    writer.execute(
        f"INSERT INTO {FAILED_BLOCKS} SELECT CAST(timezone('UTC', now()) AS TIMESTAMP), $pipe, $source, $target, "
        f"$import_id, $reason, count(*), list(to_json(b)) FROM {quoted(view.block)} AS b",
        {"pipe": view.name, "source": view.source, "target": view.target, "import_id": import_id, "reason": reason},
    )
