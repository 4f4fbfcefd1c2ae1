"""The same rows in both engines: what a fresh build stores goes to ClickHouse, whose own views run on it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from tinylite.datafile.model import Datasource, Engine, Pipe
from tinylite.diagnostics import DiagnosticError
from tinylite.engine.base import Result
from tinylite.engine.clickhouse import ClickHouse
from tinylite.formats.values import Writer, json_text, json_writer
from tinylite.project import Project, views
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.project.views import View
from tinylite.sql import Query
from tinylite.testing.session import Session
from tinylite.types import Type

_KEPT_VALUES = 20
"""Texts of a column that requests are made with."""


@dataclass
class Loaded:
    """Of each data source its number of rows as they came. `refused` are those that ClickHouse refuses, with its
    words; `left_out` are tables that can't hold the same on both sides, with the reason.
    """

    rows: dict[str, int] = field(default_factory=dict)
    made_up: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    days: list[date] = field(default_factory=list)
    """That its moments fall on: the first, the last, and some between."""
    notes: list[str] = field(default_factory=list)
    views: tuple[View, ...] = ()


def load_both(session: Session, clickhouse: ClickHouse, *, rows: int = 0, seed: int = 0, merge: bool = True) -> Loaded:
    """Fixtures lie in `session` already; a data source that nothing fills gets `rows` made-up ones.

    With `merge`, both engines then make of the rows what they make over time.
    """
    project = session.project
    loaded = Loaded(views=tuple(views(project, session.snapshot.library, session.secret)))
    for source in project.datasources.values():
        try:
            clickhouse.create(source)
        except DiagnosticError as problem:
            loaded.refused[source.name] = str(problem)
    for view in loaded.views:
        try:
            clickhouse.create_view(view)
        except DiagnosticError as problem:
            loaded.refused[view.target.name] = f"the view {view.name}: {problem!s}"
    made = {view.target.name for view in loaded.views}
    feeding = {view.source.name for view in loaded.views}
    with _Sources(session, feeding, rows, seed) as sources:
        for name in sources.order(made):
            source = project.datasources[name]
            result, given = sources.rows(source, name in made, loaded)
            loaded.rows[name] = len(result.rows)
            _remember(result, loaded)
            if name not in loaded.refused and given:
                try:
                    clickhouse.insert(name, ndjson(result))
                except DiagnosticError as problem:
                    loaded.refused[name] = f"its rows: {problem!s}"
    for source in project.datasources.values():
        if source.name not in loaded.refused:
            _load_quarantine(source, session, clickhouse)
            if merge:
                session.merge(source.name)
                clickhouse.merge(source)
    _leave_out(loaded, session)
    return loaded


class _Sources:
    """Takes out the rows that came into data sources by themselves, not by views.

    Of most they are what the session's own table holds. Rows of a Null engine are kept nowhere, and those of a target
    are mixed with what views made: they are taken from a session beside it, without views.
    """

    def __init__(self, session: Session, feeding: set[str], rows: int, seed: int) -> None:
        self._session = session
        self._feeding = feeding
        self._rows = rows
        self._seed = seed
        self._now = datetime.now(UTC)
        self._beside: Session | None = None

    def __enter__(self) -> _Sources:
        return self

    def __exit__(self, *_: object) -> None:
        if self._beside is not None:
            self._beside.close()

    def order(self, made: set[str]) -> list[str]:
        """As the session was filled: what views join must be there before."""
        project = self._session.project
        fixtures = [name for name in project.fixtures if name in project.datasources]
        others = [name for name in project.datasources if name not in made and name not in fixtures]
        return [*fixtures, *sorted(others, key=lambda name: name in self._feeding)]

    def rows(self, source: Datasource, is_made: bool, loaded: Loaded) -> tuple[Result, bool]:
        project = self._session.project
        shown = [column for column in source.columns if column.type.name != "AggregateFunction"]
        has_states = len(shown) < len(source.columns)
        if has_states and not is_made:
            loaded.left_out[source.name] = f"{source.name} keeps states that no view makes: rows can't be given to both"
        query = f"SELECT {', '.join(f'`{column.name}`' for column in shown)} FROM {source.name}" if shown else ""
        if source.name not in project.fixtures and not has_states:
            self._make_up(source, self._session, loaded)
        if has_states or not query:
            return Result((), (), 0.0), False
        if is_made or source.engine.name == "Null":
            found = self._other(source, loaded).rows(query)
        else:
            found = self._session.rows(query)
        return found, bool(found.rows)

    def _other(self, source: Datasource, loaded: Loaded) -> Session:
        if self._beside is None:
            self._beside = Session(_without_views(self._session.project))
        if source.name not in self._session.project.fixtures:
            self._make_up(source, self._beside, None)
        return self._beside

    def _make_up(self, source: Datasource, session: Session, loaded: Loaded | None) -> None:
        if self._rows == 0:
            return
        try:
            from tinylite.testing.mock import Maker
        except ModuleNotFoundError:
            if loaded is not None:
                loaded.notes.append(f"{source.name} is empty; rows are made up with: pip install 'tinylite[mock]'")
            return
        events = list(Maker(source, self._rows, self._seed, self._now).events())
        try:
            session.append(source.name, events)
        except AssertionError as problem:
            if loaded is not None:
                loaded.notes.append(f"{source.name} is empty: {problem}")
            return
        if loaded is not None:
            loaded.made_up.append(source.name)


def _without_views(project: Project) -> Project:
    """Its data sources, each of which keeps what it gets."""
    files = {path: file for path, file in project.files.items() if not isinstance(file.resource, Pipe)}
    for path, file in files.items():
        if isinstance(file.resource, Datasource) and file.resource.engine.name != "MergeTree":
            plain = replace(file.resource, engine=_plain(file.resource.engine))
            files[path] = replace(file, resource=plain)
    return replace(project, files=files, tests={})


def _plain(engine: Engine) -> Engine:
    return replace(engine, name="MergeTree", version=None, is_deleted=None, sign=None, summed=(), join=None)


def _load_quarantine(source: Datasource, session: Session, clickhouse: ClickHouse) -> None:
    name = source.name + QUARANTINE_SUFFIX
    if name in session.project.datasources:
        return
    found = session.rows(f"SELECT * FROM {name}")
    if found.rows:
        clickhouse.insert(name, ndjson(found))


def not_comparable(query: Query, loaded: Loaded) -> str:
    """Why the engines can't answer it alike, or ""."""
    for table in query.tables():
        name = table.name.removesuffix(QUARANTINE_SUFFIX) if table.name not in loaded.rows else table.name
        if "." in table.name:
            return f"{table.name} is tinylite's own record"
        if name in loaded.left_out:
            return loaded.left_out[name]
        if name in loaded.refused:
            return f"ClickHouse does not have {name}, see above"
    return ""


def _leave_out(loaded: Loaded, session: Session) -> None:
    """What views make that ask for the time or for chance, and all that comes of it."""
    for view in loaded.views:
        table = session.snapshot.tables(view.source.name)
        if view.compiled(table).is_volatile:
            loaded.left_out[view.target.name] = f"the view {view.name} asks for the time or for chance"
    for _ in loaded.views:
        for view in loaded.views:
            for state in (loaded.left_out, loaded.refused):
                if view.source.name in state:
                    state.setdefault(view.target.name, state[view.source.name])


def _remember(result: Result, loaded: Loaded) -> None:
    for place, column in enumerate(result.columns):
        if column.type.is_string or column.type.is_integer:
            known = loaded.values.setdefault(column.name, [])
            texts = dict.fromkeys(str(row[place]) for row in result.rows if row[place] not in (None, ""))
            known += [text for text in texts if text not in known][: _KEPT_VALUES - len(known)]
        if column.type.is_temporal:
            found = {row[place] for row in result.rows}
            days = {at.date() if isinstance(at, datetime) else at for at in found if isinstance(at, date)}
            every = sorted(days.union(loaded.days))
            step = max(1, len(every) // _KEPT_VALUES)
            loaded.days = sorted({*every[::step], *every[-1:]})


def ndjson(result: Result) -> Iterator[str]:
    """Rows by column, each a line that ClickHouse reads back as the same values."""
    names = [json_text(column.name) for column in result.columns]
    writers = [_writer(column.type) for column in result.columns]
    for row in result.rows:
        cells = zip(names, writers, row, strict=True)
        yield "{" + ",".join(f"{name}:{write(value)}" for name, write, value in cells) + "}"


def ndjson_cells(result: Result) -> list[list[object]]:
    """The values as JSON has them in an answer."""
    writers = [json_writer(column.type) for column in result.columns]
    return [[json.loads(write(value)) for write, value in zip(writers, row, strict=True)] for row in result.rows]


def _writer(type_: Type) -> Writer:
    write = json_writer(type_)
    if not type_.is_float:
        return write

    def number(value: object) -> str:
        if isinstance(value, float) and not math.isfinite(value):
            return json.dumps("nan" if math.isnan(value) else "inf" if value > 0 else "-inf")
        return write(value)

    return number
