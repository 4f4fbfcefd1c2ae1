"""From a program and arguments to a result: render, look the plan up or compile it, run it on a thread."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits, Result, Sink, Stop, WholeSink
from tinylite.engine.capabilities import refusal
from tinylite.engine.clickhouse.rows import ClickHouseRows
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.project.access import Access
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.project.service import PREFIX
from tinylite.sql import Compiled, Table, compile_query
from tinylite.template import CACHE_TTLS, Value
from tinylite.workspace.at_once import LONGEST, AtOnce
from tinylite.workspace.records import Records
from tinylite.workspace.workers import Workers

_KEPT_PLANS = 2000
_MOST_AT_ONCE = 16
"""Questions that are run on the event loop in a row."""
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
        plan = self.known(prepared)
        if plan is not None:
            return plan
        values = {name: value.value for name, value in prepared.values.items()}
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

    def known(self, prepared: Prepared) -> Compiled | None:
        """When it was compiled before."""
        with self._lock:
            for plan in self._plans.get(prepared.key, ()):
                if not plan.pinned or _agree(plan.pinned, prepared.values):
                    self._plans.move_to_end(prepared.key)
                    return plan
        return None


def _agree(pinned: Mapping[str, object], values: Mapping[str, Value]) -> bool:
    return all((values[name].value if name in values else None) == value for name, value in pinned.items())


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


@dataclass(slots=True)
class _Soon:
    """A question that is run at the end of this turn of the event loop, and who wait for it."""

    program: Program
    plans: Plans
    arguments: Mapping[str, object]
    secrets: Secrets
    access: Access
    output: Output | None
    shape: Hashable
    waiting: list[asyncio.Future[Answered | None]] = field(default_factory=list)
    prepared: Prepared | None = None
    plan: Compiled | None = None

    def answer(self, answered: Answered | None) -> None:
        for waiting in self.waiting:
            if not waiting.done():
                waiting.set_result(answered)

    def fail(self, problem: Exception) -> None:
        for waiting in self.waiting:
            if not waiting.done():
                waiting.set_exception(problem)


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
        self._at_once = AtOnce()
        self._soon: dict[Hashable, _Soon] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._short = replace(limits, seconds=min(LONGEST, limits.seconds or LONGEST))
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
            started = time.thread_time()
            prepared = program.prepare(arguments, secrets, access)
            plan = plans.compiled(prepared)
            answered = self._execute(prepared, plan, self.limits, output, stop)
            if self._engine.reads_little(plan) and not self._records.is_read_by(plan.tables):
                self._at_once.learn(shape, time.thread_time() - started)
            else:
                self._at_once.forget(shape)
            return answered

        return await self._workers.run_stoppable(work, shape, self.limits.seconds)

    def run_at_once(
        self,
        key: Hashable,
        program: Program,
        plans: Plans,
        arguments: Mapping[str, object],
        secrets: Secrets,
        access: Access,
        output: Output | None,
        shape: Hashable,
    ) -> asyncio.Future[Answered | None] | None:
        """As `run`, on the event loop. None, now or in the end, when it might take long. Equal keys are one question.

        Those that come together are run one after the other: the engine's code and Python's displace each other from
        the processor's caches, and each takes half as long when it runs again at once.
        """
        if not (self._at_once.allows(shape) and self._engine.is_calm and self._workers.is_calm):
            return None
        if self._rows is not None or (output is not None and output.file):
            return None
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # What another one left behind when it ended, nobody waits for.
            self._soon.clear()
            self._loop = loop
        known = self._soon.get(key)
        if known is None:
            if not self._soon:
                loop.call_soon(self._run_soon, loop)
            known = self._soon[key] = _Soon(program, plans, arguments, secrets, access, output, shape)
        waiting: asyncio.Future[Answered | None] = loop.create_future()
        known.waiting.append(waiting)
        return waiting

    def _run_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        found = list(islice(self._soon.items(), _MOST_AT_ONCE))
        for key, _ in found:
            del self._soon[key]
        if self._soon:
            # Others have their turn in between.
            loop.call_soon(self._run_soon, loop)
        for _, soon in found:
            self._prepare_soon(soon)
        for _, soon in found:
            if soon.plan is not None:
                soon.answer(self._answer_soon(soon))

    def _prepare_soon(self, soon: _Soon) -> None:
        try:
            soon.prepared = soon.program.prepare(soon.arguments, soon.secrets, soon.access)
        except Exception as problem:
            soon.fail(problem)
            return
        plan = soon.plans.known(soon.prepared)
        if plan is None or not self._engine.reads_little(plan) or self._records.is_read_by(plan.tables):
            self._at_once.forget(soon.shape)
            soon.answer(None)
            return
        soon.plan = plan

    def _answer_soon(self, soon: _Soon) -> Answered | None:
        assert soon.prepared is not None
        assert soon.plan is not None
        started = time.perf_counter()
        try:
            answered = self._execute(soon.prepared, soon.plan, self._short, soon.output, small=True)
        except Exception:
            # It took too long, or the tables changed; the long way tells what is wrong with it.
            self._at_once.forget(soon.shape)
            return None
        self._at_once.learn(soon.shape, time.perf_counter() - started)
        return answered

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
        prepared = program.prepare(arguments, secrets)
        return self._execute(prepared, plans.compiled(prepared), self.limits).result

    def answer(
        self,
        prepared: Prepared,
        plan: Compiled,
        limits: Limits,
        output: Output | None,
        stop: Stop | None = None,
        *,
        small: bool = False,
    ) -> Result:
        """Of whoever holds the tables. Raises DiagnosticError: TL527 when none holds all of them."""
        if self._rows is not None and not _is_of_front(prepared):
            return self._rows.query(prepared, plan, limits, output, stop)
        values = {name: value.value for name, value in prepared.values.items()}
        file = output.file if output is not None else ""
        return self._engine.query(plan, values, limits, file, output, stop, small=small)

    def _execute(
        self,
        prepared: Prepared,
        plan: Compiled,
        limits: Limits,
        output: Output | None = None,
        stop: Stop | None = None,
        *,
        small: bool = False,
    ) -> Answered:
        reads_records = self._records.is_read_by(plan.tables)
        if reads_records:
            self._records.flush_for_reader()
        # Taken before the query: what changes meanwhile makes the answer old.
        versions = {table: self._engine.version(table) for table in plan.tables}
        result = self.answer(prepared, plan, limits, output, stop, small=small)
        # ClickHouse's tables change without our knowing: by TTLs, and by others who write to them.
        reads_records = reads_records or self._rows is not None
        ttl = CACHE_TTLS.get(str(prepared.hints.get("cache_ttl")), 0)
        made = output.finished(result) if output is not None else None
        return Answered(result, Freshness(versions, plan.is_volatile or reads_records, ttl), made)


def _is_of_front(prepared: Prepared) -> bool:
    """Whether a query reads what lies in the front's own database: service data sources, and quarantines.

    Raises DiagnosticError (TL527) when it reads rows of data sources too.
    """
    tables = list(prepared.query.tables())
    own = [table.name for table in tables if _is_own(table)]
    others = [table.name for table in tables if not _is_own(table)]
    if own and others:
        over = "one query over rows and a quarantine or service data source"
        raise prepared.located(refusal(over, own[0], others[0]))
    return bool(own)


def _is_own(table: Table) -> bool:
    return table.is_quarantine or table.name.startswith(PREFIX)
