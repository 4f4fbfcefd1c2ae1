"""What goes into the compiler and what comes out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tinylite.diagnostics import Source
from tinylite.types import Type


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or of a result."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Table:
    """A stored table as queries see it. `physical` is its (unquoted) name in the engine.

    `filter` is a condition in ClickHouse's SQL: the rows that the asker may see.
    """

    name: str
    columns: tuple[Column, ...]
    physical: str
    engine: str = "MergeTree"
    sorting_key: tuple[str, ...] = ()
    version: str | None = None
    is_deleted: str | None = None
    sign: str | None = None
    summed: tuple[str, ...] = ()
    join_keys: tuple[str, ...] = ()
    """The key columns of the engine Join."""
    first_of_key: bool = False
    """Of the rows with one key of a Join only the first is there."""
    looks_up: bool = False
    """Whether it is a Join that joinGet takes: ANY LEFT."""
    filter: str = ""
    is_quarantine: bool = False


@dataclass(frozen=True)
class Query:
    """A SELECT and what the names in it mean.

    `source` holds the rendered SQL; diagnostics of the compiler point into it. `reads` maps each table name that the
    text uses (at least those that `references(text)` lists) to a table or to another query (a node, a pipe).
    """

    name: str
    source: Source
    reads: Mapping[str, Query | Table] = field(default_factory=dict)

    def tables(self) -> Iterator[Table]:
        """What it reads, by whatever way; a table may come more than once."""
        for meaning in self.reads.values():
            if isinstance(meaning, Table):
                yield meaning
            else:
                yield from meaning.tables()

    def texts(self) -> Iterator[str]:
        """Its own text and those of the nodes that it reads."""
        yield self.source.text
        for meaning in self.reads.values():
            if isinstance(meaning, Query):
                yield from meaning.texts()


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement for DuckDB.

    `parameters` are the names bound as `$name`. `pinned` are values that became part of the statement because its
    types depend on them (a time zone): the statement serves only requests with the same ones.
    `tables` are the physical names read. Values of `columns` come in DuckDB's types as `engine.duckdb.types` maps
    them, except DateTime with a zone, which is a TIMESTAMP in that zone's wall clock.
    """

    sql: str
    columns: tuple[Column, ...]
    parameters: frozenset[str] = frozenset()
    pinned: Mapping[str, object] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()
    is_volatile: bool = False
    """Whether it may answer differently over the same rows: it asks for the time, or for chance."""
    warnings: tuple[str, ...] = ()
    totals: str | None = None
    """The statement of WITH TOTALS' extra row."""
    limit: str = ""
    """The number of the LIMIT at its end, as DuckDB's expression."""
    unlimited: str | None = None
    """The statement that counts the rows that come to that LIMIT."""
