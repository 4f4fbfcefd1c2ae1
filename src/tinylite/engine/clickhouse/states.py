"""States that DuckDB keeps in plain types (`sql.physical`), made into ClickHouse's own again.

ClickHouse's states of sums, counts and the like have a form in bytes that is the same in all versions, since servers
exchange it; a String is cast to a state by that form. What keeps the rows that it was made of is aggregated again. Sets
of uniq and its kin hold hashes of another kind than ClickHouse's: those states can't be made, only derived anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tinylite.sql.physical import STATE_SHAPES, sum_type
from tinylite.types import Type
from tinylite.types.model import NEVER_NULLABLE, array

_SPELLING = re.compile(r"\s*(\w+)\s*(\(.*\))?\s*", re.DOTALL)
_COMBINED = re.compile(
    r"(State|OrNull|OrDefault|MergeState|Merge|SimpleState|Distinct|Array|ForEach|Map|Resample|ArgMin|ArgMax|If)$"
)
_BY_FOLD = {name.lower(): name for name in STATE_SHAPES}
_MORE_THAN_A_VALUE = frozenset({"anyHeavy"})
_CONTAINERS = NEVER_NULLABLE | {"Tuple"}
_FLOAT64, _UINT64 = Type("Float64"), Type("UInt64")


@dataclass(frozen=True, slots=True)
class State:
    """`plain` is what DuckDB keeps, as a type of ClickHouse's; `made` makes the state, with {0} for such a value.
    `result` is the type of the finished state where that is the value which DuckDB keeps.
    """

    plain: Type
    made: str
    result: Type | None = None


def state_of(type_: Type) -> State | None:
    """Of an AggregateFunction; None when it has to be derived anew."""
    spelt = _SPELLING.fullmatch(str(type_.params[0]))
    if spelt is None:
        return None
    name, parameters, args, condition = spelt[1], spelt[2] or "", type_.args, ""
    if _shape(name) is None and name.endswith("If") and args:
        name, args, condition = name.removesuffix("If"), args[:-1], "If"
    if name in _MORE_THAN_A_VALUE or (_shape(name) is None and _COMBINED.search(name)):
        return None
    reduce = _Reduce(f"{_BY_FOLD.get(name.lower(), name)}{condition}State{parameters}", bool(condition))
    state = _state(_shape(name) or "rows", reduce, tuple(arg.without_dictionaries for arg in args))
    # By way of the bytes: a sum of UInt64 and one of UInt8 are different types with the same form.
    return state and State(state.plain, f"CAST({state.made} AS {type_.plain})", state.result)


def _shape(name: str) -> str | None:
    return STATE_SHAPES.get(_BY_FOLD.get(name.lower(), name))


@dataclass(frozen=True, slots=True)
class _Reduce:
    """An aggregate over arrays; `has_condition`, which all rows that were kept fulfil."""

    function: str
    has_condition: bool = False

    def bytes(self, *arrays: str) -> str:
        name = self.function.replace("\\", "\\\\").replace("'", "\\'")
        ones = [f"arrayMap(one -> 1, {arrays[0]})"] if self.has_condition else []
        return f"CAST(arrayReduce('{name}', {', '.join([*arrays, *ones])}) AS String)"


_SUM = _Reduce("sumState")


def _state(shape: str, reduce: _Reduce, args: tuple[Type, ...]) -> State | None:
    first = args[0] if args else Type("UInt8")
    match shape:
        case "count":
            return State(_UINT64.as_nullable(), _varint("ifNull({0}, 0)"), _UINT64)
        case "sum":
            total = sum_type(first.plain)
            value = "{0}" if first.nullable else "ifNull({0}, 0)"
            made = _SUM.bytes(f"[CAST({value} AS {total.as_nullable(first.nullable)})]")
            return State(total.as_nullable(), made, total.as_nullable(first.nullable))
        case "average":
            return _average(first)
        case "bits" if first.name == "Bool":
            return _state(shape, reduce, (Type("UInt8", nullable=first.nullable),))
        case "value" | "bits" if first.name not in _CONTAINERS:
            known = "arrayFilter(each -> isNotNull(each), [{0}])"
            return State(first.as_nullable(), reduce.bytes(f"CAST({known} AS {array(first)})"), first)
        case "pair" if first.name not in _CONTAINERS and args[1].name not in _CONTAINERS:
            known = "arrayFilter(each -> isNotNull(each.2), [{0}])"
            arrays = [f"CAST(arrayMap(each -> each.{n}, {known}) AS {array(arg)})" for n, arg in enumerate(args, 1)]
            plain = Type("Tuple", (first.as_nullable(), args[1].as_nullable()), names=("arg", "val"))
            return State(plain, reduce.bytes(*arrays))
        case "moments" if not first.nullable and (first.is_integer or first.name == "Float64"):
            fields = [_SUM.bytes(f"[CAST(ifNull({{0}}.{n}, 0) AS Float64)]") for n in (1, 2, 3)]
            plain = Type("Tuple", tuple(t.as_nullable() for t in (_UINT64, _FLOAT64, _FLOAT64)), names=("n", "s", "q"))
            return State(plain, f"concat({', '.join(fields)})")
        case "rows" if len(args) == 1:
            return State(array(first), reduce.bytes("{0}"))
        case "rows" if args:
            plain = Type("Tuple", args, names=tuple(f"a{number}" for number in range(len(args))))
            return State(
                array(plain), reduce.bytes(*(f"arrayMap(row -> row.{n}, {{0}})" for n in range(1, len(args) + 1)))
            )
    return None


def _average(first: Type) -> State | None:
    """The sum, then how many there were."""
    if not first.is_float and (not first.is_integer or first.bits > 64):
        return None
    kept = _FLOAT64 if first.is_float else Type("Int128")
    plain = Type("Tuple", (kept.as_nullable(), _UINT64.as_nullable()), names=("sum", "count"))
    total = _SUM.bytes(f"[CAST(ifNull({{0}}.1, 0) AS {sum_type(first.plain)})]")
    made = f"concat({total}, {_varint('ifNull({0}.2, 0)')})"
    if first.nullable:
        made = f"if(ifNull({{0}}.2, 0) = 0, unhex('00'), concat(unhex('01'), {made}))"
    return State(plain, made)


def _varint(number: str) -> str:
    """A UInt64 in groups of seven bits, the lowest first; all but the last have the eighth bit set."""
    rest = f"bitShiftRight({number}, 7 * place)"
    more = f"if(bitShiftRight({rest}, 7) > 0, 128, 0)"
    places = f"arrayFilter(place -> place = 0 OR {rest} > 0, range(10))"
    return f"arrayStringConcat(arrayMap(place -> char(bitOr(bitAnd({rest}, 127), {more})), {places}))"
