"""retention, windowFunnel, sequenceMatch, sequenceCount: what users do, one event after the other.

The events of a group are sorted and read once, by list_reduce; what has been reached so far is carried along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tinylite.sql.aggregates.catalog import AggregateFunction, Parts
from tinylite.sql.aggregates.rows import let
from tinylite.sql.casts import cast
from tinylite.sql.errors import Fault
from tinylite.sql.typed import Typed
from tinylite.types.model import INT64, UINT8, UINT64, array


def _retention(p: Parts) -> str:
    """Whether the first condition was met, and each of the others as well."""
    met = [f"coalesce({p.rows.call('bool_or', arg.condition)}, false)" for arg in p.args]
    return "[" + ", ".join(f"CAST({met[0]} AND {one} AS UTINYINT)" for one in met) + "]"


def _moment(p: Parts) -> str:
    moment = p.args[0]
    type_ = moment.type
    if not (type_.name in ("Date", "DateTime") or (type_.is_integer and type_.is_unsigned)):
        raise Fault("TL405", f"the first argument must be a Date, a DateTime or an unsigned number, not {type_}")
    return cast(moment, INT64).sql if moment.type.is_temporal else f"CAST({moment.number} AS BIGINT)"


def _met(conditions: Sequence[Typed]) -> str:
    return " OR ".join(f"coalesce({one.condition}, false)" for one in conditions)


# -- windowFunnel ---------------------------------------------------------------------------------------------------

_MODES = frozenset({"strict_order", "strict_deduplication", "strict_increase"})


def _window_funnel(p: Parts) -> str:
    """How many of the conditions were met in their order, within the window (in seconds, or the moments' unit)."""
    window, modes = p.whole(0, 0), {str(mode) for mode in p.parameters[1:]}
    if unknown := modes - _MODES:
        raise Fault("TL406", f"windowFunnel: the mode {', '.join(sorted(unknown))} is not supported",
                    hint=f"known: {', '.join(sorted(_MODES))}")  # fmt: skip
    steps = p.args[1:]
    events = _funnel_events(p, steps, in_order="strict_order" in modes)
    nothing = f"CAST([{', '.join(['NULL'] * len(steps))}] AS BIGINT[])"
    start = f"struct_pack(f := {nothing}, l := {nothing}, r := CAST(NULL AS INTEGER))"
    step = f"CASE WHEN _a.r IS NOT NULL THEN _a ELSE {_funnel_step(window, modes)} END"
    name = p.unique("a")
    level = f"CAST(coalesce({name}.r, {_level(f'{name}.f')}) AS UTINYINT)"
    return let(name, f"list_reduce({events}, lambda _a, _e: {step}, {start})", level)


def _funnel_step(window: int, modes: set[str]) -> str:
    """What an event _e does to _a: for each step, f is when the funnel that reached it began, and l when it was met."""
    in_time = f"_e.t <= _a.f[_e.i - 1] + {window}"
    if "strict_increase" in modes:
        in_time += " AND _a.l[_e.i - 1] < _e.t"
    reached = f"(_e.i = 1 OR (_e.i > 1 AND {in_time}))"

    def moved(field: str, value: str) -> str:
        return f"list_transform(_a.{field}, lambda _v, _j: CASE WHEN _j = _e.i AND {reached} THEN {value} ELSE _v END)"

    began = moved("f", "CASE WHEN _e.i = 1 THEN _e.t ELSE _a.f[_e.i - 1] END")
    return f"struct_pack(f := {began}, l := {moved('l', '_e.t')}, r := {_ending(modes)})"


def _level(firsts: str) -> str:
    """The last step that was reached."""
    numbers = f"list_transform({firsts}, lambda _v, _j: CASE WHEN _v IS NOT NULL THEN _j ELSE 0 END)"
    return f"coalesce(list_aggregate({numbers}, 'max'), 0)"


def _ending(modes: set[str]) -> str:
    """The level at which a strict mode ends the funnel, or NULL."""
    cases = []
    if "strict_order" in modes:
        cases.append(f"WHEN _e.i = 0 AND _a.f[1] IS NOT NULL THEN {_level('_a.f')}")
    if "strict_deduplication" in modes:
        cases.append(f"WHEN _e.i > 1 AND _a.f[_e.i] IS NOT NULL THEN {_level('_a.f')}")
    if "strict_order" in modes:
        gap = "list_position(list_transform(_a.f, lambda _v: _v IS NULL), true) - 1"
        cases.append(f"WHEN _e.i > 1 AND _a.f[1] IS NOT NULL AND _a.f[_e.i - 1] IS NULL THEN {gap}")
    return f"CAST(CASE {' '.join(cases)} END AS INTEGER)" if cases else "CAST(NULL AS INTEGER)"


def _funnel_events(p: Parts, steps: Sequence[Typed], *, in_order: bool) -> str:
    """Structs of moment and number of a condition that was met, 0 for none."""
    rows = p.rows if in_order else p.rows.where([f"({_met(steps)})"])
    found = [f"CASE WHEN {one.condition} THEN {number} END" for number, one in enumerate(steps, start=1)]
    if in_order:
        found.append(f"CASE WHEN NOT ({_met(steps)}) THEN 0 END")
    numbers = f"list_filter([{', '.join(found)}], lambda _i: _i IS NOT NULL)"
    lists = rows.collect(f"struct_pack(t := {_moment(p)}, i := {numbers})")
    spread = (
        f"flatten(list_transform({lists}, lambda _e: list_transform(_e.i, lambda _n: struct_pack(t := _e.t, i := _n))))"
    )
    return f"list_sort({spread})"


# -- sequences ------------------------------------------------------------------------------------------------------

_TOKENS = re.compile(r"\(\?(\d+)\)|\(\?t(<=|>=|==|!=|<|>)(\d+)\)|(\.\*)|(\.)|\s+")


@dataclass(frozen=True, slots=True)
class _Step:
    """An event to be met: condition `number` (0 for any), after a gap. `operator` compares the time since the step
    before with `seconds`."""

    number: int
    gap: bool
    operator: str = ""
    seconds: int = 0


def _steps(pattern: str, conditions: int) -> list[_Step]:
    """A pattern of sequenceMatch: `(?1)(?t<=3600).*(?2)`. Raises Fault."""
    steps: list[_Step] = []
    gap, operator, seconds, place = False, "", 0, 0
    while place < len(pattern):
        token = _TOKENS.match(pattern, place)
        if token is None:
            raise Fault("TL405", f"the pattern {pattern!r} is wrong at character {place + 1}")
        place = token.end()
        number, compared, amount, many, one = token.groups()
        if compared:
            if gap or operator or not steps:
                raise Fault("TL406", "a condition of time must stand between two events, by itself")
            gap, operator, seconds = True, compared, int(amount)
        elif many:
            if operator:
                raise Fault("TL406", "a condition of time must stand between two events, by itself")
            gap = True
        elif number or one:
            if number and not 1 <= int(number) <= conditions:
                raise Fault("TL405", f"the pattern names condition {number}, there are {conditions}")
            steps.append(_Step(int(number or 0), gap, operator, seconds))
            gap, operator, seconds = False, "", 0
    if operator or not steps:
        raise Fault("TL406", "the pattern must end with an event")
    return steps


def _matches(p: Parts) -> str:
    """How often the pattern occurs. Of each step the best moment so far is kept: with it the next one is tried."""
    conditions = p.args[1:]
    steps = _steps(str(p.parameters[0]), len(conditions))
    _check_times(steps)
    met = ", ".join(f"m{number} := coalesce({one.condition}, false)" for number, one in enumerate(conditions, start=1))
    event = f"struct_pack(t := {_moment(p)}, m := struct_pack({met}))"
    kept = p.rows.where([f"({_met(conditions)})"])
    ordered = kept.sorted(event, _moment(p))
    hits = [_hit(index, step) for index, step in enumerate(steps)]
    done = hits[-1]
    fields = [f"n := _a.n + CASE WHEN {done} THEN 1 ELSE 0 END"]
    for index, step in enumerate(steps[1:], start=1):
        before = f"_a.s{index}" if step.gap else "NULL"
        best = f"least({before}, _e.t)" if step.operator.startswith(">") else "_e.t"
        kept_moment = f"CASE WHEN {done} THEN NULL WHEN {hits[index - 1]} THEN {best} ELSE {before} END"
        fields.append(f"s{index} := CAST({kept_moment} AS BIGINT)")
    unmet = [f"s{index} := CAST(NULL AS BIGINT)" for index in range(1, len(steps))]
    start = ", ".join(["n := CAST(0 AS BIGINT)", *unmet])
    return f"list_reduce({ordered}, lambda _a, _e: struct_pack({', '.join(fields)}), struct_pack({start})).n"


def _hit(index: int, step: _Step) -> str:
    """Whether the event is this step, its predecessor having been met."""
    tests = [f"_e.m.m{step.number}"] if step.number else []
    if index:
        tests.append(f"_a.s{index} IS NOT NULL")
    if step.operator:
        operator = {"==": "=", "!=": "<>"}.get(step.operator, step.operator)
        tests.append(f"_e.t - _a.s{index} {operator} {step.seconds}")
    return f"coalesce({' AND '.join(tests) or 'true'}, false)"


def _check_times(steps: Sequence[_Step]) -> None:
    """One moment a step is enough as long as later (or earlier) ones are always as good."""
    operators = {step.operator[0] for step in steps if step.operator}
    if len(operators) > 1 or operators & {"=", "!"}:
        raise Fault("TL406", "conditions of time must be all < and <=, or all > and >=")


FUNCTIONS: list[AggregateFunction] = [
    AggregateFunction("retention", "condition condition condition*", array(UINT8), _retention, "never", nullable=False,
                      skips_nulls=True, doc="Whether the first condition was met, and each of the others as well."),
    AggregateFunction("windowFunnel", "any condition condition*", UINT8, _window_funnel, "never", nullable=False,
                      parameters="integer string*", doc="How many conditions were met in order, within a window."),
    AggregateFunction("sequenceMatch", "any condition condition condition*", UINT8,
                      lambda p: f"CAST({_matches(p)} > 0 AS UTINYINT)", "never", nullable=False, parameters="string",
                      doc="Whether the events hold a pattern."),
    AggregateFunction("sequenceCount", "any condition condition condition*", UINT64,
                      lambda p: f"CAST({_matches(p)} AS UBIGINT)", "never", nullable=False, parameters="string",
                      doc="How often the events hold a pattern."),
]  # fmt: skip
