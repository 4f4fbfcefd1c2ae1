"""Requests on their way, and their answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from tinylite.ingest.block import BlockPlan
from tinylite.ingest.errors import IngestError
from tinylite.ingest.loader import Events
from tinylite.ingest.receipts import receipt_id


@dataclass(frozen=True, slots=True)
class Ack:
    """`receipt` names the request; of one that was sent before, the first one's."""

    successful_rows: int
    quarantined_rows: int
    receipt: str = ""


Outcome = Ack | IngestError
Answered = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is told of the answer, on an event loop: a quarter of what a future costs there."""

    loop: asyncio.AbstractEventLoop
    answered: Answered


@dataclass(slots=True)
class Request:
    source: str
    lines: bytes
    rows: int
    key: str
    import_id: str
    fits_in: BlockPlan | None
    """The plan by which all rows surely fit, if they do."""
    done: Future[Ack] | asyncio.Future[Ack] | Caller
    position: int = 0
    at: int = 0
    answer: Outcome | None = None
    twins: list[Request] = field(default_factory=list)
    """The same request, sent again meanwhile."""

    @property
    def receipt(self) -> str:
        if isinstance(self.answer, Ack):
            return self.answer.receipt
        return receipt_id(self.source, self.position, self.rows)

    @property
    def events(self) -> Events:
        acknowledged = isinstance(self.answer, Ack)
        return Events(self.position, self.lines, self.rows, self.import_id or self.receipt, self.key, acknowledged)


def tell(requests: Sequence[Request]) -> None:
    """Gives the answers to those who wait: those of one event loop by one call."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any] | Caller, object]]] = {}
    for request in requests:
        answer = request.answer
        assert answer is not None
        for each in (request, *request.twins) if request.twins else (request,):
            done = each.done
            if isinstance(done, Caller):
                loops.setdefault(done.loop, []).append((done, answer))
            elif done.done():  # whoever waited has gone away
                continue
            elif isinstance(done, asyncio.Future):
                loops.setdefault(done.get_loop(), []).append((done, answer))
            elif isinstance(answer, Ack):
                done.set_result(answer)
            else:
                done.set_exception(answer)
    for loop, answers in loops.items():
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(resolve, answers)


def resolve(answers: Iterable[tuple[asyncio.Future[Any] | Caller, object]]) -> None:
    for done, answer in answers:
        if isinstance(done, Caller):
            done.answered(answer)  # type: ignore[arg-type]
        elif done.done():  # whoever waited has gone away
            continue
        elif isinstance(answer, IngestError):
            done.set_exception(answer)
        else:
            done.set_result(answer)
