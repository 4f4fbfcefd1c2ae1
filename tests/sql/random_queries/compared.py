"""Rounds of random queries: a pair of tables each, asked of both engines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.sql.clickhouse import ClickHouse
from tests.sql.compare import column_type, difference
from tests.sql.embedded import Embedded
from tests.sql.random_queries.expressions import Expression, Expressions
from tests.sql.random_queries.queries import Queries, RandomQuery
from tests.sql.random_queries.schema import random_table
from tinylite.sql.query import Query, Table
from tinylite.types import Type

# Sums of floats depend on the order of their parts.
_BOUND = 1e-9
_QUERIES = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind`: `equal`; `refused` here and not there; `lenient`, the reverse; `differs`, in the answer or by failing."""

    kind: str
    sql: str
    detail: str = ""
    type: Type | None = None
    """Of the last column of equal answers."""


class Round:
    """A hundred queries over two random tables, all of it decided by `seed`."""

    def __init__(self, seed: int, ours: Embedded, theirs: ClickHouse) -> None:
        self._rng = random.Random(seed)
        self._ours, self._theirs = ours, theirs
        names = (f"t{seed}", f"u{seed}")
        fixtures = [random_table(self._rng, name, columns) for name, columns in zip(names, (10, 2), strict=True)]
        for fixture in fixtures:
            ours.add(fixture)
            theirs.add(fixture)
        self._reads: dict[str, Query | Table] = {fixture.table.name: fixture.table for fixture in fixtures}
        columns = [Expression(column.name, column.type) for column in fixtures[0].table.columns]
        self._table = names[0]
        self._expressions = Expressions(self._rng, columns)
        self._queries = Queries(self._rng, *names, self._expressions)

    def findings(self, queries: int = _QUERIES) -> Iterator[Finding]:
        """Half of the queries try a new expression; those that answer alike become parts of the other half."""
        for number in range(queries):
            if number < queries // 4 or number % 2:
                expression = self._expressions.grown()
                asked = self._asked(f"SELECT id, {expression.sql} AS r0 FROM {self._table} ORDER BY id")
                if asked.kind == "equal" and asked.type is not None:
                    self._expressions.keep(expression, asked.type)
                yield asked
                continue
            query = self._queries.query()
            finding = self._asked(query.sql, ordered=query.ordered)
            yield self._smallest(query, finding) if finding.kind == "differs" else finding

    def _asked(self, sql: str, *, ordered: bool = True) -> Finding:
        outcome = self._ours.answer(sql, reads=self._reads)
        expected = self._theirs.answer(sql)
        if "error" in expected:
            same = outcome.answer is None and outcome.stage in ("refused", "engine")
            return Finding("equal" if same else "lenient", sql, expected["error"])
        if outcome.answer is None:
            kind = "refused" if outcome.stage == "refused" else "differs"
            return Finding(kind, sql, f"{outcome.stage}: {outcome.failure}")
        found = difference(expected, outcome.answer, ordered=ordered, bound=_BOUND)
        if found:
            return Finding("differs", sql, found)
        return Finding("equal", sql, type=column_type(outcome.answer.meta[-1][1]))

    def _smallest(self, query: RandomQuery, finding: Finding) -> Finding:
        """The same fault with one selected expression."""
        for expression in query.selected:
            alone = self._asked(query.over.format(f"{expression.sql} AS r0"), ordered=query.ordered)
            if alone.kind == "differs":
                return alone
        return finding
