"""Projects of states: each aggregate as -State, -IfState and -MergeState over two levels, and of simple states.

They are made here, since they are all alike; `written` in projects.py gives them with the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_SOURCE = """SCHEMA >
    id UInt32, k UInt8, small UInt32, signed Int32, f Float64, s String, maybe Nullable(Int32), day Date, at DateTime,
    list Array(UInt32), flag Bool
ENGINE_SORTING_KEY id
"""
_TYPES = {
    "id": "UInt32", "k": "UInt8", "small": "UInt32", "signed": "Int32", "f": "Float64", "s": "String",
    "maybe": "Nullable(Int32)", "day": "Date", "at": "DateTime", "list": "Array(UInt32)",
}  # fmt: skip


@dataclass(frozen=True)
class _Aggregate:
    """`name` with its parameters, as in `quantile(0.9)`; `shown` is what a question makes of its result."""

    name: str
    columns: tuple[str, ...] = ()
    shown: str = "{}"

    @property
    def types(self) -> str:
        return ", ".join(_TYPES[column] for column in self.columns)

    def call(self, ending: str, *arguments: str) -> str:
        name, bracket, parameters = self.name.partition("(")
        return f"{name}{ending}{bracket}{parameters}({', '.join(arguments)})"

    def kept(self, ending: str = "", more: str = "") -> str:
        name, bracket, parameters = self.name.partition("(")
        types = ", ".join(part for part in (self.types, more) if part)
        return f"AggregateFunction({name}{ending}{bracket}{parameters}" + (f", {types})" if types else ")")


_A = _Aggregate
_SORTED = "arraySort({})"
_FAMILIES: dict[str, tuple[_Aggregate, ...]] = {
    "counts and sums": (
        _A("count"), _A("count", ("maybe",)), _A("sum", ("small",)), _A("sum", ("signed",)), _A("sum", ("f",)),
        _A("sum", ("maybe",)), _A("avg", ("f",)), _A("avg", ("small",)), _A("avg", ("maybe",)),
        _A("sumWithOverflow", ("small",)), _A("stddevPop", ("f",)), _A("stddevSamp", ("f",)), _A("varPop", ("f",)),
        _A("varSamp", ("small",)),
    ),
    "single values": (
        _A("min", ("small",)), _A("max", ("f",)), _A("min", ("s",)), _A("max", ("at",)), _A("min", ("day",)),
        _A("max", ("maybe",)), _A("any", ("k",)), _A("anyLast", ("k",)), _A("argMax", ("s", "id")),
        _A("argMin", ("f", "id")), _A("argMax", ("maybe", "id")), _A("argMax", ("at", "id")), _A("argMin", ("s", "id")),
    ),
    "different values": (
        _A("uniq", ("small",)), _A("uniq", ("s",)), _A("uniq", ("s", "small")), _A("uniqExact", ("s",)),
        _A("uniqExact", ("maybe",)), _A("uniqCombined", ("small",)), _A("uniqCombined64", ("s",)),
        _A("uniqHLL12", ("s",)), _A("groupUniqArray", ("s",), _SORTED),
        _A("groupUniqArray", ("small",), _SORTED), _A("groupArray", ("id",), _SORTED),
        _A("groupArray", ("s",), _SORTED), _A("groupArrayDistinct", ("s",), _SORTED), _A("topK(20)", ("s",), _SORTED),
        _A("groupBitOr", ("small",)), _A("groupBitAnd", ("small",)), _A("groupBitXor", ("small",)),
    ),
    "quantiles": (
        _A("quantile(0.9)", ("f",)), _A("quantile", ("small",)), _A("quantiles(0.5, 0.9)", ("f",)),
        _A("quantileExact(0.9)", ("f",)), _A("quantilesExact(0.5, 0.9)", ("small",)), _A("median", ("f",)),
        _A("medianExact", ("small",)), _A("quantileTiming(0.9)", ("small",)),
        _A("quantilesTiming(0.5, 0.99)", ("small",)),
        _A("quantileExactLow(0.5)", ("small",)), _A("quantileExactHigh(0.5)", ("small",)),
        _A("quantileTDigest(0.9)", ("f",)), _A("quantilesTDigest(0.5, 0.9)", ("f",)),
    ),
}  # fmt: skip
_SIMPLE = {
    "sum": ("small", "UInt64", "{}"), "min": ("signed", "Int32", "{}"), "max": ("f", "Float64", "{}"),
    "any": ("k", "UInt8", "{}"), "anyLast": ("k", "UInt8", "{}"), "groupBitOr": ("small", "UInt32", "{}"),
    "groupUniqArrayArray": ("list", "Array(UInt32)", _SORTED), "groupArrayArray": ("list", "Array(UInt32)", _SORTED),
}  # fmt: skip


def made() -> Iterator[tuple[str, dict[str, str], tuple[str, ...]]]:
    """Titles, files and questions."""
    for title, aggregates in _FAMILIES.items():
        yield f"States: {title}", _files(aggregates), tuple(_reads(aggregates))
    yield "Simple states of all kinds", _simple_files(), tuple(_simple_reads())


def _files(aggregates: tuple[_Aggregate, ...]) -> dict[str, str]:
    numbered = list(enumerate(aggregates))
    kept = [f"a{n} {a.kept()}" for n, a in numbered] + [f"b{n} {a.kept('If', 'UInt8')}" for n, a in numbered]
    states = [f"{a.call('State', *a.columns)} AS a{n}" for n, a in numbered]
    states += [f"{a.call('IfState', *a.columns, 'toUInt8(signed > 0)')} AS b{n}" for n, a in numbered]
    merged = [f"{a.call('MergeState', f'a{n}')} AS a{n}" for n, a in numbered]
    merged += [f"{a.call('IfMergeState', f'b{n}')} AS b{n}" for n, a in numbered]
    return {
        "rows.datasource": _SOURCE,
        "fine.datasource": _target("k UInt8, day Date", kept, "k, day"),
        "coarse.datasource": _target("day Date", kept, "day"),
        "to_fine.pipe": _view("fine", f"k, day, {', '.join(states)}\n    FROM rows GROUP BY k, day"),
        "to_coarse.pipe": _view("coarse", f"day, {', '.join(merged)}\n    FROM fine GROUP BY day"),
    }


def _reads(aggregates: tuple[_Aggregate, ...]) -> Iterator[str]:
    """-MergeState of -IfState names its condition in the type."""
    cells = [a.shown.format(a.call("Merge", f"a{n}")) for n, a in enumerate(aggregates)]
    cells += [a.shown.format(a.call("IfMerge", f"b{n}")) for n, a in enumerate(aggregates)]
    cells = [f"{cell} AS r{number}" for number, cell in enumerate(cells)]
    yield f"SELECT k, day, {', '.join(cells)} FROM fine GROUP BY k, day ORDER BY k, day"
    # `any` and `anyLast` are of k, which is one value in each group only where it is a part of the key.
    known = [c for c, a in zip(cells, (*aggregates, *aggregates), strict=True) if not a.name.startswith("any")]
    yield f"SELECT day, {', '.join(known)} FROM coarse GROUP BY day ORDER BY day"
    yield f"SELECT {', '.join(known)} FROM fine"


def _target(keys: str, columns: list[str], key: str) -> str:
    listed = ",\n    ".join([keys, *columns])
    return f"SCHEMA >\n    {listed}\nENGINE AggregatingMergeTree\nENGINE_SORTING_KEY {key}\n"


def _view(target: str, select: str) -> str:
    return f"NODE made_by_{target}\nSQL >\n    SELECT {select}\nTYPE materialized\nDATASOURCE {target}\n"


def _simple_files() -> dict[str, str]:
    columns = [f"`{name}` SimpleAggregateFunction({name}, {type_})" for name, (_, type_, _) in _SIMPLE.items()]
    states = []
    for name, (column, type_, _) in _SIMPLE.items():
        value = f"sum({column})" if name == "sum" else f"{name}({column})"
        states.append(f"{name}SimpleState({column}) AS `{name}`" if type_[:5] != "Array" else f"{value} AS `{name}`")
    return {
        "rows.datasource": _SOURCE,
        "simple.datasource": _target("k UInt8", columns, "k"),
        "to_simple.pipe": _view("simple", f"k, {', '.join(states)}\n    FROM rows GROUP BY k"),
    }


def _simple_reads() -> Iterator[str]:
    listed = ", ".join(shown.format(f"{name}(`{name}`)") + f" AS r_{name}" for name, (_, _, shown) in _SIMPLE.items())
    yield f"SELECT k, {listed} FROM simple GROUP BY k ORDER BY k"
    plain = ", ".join(shown.format(f"`{name}`") + f" AS r_{name}" for name, (_, _, shown) in _SIMPLE.items())
    yield f"SELECT k, {plain} FROM simple FINAL ORDER BY k"
