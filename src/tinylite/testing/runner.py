"""Runs the cases of tests/PIPE.yaml: each is one GET of the pipe, or its SELECT where it is no endpoint."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.errors import Malformed
from tinylite.project import Prepared, Project
from tinylite.project.model import Case
from tinylite.server.http import parameters
from tinylite.sql import order_places
from tinylite.template import CustomError
from tinylite.testing.asking import Asker, Engine, NotAsked, in_process, query_of
from tinylite.testing.comparison import TOLERANCE, Order, differences
from tinylite.testing.coverage import Coverage
from tinylite.testing.session import Answer, Session

_AT_ONCE = 8
"""Requests; the server queues what its threads do not take."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case: it passed where there are no `faults`, lines for a person, and it was not `skipped`."""

    pipe: str
    case: Case
    answer: Answer
    faults: Sequence[str]
    seconds: float
    skipped: str = ""

    @property
    def passed(self) -> bool:
        return not self.faults and not self.skipped


@dataclass(frozen=True, slots=True)
class Run:
    outcomes: Sequence[Outcome]
    seconds: float
    coverage: Coverage = field(repr=False)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.faults]

    @property
    def skipped(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.skipped]


Told = Callable[[Outcome], None]


def run_cases(
    project: Project,
    names: Sequence[str] = (),
    *,
    engine: Engine = in_process,
    tolerance: float = TOLERANCE,
    told: Told | None = None,
) -> Run:
    """All cases of the pipes with these names, or of all pipes, over a fresh copy of the project with its fixtures.

    `told` hears of each case when it is done. Raises DiagnosticError when the project can't be built, or the engine
    can't be had.
    """
    started = time.perf_counter()
    with Session(project) as session, engine(session) as asker:
        cases = [(pipe, case) for pipe, found in chosen(project, names) for case in found]
        coverage = Coverage(session.snapshot)
        runner = _Runner(session, asker, coverage, tolerance, told)
        outcomes = asyncio.run(runner.run(cases))
    return Run(outcomes, time.perf_counter() - started, coverage)


def chosen(project: Project, names: Sequence[str] = ()) -> Iterable[tuple[Pipe, Sequence[Case]]]:
    """Pipes with their cases; test files that are named after no pipe belong to something else."""
    for name, cases in project.tests.items():
        pipe = project.pipes.get(name)
        if pipe is not None and (not names or name in names):
            yield pipe, cases


@dataclass(frozen=True, slots=True)
class _Runner:
    session: Session
    asker: Asker
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
        try:
            answer = await self.asker.ask(pipe, case.parameters)
        except NotAsked as reason:
            return Outcome(pipe.name, case, Answer(0, ""), (), 0.0, str(reason))
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
        if answer.is_foreign:
            return []
        if answer.status >= 400:
            return differences(case.expected_result, answer.error, Order())
        return differences(case.expected_result, answer.text, self._order(prepared), self.tolerance)

    def _order(self, prepared: Prepared | None) -> Order:
        if prepared is None:
            return Order()
        columns = self.session.snapshot.plans.compiled(prepared).columns
        return Order(order_places(prepared.query, [column.name for column in columns]))
