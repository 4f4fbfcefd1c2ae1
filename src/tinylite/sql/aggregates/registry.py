"""All aggregates by name, and names with combinators taken apart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tinylite.sql.aggregates import arrays, basic, bits, funnels, maps, moments, quantiles, statistics, windows
from tinylite.sql.aggregates.catalog import AggregateFunction

FAMILIES = {
    "Aggregates": basic.FUNCTIONS,
    "Quantiles": quantiles.FUNCTIONS,
    "Variance and correlation": moments.FUNCTIONS,
    "Aggregates that give arrays": arrays.FUNCTIONS,
    "Aggregates of maps": maps.FUNCTIONS,
    "Bits": bits.FUNCTIONS,
    "Statistics": statistics.FUNCTIONS,
    "Funnels and sequences": funnels.FUNCTIONS,
    "Window functions": windows.FUNCTIONS,
}
COMBINATORS = {
    "SimpleState": "The value itself, typed SimpleAggregateFunction.",
    "OrDefault": "The type's default when there are no rows.",
    "Resample": "A result for each interval of the last argument.",
    "Distinct": "Each different value once.",
    "ForEach": "A result for each place in the arrays.",
    "OrNull": "NULL when there are no rows.",
    "ArgMin": "Only rows where the last argument is least.",
    "ArgMax": "Only rows where the last argument is greatest.",
    "State": "What a materialized view keeps, to be merged later.",
    "Merge": "The result of merged states; -MergeState merges them into one.",
    "Array": "All elements of the arrays.",
    "Map": "A result for each key of the maps.",
    "If": "Only rows where the last argument is true.",
}


@dataclass(frozen=True, slots=True)
class Named:
    """An aggregate and its combinators, the innermost first. `written` is what types call it."""

    function: AggregateFunction
    combinators: tuple[str, ...]
    written: str


@lru_cache(maxsize=1)
def _by_name() -> tuple[dict[str, AggregateFunction], dict[str, AggregateFunction]]:
    """Functions by their names, and by the lower case of those that may be written in any case."""
    exact: dict[str, AggregateFunction] = {}
    folded: dict[str, AggregateFunction] = {}
    for family in FAMILIES.values():
        for function in family:
            for name in (function.name, *function.aliases):
                if name in exact:
                    raise ValueError(f"{name} is declared twice")
                exact[name] = function
                if function.case_insensitive:
                    folded[name.lower()] = function
    return exact, folded


@lru_cache(maxsize=4096)
def find_aggregate(name: str) -> Named | None:
    """Reads names like uniqExactIfState from their end."""
    exact, folded = _by_name()
    suffixes: list[str] = []
    if name.startswith("countDistinct"):  # counts what uniqExact counts, and keeps the same state
        counted = find_aggregate("uniqExact" + name.removeprefix("countDistinct"))
        return replace(counted, written="countDistinct") if counted else None
    if name.lower() == "array_concat_agg":
        return find_aggregate("groupArrayArray")
    while (function := exact.get(name) or folded.get(name.lower())) is None:
        suffix = next((s for s in COMBINATORS if name.endswith(s) and len(name) > len(s)), None)
        if suffix is None:
            return None
        suffixes.append(suffix)
        name = name.removesuffix(suffix)
    # groupArray with -Distinct keeps what groupUniqArray keeps, by its own name.
    written = name if name == "groupArrayDistinct" else function.name
    return Named(function, _or_null_inside(function, tuple(reversed(suffixes))), written)


def _or_null_inside(function: AggregateFunction, combinators: tuple[str, ...]) -> tuple[str, ...]:
    """ClickHouse reads -IfOrNull as -OrNullIf, but for counts."""
    moved = list(combinators)
    if function.name not in ("count", "deltaSum", "deltaSumTimestamp") and not function.name.startswith("uniq"):
        for place in range(len(moved) - 1):
            if moved[place] == "If" and moved[place + 1] == "OrNull":
                moved[place : place + 2] = ["OrNull", "If"]
    return tuple(moved)


def aggregate_names() -> list[str]:
    return sorted(_by_name()[0])
