"""From a program and arguments to a result: render, look the plan up or compile it, run it on a thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Limits, Result
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.project.access import Access
from tinylite.project.program import Prepared, Program, Secrets
from tinylite.sql import Compiled, compile_query
from tinylite.template import CACHE_TTLS
from tinylite.workspace.records import Records
from tinylite.workspace.workers import Workers

_KEPT_PLANS = 2000
_KEPT_VALUES = 50
"""Plans of one text, which differ in their pinned values."""


class Plans:
    """Compiled statements by the texts they were compiled from. One thread compiles, the others find the result."""

    def __init__(self) -> None:
        self._plans: OrderedDict[tuple[str, ...], list[Compiled]] = OrderedDict()
        self._lock = threading.Lock()

    def compiled(self, prepared: Prepared) -> Compiled:
        """Raises DiagnosticError, located in the datafiles."""
        values = {name: value.value for name, value in prepared.values.items()}
        with self._lock:
            known = self._plans.setdefault(prepared.key, [])
            self._plans.move_to_end(prepared.key)
            if len(self._plans) > _KEPT_PLANS:
                self._plans.popitem(last=False)
            for plan in known:
                if all(values.get(name) == value for name, value in plan.pinned.items()):
                    return plan
            try:
                plan = compile_query(prepared.query, values)
            except DiagnosticError as problem:
                raise prepared.located(problem) from None
            known.append(plan)
            del known[:-_KEPT_VALUES]
            return plan


@dataclass(frozen=True, slots=True)
class Freshness:
    """What an answer depends on: the versions of the tables that it was read from, and time or chance.

    `ttl` are the seconds that the template allows it to be kept whatever becomes of that.
    """

    versions: Mapping[str, int]
    is_volatile: bool
    ttl: int


@dataclass(frozen=True, slots=True)
class Answered:
    result: Result
    freshness: Freshness


class Queries:
    """Runs programs. `plans` belong to one snapshot: a changed table must not meet an old statement."""

    def __init__(self, engine: DuckDBEngine, workers: Workers, limits: Limits, records: Records) -> None:
        self._records = records
        self._engine = engine
        self._workers = workers
        self._limits = limits

    async def run(
        self,
        program: Program,
        plans: Plans,
        arguments: Mapping[str, object],
        secrets: Secrets,
        access: Access,
        file: str = "",
    ) -> Answered:
        """`file` is a format that the engine writes itself.

        Raises DiagnosticError: of the template (TL3xx), the SQL (TL4xx) or the engine (TL5xx).
        """
        prepared = program.prepare(arguments, secrets, access)
        return await self._workers.run(lambda: self._execute(prepared, plans, file))

    def run_now(self, program: Program, plans: Plans, arguments: Mapping[str, object], secrets: Secrets) -> Result:
        return self._execute(program.prepare(arguments, secrets), plans).result

    def _execute(self, prepared: Prepared, plans: Plans, file: str = "") -> Answered:
        plan = plans.compiled(prepared)
        reads_records = self._records.is_read_by(plan.tables)
        if reads_records:
            self._records.flush_for_reader()
        values = {name: value.value for name, value in prepared.values.items()}
        # Taken before the query: what changes meanwhile makes the answer old.
        versions = {table: self._engine.version(table) for table in plan.tables}
        result = self._engine.query(plan, values, self._limits, file)
        ttl = CACHE_TTLS.get(str(prepared.hints.get("cache_ttl")), 0)
        return Answered(result, Freshness(versions, plan.is_volatile or reads_records, ttl))
