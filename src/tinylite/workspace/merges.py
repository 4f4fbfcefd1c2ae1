"""Merges: what the engine of a data source makes of its rows over time.

ClickHouse merges the parts of a table in the background: rows with one key become one (Replacing, Summing, …), rows
past their TTL go, the rest is in the order of the sorting key. Here the merged table is made beside the live one, from
one snapshot, while questions and events go on. Then, in one short transaction, the rows that came meanwhile are added
to it and it takes the place of the live one. When more than adding happened meanwhile, the work is thrown away.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import MERGES, STAGED_PREFIX, columns_of, create_table, describe_table
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.insertion import ORDER, insertion, merged_rows
from tinylite.sql import Column, compile_expression
from tinylite.sql.physical import quoted
from tinylite.workspace.populations import is_being_read

logger = logging.getLogger("tinylite.merges")
_GROWTH = 0.25
"""A table is merged when a quarter of it is new: a row is rewritten a few times in its life, however large it gets."""
_SORTED_ROWS = 1_000_000
"""New rows for which a table is rewritten only to be sorted: each batch of them is sorted already."""
PART = "_tinylite_part_of_a_merge"
"""The temporary table of rows that are merged at once."""
_ROWS_AT_ONCE = 250_000
"""More are merged in parts, by ranges of the sorting key: a merge takes so much memory, however large a table gets."""
_CALM = 0.01
"""What part of a table may have come since the last look, when it is only to be sorted."""
_SAMPLE = 4000
_INTERVAL = 1.0
_TTL_INTERVAL = 300.0
_SHARE = 0.1
"""Of the time that may go into merges."""


@dataclass(frozen=True, slots=True)
class Merge:
    """Of a table in the engine. `rows` is a SELECT of what is left of it, in order; `expired` the condition of its
    TTL, or "".
    """

    table: str
    columns: tuple[Column, ...]
    rows: str
    expired: str
    combines: bool
    """Whether rows become fewer by it: else they are only sorted."""
    key: str
    """The first expression of the sorting key, or ""."""
    rows_of_part: str
    """As `rows`, of the table PART."""


def merge_of(datasource: Datasource, name: str) -> Merge | None:
    """`name` is the table's. None when the engine leaves rows as they come. Raises DiagnosticError when a key or TTL
    can't be compiled.
    """
    if not datasource.engine.name.endswith("MergeTree"):
        return None
    combines = datasource.engine.name.removeprefix("Replicated") != "MergeTree"
    expired, into = _expired(datasource), insertion(datasource, name)
    rows, of_part = (_rows(datasource, of, combines, expired) for of in (name, PART))
    return Merge(name, columns_of(datasource), rows, expired, combines, into.first, of_part)


def _rows(datasource: Datasource, name: str, combines: bool, expired: str) -> str:
    into = insertion(datasource, name)
    rows = f"SELECT *, rowid AS {quoted(ORDER)} FROM {quoted(name)}"
    if combines:
        rows = merged_rows(datasource, name)
    kept = f" WHERE NOT ({expired})" if expired else ""
    order = f"{into.order}, {quoted(ORDER)}" if into.order else f" ORDER BY {quoted(ORDER)}"
    return f"SELECT {into.columns} FROM ({rows}){kept}{order}"


def _expired(datasource: Datasource) -> str:
    """A moment of zero means never, as in ClickHouse."""
    ttl = datasource.engine.ttl
    if ttl is None:
        return ""
    text = re.sub(r"\s+DELETE\s*$", "", ttl.value, flags=re.IGNORECASE)
    moment = compile_expression(Source(ttl.span.source.path, text), columns_of(datasource)).sql
    at = f"CAST({moment} AS TIMESTAMP)"
    return f"coalesce({at} <= timezone('UTC', now()) AND {at} <> TIMESTAMP '1970-01-01', false)"


class Merger:
    """`follow` gives it the tables, by whose names all else goes. Nothing runs by itself before `start`."""

    def __init__(self, engine: DuckDBEngine, ingest: Ingest) -> None:
        self._engine = engine
        self._ingest = ingest
        self._merges: dict[str, Merge] = {}
        self._followed: dict[str, tuple[Datasource, Merge | None]] = {}
        self._looked_at: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        """At the last look."""
        self._ttl_due: dict[str, float] = {}
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._working: Writer | None = None

    def follow(self, tables: Iterable[tuple[Datasource, str]]) -> None:
        """Data sources with the names of their tables."""
        merges: dict[str, Merge] = {}
        before, self._followed = self._followed, {}
        for datasource, name in tables:
            try:
                source, found = before.get(name, (None, None))
                if source is not datasource:  # one that has not changed is the same object
                    found = merge_of(datasource, name)
                self._followed[name] = datasource, found
            except DiagnosticError as problem:
                logger.warning("%s is not merged: %s", datasource.name, problem.diagnostics[0].message)
                continue
            if found is not None:
                merges[name] = found
        self._merges = merges
        self._engine.prepare(text for merge in merges.values() for text in (merge.rows, merge.expired))
        self._looked_at.clear()

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="tinylite-merges", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            while self._thread.is_alive():
                if (working := self._working) is not None:
                    working.interrupt()
                self._thread.join(0.05)

    def _run(self) -> None:
        rest = _INTERVAL
        while not self._closing.wait(rest):
            started = time.perf_counter()
            try:
                self.tick()
            except (duckdb.Error, DiagnosticError) as problem:
                if not self._closing.is_set():
                    logger.warning("a merge failed, and is tried again later: %s", str(problem).partition("\n")[0])
            rest = max(_INTERVAL, (time.perf_counter() - started) * (1 / _SHARE - 1))

    def tick(self) -> None:
        """Merges the one table that needs it most, if any does."""
        self._expire()
        shares = {name: share for name in self._merges if (share := self._share_to_do(name)) > 0}
        if shares:
            self.merge(max(shares, key=lambda name: shares[name]))

    def _share_to_do(self, name: str) -> float:
        """The share of the table's rows that is new since its last merge, or 0 when they are too few."""
        version = self._engine.version(name)
        if self._looked_at.get(name) == version:
            return 0.0
        rows, merged = self._engine.row_count(name), self._merged_rows(name)
        fresh = rows - merged if rows >= merged else rows
        before, self._rows[name] = self._rows.get(name, rows), rows
        is_calm = rows - before <= rows * _CALM and not self._ingest.is_streaming()
        if not self._merges[name].combines and not is_calm:
            # What is only sorted can wait: no checkpoint is made during a merge.
            return 0.0
        least = 1 if self._merges[name].combines else _SORTED_ROWS
        if fresh < max(least, rows * _GROWTH):
            self._looked_at[name] = version
            return 0.0
        return fresh / rows

    def _merged_rows(self, name: str) -> int:
        with self._engine.transaction() as writer:
            found = writer.execute(f"SELECT row_count FROM {MERGES} WHERE source = ?", [name]).fetchall()
        return int(found[0][0]) if found else 0

    def merge(self, name: str) -> bool:
        """False when the table is not merged at all, and when something else happened to it meanwhile: it is as if
        nothing was done.
        """
        merge = self._merges.get(name)
        if merge is None:
            return False
        staged = STAGED_PREFIX + "merge_of_" + name
        started = time.perf_counter()
        rewrites = self._engine.rewrites(name)
        try:
            with self._snapshot(name) as cursor:
                ((last,),) = cursor.execute(f"SELECT coalesce(max(rowid), -1) FROM {quoted(name)}").fetchall()
                cursor.execute(create_table(staged, merge.columns))
                self._fill(cursor, merge, staged, int(last))
                with self._ingest.loading_paused():
                    if self._engine.rewrites(name) != rewrites or self._is_being_read(name):
                        return False
                    rows = self._swap(merge, staged, int(last))
        finally:
            self._engine.unstage(staged)
        self._looked_at[name] = self._engine.version(name)
        logger.info("merged %s into %d rows in %.2f s", name, rows, time.perf_counter() - started)
        return True

    def _fill(self, cursor: Writer, merge: Merge, staged: str, last: int) -> None:
        """Part by part when they are many: rows of one key are all in one part. Then each part is a transaction, for
        one would keep in memory what all of them need. They see the same rows: those up to the `last`, or more was
        done than adding, and the work is thrown away.
        """
        bounds = self._bounds(cursor, merge)
        if not bounds:
            cursor.execute(f"INSERT INTO {quoted(staged)} {merge.rows}")
        cursor.execute("COMMIT")
        if not bounds:
            return
        key = merge.key
        for low, high in pairwise([None, *bounds, None]):
            inside = [f"{key} >= $low"] if low is not None else [f"({key} < $high OR {key} IS NULL)"]
            inside += [f"{key} < $high"] if low is not None and high is not None else []
            inside += [f"rowid <= {last}"]
            values = {name: value for name, value in (("low", low), ("high", high)) if value is not None}
            rows = f"SELECT * FROM {quoted(merge.table)} WHERE {' AND '.join(inside)} ORDER BY rowid"
            cursor.execute(f"CREATE OR REPLACE TEMP TABLE {PART} AS {rows}", values)
            cursor.execute(f"INSERT INTO {quoted(staged)} {merge.rows_of_part}")
            self._engine.let_go()
        cursor.execute(f"DROP TABLE {PART}")

    @staticmethod
    def _bounds(cursor: Writer, merge: Merge) -> list[object]:
        """Values of the first key, upwards, that part the table into equal parts, as far as its values allow."""
        ((rows,),) = cursor.execute(f"SELECT count(*) FROM {quoted(merge.table)}").fetchall()
        parts = -(-int(rows) // _ROWS_AT_ONCE)
        if parts < 2 or not merge.key:
            return []
        sample = f"SELECT {merge.key} AS k FROM {quoted(merge.table)} USING SAMPLE reservoir({_SAMPLE} ROWS)"
        found = [k for (k,) in cursor.execute(f"SELECT k FROM ({sample}) WHERE k IS NOT NULL ORDER BY k").fetchall()]
        chosen = [found[len(found) * part // parts] for part in range(1, parts)] if found else []
        # In the order of the engine: Python may not have one.
        return [value for index, value in enumerate(chosen) if index == 0 or value != chosen[index - 1]]

    @contextmanager
    def _snapshot(self, name: str) -> Iterator[Writer]:
        """A transaction. A second one stays open beside it: meanwhile no checkpoint gives rows other ids."""
        with closing(self._engine.cursor()) as guard, closing(self._engine.cursor()) as cursor:
            guard.execute(f"BEGIN; SELECT count(*) FROM {quoted(name)}")
            cursor.execute("BEGIN")
            self._working = cursor
            try:
                yield cursor
            finally:
                self._working = None

    def _is_being_read(self, name: str) -> bool:
        """By a population, which goes by the ids of the rows."""
        with self._engine.transaction() as writer:
            return is_being_read(writer, name)

    def _swap(self, merge: Merge, staged: str, last: int) -> int:
        name, columns = quoted(merge.table), ", ".join(quoted(column.name) for column in merge.columns)
        with self._engine.transaction(merge.table) as writer:
            ((rows,),) = writer.execute(f"SELECT count(*) FROM {quoted(staged)}").fetchall()
            writer.execute(
                f"INSERT INTO {quoted(staged)} SELECT {columns} FROM {name} WHERE rowid > {last} ORDER BY rowid"
            )
            writer.execute(f"DROP TABLE {name}")
            writer.execute(f"ALTER TABLE {quoted(staged)} RENAME TO {name}")
            writer.execute(describe_table(merge.table, merge.columns))
            writer.execute(f"INSERT OR REPLACE INTO {MERGES} VALUES (?, ?)", [merge.table, rows])
        return int(rows)

    def _expire(self) -> None:
        """Takes away what is past its TTL, of tables that were not looked at for a while."""
        for name, merge in self._merges.items():
            if merge.expired and self._ttl_due.get(name, 0.0) <= time.monotonic():
                self._ttl_due[name] = time.monotonic() + _TTL_INTERVAL
                self.expire(name)

    def expire(self, name: str) -> int:
        """The number of rows that were past their TTL, and are gone."""
        held = f"FROM {quoted(name)} WHERE {self._merges[name].expired}"
        with closing(self._engine.cursor()) as reader:
            ((rows,),) = reader.execute(f"SELECT count(*) {held}").fetchall()
        if rows:
            with self._ingest.loading_paused():
                if self._is_being_read(name):
                    return 0
                with self._engine.transaction(name) as writer:
                    ((rows,),) = writer.execute(f"DELETE {held}").fetchall()
        return int(rows)
