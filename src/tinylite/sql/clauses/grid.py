"""The values that WITH FILL lays over a key: where they begin and end, and how one follows another.

All of it are DuckDB texts over the columns `_from` and `_to` (the bounds of a group of rows) and `_step` (0, 1, 2, …).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp

from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.literals import literal
from tinylite.sql.physical import duckdb_type
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed
from tinylite.sql.zones import from_wall, is_utc, to_wall
from tinylite.types import Type

_MICROSECONDS = {"nanosecond": 0.001, "microsecond": 1, "millisecond": 1000, "second": 10**6, "minute": 60 * 10**6,
                 "hour": 3600 * 10**6, "day": 86400 * 10**6, "week": 7 * 86400 * 10**6}  # fmt: skip
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7}


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a step goes. `at` gives the value `steps` steps behind another one, `count` how many fit between two.

    Of integers `at` gives a HUGEINT: the value may be outside of the key's type, where nothing is filled any more.
    """

    at: Callable[[str, str], str]
    count: Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The grid of one key. `start` and `stop` are FROM and TO; `stale` is STALENESS."""

    pace: Pace
    descending: bool
    start: str | None
    stop: str | None
    stale: Pace | None
    type: Type

    def bounds(self, key: str) -> str:
        """`_from` and `_to` of a group of rows, an aggregate over the column `key`."""
        least, most = ("max", "min") if self.descending else ("min", "max")
        last = f"{most}({key})"
        if self.stale:
            last = self.stale.at(last, "1")
        return f"{self._start or f'{least}({key})'} AS _from, {self.stop or last} AS _to"

    @property
    def given(self) -> str | None:
        """`_from` and `_to` when both are written: they need no rows."""
        return f"{self._start} AS _from, {self.stop} AS _to" if self.start and self.stop else None

    @property
    def _start(self) -> str | None:
        if self.start is None or self.stop is None:
            return self.start
        wrong = f"{self.stop} {self._before} {self.start}"
        message = "'the FROM of WITH FILL is behind its TO'"
        return f"(CASE WHEN {wrong} THEN CAST(error({message}) AS {duckdb_type(self.type)}) ELSE {self.start} END)"

    @property
    def _before(self) -> str:
        return ">" if self.descending else "<"

    def points(self, listed: str, bounds: str, key: str) -> str:
        """A SELECT of the grid's values as `key`, beside the columns `listed` of the relation `bounds`."""
        steps = f"SELECT *, unnest(range({self.pace.count('_from', '_to')} + 1)) AS _step FROM ({bounds})"
        points = f"SELECT {listed}{self.pace.at('_from', '_step')} AS {key}, _to FROM ({steps})"
        # Tried: beside STALENESS the range may reach beyond the type.
        value = f"TRY_CAST({key} AS {duckdb_type(self.type)}) AS {key}"
        return f"SELECT {listed}{value} FROM ({points}) WHERE {key} {self._before} _to"

    def fresh(self, row: str, point: str) -> str:
        """Whether a row is not further back from a point than STALENESS allows."""
        assert self.stale is not None
        return f"NOT {point} {self._before} {row} AND {point} {self._before} {self.stale.at(row, '1')}"


def grid_of(key: Typed, item: exp.Ordered, scope: Scope) -> Grid | None:
    """None for a key without WITH FILL. Raises Fault for bounds and steps that do not fit the key."""
    fill = item.args.get("with_fill")
    if fill is None:
        return None
    type_ = key.type.plain
    if not (type_.is_integer or type_.is_float or type_.is_temporal):
        raise Fault("TL407", f"WITH FILL takes numbers, dates and times, not {key.type}", item)
    descending = bool(item.args.get("desc"))
    start, stop = (_bound(fill.args.get(word), type_, scope) for word in ("from_", "to"))
    if fill.args.get("staleness") is not None and start:
        raise Fault("TL405", "STALENESS can't stand beside FROM", item)
    step = _amount(fill.args.get("step"), scope) or literal(-1 if descending else 1)
    stale = _amount(fill.args.get("staleness"), scope)
    _check_direction(step, descending, fill.args.get("step") or item)
    return Grid(
        _pace(step, type_, item),
        descending,
        start,
        stop,
        _pace(stale, type_, item) if stale is not None else None,
        type_,
    )


def _bound(node: exp.Expr | None, type_: Type, scope: Scope) -> str | None:
    if not isinstance(node, exp.Expr):
        return None
    value = scope.lower(node)
    fits = (
        (value.type.is_integer and _holds(type_, value.literal))
        or (value.type.is_float and type_.is_float)
        or (value.type.is_date and type_.is_date)
        or (value.type.name == type_.name and type_.is_datetime)
    )
    if value.type.nullable or not fits:
        raise Fault("TL407", f"FROM and TO of WITH FILL must fit the key: {type_}, not {value.type}", node,
                    hint=f"convert it, as in to{type_.name}(…)")  # fmt: skip
    if not value.constant:
        raise Fault("TL405", "FROM and TO of WITH FILL must be constants", node)
    return cast(value, type_).exact


def _holds(type_: Type, number: object) -> bool:
    return not (type_.is_unsigned and isinstance(number, int) and number < 0)


def _amount(node: exp.Expr | None, scope: Scope) -> Typed | None:
    if not isinstance(node, exp.Expr):
        return None
    value = scope.lower(node)
    if not value.constant or not (value.unit or value.type.is_number):
        raise Fault("TL405", "STEP of WITH FILL takes a constant number or an INTERVAL", node)
    return value


def _check_direction(step: Typed, descending: bool, node: exp.Expr) -> None:
    if not isinstance(step.literal, int | float):
        return
    if step.literal == 0:
        raise Fault("TL405", "STEP of WITH FILL can't be 0", node)
    if (step.literal < 0) != descending:
        way = "negative with DESC" if descending else "positive with ASC"
        raise Fault("TL405", f"STEP of WITH FILL must be {way}", node)


# -- paces ----------------------------------------------------------------------------------------------------------


def _pace(step: Typed, type_: Type, node: exp.Expr) -> Pace:
    if step.unit is None:
        return _number_pace(step, type_, node)
    if not type_.is_temporal:
        raise Fault("TL407", f"an INTERVAL is no step for {type_}", node)
    if step.unit in _MONTHS:
        return _month_pace(f"({step.number} * {_MONTHS[step.unit]})", type_)
    if type_.is_date:
        if step.unit not in _DAYS:
            raise Fault("TL407", f"{step.unit}s are no step for {type_}", node)
        return _linear(f"({step.number} * {_DAYS[step.unit]})", _day_number, lambda n: _date_of(n, type_))
    if step.unit in _DAYS and not is_utc(type_.zone):
        return _wall_pace(f"({step.number} * {_DAYS[step.unit]})", type_)
    return _ticks(step.number, _MICROSECONDS[step.unit], type_, node)


def _number_pace(step: Typed, type_: Type, node: exp.Expr) -> Pace:
    """Of a Date a number counts days, of a DateTime seconds."""
    if type_.is_float:
        return _float_pace(step.number, type_)
    if not step.type.is_integer:
        raise Fault("TL407", f"{step.type} is no step for {type_}", node)
    if type_.is_date:
        return _linear(step.number, _day_number, lambda n: _date_of(n, type_))
    if type_.is_datetime:
        return _ticks(step.number, 10**6, type_, node)
    return _linear(step.number, lambda value: f"CAST({value} AS HUGEINT)", lambda number: number)


def _linear(step: str, number: Callable[[str], str], value: Callable[[str], str]) -> Pace:
    """Values that are evenly spaced whole numbers."""
    return Pace(
        lambda start, steps: value(f"({number(start)} + {steps} * {step})"),
        lambda start, stop: f"CAST(({number(stop)} - {number(start)}) // {step} AS BIGINT)",
    )


def _day_number(value: str) -> str:
    return f"({value} - DATE '1970-01-01')"


def _date_of(number: str, type_: Type) -> str:
    return f"(DATE '1970-01-01' + CAST({number} AS INTEGER))"


def _ticks(amount: str, microseconds: float, type_: Type, node: exp.Expr) -> Pace:
    if type_.precision > 6:
        raise Fault("TL406", f"WITH FILL of {type_} is not supported", node, "use DateTime64 of 6 digits at most")
    if microseconds < 1:
        raise Fault("TL407", f"nanoseconds are no step for {type_}", node)
    step = f"(CAST({amount} AS BIGINT) * {int(microseconds)})"
    return _linear(step, lambda value: f"epoch_us({value})", lambda n: f"make_timestamp({n})")


def _float_pace(step: str, type_: Type) -> Pace:
    """Step by step, as the rounding of each addition is seen in the values."""
    added = f"CAST({step} AS DOUBLE)"

    def at(start: str, steps: str) -> str:
        terms = f"list_prepend(CAST({start} AS DOUBLE), list_resize(CAST([] AS DOUBLE[]), {steps}, {added}))"
        return f"CAST(list_reduce({terms}, lambda a, b: a + b) AS {duckdb_type(type_)})"

    return Pace(at, lambda start, stop: f"CAST(ceil(({stop} - {start}) / {added}) AS BIGINT)")


def _wall_pace(days: str, type_: Type) -> Pace:
    """Days of the zone's calendar, which are not all 24 hours long."""

    def wall(value: str) -> str:
        return to_wall(Typed(value, type_))

    return Pace(
        lambda start, steps: from_wall(f"({wall(start)} + to_days(CAST({steps} * {days} AS INTEGER)))", type_.zone),
        lambda start, stop: f"(date_diff('day', {wall(start)}, {wall(stop)}) // {days})",
    )


def _month_pace(months: str, type_: Type) -> Pace:
    """From month to month. A day that a month does not have becomes its last one, and stays so in the months after."""
    zone = None if type_.is_date else type_.zone

    def wall(value: str) -> str:
        return to_wall(Typed(value, type_))

    def at(start: str, steps: str) -> str:
        first = f"date_trunc('month', {wall(start)})"
        passed = f"last_day({first} + to_months(CAST(s * {months} AS INTEGER)))"
        shortest = f"list_min(list_transform(range(1, {steps} + 1), lambda s: day({passed})))"
        own = f"day({wall(start)})"
        day = f"(CASE WHEN {own} <= 28 OR {steps} = 0 THEN {own} ELSE least({own}, {shortest}) END)"
        time = f"({wall(start)} - date_trunc('day', {wall(start)}))"
        month = f"{first} + to_months(CAST({steps} * {months} AS INTEGER))"
        moved = f"({month} + to_days(CAST({day} - 1 AS INTEGER)) + {time})"
        return f"CAST({moved} AS DATE)" if type_.is_date else from_wall(moved, zone)

    return Pace(at, lambda start, stop: f"(date_diff('month', {wall(start)}, {wall(stop)}) // {months})")
