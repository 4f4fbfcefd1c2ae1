"""Tables from data sources."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.datafile.model import Datasource
from tinylite.project.tables import quarantine_table
from tinylite.sql.physical import duckdb_type, quoted, text_literal
from tinylite.sql.query import Column

QUARANTINE_SUFFIX = "_quarantine"
POSITIONS = "_tinylite_positions"
"""How far each data source's log is loaded: (source, position)."""


def columns_of(datasource: Datasource) -> tuple[Column, ...]:
    return tuple(Column(column.name, column.type) for column in datasource.columns)


def quarantine_columns(datasource: Datasource) -> tuple[Column, ...]:
    """What rows that do not fit are kept with."""
    return quarantine_table(datasource, datasource.name).columns


def create_table(name: str, columns: Sequence[Column]) -> str:
    cells = ", ".join(f"{quoted(column.name)} {duckdb_type(column.type)}" for column in columns)
    return f"CREATE TABLE {quoted(name)} ({cells})"


def describe_table(name: str, columns: Sequence[Column]) -> str:
    """Statements that keep ClickHouse's types with the columns: several of these lie in one of DuckDB's."""
    return "; ".join(
        f"COMMENT ON COLUMN {quoted(name)}.{quoted(column.name)} IS {text_literal(str(column.type))}"
        for column in columns
    )


CREATE_POSITIONS = f"CREATE TABLE IF NOT EXISTS {POSITIONS} (source VARCHAR PRIMARY KEY, position UBIGINT NOT NULL)"

REQUESTS = "_tinylite_requests"
"""The answers to requests that came with an idempotency key."""
CREATE_REQUESTS = (
    f"CREATE TABLE IF NOT EXISTS {REQUESTS} (source VARCHAR NOT NULL, key VARCHAR NOT NULL, receipt VARCHAR NOT NULL, "
    "digest VARCHAR NOT NULL, good UBIGINT NOT NULL, quarantined UBIGINT NOT NULL, answered_at TIMESTAMP NOT NULL, "
    "PRIMARY KEY (source, key))"
)
LOG_DAMAGE = "_tinylite_log_damage"
"""Stretches of logs that could not be read, with where their bytes were set aside."""
CREATE_LOG_DAMAGE = (
    f"CREATE TABLE IF NOT EXISTS {LOG_DAMAGE} (found_at TIMESTAMP NOT NULL, source VARCHAR NOT NULL, "
    "after_position UBIGINT NOT NULL, before_position UBIGINT, reason VARCHAR NOT NULL, file VARCHAR NOT NULL)"
)

FAILED_BLOCKS = "_tinylite_failed_blocks"
"""Rows that a view could not take, as JSON, with the reason; `import_id` is the block's, as in the quarantine."""
CREATE_FAILED_BLOCKS = (
    f"CREATE TABLE IF NOT EXISTS {FAILED_BLOCKS} (timestamp TIMESTAMP NOT NULL, pipe VARCHAR NOT NULL, "
    "source VARCHAR NOT NULL, target VARCHAR NOT NULL, import_id VARCHAR NOT NULL, reason VARCHAR NOT NULL, "
    "row_count UBIGINT NOT NULL, rows JSON[] NOT NULL)"
)

DONE_JOBS = "_tinylite_done_jobs"
"""Jobs whose rows are written: in one transaction with them, so that a job that is begun again does not write twice."""
POPULATIONS = "_tinylite_populations"
"""How far the history of a source has gone through a view: row ids below `next_row` have, those from `end_row` on went
through it when they came. `row_count` is how many there were below `end_row`; `spoilt` when rows were deleted since.
"""
CREATE_JOBS = (
    f"CREATE TABLE IF NOT EXISTS {DONE_JOBS} (id VARCHAR PRIMARY KEY, row_count UBIGINT NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS {POPULATIONS} (id VARCHAR PRIMARY KEY, pipe VARCHAR NOT NULL, "
    "source VARCHAR NOT NULL, next_row BIGINT NOT NULL, end_row BIGINT NOT NULL, "
    "row_count UBIGINT NOT NULL, spoilt BOOLEAN NOT NULL)",
)
BACKFILLS = "_tinylite_backfills"
"""How far the history of a table, which is `source`, has gone into the tables of a deployment, as populations do."""
CREATE_BACKFILLS = (
    f"CREATE TABLE IF NOT EXISTS {BACKFILLS} (deployment BIGINT, source VARCHAR, next_row BIGINT NOT NULL, "
    "end_row BIGINT NOT NULL, row_count UBIGINT NOT NULL, spoilt BOOLEAN NOT NULL, PRIMARY KEY (deployment, source))"
)
MERGES = "_tinylite_merges"
"""How many rows the last merge of a table left: (source, row_count)."""
CREATE_MERGES = f"CREATE TABLE IF NOT EXISTS {MERGES} (source VARCHAR PRIMARY KEY, row_count UBIGINT NOT NULL)"
KAFKA_POSITIONS = "_tinylite_kafka_positions"
"""The next message of each partition to load, written with the rows of those before it."""
OBJECTS = "_tinylite_imported_objects"
"""Objects of buckets that were imported, by what they held then, written with their rows; `error` is why one could not
be.
"""
CREATE_CONNECTORS = (
    f"CREATE TABLE IF NOT EXISTS {KAFKA_POSITIONS} (source VARCHAR, group_id VARCHAR, topic VARCHAR, "
    "partition INTEGER, next_offset BIGINT NOT NULL, PRIMARY KEY (source, group_id, topic, partition))",
    f"CREATE TABLE IF NOT EXISTS {OBJECTS} (source VARCHAR, uri VARCHAR, tag VARCHAR, row_count UBIGINT NOT NULL, "
    "quarantined UBIGINT NOT NULL, error VARCHAR NOT NULL, PRIMARY KEY (source, uri, tag))",
)
SHIPMENTS = "_tinylite_shipments"
"""Tables whose rows are on their way to ClickHouse, all of them as one block, which it knows by its token."""
CREATE_SHIPMENTS = f"CREATE TABLE IF NOT EXISTS {SHIPMENTS} (source VARCHAR PRIMARY KEY, token VARCHAR NOT NULL)"
MOVES = "_tinylite_moves"
"""How far the rows of each table have gone to ClickHouse: how many are there, in chunks known to it by `id`, with their
checksum, and how many more are on the way. `spoilt` when rows were taken away since; `is_over` when ClickHouse is
where rows lie, and those that still come only pass through.
"""
CREATE_MOVES = (
    f"CREATE TABLE IF NOT EXISTS {MOVES} (source VARCHAR PRIMARY KEY, id VARCHAR NOT NULL, row_count UBIGINT NOT NULL, "
    "sending UBIGINT NOT NULL, checksum UBIGINT NOT NULL, spoilt BOOLEAN NOT NULL, is_over BOOLEAN NOT NULL)"
)
STAGED_PREFIX = "_tinylite_staged_"
"""Tables that hold the result of a job until it is written; what a killed server left of them is dropped."""

IMPORT_PREFIX = "_tinylite_import_"
"""Tables that hold the rows of a file until they are all in their data source; they outlive a server."""
IMPORTS = "_tinylite_imports"
"""Files whose rows all lie in such tables, and how many of these have got into the data source since."""
CREATE_IMPORTS = (
    f"CREATE TABLE IF NOT EXISTS {IMPORTS} (id VARCHAR PRIMARY KEY, moved UBIGINT NOT NULL, good UBIGINT NOT NULL, "
    "quarantined UBIGINT NOT NULL)"
)
