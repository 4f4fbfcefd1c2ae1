"""Aggregates × column types × how they are used: plain, over no rows, with combinators, merged, in a window."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from collections.abc import Iterator
from itertools import product

from tests.sql.probe import Probe, State

_ORDERED = ("count", "min", "max", "any", "anyLast", "uniq", "uniqExact", "uniqCombined", "uniqHLL12")
_NUMERIC = (
    "sum",
    "avg",
    "quantile(0.5)",
    "quantileExact(0.9)",
    "median",
    "stddevPop",
    "stddevSamp",
    "varPop",
    "varSamp",
    "sumMap",
)
_LISTS = ("groupArray", "groupUniqArray")
_COLUMNS = ("x", "u", "y", "n", "s", "ns", "g", "d", "t")
_NUMBERS = ("x", "u", "y", "n")
_ROUNDED = ("stddevPop", "stddevSamp", "varPop", "varSamp")


def _cases() -> Iterator[tuple[str, str]]:
    yield from product(_ORDERED, _COLUMNS)
    yield from product(_NUMERIC[:-1], _NUMBERS)
    yield from product(_LISTS, _COLUMNS)
    yield from (
        (name, f"{column}, {by}")
        for name in ("argMin", "argMax")
        for column in ("s", "n", "t")
        for by in ("x", "n", "t")
    )


def _call(name: str, suffix: str, arguments: str) -> str:
    bare, bracket, parameters = name.partition("(")
    call = f"{bare}{suffix}{bracket}{parameters}({arguments})"
    return f"arraySort({call})" if bare == "groupUniqArray" and "State" not in suffix else call


def _probe(sql: str, name: str) -> Probe:
    return Probe(sql, State("approx", "1e-12")) if name in _ROUNDED else Probe(sql)


def probes() -> Iterator[Probe]:
    for name, arguments in _cases():
        yield _probe(f"SELECT {_call(name, '', arguments)} FROM small", name)
        yield _probe(f"SELECT {_call(name, '', arguments)} FROM empty", name)
        yield _probe(f"SELECT g, {_call(name, '', arguments)} AS v FROM small GROUP BY g ORDER BY g", name)
        yield _probe(f"SELECT {_call(name, 'If', f'{arguments}, x > 5')} FROM small", name)
        yield _probe(f"SELECT {_call(name, 'If', f'{arguments}, x > 500')} FROM small", name)
        yield _probe(f"SELECT {_call(name, 'OrNull', arguments)} FROM empty", name)
        yield _probe(f"SELECT {_call(name, 'OrDefault', arguments)} FROM empty", name)
        state = _call(name, "State", arguments)
        merge = _call(name, "Merge", "v")
        yield _probe(f"SELECT {merge} FROM (SELECT g, {state} AS v FROM small GROUP BY g ORDER BY g)", name)
        yield _probe(f"SELECT {merge} FROM (SELECT {state} AS v FROM empty)", name)
        if name != "groupUniqArray":
            yield _probe(
                f"SELECT id, {_call(name, '', arguments)} OVER (PARTITION BY g ORDER BY id) AS v FROM small ORDER BY id",
                name,
            )
    for name, column in product(("sum", "avg", "count", "uniqExact", "min"), _NUMBERS):
        yield Probe(f"SELECT {_call(name, 'Distinct', column)}, {name}(DISTINCT {column}) FROM small")
        yield Probe(f"SELECT {_call(name, 'Array', f'[{column}, 1]')} FROM small")
        yield Probe(
            f"SELECT {_call(name, 'IfOrNull', f'{column}, x > 500')}, {_call(name, 'OrNullIf', f'{column}, x > 500')} FROM small"
        )
        yield Probe(f"SELECT {_call(name, 'ForEach', f'[{column}, 1]')} FROM small")
    for column in ("t3", "t6", "t_ny", "d32", "t9", "nd", "nt"):
        yield Probe(f"SELECT min({column}), max({column}), any({column}), uniqExact({column}) FROM times")
        yield Probe(f"SELECT arraySort(groupArray({column})) FROM times WHERE id < 5")
        yield Probe(
            f"SELECT minIf({column}, id > 100), maxOrNull({column}), argMax({column}, id), argMinIf({column}, id, id > 100) FROM times"
        )
