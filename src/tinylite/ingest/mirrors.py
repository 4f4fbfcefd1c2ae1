"""Deployments beside the live one, which get all that it gets: one that is being prepared, those kept for a way back.

A newer one gets the rows that the live one has taken, carried into its schema; an older one reads the events again by
its own schema, as if it were still live. All of it happens in the transaction that writes the live rows, so that each
event lands in each deployment exactly once. Tables that two deployments share are written once, by the live one.

A deployment that can't take a row is given up: the live one must never wait for another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import duckdb

from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX
from tinylite.engine.duckdb.errors import FATAL, translated
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.block import BLOCK, BlockPlan
from tinylite.ingest.insertion import Insertion, block_of
from tinylite.ingest.views import NO_VIEWS, GivenUp, Passage, Views
from tinylite.sql.physical import quoted

logger = logging.getLogger("tinylite.ingest")


@dataclass(frozen=True, slots=True)
class Carry:
    """Rows of the live deployment as those of another one. `rows` is a SELECT of the live block.

    `into` is None where both have the same table, and only views of the other one are of its own.
    """

    rows: str
    into: Insertion | None
    quarantined: tuple[str, ...] = ()
    """The columns of the quarantine that both have."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """By the names of data sources. `views` are those whose targets are tables of this deployment's own."""

    deployment: str
    carried: Mapping[str, Carry] = field(default_factory=dict)
    again: Mapping[str, BlockPlan] = field(default_factory=dict)
    """Of those whose events are read once more."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Why rows that are no events can't be carried."""
    views: Views = NO_VIEWS

    def tables(self, source: str) -> set[str]:
        """All that a block of the source may lead to."""
        found = set(self.views.tables(source))
        if source in self.again:
            found.update(self.again[source].tables)
        carry = self.carried.get(source)
        if carry is not None and carry.into is not None:
            found.update((carry.into.table, carry.into.table + QUARANTINE_SUFFIX))
        return found

    @property
    def statements(self) -> tuple[str, ...]:
        """All that may call functions."""
        again = (text for block in self.again.values() for text in block.statements)
        return *(carry.rows for carry in self.carried.values()), *again, *self.views.statements

    def concerns(self, source: str) -> bool:
        return source in self.carried or source in self.again or source in self.refused


class Mirrors:
    """`failed` is told of a deployment that is given up, and why, before anything is written without it."""

    def __init__(self, found: Iterable[Mirror] = (), failed: Callable[[str, str], None] | None = None) -> None:
        self._found = {mirror.deployment: mirror for mirror in found}
        self._failed = failed

    @property
    def statements(self) -> tuple[str, ...]:
        return tuple(text for mirror in self._found.values() for text in mirror.statements)

    def of(self, source: str) -> list[Mirror]:
        return [mirror for mirror in self._found.values() if mirror.concerns(source)]

    def tables(self, source: str) -> set[str]:
        return {table for mirror in self.of(source) for table in mirror.tables(source)}

    def reads_again(self, source: str) -> bool:
        """Whether the events themselves are needed."""
        return any(source in mirror.again for mirror in self._found.values())

    def need_rows(self, source: str) -> bool:
        """Whether the live rows have to be in the block of the source."""
        return any(source in mirror.carried and source not in mirror.again for mirror in self._found.values())

    def give_up(self, deployment: str, reason: str) -> None:
        logger.error("deployment %s is given up: %s", deployment, reason)
        if self._failed is not None:
            self._failed(deployment, reason)
        self._found.pop(deployment, None)

    def rewritten(self, names: Iterable[str]) -> None:
        """Rows of data sources are about to go: a deployment with copies of its own would keep them."""
        for name in names:
            for mirror in self.of(name):
                if mirror.tables(name):
                    self.give_up(mirror.deployment, f"rows of {name} were removed or replaced meanwhile")

    # -- in the transaction of the live rows ------------------------------------------------------------------------

    def write_events(
        self,
        writer: Writer,
        source: str,
        passage: Passage,
        plan: BlockPlan | None,
        parse: Callable[[BlockPlan], None],
    ) -> None:
        """After the live rows were written by `plan`, None when there are no others; `parse` reads the same lines by
        another plan.
        """
        mirrors = self.of(source)
        # First those that need what the live rows were parsed to.
        for mirror in mirrors:
            if source not in mirror.again and source in mirror.carried:
                with self._guarding(mirror):
                    carry_block(writer, mirror, source, passage)
                    if plan is not None:
                        _carry_quarantine(writer, mirror.carried[source], plan, passage)
        for mirror in mirrors:
            if source in mirror.again:
                with self._guarding(mirror):
                    parse(mirror.again[source])
                    self._again(writer, mirror, source, passage)

    def write_rows(self, writer: Writer, source: str, passage: Passage, *, replace: bool) -> None:
        """Rows that were no events: they are in the live block of the source."""
        for mirror in self.of(source):
            with self._guarding(mirror):
                if source in mirror.refused:
                    raise GivenUp(partial(self.give_up, mirror.deployment, mirror.refused[source]))
                if source not in mirror.carried:
                    continue
                into = mirror.carried[source].into
                if replace and into is not None:
                    writer.execute(f"DELETE FROM {quoted(into.table)}")
                carry_block(writer, mirror, source, passage)

    def set_aside(self, writer: Writer, source: str, import_id: str, reason: str) -> None:
        """A line that no statement takes."""
        for mirror in self.of(source):
            for into in (mirror.again.get(source), mirror.carried.get(source)):
                if into is not None and into.into is not None:
                    set_aside(writer, into.into.table, import_id, reason)
                    break

    def _again(self, writer: Writer, mirror: Mirror, source: str, passage: Passage) -> None:
        plan = mirror.again[source]
        counted = f"SELECT count(*) FILTER (WHERE NOT bad), count(*) FILTER (WHERE bad) FROM {BLOCK}"
        ((good, bad),) = writer.execute(counted).fetchall()
        if good:
            if mirror.views.of(source):
                block = quoted(block_of(source, mirror.deployment))
                writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS {plan.rows}")
                if plan.into.keeps:
                    writer.execute(plan.into.sql(block))
                mirror.views.run(writer, source, passage, (f"deployment {mirror.deployment}",))
            elif plan.into.keeps:
                writer.execute(plan.insert)
        if bad:
            writer.execute(plan.quarantine, passage.imports)

    @contextmanager
    def _guarding(self, mirror: Mirror) -> Iterator[None]:
        try:
            yield
        except FATAL:
            raise
        except duckdb.Error as problem:
            reason = translated(problem).diagnostics[0].message
            raise GivenUp(partial(self.give_up, mirror.deployment, reason)) from problem


NO_MIRRORS = Mirrors()


def carry_block(writer: Writer, mirror: Mirror, source: str, passage: Passage) -> None:
    """The rows in the live block of the source. Raises duckdb.Error, ViewFailed."""
    carry = mirror.carried[source]
    if carry.into is not None and not mirror.views.of(source):
        if carry.into.keeps:
            writer.execute(carry.into.sql(f"({carry.rows})"))
        return
    block = quoted(block_of(source, mirror.deployment))
    ((count,),) = writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS {carry.rows}").fetchall()
    if not count:
        return
    if carry.into is not None and carry.into.keeps:
        writer.execute(carry.into.sql(block))
    mirror.views.run(writer, source, passage, (f"deployment {mirror.deployment}",))


def _carry_quarantine(writer: Writer, carry: Carry, plan: BlockPlan, passage: Passage) -> None:
    if carry.into is not None and carry.quarantined:
        columns = ", ".join(map(quoted, carry.quarantined))
        table = quoted(carry.into.table + QUARANTINE_SUFFIX)
        writer.execute(f"INSERT INTO {table} BY NAME SELECT {columns} FROM ({plan.rejected})", passage.imports)


def set_aside(writer: Writer, table: str, import_id: str, reason: str) -> None:
    """Into the quarantine of a table: a line that can't be parsed at all is kept in the reason."""
    writer.execute(
        f"INSERT INTO {quoted(table + QUARANTINE_SUFFIX)} BY NAME SELECT [$reason] AS c__error, "
        "CAST([] AS VARCHAR[]) AS c__error_column, $import_id AS c__import_id, "
        "CAST(date_trunc('second', timezone('UTC', now())) AS TIMESTAMP) AS insertion_date",
        {"reason": reason, "import_id": import_id},
    )
