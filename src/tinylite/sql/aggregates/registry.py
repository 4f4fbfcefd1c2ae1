"""All aggregates by name, and names with combinators taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tinylite.sql.aggregates import basic, windows
from tinylite.sql.aggregates.catalog import AggregateFunction

FAMILIES = {"Aggregates": basic.FUNCTIONS, "Window functions": windows.FUNCTIONS}
COMBINATORS = {
    "SimpleState": "The value itself, typed SimpleAggregateFunction.",
    "MergeState": "States merged into one.",
    "OrDefault": "The type's default when there are no rows.",
    "OrNull": "NULL when there are no rows.",
    "Distinct": "Each different value once.",
    "State": "What a materialized view keeps, to be merged later.",
    "Merge": "The result of merged states.",
    "If": "Only rows where the last argument is true.",
}


@dataclass(frozen=True, slots=True)
class Named:
    """An aggregate and its combinators, the innermost first."""

    function: AggregateFunction
    combinators: tuple[str, ...]


@lru_cache(maxsize=1)
def _by_name() -> tuple[dict[str, AggregateFunction], dict[str, AggregateFunction]]:
    exact: dict[str, AggregateFunction] = {}
    folded: dict[str, AggregateFunction] = {}
    for family in FAMILIES.values():
        for function in family:
            for name in (function.name, *function.aliases):
                exact[name] = function
                if function.case_insensitive:
                    folded[name.lower()] = function
    return exact, folded


@lru_cache(maxsize=4096)
def find_aggregate(name: str) -> Named | None:
    """Reads names like uniqExactIfState from their end."""
    exact, folded = _by_name()
    suffixes: list[str] = []
    if name.startswith("countDistinct"):  # the vendor's projects use it as a name of its own
        name = "uniqExact" + name.removeprefix("countDistinct")
    while (function := exact.get(name) or folded.get(name.lower())) is None:
        suffix = next((s for s in COMBINATORS if name.endswith(s) and len(name) > len(s)), None)
        if suffix is None:
            return None
        suffixes.append(suffix)
        name = name.removesuffix(suffix)
    return Named(function, tuple(reversed(suffixes)))


def aggregate_names() -> list[str]:
    return sorted(_by_name()[0])
