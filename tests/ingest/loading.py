"""A data source of its own with what is loaded into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tinylite.datafile import parse
from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Source
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import columns_of, quarantine_columns
from tinylite.ingest.decode import decode
from tinylite.ingest.ingest import Ingest
from tinylite.ingest.operation import Observer, unobserved
from tinylite.ingest.request import Ack
from tinylite.ingest.targets import Target

NAME = "hits"


def datasource(schema: str, rest: str = "") -> Datasource:
    """Of columns, one a line."""
    block = ",\n".join(f"    {line}" for line in schema.strip().splitlines())
    resource, faults = parse(Source(f"{NAME}.datasource", f"SCHEMA >\n{block}\n\n{rest}\n"), include=None)
    assert isinstance(resource, Datasource), faults
    return resource


@dataclass
class Loading:
    engine: DuckDBEngine
    ingest: Ingest

    def send(self, body: bytes | str, **how: str) -> tuple[int, int]:
        """The counts of rows that went in, and of those that did not fit."""
        data = body.encode() if isinstance(body, str) else body
        ack: Ack = self.ingest.append_now(NAME, decode(data, **how))  # type: ignore[arg-type]
        return ack.successful_rows, ack.quarantined_rows

    def rows(self, columns: str = "*", table: str = NAME) -> list[tuple[object, ...]]:
        """In DuckDB's own types."""
        with self.engine.transaction() as writer:
            return writer.execute(f'SELECT {columns} FROM "{table}"').fetchall()

    def reasons(self) -> list[tuple[object, ...]]:
        """Columns and reasons of rows in quarantine."""
        return self.rows("c__error_column, c__error", f"{NAME}_quarantine")


@contextmanager
def loading(folder: Path, source: Datasource, observe: Observer = unobserved) -> Iterator[Loading]:
    engine = DuckDBEngine(folder / "data.duckdb", folder / "staging")
    if engine.table_columns(NAME) is None:
        engine.create_table(NAME, columns_of(source))
        engine.create_table(f"{NAME}_quarantine", quarantine_columns(source))
    ingest = Ingest(engine, folder / "log", observe)
    try:
        ingest.set_targets(ingest.planned([Target(source, NAME)]))
        yield Loading(engine, ingest)
    finally:
        ingest.close()
        engine.close()
