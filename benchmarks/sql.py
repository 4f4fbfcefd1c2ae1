"""Ten analytical queries over 10M rows: compiled SQL beside hand-written DuckDB SQL, and chDB where it is installed.

The contestants take turns. Times are medians of the wall clock; the ratio is that of the processor time, all threads,
which other work on the machine hardly changes.

python -m benchmarks.sql [rows]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.table import show
from tinylite.diagnostics import Source
from tinylite.engine.duckdb.connect import connect
from tinylite.engine.duckdb.functions import PythonFunctions
from tinylite.sql import compile_query
from tinylite.sql.physical import duckdb_type
from tinylite.sql.query import Column, Query, Table
from tinylite.types import parse_type

ROUNDS = 5
HITS = Table(
    "hits",
    tuple(
        Column(name, parse_type(type_))
        for name, type_ in {
            "time": "DateTime",
            "user_id": "UInt64",
            "session": "String",
            "url": "String",
            "country": "LowCardinality(String)",
            "device": "LowCardinality(String)",
            "duration": "Nullable(UInt32)",
            "price": "Float64",
            "status": "UInt16",
            "payload": "String",
        }.items()
    ),
    physical="hits",
    engine="MergeTree",
    sorting_key=("time",),
)
ROWS = """
    SELECT TIMESTAMP '2024-01-01' + to_seconds(CAST(i * 7776000 // {rows} AS BIGINT)),
        CAST(hash(i * 31) % 200000 AS UBIGINT),
        's' || (hash(i * 17) % 1000000),
        'https://shop.example.com/' || (hash(i) % 500) || '?ref=' || (hash(i * 3) % 20),
        ['US', 'DE', 'ES', 'FR', 'JP', 'BR', 'IN', ''][CAST(1 + hash(i * 5) % 8 AS BIGINT)],
        ['mobile', 'desktop', 'tablet'][CAST(1 + hash(i * 7) % 3 AS BIGINT)],
        CASE WHEN i % 11 = 0 THEN NULL ELSE hash(i * 13) % 100000 END,
        hash(i * 19) % 10000 / 100.0,
        [200, 200, 200, 301, 404, 500][CAST(1 + hash(i * 23) % 6 AS BIGINT)],
        '{{"plan": "' || ['free', 'pro', 'team'][CAST(1 + hash(i * 29) % 3 AS BIGINT)] || '", "items": ' || hash(i) % 9 || '}}'
    FROM range({rows}) AS r(i)
"""
# (what it is, ClickHouse's SQL, DuckDB's SQL as one would write it)
# ruff: noqa: E501 -- a statement is read best on one line
QUERIES: tuple[tuple[str, str, str], ...] = (
    (
        "visits a day",
        "SELECT toDate(time) AS day, count() AS visits, uniqExact(user_id) AS users FROM hits GROUP BY day ORDER BY day",
        "SELECT CAST(time AS DATE) AS day, count(*), count(DISTINCT user_id) FROM hits GROUP BY day ORDER BY day",
    ),
    (
        "an hour's traffic by device",
        "SELECT toStartOfHour(time) AS hour, device, count() AS hits, avg(duration) AS average FROM hits "
        "WHERE time >= '2024-02-01 00:00:00' GROUP BY hour, device ORDER BY hour, device",
        "SELECT date_trunc('hour', time) AS hour, device, count(*), avg(duration) FROM hits "
        "WHERE time >= TIMESTAMP '2024-02-01' GROUP BY hour, device ORDER BY hour, device",
    ),
    (
        "top pages",
        "SELECT domain(url) AS page, count() AS hits FROM hits GROUP BY page ORDER BY hits DESC, page LIMIT 10",
        "SELECT regexp_extract(url, '^[a-z]+://([^/?#]*)', 1) AS page, count(*) AS hits FROM hits GROUP BY page "
        "ORDER BY hits DESC, page LIMIT 10",
    ),
    (
        "errors by country",
        "SELECT country, countIf(status >= 500) AS errors, round(errors / count() * 100, 2) AS rate FROM hits "
        "GROUP BY country ORDER BY rate DESC, country",
        "SELECT country, count(*) FILTER (status >= 500) AS errors, round(errors / count(*) * 100, 2) AS rate FROM hits "
        "GROUP BY country ORDER BY rate DESC, country",
    ),
    (
        "latency quantiles",
        "SELECT device, quantile(0.5)(duration) AS p50, quantile(0.99)(duration) AS p99 FROM hits GROUP BY device "
        "ORDER BY device",
        "SELECT device, quantile_cont(duration, 0.5), quantile_cont(duration, 0.99) FROM hits GROUP BY device "
        "ORDER BY device",
    ),
    (
        "plans out of JSON",
        "SELECT JSONExtractString(payload, 'plan') AS plan, sum(price) AS revenue FROM hits GROUP BY plan ORDER BY plan",
        "SELECT payload ->> '$.plan' AS plan, sum(price) FROM hits GROUP BY plan ORDER BY plan",
    ),
    (
        "busiest users",
        "SELECT user_id, count() AS hits, max(time) AS last, argMax(country, time) AS country FROM hits "
        "GROUP BY user_id HAVING hits > 10 ORDER BY hits DESC, user_id LIMIT 20",
        "SELECT user_id, count(*) AS hits, max(time), arg_max(country, time) FROM hits GROUP BY user_id "
        "HAVING count(*) > 10 ORDER BY hits DESC, user_id LIMIT 20",
    ),
    (
        "sessions' length",
        "SELECT avg(length) AS average, max(length) AS longest FROM (SELECT session, max(time) - min(time) AS length "
        "FROM hits GROUP BY session)",
        "SELECT avg(length), max(length) FROM (SELECT session, epoch(max(time)) - epoch(min(time)) AS length FROM hits "
        "GROUP BY session)",
    ),
    (
        "running revenue",
        "SELECT day, sum(revenue) OVER (ORDER BY day) AS so_far FROM (SELECT toStartOfDay(time) AS day, sum(price) AS "
        "revenue FROM hits WHERE country IN ('US', 'DE', 'ES') GROUP BY day) ORDER BY day",
        "SELECT day, sum(revenue) OVER (ORDER BY day) FROM (SELECT date_trunc('day', time) AS day, sum(price) AS revenue "
        "FROM hits WHERE country IN ('US', 'DE', 'ES') GROUP BY day) ORDER BY day",
    ),
    (
        "search in text",
        "SELECT count() AS found FROM hits WHERE url LIKE '%/42?%' AND lower(session) != 's1' AND price > 10",
        "SELECT count(*) FROM hits WHERE url LIKE '%/42?%' AND lower(session) <> 's1' AND price > 10",
    ),
)


_TITLES = ("query", "compiled ms", "by hand ms", "processor, compiled / by hand", "chDB ms")


def _taken(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the wall clock and of the processor."""
    started, busy = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - started, time.process_time() - busy


def _chdb(parquet: Path) -> Callable[[str], object] | None:
    """A session with the same rows, or None where chDB is not installed."""
    try:
        from chdb import session
    except ImportError:
        return None
    untyped: Any = session
    clickhouse = untyped.Session()
    columns = ", ".join(f"{column.name} {column.type}" for column in HITS.columns)
    clickhouse.query(f"CREATE TABLE hits ({columns}) ENGINE = MergeTree ORDER BY time")
    clickhouse.query(f"INSERT INTO hits SELECT * FROM file('{parquet}', Parquet)")
    return lambda sql: clickhouse.query(sql, "JSONCompact")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    with tempfile.TemporaryDirectory() as folder:
        connection = connect(None, Path(folder), threads=None)
        columns = ", ".join(f'"{column.name}" {duckdb_type(column.type)}' for column in HITS.columns)
        connection.execute(f"CREATE TABLE hits ({columns})")
        connection.execute(f"INSERT INTO hits {ROWS.format(rows=rows)}")
        parquet = Path(folder) / "hits.parquet"
        connection.execute(f"COPY hits TO '{parquet}' (FORMAT parquet)")
        _measure(connection, _chdb(parquet))


def _measure(connection: duckdb.DuckDBPyConnection, clickhouse: Callable[[str], object] | None) -> None:
    table, ratios = [], []
    functions = PythonFunctions(connection)
    for name, sql, by_hand in QUERIES:
        compiled = compile_query(Query("query", Source("query", sql), {"hits": HITS}), {}).sql
        functions.prepare(compiled)
        contestants: list[Callable[[], object]] = [
            lambda text=compiled: connection.execute(text).fetchall(),  # type: ignore[misc]
            lambda text=by_hand: connection.execute(text).fetchall(),  # type: ignore[misc]
        ]
        if clickhouse is not None:
            contestants.append(lambda text=sql: clickhouse(text))  # type: ignore[misc]
        taken: list[list[tuple[float, float]]] = [[] for _ in contestants]
        for _ in range(ROUNDS):
            for contestant, rounds in zip(contestants, taken, strict=True):
                rounds.append(_taken(contestant))
        wall, busy = ([statistics.median(pair[which] for pair in rounds) for rounds in taken] for which in (0, 1))
        ratios.append(busy[0] / busy[1])
        shown = [f"{seconds * 1000:,.0f}" for seconds in wall]
        table.append((name, *shown[:2], f"{ratios[-1]:.2f}", *(shown[2:] or ("not installed",))))
    show(_TITLES, table)
    print(f"compiled over hand-written: median {statistics.median(ratios):.2f}, worst {max(ratios):.2f}")


if __name__ == "__main__":
    main()
