"""Events in: written to the log, then loaded, then acknowledged with exact counts.

One thread does both. While it loads a batch, requests gather; the next batch is all of them, so batches grow with the
load by themselves and one fdatasync and one transaction serve every request that waits.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import BlockPlan, plan
from tinylite.ingest.errors import IngestError, Overloaded, UnknownDatasource
from tinylite.ingest.loader import Counts, Loader
from tinylite.ingest.log.log import Log
from tinylite.ingest.log.segment import Record
from tinylite.ingest.mirrors import NO_MIRRORS, Mirrors
from tinylite.ingest.operation import Observer, Operation, unobserved
from tinylite.ingest.pour import Pourer
from tinylite.ingest.rejected import Rejected, set_aside_all
from tinylite.ingest.replacement import Replacer
from tinylite.ingest.views import NO_VIEWS, ViewPlan, Views

logger = logging.getLogger("tinylite.ingest")
# Bytes of requests that may wait for the loader before new ones are refused.
MAX_WAITING = 256 * 1024 * 1024
# Bytes of one transaction.
MAX_BATCH = 32 * 1024 * 1024
# Seconds to wait before a batch that the database refused is tried again.
_RETRY = 1.0


@dataclass(frozen=True, slots=True)
class Ack:
    successful_rows: int
    quarantined_rows: int


@dataclass(slots=True)
class _Request:
    source: str
    payload: bytes
    done: Future[Ack]


@dataclass(frozen=True, slots=True)
class Target:
    """Where events of a data source go: its statements for the table that is live."""

    datasource: Datasource
    table: str


Note = Callable[[Writer], None]
Planned = Mapping[str, tuple[Target, BlockPlan]]


class Ingest:
    """Opened once for a data folder; `set_targets` follows the project as it changes."""

    def __init__(self, engine: DuckDBEngine, folder: Path, observe: Observer = unobserved) -> None:
        self._engine = engine
        self._folder = folder
        self._loader = Loader(engine, observe)
        self._plans: dict[str, BlockPlan] = {}
        self._targets: dict[str, Target] = {}
        self._logs: dict[str, Log] = {}
        self._positions = engine.positions()
        self._queue: deque[_Request] = deque()
        self._waiting = 0
        self._changed = threading.Condition()
        self._busy = threading.RLock()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="tinylite-ingest", daemon=True)
        self._thread.start()

    # -- from any thread --------------------------------------------------------------------------------------------

    def planned(self, targets: Iterable[Target]) -> Planned:
        """What `set_targets` takes. Raises DiagnosticError when a DEFAULT can't be compiled."""
        return {
            target.datasource.name: (target, self._known(target) or plan(target.datasource, target.table))
            for target in targets
        }

    def _known(self, target: Target) -> BlockPlan | None:
        name = target.datasource.name
        return self._plans[name] if self._targets.get(name) == target else None

    def set_targets(self, planned: Planned, views: Views = NO_VIEWS, mirrors: Mirrors = NO_MIRRORS) -> None:
        """The data sources that take events from now on, what is made of them, and which deployments get them too.
        Records that a log still holds for a new one are loaded.
        """
        with self._busy:
            self._loader.views = views
            self._loader.mirrors = mirrors
            self._targets = {name: target for name, (target, _) in planned.items()}
            self._plans = {name: block for name, (_, block) in planned.items()}
            blocks = (text for block in self._plans.values() for text in block.statements)
            self._engine.prepare((*blocks, *views.statements, *mirrors.statements))
            for name in planned:
                if name not in self._logs:
                    self._replay(name)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing is loaded meanwhile: tables may change, and must fit the targets again at the end."""
        with self._busy:
            yield

    def pourer(self) -> Pourer:
        """What writes the rows of a query; for as long as loading is paused."""
        return Pourer(self._engine, self._loader.views, self._loader.mirrors, self._loader.observe)

    def replacer(self, datasources: Mapping[str, Datasource], spoil: Callable[[Writer, str], None]) -> Replacer:
        """What puts rows in the place of others; for as long as loading is paused."""
        return Replacer(
            self._engine, self._loader.views, self._loader.mirrors, self._loader.observe, datasources, spoil
        )

    def target(self, source: str) -> Target | None:
        """Where events of a data source go now."""
        return self._targets.get(source)

    def view(self, pipe: str) -> ViewPlan | None:
        return self._loader.views.named(pipe)

    def feeding(self, target: str) -> list[ViewPlan]:
        """The views that write to a data source."""
        return self._loader.views.feeding(target)

    def downstream(self, source: str) -> list[str]:
        """The data sources that views fill from one, also through others: each behind what it is made of."""
        return self._loader.views.downstream(source)

    def rewritten(self, names: Iterable[str]) -> None:
        """Before rows of data sources are taken away; for as long as loading is paused."""
        self._loader.mirrors.rewritten(names)

    def told(self, operation: Operation) -> None:
        """Of what somebody else has done to a data source."""
        self._loader.observe(operation)

    def submit(self, source: str, lines: bytes) -> Future[Ack]:
        """`lines` as `decode` gives them. Raises IngestError when nothing was accepted."""
        done: Future[Ack] = Future()
        if source not in self._targets:
            raise UnknownDatasource(f"the data source {source} does not exist")
        if not lines:
            done.set_result(Ack(0, 0))
            return done
        with self._changed:
            if self._closing or self._waiting + len(lines) > MAX_WAITING:
                raise Overloaded("too many events are waiting to be written; try again in a moment")
            self._waiting += len(lines)
            self._queue.append(_Request(source, lines, done))
            self._changed.notify()
        return done

    async def append(self, source: str, lines: bytes) -> Ack:
        """Returns when the events are on the disk and in the database. Raises IngestError."""
        return await asyncio.wrap_future(self.submit(source, lines))

    def append_now(self, source: str, lines: bytes) -> Ack:
        return self.submit(source, lines).result()

    def consume(self, source: str, lines: bytes, rejected: Sequence[Rejected], note: Note) -> Ack:
        """Loads what somebody else keeps until it is loaded, and so need not be in the log: messages, objects.

        `note` writes down what was loaded, in the same transaction; `rejected` goes to quarantine in it. Raises
        UnknownDatasource; duckdb.Error and OSError when nothing was written.
        """
        with self._busy:
            block = self._plans.get(source)
            if block is None:
                raise UnknownDatasource(f"the data source {source} does not exist")
            position = time.time_ns()

            def mark(writer: Writer, position: int) -> None:
                set_aside_all(writer, block.into.table, str(position), rejected)
                note(writer)

            counts = {position: Counts(0, 0)}
            if lines:
                self._loader.load(source, block, [Record(position, lines)], counts, mark)
            else:
                with self._engine.transaction(*block.tables, appends=True) as writer:
                    mark(writer, position)
            if rejected:
                self._loader.observe(Operation("append", source, 0, len(rejected), import_id=str(position)))
        return Ack(counts[position].good, counts[position].quarantined + len(rejected))

    def close(self) -> None:
        """Finishes what was accepted, and stops."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        for log in self._logs.values():
            log.close()

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closing:
                    self._changed.wait()
                if not self._queue:
                    return
                batch = self._take()
            with self._busy:
                for source, requests in batch.items():
                    try:
                        self._write(source, requests)
                    except Exception:
                        # The log holds the events; the requests must not wait for ever, nor the ones after them.
                        logger.exception("loading %s failed", source)
                        _refuse(requests, Overloaded("the events could not be loaded"))

    def _take(self) -> Mapping[str, list[_Request]]:
        """All that waits, up to the size of a batch, by data source."""
        batch: dict[str, list[_Request]] = {}
        size = 0
        while self._queue and (not size or size + len(self._queue[0].payload) <= MAX_BATCH):
            request = self._queue.popleft()
            size += len(request.payload)
            batch.setdefault(request.source, []).append(request)
        self._waiting -= size
        return batch

    def _write(self, source: str, requests: list[_Request]) -> None:
        block = self._plans.get(source)
        if block is None:
            _refuse(requests, UnknownDatasource(f"the data source {source} does not exist"))
            return
        log = self._logs[source]
        try:
            positions = log.append([request.payload for request in requests])
        except OSError as problem:
            logger.error("the log of %s can't be written: %s", source, problem)
            _refuse(requests, Overloaded("the events can't be written to the disk now"))
            return
        records = [Record(p, request.payload) for p, request in zip(positions, requests, strict=True)]
        counts = self._load(source, block, records)
        for position, request in zip(positions, requests, strict=True):
            done = counts[position]
            request.done.set_result(Ack(done.good, done.quarantined))

    def _load(self, source: str, block: BlockPlan, records: list[Record]) -> Mapping[int, Counts]:
        """The events are in the log: they are tried until they are in the database, or the server ends."""
        counts: dict[int, Counts] = {}
        while pending := [record for record in records if record.position not in counts]:
            try:
                self._loader.load(source, block, pending, counts)
            except (duckdb.Error, OSError) as problem:
                logger.error("loading %s failed, trying again: %s", source, problem)
                if self._closes_within(_RETRY):
                    raise
        self._positions[source] = records[-1].position
        self._logs[source].release(records[-1].position)
        return counts

    def _closes_within(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._closing, seconds)

    def _replay(self, source: str) -> None:
        """Loads what an earlier server wrote to the log and did not get into the database."""
        loaded = self._positions.get(source, 0)
        log = self._logs[source] = Log(self._folder / source, loaded)
        for path, damage in log.damage:
            logger.warning("%s at byte %d: %s", path, damage.offset, damage.reason)
        batch: list[Record] = []
        size = 0
        for record in log.pending(loaded):
            batch.append(record)
            size += len(record.payload)
            if size > MAX_BATCH:
                self._load(source, self._plans[source], batch)
                batch, size = [], 0
        if batch:
            self._load(source, self._plans[source], batch)


def _refuse(requests: list[_Request], problem: IngestError) -> None:
    for request in requests:
        if not request.done.done():
            request.done.set_exception(problem)
