"""Functions that need OVER."""

from __future__ import annotations

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, Text, first, native
from tinylite.sql.casts import coerce
from tinylite.sql.physical import default_value
from tinylite.types.model import FLOAT64, UINT64


def _shifted(function: str, p: Parts) -> str:
    """lagInFrame and leadInFrame give the type's default outside, where SQL's lag gives NULL."""
    args = p.args
    value = args[0]
    offset = args[1].number if len(args) > 1 else "1"
    outside = coerce(args[2], value.type) if len(args) > 2 else default_value(value.type)
    return p.call(function, value.exact, offset, outside)


def _integer(function: str, *arguments: str) -> Text:
    return lambda p: f"CAST({p.call(function, *arguments)} AS UBIGINT)"


FUNCTIONS: list[AggregateFunction] = [
    *(
        AggregateFunction(name, "", UINT64, _integer(name), "never", window_only=True, aliases=aliases,
                          case_insensitive=True)
        for name, aliases in (("row_number", ()), ("rank", ()), ("dense_rank", ("denseRank",)))
    ),
    AggregateFunction("percent_rank", "", FLOAT64, native("percent_rank"), "never", window_only=True,
                      aliases=("percentRank",)),
    AggregateFunction("cume_dist", "", FLOAT64, native("cume_dist"), "never", window_only=True),
    AggregateFunction("ntile", "integer", UINT64, _integer("ntile", "{0:int}"), "never", window_only=True),
    AggregateFunction("nth_value", "any integer", first, native("nth_value", "{0}", "{1:int}"), window_only=True),
    AggregateFunction("lagInFrame", "any integer? any?", first, lambda p: _shifted("lag", p), "never",
                      window_only=True, aliases=("lag",)),
    AggregateFunction("leadInFrame", "any integer? any?", first, lambda p: _shifted("lead", p), "never",
                      window_only=True, aliases=("lead",)),
]  # fmt: skip
