"""Asks both sides every request, and judges each pair of answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tinylite.datafile.model import Column, Datasource
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.clickhouse import ClickHouse
from tinylite.ingest.errors import Malformed
from tinylite.project import Library, Prepared, Program, Project
from tinylite.project.program import Secrets
from tinylite.server.http import parameters
from tinylite.sql import compile_query, names_in, order_places, outline
from tinylite.template import CustomError
from tinylite.testing.comparison import Order
from tinylite.testing.parity.answers import Answer, of_cells
from tinylite.testing.parity.loading import Loaded, load_both, ndjson_cells, not_comparable
from tinylite.testing.parity.requests import Request, requests_of
from tinylite.testing.parity.sides import InProcess, OnClickHouse, Served, Side
from tinylite.testing.parity.verdict import Shape, Verdict, compared, estimates_in, has_sets
from tinylite.testing.session import Session

_TRIES = 3
_CUTS = ("LIMIT", "OFFSET", "LIMIT BY")
_CONTENTS = 10_000
"""Rows of a view's target that are compared one by one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`subject` is a pipe or a data source, `case` what was asked; `seconds` those of both sides."""

    subject: str
    case: str
    query: str
    verdict: Verdict
    seconds: tuple[float | None, float | None] = (None, None)

    @property
    def failed(self) -> bool:
        return self.verdict.state == "differs"


@dataclass(frozen=True, slots=True)
class Run:
    """`names` are what the sides are called: differences show the first one with `-`, the second one with `+`."""

    names: tuple[str, str]
    versions: str
    outcomes: Sequence[Outcome]
    notes: Sequence[str]
    seconds: float

    def count(self, state: str) -> int:
        return sum(outcome.verdict.state == state for outcome in self.outcomes)

    @property
    def failed(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.failed]


Told = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which pipes are asked (all endpoints where none is named), and how many requests are made up for each."""

    names: Sequence[str] = ()
    more: int = 0
    seed: int = 0


def compare_engines(
    project: Project, url: str, chosen: Chosen | None = None, *, rows: int = 200, told: Told | None = None
) -> Run:
    """The project on DuckDB and on ClickHouse, over its fixtures, or made-up `rows` for data sources without any.

    Raises DiagnosticError when the project can't be built or ClickHouse can't be had.
    """
    started, chosen = time.perf_counter(), chosen or Chosen()
    with Session(project) as session, ClickHouse.open(url) as clickhouse:
        loaded = load_both(session, clickhouse, rows=rows, seed=chosen.seed)
        snapshot = session.snapshot
        judge = _Judge(OnClickHouse(clickhouse, snapshot.programs, session.secret), InProcess(session), loaded)
        asked = [name for name in snapshot.programs if snapshot.endpoint(name) is not None]
        outcomes: list[Outcome] = []
        for outcome in (
            *_tables(session, clickhouse, loaded, chosen),
            *judge.outcomes(project, snapshot.programs, session.secret, asked, chosen),
        ):
            outcomes.append(outcome)
            if told is not None:
                told(outcome)
        notes = [*_notes(loaded), *loaded.notes]
        return Run(judge.names, f"ClickHouse {clickhouse.version}", outcomes, notes, time.perf_counter() - started)


def compare_servers(
    project: Project, one: Served, other: Served, chosen: Chosen | None = None, told: Told | None = None
) -> Run:
    """The endpoints of the project on two servers, over the rows that they hold. Raises DiagnosticError (TL504)."""
    started, chosen = time.perf_counter(), chosen or Chosen()
    library = Library(project)
    programs: dict[str, Program] = {}
    for pipe in project.pipes.values():
        unit = library.unit(pipe, pipe.output)
        if unit is not None and pipe.kind in ("endpoint", "standard"):
            programs[pipe.name] = Program(library, unit)
    judge = _Judge(one, other, None)
    outcomes = []
    for outcome in judge.outcomes(project, programs, project.secrets.get, list(programs), chosen):
        outcomes.append(outcome)
        if told is not None:
            told(outcome)
    return Run(judge.names, "", outcomes, (), time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Judge:
    one: Side
    other: Side
    loaded: Loaded | None
    """What both engines hold; None of servers, which hold what they hold."""

    @property
    def names(self) -> tuple[str, str]:
        return self.one.name, self.other.name

    def outcomes(
        self,
        project: Project,
        programs: Mapping[str, Program],
        secrets: Secrets,
        names: Sequence[str],
        chosen: Chosen,
    ) -> Iterator[Outcome]:
        for name in names:
            if chosen.names and name not in chosen.names:
                continue
            cases = project.tests.get(name, ())
            loaded = self.loaded or Loaded()
            for request in requests_of(
                name,
                programs[name],
                secrets,
                cases,
                more=chosen.more,
                seed=chosen.seed,
                values=loaded.values,
                days=loaded.days,
            ):
                yield self._outcome(request, _prepared(programs[name], request, secrets))

    def _outcome(self, request: Request, prepared: Prepared | str) -> Outcome:
        if self.loaded is not None:
            reason = prepared if isinstance(prepared, str) else not_comparable(prepared.query, self.loaded)
            if reason:
                return Outcome(request.pipe, request.name, request.query, Verdict("skipped", reason))
        wanted, found = self.one.ask(request), self.other.ask(request)
        shape = _shape(prepared, wanted, self.loaded) if isinstance(prepared, Prepared) else Shape()
        verdict = compared(wanted, found, shape, self.names)
        if verdict.state == "differs" and (self.loaded is None or _is_volatile(prepared)):
            verdict = self._again(request, shape, wanted, found, verdict)
        if (
            verdict.state == "differs"
            and request.is_made_up
            and self.loaded is not None
            and _is_no_value(request, wanted)
        ):
            verdict = Verdict("skipped", f"a made-up value is none to {self.one.name}: {wanted.refusal}")
        seconds = (wanted.seconds, found.seconds)
        return Outcome(request.pipe, request.name, request.query, verdict, seconds)

    def _again(self, request: Request, shape: Shape, wanted: Answer, found: Answer, verdict: Verdict) -> Verdict:
        """Of a request whose answer may be another one each time: by the clock, by chance, by rows that come."""
        changed = False
        for _ in range(_TRIES - 1):
            one, other = self.one.ask(request), self.other.ask(request)
            again = compared(one, other, shape, self.names)
            if again.state != "differs":
                return again
            changed |= compared(wanted, one, shape, self.names).state == "differs"
            changed |= compared(found, other, shape, self.names).state == "differs"
        if changed:
            return Verdict("skipped", "the answer is another one each time it is asked for", verdict.lines)
        return verdict


def _is_no_value(request: Request, answer: Answer) -> bool:
    """Whether the answer is that a text of the request can't be read as a number or a moment."""
    if "CANNOT_PARSE_" in answer.refusal:
        return True
    values = {str(value) for value in parameters(request.query).values()}
    return "TYPE_MISMATCH" in answer.refusal and any(f"'{value}'" in answer.refusal for value in values)


def _prepared(program: Program, request: Request, secrets: Secrets) -> Prepared | str:
    """Or why there is no query."""
    try:
        return program.prepare(parameters(request.query), secrets)
    except DiagnosticError as problem:
        return f"the request is refused: {problem.diagnostics[0].message}"
    except (CustomError, Malformed) as problem:
        return f"the request is refused: {problem}"


def _shape(prepared: Prepared, answer: Answer, loaded: Loaded | None) -> Shape:
    try:
        order = Order(order_places(prepared.query, [name for name, _ in answer.columns]))
        cuts = any(word in outline(prepared.query).clauses for word in _CUTS)
    except DiagnosticError:
        return Shape()
    texts = list(prepared.query.texts())
    read = {table.name for table in prepared.query.tables()}
    for view in reversed(loaded.views if loaded is not None else ()):
        if view.target.name in read:
            texts += view.prepared.query.texts()
    return Shape(order, cuts, estimates_in(texts), has_sets(texts))


def _is_volatile(prepared: Prepared | str) -> bool:
    if isinstance(prepared, str):
        return False
    try:
        return compile_query(prepared.query, {name: v.value for name, v in prepared.values.items()}).is_volatile
    except DiagnosticError:
        return False


# -- tables ----------------------------------------------------------------------------------------------------------


def _tables(session: Session, clickhouse: ClickHouse, loaded: Loaded, chosen: Chosen) -> Iterator[Outcome]:
    """Data sources that ClickHouse refuses, and what views made of the rows."""
    if chosen.names:
        return
    for name, reason in loaded.refused.items():
        yield Outcome(name, "data source", "", Verdict("differs", "only clickhouse refuses", [f"  {reason}"]))
    for name in dict.fromkeys(view.target.name for view in loaded.views):
        if name in loaded.refused:
            continue
        if name in loaded.left_out:
            yield Outcome(name, "what views made", "", Verdict("skipped", loaded.left_out[name]))
            continue
        yield _contents(name, session, clickhouse, loaded)


def _contents(name: str, session: Session, clickhouse: ClickHouse, loaded: Loaded) -> Outcome:
    source = session.project.datasources[name]
    shown = [f"`{column.name}`" for column in source.columns if _is_settled(column, source)]
    query = f"SELECT {', '.join(shown or ['count()'])} FROM `{name}`"
    names = ("clickhouse", "duckdb")
    total = session.rows(f"SELECT count() FROM `{name}`").rows[0][0]
    if isinstance(total, int) and total > _CONTENTS:
        query = f"SELECT count() AS rows FROM `{name}`"
    told = clickhouse.answer(query)
    wanted = of_cells(told.columns, told.rows, None, told.seconds)
    result = session.rows(query)
    columns = [(column.name, str(column.type)) for column in result.columns]
    found = of_cells(columns, ndjson_cells(result), None, result.elapsed)
    texts = [text for view in loaded.views if view.target.name == name for text in view.prepared.query.texts()]
    shape = Shape(Order(()), estimates=estimates_in(texts), has_sets=has_sets(texts))
    verdict = compared(wanted, found, shape, names)
    return Outcome(name, "what views made", "", verdict, (wanted.seconds, found.seconds))


def _is_settled(column: Column, source: Datasource) -> bool:
    """Whether a merge leaves no choice: of a column that is neither in the key nor combined, any row's value stays."""
    if column.type.name == "AggregateFunction":
        return False  # each engine has its own
    engine = source.engine.name.removeprefix("Replicated")
    if engine not in ("AggregatingMergeTree", "SummingMergeTree"):
        return True
    combined = column.type.is_state or (
        engine == "SummingMergeTree"
        and column.type.is_number
        and (not source.engine.summed or column.name in {text.value.strip("` ") for text in source.engine.summed})
    )
    return combined or any(column.name in names_in(key.value) for key in source.engine.sorting_key)


def _notes(loaded: Loaded) -> Iterator[str]:
    if loaded.made_up:
        yield f"without fixtures, filled with made-up rows: {', '.join(loaded.made_up)}"
