"""A ClickHouse expression on its way to DuckDB: the text that computes it and the ClickHouse type that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tinylite.sql.errors import Fault
from tinylite.sql.physical import duckdb_type
from tinylite.types import Type


class NoLiteral:
    """Marks an expression whose value is not written in the query (None is a value: NULL)."""


NO_LITERAL = NoLiteral()


@dataclass(frozen=True, slots=True)
class Typed:
    """`sql` can stand anywhere in a DuckDB expression and has the DuckDB type `duckdb_type(type)`, with two exceptions:
    a `predicate` is BOOLEAN in DuckDB and 0/1 in ClickHouse, and a literal number has the type that DuckDB gives it.
    """

    sql: str
    type: Type
    predicate: bool = False
    literal: object = NO_LITERAL
    """The Python value of a literal."""
    constant: bool = False
    """Reads no column."""
    aggregate: bool = False
    """Holds an aggregate function."""
    parameter: str | None = None
    """The query parameter that this is."""
    elements: tuple[Typed, ...] | None = None
    """What `tuple(…)`, `(…)`, `array(…)` or `[…]` was made of."""
    bare: str | None = None
    """Of a calculation in 64 bits: its text that fails at an overflow. `sql` tries it, then takes `wide`."""
    wide: str | None = None
    """Of a calculation in 64 bits: its text in 128 bits, which wraps around."""
    unit: str | None = None
    """Of an INTERVAL: second, day, …; `sql` is then the amount."""
    blob: str | None = None
    """Of a String that may hold bytes which are no text: the BLOB that `sql` decodes."""

    @property
    def is_literal(self) -> bool:
        return not isinstance(self.literal, NoLiteral)

    @property
    def value(self) -> str:
        """As a value of the column type."""
        if self.predicate and self.type.name != "Bool":
            return f"CAST({self.sql} AS UTINYINT)"
        return self.sql

    @property
    def exact(self) -> str:
        """As a value whose DuckDB type is certain, literals included."""
        if self.is_literal and self.literal is not None and self.type.is_number:
            return f"CAST({self.sql} AS {duckdb_type(self.type)})"
        return self.value

    @property
    def number(self) -> str:
        """As a number: Bool counts as 0 and 1."""
        if self.predicate or self.type.name == "Bool":
            return f"CAST({self.sql} AS UTINYINT)"
        return self.sql

    @property
    def condition(self) -> str:
        """As a BOOLEAN. Raises Fault for types that are no numbers."""
        if self.predicate or self.type.name == "Bool":
            return self.sql
        if self.type.name == "Nothing":
            return "CAST(NULL AS BOOLEAN)"
        if not (self.type.is_number or self.type.name == "Dynamic"):
            raise Fault("TL407", f"{self.type} is no condition", hint="compare it with a value")
        return f"({self.sql} <> 0)"

    def with_sql(self, sql: str) -> Typed:
        return replace(self, sql=sql, blob=None)

    def with_type(self, type_: Type) -> Typed:
        return replace(self, type=type_)


_DICTIONARY_RESULTS = frozenset({
    "String", "FixedString", "Bool", "Date", "Date32", "DateTime", "Time", "UUID", "IPv4", "IPv6",
})  # fmt: skip


def keeps_dictionary(args: Sequence[Typed], result: Type) -> bool:
    """ClickHouse runs a function on the dictionary when one column is LowCardinality and the rest are constants."""
    columns = [arg for arg in args if not arg.constant] or [arg for arg in args if arg.type.low_cardinality]
    fits = result.name in _DICTIONARY_RESULTS or result.is_integer or result.is_float
    fits = fits or result.name.startswith("Interval")
    return fits and len(columns) == 1 and columns[0].type.low_cardinality


def nullable_if(type_: Type, parts: tuple[Typed, ...] | list[Typed]) -> Type:
    """`type_`, made Nullable when any of the parts is."""
    return type_.as_nullable() if any(part.type.nullable for part in parts) else type_


def combined(sql: str, type_: Type, parts: tuple[Typed, ...] | list[Typed], *, predicate: bool = False) -> Typed:
    """An expression over others; it is constant when they are, an aggregate when one is."""
    return Typed(
        sql,
        type_,
        predicate=predicate,
        constant=all(part.constant for part in parts),
        aggregate=any(part.aggregate for part in parts),
    )
