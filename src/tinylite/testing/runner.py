"""Runs the cases of tests/PIPE.yaml: each is one GET of the pipe, or its SELECT where it is no endpoint."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.errors import Malformed
from tinylite.project import Prepared, Project
from tinylite.project.model import Case
from tinylite.server.http import parameters
from tinylite.sql import order_places
from tinylite.template import CustomError
from tinylite.testing.comparison import TOLERANCE, Order, differences
from tinylite.testing.coverage import Coverage
from tinylite.testing.session import Answer, Session

_AT_ONCE = 8
"""Requests; the server queues what its threads do not take."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case. `faults` are lines for a person: empty when it passed."""

    pipe: str
    case: Case
    answer: Answer
    faults: Sequence[str]
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class Run:
    outcomes: Sequence[Outcome]
    seconds: float
    coverage: Coverage = field(repr=False)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.passed]


Told = Callable[[Outcome], None]


def run_cases(
    project: Project, names: Sequence[str] = (), *, tolerance: float = TOLERANCE, told: Told | None = None
) -> Run:
    """All cases of the pipes with these names, or of all pipes, over a fresh copy of the project with its fixtures.

    `told` hears of each case when it is done. Raises DiagnosticError when the project can't be built.
    """
    started = time.perf_counter()
    with Session(project) as session:
        cases = [(pipe, case) for pipe, found in chosen(project, names) for case in found]
        coverage = Coverage(session.snapshot)
        runner = _Runner(session, coverage, tolerance, told)
        outcomes = asyncio.run(runner.run(cases))
    return Run(outcomes, time.perf_counter() - started, coverage)


def chosen(project: Project, names: Sequence[str] = ()) -> Iterable[tuple[Pipe, Sequence[Case]]]:
    """Pipes with their cases; test files that are named after no pipe belong to something else."""
    for name, cases in project.tests.items():
        pipe = project.pipes.get(name)
        if pipe is not None and (not names or name in names):
            yield pipe, cases


def query_of(written: str) -> str:
    """The query string of a case's parameters: `a=1&b=2`, or an address that ends with one."""
    return written.partition("?")[2] if "?" in written else written


async def ask(session: Session, pipe: Pipe, query: str) -> Answer:
    """The answer that a case is about. `query` are its parameters: a query string, or an address that has one."""
    query = query_of(query)
    if session.snapshot.endpoint(pipe.name) is not None:
        return await session.request("GET", f"/v0/pipes/{pipe.name}.ndjson", query)
    own = urlencode({"q": pipe.output.sql.value, "pipeline": pipe.name})
    return await session.request("GET", "/v0/sql", f"{own}&{query}" if query else own)


@dataclass(frozen=True, slots=True)
class _Runner:
    session: Session
    coverage: Coverage
    tolerance: float
    told: Told | None

    async def run(self, cases: Sequence[tuple[Pipe, Case]]) -> list[Outcome]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(pipe: Pipe, case: Case) -> Outcome:
            async with places:
                outcome = await self._outcome(pipe, case)
            if self.told is not None:
                self.told(outcome)
            return outcome

        return await asyncio.gather(*(one(pipe, case) for pipe, case in cases))

    async def _outcome(self, pipe: Pipe, case: Case) -> Outcome:
        started = time.perf_counter()
        answer = await ask(self.session, pipe, case.parameters)
        took = time.perf_counter() - started
        prepared = self._prepared(pipe, case)
        return Outcome(pipe.name, case, answer, self._faults(case, answer, prepared), took)

    def _prepared(self, pipe: Pipe, case: Case) -> Prepared | None:
        """The queries of the case, once more: what they are made of, and in which order they give their rows."""
        program = self.session.snapshot.programs[pipe.name]
        try:
            prepared = program.prepare(parameters(query_of(case.parameters)), self.session.secret)
        except (DiagnosticError, CustomError, Malformed):
            self.coverage.add_attempt(pipe.name)
            return None
        self.coverage.add(pipe.name, prepared)
        return prepared

    def _faults(self, case: Case, answer: Answer, prepared: Prepared | None) -> Sequence[str]:
        if answer.status != case.expected_http_status:
            said = answer.error if answer.status >= 400 else f"{len(answer.text.splitlines())} rows"
            return [f"status {answer.status}, not {case.expected_http_status}: {said}"]
        if answer.status >= 400:
            return differences(case.expected_result, answer.error, Order())
        return differences(case.expected_result, answer.text, self._order(prepared), self.tolerance)

    def _order(self, prepared: Prepared | None) -> Order:
        if prepared is None:
            return Order()
        columns = self.session.snapshot.plans.compiled(prepared).columns
        return Order(order_places(prepared.query, [column.name for column in columns]))
