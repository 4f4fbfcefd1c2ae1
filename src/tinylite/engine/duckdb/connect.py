"""Opening a database, locked down before the first query of a user's can reach it."""

from __future__ import annotations

from pathlib import Path

import duckdb

# Only the staging folder may be read: that is how a batch of events comes in. lock_configuration must be the last.
_SETTINGS = (
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    # A division by zero is decided by the compiled SQL, which raises where ClickHouse does.
    "SET error_on_division_by_zero = false",
    # At its default of 16 MB a checkpoint stalls loading for half a second, and halves its rate.
    "SET checkpoint_threshold = '256MB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def connect(path: Path | None, staging: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database file, or one in memory. Raises duckdb.Error when it can't be opened."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    if threads:
        connection.execute(f"SET threads = {int(threads)}")
    folder = str(staging.resolve()).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{folder}']")
    for setting in _SETTINGS:
        connection.execute(setting)
    return connection
