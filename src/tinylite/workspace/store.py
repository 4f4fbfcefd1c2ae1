"""The control store: tokens and what must survive a restart, in SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from tinylite.diagnostics import Diagnostic, DiagnosticError

# One statement list a version; a released one is never changed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE tokens (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, "
        "origin TEXT NOT NULL, created_at TEXT NOT NULL) STRICT",
        "CREATE TABLE scopes (token_id TEXT NOT NULL REFERENCES tokens(id) ON DELETE CASCADE, type TEXT NOT NULL, "
        "resource TEXT NOT NULL DEFAULT '', PRIMARY KEY (token_id, type, resource)) STRICT",
    ),
    (
        "CREATE TABLE filtered_scopes (token_id TEXT NOT NULL REFERENCES tokens(id) ON DELETE CASCADE, "
        "type TEXT NOT NULL, resource TEXT NOT NULL, filter TEXT NOT NULL, "
        "PRIMARY KEY (token_id, type, resource, filter)) STRICT",
        "INSERT INTO filtered_scopes SELECT token_id, type, resource, '' FROM scopes",
        "DROP TABLE scopes",
        "ALTER TABLE filtered_scopes RENAME TO scopes",
        "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL, created_at TEXT NOT NULL, "
        "updated_at TEXT NOT NULL) STRICT",
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    ),
    (
        "CREATE TABLE jobs (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, "
        "pipe TEXT NOT NULL, arguments TEXT NOT NULL, status TEXT NOT NULL, progress TEXT NOT NULL, "
        "error TEXT NOT NULL, created_at TEXT NOT NULL, started_at TEXT, updated_at TEXT NOT NULL) STRICT",
        "CREATE INDEX jobs_by_status ON jobs (status)",
        "CREATE TABLE schedules (pipe TEXT PRIMARY KEY, cron TEXT NOT NULL, last TEXT NOT NULL, "
        "paused INTEGER NOT NULL) STRICT",
    ),
    (
        "CREATE TABLE deployments (id INTEGER PRIMARY KEY, status TEXT NOT NULL, live INTEGER NOT NULL, "
        "base INTEGER, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, tables TEXT NOT NULL, "
        "plan TEXT NOT NULL, errors TEXT NOT NULL) STRICT",
        "CREATE UNIQUE INDEX one_live_deployment ON deployments (live) WHERE live = 1",
        "CREATE TABLE blobs (hash TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT",
        "CREATE TABLE deployment_files (deployment INTEGER NOT NULL REFERENCES deployments(id) ON DELETE CASCADE, "
        "path TEXT NOT NULL, hash TEXT NOT NULL REFERENCES blobs(hash), PRIMARY KEY (deployment, path)) STRICT",
    ),
)


class Store:
    """Small and rarely written; one connection under a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        path.touch(mode=0o600)
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            message = f"{path} was written by a newer tinylite (version {version}, this one knows {len(MIGRATIONS)})"
            raise DiagnosticError(Diagnostic("TL507", message, hint="upgrade tinylite: pip install -U tinylite"))
        for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
            with self._connection:
                self._connection.execute("BEGIN")
                for statement in statements:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {number}")

    def copy(self, path: Path) -> None:
        """Into a file of its own, as it stands now."""
        with self._lock, closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def write(self, *statements: tuple[str, Sequence[object]]) -> None:
        """All or nothing."""
        with self._lock, self._connection:
            self._connection.execute("BEGIN")
            for sql, values in statements:
                self._connection.execute(sql, values)

    def fact(self, name: str, first: Callable[[], str]) -> str:
        """What stays true of this data folder; `first` makes it up when it is asked for the first time."""
        known = self.rows("SELECT value FROM facts WHERE name = ?", [name])
        if known:
            return str(known[0][0])
        value = first()
        self.write(("INSERT INTO facts VALUES (?, ?)", [name, value]))
        return value

    def set_fact(self, name: str, value: str) -> None:
        """It is true from now on."""
        self.write(
            ("INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [name, value])
        )

    def become(self, facts: Mapping[str, str]) -> None:
        """Another workspace's, with facts of its own: tokens, jobs and schedules go, secrets and deployments stay."""
        gone = ("scopes", "tokens", "jobs", "schedules", "facts")
        kept = [("INSERT INTO facts VALUES (?, ?)", [name, value]) for name, value in facts.items()]
        self.write(*((f"DELETE FROM {table}", []) for table in gone), *kept)

    def close(self) -> None:
        self._connection.close()
