"""Rows out of data sources: by a condition, as a job, or all of them."""

from __future__ import annotations

import time
from collections.abc import Collection

from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.operation import Operation
from tinylite.ingest.replacement import condition_of
from tinylite.sql.physical import quoted
from tinylite.workspace.done import mark_done, rows_done
from tinylite.workspace.jobs import Job, Jobs, Run
from tinylite.workspace.live import Live
from tinylite.workspace.populations import spoil
from tinylite.workspace.there import There

KIND = "delete_data"
_ROWS = 5_000_000
"""That are looked at between two reports."""


class Deletions:
    """Views do not follow: what they made of a row stays, as in ClickHouse."""

    def __init__(self, engine: DuckDBEngine, ingest: Ingest, jobs: Jobs, live: Live) -> None:
        self._engine = engine
        self._ingest = ingest
        self._jobs = jobs
        self._live = live
        self.there: There | None = None
        """Set where the rows lie in ClickHouse."""

    def count(self, name: str, condition: str) -> int:
        """The rows that the condition holds for. Raises DiagnosticError."""
        datasource, table = self._live.datasource(name)
        holds = condition_of(datasource, "delete_condition", condition)
        if self.there is not None:
            return self.there.count(table, condition)
        self._engine.prepare([holds])
        with self._engine.transaction() as writer:
            ((rows,),) = writer.execute(f"SELECT count(*) FROM {quoted(table)} WHERE {holds}").fetchall()
        return int(rows)

    def submit(self, name: str, condition: str) -> Job:
        """Raises DiagnosticError."""
        condition_of(self._live.datasource(name)[0], "delete_condition", condition)
        self._jobs.start()
        return self._jobs.submit(KIND, name, {"delete_condition": condition})

    def run(self, run: Run) -> None:
        """All or nothing, and once. Raises DiagnosticError; Cancelled."""
        id, name = run.job.id, run.job.pipe
        if self.there is not None:
            self.there.delete(run, name, self._live.datasource(name)[1], str(run.job.arguments["delete_condition"]))
            return
        with self._ingest.paused():
            datasource, table = self._live.datasource(name)
            holds = condition_of(datasource, "delete_condition", str(run.job.arguments["delete_condition"]))
            self._engine.prepare([holds])
            started, deleted = time.perf_counter(), 0
            with self._engine.transaction(table) as writer:
                done = rows_done(writer, id)
                if done is not None:
                    run.report({"percentage": 100.0, "rows_affected": done})
                    return
                sql = f"SELECT coalesce(max(rowid), -1) + 1 FROM {quoted(table)}"
                self._ingest.rewritten([name])
                ((end,),) = writer.execute(sql).fetchall()
                spoil(writer, table)
                for start in range(0, int(end), _ROWS):
                    run.check()
                    within = f"rowid >= {start} AND rowid < {start + _ROWS}"
                    sql = f"DELETE FROM {quoted(table)} WHERE {within} AND {holds}"
                    deleted += writer.execute(sql).fetchall()[0][0]
                    run.report(
                        {"percentage": round(100.0 * min(1.0, (start + _ROWS) / end), 1), "rows_affected": deleted}
                    )
                mark_done(writer, id, deleted)
        run.report({"percentage": 100.0, "rows_affected": deleted})
        took = time.perf_counter() - started
        self._ingest.told(Operation("delete", name, deleted, 0, took, job_id=id))

    def targets(self, name: str) -> list[str]:
        """The data sources that views fill from this one, also through others."""
        return self._ingest.downstream(name) if self.there is None else self.there.downstream(name)

    def truncate(self, name: str, also: Collection[str] = ()) -> None:
        """Takes all rows away, and those in quarantine; of the others named too, at once. Raises DiagnosticError."""
        names = [name, *also]
        with self._ingest.paused():
            tables = [self._live.datasource(each)[1] for each in names]
            if self.there is not None:
                self.there.truncate(names)
                tables = []
            with self._engine.transaction(*tables, *(table + QUARANTINE_SUFFIX for table in tables)) as writer:
                self._ingest.rewritten(names if tables else ())
                for table in tables:
                    spoil(writer, table)
                    writer.execute(f"DELETE FROM {quoted(table)}")
                    writer.execute(f"DELETE FROM {quoted(table + QUARANTINE_SUFFIX)}")
        for each in names:
            self._ingest.told(Operation("truncate", each, 0))
