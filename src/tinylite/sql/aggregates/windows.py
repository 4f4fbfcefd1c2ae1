"""Functions that need OVER."""

from __future__ import annotations

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts, Text, first, native
from tinylite.sql.aggregates.rows import Grouped, Window
from tinylite.sql.casts import cast, coerce
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value
from tinylite.sql.typed import Typed
from tinylite.types.model import FLOAT64, UINT64


def _window(p: Parts) -> Window:
    over = p.rows.over if isinstance(p.rows, Grouped) else None
    assert over is not None, "functions that need OVER are refused without it"
    return over


def _shifted(function: str, p: Parts) -> str:
    """The type's default outside of the partition, where SQL's lag gives NULL."""
    args = p.args
    value = args[0]
    offset = args[1].number if len(args) > 1 else "1"
    return f"{function}({value.exact}, {offset}, {_outside(p)}) OVER ({_window(p).unframed})"


def _outside(p: Parts) -> str:
    value = p.args[0]
    return coerce(p.args[2], value.type) if len(p.args) > 2 else default_value(value.type)


def _in_frame(function: str) -> Text:
    """lagInFrame and leadInFrame see only the rows of the frame."""

    def text(p: Parts) -> str:
        window = _window(p)
        if window.reaches_back if function == "lag" else window.reaches_ahead:
            return _shifted(function, p)
        offset = p.args[1].number if len(p.args) > 1 else "1"
        place = f"row_number() OVER ({window.unframed}) {'-' if function == 'lag' else '+'} {offset}"
        last = f"count(*) OVER ({window.up_to_end})"
        inside = f"{place} <= {last} AND {place} > {last} - count(*) OVER ({window})"
        return f"CASE WHEN {inside} THEN {_shifted(function, p)} ELSE {_outside(p)} END"

    return text


def _integer(function: str, *arguments: str) -> Text:
    return lambda p: f"CAST({p.call(function, *arguments)} AS UBIGINT)"


def _derivative(p: Parts) -> str:
    """The change of a value in a unit of time (a second), 0 where it falls."""
    value, moment = p.args[0], p.args[1]
    over = f"OVER ({_window(p).unframed})"
    number, seconds = f"CAST({value.number} AS DOUBLE)", _seconds(moment)
    unit = "1"
    if len(p.args) > 2:
        if p.args[2].unit not in _UNITS:
            raise Fault("TL405", "nonNegativeDerivative takes an INTERVAL of a fixed length, up to weeks")
        unit = f"({p.args[2].sql} * {_UNITS[p.args[2].unit]})"
    change, elapsed = (f"({text} - lag({text}) {over})" for text in (number, seconds))
    return f"CASE WHEN {change} >= 0 AND {elapsed} > 0 THEN {change} / {elapsed} * {unit} ELSE 0e0 END"


_UNITS: dict[str | None, str] = {
    "nanosecond": "1e-9", "microsecond": "1e-6", "millisecond": "1e-3", "second": "1", "minute": "60", "hour": "3600",
    "day": "86400", "week": "604800",
}  # fmt: skip


def _seconds(moment: Typed) -> str:
    if moment.type.is_datetime:
        return f"(epoch_us({moment.sql}) / 1e6)"
    return cast(moment, FLOAT64).sql


def _decayed(p: Parts) -> str:
    raise Fault("TL406", "exponentialTimeDecayed… functions are not supported", hint="use exponentialMovingAverage")


FUNCTIONS: list[AggregateFunction] = [
    *(
        AggregateFunction(name, "", UINT64, _integer(name), "never", window_only=True, aliases=aliases,
                          case_insensitive=True, doc=doc)
        for name, aliases, doc in (
            ("row_number", (), "The row's number in its partition."),
            ("rank", (), "The rank, with gaps after equals."),
            ("dense_rank", ("denseRank",), "The rank, without gaps."),
        )
    ),
    AggregateFunction("percent_rank", "", FLOAT64, native("percent_rank"), "never", window_only=True,
                      case_insensitive=True, aliases=("percentRank",), doc="The rank, from 0 to 1."),
    AggregateFunction("cume_dist", "", FLOAT64, native("cume_dist"), "never", window_only=True,
                      doc="The share of the rows that come no later."),
    AggregateFunction("ntile", "integer", UINT64, _integer("ntile", "{0:int}"), "never", window_only=True,
                      case_insensitive=True, doc="The number of the bucket, of so many as evenly filled as can be."),
    AggregateFunction("nth_value", "any integer", first, native("nth_value", "{0}", "{1:int}"), window_only=True,
                      case_insensitive=True, doc="The value of the frame's n-th row."),
    *(
        AggregateFunction(name, "any integer? any?", first, text, "never", keeps_nulls=True, window_only=True, doc=doc,
                          case_insensitive=name in ("lag", "lead"))
        for name, text, doc in (
            ("lagInFrame", _in_frame("lag"), "The value so many rows before, inside of the frame."),
            ("leadInFrame", _in_frame("lead"), "The value so many rows after, inside of the frame."),
            ("lag", lambda p: _shifted("lag", p), "The value so many rows before, in the partition."),
            ("lead", lambda p: _shifted("lead", p), "The value so many rows after, in the partition."),
        )
    ),
    AggregateFunction("nonNegativeDerivative", "number datetime any?", FLOAT64, _derivative, "never", nullable=False,
                      window_only=True, doc="The change of a value per second, 0 where it falls."),
    *(
        AggregateFunction(f"exponentialTimeDecayed{name}", "any*", FLOAT64, _decayed, parameters="any*",
                          doc="Refused.")
        for name in ("Avg", "Sum", "Max", "Count")
    ),
]  # fmt: skip
