"""Events in: acknowledged when they are on the disk, loaded in the background, counted exactly.

Two ways lead to the database. A small body whose rows all surely fit (`fits`) is written to the log, acknowledged after
one fdatasync that serves all who wait, and loaded a moment later. Every other body waits for the engine: its rows and
counts are committed, and then it is acknowledged; the engine's commit is its log.

One thread writes the log, another one loads. While either works requests gather, so batches grow with the load by
themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.damage import report
from tinylite.ingest.errors import IngestError, Overloaded, UnknownDatasource, reused, too_much
from tinylite.ingest.fits import MOST_BYTES
from tinylite.ingest.gathering import Gathering
from tinylite.ingest.keys import Answered, digest_of, forget_old, known
from tinylite.ingest.loader import Counts, Events, Loader
from tinylite.ingest.log.log import Log, now
from tinylite.ingest.mirrors import NO_MIRRORS, Mirrors
from tinylite.ingest.operation import Observer, Operation, unobserved
from tinylite.ingest.pour import Pourer
from tinylite.ingest.receipts import Fate, Receipt, fate_of
from tinylite.ingest.rejected import Rejected, set_aside_all
from tinylite.ingest.replacement import Replacer
from tinylite.ingest.request import Ack, Caller, Outcome, Request, tell
from tinylite.ingest.rhythm import Rhythm
from tinylite.ingest.stream import Stream, next_of
from tinylite.ingest.targets import Planned, Target, planned
from tinylite.ingest.views import NO_VIEWS, ViewPlan, Views
from tinylite.ingest.watchers import Watchers

logger = logging.getLogger("tinylite.ingest")
MAX_WAITING = 256 * 1024 * 1024
"""Bytes of events that may wait, for the log or for the database, before new ones are refused."""
MAX_BATCH = 32 * 1024 * 1024
"""Bytes of one transaction."""
_RETRY = 1.0
"""Seconds to wait before a batch that the database refused is tried again."""
_LONGEST_WAIT = 1.0
"""Seconds that a question waits for events that were acknowledged before it came; mostly it is some hundredths."""
_SWEEP = 3600.0


Note = Callable[[Writer], None]


class Ingest:
    """Opened once for a data folder; `set_targets` follows the project as it changes."""

    def __init__(self, engine: DuckDBEngine, folder: Path, observe: Observer = unobserved) -> None:
        self._engine = engine
        self._folder = folder
        self._loader = Loader(engine, observe)
        self._planned: Planned = {}
        self._streams: dict[str, Stream] = {}
        self._positions = engine.positions()
        self._behind = 0
        """Requests that were acknowledged and are not loaded."""
        self._queue: deque[Request] = deque()
        self._bytes = 0
        """Of all that was accepted and is not in the database."""
        self._gathering = Gathering(self._hand_over)
        self._changed = threading.Condition()
        """Of the queue."""
        self._loadable = threading.Condition()
        """Guards the streams' waiting requests."""
        self._writing = threading.RLock()
        """Held while the log is written."""
        self._busy = threading.RLock()
        """Held while a batch is loaded. Whoever needs both takes `_writing` first."""
        self._closing = False
        self._is_frozen = False
        self._written_out = False
        self._refused_at = 0.0
        self._rhythm = Rhythm()
        self._watchers = Watchers()
        self._swept = time.monotonic()
        self._writer = threading.Thread(target=self._write_out, name="tinylite-log", daemon=True)
        self._thread = threading.Thread(target=self._run, name="tinylite-ingest", daemon=True)
        self._writer.start()
        self._thread.start()

    # -- from any thread --------------------------------------------------------------------------------------------

    def planned(self, targets: Iterable[Target]) -> Planned:
        """What `set_targets` takes. Raises DiagnosticError when a DEFAULT can't be compiled."""
        return planned(targets, self._planned)

    def set_targets(self, planned: Planned, views: Views = NO_VIEWS, mirrors: Mirrors = NO_MIRRORS) -> None:
        """The data sources that take events from now on, what is made of them, and which deployments get them too.
        Records that a log still holds for a new one are loaded.
        """
        with self._writing, self._busy:
            if self._is_frozen:
                hint = "start the server again, with its engine"
                raise DiagnosticError(Diagnostic("TL528", "the rows have been moved to ClickHouse", hint=hint))
            self._loader.views = views
            self._loader.mirrors = mirrors
            self._planned = planned
            blocks = (text for found in planned.values() for text in found.block.statements)
            self._engine.prepare((*blocks, *views.statements, *mirrors.statements))
            for name in planned:
                if name not in self._streams:
                    self._replay(name)

    def freeze(self) -> None:
        """From now on the targets stay as they are: `set_targets` raises DiagnosticError (TL528)."""
        self._is_frozen = True

    @contextmanager
    def paused(self) -> Iterator[None]:
        """All that was acknowledged is loaded; then nothing is accepted or loaded meanwhile: tables may change, and
        must fit the targets again at the end.
        """
        with self._writing, self._busy:
            self.catch_up()
            yield

    @contextmanager
    def loading_paused(self) -> Iterator[None]:
        """Nothing is loaded meanwhile; events are acknowledged all the same."""
        with self._busy:
            yield

    def catch_up(self) -> None:
        """Loads what was acknowledged before."""
        with self._busy:
            for source in list(self._streams):
                self._load_all(source)

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
        found = self._planned.get(source)
        return found.target if found is not None else None

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

    def submit(
        self, source: str, lines: bytes, *, wait: bool = False, key: str = "", import_id: str = ""
    ) -> Future[Ack]:
        """`lines` as `decode` gives them. With `wait` the answer comes when the rows can be read; without it, maybe
        before. Rows in quarantine get the `import_id`, or else the receipt.

        Raises IngestError when nothing was accepted; so does the future.
        """
        done: Future[Ack] = Future()
        self._accept(source, lines, done, wait=wait, key=key, import_id=import_id)
        return done

    async def append(self, source: str, lines: bytes, *, wait: bool = False, key: str = "", import_id: str = "") -> Ack:
        """As `submit`. Raises IngestError."""
        done: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._accept(source, lines, done, wait=wait, key=key, import_id=import_id)
        return await done

    def append_now(self, source: str, lines: bytes, *, import_id: str = "") -> Ack:
        """Returns when the rows can be read. Raises IngestError."""
        return self.submit(source, lines, wait=True, import_id=import_id).result()

    def consume(self, source: str, lines: bytes, rejected: Sequence[Rejected], note: Note) -> Ack:
        """Loads what somebody else keeps until it is loaded, and so need not be in the log: messages, objects.

        `note` writes down what was loaded, in the same transaction; `rejected` goes to quarantine in it. Raises
        UnknownDatasource; duckdb.Error and OSError when nothing was written.
        """
        with self._busy:
            found = self._planned.get(source)
            if found is None:
                raise UnknownDatasource(f"the data source {source} does not exist")
            position = time.time_ns()
            import_id, table = str(position), found.block.into.table

            def mark(writer: Writer, position: int) -> None:
                set_aside_all(writer, table, import_id, rejected)
                note(writer)

            counts = {position: Counts(0, 0)}
            if lines:
                events = Events(position, lines, lines.count(b"\n") + 1, import_id)
                self._loader.load(source, found.block, [events], counts, mark)
            else:
                with self._engine.transaction(*found.block.tables, appends=True) as writer:
                    mark(writer, position)
            if rejected:
                self._loader.observe(Operation("append", source, 0, len(rejected), import_id=import_id))
        return Ack(counts[position].good, counts[position].quarantined + len(rejected))

    def _accept(
        self,
        source: str,
        lines: bytes,
        done: Future[Ack] | asyncio.Future[Ack],
        *,
        wait: bool,
        key: str,
        import_id: str,
    ) -> None:
        found = self._planned.get(source)
        if found is None:
            raise UnknownDatasource(f"the data source {source} does not exist")
        if not lines:
            done.set_result(Ack(0, 0))
            return
        size = len(lines)
        if self._closing or self._bytes + size > MAX_WAITING:
            raise too_much()
        if self._is_refusing():
            raise Overloaded("the database can't take events now; try again in a moment")
        is_sure = not wait and not import_id and size <= MOST_BYTES and found.fits(lines)
        request = Request(source, lines, lines.count(b"\n") + 1, key, import_id, found.block if is_sure else None, done)
        with self._changed:
            if self._closing:
                raise Overloaded("the server is stopping")
            self._bytes += size
            self._queue.append(request)
            self._changed.notify()

    def _is_refusing(self) -> bool:
        return self._bytes > MAX_BATCH and time.monotonic() - self._refused_at < _RETRY

    def take(
        self, source: str, lines: bytes, loop: asyncio.AbstractEventLoop, answered: Callable[[Outcome], None]
    ) -> bool:
        """On a running event loop: as `append`, for events that surely fit, and cheaper. The answer is given by a call.
        False when nothing was accepted, and `append` is to be asked.
        """
        found = self._planned.get(source)
        if found is None or not lines or len(lines) > MOST_BYTES or not found.fits(lines):
            return False
        if self._closing or self._bytes + len(lines) > MAX_WAITING or self._is_refusing():
            return False
        rows = lines.count(b"\n") + 1
        return self._gathering.add(Request(source, lines, rows, "", "", found.block, Caller(loop, answered)), loop)

    def _hand_over(self, gathered: Sequence[Request]) -> None:
        with self._changed:
            if not self._closing:
                self._bytes += sum(len(request.lines) for request in gathered)
                self._queue.extend(gathered)
                self._changed.notify()
                return
        for request in gathered:
            request.answer = Overloaded("the server is stopping")
        tell(gathered)

    @contextmanager
    def receiving(self, size: int) -> Iterator[None]:
        """While a body of so many bytes comes in. Raises Overloaded when there is no room for it."""
        with self._changed:
            if self._bytes + size > MAX_WAITING:
                raise too_much()
            self._bytes += size
        try:
            yield
        finally:
            self._forget_bytes(size)

    def must_settle(self) -> bool:
        """Whether a question has to wait for `settled`."""
        if not self._behind or self._rhythm.is_steady():
            return False
        return time.monotonic() - self._refused_at > _RETRY

    def is_streaming(self) -> bool:
        """Whether events come without a pause."""
        return self._rhythm.is_steady()

    async def settled(self) -> None:
        """Waits until what was acknowledged before can be read; not for a steady stream of events, whose rows follow
        within a tenth of a second anyhow.
        """
        if not self.must_settle():
            return
        waiting = {
            name: stream.acknowledged
            for name, stream in self._streams.items()
            if stream.acknowledged > self._positions.get(name, 0)
        }
        there = self._watchers.add(waiting, self._positions)
        with self._loadable:
            for name in waiting:
                self._streams[name].urgent = True
            self._loadable.notify()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(there, _LONGEST_WAIT)

    def fate(self, receipt: Receipt) -> Fate | None:
        """What became of a request; None when there was none."""
        stream, found = self._streams.get(receipt.source), self._planned.get(receipt.source)
        if stream is None or found is None or receipt.position >= stream.log.next_position:
            return None
        if receipt.position > self._positions.get(receipt.source, 0):
            return Fate("pending", receipt.rows, 0)
        return fate_of(receipt, self._engine, found.target.table + QUARANTINE_SUFFIX)

    def close(self) -> None:
        """Finishes what was accepted, and stops."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._writer.join()
        with self._loadable:
            self._written_out = True
            self._loadable.notify()
        self._thread.join()
        for stream in self._streams.values():
            stream.log.close()

    # -- the thread that writes the log -----------------------------------------------------------------------------

    def _write_out(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closing:
                    self._changed.wait()
                if not self._queue:
                    return
            with self._writing:
                group = self._take()
                for source, requests in group.items():
                    try:
                        self._write(source, requests)
                    except Exception:
                        logger.exception("accepting events for %s failed", source)
                        self._refuse(requests, Overloaded("the events could not be accepted"))

    def _take(self) -> Mapping[str, list[Request]]:
        """All that waits, up to the size of a batch, by data source."""
        group: dict[str, list[Request]] = {}
        size = 0
        with self._changed:
            while self._queue and (not size or size + len(self._queue[0].lines) <= MAX_BATCH):
                request = self._queue.popleft()
                size += len(request.lines)
                group.setdefault(request.source, []).append(request)
        return group

    def _write(self, source: str, requests: list[Request]) -> None:
        found = self._planned.get(source)
        if found is None:
            self._refuse(requests, UnknownDatasource(f"the data source {source} does not exist"))
            return
        stream = self._streams[source]
        requests = self._without_repeated(stream, requests)
        if not requests:
            return
        at = now()
        logged = []
        for request in requests:
            request.position, request.at = stream.log.take_position(), at
            # What was checked against another version of the data source waits for its count.
            if request.fits_in is found.block:
                logged.append(request)
        if logged:
            try:
                stream.log.append(logged)
            except OSError as problem:
                logger.error("the log of %s can't be written: %s", source, problem)
                self._refuse(logged, Overloaded("the events can't be written to the disk now"))
                refused = {id(request) for request in logged}
                requests, logged = [r for r in requests if id(r) not in refused], []
        for request in logged:
            request.answer = Ack(request.rows, 0, request.receipt)
        self._rhythm.note(sum(len(request.lines) for request in requests))
        with self._loadable:
            stream.waiting.extend(requests)
            stream.size += sum(len(request.lines) for request in requests)
            stream.urgent = stream.urgent or len(logged) < len(requests)
            if logged:
                stream.acknowledged = logged[-1].position
                self._behind += len(logged)
            self._loadable.notify()
        tell(logged)

    def _without_repeated(self, stream: Stream, requests: list[Request]) -> list[Request]:
        """Those that were not sent before. The others get the answer that the first one got, or will get."""
        if not any(request.key for request in requests):
            return requests
        # Looked at once: what the loader takes out of it meanwhile is in the database by then.
        firsts = dict(stream.keys)
        asked = {request.key for request in requests if request.key and request.key not in firsts}
        answered: dict[str, Answered] = {}
        if asked:
            cursor = self._engine.cursor()
            try:
                answered = known(cursor, requests[0].source, asked)
            finally:
                cursor.close()
        fresh, told = [], []
        for request in requests:
            first, stored = firsts.get(request.key), answered.get(request.key)
            if not request.key or (first is None and stored is None):
                fresh.append(request)
                if request.key:
                    firsts[request.key] = stream.keys[request.key] = request
                continue
            self._forget_bytes(len(request.lines))
            if first is not None:
                if first.lines != request.lines:
                    request.answer = reused(request.key)
                elif self._waits_with(first, request):
                    continue
                else:
                    request.answer = first.answer
            elif stored is not None:
                same = stored.digest == digest_of(request.lines)
                ack = Ack(stored.good, stored.quarantined, stored.receipt)
                request.answer = ack if same else reused(request.key)
            told.append(request)
        tell(told)
        return fresh

    def _waits_with(self, first: Request, again: Request) -> bool:
        with self._loadable:
            if first.answer is None:
                first.twins.append(again)
            return first.answer is None

    # -- the thread that loads --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._loadable:
                stream, rest = next_of(self._streams.values(), time.monotonic())
                if stream is None:
                    if self._written_out:
                        break
                    self._loadable.wait(rest)
                    continue
            with self._busy:
                if not self._load_some(stream.name):
                    stream.rests_until = time.monotonic() + _RETRY
            self._sweep()
        for name in self._streams:
            with self._busy:
                self._load_all(name)

    def _load_all(self, source: str) -> None:
        """What the database refuses is left waiting."""
        while self._streams[source].waiting and self._load_some(source):
            continue

    def _load_some(self, source: str) -> bool:
        """One batch of what waits; False when the database refuses it now."""
        stream = self._streams[source]
        batch: list[Request] = []
        size = 0
        with self._loadable:
            stream.loaded_at = time.monotonic()
            while stream.waiting and (not batch or size + len(stream.waiting[0].lines) <= MAX_BATCH):
                batch.append(stream.waiting.popleft())
                size += len(batch[-1].lines)
            stream.size -= size
            stream.urgent = bool(stream.waiting) and stream.urgent
        if not batch:
            return True
        found = self._planned.get(source)
        if found is None:
            self._keep_back(stream, batch)
            return False
        counts: dict[int, Counts] = {}
        try:
            self._loader.load(source, found.block, [request.events for request in batch], counts)
        except (duckdb.Error, OSError) as problem:
            logger.error("loading %s failed, trying again: %s", source, str(problem).partition("\n")[0])
        except Exception:
            logger.exception("loading %s failed, trying again", source)
        done = [request for request in batch if request.position in counts]
        self._finish(source, stream, done, counts)
        if len(done) == len(batch):
            return True
        self._keep_back(stream, [request for request in batch if request.position not in counts])
        return False

    def _finish(self, source: str, stream: Stream, done: Sequence[Request], counts: Mapping[int, Counts]) -> None:
        if not done:
            return
        self._positions[source] = done[-1].position
        stream.log.release(done[-1].position)
        waited = [request for request in done if request.answer is None]
        with self._loadable:
            self._behind -= len(done) - len(waited)
            for request in waited:
                found = counts[request.position]
                request.answer = Ack(found.good, found.quarantined, request.receipt)
        for request in done:
            if request.key:
                # The writer looks here first: who finds nothing here finds the answer in the database.
                stream.keys.pop(request.key, None)
        self._forget_bytes(sum(len(request.lines) for request in done))
        tell(waited)
        self._watchers.tell(self._positions)

    def _keep_back(self, stream: Stream, requests: Sequence[Request]) -> None:
        """What the log holds is tried until it is in the database, or the server ends. The others are refused."""
        self._refused_at = time.monotonic()
        kept = [request for request in requests if isinstance(request.answer, Ack)]
        self._refuse(
            [request for request in requests if request.answer is None],
            Overloaded("the database can't take the events now; try again in a moment"),
        )
        with self._loadable:
            stream.waiting.extendleft(reversed(kept))
            stream.size += sum(len(request.lines) for request in kept)

    def _refuse(self, requests: Sequence[Request], problem: IngestError) -> None:
        refused = [request for request in requests if request.answer is None]
        for request in refused:
            with self._loadable:
                request.answer = problem
            self._forget_bytes(len(request.lines))
            stream = self._streams.get(request.source)
            if request.key and stream is not None and stream.keys.get(request.key) is request:
                del stream.keys[request.key]
        tell(refused)

    def _forget_bytes(self, size: int) -> None:
        with self._changed:
            self._bytes -= size

    def _sweep(self) -> None:
        if time.monotonic() - self._swept > _SWEEP:
            self._swept = time.monotonic()
            with self._engine.transaction() as writer:
                forget_old(writer)

    # -- at the start -----------------------------------------------------------------------------------------------

    def _replay(self, source: str) -> None:
        """Loads what an earlier server wrote to the log and did not get into the database."""
        loaded = self._positions.get(source, 0)
        log = Log(self._folder / source, loaded)
        stream = Stream(source, log)
        for found in log.damage:
            report(self._engine, self._loader.observe, source, found)
        for record in log.pending(loaded):
            rows = record.lines.count(b"\n") + 1
            done: Future[Ack] = Future()
            request = Request(source, record.lines, rows, record.key, "", None, done, record.position, record.at)
            request.answer = Ack(rows, 0, request.receipt)
            if request.key:
                stream.keys[request.key] = request
            with self._changed:
                self._bytes += len(record.lines)
            with self._loadable:
                self._behind += 1
                self._streams[source] = stream
                stream.waiting.append(request)
                stream.size += len(record.lines)
            if stream.size > MAX_BATCH:
                self._load_all(source)
        with self._loadable:
            self._streams[source] = stream
        self._load_all(source)
