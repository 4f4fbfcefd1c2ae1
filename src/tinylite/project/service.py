"""Service data sources: what happened, readable in SQL as `tinybird.NAME`, with the vendor's columns."""

from __future__ import annotations

from collections.abc import Mapping

from tinylite.sql import Column, Table
from tinylite.types import parse_type

PREFIX = "tinybird."
_PHYSICAL = "_tinylite_service_"

_COLUMNS = {
    "pipe_stats_rt": (
        "start_datetime DateTime, pipe_id String, pipe_name String, duration Float32, read_bytes UInt64, "
        "read_rows UInt64, result_rows UInt64, url Nullable(String), error UInt8, request_id String, token String, "
        "token_name String, status_code Int32, method String, parameters Map(String,String), release String, "
        "user_agent Nullable(String), resource_tags Array(String)"
    ),
    "endpoint_errors": (
        "start_datetime DateTime, request_id String, pipe_id String, pipe_name String, params Nullable(String), "
        "url Nullable(String), status_code Int32, error String, resource_tags Array(String)"
    ),
    "datasources_ops_log": (
        "timestamp DateTime, event_type String, datasource_id String, datasource_name String, result String, "
        "elapsed_time Float32, error Nullable(String), import_id Nullable(String), job_id Nullable(String), "
        "request_id String, rows Nullable(UInt64), rows_quarantine Nullable(UInt64), Options.Names Array(String), "
        "Options.Values Array(String), operation_id String, read_rows UInt64, read_bytes UInt64, written_rows UInt64, "
        "written_bytes UInt64, written_rows_quarantine UInt64, pipe_id String, pipe_name String, "
        "resource_tags Array(String)"
    ),
    "datasources_storage": (
        "datasource_id String, datasource_name String, timestamp DateTime, bytes UInt64, rows UInt64, "
        "bytes_quarantine UInt64, rows_quarantine UInt64"
    ),
    "jobs_log": (
        "job_id String, job_type String, workspace_id String, pipe_id String, pipe_name String, created_at DateTime, "
        "updated_at DateTime, started_at Nullable(DateTime), status String, error Nullable(String), "
        "job_metadata String"
    ),
    "block_log": (
        "timestamp DateTime, import_id String, job_id Nullable(String), request_id String, source String, "
        "block_id String, status String, datasource_id String, datasource_name String, rows UInt64, "
        "quarantine_lines UInt64, bytes UInt64, processing_time Float32, processing_error Nullable(String)"
    ),
    "kafka_ops_log": (
        "timestamp DateTime, datasource_id String, topic String, partition Int16, msg_type String, lag Int64, "
        "processed_messages Int32, processed_bytes Int32, committed_messages Int32, msg String"
    ),
    "sinks_ops_log": (
        "timestamp DateTime, service String, resource_id String, resource_name String, result String, "
        "error Nullable(String), elapsed_time Float32, job_id Nullable(String), read_rows UInt64, read_bytes UInt64, "
        "written_rows UInt64, written_bytes UInt64, output Array(String), parameters Map(String,String), "
        "pipe_id String, pipe_name String"
    ),
}


def _table(name: str, columns: str) -> Table:
    """Types of two words are written without a space behind their comma."""
    found = []
    for column in columns.split(", "):
        column_name, _, type_ = column.partition(" ")
        found.append(Column(column_name, parse_type(type_)))
    return Table(PREFIX + name, tuple(found), _PHYSICAL + name)


TABLES: Mapping[str, Table] = {PREFIX + name: _table(name, columns) for name, columns in _COLUMNS.items()}
QUERIES: Mapping[str, str] = {
    "tinybird.pipe_stats": (
        "SELECT toDate(start_datetime) AS date, pipe_id, pipe_name, count() AS view_count, "
        "countIf(error = 1) AS error_count, avgState(duration) AS avg_duration_state, "
        "quantilesTimingState(0.9, 0.95, 0.99)(toFloat64(duration)) AS quantile_timing_state, "
        "sum(read_bytes) AS read_bytes_sum, sum(read_rows) AS read_rows_sum, resource_tags "
        "FROM tinybird.pipe_stats_rt GROUP BY date, pipe_id, pipe_name, resource_tags"
    )
}
"""Those that are made of others, in ClickHouse's SQL."""
