"""Functions that need OVER."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts
from tinylite.sql.casts import coerce
from tinylite.sql.physical import default_value
from tinylite.types import Type
from tinylite.types.model import FLOAT64, UINT64


def _first(types: Sequence[Type], parameters: Sequence[object]) -> Type:
    return types[0]


def _shifted(function: str, p: Parts) -> str:
    """lagInFrame and leadInFrame give the type's default outside, where SQL's lag gives NULL."""
    args = p.args
    value = args[0]
    offset = args[1].number if len(args) > 1 else "1"
    outside = coerce(args[2], value.type) if len(args) > 2 else default_value(value.type)
    return f"{function}({value.exact}, {offset}, {outside}){p.after}"


FUNCTIONS: list[AggregateFunction] = [
    *(
        AggregateFunction(name, "", UINT64, f"CAST({name}(){{f}} AS UBIGINT)", window_only=True,
                          aliases=aliases, case_insensitive=True)
        for name, aliases in (("row_number", ()), ("rank", ()), ("dense_rank", ("denseRank",)))
    ),
    AggregateFunction("percent_rank", "", FLOAT64, "percent_rank(){f}", window_only=True, aliases=("percentRank",)),
    AggregateFunction("cume_dist", "", FLOAT64, "cume_dist(){f}", window_only=True),
    AggregateFunction("ntile", "integer", UINT64, "CAST(ntile({0:int}){f} AS UBIGINT)", window_only=True),
    AggregateFunction("nth_value", "any integer", _first, "nth_value({0}, {1:int}){f}", window_only=True),
    AggregateFunction("lagInFrame", "any integer? any?", _first, lambda p: _shifted("lag", p),
                      window_only=True, aliases=("lag",)),
    AggregateFunction("leadInFrame", "any integer? any?", _first, lambda p: _shifted("lead", p),
                      window_only=True, aliases=("lead",)),
]  # fmt: skip
