"""Records of the log into the database: rows, quarantined rows and the log's position in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import duckdb

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.beside import Beside
from tinylite.engine.duckdb.ddl import POSITIONS
from tinylite.engine.duckdb.errors import FATAL
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import COUNTS, SEPARATOR, BlockPlan
from tinylite.ingest.insertion import block_of
from tinylite.ingest.log.segment import Record
from tinylite.ingest.mirrors import NO_MIRRORS, Mirrors, set_aside
from tinylite.ingest.operation import Observer, Operation, unobserved
from tinylite.ingest.views import NO_VIEWS, Passage, Views, without_failing
from tinylite.sql.physical import quoted

Mark = Callable[[Writer, int], None]
"""Writes down, in the transaction of the rows, that all records up to a position are in the database."""


@dataclass(frozen=True, slots=True)
class Counts:
    good: int
    quarantined: int


@dataclass(slots=True)
class Loader:
    engine: DuckDBEngine | Beside
    observe: Observer = unobserved
    views: Views = NO_VIEWS
    mirrors: Mirrors = NO_MIRRORS

    def load(
        self,
        source: str,
        plan: BlockPlan,
        records: Sequence[Record],
        counts: dict[int, Counts],
        mark: Mark | None = None,
    ) -> None:
        """Adds to `counts` what became of each record, by position. Without a `mark` they are records of the log.

        A record that breaks the batch is narrowed down to its lines, and those go to quarantine with the reason.
        Raises duckdb.Error or OSError when not even that can be written; `counts` then says what is done.
        """
        mark = mark or partial(_move, source)
        try:
            counts.update(self._load(source, plan, records, mark))
        except FATAL:
            raise
        except duckdb.Error:
            if len(records) > 1:
                middle = len(records) // 2
                self.load(source, plan, records[:middle], counts, mark)
                self.load(source, plan, records[middle:], counts, mark)
            else:
                counts[records[0].position] = self._salvage(source, plan, records[0], mark)

    def _load(self, source: str, plan: BlockPlan, records: Sequence[Record], mark: Mark) -> dict[int, Counts]:
        def write(passage: Passage) -> dict[int, Counts]:
            with self.engine.transaction(*self._tables(source, plan), appends=True) as writer:
                counts = self._write(writer, source, plan, records, passage)
                mark(writer, records[-1].position)
            return counts

        return self._told(source, records, write)

    def _tables(self, source: str, plan: BlockPlan) -> set[str]:
        """All that a block may be written to."""
        return {*plan.tables, *self.views.tables(source), *self.mirrors.tables(source)}

    def _told(
        self, source: str, records: Sequence[Record], write: Callable[[Passage], dict[int, Counts]]
    ) -> dict[int, Counts]:
        """Tells the observer of what was written, when it is."""
        started = time.perf_counter()
        passage = Passage("append", str(records[-1].position))
        counts = without_failing(passage, write)
        good = sum(count.good for count in counts.values())
        bad = sum(count.quarantined for count in counts.values())
        size = sum(len(record.payload) for record in records)
        took = time.perf_counter() - started
        self.observe(Operation("append", source, good, bad, took, passage.import_id, size=size))
        for written in passage.written:
            self.observe(written)
        return counts

    def _write(
        self,
        writer: Writer,
        source: str,
        plan: BlockPlan,
        records: Sequence[Record],
        passage: Passage | None,
    ) -> dict[int, Counts]:
        """No view sees the rows of a trial, for which `passage` is None."""
        staged = self.engine.staging / f"{source}.lines"
        text = b"".join(_lines(index, record.payload) for index, record in enumerate(records))
        longest = _longest_line(text)
        try:
            staged.write_bytes(text)
            writer.execute(plan.read(staged, longest))
            counts = {r: Counts(good, bad) for r, good, bad in writer.execute(COUNTS).fetchall()}
            import_id = str(records[-1].position)
            mirrored = passage is not None and bool(self.mirrors.of(source))
            if mirrored or any(count.good for count in counts.values()):
                self._insert(writer, source, plan, passage)
            if any(count.quarantined for count in counts.values()):
                writer.execute(plan.quarantine, {"import_id": import_id})
            if mirrored and passage is not None:
                self.mirrors.write_events(writer, source, passage, plan, lambda other: other.read(staged, longest))
        finally:
            staged.unlink(missing_ok=True)
        return {record.position: counts.get(index, Counts(0, 0)) for index, record in enumerate(records)}

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

    def _salvage(self, source: str, plan: BlockPlan, record: Record, mark: Mark) -> Counts:
        """Loads a record without the lines that break the statement: of these the text is kept, and the reason."""
        lines, broken = self._sorted_out(source, plan, record.payload.split(b"\n"))
        write = partial(self._write_whole, source, plan, record.position, lines, broken, mark)
        return self._told(source, [record], write)[record.position]

    def _write_whole(
        self,
        source: str,
        plan: BlockPlan,
        position: int,
        lines: list[bytes],
        broken: list[str],
        mark: Mark,
        passage: Passage,
    ) -> dict[int, Counts]:
        with self.engine.transaction(*self._tables(source, plan), appends=True) as writer:
            whole = Record(position, b"\n".join(lines))
            counts = self._write(writer, source, plan, [whole], passage)[position] if lines else Counts(0, 0)
            for reason in broken:
                set_aside(writer, plan.into.table, position, reason)
                self.mirrors.set_aside(writer, source, position, reason)
            mark(writer, position)
        return {position: Counts(counts.good, counts.quarantined + len(broken))}

    def _sorted_out(self, source: str, plan: BlockPlan, lines: list[bytes]) -> tuple[list[bytes], list[str]]:
        """The lines that can be loaded, and what is to be said of the others. Nothing is written."""
        try:
            with suppress(_Undone), self.engine.transaction() as writer:
                self._write(writer, source, plan, [Record(0, b"\n".join(lines))], None)
                raise _Undone
        except FATAL:
            raise
        except duckdb.Error as error:
            if len(lines) == 1:
                return [], [f"{str(error).splitlines()[0]}: {_text(lines[0])}"]
            middle = len(lines) // 2
            first, others = (self._sorted_out(source, plan, half) for half in (lines[:middle], lines[middle:]))
            return first[0] + others[0], first[1] + others[1]
        return lines, []


class _Undone(Exception):
    """Ends a trial, so that its transaction is rolled back."""


def _move(source: str, writer: Writer, position: int) -> None:
    """An update takes half the time of INSERT OR REPLACE."""
    moved = writer.execute(f"UPDATE {POSITIONS} SET position = ? WHERE source = ?", [position, source]).fetchall()
    if moved == [(0,)]:
        writer.execute(f"INSERT INTO {POSITIONS} VALUES (?, ?)", [source, position])


def _lines(index: int, payload: bytes) -> bytes:
    """Each line with the number of its record before it.

    Bytes that no JSON text has (invalid UTF-8, NUL) are made visible: such a line stays invalid, and can be kept.
    """
    if SEPARATOR in payload or b"\0" in payload:
        payload = payload.replace(SEPARATOR, b"\x1e").replace(b"\0", b"\x1e")
    payload = _text(payload).encode()
    prefix = str(index).encode() + SEPARATOR
    return prefix + payload.replace(b"\n", b"\n" + prefix) + b"\n"


def _longest_line(text: bytes) -> int:
    return len(text) if len(text) < 1_000_000 else max(map(len, text.split(b"\n")))


def _text(payload: bytes) -> str:
    return payload.decode("utf-8", "backslashreplace")
