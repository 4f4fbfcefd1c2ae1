"""Events into the database: rows, quarantined rows, what is known of their requests, and the log's position in one
transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import duckdb

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.beside import Beside
from tinylite.engine.duckdb.ddl import POSITIONS
from tinylite.engine.duckdb.errors import FATAL
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import BAD_ROWS, COUNT, SEPARATOR, BlockPlan
from tinylite.ingest.insertion import block_of
from tinylite.ingest.keys import Answered, keep
from tinylite.ingest.mirrors import NO_MIRRORS, Mirrors, set_aside
from tinylite.ingest.numbers import exact_texts, lines_with_changing_numbers
from tinylite.ingest.operation import Observer, Operation, unobserved
from tinylite.ingest.strict import LONG
from tinylite.ingest.views import NO_VIEWS, Passage, Views, without_failing
from tinylite.sql.physical import quoted

Mark = Callable[[Writer, int], None]
"""Writes down, in the transaction of the rows, that all requests up to a position are in the database."""
_NOT_THE_ROWS = (
    *(fault for fault in FATAL if fault is not duckdb.InternalException),
    duckdb.OutOfMemoryException,
    duckdb.TransactionException,
    duckdb.ConnectionException,
    duckdb.InterruptException,
)
"""Faults that say nothing against the rows: they are tried again. An internal error may well be a row's."""
_MOST_SKIPPED = 64
"""Batches that go the tolerant way at once, after the strict one failed again and again."""


@dataclass(frozen=True, slots=True)
class Counts:
    good: int
    quarantined: int


@dataclass(slots=True)
class Events:
    """Of one request: `lines` as `decode` gives them, and how many they are. `import_id` is what the quarantine knows
    them by; `key` the client's own name for the request, or "". Not frozen: that makes one cost three times as much.
    """

    position: int
    lines: bytes
    rows: int
    import_id: str
    key: str = ""
    acknowledged: bool = False
    """As all fitting."""


@dataclass(slots=True)
class Loader:
    engine: DuckDBEngine | Beside
    observe: Observer = unobserved
    views: Views = NO_VIEWS
    mirrors: Mirrors = NO_MIRRORS
    _misses: dict[str, int] = field(default_factory=dict)
    """How often in a row the strict way failed, by data source."""
    _skips: dict[str, int] = field(default_factory=dict)

    def load(
        self,
        source: str,
        plan: BlockPlan,
        batch: Sequence[Events],
        counts: dict[int, Counts],
        mark: Mark | None = None,
    ) -> None:
        """Adds to `counts` what became of each request, by position. Without a `mark` these are the positions of the
        data source's log.

        A request that breaks the batch is narrowed down to its lines, and those go to quarantine with the reason.
        Raises duckdb.Error or OSError when not even that can be written; `counts` then says what is done.
        """
        try:
            counts.update(self._load(source, plan, batch, mark))
        except _NOT_THE_ROWS:
            raise
        except duckdb.Error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self.load(source, plan, batch[:middle], counts, mark)
                self.load(source, plan, batch[middle:], counts, mark)
            else:
                counts[batch[0].position] = self._salvage(source, plan, batch[0], mark)

    def _load(self, source: str, plan: BlockPlan, batch: Sequence[Events], mark: Mark | None) -> dict[int, Counts]:
        text = b"\n".join(events.lines for events in batch)
        changing = lines_with_changing_numbers(text) if plan.exact else []
        if plan.strict is not None and not changing and self._tries_strictly(source, plan, text):
            with suppress(_MayNotFit):
                counts = self._committed(source, plan, batch, mark, partial(self._write_strictly, text))
                self._misses[source] = 0
                return counts
            self._misses[source] = self._misses.get(source, 0) + 1
            self._skips[source] = min(2 ** (self._misses[source] - 1), _MOST_SKIPPED) - 1
        try:
            return self._committed(source, plan, batch, mark, partial(self._write, text, changing))
        except _NOT_THE_ROWS:
            raise
        except duckdb.Error:
            # A sorting key that can't be computed for a row costs its order, not the row.
            return self._committed(source, plan.unsorted(), batch, mark, partial(self._write, text, changing))

    def _tries_strictly(self, source: str, plan: BlockPlan, text: bytes) -> bool:
        if skips := self._skips.get(source, 0):
            self._skips[source] = skips - 1
            return False
        if self.mirrors.reads_again(source):
            return False
        assert plan.strict is not None
        return not plan.strict.checks_lines or (text.startswith(b"{") and text.count(b"\n{") == text.count(b"\n"))

    def _committed(
        self, source: str, plan: BlockPlan, batch: Sequence[Events], mark: Mark | None, write: _Write
    ) -> dict[int, Counts]:
        def written(passage: Passage) -> dict[int, Counts]:
            with self.engine.transaction(*self._tables(source, plan), appends=True) as writer:
                counts = write(writer, source, plan, batch, passage)
                self._finish(writer, source, batch, counts, mark)
            return counts

        return self._told(source, batch, written)

    def _tables(self, source: str, plan: BlockPlan) -> set[str]:
        """All that a block may be written to."""
        return {*plan.tables, *self.views.tables(source), *self.mirrors.tables(source)}

    def _finish(
        self, writer: Writer, source: str, batch: Sequence[Events], counts: Mapping[int, Counts], mark: Mark | None
    ) -> None:
        if mark is not None:
            mark(writer, batch[-1].position)
            return
        _move(writer, source, batch[-1].position)
        keep(
            writer,
            source,
            [
                Answered.of(events.key, events.import_id, events.lines, rows.good, rows.quarantined)
                for events in batch
                if events.key
                for rows in [Counts(events.rows, 0) if events.acknowledged else counts[events.position]]
            ],
        )

    def _told(
        self, source: str, batch: Sequence[Events], write: Callable[[Passage], dict[int, Counts]]
    ) -> dict[int, Counts]:
        """Tells the observer of what was written, when it is."""
        started = time.perf_counter()
        passage = Passage("append", batch[-1].import_id)
        counts = without_failing(passage, write)
        good = sum(count.good for count in counts.values())
        bad = sum(count.quarantined for count in counts.values())
        size = sum(len(events.lines) for events in batch)
        took = time.perf_counter() - started
        self.observe(Operation("append", source, good, bad, took, passage.import_id, size=size))
        for written in passage.written:
            self.observe(written)
        return counts

    def _write_strictly(
        self, text: bytes, writer: Writer, source: str, plan: BlockPlan, batch: Sequence[Events], passage: Passage
    ) -> dict[int, Counts]:
        """Raises _MayNotFit: the transaction is then lost."""
        staged = self.engine.staging / f"{source}.ndjson"
        try:
            with staged.open("wb") as file:
                file.write(text)
                file.write(b"\n")
            rows = f"({plan.strictly(staged, has_long_lines=_has_line_over(text, LONG))})"
            # Merged rows are fewer than those that came, which are counted.
            apart = not plan.into.keeps or bool(plan.into.merged)
            if apart or self.views.of(source) or self.mirrors.need_rows(source):
                block = quoted(block_of(source))
                found = writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS FROM {rows}").fetchall()
                rows = block
            if plan.into.keeps:
                inserted = writer.execute(plan.into.sql(rows)).fetchall()
                found = found if apart else inserted
        except FATAL:
            raise
        except duckdb.Error as problem:
            raise _MayNotFit from problem
        finally:
            staged.unlink(missing_ok=True)
        if found != [(sum(events.rows for events in batch),)]:
            raise _MayNotFit
        self.views.run(writer, source, passage)
        self.mirrors.write_events(writer, source, passage, None, _never)
        return {events.position: Counts(events.rows, 0) for events in batch}

    def _write(
        self,
        text: bytes,
        changing: Sequence[int],
        writer: Writer,
        source: str,
        plan: BlockPlan,
        batch: Sequence[Events],
        passage: Passage | None,
    ) -> dict[int, Counts]:
        """No view sees the rows of a trial, for which `passage` is None."""
        text = _visible(text)
        self._parse(text, changing, writer, source, plan)
        ((lines,),) = writer.execute(COUNT).fetchall()
        if lines != sum(events.rows for events in batch):
            raise duckdb.DataError(f"{lines} lines were read of {sum(events.rows for events in batch)}")
        bad_rows = [row for (row,) in writer.execute(BAD_ROWS).fetchall()]
        counts, starts = _shared_out(batch, sorted(bad_rows))
        imports = {"starts": starts, "ids": [events.import_id for events in batch]}
        mirrored = passage is not None and bool(self.mirrors.of(source))
        if mirrored or len(bad_rows) < lines:
            self._insert(writer, source, plan, passage)
        if bad_rows:
            writer.execute(plan.quarantine, imports)
        if mirrored and passage is not None:
            passage.imports = imports
            parse = partial(self._parse, text, changing, writer, source)
            self.mirrors.write_events(writer, source, passage, plan, parse)
        return counts

    def _parse(self, text: bytes, changing: Sequence[int], writer: Writer, source: str, plan: BlockPlan) -> None:
        """Into the temporary table BLOCK."""
        staged = self.engine.staging / f"{source}.lines"
        exact = bool(changing) and bool(plan.exact)
        if exact:
            text = _with_exact_texts(text, changing, plan)
        try:
            with staged.open("wb") as file:
                file.write(text)
                file.write(b"\n")
            writer.execute(plan.read(staged, _longest_line(text), exact=exact))
        finally:
            staged.unlink(missing_ok=True)

    def _insert(self, writer: Writer, source: str, plan: BlockPlan, passage: Passage | None) -> None:
        if passage is None or not (self.views.of(source) or self.mirrors.need_rows(source)):
            if passage is None or plan.into.keeps:
                writer.execute(plan.insert)
            return
        block = quoted(block_of(source))
        writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS {plan.rows}")
        if plan.into.keeps:
            writer.execute(plan.into.sql(block))
        self.views.run(writer, source, passage)

    def _salvage(self, source: str, plan: BlockPlan, events: Events, mark: Mark | None) -> Counts:
        """Loads a request without the lines that break the statement: of these the text is kept, and the reason."""
        lines, broken = self._sorted_out(source, plan, events.lines.split(b"\n"))

        def write(passage: Passage) -> dict[int, Counts]:
            with self.engine.transaction(*self._tables(source, plan), appends=True) as writer:
                counts = Counts(0, 0)
                if lines:
                    counts = self._write_lines(writer, source, plan, lines, events, passage)[events.position]
                for reason in broken:
                    set_aside(writer, plan.into.table, events.import_id, reason)
                    self.mirrors.set_aside(writer, source, events.import_id, reason)
                all_counts = {events.position: Counts(counts.good, counts.quarantined + len(broken))}
                self._finish(writer, source, [events], all_counts, mark)
            return all_counts

        return self._told(source, [events], write)[events.position]

    def _write_lines(
        self,
        writer: Writer,
        source: str,
        plan: BlockPlan,
        lines: Sequence[bytes],
        of: Events,
        passage: Passage | None,
    ) -> dict[int, Counts]:
        text = b"\n".join(lines)
        changing = lines_with_changing_numbers(text) if plan.exact else []
        part = Events(of.position, text, len(lines), of.import_id)
        return self._write(text, changing, writer, source, plan, [part], passage)

    def _sorted_out(self, source: str, plan: BlockPlan, lines: list[bytes]) -> tuple[list[bytes], list[str]]:
        """The lines that can be loaded, and what is to be said of the others. Nothing is written."""
        try:
            with suppress(_Undone), self.engine.transaction() as writer:
                self._write_lines(writer, source, plan, lines, Events(0, b"", 0, ""), None)
                raise _Undone
        except _NOT_THE_ROWS:
            raise
        except duckdb.Error as error:
            if len(lines) == 1:
                return [], [f"{str(error).splitlines()[0]}: {_text(lines[0])}"]
            middle = len(lines) // 2
            first, others = (self._sorted_out(source, plan, half) for half in (lines[:middle], lines[middle:]))
            return first[0] + others[0], first[1] + others[1]
        return lines, []


_Write = Callable[[Writer, str, BlockPlan, Sequence[Events], Passage], dict[int, Counts]]


class _Undone(Exception):
    """Ends a trial, so that its transaction is rolled back."""


class _MayNotFit(Exception):
    """The strict way does not take the batch."""


def _never(plan: BlockPlan) -> None:
    """Of a deployment that reads the events again: then they do not go the strict way."""
    raise _MayNotFit


def _shared_out(batch: Sequence[Events], bad: Sequence[int]) -> tuple[dict[int, Counts], list[int]]:
    """What each request has of the bad rows, and where its first row is. Both lists go upwards."""
    counts, starts = {}, []
    start = taken = 0
    for events in batch:
        starts.append(start)
        start += events.rows
        before = taken
        while taken < len(bad) and bad[taken] < start:
            taken += 1
        counts[events.position] = Counts(events.rows - (taken - before), taken - before)
    return counts, starts


def _move(writer: Writer, source: str, position: int) -> None:
    """An update takes half the time of INSERT OR REPLACE."""
    moved = writer.execute(f"UPDATE {POSITIONS} SET position = ? WHERE source = ?", [position, source]).fetchall()
    if moved == [(0,)]:
        writer.execute(f"INSERT INTO {POSITIONS} VALUES (?, ?)", [source, position])


def _visible(text: bytes) -> bytes:
    """Bytes that no JSON text has (invalid UTF-8, NUL) are made visible: such a line stays invalid, and can be kept."""
    if SEPARATOR in text or b"\0" in text:
        text = text.replace(SEPARATOR, b"\x1e").replace(b"\0", b"\x1e")
    return text if text.isascii() else _text(text).encode()


def _with_exact_texts(text: bytes, changing: Sequence[int], plan: BlockPlan) -> bytes:
    lines = text.split(b"\n")
    columns = [(steps, takes_text) for _, steps, takes_text in plan.exact]
    for index in changing:
        found = exact_texts(lines[index], columns)
        if found:
            named = {str(plan.exact[number][0]): value for number, value in found.items()}
            lines[index] = json.dumps(named).encode() + SEPARATOR + lines[index]
        else:
            lines[index] = SEPARATOR + lines[index]
    marked = set(changing)
    return b"\n".join(line if index in marked else SEPARATOR + line for index, line in enumerate(lines))


def _has_line_over(text: bytes, size: int) -> bool:
    """Looks at a few of the line breaks only."""
    start = 0
    while len(text) - start > size:
        found = text.rfind(b"\n", start, start + size)
        if found < 0:
            return True
        start = found + 1
    return False


def _longest_line(text: bytes) -> int:
    return len(text) if len(text) < 1_000_000 else max(map(len, text.split(b"\n")))


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "backslashreplace")
