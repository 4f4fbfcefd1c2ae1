"""Ingestion beside DuckDB's own load of the same NDJSON.

python -m benchmarks.ingest
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.table import show
from tinylite.datafile import parse
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Source
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import columns_of, quarantine_columns
from tinylite.ingest.decode import decode
from tinylite.ingest.ingest import Ingest, Target
from tinylite.sql.physical import duckdb_type

Row = tuple[str, str, str, str]
EVENTS = 100_000
SCHEMA = """SCHEMA >
    event_id String, user_id String, session_id String, event_type String, page_url String, referrer String,
    device_type String, browser String, country String, city String, properties String, timestamp DateTime
ENGINE_SORTING_KEY timestamp, user_id, event_type
"""


def events(count: int) -> list[bytes]:
    """About 350 bytes each."""
    return [
        json.dumps(
            {
                "event_id": f"evt_{i:08}", "user_id": f"user_{i * 7919 % 5000:05}", "session_id": f"sess_{i // 8:07}",
                "event_type": ("page_view", "click", "scroll")[i % 3], "page_url": f"/products/{i * 31 % 400}?ref=home",
                "referrer": "https://search.example/results", "device_type": ("desktop", "mobile")[i % 2],
                "browser": "Firefox", "country": "ES", "city": "Madrid",
                "properties": json.dumps({"button_id": f"btn_{i % 9}", "page_section": "main"}),
                "timestamp": f"2026-01-{i // 3600 % 28 + 1:02} {i // 150 % 24:02}:{i // 60 % 60:02}:{i % 60:02}",
            }
        ).encode()
        for i in range(count)
    ]  # fmt: skip


def datasource() -> Datasource:
    found, faults = parse(Source("user_events.datasource", SCHEMA))
    assert isinstance(found, Datasource) and not faults
    return found


def bare_load(folder: Path, body: bytes, source: Datasource) -> float:
    """Seconds of DuckDB's typed read_json into a table of a file."""
    path = folder / "events.ndjson"
    path.write_bytes(body)
    with duckdb.connect(str(folder / "bare.duckdb")) as connection:
        columns = ", ".join(f"{c.name}: '{duckdb_type(c.type)}'" for c in source.columns)
        read = f"read_json('{path}', columns = {{{columns}}}, format = 'newline_delimited')"
        started = time.perf_counter()
        connection.execute(f"CREATE TABLE t AS SELECT * FROM {read}")
        return time.perf_counter() - started


async def _singles(ingest: Ingest, lines: list[bytes], appenders: int) -> None:
    async def appender(number: int) -> None:
        for line in lines[number::appenders]:
            await ingest.append("user_events", decode(line))

    await asyncio.gather(*(appender(number) for number in range(appenders)))


def main() -> None:
    source = datasource()
    lines = events(EVENTS)
    body = b"\n".join(lines)
    size = len(body) / 1e6
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = bare_load(folder, body, source)
        rows = [("DuckDB's own load", f"{EVENTS / bare:,.0f}", f"{size / bare:.1f}", "1.00")]
        engine = DuckDBEngine(folder / "data.duckdb", folder / "staging")
        engine.create_table("user_events", columns_of(source))
        engine.create_table("user_events_quarantine", quarantine_columns(source))
        ingest = Ingest(engine, folder / "log")
        ingest.set_targets(ingest.planned([Target(source, "user_events")]))
        try:
            rows += [_bodies(ingest, lines, each, bare, size) for each in (EVENTS, 1000)]
            few = lines[:6400]
            started = time.perf_counter()
            asyncio.run(_singles(ingest, few, 64))
            rows.append(_row("single events, 64 at a time", len(few), sum(map(len, few)) / 1e6,
                             time.perf_counter() - started, bare, size))  # fmt: skip
        finally:
            ingest.close()
            engine.close()
    print(f"{EVENTS:,} events of {size * 1e6 / EVENTS:.0f} bytes; acknowledged: on the disk and in the table\n")
    show(("what", "events/s", "MB/s", "of DuckDB's own"), rows)


def _bodies(ingest: Ingest, lines: list[bytes], each: int, bare: float, size: float) -> Row:
    bodies = [b"\n".join(lines[start : start + each]) for start in range(0, len(lines), each)]
    started = time.perf_counter()
    for body in bodies:
        ingest.append_now("user_events", decode(body, limit=1 << 30))
    return _row(f"bodies of {each:,} events", len(lines), size, time.perf_counter() - started, bare, size)


def _row(what: str, count: int, megabytes: float, seconds: float, bare: float, size: float) -> Row:
    rate = megabytes / seconds
    return what, f"{count / seconds:,.0f}", f"{rate:.1f}", f"{rate / (size / bare):.2f}"


if __name__ == "__main__":
    main()
