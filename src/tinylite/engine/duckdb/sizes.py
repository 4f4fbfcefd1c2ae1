"""How many rows tables have and how wide they are, so that an answer can say what was read for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from tinylite.engine.base import Row
from tinylite.sql.physical import quoted, text_literal

_FOR = 1.0
"""Seconds for which a table that changes is taken to be as it was."""
_SAMPLE = 10_000
"""Rows that widths are measured on."""
_WIDTHS = {
    "BOOLEAN": 1, "TINYINT": 1, "UTINYINT": 1, "SMALLINT": 2, "USMALLINT": 2, "INTEGER": 4, "UINTEGER": 4, "FLOAT": 4,
    "DATE": 4, "BIGINT": 8, "UBIGINT": 8, "DOUBLE": 8, "TIMESTAMP": 8, "TIMESTAMP_NS": 8, "HUGEINT": 16,
    "UHUGEINT": 16, "UUID": 16,
}  # fmt: skip
_KEPT = 2000
"""Statements."""
_OFFSET = 8
"""Bytes of a text besides its own, as ClickHouse counts."""
Fetch = Callable[[str], list[Row]]


@dataclass(frozen=True, slots=True)
class _Rows:
    count: int
    version: int
    until: float


@dataclass(frozen=True, slots=True)
class _Widths:
    """Bytes of a row by column; of a table that had so many rows and was rewritten so often."""

    by_column: Mapping[str, float]
    rows: int
    rewrites: int


@dataclass(frozen=True, slots=True)
class _Read:
    """What a statement reads at most, of tables of these versions."""

    rows: int
    size: float
    versions: tuple[tuple[str, int], ...]
    until: float


class Sizes:
    """`fetch` runs a statement. Versions and rewrites are the engine's counts of changes to a table."""

    def __init__(self, version: Callable[[str], int], rewrites: Callable[[str], int]) -> None:
        self._version = version
        self._rewrites = rewrites
        self._rows: dict[str, _Rows] = {}
        self._widths: dict[str, _Widths] = {}
        self._reads: dict[str, _Read] = {}

    def read(self, sql: str, tables: Collection[str], fetch: Fetch) -> tuple[int, float]:
        """Rows and bytes that a statement reads at most."""
        known = self.known(sql)
        if known is not None:
            return known
        versions = tuple((table, self._version(table)) for table in tables)
        rows = {table: self.rows(table, fetch) for table in tables}
        size = sum(rows[table] * self.width(table, sql, fetch) for table in tables)
        if len(self._reads) >= _KEPT:
            self._reads.clear()
        until = min((self._rows[table].until for table in tables), default=0.0)
        found = self._reads[sql] = _Read(sum(rows.values()), size, versions, until)
        return found.rows, found.size

    def known(self, sql: str) -> tuple[int, float] | None:
        """As `read`, when nothing has to be asked for it."""
        found = self._reads.get(sql)
        if found is None:
            return None
        for table, version in found.versions:
            if self._version(table) != version and time.monotonic() >= found.until:
                return None
        return found.rows, found.size

    def rows(self, table: str, fetch: Fetch) -> int:
        """How many a table has, or had not long ago."""
        version, now = self._version(table), time.monotonic()
        known = self._rows.get(table)
        if known is not None and (known.version == version or now < known.until):
            return known.count
        ((count,),) = fetch(f"SELECT count(*) FROM {quoted(table)}")
        self._rows[table] = _Rows(int(str(count)), version, now + _FOR)
        return self._rows[table].count

    def width(self, table: str, sql: str, fetch: Fetch) -> float:
        """Bytes of a row of the columns that a statement names."""
        rows, rewrites = self.rows(table, fetch), self._rewrites(table)
        known = self._widths.get(table)
        if known is None or known.rewrites != rewrites or rows > 2 * known.rows:
            known = self._widths[table] = _Widths(_measured(table, fetch), rows, rewrites)
        return sum(width for column, width in known.by_column.items() if quoted(column) in sql)


def _measured(table: str, fetch: Fetch) -> dict[str, float]:
    columns = fetch(
        f"SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = {text_literal(table)} "
        "ORDER BY column_index"
    )
    types = {str(name): str(type_) for name, type_ in columns}
    others = [name for name, type_ in types.items() if type_ not in _WIDTHS]
    widths = {name: float(_WIDTHS[type_]) for name, type_ in types.items() if type_ in _WIDTHS}
    if others:
        cells = ", ".join(f"avg(strlen(CAST({quoted(name)} AS VARCHAR)))" for name in others)
        (averages,) = fetch(f"SELECT {cells} FROM (SELECT * FROM {quoted(table)} LIMIT {_SAMPLE})")
        widths |= {name: float(str(value or 0)) + _OFFSET for name, value in zip(others, averages, strict=True)}
    return widths
