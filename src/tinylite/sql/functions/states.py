"""Functions over the states of aggregates, and over the rows as they come."""

from __future__ import annotations

from tinylite.sql.aggregates.call import finalize, over_row
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.typed import Typed
from tinylite.types.model import UINT64


def _finalized(call: Call) -> Typed:
    if call.args[0].type.name != "AggregateFunction":
        raise call.fault(f"takes a state, not {call.args[0].type}")
    return finalize(call.args[0], call.scope)


def _initialized(call: Call) -> Typed:
    """The aggregate of one row."""
    name = str(call.literal(0, str, "the name of an aggregate"))
    return over_row(name, call.args[1:], call.scope, call.node)


def _row_number(call: Call) -> Typed:
    """A result comes as one block here."""
    return Typed("CAST(row_number() OVER () - 1 AS UBIGINT)", UINT64)


def _grouping(call: Call) -> Typed:
    """A bit for each key, 1 where the row sums up over it."""
    in_input = {key.sql: text for text, key in call.scope.folded.items()}
    keys = [in_input.get(arg.sql, arg.value) for arg in call.args]
    if call.scope.folded and not in_input.keys() >= {arg.sql for arg in call.args}:
        raise call.fault("takes keys of GROUP BY")
    return Typed(f"CAST(grouping({', '.join(keys)}) AS UBIGINT)", UINT64, aggregate=True)


_BY_BLOCK = "its answer depends on how rows lie in blocks, and ClickHouse has deprecated it"

FUNCTIONS: list[Function] = [
    own("finalizeAggregation", "any", _finalized, nulls="own", doc="The result of a state."),
    own("initializeAggregation", "any any*", _initialized, nulls="own", doc="An aggregate of a single row."),
    own(
        "grouping",
        "any any*",
        _grouping,
        nulls="own",
        case_insensitive=True,
        doc="Which keys a row of ROLLUP, CUBE or GROUPING SETS sums up over, a bit each.",
    ),
    own("rowNumberInBlock", "", _row_number, nulls="own", doc="The row's number, from 0."),
    own("rowNumberInAllBlocks", "", _row_number, nulls="own", doc="The row's number, from 0."),
    refused("runningAccumulate", _BY_BLOCK, "use the -Merge of the state OVER (ORDER BY …)"),
    refused("runningDifference", _BY_BLOCK, "use x - lagInFrame(x) OVER (ORDER BY …)"),
    refused("runningDifferenceStartingWithFirstValue", _BY_BLOCK, "use x - lagInFrame(x) OVER (ORDER BY …)"),
    refused("neighbor", _BY_BLOCK, "use lagInFrame or leadInFrame OVER (ORDER BY …)"),
]
