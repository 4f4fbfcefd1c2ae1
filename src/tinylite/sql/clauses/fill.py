"""ORDER BY … WITH FILL: rows for the values that are missing between the first and the last.

The rows of the SELECT become a common table. For each key with WITH FILL the values of a grid are laid over them, from
FROM (or the first value) in steps of STEP to TO (or the last value); those that no row has are added, with defaults in
all other columns. The keys before the first one with WITH FILL part the rows into groups, each filled by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinylite.sql.clauses.grid import Grid, grid_of
from tinylite.sql.clauses.interpolate import interpolated, interpolations
from tinylite.sql.clauses.ordering import OrderColumn, Ordering, order_columns
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.scope import Output, Scope
from tinylite.types import Type


@dataclass(frozen=True, slots=True)
class _Key:
    """A key of ORDER BY, and its grid when it is filled."""

    column: OrderColumn
    grid: Grid | None

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def type(self) -> Type:
        return self.column.ordering.value.type


def has_fill(orderings: Sequence[Ordering]) -> bool:
    return any(ordering.item.args.get("with_fill") for ordering in orderings)


def filled(select: Select, columns: Sequence[Output], orderings: Sequence[Ordering], scope: Scope) -> Select:
    """A SELECT around this one that has the missing rows, too, in order; its items are open. Raises Fault."""
    keys = _keys(select, columns, orderings, scope)
    rows = scope.context.unique("rows")
    tables = {rows: f"MATERIALIZED ({select.sql()})"}
    _add_missing(keys, rows, tables)
    cells = {quoted(column.physical): column.type for column in columns} | {key.name: key.type for key in keys}
    given = ", ".join(cells)
    made = ", ".join(f"{cell} AS {name}" for name, cell in _made(cells, keys).items())
    body = f"(SELECT {given}, false AS _added FROM {rows} UNION ALL SELECT {made}, true FROM {list(tables)[-1]})"
    order = ", ".join([*(key.column.text for key in keys), "_added"])
    fill = _last(keys).column.ordering.item.args["with_fill"]
    if parts := interpolations(fill, columns, {key.name for key in keys}, scope):
        body, order = interpolated(body, order, cells, parts, scope), "_place"
    source = f"(WITH {', '.join(f'{name} AS {sql}' for name, sql in tables.items())} SELECT * FROM {body})"
    return Select(from_=f"{source} AS _filled", order=[order])


def _keys(select: Select, columns: Sequence[Output], orderings: Sequence[Ordering], scope: Scope) -> list[_Key]:
    if select.distinct and any(ordering.place is None for ordering in orderings):
        raise Fault("TL406", "the keys of WITH FILL must be in the list of SELECT DISTINCT", orderings[0].item)
    found = [
        _Key(column, grid_of(column.ordering.value, column.ordering.item, scope))
        for column in order_columns(select, columns, orderings)
    ]
    gridded = [index for index, key in enumerate(found) if key.grid is not None]
    if gridded[-1] - gridded[0] >= len(gridded):
        raise Fault("TL406", "keys with WITH FILL must stand side by side", orderings[gridded[-1]].item)
    return found


def _last(keys: Sequence[_Key]) -> _Key:
    return [key for key in keys if key.grid is not None][-1]


def _made(cells: Mapping[str, Type], keys: Sequence[_Key]) -> dict[str, str]:
    """What a row that is added holds: its keys, and defaults."""
    filled_keys = {key.name for key in keys[: keys.index(_last(keys)) + 1]}
    return {name: name if name in filled_keys else default_value(type_) for name, type_ in cells.items()}


def _add_missing(keys: Sequence[_Key], rows: str, tables: dict[str, str]) -> None:
    """Adds a table for each key with WITH FILL: the last one holds the keys of all rows to add."""
    first = next(index for index, key in enumerate(keys) if key.grid is not None)
    prefix, made = list(keys[:first]), ""
    for level, key in enumerate(keys[first : keys.index(_last(keys)) + 1], start=1):
        name = f"{rows}_{level}"
        tables[name] = f"({_missing(key, prefix, rows, made)})"
        prefix.append(key)
        made = name


def _missing(key: _Key, prefix: Sequence[_Key], rows: str, made: str) -> str:
    """The values of one key that no row has. `made` are the rows that the keys before it have added."""
    assert key.grid is not None
    grid, names = key.grid, [before.name for before in prefix]
    listed = "".join(f"{name}, " for name in names)
    bounds = _bounds(key, grid, prefix, rows, made)
    same = "".join(f"r.{name} IS NOT DISTINCT FROM p.{name} AND " for name in names)
    kept = f"NOT EXISTS (SELECT 1 FROM {rows} AS r WHERE {same}r.{key.name} = p.{key.name})"
    if grid.stale:
        kept += f" AND EXISTS (SELECT 1 FROM {rows} AS r WHERE {same}{grid.fresh(f'r.{key.name}', f'p.{key.name}')})"
    sql = f"SELECT {listed}{key.name} FROM ({grid.points(listed, bounds, key.name)}) AS p WHERE {kept}"
    return f"{sql} UNION ALL {_of_made(key, grid, listed, made)}" if made else sql


def _bounds(key: _Key, grid: Grid, prefix: Sequence[_Key], rows: str, made: str) -> str:
    """A SELECT of `_from` and `_to` for each group of rows."""
    names = ", ".join(before.name for before in prefix)
    if not names:
        return f"SELECT {grid.given}" if grid.given else f"SELECT {grid.bounds(key.name)} FROM {rows}"
    if not grid.given:
        return f"SELECT {names}, {grid.bounds(key.name)} FROM {rows} GROUP BY {names}"
    groups = f"SELECT DISTINCT {names}, {grid.given} FROM {rows}"
    if made:
        return groups
    # Without any row the range is filled nevertheless.
    nothing = ", ".join(default_value(before.type) for before in prefix)
    return f"{groups} UNION ALL SELECT {nothing}, {grid.given} WHERE NOT EXISTS (SELECT 1 FROM {rows})"


def _of_made(key: _Key, grid: Grid, listed: str, made: str) -> str:
    """A row that another key has added gets the whole range when it is written, else one value."""
    if grid.given:
        return grid.points(listed, f"SELECT {listed}{grid.given} FROM {made}", key.name)
    return f"SELECT {listed}{grid.start or default_value(key.type)} AS {key.name} FROM {made}"
