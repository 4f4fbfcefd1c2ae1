"""The cases of tests/PIPE.yaml, answered by ClickHouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse import ClickHouse
from tinylite.ingest.errors import Malformed
from tinylite.project import Prepared
from tinylite.server.http import parameters
from tinylite.template import CustomError, missing_required
from tinylite.testing.asking import Asker, Engine, InProcess, NotAsked, query_of
from tinylite.testing.parity.loading import Loaded, load_both, not_comparable
from tinylite.testing.session import Answer, Session


def on_clickhouse(url: str) -> Engine:
    """What `url` names (`ClickHouse.open`) gets the rows of the session when it is opened, and answers from then on.

    Opening raises DiagnosticError: ClickHouse can't be had, or refuses tables, views or rows of the project.
    """

    @contextmanager
    def opened(session: Session) -> Iterator[Asker]:
        with ClickHouse.open(url) as clickhouse:
            loaded = load_both(session, clickhouse, merge=False)
            if loaded.refused:
                found = [_refused(name, reason) for name, reason in loaded.refused.items()]
                raise DiagnosticError(*found)
            yield _OnClickHouse(session, clickhouse, loaded)

    def engine(session: Session) -> AbstractContextManager[Asker]:
        return opened(session)

    return engine


def _refused(name: str, reason: str) -> Diagnostic:
    return Diagnostic("TL501", f"the data source {name}: {reason}")


@dataclass(frozen=True, slots=True)
class _OnClickHouse:
    session: Session
    clickhouse: ClickHouse
    loaded: Loaded

    async def ask(self, pipe: Pipe, query: str) -> Answer:
        prepared = self._prepared(pipe, query)
        if prepared is None:
            return await InProcess(self.session).ask(pipe, query)
        if reason := not_comparable(prepared.query, self.loaded):
            raise NotAsked(reason)
        is_endpoint = self.session.snapshot.endpoint(pipe.name) is not None
        values = {name: value.value for name, value in prepared.values.items()}
        try:
            content = self.clickhouse.ask(prepared.query, values, "JSONEachRow" if is_endpoint else "TSV")
        except DiagnosticError as problem:
            return Answer(400, str(problem), is_foreign=True)
        return Answer(200, content.decode("utf-8", "surrogateescape"))

    def _prepared(self, pipe: Pipe, query: str) -> Prepared | None:
        """None for a request that is refused before any engine is asked."""
        program = self.session.snapshot.programs[pipe.name]
        try:
            given = parameters(query_of(query))
            if "q" in given and not any(parameter.name == "q" for parameter in program.parameters):
                raise NotAsked("a query over the answer (q=) is asked on DuckDB only")
            if missing_required(program.parameters, given):
                return None
            return program.prepare(given, self.session.secret)
        except (DiagnosticError, CustomError, Malformed):
            return None
