"""What a case asks, and who answers it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from tinylite.datafile.model import Pipe
from tinylite.testing.session import Answer, Session


class NotAsked(Exception):
    """Nobody can answer this. The text says why."""


class Asker(Protocol):
    async def ask(self, pipe: Pipe, query: str) -> Answer:
        """What a pipe answers, with the parameters of a query string or of an address that has one. Raises NotAsked."""


Engine = Callable[[Session], AbstractContextManager[Asker]]
"""Answers for a session, over the same rows."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """The session itself."""

    session: Session

    async def ask(self, pipe: Pipe, query: str) -> Answer:
        query = query_of(query)
        if self.session.snapshot.endpoint(pipe.name) is not None:
            return await self.session.request("GET", f"/v0/pipes/{pipe.name}.ndjson", query)
        own = urlencode({"q": pipe.output.sql.value, "pipeline": pipe.name})
        return await self.session.request("GET", "/v0/sql", f"{own}&{query}" if query else own)


def in_process(session: Session) -> AbstractContextManager[Asker]:
    return nullcontext(InProcess(session))


def query_of(written: str) -> str:
    """The query string of a case's parameters: `a=1&b=2`, or an address that ends with one."""
    return written.partition("?")[2] if "?" in written else written
