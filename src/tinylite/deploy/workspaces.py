"""Several workspaces of one server: each its own project, data, tokens and jobs, in a folder of its own.

The home workspace is the one whose data folder the server was given; its admins make and remove the others. A branch is
a workspace that begins with the home's project, and with its rows where that is wanted. What would be felt outside does
not run in a branch: copies and sinks by their schedules, connectors.
"""

from __future__ import annotations

import logging
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from uuid import uuid4

from tinylite.deploy.deployer import deployer_of
from tinylite.deploy.guests import Guests
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.engine.base import Limits
from tinylite.project.tables import QUARANTINE_SUFFIX
from tinylite.sql import Column, compile_expression
from tinylite.sql.physical import quoted
from tinylite.workspace import Workspace
from tinylite.workspace.jobs import Job, Run
from tinylite.workspace.jwt import workspace_of
from tinylite.workspace.store import Store

logger = logging.getLogger("tinylite.workspaces")
KIND = "branch"
HOME_NAME = "default"
_PATIENCE = 20.0
"""Seconds that a request waits for a branch, and a workspace that is removed for its requests."""
Contents = Literal["", "last_partition", "all_data"]
"""What a branch begins with: tables only, the newest partition of each, or all rows."""
CONTENTS: tuple[Contents, ...] = ("", "last_partition", "all_data")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class Entry:
    """`is_branch` of one that was made from the home workspace. `created_at` is in UTC, as text."""

    id: str
    name: str
    created_at: str
    is_branch: bool
    workspace: Workspace
    guests: Guests = field(default_factory=Guests, repr=False)


class Workspaces:
    """Opens what lies in the home's folder. Any thread may call it."""

    def __init__(self, home: Workspace, limits: Limits | None = None) -> None:
        self._limits, self._capacity = limits or home.queries.limits, home.capacity
        self._lock = threading.RLock()
        jobs = home.background.jobs
        jobs.runners = {**jobs.runners, KIND: self._run_branch}
        created = home.store.fact("created_at", _now)
        self.home = Entry(home.id, home.store.fact("workspace_name", lambda: HOME_NAME), created, False, home)
        self.others: dict[str, Entry] = {}
        self._folder = home.folder.path / "workspaces"
        for path in sorted(self._folder.glob("*")) if self._folder.is_dir() else ():
            if path.name.startswith("."):
                shutil.rmtree(path, ignore_errors=True)
            else:
                self._restore(path)

    def close(self) -> None:
        for entry in self.others.values():
            entry.workspace.close()

    def all(self) -> list[Entry]:
        return [self.home, *sorted(self.others.values(), key=lambda entry: entry.created_at)]

    def find(self, name: str) -> Entry | None:
        """By id or name."""
        return next((entry for entry in self.all() if name in (entry.id, entry.name)), None)

    def of_token(self, text: str) -> Entry:
        """The one that knows a token; the home says no to those that nobody knows."""
        if self.home.workspace.tokens.find(text) is not None:
            return self.home
        for entry in list(self.others.values()):
            if entry.workspace.tokens.find(text) is not None:
                return entry
        return self.others.get(workspace_of(text), self.home) if text.count(".") == 2 else self.home

    # -- making and removing ----------------------------------------------------------------------------------------

    def create(self, name: str) -> Entry:
        """An empty one. Raises DiagnosticError (TL524)."""
        with self._lock:
            self.check_name(name)
            return self._made(self._path(), name, is_branch=False)

    def branch(self, name: str, contents: Contents = "") -> Entry:
        """One with the home's project as it is served now. Raises DiagnosticError (TL524)."""
        with self._lock:
            self.check_name(name)
            home = self.home.workspace
            snapshot = home.snapshot
            if snapshot is None:
                raise _refused("there is no project yet to make a branch of", "build or deploy one first")
            path = self._path()
            partial = path.with_name(f".{path.name}")
            if contents and home.there is None:
                try:
                    home.backups.copy_into(partial)
                    partial.rename(path)
                finally:
                    shutil.rmtree(partial, ignore_errors=True)
            entry = self._made(path, name, is_branch=True)
            try:
                if entry.workspace.deployments.live is None:
                    build = entry.workspace.build(snapshot.project)
                    if build.errors:
                        raise DiagnosticError(*build.errors)
                if contents and home.there is not None and entry.workspace.there is not None:
                    entry.workspace.there.take(home.there, last=contents == "last_partition")
                elif contents == "last_partition":
                    _keep_last_partitions(entry.workspace)
            except BaseException:
                self.remove(entry.id)
                raise
            return entry

    def branch_job(self, name: str, contents: str) -> Job:
        """`branch` as a job of the home; it is over, unless it takes long."""
        jobs = self.home.workspace.background.jobs
        jobs.start()
        return jobs.wait(jobs.submit(KIND, name, {"data": contents}).id, _PATIENCE)

    def _run_branch(self, run: Run) -> None:
        name, contents = run.job.pipe, str(run.job.arguments.get("data", ""))
        if self.find(name) is None:
            self.branch(name, next(known for known in CONTENTS if known == contents))

    def remove(self, id: str) -> None:
        """Raises DiagnosticError (TL524) for the home workspace and unknown ones."""
        with self._lock:
            entry = self.others.pop(id, None)
            if entry is None:
                what = "the home workspace stays" if id == self.home.id else f"there is no workspace {id}"
                raise _refused(what)
            path = entry.workspace.folder.path
            entry.guests.see_off(_PATIENCE)
            if entry.workspace.rows is not None:
                entry.workspace.rows.drop_database()
            entry.workspace.close()
            # What is half removed when the server is killed is not taken for a workspace.
            gone = path.with_name(f".{path.name}")
            path.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def _path(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / str(uuid4())

    def check_name(self, name: str) -> None:
        """Raises DiagnosticError (TL524) when no workspace can be called so."""
        if not _NAME.fullmatch(name):
            raise _refused(f"'{name}' is no name for a workspace", "letters, digits, - _ .")
        if self.find(name) is not None:
            raise _refused(f"there is a workspace {name} already")

    def _made(self, path: Path, name: str, *, is_branch: bool) -> Entry:
        """The folder may hold a copy of another one: it gets an identity of its own before it is opened."""
        path.mkdir(exist_ok=True)
        facts = {"workspace_id": path.name, "workspace_name": name, "created_at": _now(), "is_branch": str(is_branch)}
        with closing(Store(path / "control.sqlite")) as store:
            store.become(facts)
        return self._opened(path)

    def _restore(self, path: Path) -> None:
        try:
            self._opened(path)
        except DiagnosticError as problem:
            logger.error("the workspace in %s can't be opened: %s", path, problem)

    def _opened(self, path: Path) -> Entry:
        workspace = Workspace.open(path, self._limits, self._capacity, self.home.workspace.home.of(path.name))
        workspace.keeps_builds = True
        deployer_of(workspace).restore()
        facts = workspace.store.fact
        is_branch = facts("is_branch", lambda: "False") == "True"
        entry = Entry(
            workspace.id, facts("workspace_name", lambda: workspace.id), facts("created_at", _now), is_branch, workspace
        )
        workspace.serve(schedules=not is_branch)
        self.others[entry.id] = entry
        return entry


def _keep_last_partitions(workspace: Workspace) -> None:
    """Of each data source that has partitions only the newest one stays; what can't be told stays whole."""
    for name, statements in _outdated(workspace):
        with workspace.ingest.paused(), workspace.engine.transaction(name, name + QUARANTINE_SUFFIX) as writer:
            for statement in statements:
                writer.execute(statement)


def _outdated(workspace: Workspace) -> Iterator[tuple[str, list[str]]]:
    assert workspace.snapshot is not None
    for source in workspace.snapshot.project.datasources.values():
        key, table = source.engine.partition_key, workspace.tables(source.name)
        if key is None:
            continue
        columns = [Column(column.name, column.type) for column in source.columns]
        try:
            partition = compile_expression(Source(key.span.source.path, key.value), columns).sql
        except DiagnosticError:
            continue
        newest = f"(SELECT max({partition}) FROM {quoted(table)})"
        yield (
            table,
            [
                f"DELETE FROM {quoted(table)} WHERE {partition} IS DISTINCT FROM {newest}",
                f"DELETE FROM {quoted(table + QUARANTINE_SUFFIX)}",
            ],
        )


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}"


def _refused(message: str, hint: str | None = None) -> DiagnosticError:
    return DiagnosticError(Diagnostic("TL524", message, hint=hint))
