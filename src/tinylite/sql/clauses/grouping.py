"""GROUP BY: keys, and what ROLLUP, CUBE, GROUPING SETS and WITH TOTALS add.

A row that sums up over a key shows the default of the key's type, not NULL (group_by_use_nulls = 0).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlglot import exp

from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.clauses.positions import position
from tinylite.sql.emit import Select
from tinylite.sql.errors import Fault
from tinylite.sql.naming import function_name
from tinylite.sql.physical import default_value
from tinylite.sql.projections import Projection
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed

# There are 2 to the power of it many sets.
MAX_CUBE = 10


@dataclass(frozen=True, slots=True)
class Grouping:
    """The keys of a GROUP BY. `text` is what stands behind the words; empty when there are no keys but constants."""

    keys: tuple[Typed, ...]
    text: str
    has_sets: bool
    """Whether some rows sum up over keys: ROLLUP, CUBE, GROUPING SETS."""
    needs_rows: bool
    """Whether there is no group without rows. Only the empty GROUPING SET makes one of nothing."""

    @property
    def folded(self) -> dict[str, Typed]:
        """What a key is in the result, by the text that it has in the input."""
        return {key.value: _folded(key) for key in self.keys if not key.is_literal} if self.has_sets else {}

    @property
    def totals(self) -> dict[str, Typed]:
        """What a key is in the row of WITH TOTALS."""
        return {key.value: Typed(default_value(key.type), key.type, constant=True) for key in self.keys}


def _folded(key: Typed) -> Typed:
    """A key of a type that is not Nullable is NULL in DuckDB only where it was summed up over."""
    if key.type.nullable:
        return Typed(key.exact, key.type)
    return Typed(f"coalesce({key.value}, {default_value(key.type)})", key.type)


def grouping(node: exp.Select, scope: Scope, projections: Sequence[Projection]) -> Grouping | None:
    """None without GROUP BY. Raises Fault for sets beside other keys, which ClickHouse has not."""
    group = node.args.get("group")
    if group is None:
        return None
    if group.args.get("all"):
        return _plain(_all_keys(scope, projections), implied=True)
    nodes = group.expressions
    first = nodes[0] if nodes else None
    if isinstance(first, exp.Rollup | exp.Cube | exp.GroupingSets):
        if len(nodes) > 1:
            raise Fault("TL401", f"{type(first).__name__.upper()} can't stand beside other keys", first)
        return _sets(first, scope, projections)
    keys = _keys(nodes, scope, projections)
    if group.args.get("rollup"):
        return _of_sets(_prefixes(keys), needs_rows=True)
    if group.args.get("cube"):
        return _of_sets(_subsets(keys), needs_rows=True)
    return _plain(keys)


def _plain(keys: Sequence[Typed], *, implied: bool = False) -> Grouping:
    """Without any column all rows are one group; if the keys are written down, only if there is a row."""
    columns = [key for key in keys if not key.is_literal]
    return Grouping(tuple(keys), _listed(columns), has_sets=False, needs_rows=not columns and not implied)


def _listed(keys: Iterable[Typed]) -> str:
    return ", ".join(dict.fromkeys(key.exact for key in keys))


def _keys(nodes: Sequence[exp.Expr], scope: Scope, projections: Sequence[Projection]) -> list[Typed]:
    found: list[Typed] = []
    for node in nodes:
        place = position(node, len(projections))
        key = projections[place - 1].value if place else scope.lower_reported(node)
        if key.aggregate:
            raise Fault("TL405", "an aggregate function can't be a key of GROUP BY", node)
        # The elements of a tuple are keys, too.
        found += key.elements if isinstance(node, exp.Tuple) and key.elements is not None else [key]
    return list({key.value: key for key in found}.values())


def _sets(node: exp.Expr, scope: Scope, projections: Sequence[Projection]) -> Grouping:
    if isinstance(node, exp.GroupingSets):
        parts = [part.expressions if isinstance(part, exp.Tuple) else [part.unnest()] for part in node.expressions]
        return _of_sets([_keys(part, scope, projections) for part in parts], needs_rows=False)
    keys = _keys(node.expressions, scope, projections)
    return _of_sets(_prefixes(keys) if isinstance(node, exp.Rollup) else _subsets(keys), needs_rows=True)


def _prefixes(keys: Sequence[Typed]) -> list[list[Typed]]:
    return [list(keys[:size]) for size in range(len(keys), -1, -1)]


def _subsets(keys: Sequence[Typed]) -> list[list[Typed]]:
    if len(keys) > MAX_CUBE:
        raise Fault("TL410", f"CUBE of more than {MAX_CUBE} keys")
    return [list(subset) for size in range(len(keys), -1, -1) for subset in combinations(keys, size)]


def _of_sets(sets: Sequence[Sequence[Typed]], *, needs_rows: bool) -> Grouping:
    """Constants are left out: they are the same in every row, also of the sums."""
    texts = ", ".join(f"({_listed(key for key in keys if not key.is_literal)})" for keys in sets)
    return Grouping(tuple(key for keys in sets for key in keys), f"GROUPING SETS ({texts})", True, needs_rows)


def _all_keys(scope: Scope, projections: Sequence[Projection]) -> list[Typed]:
    """GROUP BY ALL: everything in the SELECT list that stands outside of aggregates."""
    keys: list[Typed] = []
    for projection in projections:
        if not projection.value.aggregate:
            keys.append(projection.value)
        elif projection.node is not None:
            keys += _beside_aggregates(projection.node, scope)
    return [key for key in keys if not key.is_literal]


def _beside_aggregates(node: exp.Expr, scope: Scope) -> list[Typed]:
    """The parts of an expression with aggregates that have none, unless an aggregate holds them."""
    if _is_aggregate(node):
        return []
    found: list[Typed] = []
    for child in node.iter_expressions():
        if isinstance(child, exp.Identifier | exp.Literal | exp.DataType):
            continue
        value = scope.lower(child)
        found += _beside_aggregates(child, scope) if value.aggregate else [value]
    return found


def _is_aggregate(node: exp.Expr) -> bool:
    if isinstance(node, exp.Anonymous):
        return find_aggregate(function_name(node)) is not None
    return isinstance(node, exp.ParameterizedAgg | exp.Filter)


def check_keys(listed: Iterable[Projection], group: Grouping | None, scope: Scope) -> None:
    """Reports columns outside of aggregates that are no keys. Sets of keys are left to the engine."""
    if group is not None and group.has_sets:
        return
    keys = {key.value for key in group.keys} if group is not None else set()
    for projection in listed:
        if projection.node is not None and projection.value.value not in keys:
            with scope.reported(projection.node):
                _check(projection.node, keys, scope, ())


def _check(node: exp.Expr, keys: set[str], scope: Scope, above: tuple[exp.Expr, ...]) -> None:
    if _is_aggregate(node) or isinstance(node, exp.Query | exp.Window | exp.Lambda | exp.Identifier | exp.Literal):
        return
    if not isinstance(node, exp.Column):
        for child in node.iter_expressions():
            _check(child, keys, scope, (*above, node))
        return
    if not node.table and (node.name in scope.aliases or node.name in scope.scalars):
        return  # looked at where it is defined
    value = scope.lower(node)
    if value.constant or value.aggregate or any(key in value.sql for key in keys) or not scope.is_own(value):
        return
    if not any(scope.lower(whole).value in keys for whole in reversed(above)):
        raise Fault("TL405", f"column {node.name} is not under an aggregate function and not in GROUP BY", node)


def totals(select: Select, group: Grouping, items: Sequence[str]) -> str:
    """WITH TOTALS: the aggregates over all rows whose group is in the result. `items` have defaults for the keys."""
    where = list(select.where)
    if select.having and group.text:
        keys = f"[{', '.join(f'({{k: {key.exact}}})' for key in group.keys if not key.is_literal)}]"
        kept = Select(items=[keys], from_=select.from_, where=where, group=group.text, having=select.having)
        where = [*where, f"{keys} IN ({kept.sql()})"]
    return Select(items=list(items), from_=select.from_, where=where).sql()
