"""Data sources that are filled from buckets: each object once, as long as it holds the same.

What an object held is known by its tag. The name and the tag are written with its last rows, in one transaction; a job
that was cut short goes on behind the last rows that were moved in.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import OBJECTS
from tinylite.engine.duckdb.writer import Writer
from tinylite.ingest.connectors.buckets import Bucket, Changed, Object, literal_folder, matcher, open_bucket
from tinylite.ingest.connectors.errors import Unreachable, refused
from tinylite.ingest.errors import IngestError
from tinylite.ingest.loader import Counts
from tinylite.ingest.operation import Observer, Operation
from tinylite.project import Project
from tinylite.project.connections import Address, address, endpoint, settled
from tinylite.project.connectors import Source, bucket_sources
from tinylite.project.program import Secrets
from tinylite.workspace.files import format_of
from tinylite.workspace.imports import OBJECT_PREFIX, Imports
from tinylite.workspace.jobs import Job, Jobs, Run
from tinylite.workspace.tries import persistently

KIND = "sync"
logger = logging.getLogger("tinylite.buckets")
_NAMESPACE = uuid.UUID("8a5f0c7e-5a37-4c0e-9d58-0d2a3c9b7f21")
_LISTINGS = 3
"""Of one job, while objects change under it."""
_SHOWN = 3
T = TypeVar("T")


@dataclass(slots=True)
class _Found:
    """What became of a job's objects."""

    done: int = 0
    rows: int = 0
    quarantined: int = 0
    failed: list[str] = field(default_factory=list)


class Buckets:
    """`follow` gives it a project. Imports are jobs; looking for new objects is none."""

    def __init__(
        self, engine: DuckDBEngine, jobs: Jobs, imports: Imports, secrets: Secrets, staging: Path, observe: Observer
    ) -> None:
        self._engine = engine
        self._jobs = jobs
        self._imports = imports
        self._secrets = secrets
        self._staging = staging
        self._observe = observe
        self._project: Project | None = None
        self._sources: Mapping[str, Source] = {}
        self._looking: set[str] = set()
        self._lock = threading.Lock()

    def follow(self, project: Project) -> Mapping[str, str]:
        """The crons of those that are filled by themselves."""
        self._project = project
        self._sources = {source.datasource.name: source for source in bucket_sources(project)}
        return {name: source.schedule for name, source in self._sources.items() if source.schedule}

    def sync(self, name: str) -> Job:
        """Now, also what could not be read before. Raises DiagnosticError (TL508)."""
        self._known(name)
        self._jobs.start()
        return self._jobs.submit(KIND, name, {"_again": True})

    def look(self, name: str) -> None:
        """Whether there is something new, and then a job: on a thread of its own, since it may take long."""
        with self._lock:
            if name in self._looking or name not in self._sources:
                return
            self._looking.add(name)
        threading.Thread(target=self._look, args=[name], name=f"tinylite-bucket-{name}", daemon=True).start()

    def _look(self, name: str) -> None:
        try:
            bucket, place = self._open(self._known(name))
            is_new = self._fresh(bucket, place, self._known(name), again=False)
            if is_new and not self._jobs.all(kind=KIND, pipe=name, status="waiting"):
                self._jobs.submit(KIND, name, {})
        except (DiagnosticError, Unreachable) as problem:
            logger.warning("%s gets nothing from its bucket: %s", name, _said(problem))
        except Exception as problem:
            # The database may be closed under it: the next look will tell.
            logger.warning("%s could not be looked after: %s", name, problem)
        finally:
            with self._lock:
                self._looking.discard(name)

    def _known(self, name: str) -> Source:
        source = self._sources.get(name)
        if source is None:
            raise DiagnosticError(Diagnostic("TL508", f"the data source '{name}' is not filled from a bucket"))
        return source

    def _open(self, source: Source) -> tuple[Bucket, Address]:
        """Raises DiagnosticError."""
        assert self._project is not None
        uri = settled({"IMPORT_BUCKET_URI": source.uri}, self._secrets)["IMPORT_BUCKET_URI"]
        place = address(uri)
        if place is None:
            raise refused(f"{uri} is no address of a bucket")
        connection = endpoint(self._project, source.connection, self._secrets) if source.connection else None
        return open_bucket(place, connection, self._project.folder), place

    # -- the job ----------------------------------------------------------------------------------------------------

    def run(self, run: Run) -> None:
        """Raises DiagnosticError; Cancelled."""
        source = self._known(run.job.pipe)
        bucket, place = self._open(source)
        found, again = _Found(), bool(run.job.arguments.get("_again"))
        for _ in range(_LISTINGS):
            listed = self._persistently(run, found, partial(self._fresh, bucket, place, source, again=again))
            changed = False
            for number, each in enumerate(listed):
                run.check()
                changed = not self._import(run, bucket, place, source, each, found) or changed
                self._report(run, found, round(100.0 * (number + 1) / len(listed), 1))
            if not changed:
                break
            again = False
        self._report(run, found, 100.0)
        if found.failed:
            more = f" and {len(found.failed) - _SHOWN} more" if len(found.failed) > _SHOWN else ""
            raise refused(f"not all objects could be read: {'; '.join(found.failed[:_SHOWN])}{more}")

    def _fresh(self, bucket: Bucket, place: Address, source: Source, *, again: bool) -> list[Object]:
        """The oldest first; with `again` those too that could not be read. Raises Unreachable, DiagnosticError."""
        fits = matcher(place.path)
        known = self._tags(source.datasource.name, again)
        found = [
            each
            for each in bucket.list(literal_folder(place.path))
            if fits.fullmatch(each.key) and each.size and (_uri(place, each), each.tag) not in known
        ]
        recent = [each for each in found if source.since is None or each.modified >= source.since]
        return sorted(recent, key=lambda each: (each.modified, each.key))

    def _tags(self, name: str, again: bool) -> set[tuple[str, str]]:
        condition = " AND error = ''" if again else ""
        with self._engine.transaction() as writer:
            return set(writer.execute(f"SELECT uri, tag FROM {OBJECTS} WHERE source = ?{condition}", [name]).fetchall())

    def _import(self, run: Run, bucket: Bucket, place: Address, source: Source, found: Object, so_far: _Found) -> bool:
        """False when the object is not any more what it was when it was listed."""
        name, uri = source.datasource.name, _uri(place, found)
        id = f"{OBJECT_PREFIX}{uuid.uuid5(_NAMESPACE, f'{name} {uri} {found.tag}')}"
        path, written = self._staging / id, list[Counts]()

        def note(writer: Writer, counts: Counts) -> None:
            writer.execute(f"INSERT OR REPLACE INTO {OBJECTS} VALUES (?, ?, ?, ?, ?, '')",
                           [name, uri, found.tag, counts.good, counts.quarantined])  # fmt: skip
            written.append(counts)

        try:
            self._persistently(run, so_far, partial(bucket.download, found, path))
            self._imports.load_once(run, id, name, path, source.format or format_of(found.key), note)
        except Changed:
            return False
        except (IngestError, duckdb.DataError) as problem:
            self._set_aside(name, uri, found.tag, str(problem))
            so_far.failed.append(f"{found.key}: {problem}")
        finally:
            path.unlink(missing_ok=True)
        for counts in written[-1:]:
            so_far.done, so_far.rows = so_far.done + 1, so_far.rows + counts.good
            so_far.quarantined += counts.quarantined
        return True

    def _set_aside(self, name: str, uri: str, tag: str, reason: str) -> None:
        with self._engine.transaction() as writer:
            writer.execute(f"INSERT OR REPLACE INTO {OBJECTS} VALUES (?, ?, ?, 0, 0, ?)", [name, uri, tag, reason])
        self._observe(Operation("append", name, 0, error=f"{uri}: {reason}"))

    @staticmethod
    def _persistently(run: Run, found: _Found, step: Callable[[], T]) -> T:
        return persistently(run, step, lambda why: run.report({"objects": found.done, "waiting": why}))

    @staticmethod
    def _report(run: Run, found: _Found, percentage: float) -> None:
        run.report({
            "objects": found.done, "successful_rows": found.rows, "quarantined_rows": found.quarantined,
            "failed_objects": len(found.failed), "percentage": percentage,
        })  # fmt: skip


def _uri(place: Address, found: Object) -> str:
    return f"{place.kind}://{place.bucket}/{found.key}" if place.kind != "file" else f"file://{found.key}"


def _said(problem: Exception) -> str:
    return problem.diagnostics[0].message if isinstance(problem, DiagnosticError) else str(problem)
