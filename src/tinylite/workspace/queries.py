"""From a program and arguments to a result: render, look the plan up or compile it, run it on a thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Limits, Result, Sink, Stop, WholeSink
from tinylite.engine.clickhouse.rows import ClickHouseRows
from tinylite.engine.clickhouse.statement import tables_of
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.project.access import Access
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.project.service import PREFIX
from tinylite.sql import Compiled, Table, compile_query
from tinylite.template import CACHE_TTLS
from tinylite.workspace.records import Records
from tinylite.workspace.workers import Workers

_KEPT_PLANS = 2000
_KEPT_VALUES = 50
"""Plans of one text, which differ in their pinned values."""


class Plans:
    """Compiled statements by the texts they were compiled from."""

    def __init__(self, most: int = _KEPT_PLANS) -> None:
        self._most = most
        self._plans: OrderedDict[tuple[str, ...], list[Compiled]] = OrderedDict()
        self._lock = threading.Lock()

    def compiled(self, prepared: Prepared) -> Compiled:
        """Raises DiagnosticError, located in the datafiles."""
        values = {name: value.value for name, value in prepared.values.items()}
        with self._lock:
            known = self._plans.get(prepared.key, ())
            for plan in known:
                if all(values.get(name) == value for name, value in plan.pinned.items()):
                    self._plans.move_to_end(prepared.key)
                    return plan
        # Others find their plans meanwhile; that two compile the same does no harm.
        try:
            plan = compile_query(prepared.query, values)
        except DiagnosticError as problem:
            raise prepared.located(problem) from None
        with self._lock:
            plans = self._plans.setdefault(prepared.key, [])
            plans.append(plan)
            del plans[:-_KEPT_VALUES]
            if len(self._plans) > self._most:
                self._plans.popitem(last=False)
        return plan


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer depends on: the versions of the tables that it was read from, and time or chance.

    `ttl` are the seconds that the template allows it to be kept whatever becomes of that.
    """

    versions: Mapping[str, int]
    is_volatile: bool
    ttl: int


class Output(Sink, WholeSink, Protocol):
    """Takes the rows of an answer while they come, and makes something of them: `made`."""

    @property
    def file(self) -> str:
        """A format that the engine writes itself, or ""."""

    def finished(self, result: Result) -> object: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """`made` is what the output made of the rows; without an output they are in the result."""

    result: Result
    freshness: Freshness
    made: Any = None


@dataclass(frozen=True, slots=True)
class Explained:
    """`rendered` are the nodes' texts in ClickHouse's SQL, by name; `values` go beside them. `sql` is the engine's
    statement, `plan` how it runs.
    """

    rendered: Mapping[str, str]
    values: Mapping[str, object]
    sql: str
    plan: str
    tables: tuple[str, ...]


class Queries:
    """Runs programs. `plans` belong to one snapshot: a changed table must not meet an old statement."""

    def __init__(
        self,
        engine: DuckDBEngine,
        workers: Workers,
        limits: Limits,
        records: Records,
        rows: ClickHouseRows | None = None,
    ) -> None:
        self._records = records
        self._engine = engine
        self._rows = rows
        self._workers = workers
        self.limits = limits

    async def run(
        self,
        program: Program,
        plans: Plans,
        arguments: Mapping[str, object],
        secrets: Secrets,
        access: Access,
        output: Output | None = None,
        shape: Hashable = None,
    ) -> Answered:
        """Requests of one `shape` take about the same time.

        Raises Busy; DiagnosticError: of the template (TL3xx), the SQL (TL4xx) or the engine (TL5xx).
        """

        def work(stop: Stop) -> Answered:
            return self._execute(program.prepare(arguments, secrets, access), plans, output, stop)

        return await self._workers.run_stoppable(work, shape, self.limits.seconds)

    def explain(self, program: Program, plans: Plans, arguments: Mapping[str, object], secrets: Secrets) -> Explained:
        """Raises as `run` does."""
        prepared = program.prepare(arguments, secrets)
        plan = plans.compiled(prepared)
        values = {name: value.value for name, value in prepared.values.items()}
        texts = {str(unit): rendered.text.strip() for unit, rendered in prepared.origins.values()}
        tables = tuple(sorted(plan.tables))
        if self._rows is not None and not _is_of_front(prepared):
            sql, shown = self._rows.explain(prepared)
            return Explained(texts, values, sql, shown, tables)
        return Explained(texts, values, plan.sql, self._engine.explain(plan, values), tables)

    def run_now(self, program: Program, plans: Plans, arguments: Mapping[str, object], secrets: Secrets) -> Result:
        return self._execute(program.prepare(arguments, secrets), plans).result

    def answer(
        self, prepared: Prepared, plan: Compiled, limits: Limits, output: Output | None, stop: Stop | None = None
    ) -> Result:
        """Of whoever holds the tables. Raises DiagnosticError: TL527 when none holds all of them."""
        if self._rows is not None and not _is_of_front(prepared):
            return self._rows.query(prepared, plan, limits, output, stop)
        values = {name: value.value for name, value in prepared.values.items()}
        return self._engine.query(plan, values, limits, output.file if output is not None else "", output, stop)

    def _execute(
        self, prepared: Prepared, plans: Plans, output: Output | None = None, stop: Stop | None = None
    ) -> Answered:
        plan = plans.compiled(prepared)
        reads_records = self._records.is_read_by(plan.tables)
        if reads_records:
            self._records.flush_for_reader()
        # Taken before the query: what changes meanwhile makes the answer old.
        versions = {table: self._engine.version(table) for table in plan.tables}
        result = self.answer(prepared, plan, self.limits, output, stop)
        # ClickHouse's tables change without our knowing: by TTLs, and by others who write to them.
        reads_records = reads_records or self._rows is not None
        ttl = CACHE_TTLS.get(str(prepared.hints.get("cache_ttl")), 0)
        made = output.finished(result) if output is not None else None
        return Answered(result, Freshness(versions, plan.is_volatile or reads_records, ttl), made)


def _is_of_front(prepared: Prepared) -> bool:
    """Whether a query reads what lies in the front's own database: service data sources, and quarantines.

    Raises DiagnosticError (TL527) when it reads rows of data sources too.
    """
    tables = list(tables_of(prepared.query))
    own = [table.name for table in tables if _is_own(table)]
    others = [table.name for table in tables if not _is_own(table)]
    if own and others:
        message = f"{own[0]} is kept beside ClickHouse, and can't be read together with {others[0]}, which is there"
        raise prepared.located(DiagnosticError(Diagnostic("TL527", message, hint="ask for them one after the other")))
    return bool(own)


def _is_own(table: Table) -> bool:
    return table.is_quarantine or table.name.startswith(PREFIX)
