"""LIMIT, OFFSET and FETCH, also of the last rows, of a share of them and WITH TIES; LIMIT BY and DISTINCT ON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from tinylite.sql.clauses.positions import position
from tinylite.sql.errors import Fault
from tinylite.sql.projections import Projection
from tinylite.sql.scope import Scope

_ZERO = "0"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows: `last` counts them from the end, of a `share` the number is a part of all rows."""

    text: str
    last: bool = False
    share: bool = False

    @property
    def is_plain(self) -> bool:
        return not (self.last or self.share)

    def rows(self, total: str) -> str:
        return f"CAST(ceil({self.text} * {total}) AS BIGINT)" if self.share else self.text


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which rows are kept, of all or of each group."""

    limit: Count | None = None
    offset: Count | None = None
    ties: bool = False

    @property
    def is_plain(self) -> bool:
        return not self.ties and all(count is None or count.is_plain for count in (self.limit, self.offset))

    def condition(self, partition: Sequence[str], order: str) -> str:
        """A test of each row, with window functions."""
        by = f"PARTITION BY {', '.join(partition)}" if partition else ""
        over = f"{by} ORDER BY {order}" if order else by
        total, place = f"count(*) OVER ({by})", f"row_number() OVER ({over})"
        first, end, tests = _ZERO, total, []
        if self.offset is not None:
            if self.offset.last:
                end = f"{total} - {self.offset.text}"
                tests.append(f"{place} <= {end}")
            else:
                first = self.offset.rows(total)
                tests.append(f"{place} > {first}")
        if self.limit is not None and self.limit.last:
            latest = f"count(*) OVER ({over})" if self.ties else place
            tests.append(f"{latest} > {end} - {self.limit.text}")
        elif self.limit is not None:
            earliest = f"rank() OVER ({over})" if self.ties else place
            tests.append(f"{earliest} <= {first} + {self.limit.rows(total)}")
        return f"({' AND '.join(tests) or 'true'})"


@dataclass(frozen=True, slots=True)
class LimitBy:
    """LIMIT n BY keys: the first rows of each group, in the order of ORDER BY."""

    keys: tuple[str, ...]
    bounds: Bounds


def bounds(node: exp.Select, scope: Scope) -> Bounds:
    """LIMIT and OFFSET of a SELECT. Raises Fault for what is not a number of rows."""
    limit, offset = node.args.get("limit"), node.args.get("offset")
    if limit is not None and offset is not None and offset.expressions:  # LIMIT n OFFSET m BY …
        return Bounds()
    count = None if limit is None else limit.args["count" if isinstance(limit, exp.Fetch) else "expression"]
    options = limit.args.get("limit_options") if limit is not None else None
    ties = bool(options is not None and options.args.get("with_ties"))
    if ties and node.args.get("order") is None:
        raise Fault("TL405", "WITH TIES needs an ORDER BY", limit)
    if limit is not None and count is None:
        raise Fault("TL401", "FETCH needs a number of rows", limit)
    skipped = offset.expression if offset is not None else None
    return Bounds(_count(count, scope), _count(skipped, scope), ties)


def _count(node: exp.Expr | None, scope: Scope) -> Count | None:
    if node is None:
        return None
    value = scope.lower(node)
    if not value.constant or not value.type.is_number or value.literal is None:
        raise Fault("TL405", "LIMIT and OFFSET take constant numbers", node)
    if value.type.is_integer:
        if isinstance(value.literal, int) and value.literal < 0:
            return Count(str(-value.literal), last=True)
        return Count(value.number)
    if isinstance(value.literal, float) and 0 < value.literal < 1:
        return Count(value.sql, share=True)
    raise Fault("TL405", "LIMIT and OFFSET take whole numbers, or shares between 0 and 1", node)


def limit_by(node: exp.Select, scope: Scope, projections: Sequence[Projection]) -> LimitBy | None:
    """LIMIT n [OFFSET m] BY keys; DISTINCT ON (keys) is LIMIT 1 BY keys."""
    limit, offset = node.args.get("limit_by"), node.args.get("offset")
    if limit is not None:
        skipped = limit.args.get("offset")
        return _limit_by(limit.expressions, limit.expression, skipped, scope, projections)
    if offset is not None and offset.expressions and node.args.get("limit") is not None:
        return _limit_by(offset.expressions, node.args["limit"].expression, offset.expression, scope, projections)
    distinct = node.args.get("distinct")
    on = distinct.args.get("on") if distinct is not None else None
    if on is None:
        return None
    keys = on.expressions if isinstance(on, exp.Tuple) else [on.unnest()]
    return _limit_by(keys, exp.Literal.number(1), None, scope, projections)


def _limit_by(
    nodes: Sequence[exp.Expr],
    count: exp.Expr,
    skipped: exp.Expr | None,
    scope: Scope,
    projections: Sequence[Projection],
) -> LimitBy:
    keys = []
    for node in nodes:
        if isinstance(node, exp.Column | exp.Var) and node.name.upper() == "ALL":
            keys += [projection.value.value for projection in projections]
            continue
        place = position(node, len(projections))
        keys.append(projections[place - 1].value.value if place else scope.lower_reported(node).value)
    return LimitBy(tuple(keys), Bounds(_count(count, scope), _count(skipped, scope)))
