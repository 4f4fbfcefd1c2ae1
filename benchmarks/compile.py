"""What compiling costs: a pipe of 60 lines and 5 nodes, new and from the cache of plans.

python -m benchmarks.compile
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from benchmarks.table import show
from tinylite.diagnostics import Source
from tinylite.project import load
from tinylite.project.library import Library
from tinylite.project.program import Prepared
from tinylite.sql import compile_query, references
from tinylite.sql.query import Column, Query, Table
from tinylite.types import parse_type
from tinylite.workspace.queries import Plans

NEW_ROUNDS = 100
CACHED_ROUNDS = 2000
EVENTS = Table(
    "events",
    tuple(
        Column(name, parse_type(type_))
        for name, type_ in {
            "timestamp": "DateTime",
            "user_id": "String",
            "session_id": "String",
            "event_type": "LowCardinality(String)",
            "page_url": "String",
            "device": "LowCardinality(String)",
            "duration": "Nullable(UInt32)",
            "amount": "Decimal(18, 2)",
            "tags": "Array(String)",
        }.items()
    ),
    physical="events",
)
NODES = {
    "hits": """
        SELECT
            timestamp,
            user_id,
            session_id,
            event_type,
            lower(page_url) AS url,
            device,
            ifNull(duration, 0) AS seconds,
            amount
        FROM events
        WHERE timestamp >= toDateTime({from:String})
            AND timestamp < toDateTime({to:String}) + INTERVAL 1 DAY
            AND ({device:String} = '' OR device = {device:String})
            AND NOT has(tags, 'bot')
    """,
    "sessions": """
        SELECT
            session_id,
            any(user_id) AS user_id,
            min(timestamp) AS started,
            max(timestamp) AS ended,
            dateDiff('second', started, ended) AS length,
            countIf(event_type = 'page_view') AS views,
            countIf(event_type = 'purchase') > 0 AS bought,
            sum(amount) AS revenue
        FROM hits
        GROUP BY session_id
    """,
    "days": """
        SELECT
            toDate(started) AS day,
            count() AS sessions,
            uniq(user_id) AS visitors,
            avg(length) AS mean_length,
            round(100 * countIf(bought) / count(), 2) AS conversion,
            sum(revenue) AS total
        FROM sessions
        GROUP BY day
        HAVING sessions > 0
    """,
    "pages": """
        SELECT
            toDate(timestamp) AS day,
            url,
            count() AS hits,
            quantile(0.9)(seconds) AS p90,
            row_number() OVER (PARTITION BY day ORDER BY count() DESC) AS place
        FROM hits
        WHERE event_type = 'page_view'
        GROUP BY day, url
    """,
    "report": """
        SELECT
            d.day AS day,
            formatDateTime(d.day, '%d.%m.%Y') AS label,
            d.sessions AS sessions,
            d.visitors AS visitors,
            d.mean_length AS mean_length,
            d.conversion AS conversion,
            if(d.total > 1000, 'high', 'low') AS class,
            p.url AS top_page,
            p.hits AS top_hits,
            round(p.p90, 1) AS p90
        FROM days AS d
        LEFT JOIN (SELECT day, url, hits, p90 FROM pages WHERE place = 1) AS p ON d.day = p.day
        ORDER BY day DESC
        LIMIT 30
    """,
}


def _query(number: int) -> Query:
    """The pipe in texts that were never seen: each ends in a number."""
    reads: dict[str, Query | Table] = {"events": EVENTS}
    for name, sql in NODES.items():
        reads[name] = Query(name, Source(name, f"{sql} -- {number}"), dict(reads))
    found = reads["report"]
    assert isinstance(found, Query)
    return found


def _milliseconds(work: Callable[[int], object], rounds: int) -> tuple[float, float]:
    """The medians of the wall clock and of the processor."""
    wall, busy = [], []
    for number in range(rounds):
        started, began = time.perf_counter(), time.process_time()
        work(number)
        busy.append((time.process_time() - began) * 1000)
        wall.append((time.perf_counter() - started) * 1000)
    return statistics.median(wall), statistics.median(busy)


def _new(number: int) -> None:
    """What a first request costs: what the nodes read, then the statement."""
    query = _query(number)
    for meaning in (*query.reads.values(), query):
        if isinstance(meaning, Query):
            references(meaning.source.text)
    compile_query(query, {})


def _cached() -> Callable[[int], object]:
    query, plans, nothing = _query(-1), Plans(), MappingProxyType[str, object]({})
    texts = tuple(m.source.text for m in (*query.reads.values(), query) if isinstance(m, Query))
    with tempfile.TemporaryDirectory() as folder:
        library = Library(load(Path(folder)))
    origins: Mapping[str, object] = nothing
    prepared = Prepared(query, {}, texts, nothing, library, origins)  # type: ignore[arg-type]
    plans.compiled(prepared)
    return lambda number: plans.compiled(prepared)


def main() -> None:
    lines = sum(len(sql.strip().splitlines()) for sql in NODES.values())
    new, known = _milliseconds(_new, NEW_ROUNDS), _milliseconds(_cached(), CACHED_ROUNDS)
    rows = [
        ["new", *(f"{number:.2f} ms" for number in new)],
        ["known", *(f"{number * 1000:.1f} µs" for number in known)],
    ]
    show([f"{len(NODES)} nodes, {lines} lines", "wall", "processor"], rows)


if __name__ == "__main__":
    main()
