"""A table of the data set: its definition as queries see it, and its rows as Python values."""

from __future__ import annotations

from dataclasses import dataclass

from tinylite.sql.query import Column, Table
from tinylite.types import parse_type

Row = tuple[object, ...]
"""Values of a row: numbers, str (also for dates and times, in UTC), bool, list, dict for a Map, tuple, None."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """`blocks` are inserted one after the other, so that engines which merge rows keep them apart.

    `select` fills a table of aggregate states from other tables, by a SELECT in ClickHouse's SQL, a block each.
    """

    table: Table
    blocks: tuple[tuple[Row, ...], ...] = ()
    select: tuple[str, ...] = ()
    join: str = ""
    """Of a Join, such as "ANY LEFT"."""


def fixture(
    name: str,
    columns: str,
    rows: list[Row] | None = None,
    *,
    blocks: list[list[Row]] | None = None,
    select: list[str] | None = None,
    engine: str = "MergeTree",
    key: str = "",
    version: str | None = None,
    is_deleted: str | None = None,
    sign: str | None = None,
    summed: tuple[str, ...] = (),
    join: str = "",
) -> Fixture:
    """A fixture from a DDL-like text: a column a line, `name Type`. Without `key` rows keep their order. `join` is what
    a Join is, as in "ANY LEFT"; `key` is then what its rows are found by."""
    pairs = (line.strip().rstrip(",").split(" ", 1) for line in columns.strip().splitlines())
    parts = tuple(part.strip() for part in key.split(",") if part)
    table = Table(
        name,
        tuple(Column(column, parse_type(type_.strip())) for column, type_ in pairs),
        physical=name,
        engine="Join" if join else engine,
        sorting_key=() if join else parts,
        version=version,
        is_deleted=is_deleted,
        sign=sign,
        summed=summed,
        join_keys=parts if join else (),
        first_of_key=join.startswith(("ANY", "SEMI", "ANTI")) and join.endswith(("LEFT", "INNER")),
        looks_up=join == "ANY LEFT",
    )
    groups = blocks if blocks is not None else [rows] if rows else []
    return Fixture(table, tuple(tuple(group) for group in groups), tuple(select or ()), join)
