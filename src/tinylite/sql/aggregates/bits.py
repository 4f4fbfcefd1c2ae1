"""groupBitAnd, groupBitOr, groupBitXor, groupBitmap."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.basic import or_no_value
from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, State, Text, native
from tinylite.sql.physical import duckdb_type
from tinylite.types import Type
from tinylite.types.model import UINT8


def _cardinality(p: Parts) -> str:
    return f"CAST({p.rows.count_distinct(p.fill('{0}'))} AS {duckdb_type(_plain([p.args[0].type.plain], ()))})"


def _same(text: Text) -> State:
    return State(text, text, text)


def _merged(p: Parts) -> str:
    return f"list_distinct(flatten({p.collect('{0}')}))"


def _merged_count(p: Parts) -> str:
    return f"len({_merged(p)})"


def _plain(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return types[0].bare if types[0].is_integer else UINT8.as_nullable(types[0].nullable)


FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction("groupBitAnd", "integer", _plain, native("bit_and", "{0:number}"), "ones", aliases=("BIT_AND",),
                      case_insensitive=True, state=_same(native("bit_and", "{0:number}")),
                      doc="The bits that all values have."),
    *(
        AggregateFunction(name, "integer", _plain, native(duckdb, "{0:number}"), aliases=(duckdb.upper(),),
                          case_insensitive=True, state=_same(native(duckdb, "{0:number}")), doc=doc)
        for name, duckdb, doc in (
            ("groupBitOr", "bit_or", "The bits that any value has."),
            ("groupBitXor", "bit_xor", "The bits that an odd number of values has."),
        )
    ),
    AggregateFunction("groupBitmap", "integer", _plain, or_no_value(_cardinality), "never", skips_nulls=True,
                      state=State(lambda p: f"list_distinct({p.collect()})", or_no_value(_merged_count), _merged),
                      doc="Different whole numbers."),
]  # fmt: skip
