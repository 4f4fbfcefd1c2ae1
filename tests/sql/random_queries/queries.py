"""Random SELECTs out of random expressions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.sql.random_queries.expressions import UNORDERED, Expression, Expressions
from tinylite.sql.aggregates.registry import FAMILIES
from tinylite.types.model import STRING

# Their answers are estimates, or depend on the order in which a group's rows come.
_UNSURE_NAMES = """
    groupArraySample anyHeavy topK topKWeighted approx_top_k approx_top_sum approx_top_count quantileTDigest
    quantilesTDigest quantileTDigestWeighted quantilesTDigestWeighted quantileBFloat16 quantilesBFloat16
    quantileDD quantilesDD quantileGK quantilesGK quantileDeterministic quantilesDeterministic histogram
    quantileTiming quantilesTiming quantileTimingWeighted quantilesTimingWeighted medianTDigest medianBFloat16
    medianTiming quantileInterpolatedWeighted quantilesInterpolatedWeighted medianInterpolatedWeighted
"""
_UNSURE = frozenset(_UNSURE_NAMES.split())
# Which state comes first is open.
_FIRST_COME = frozenset({"any", "anyLast", "groupArray", "groupArrayLast", "groupConcat", "argMin", "argMax",
                         "groupArrayInsertAt", "any_respect_nulls", "anyLast_respect_nulls"})  # fmt: skip
_PARAMETERS = {"quantile": "(0.9)", "quantiles": "(0.5, 0.9)", "quantileExact": "(0.25)", "groupArray": "(2)"}


@dataclass(frozen=True, slots=True)
class RandomQuery:
    """`selected` are the expressions of the answer's last columns, for finding the one that differs."""

    sql: str
    selected: tuple[Expression, ...]
    over: str
    """What follows SELECT …, with one expression in its place: `SELECT {} FROM t`."""
    ordered: bool = False


class Queries:
    """SELECTs over `table` (columns `id`, unique, and `k`, of few values) and `other`, which has the same two."""

    def __init__(self, rng: random.Random, table: str, other: str, expressions: Expressions) -> None:
        self._rng = rng
        self._table = table
        self._other = other
        self._expressions = expressions
        self._aggregates = [
            f for family in FAMILIES.values() for f in family if not f.window_only and f.name not in _UNSURE
        ]

    def query(self) -> RandomQuery:
        forms: Sequence[tuple[Callable[[], RandomQuery], int]] = (
            (self._rows, 5),
            (self._groups, 5),
            (self._total, 2),
            (self._window, 2),
            (self._nested, 2),
            (self._join, 2),
            (self._distinct, 1),
            (self._merged, 1),
            (self._limit_by, 1),
            (self._ranked, 1),
            (self._array_join, 1),
            (self._with, 2),
            (self._union, 1),
            (self._in_subquery, 1),
            (self._shadowed, 1),
            (self._rolled_up, 1),
            (self._sorted, 1),
        )
        return self._rng.choices([form for form, _ in forms], [weight for _, weight in forms])[0]()

    # -- parts ------------------------------------------------------------------------------------------------------

    def _some(self, most: int = 3) -> list[Expression]:
        return [self._rng.choice(self._expressions.pool) for _ in range(self._rng.randint(1, most))]

    def _where(self) -> str:
        condition = self._expressions.fitting("condition") if self._rng.random() < 0.4 else None
        return f" WHERE {condition.sql}" if condition else ""

    def _aggregate(self, *, sortable: bool = True) -> Expression:
        """Typed as nothing in particular: aggregates are not put into other expressions here."""
        chosen = self._aggregates if sortable else [f for f in self._aggregates if f.name not in UNORDERED]
        function = self._rng.choice(chosen)
        arguments: list[Expression] = []
        for kind in function.signature.split():
            if kind.endswith("?") and self._rng.random() < 0.6:
                break
            found = self._expressions.fitting(kind.rstrip("?*")) or self._rng.choice(self._expressions.pool)
            arguments.append(found)
        name, texts = function.name, [argument.sql for argument in arguments]
        suffixes = ("", "If", "OrNull", "Distinct", "Array", "OrDefault", "ForEach", "Map", "IfOrNull")
        if function.name in UNORDERED:  # sorted as a whole only
            suffixes = tuple(suffix for suffix in suffixes if suffix not in ("ForEach", "Map"))
        if function.name in _FIRST_COME:
            suffixes = tuple(suffix for suffix in suffixes if suffix != "Distinct")
        weights = {"": 8, "If": 3, "Map": 0.5, "IfOrNull": 0.5}
        suffix = self._rng.choices(suffixes, [weights.get(one, 1) for one in suffixes])[0]
        if suffix.startswith("If"):
            texts.append((self._expressions.fitting("condition") or self._expressions.pool[0]).sql)
        elif suffix in ("Array", "ForEach"):
            texts = [f"[{text}]" for text in texts]
        elif suffix == "Map":
            texts = [f"map('k', {text})" for text in texts]
        sql = f"{name}{suffix}{_PARAMETERS.get(function.name, '')}({', '.join(texts)})"
        return Expression(f"arraySort({sql})" if sortable and name in UNORDERED else sql, STRING)

    # -- forms ------------------------------------------------------------------------------------------------------

    def _rows(self) -> RandomQuery:
        chosen, where = self._some(), self._where()
        limit = self._rng.choice(("", "", " LIMIT 3", " LIMIT 2, 3", " LIMIT 5 OFFSET 1"))
        over = f"SELECT id, {{}} FROM {self._table}{where} ORDER BY id{limit}"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _groups(self) -> RandomQuery:
        keys, chosen, where = self._some(2), [self._aggregate() for _ in range(self._rng.randint(1, 3))], self._where()
        named = ", ".join(f"{key.sql} AS key{number}" for number, key in enumerate(keys))
        names = ", ".join(f"key{number}" for number in range(len(keys)))
        having = " HAVING count() > 1" if self._rng.random() < 0.2 else ""
        over = f"SELECT {named}, {{}} FROM {self._table}{where} GROUP BY {names}{having}"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over)

    def _total(self) -> RandomQuery:
        chosen, where = [self._aggregate() for _ in range(self._rng.randint(1, 3))], self._where()
        over = f"SELECT {{}} FROM {self._table}{where}"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over)

    def _window(self) -> RandomQuery:
        partition = self._rng.choice(("", "PARTITION BY k "))
        frame = self._rng.choice(
            ("", " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING")
        )
        chosen = [
            Expression(f"{self._aggregate(sortable=False).sql} OVER ({partition}ORDER BY id{frame})", STRING)
            for _ in range(self._rng.randint(1, 2))
        ]
        over = f"SELECT id, {{}} FROM {self._table} ORDER BY id"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _nested(self) -> RandomQuery:
        inner = self._some()
        named = ", ".join(f"{one.sql} AS a{number}" for number, one in enumerate(inner))
        outer = [Expression(f"toString(a{number})", STRING) for number in range(len(inner))]
        outer.append(Expression("count()", STRING))
        groups = ", ".join(f"a{number}" for number in range(len(inner)))
        over = f"SELECT {{}} FROM (SELECT {named} FROM {self._table}{self._where()}) GROUP BY {groups}"
        return RandomQuery(over.format(_listed(outer)), tuple(outer), over)

    def _join(self) -> RandomQuery:
        kinds = (
            "INNER JOIN",
            "LEFT JOIN",
            "FULL JOIN",
            "RIGHT JOIN",
            "LEFT SEMI JOIN",
            "LEFT ANTI JOIN",
            "ANY LEFT JOIN",
        )
        kind = self._rng.choice(kinds)
        inner = self._some(2)
        named = ", ".join(f"{one.sql} AS a{number}" for number, one in enumerate(inner))
        names = [Expression(f"a{number}", one.type, ()) for number, one in enumerate(inner)]
        on = self._rng.choice(("l.id = r.id", "l.id = r.id AND l.k = r.k"))
        right = "" if "SEMI" in kind or "ANTI" in kind else ", r.*"
        over = (
            f"SELECT l.id AS lid, {{}}{right} FROM (SELECT id, k, {named} FROM {self._table}) AS l "
            f"{kind} (SELECT * FROM {self._other} WHERE id % 2 = 0) AS r ON {on}"
        )
        return RandomQuery(over.format(_listed(names)), tuple(names), over)

    def _distinct(self) -> RandomQuery:
        chosen, where = self._some(2), self._where()
        over = f"SELECT DISTINCT {{}} FROM {self._table}{where}"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over)

    def _limit_by(self) -> RandomQuery:
        chosen = self._some(2)
        over = f"SELECT id, k, {{}} FROM {self._table} ORDER BY id LIMIT 2 BY k"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _ranked(self) -> RandomQuery:
        """Functions that only windows have."""
        value = self._rng.choice(self._expressions.pool).sql
        function = self._rng.choice((
            "row_number()", "rank()", "dense_rank()", f"lagInFrame({value})", f"leadInFrame({value}, 2)",
            f"first_value({value})", f"last_value({value})", f"nth_value({value}, 2)", "ntile(3)",
        ))  # fmt: skip
        frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
        chosen = [Expression(f"{function} OVER (PARTITION BY k ORDER BY id {frame})", STRING)]
        over = f"SELECT id, {{}} FROM {self._table} ORDER BY id"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _array_join(self) -> RandomQuery:
        array = self._expressions.fitting("array")
        text = array.sql if array else "[1, 2]"
        left = self._rng.choice(("", "LEFT "))
        chosen = [Expression("e", STRING), *self._some(1)]
        over = f"SELECT id, {{}} FROM {self._table} {left}ARRAY JOIN {text} AS e"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over)

    def _with(self) -> RandomQuery:
        """A common table, or an expression with a name."""
        inner = self._some(2)
        if self._rng.random() < 0.5:
            names = [Expression(f"w{number}", one.type) for number, one in enumerate(inner)]
            named = ", ".join(f"{one.sql} AS w{number}" for number, one in enumerate(inner))
            over = f"WITH {named} SELECT id, {{}} FROM {self._table} ORDER BY id"
            return RandomQuery(over.format(_listed(names)), tuple(names), over, ordered=True)
        names = [Expression(f"a{number}", one.type) for number, one in enumerate(inner)]
        named = ", ".join(f"{one.sql} AS a{number}" for number, one in enumerate(inner))
        over = f"WITH q AS (SELECT id, {named} FROM {self._table}{self._where()}) SELECT id, {{}} FROM q ORDER BY id"
        return RandomQuery(over.format(_listed(names)), tuple(names), over, ordered=True)

    def _union(self) -> RandomQuery:
        first, second = self._rng.choice(self._expressions.pool), self._rng.choice(self._expressions.pool)
        over = f"SELECT {{}} FROM {self._table} UNION ALL SELECT {second.sql} FROM {self._table} WHERE id < 3"
        return RandomQuery(over.format(_listed([first])), (first,), over)

    def _in_subquery(self) -> RandomQuery:
        chosen, one = self._some(1), self._rng.choice(self._expressions.pool)
        word = self._rng.choice(("IN", "NOT IN"))
        where = f"{one.sql} {word} (SELECT {one.sql} FROM {self._table} WHERE id % 2 = 0)"
        over = f"SELECT id, {{}} FROM {self._table} WHERE {where} ORDER BY id"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _shadowed(self) -> RandomQuery:
        """An alias that is the name of a column, and is used beside it."""
        column, one = self._rng.choice(self._expressions.pool[2:10]), self._rng.choice(self._expressions.pool[2:10])
        chosen = [Expression(f"toString({column.sql})", STRING)]
        over = f"SELECT id, {one.sql} AS {column.sql}, {{}} FROM {self._table} ORDER BY id"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _rolled_up(self) -> RandomQuery:
        word = self._rng.choice(("WITH ROLLUP", "WITH CUBE", "WITH TOTALS"))
        chosen = [self._aggregate()]
        over = f"SELECT k, id % 2 AS odd, {{}} FROM {self._table} GROUP BY k, odd {word}"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over)

    def _sorted(self) -> RandomQuery:
        """By a column of any type, the rows that are equal by `id`."""
        chosen, key = self._some(1), self._rng.choice(self._expressions.pool)
        direction = self._rng.choice(("", " DESC", " NULLS FIRST", " DESC NULLS FIRST"))
        over = f"SELECT id, {{}} FROM {self._table} ORDER BY {key.sql}{direction}, id LIMIT 7"
        return RandomQuery(over.format(_listed(chosen)), tuple(chosen), over, ordered=True)

    def _merged(self) -> RandomQuery:
        """An aggregate by way of its states."""
        passed = _FIRST_COME | UNORDERED
        function = self._rng.choice([f for f in self._aggregates if f.state is not None and f.name not in passed])
        kinds = [kind.rstrip("?*") for kind in function.signature.split()]
        texts = [(self._expressions.fitting(kind) or self._rng.choice(self._expressions.pool)).sql for kind in kinds]
        parameters = _PARAMETERS.get(function.name, "")
        chosen = Expression(f"{function.name}Merge{parameters}(state)", STRING)
        inner = f"SELECT k, id % 3 AS part, {function.name}State{parameters}({', '.join(texts)}) AS state"
        over = f"SELECT k, {{}} FROM ({inner} FROM {self._table} GROUP BY k, part) GROUP BY k"
        return RandomQuery(over.format(chosen.sql), (chosen,), over)


def _listed(chosen: Sequence[Expression]) -> str:
    return ", ".join(f"{one.sql} AS r{number}" for number, one in enumerate(chosen))
