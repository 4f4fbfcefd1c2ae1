"""Arrays as sets: distinct elements, their numbers, what two arrays share."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.casts import coerce
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.functions.lambdas import walk
from tinylite.sql.functions.lists import let, of_one_type, same_length
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, NOTHING, UINT32, array


def in_order(call: Call, values: str) -> str:
    """The first of each, in their order; DuckDB's list_distinct has none."""
    item, index = call.unique(), call.unique()
    return f"list_filter({values}, lambda {item}, {index}: list_position({values}, {item}) = {index})"


def _distinct(call: Call) -> Typed:
    """NULL is no element of the result."""
    values = call.args[0]
    element, name = values.type.args[0], call.unique()
    sql = values.sql
    if element.nullable:
        item = call.unique()
        sql = f"list_filter({sql}, lambda {item}: {item} IS NOT NULL)"
    return combined(let(name, sql, in_order(call, name)), array(element.as_nullable(False)), call.args)


def _tuples(args: Sequence[Typed]) -> str:
    """One list of what several arrays hold side by side."""
    if len(args) == 1:
        return args[0].sql
    return same_length(args, f"list_zip({', '.join(arg.sql for arg in args)})")


def _uniq(call: Call) -> Typed:
    name = call.unique()
    count = f"len(list_distinct({name}))"
    if len(call.args) == 1 and call.args[0].type.args[0].nullable:
        count = f"({count} + CASE WHEN list_position({name}, NULL) IS NULL THEN 0 ELSE 1 END)"
    return combined(f"CAST({let(name, _tuples(call.args), count)} AS UINTEGER)", UINT32, call.args)


def _compact(call: Call) -> Typed:
    """Drops what is equal to the element before it, or has an equal result of the lambda."""
    values = call.args[0]
    keys, parts = values.sql, call.args
    if call.function is not None:
        walked = walk(call, call.args)
        keys, parts = walked.values, walked.parts
    name, item, index = call.unique(), call.unique(), call.unique()
    changed = f"{index} = 1 OR {name}[{index}] IS DISTINCT FROM {name}[{index} - 1]"
    sql = let(name, keys, f"list_filter({values.sql}, lambda {item}, {index}: {changed})")
    return combined(sql, values.type, parts)


def _enumerate(call: Call) -> Typed:
    return combined(f"CAST(range(1, len({call.args[0].sql}) + 1) AS UINTEGER[])", array(UINT32), call.args)


def _enumerate_uniq(call: Call) -> Typed:
    name, item, other, index = call.unique(), call.unique(), call.unique(), call.unique()
    equal = f"list_filter({name}[1:{index}], lambda {other}: {other} IS NOT DISTINCT FROM {item})"
    counts = f"list_transform({name}, lambda {item}, {index}: CAST(len({equal}) AS UINTEGER))"
    return combined(let(name, _tuples(call.args), counts), array(UINT32), call.args)


def _enumerate_dense(call: Call) -> Typed:
    name, different, item = call.unique(), call.unique(), call.unique()
    numbers = f"list_transform({name}, lambda {item}: CAST(list_position({different}, {item}) AS UINTEGER))"
    sql = let(name, _tuples(call.args), let(different, in_order(call, name), numbers))
    return combined(sql, array(UINT32), call.args)


# -- two arrays and more --------------------------------------------------------------------------------------------


def _narrowest(types: Sequence[Type]) -> Type:
    """The type of what all have in common: the narrowest of numbers, Nullable when all are."""
    if any(type_.name == "Nothing" and not type_.nullable for type_ in types):
        return NOTHING
    plain = [type_.plain for type_ in types if type_.name != "Nothing"]
    least = plain[0]
    if len(set(plain)) > 1 and all(type_.is_number for type_ in plain):
        whole = [type_ for type_ in plain if type_.is_integer]
        least = min(whole, key=lambda type_: (type_.bits, not type_.is_unsigned)) if whole else Type("Float32")
    return least.as_nullable(all(type_.nullable for type_ in types))


def _intersect(call: Call) -> Typed:
    type_ = array(_narrowest([arg.type.args[0] for arg in call.args]))
    duckdb = duckdb_type(type_)
    if type_.args[0] == NOTHING:
        return combined(f"CAST([] AS {duckdb})", type_, call.args)
    _, (first, *others) = of_one_type(call.args)
    item, name = call.unique(), call.unique()
    test = " AND ".join(f"list_position({other}, {item}) IS NOT NULL" for other in others) or "true"
    kept = f"list_filter({first}, lambda {item}: {test})"
    return combined(f"CAST({let(name, kept, in_order(call, name))} AS {duckdb})", type_, call.args)


def _union(call: Call) -> Typed:
    type_, texts = of_one_type(call.args)
    name = call.unique()
    return combined(let(name, f"list_concat({', '.join(texts)})", in_order(call, name)), type_, call.args)


def _symmetric_difference(call: Call) -> Typed:
    """What is in some of the arrays and not in all."""
    type_, texts = of_one_type(call.args)
    name, item = call.unique(), call.unique()
    everywhere = " AND ".join(f"list_position({text}, {item}) IS NOT NULL" for text in texts)
    kept = f"list_filter({in_order(call, name)}, lambda {item}: NOT ({everywhere}))"
    return combined(let(name, f"list_concat({', '.join(texts)})", kept), type_, call.args)


def _except(call: Call) -> Typed:
    values = call.args[0]
    if values.type.args[0] != call.args[1].type.args[0]:
        raise call.fault(f"the arrays must have one type, not {values.type} and {call.args[1].type}")
    first, second = (arg.sql for arg in call.args)
    item = call.unique()
    kept = f"list_filter({first}, lambda {item}: list_position({second}, {item}) IS NULL)"
    return combined(f"CAST({kept} AS {duckdb_type(values.type)})", values.type, call.args)


def _jaccard(call: Call) -> Typed:
    if all(arg.type.args[0].name == "Nothing" for arg in call.args):
        raise call.fault("the arrays have no type")
    type_, _ = of_one_type(call.args)
    one, other, item = call.unique(), call.unique(), call.unique()
    shared = f"len(list_filter({one}, lambda {item}: list_position({other}, {item}) IS NOT NULL))"
    ratio = f"({shared} / (len({one}) + len({other}) - {shared}))"
    first, second = (in_order(call, coerce(arg, type_)) for arg in call.args)
    return combined(f"CAST({let(one, first, let(other, second, ratio))} AS DOUBLE)", FLOAT64, call.args)


_RANKED = "arrays of arrays are not counted across levels here"

FUNCTIONS: list[Function] = [
    own("arrayDistinct", "array", _distinct, doc="The first of each; NULL is left out."),
    own("arrayUniq", "array array*", _uniq, doc="How many different elements, or tuples of several arrays."),
    own("arrayCompact", "array array*", _compact, takes_lambda=True, nulls="own",
        doc="Without elements that are equal to the one before."),
    own("arrayEnumerate", "array", _enumerate, doc="1, 2, 3, …"),
    own("arrayEnumerateUniq", "array array*", _enumerate_uniq, doc="How often the element has come up to here."),
    own("arrayEnumerateDense", "array array*", _enumerate_dense, doc="A number for each different element."),
    refused("arrayEnumerateUniqRanked", _RANKED, "use arrayEnumerateUniq on arrayFlatten(xs)"),
    refused("arrayEnumerateDenseRanked", _RANKED, "use arrayEnumerateDense on arrayFlatten(xs)"),
    own("arrayIntersect", "array array*", _intersect, doc="In the order of the first array."),
    own("arrayUnion", "array array*", _union, doc="ClickHouse's order is undefined; here it is that of appearance."),
    own("arraySymmetricDifference", "array array*", _symmetric_difference,
        doc="What is not in all of the arrays; ClickHouse's order is undefined."),
    own("arrayExcept", "array array", _except),
    own("arrayJaccardIndex", "array array", _jaccard),
]  # fmt: skip
