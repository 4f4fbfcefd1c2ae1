"""What an aggregate runs over: the rows of a group or a window, or the elements of a list.

The same declaration serves both. Over rows it becomes DuckDB's own aggregates; over a list (-Array, -ForEach, -Map,
finalizeAggregation, arrayReduce) it becomes list functions, in which each element is called `item`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tinylite.sql.typed import Typed

# DuckDB takes a name in `struct_pack(x := name)` for a column, if there is one, even where a lambda has defined it. So
# parameters of lambdas are called _e, _i, …, or get a number.
Unique = Callable[[str], str]
"""Makes a name that the statement does not hold yet."""


@dataclass(frozen=True, slots=True)
class Window:
    """What stands in OVER's brackets. Without a frame it is ClickHouse's: up to the current row and its equals, or the
    whole partition where there is no order."""

    partition: str = ""
    order: str = ""
    kind: str = ""
    start: str = ""
    end: str = ""

    def __str__(self) -> str:
        return f"{self.unframed} {self.kind} BETWEEN {self.start} AND {self.end}" if self.kind else self.unframed

    @property
    def unframed(self) -> str:
        parts = [f"PARTITION BY {self.partition}"] if self.partition else []
        return " ".join([*parts, f"ORDER BY {self.order}"] if self.order else parts)

    @property
    def up_to_end(self) -> str:
        """From the partition's first row to the frame's last."""
        if not self.kind:
            return self.unframed
        return f"{self.unframed} {self.kind} BETWEEN UNBOUNDED PRECEDING AND {self.end}"

    @property
    def reaches_back(self) -> bool:
        """Holds every row before the current one."""
        return not self.kind or (self.start == "UNBOUNDED PRECEDING" and not self.end.endswith("PRECEDING"))

    @property
    def reaches_ahead(self) -> bool:
        """Holds every row after the current one."""
        if not self.kind:
            return not self.order
        return self.end == "UNBOUNDED FOLLOWING" and not self.start.endswith("FOLLOWING")


_ORDERED = frozenset({"first", "last", "any_value", "list", "arg_min", "arg_max", "string_agg"})


@dataclass(frozen=True, slots=True)
class Grouped:
    """The rows of a group, or with `over` those of a window's frame. `distinct` takes each different value once.

    `order` is for aggregates that look at the order of the rows. `subquery` allows a text to hold a subquery: not in a
    window, and not in a lambda.
    """

    conditions: tuple[str, ...] = ()
    over: Window | None = None
    distinct: bool = False
    order: str = ""
    subquery: bool = False

    def where(self, conditions: Sequence[str]) -> Grouped:
        new = [condition for condition in conditions if condition not in self.conditions]
        return replace(self, conditions=(*self.conditions, *new)) if new else self

    def call(self, function: str, *values: str) -> str:
        """A DuckDB aggregate that passes over NULL, as most do."""
        if function in ("first", "last_or_null") and self.over is not None:
            return f"{self.collect(values[0])}[{1 if function == 'first' else -1}]"
        if function == "last_or_null":
            return self._text("last", values)
        if function == "last" and self.over is not None:
            value = values[0]
            if self.conditions:
                value = f"CASE WHEN {' AND '.join(self.conditions)} THEN {value} END"
            return f"last_value({value} IGNORE NULLS) OVER ({self.over})"
        if function == "last":
            return self.where([f"{values[0]} IS NOT NULL"])._text("last", values)
        return self._text(function, values)

    def _text(self, function: str, values: Sequence[str]) -> str:
        distinct = "DISTINCT " if self.distinct and values != ("*",) else ""
        order = f" ORDER BY {self.order}" if self.order and function in _ORDERED else ""
        return f"{function}({distinct}{', '.join(values)}{order}){self._after}"

    @property
    def _after(self) -> str:
        after = f" FILTER (WHERE {' AND '.join(self.conditions)})" if self.conditions else ""
        return f"{after} OVER ({self.over})" if self.over is not None else after

    def count(self) -> str:
        return f"count(*){self._after}"

    def count_distinct(self, value: str) -> str:
        return f"count(DISTINCT {value}){self._after}"

    def collect(self, value: str) -> str:
        """The values as a list, NULL among them; [] of no rows."""
        return f"coalesce({self._text('list', (value,))}, [])"

    def sorted(self, value: str, order: str) -> str:
        """As `collect`, in the order of another value."""
        if self.over is not None:
            pairs = self.collect(f"struct_pack(o := {order}, v := {value})")
            placed = f"list_transform({pairs}, lambda _e, _i: struct_pack(o := _e.o, i := _i, v := _e.v))"
            return f"list_transform(list_sort({placed}), lambda _e: _e.v)"
        return f"coalesce(list({value} ORDER BY {order}){self._after}, [])"


@dataclass(frozen=True, slots=True)
class Listed:
    """The elements of the list `sql`, each called `item` in the texts of values."""

    sql: str
    item: str
    subquery: bool = False

    def where(self, conditions: Sequence[str]) -> Listed:
        if not conditions:
            return self
        return replace(self, sql=f"list_filter({self.sql}, lambda {self.item}: {' AND '.join(conditions)})")

    def call(self, function: str, *values: str) -> str:
        match function:
            case "any_value" | "last":
                found = f"list_filter({self.collect(values[0])}, lambda _e: _e IS NOT NULL)"
                return f"{found}[{-1 if function == 'last' else 1}]"
            case "first" | "last_or_null":
                return f"{self.collect(values[0])}[{1 if function == 'first' else -1}]"
            case "count" if values == ("*",):
                return self.count()
            case "arg_min" | "arg_max":
                return self._extreme(function[4:], *values)
            case "covar_pop" | "covar_samp" | "corr":
                return self._together(function, *values)
            case _:
                more = "".join(f", {value}" for value in values[1:])
                return f"list_aggregate({self.collect(values[0])}, '{function}'{more})"

    def _extreme(self, function: str, value: str, by: str) -> str:
        """The value beside the least or greatest `by`, of the first element of equals."""
        place = "_i" if function == "min" else "-_i"
        kept = self.where([f"{value} IS NOT NULL", f"{by} IS NOT NULL"])
        entries = (
            f"list_transform({kept.sql}, lambda {self.item}, _i: struct_pack(b := {by}, i := {place}, v := {value}))"
        )
        return f"struct_extract(list_aggregate({entries}, '{function}'), 'v')"

    def _together(self, function: str, one: str, other: str) -> str:
        whole = self.where([f"{one} IS NOT NULL", f"{other} IS NOT NULL"])
        kept = Listed("_l", self.item)

        def mean(value: str) -> str:
            return f"list_aggregate({kept.collect(value)}, 'avg')"

        means = f"struct_pack(x := {mean(one)}, y := {mean(other)})"
        product = kept.collect(f"({one} - _m.x) * ({other} - _m.y)")
        ending = "sum" if "samp" in function else "avg"
        text = let("_m", means, f"list_aggregate({product}, '{ending}')")
        if function == "covar_samp":
            text = f"({text} / (len(_l) - 1))"
        elif function == "corr":
            spread = " * ".join(f"list_aggregate({kept.collect(value)}, 'stddev_pop')" for value in (one, other))
            text = f"({text} / ({spread}))"
        return let("_l", whole.sql, text)

    def count(self) -> str:
        return f"CAST(len({self.sql}) AS UBIGINT)"

    def count_distinct(self, value: str) -> str:
        return f"len(list_distinct({self.collect(value)}))"

    def collect(self, value: str) -> str:
        return self.sql if value == self.item else f"list_transform({self.sql}, lambda {self.item}: {value})"

    def sorted(self, value: str, order: str) -> str:
        pairs = f"list_transform({self.sql}, lambda {self.item}, _i: struct_pack(o := {order}, i := _i, v := {value}))"
        return f"list_transform(list_sort({pairs}), lambda _e: _e.v)"


Rows = Grouped | Listed


def listed(rows: Rows, args: Sequence[Typed], unique: Unique) -> tuple[tuple[Typed, ...], Listed]:
    """The arguments of every row as a list, and what the arguments are called in it."""
    item = unique("r")
    if len(args) == 1:
        return (Typed(item, args[0].type),), Listed(rows.collect(args[0].exact), item, rows.subquery)
    fields = ", ".join(f"a{index} := {arg.exact}" for index, arg in enumerate(args))
    names = tuple(Typed(f"{item}.a{index}", arg.type) for index, arg in enumerate(args))
    return names, Listed(rows.collect(f"struct_pack({fields})" if args else "0"), item, rows.subquery)


def let(name: str, value: str, body: str) -> str:
    """`body`, in which `name` stands for `value`: computed once."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def by_key(pairs: str, rows: Rows, unique: Unique, result: Callable[[Rows, str], str]) -> str:
    """A list of (k, v), the keys ascending, NULL first: for each `k` of the pairs (a list of structs with `k` and `v`)
    its `result`, made of the rows of that key and the text of their `v`.

    As a subquery it is DuckDB's own GROUP BY. Where none can stand, the pairs are sorted once and cut where the key
    changes, which copies the list for each key.
    """
    if not rows.subquery:
        return _cut_by_key(pairs, unique, result)
    pair, key, value, place, found = (unique(stem) for stem in ("e", "k", "v", "i", "r"))
    inner = f"SELECT {pair}.k AS {key}, {pair}.v AS {value}, {place} FROM ({unnested(pairs, pair, place)})"
    groups = f"SELECT {key}, {result(Grouped(order=place), value)} AS {found} FROM ({inner}) GROUP BY {key}"
    return (
        f"(SELECT coalesce(list(struct_pack(k := {key}, v := {found}) ORDER BY {key} NULLS FIRST), []) FROM ({groups}))"
    )


def unnested(elements: str, name: str, place: str) -> str:
    """A SELECT of the elements of a list, with their place from 0."""
    return f"SELECT unnest({elements}) AS {name}, unnest(range(len({elements}))) AS {place}"


def _cut_by_key(pairs: str, unique: Unique, result: Callable[[Rows, str], str]) -> str:
    entries, cuts, at, number, item = (unique(stem) for stem in ("s", "b", "j", "n", "r"))
    sortable = "struct_pack(p := _e.k IS NOT NULL, k := _e.k, i := _i, v := _e.v)"
    ordered = f"list_sort(list_transform({pairs}, lambda _e, _i: {sortable}))"
    changes = f"{entries}[_j].k IS DISTINCT FROM {entries}[_j - 1].k"
    starts = f"list_filter(range(1, len({entries}) + 1), lambda _j: _j = 1 OR {changes})"
    run = f"{entries}[{at} : coalesce({cuts}[{number} + 1] - 1, len({entries}))]"
    values = result(Listed(run, item), f"{item}.v")
    body = f"list_transform({cuts}, lambda {at}, {number}: struct_pack(k := {entries}[{at}].k, v := {values}))"
    return let(entries, ordered, let(cuts, starts, body))


def total(rows: Rows, value: str) -> str:
    return rows.call("sum", value)


def running_sums(values: str, type_: str, unique: Unique) -> str:
    """The sums of a list's elements up to each of them, by adding up pairs, fours, eights, …

    DuckDB has no such function for lists, and a sum for each element by itself would take quadratic time. More than
    16,777,216 elements (ClickHouse's own limit of such arrays) are an error.
    """
    text = values
    for distance in (1 << power for power in range(24)):
        name = unique("p")
        shifted = f"list_concat(list_resize(CAST([] AS {type_}[]), {distance}, 0), {name})"
        added = f"list_transform(list_zip({name}, {shifted}, true), lambda _e: CAST(_e[1] + _e[2] AS {type_}))"
        text = let(name, text, f"CASE WHEN len({name}) > {distance} THEN {added} ELSE {name} END")
    name = unique("p")
    return let(name, text, f"CASE WHEN len({name}) > {1 << 24} THEN error('Too large array size') ELSE {name} END")
