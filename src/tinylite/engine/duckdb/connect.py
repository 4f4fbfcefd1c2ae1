"""Opening a database, locked down before the first query of a user's can reach it."""

from __future__ import annotations

import logging
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tinylite.engine.duckdb import profile

# Only the staging folder may be read: that is how a batch of events comes in.
_SETTINGS = (
    "SET enable_progress_bar = false",
    "SET TimeZone = 'UTC'",
    # A division by zero is decided by the compiled SQL, which raises where ClickHouse does.
    "SET error_on_division_by_zero = false",
    # It takes a tenth of the time of a small query, and makes hardly any large one faster.
    "SET disabled_optimizers = 'distinct_aggregate_rewrite'",
    # At its default of 16 MB a checkpoint stalls loading for half a second, and halves its rate.
    "SET checkpoint_threshold = '256MB'",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET allow_persistent_secrets = false",
    "SET enable_external_access = false",
)


_MEMORY = "TINYLITE_MEMORY"
DEFAULT_MEMORY = "60%"
_AMOUNT = re.compile(r"\d+(\.\d+)? ?(%|[KMGT]i?B)", re.I)
_SPILLED = 4
"""What part of the free disk, one of so many, may be taken by what does not fit into memory."""


def memory_limit() -> str:
    """Of all queries and loads together, with the parts of tables that are kept: a share of the machine's, or what the
    environment says. A query that needs more writes to the disk, or fails.
    """
    text = os.environ.get(_MEMORY, "").strip()
    if not text:
        return DEFAULT_MEMORY
    if _AMOUNT.fullmatch(text) is None:
        logging.getLogger("tinylite.engine").warning(
            "%s is a share or an amount, as 40%% or 2GB, not %r", _MEMORY, text
        )
        return DEFAULT_MEMORY
    return text


def connect(path: Path | None, staging: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database file, or one in memory. Raises duckdb.Error when it can't be opened."""
    return connect_readers(path, staging, 0, threads=threads)[0]


@dataclass(frozen=True, slots=True)
class Special:
    """Two connections of one reader. Statements of `profiled` are counted by DuckDB's profiler, those of `unoptimized`
    run as they are written: for what reads little, planning takes most of the time.
    """

    profiled: duckdb.DuckDBPyConnection
    unoptimized: duckdb.DuckDBPyConnection


def connect_readers(
    path: Path | None, staging: Path, count: int, *, threads: int | None = None, memory: str = ""
) -> tuple[duckdb.DuckDBPyConnection, list[Special]]:
    """Also the connections of so many readers. Raises duckdb.Error when it can't be opened."""
    connection = duckdb.connect(str(path) if path else ":memory:")
    if threads:
        connection.execute(f"SET threads = {int(threads)}")
    connection.execute(f"SET memory_limit = '{memory or memory_limit()}'")
    connection.execute(f"SET max_temp_directory_size = '{shutil.disk_usage(staging).free // _SPILLED // 1_000_000}MB'")
    folder = str(staging.resolve()).replace("'", "''")
    connection.execute(f"SET allowed_directories = ['{folder}']")
    for setting in _SETTINGS:
        connection.execute(setting)
    special = [Special(connection.cursor(), connection.cursor()) for _ in range(count)]
    for found in special:
        for setting in profile.SETTINGS:
            found.profiled.execute(setting)
        found.unoptimized.execute("PRAGMA disable_optimizer")
    # The last: no setting can be changed any more, of no connection, but for two (see `kept` and `crew`).
    connection.execute("SET allowed_configs = ['memory_limit', 'threads']")
    connection.execute("SET lock_configuration = true")
    return connection, special
