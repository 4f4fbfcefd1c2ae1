"""Who is asked: a project in this process, ClickHouse, a server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from tinylite.diagnostics import DiagnosticError
from tinylite.engine.clickhouse import ClickHouse
from tinylite.project import Program
from tinylite.project.program import Secrets
from tinylite.server.http import parameters
from tinylite.testing.parity.answers import Answer, of_body, of_cells, refusal
from tinylite.testing.parity.requests import Request
from tinylite.testing.session import Session

Fetch = Callable[[str], str]
"""From a path with its query string to a body. Raises DiagnosticError with the server's words."""


class Side(Protocol):
    @property
    def name(self) -> str: ...

    def ask(self, request: Request) -> Answer: ...


class InProcess:
    """A session's HTTP API."""

    name = "duckdb"

    def __init__(self, session: Session) -> None:
        self._session = session

    def ask(self, request: Request) -> Answer:
        started = time.perf_counter()
        answer = asyncio.run(self._session.request("GET", request.path, request.query))
        took = time.perf_counter() - started
        return refusal(answer.error, took) if answer.status >= 400 else of_body(answer.text, took)


class OnClickHouse:
    """What the templates render for a request, sent to ClickHouse as it is."""

    name = "clickhouse"

    def __init__(self, clickhouse: ClickHouse, programs: Mapping[str, Program], secrets: Secrets) -> None:
        self._clickhouse = clickhouse
        self._programs = programs
        self._secrets = secrets

    def ask(self, request: Request) -> Answer:
        """The request can be rendered."""
        prepared = self._programs[request.pipe].prepare(parameters(request.query), self._secrets)
        values = {name: value.value for name, value in prepared.values.items()}
        started = time.perf_counter()
        try:
            told = self._clickhouse.answer(prepared.query, values)
        except DiagnosticError as problem:
            return refusal(str(problem), time.perf_counter() - started)
        return of_cells(told.columns, told.rows, told.totals, told.seconds)


class Served:
    """A server's HTTP API."""

    def __init__(self, name: str, fetch: Fetch) -> None:
        self._name = name
        self._fetch = fetch

    @property
    def name(self) -> str:
        return self._name

    def ask(self, request: Request) -> Answer:
        path = f"{request.path}?{request.query}" if request.query else request.path
        started = time.perf_counter()
        try:
            body = self._fetch(path)
        except DiagnosticError as problem:
            if any(diagnostic.code == "TL504" for diagnostic in problem.diagnostics):
                raise  # a server that is not there refuses nothing
            return refusal(str(problem), time.perf_counter() - started)
        took = time.perf_counter() - started
        try:
            return of_body(body, took)
        except ValueError as problem:
            return refusal(str(problem), took)
