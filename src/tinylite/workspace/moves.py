"""The rows of a data folder go to ClickHouse while events come; from one moment on the folder belongs to ClickHouse.

Tables get rows at their end only, so these go in their order, chunk by chunk, and again what came meanwhile, until
little is left. Then events wait while the rest goes; native views are made; and from that moment on rows only pass
through the tables here, and the next server sends them on (`outbox`). What views made is taken along as it is, so no
view may exist before. Only what can't be taken along, states whose form ClickHouse does not share, is derived there
anew, before the last rows come.

How many rows of a table are there is written down here, and before each chunk how many it has: a chunk whose end nobody
knows is sent again with the same token, which ClickHouse takes once.
"""

from __future__ import annotations

import json
import logging
import uuid
from contextlib import closing
from typing import Protocol

from tinylite.engine.clickhouse.rows import Address, ClickHouseRows
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import MOVES, SHIPMENTS
from tinylite.ingest.ingest import Ingest
from tinylite.project import View, views
from tinylite.sql.physical import quoted
from tinylite.workspace import populations
from tinylite.workspace.deployments import Deployments
from tinylite.workspace.folder import Folder
from tinylite.workspace.home import CLICKHOUSE, DUCKDB, FACT, Home
from tinylite.workspace.jobs import Job, Jobs, Run
from tinylite.workspace.merges import Merger
from tinylite.workspace.moving import Move, parts_of, refused
from tinylite.workspace.store import Store
from tinylite.workspace.versions import Snapshot, version_of

logger = logging.getLogger("tinylite.moving")
KIND = "move"
_ADDRESS = "moving_to"
"""The fact that has the address: it may hold a password, which a job would show."""


class Moved(Protocol):
    """The workspace, as a move needs it."""

    snapshot: Snapshot | None
    deployments: Deployments
    rows: ClickHouseRows | None
    merger: Merger
    home: Home
    folder: Folder

    def secret(self, name: str) -> str | None: ...

    def let_go(self, id: int) -> None: ...


class Moves:
    def __init__(self, engine: DuckDBEngine, store: Store, ingest: Ingest, jobs: Jobs, workspace: Moved) -> None:
        self._engine = engine
        self._store = store
        self._ingest = ingest
        self._jobs = jobs
        self._workspace = workspace

    def submit(self, address: Address, *, restart: bool = False) -> Job:
        """Begins to move, or goes on where it ended, with the job that is at it; `restart` takes away what is there
        already, and begins anew.

        Raises DiagnosticError (TL528) when rows can't be moved now, or a data source can't be moved at all.
        """
        snapshot = self._snapshot()
        candidate = self._workspace.deployments.candidate
        if candidate is not None:
            raise refused(f"deployment {candidate.id} is being prepared", "promote or discard it first")
        if (begun := self._begun(KIND)) is not None:
            # Of a process that has ended, or of another client: it is the same work.
            if restart or (begun.arguments["engine"], begun.arguments["cluster"]) != (address.shown, address.cluster):
                raise refused(f"rows are being moved to {begun.arguments['engine']}", "give it up with: --abandon")
            self._jobs.start()
            return begun
        if self._begun(populations.KIND) is not None:
            raise refused("a view is being populated", "tinylite job ls shows how far it is")
        self._check_others()
        parts_of(snapshot, self._views(snapshot))
        self._store.set_fact(_ADDRESS, json.dumps({"url": address.url, "cluster": address.cluster}))
        self._jobs.start()
        return self._jobs.submit(KIND, "", {"engine": address.shown, "cluster": address.cluster, "restart": restart})

    def _begun(self, kind: str) -> Job | None:
        return next((job for job in self._jobs.all(kind=kind) if not job.is_over), None)

    def _check_others(self) -> None:
        """Workspaces that stay behind could not be opened any more. Raises DiagnosticError (TL528)."""
        left = []
        for path in sorted(self._workspace.folder.path.glob("workspaces/[!.]*/control.sqlite")):
            with closing(Store(path)) as store:
                if store.fact(FACT, lambda: DUCKDB) != CLICKHOUSE:
                    left.append(store.fact("workspace_name", lambda path=path: path.parent.name))  # type: ignore[misc]
        if left:
            hint = f"tinylite migrate --branch {left[0]}, or tinylite workspace rm"
            raise refused(f"other workspaces have to be moved or removed first: {', '.join(left)}", hint)

    def abandon(self) -> None:
        """What is in ClickHouse stays there; here all is as if nothing had been moved.

        Raises DiagnosticError (TL528) when the move is over.
        """
        for job in self._jobs.all(kind=KIND):
            if not job.is_over:
                self._jobs.cancel(job.id)
                self._jobs.wait(job.id)
        with self._engine.transaction() as writer:
            if writer.execute(f"SELECT 1 FROM {MOVES} WHERE is_over").fetchall():
                raise refused("the rows have been moved already", "start the server again, with its engine")
            writer.execute(f"DELETE FROM {MOVES}")
        self._store.set_fact(_ADDRESS, "{}")

    def check_free(self) -> None:
        """Before tables, views or deployments change. Raises DiagnosticError (TL528) once a move has begun."""
        with self._engine.transaction() as writer:
            found = writer.execute(f"SELECT is_over FROM {MOVES} ORDER BY is_over DESC LIMIT 1").fetchall()
        if found and found[0][0]:
            raise refused("the rows have been moved to ClickHouse", "start the server again, with its engine")
        if found:
            message = "the rows are on their way to ClickHouse: nothing can be built or deployed meanwhile"
            raise refused(message, "wait for tinylite migrate, or give it up with --abandon")

    def run(self, run: Run) -> None:
        """Raises DiagnosticError; Cancelled."""
        if self._store.fact(FACT, lambda: DUCKDB) == CLICKHOUSE:
            return  # the server ended when all was done but to say so
        snapshot = self._snapshot()
        found = json.loads(self._store.fact(_ADDRESS, lambda: "{}"))
        address = Address(found["url"], found["cluster"])
        with closing(ClickHouseRows.open(address, self._workspace.home.suffix)) as rows:
            self._merge(snapshot)
            move = Move(run, self._engine, self._ingest, rows, snapshot, self._views(snapshot))
            move.begin(restart=bool(run.job.arguments["restart"]) and not run.job.progress)
            move.follow()
            with self._ingest.paused():
                move.end()
                self._hand_over(snapshot, move)
            move.report("done")
        self._store.set_fact(_ADDRESS, "{}")

    def _merge(self, snapshot: Snapshot) -> None:
        """What views have made, before its rows must stay as they are: then there is less of it."""
        for source in snapshot.project.datasources.values():
            if source.engine.name.removeprefix("Replicated") not in ("MergeTree", "Null"):
                self._workspace.merger.merge(snapshot.tables(source.name))

    def _hand_over(self, snapshot: Snapshot, move: Move) -> None:
        """While nothing is loaded. The fact is what counts after a restart."""
        live = self._workspace.deployments.live
        for other in self._workspace.deployments.all():
            if live is not None and other.id != live.id and other.status != "deleted":
                self._workspace.let_go(other.id)
        passing = version_of(snapshot.project, snapshot.tables, self._ingest, self._workspace.secret, passing=True)
        self._store.set_fact(FACT, CLICKHOUSE)
        with self._engine.transaction() as writer:
            writer.execute(f"UPDATE {MOVES} SET is_over = true")
        self._ingest.set_targets(passing.planned, passing.made)
        self._ingest.freeze()
        logger.info("the rows lie in ClickHouse: %d", move.total)

    def _snapshot(self) -> Snapshot:
        """Raises DiagnosticError."""
        snapshot = self._workspace.snapshot
        if self._workspace.rows is not None or self._store.fact(FACT, lambda: DUCKDB) == CLICKHOUSE:
            raise refused("the rows lie in ClickHouse already")
        if snapshot is None:
            raise refused("no project has been built yet", "tinylite build, or tinylite deploy")
        return snapshot

    def _views(self, snapshot: Snapshot) -> tuple[View, ...]:
        return tuple(views(snapshot.project, snapshot.library, self._workspace.secret))


def finish(engine: DuckDBEngine) -> None:
    """When a folder is opened whose rows have been moved: they go, and what came after them is sent on."""
    with engine.transaction() as writer:
        moved = writer.execute(f"SELECT source, row_count FROM {MOVES}").fetchall()
    for table, count in moved:
        with engine.transaction(table) as writer:
            rest = writer.execute(f"SELECT rowid FROM {quoted(table)} LIMIT 1 OFFSET {count}").fetchall()
            before = f" WHERE rowid < {rest[0][0]}" if rest else ""
            writer.execute(f"DELETE FROM {quoted(table)}{before}")
            if rest:
                writer.execute(f"INSERT OR REPLACE INTO {SHIPMENTS} VALUES (?, ?)", [table, str(uuid.uuid4())])
            writer.execute(f"DELETE FROM {MOVES} WHERE source = ?", [table])
