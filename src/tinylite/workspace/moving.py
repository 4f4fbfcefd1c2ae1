"""One try to send all rows of a data folder to ClickHouse: which data sources, and how; see `moves`."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse.carrying import Carriage, NotCarried, carriage, not_made
from tinylite.engine.clickhouse.rows import ClickHouseRows
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import MOVES
from tinylite.engine.duckdb.errors import translated
from tinylite.ingest.ingest import Ingest
from tinylite.project import View
from tinylite.sql.physical import quoted, text_literal
from tinylite.types.model import backquoted
from tinylite.workspace.jobs import Run
from tinylite.workspace.merges import merge_of
from tinylite.workspace.versions import Snapshot

CHUNK = 250_000
"""Rows that are sent and compared at once."""
_CHUNK_BYTES = 256 * 1024 * 1024
"""Of a chunk of wide rows, by what the first rows of a table are like."""
_SAMPLE = 1000
_LITTLE = 50_000
"""Rows that may be left for the last round, for which events wait."""
_SHORT = 1.0
"""Seconds of a round after which the next one is the last."""
_MOST_ROUNDS = 20
_MERGED_HERE = 2_000_000
"""Rows of a table up to which its merged rows are counted to be compared."""
_WHOLE = {
    "max_threads": "1",
    "max_insert_threads": "1",
    "max_block_size": "1000000",
    "min_insert_block_size_rows": "1000000",
    "min_insert_block_size_bytes": "0",
    "max_partitions_per_insert_block": "0",
    "max_execution_time": "0",
}
"""A chunk is one block, so that its token is one."""


@dataclass(frozen=True, slots=True)
class Part:
    """A data source. Without a `way` its rows are derived from others', or it keeps none."""

    source: Datasource
    table: str
    way: Carriage | None = None
    derived_by: tuple[View, ...] = ()

    @property
    def keeps_all(self) -> bool:
        """Whether every row stays as it came."""
        return self.source.engine.name.removeprefix("Replicated") == "MergeTree" and self.source.engine.ttl is None


# -- which data sources, and how --------------------------------------------------------------------------------------


def parts_of(snapshot: Snapshot, found: Sequence[View]) -> list[Part]:
    """Raises DiagnosticError (TL528) for all that can't be moved."""
    faults, parts = [], []
    for source in snapshot.project.datasources.values():
        table, feeding = snapshot.tables(source.name), tuple(v for v in found if v.target.name == source.name)
        if source.engine.name == "Null":
            parts.append(Part(source, table))
            continue
        if states := not_made(source):
            reason = _not_derived(feeding)
            names = ", ".join(f"{column.name} ({column.type})" for column in states)
            if reason:
                message = f"{source.name} can't be moved: {names} is a state that ClickHouse keeps in another form"
                hint = "take the column out of the data source, and fill it again there"
                faults.append(Diagnostic("TL528", f"{message}, and it can't be derived anew: {reason}", hint=hint))
            parts.append(Part(source, table, derived_by=feeding))
            continue
        try:
            parts.append(Part(source, table, carriage(source)))
        except NotCarried as problem:
            hint = "take the column out of the data source, or keep it as a String"
            faults.append(Diagnostic("TL528", f"{source.name} can't be moved: {problem}", hint=hint))
    if faults:
        raise DiagnosticError(*faults)
    return parts


def _not_derived(feeding: Sequence[View]) -> str:
    """Why what views made can't be made once more of the rows that their sources hold, or ""."""
    if not feeding:
        return "no view makes it"
    for view in feeding:
        engine = view.source.engine
        if engine.name.removeprefix("Replicated") != "MergeTree":
            return f"{view.source.name} does not keep its rows as they came ({engine.name})"
        if engine.ttl is not None:
            return f"{view.source.name} drops rows after a time (TTL)"
    return ""


# -- one try ----------------------------------------------------------------------------------------------------------


class Move:
    def __init__(
        self,
        run: Run,
        engine: DuckDBEngine,
        ingest: Ingest,
        rows: ClickHouseRows,
        snapshot: Snapshot,
        views: Sequence[View],
    ) -> None:
        self._run = run
        self._engine = engine
        self._ingest = ingest
        self._rows = rows
        self._tables = snapshot.tables
        self._views = views
        self._parts = parts_of(snapshot, views)
        self._sent = {part.table: 0 for part in self._parts}
        self._chunks: dict[str, int] = {}

    @property
    def total(self) -> int:
        return sum(self._sent.values())

    @property
    def _carried(self) -> list[Part]:
        return [part for part in self._parts if part.way is not None]

    @property
    def _derived(self) -> list[Part]:
        return [part for part in self._parts if part.derived_by]

    @property
    def _sources(self) -> list[tuple[Datasource, str]]:
        """What is derived is so whether or not a new data source is to be filled."""
        return [
            (replace(part.source, backfill_skip=False) if part.derived_by else part.source, part.table)
            for part in self._parts
        ]

    def begin(self, *, restart: bool) -> None:
        """Tables that are not there yet; how far each is."""
        if restart:
            with self._engine.transaction() as writer:
                writer.execute(f"DELETE FROM {MOVES}")
        with self._engine.transaction() as writer:
            known = dict(writer.execute(f"SELECT source, row_count FROM {MOVES}").fetchall())
        there = {change.table for change in self._rows.changes(self._sources) if change.kind != "created"}
        if not known:
            self._clear(there, restart=restart)
            # Whoever rewrites a table looks for marks, and does it, while loading is paused.
            with self._ingest.loading_paused(), self._engine.transaction() as writer:
                for part in self._parts:
                    self._mark(writer.execute, part.table)
            there = set()
        with self._engine.transaction() as writer:
            for part in self._parts:
                if known and part.table not in known:  # the project has changed since the last try
                    self._mark(writer.execute, part.table)
            for table in known.keys() - self._sent.keys():
                writer.execute(f"DELETE FROM {MOVES} WHERE source = ?", [table])
        self._sent |= {table: count for table, count in known.items() if table in self._sent}
        derived = {part.table for part in self._derived}
        if derived and derived <= there:
            self._derive()
        else:
            self._rows.apply([each for each in self._sources if each[1] not in derived], [], self._tables)
        self._again_what_was_spoilt()

    def _clear(self, there: set[str], *, restart: bool) -> None:
        """Raises DiagnosticError (TL528) where rows would be mixed with those of somebody else."""
        if restart:
            self._rows.drop(sorted(there))
            return
        for part in self._parts:
            if part.table in there and (count := self._rows.row_count(part.table)):
                message = f"ClickHouse has {count:,} rows of {part.source.name} already"
                raise refused(message, "name another database, or begin anew, without them: --restart")
        self._rows.drop(sorted(there))

    @staticmethod
    def _mark(execute: Callable[..., object], table: str) -> None:
        """A fresh id: tokens of an earlier try would keep the rows out."""
        sql = f"INSERT OR REPLACE INTO {MOVES} VALUES (?, ?, 0, 0, 0, false, false)"
        execute(sql, [table, uuid.uuid4().hex[:12]])

    def _again_what_was_spoilt(self) -> None:
        """Rows of these were removed or replaced. What is derived begins anew with them, for its views would see rows
        a second time.
        """
        with self._engine.transaction() as writer:
            spoilt = {table for (table,) in writer.execute(f"SELECT source FROM {MOVES} WHERE spoilt").fetchall()}
        derived = {part.table for part in self._derived}
        sources = {self._tables(view.source.name) for part in self._derived for view in part.derived_by}
        anew = derived if spoilt & (derived | sources) else set()
        if anew:
            self._rows.apply([each for each in self._sources if each[1] not in derived], [], self._tables)
            self._rows.drop(sorted(derived))
        for table in spoilt - derived:
            self._rows.truncate(table)
        with self._ingest.loading_paused(), self._engine.transaction() as writer:
            for table in spoilt | anew:
                self._mark(writer.execute, table)
                self._sent[table] = 0

    def follow(self) -> None:
        """Until little is left."""
        self._rounds()
        if self._derived:
            self._derive()
            self._rounds()
        for part in self._carried:
            self._compare(part)

    def _rounds(self) -> None:
        """Where rows come as fast as they go, it ends all the same: the last round holds them up."""
        for _ in range(_MOST_ROUNDS):
            started = time.monotonic()
            sent = sum(self._round(part) for part in self._carried)
            if sent <= _LITTLE or time.monotonic() - started < _SHORT:
                return

    def _derive(self) -> None:
        """From now on their views run on all that comes."""
        self.report("deriving " + ", ".join(part.source.name for part in self._derived))
        self._rows.apply(self._sources, [view for part in self._derived for view in part.derived_by], self._tables)

    def end(self) -> None:
        """While nothing is loaded here: the rest, and the views."""
        for part in self._carried:
            self._round(part)
            here = self._unspoilt(part)
            if here != self._sent[part.table] or (part.keeps_all and self._rows.row_count(part.table) != here):
                raise _unlike(part, self._rows.row_count(part.table), here)
        for part in self._derived:
            self._compare_merged(part)
        self._rows.apply(self._sources, self._views, self._tables)
        with self._engine.transaction() as writer:
            for part in self._parts:
                if part.way is None:
                    count = f"(SELECT count(*) FROM {quoted(part.table)})"
                    writer.execute(f"UPDATE {MOVES} SET row_count = {count} WHERE source = ?", [part.table])

    def report(self, state: str) -> None:
        counts = {part.source.name: self._sent[part.table] for part in self._parts if part.way is not None}
        of = max(self.total, sum(self._engine.row_count(part.table) for part in self._carried))
        share = 100.0 if state == "done" else min(99.0, 100.0 * self.total / of if of else 99.0)
        told: dict[str, object] = {"state": state, "rows": self.total, "of": of, "percentage": round(share, 1)}
        derived = [part.source.name for part in self._derived]
        self._run.report({**told, "tables": counts, **({"derived": derived} if derived else {})})

    # -- rows -------------------------------------------------------------------------------------------------------

    def _round(self, part: Part) -> int:
        """Sends what came until now, and gives how many rows that were."""
        before, until = self._sent[part.table], self._unspoilt(part)
        if before < until:
            self._chunks.setdefault(part.table, self._chunk_of(part))
            with self._between(part):
                while self._sent[part.table] < until and self._send_chunk(part):
                    self.report(f"sending {part.source.name}")
        return self._sent[part.table] - before

    def _chunk_of(self, part: Part) -> int:
        """Rows of a chunk."""
        table = quoted(part.table)
        sql = f"SELECT avg(strlen(CAST(each AS VARCHAR))) FROM (FROM {table} LIMIT {_SAMPLE}) AS each"
        with closing(self._engine.cursor()) as cursor:
            ((width,),) = cursor.execute(sql).fetchall()
        return min(CHUNK, max(_SAMPLE, int(_CHUNK_BYTES / max(1.0, float(width or 0)))))

    def _unspoilt(self, part: Part) -> int:
        """How many rows there are here, of which those that were sent are the first. Raises DiagnosticError (TL528)."""
        with self._engine.transaction() as writer:
            sql = f"SELECT spoilt, row_count, (SELECT count(*) FROM {quoted(part.table)}) FROM {MOVES} WHERE source = ?"
            ((spoilt, sent, count),) = writer.execute(sql, [part.table]).fetchall()
        if spoilt or count < sent:
            raise _spoilt(part.source.name)
        return int(count)

    def _send_chunk(self, part: Part) -> bool:
        """False when there was none. Raises DiagnosticError (TL528) when what came is not what was sent."""
        self._run.check()
        with self._engine.transaction() as writer:
            sql = f"SELECT id, row_count, sending, spoilt FROM {MOVES} WHERE source = ?"
            ((id, start, sending, spoilt),) = writer.execute(sql, [part.table]).fetchall()
            if not sending and not spoilt:
                rows = f"SELECT rowid FROM {quoted(part.table)} LIMIT {self._chunks[part.table]} OFFSET {start}"
                ((sending,),) = writer.execute(f"SELECT count(*) FROM ({rows})").fetchall()
                writer.execute(f"UPDATE {MOVES} SET sending = ? WHERE source = ?", [sending, part.table])
        if spoilt:
            raise _spoilt(part.source.name)
        if not sending:
            return False
        file = self._engine.staging / f"move-{uuid.uuid4().hex}.parquet"
        try:
            checksum = self._write(part, int(start), int(sending), file)
            self._insert(part, file, int(sending), checksum, f"{id}/{part.table}/{start}")
        finally:
            file.unlink(missing_ok=True)
        with self._engine.transaction() as writer:
            sql = (
                f"UPDATE {MOVES} SET row_count = row_count + sending, sending = 0, checksum = "
                "CAST((CAST(checksum AS UHUGEINT) + CAST(? AS UHUGEINT)) % 18446744073709551616 AS UBIGINT) "
                "WHERE source = ?"
            )
            writer.execute(sql, [checksum, part.table])
        self._sent[part.table] = int(start) + int(sending)
        return True

    def _write(self, part: Part, start: int, count: int, file: Path) -> str:
        """The checksum of the rows. Raises DiagnosticError."""
        assert part.way is not None
        table = quoted(part.table)
        try:
            with closing(self._engine.cursor()) as cursor:
                # One look: rows keep their ids for as long as it lasts.
                cursor.execute("BEGIN")
                ends = f"SELECT rowid FROM {table} LIMIT {count} OFFSET {start}"
                ((first, last, found),) = cursor.execute(
                    f"SELECT min(rowid), max(rowid), count(*) FROM ({ends})"
                ).fetchall()
                if found != count:
                    raise _spoilt(part.source.name)
                rows = f"FROM {table} WHERE rowid BETWEEN {first} AND {last}"
                into = f"TO {text_literal(str(file))} (FORMAT parquet)"
                cursor.execute(f"COPY (SELECT {part.way.rows} {rows}) {into}")
                ((checksum,),) = cursor.execute(f"SELECT {part.way.duckdb_checksum} {rows}").fetchall()
        except duckdb.Error as problem:
            raise translated(problem) from problem
        return str(checksum)

    @contextmanager
    def _between(self, part: Part) -> Iterator[None]:
        """A table that holds only one chunk: what is compared there goes on to where it stays."""
        place, cells = self._place_between(part), [f"{backquoted(c.name)} {c.type}" for c in part.source.columns]
        self._rows.ask(f"DROP TABLE IF EXISTS {place} SYNC", {}, "")
        self._rows.ask(f"CREATE TABLE {place} ({', '.join(cells)}) ENGINE = Memory", {}, "")
        try:
            yield
        finally:
            with suppress(DiagnosticError):  # of a server that has gone; the next run drops it
                self._rows.ask(f"DROP TABLE IF EXISTS {place} SYNC", {}, "")

    def _place_between(self, part: Part) -> str:
        return self._rows.layout.place(f"{part.table}__moving")

    def _insert(self, part: Part, file: Path, count: int, checksum: str, token: str) -> None:
        """Raises DiagnosticError; TL528 when what came is not what was sent."""
        assert part.way is not None
        place = self._place_between(part)
        self._rows.ask(f"TRUNCATE TABLE {place}", {}, "")
        self._rows.insert_file(f"{place} ({part.way.columns})", part.way.values, part.way.structure, file)
        shown = self._rows.ask(f"SELECT count(), {part.way.clickhouse_checksum} FROM {place}", {}, "TSV").split()
        if [each.decode() for each in shown] != [str(count), checksum]:
            message = f"{count:,} rows of {part.source.name} did not come to ClickHouse as they were sent"
            raise refused(f"{message}: {shown[0].decode()} came, with another checksum", "tinylite migrate goes on")
        select = f"SELECT {part.way.columns} FROM {place}"
        self._rows.insert_select(part.table, part.way.columns, select, token, _WHOLE)

    # -- comparing --------------------------------------------------------------------------------------------------

    def _compare(self, part: Part) -> None:
        """All that was sent of a table with all that ClickHouse has. Raises DiagnosticError (TL528)."""
        assert part.way is not None
        if not part.keeps_all:
            self._compare_merged(part)
            return
        self.report(f"comparing {part.source.name}")
        with self._engine.transaction() as writer:
            sql = f"SELECT row_count, checksum FROM {MOVES} WHERE source = ?"
            ((count, checksum),) = writer.execute(sql, [part.table]).fetchall()
        place = self._rows.layout.place(part.table)
        shown = self._rows.ask(f"SELECT count(), {part.way.clickhouse_checksum} FROM {place}", {}, "TSV").split()
        if [each.decode() for each in shown] != [str(count), str(checksum)]:
            raise _unlike(part, int(shown[0]), int(count))

    def _compare_merged(self, part: Part) -> None:
        """Of an engine that merges rows: how many are left of them. Rows past a TTL may be gone on one side only."""
        engine, rows = part.source.engine, self._engine.row_count(part.table)
        merges = engine.name.removeprefix("Replicated") in ("ReplacingMergeTree", "AggregatingMergeTree")
        merge = merge_of(part.source, part.table) if merges and engine.ttl is None and rows <= _MERGED_HERE else None
        if merge is None or self._rows.layout.cluster:
            return
        with closing(self._engine.cursor()) as cursor:
            cursor.execute("BEGIN")
            ((count,),) = cursor.execute(f"SELECT count(*) FROM {quoted(part.table)}").fetchall()
            if part.way is not None and count != self._sent[part.table]:
                return  # more have come meanwhile
            ((here,),) = cursor.execute(f"SELECT count(*) FROM ({merge.rows})").fetchall()
        sql = f"SELECT count() FROM {self._rows.layout.place(part.table)} FINAL"
        there = int(self._rows.ask(sql, {}, "TSV"))
        if there != here:
            raise _unlike(part, there, int(here))


def refused(message: str, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL528", message, hint=hint))


def _spoilt(name: str) -> DiagnosticError:
    return refused(f"rows of {name} were removed or replaced while they were moved", "tinylite migrate sends it anew")


def _unlike(part: Part, there: int, here: int) -> DiagnosticError:
    """Numbers of rows, merged where the engine merges them."""
    name = part.source.name
    if part.derived_by:
        views = ", ".join(view.name for view in part.derived_by)
        message = f"{views} would make {there:,} rows of {name} anew, of what its sources hold, and it has {here:,}"
        hint = f"make it so here first: tinylite materialization populate {part.derived_by[0].name} --truncate"
        return refused(message, hint)
    message = f"{name} has {there:,} rows in ClickHouse and {here:,} here"
    message += ", with other values" if there == here else ""
    return refused(message, "does something else write to that database? begin anew with --restart")
