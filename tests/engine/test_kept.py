"""What writing leaves in memory is let go; what queries read stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.test_duckdb import ask
from tinylite.engine.duckdb import DuckDBEngine, kept

MOST = 8 * 1024 * 1024


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DuckDBEngine]:
    monkeypatch.setattr(kept, "_MOST", MOST)
    monkeypatch.setattr(kept, "_SPARED", MOST // 2)
    monkeypatch.setattr(kept, "_FAR_TOO_MUCH", 4 * MOST)
    monkeypatch.setattr(kept, "_EVERY", 0.0)
    engine = DuckDBEngine(tmp_path / "data.duckdb", tmp_path / "staging")
    yield engine
    engine.close()


def in_memory(engine: DuckDBEngine) -> int:
    """Bytes of tables."""
    with engine.transaction() as writer:
        ((size,),) = writer.execute(
            "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'BASE_TABLE'"
        ).fetchall()
    return int(size)


def write(engine: DuckDBEngine, table: str, rows: int) -> None:
    """25 bytes each, that nothing makes smaller."""
    with engine.transaction(table) as writer:
        writer.execute(f"CREATE TABLE IF NOT EXISTS {table} (x UBIGINT, y UBIGINT, z UBIGINT)")
        writer.execute(f"INSERT INTO {table} SELECT hash(i), hash(i + 1), hash(i + 2) FROM range({rows}) AS r(i)")


def test_a_long_append_does_not_fill_the_memory(engine: DuckDBEngine) -> None:
    for _ in range(12):
        write(engine, "t", 500_000)
    assert in_memory(engine) < 3 * MOST
    assert engine.row_count("t") == 6_000_000


def test_the_limit_is_what_it_was(engine: DuckDBEngine) -> None:
    limit = "SELECT current_setting('memory_limit')"
    before = ask(engine, limit).rows
    for _ in range(3):
        write(engine, "t", 1_000_000)
    assert ask(engine, limit).rows == before


def test_what_queries_read_stays(engine: DuckDBEngine) -> None:
    write(engine, "asked", 2_000_000)
    write(engine, "t", 1_000_000)
    engine.checkpoint()
    assert ask(engine, "SELECT count(xor(x, xor(y, z))) FROM asked").rows == [(2_000_000,)]
    read = in_memory(engine)
    assert read > 4 * MOST
    for _ in range(6):
        ask(engine, "SELECT count(xor(x, xor(y, z))) FROM asked")
        write(engine, "t", 500_000)
    assert in_memory(engine) > read - 2 * MOST
