"""What the live tables hold goes into those of a new deployment, chunk by chunk, while events come.

The mark is set in the transaction that makes the new tables; from that moment on each block is written to both. So the
rows below the mark are history, and go through here, and all others came by themselves. Each chunk is written in one
transaction with the place that it came to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import BACKFILLS, QUARANTINE_SUFFIX
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.insertion import block_of
from tinylite.ingest.mirrors import Mirror, carry_block
from tinylite.ingest.views import Passage, ViewFailed
from tinylite.sql.physical import quoted
from tinylite.workspace.jobs import Run

KIND = "deployment"
CHUNK = 250_000
"""Rows of one transaction: events wait meanwhile."""


def set_marks(writer: Writer, id: int, tables: Mapping[str, str]) -> None:
    """In the transaction that makes the new tables; `tables` are the live ones to read, by data source."""
    for table in dict.fromkeys(tables.values()):
        sql = f"SELECT coalesce(max(rowid), -1) + 1, count(*) FROM {quoted(table)}"
        ((end, count),) = writer.execute(sql).fetchall()
        writer.execute(f"INSERT INTO {BACKFILLS} VALUES (?, ?, 0, ?, ?, false)", [id, table, end, count])


def forget_marks(writer: Writer, id: int) -> None:
    writer.execute(f"DELETE FROM {BACKFILLS} WHERE deployment = ?", [id])


def carry_quarantine(writer: Writer, mirror: Mirror, tables: Mapping[str, str]) -> None:
    """All of it at once: there is never much."""
    for name, carry in mirror.carried.items():
        if carry.into is not None and carry.quarantined:
            columns = ", ".join(map(quoted, carry.quarantined))
            old, new = (quoted(table + QUARANTINE_SUFFIX) for table in (tables[name], carry.into.table))
            writer.execute(f"INSERT INTO {new} BY NAME SELECT {columns} FROM {old}")


def run_backfill(
    run: Run,
    id: int,
    mirror: Mirror,
    tables: Mapping[str, str],
    engine: DuckDBEngine,
    ingest: Ingest,
    check: Callable[[], None],
) -> None:
    """`check` raises when the deployment is no more. Raises DiagnosticError; Cancelled."""
    for name in mirror.carried:
        at_once = _finds_first(mirror, name)
        with _steady(engine, tables[name]):
            while True:
                run.check()
                with ingest.paused():
                    check()
                    rest = _rest(engine, id, name, tables[name])
                    if rest is None:
                        break
                    start, end = rest
                    done = end if at_once else min(start + CHUNK, end)
                    _write(run, id, mirror, name, tables[name], start, done, engine)
                run.report({"datasource": name, "rows": done, "of": end, "percentage": round(100.0 * done / end, 1)})


def _finds_first(mirror: Mirror, name: str) -> bool:
    """Whether the rows lead to a Join that keeps the first of a key: of two chunks the later one would be taken for the
    older one.
    """
    into = mirror.carried[name].into
    plans = (plan for target in mirror.views.downstream(name) for plan in mirror.views.feeding(target))
    return bool(into and into.known_by) or any(plan.into.known_by for plan in plans)


@contextmanager
def _steady(engine: DuckDBEngine, table: str) -> Iterator[None]:
    """As long as a transaction looks at the table no checkpoint gives its rows other ids."""
    with closing(engine.cursor()) as guard:
        guard.execute(f"BEGIN; SELECT count(*) FROM {quoted(table)}")
        yield


def _rest(engine: DuckDBEngine, id: int, name: str, table: str) -> tuple[int, int] | None:
    """Raises DiagnosticError (TL514) when the rows are not what they were."""
    with engine.transaction() as writer:
        sql = f"SELECT next_row, end_row, row_count, spoilt FROM {BACKFILLS} WHERE deployment = ? AND source = ?"
        ((start, end, count, spoilt),) = writer.execute(sql, [id, table]).fetchall()
        if start >= end:
            return None
        ((now,),) = writer.execute(f"SELECT count(*) FROM {quoted(table)} WHERE rowid < {end}").fetchall()
    if spoilt or now != count:
        raise DiagnosticError(
            Diagnostic("TL514", f"rows of {name} were removed while they were carried", hint="deploy again")
        )
    return int(start), int(end)


def _write(
    run: Run, id: int, mirror: Mirror, name: str, table: str, start: int, end: int, engine: DuckDBEngine
) -> None:
    """Raises DiagnosticError when the rows, or a view of theirs, fail: a deployment must not begin with a gap."""
    block = quoted(block_of(name))
    try:
        with engine.transaction(*mirror.tables(name)) as writer:
            rows = f"SELECT * FROM {quoted(table)} WHERE rowid >= {start} AND rowid < {end}"
            ((count,),) = writer.execute(f"CREATE OR REPLACE TEMP TABLE {block} AS {rows}").fetchall()
            if count:
                carry_block(writer, mirror, name, Passage(KIND, "", run.job.id))
            writer.execute(f"DROP TABLE {block}")
            sql = f"UPDATE {BACKFILLS} SET next_row = ? WHERE deployment = ? AND source = ?"
            writer.execute(sql, [end, id, table])
    except ViewFailed as problem:
        raise DiagnosticError(Diagnostic("TL514", f"the rows of {name} can't be carried: {problem}")) from None
