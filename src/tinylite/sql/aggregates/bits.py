"""groupBitAnd, groupBitOr, groupBitXor, groupBitmap."""

from __future__ import annotations

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text, first, native
from tinylite.sql.physical import duckdb_type


def _bit_and(p: Parts) -> str:
    """All bits are set where there is no value."""
    value = p.call("bit_and", "{0}")
    type_ = p.args[0].type.plain
    if type_.name == "AggregateFunction" or p.args[0].type.nullable:
        return value
    ones = f"{(1 << type_.bits) - 1}" if type_.is_unsigned else "-1"
    return f"coalesce({value}, CAST({ones} AS {duckdb_type(type_)}))"


def _cardinality(p: Parts) -> str:
    return f"CAST({p.rows.count_distinct(p.fill('{0}'))} AS {duckdb_type(p.args[0].type.plain)})"


def _same(text: Text) -> State:
    return State(text, text, text)


def _merged(p: Parts) -> str:
    return f"list_distinct(flatten({p.collect('{0}')}))"


def _merged_count(p: Parts) -> str:
    return f"len({_merged(p)})"


FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction("groupBitAnd", "integer", first, _bit_and, aliases=("BIT_AND",), case_insensitive=True,
                      state=_same(native("bit_and", "{0}")), doc="The bits that all values have."),
    *(
        AggregateFunction(name, "integer", first, native(duckdb, "{0}"), aliases=(duckdb.upper(),),
                          case_insensitive=True, state=_same(native(duckdb, "{0}")), doc=doc)
        for name, duckdb, doc in (
            ("groupBitOr", "bit_or", "The bits that any value has."),
            ("groupBitXor", "bit_xor", "The bits that an odd number of values has."),
        )
    ),
    AggregateFunction("groupBitmap", "integer", first, _cardinality, "never", nullable=False, skips_nulls=True,
                      state=State(lambda p: f"list_distinct({p.collect()})", _merged_count, _merged),
                      doc="Different whole numbers."),
]  # fmt: skip
