"""if, multiIf, coalesce and what else looks at conditions and NULLs; comparisons spelt as functions."""

from __future__ import annotations

from collections.abc import Sequence

from tinylite.sql.casts import cast, coerce
from tinylite.sql.comparison import compare, connect, in_array, like
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own, test
from tinylite.sql.physical import default_value, duckdb_type
from tinylite.sql.typed import Typed, combined, keeps_dictionary
from tinylite.types import Type
from tinylite.types.model import NULL, UINT8
from tinylite.types.supertype import NoSupertype, supertype


def common_type(values: Sequence[Typed]) -> Type:
    try:
        return supertype([value.type for value in values])
    except NoSupertype as problem:
        raise Fault("TL407", str(problem)) from None


def branches(conditions: Sequence[Typed], values: Sequence[Typed], otherwise: Typed) -> Typed:
    everything = [*values, otherwise]
    if all(value.predicate and value.type.name == "UInt8" for value in everything):
        cases = " ".join(f"WHEN {c.condition} THEN {v.sql}" for c, v in zip(conditions, values, strict=True))
        type_ = UINT8.as_nullable(any(v.type.nullable for v in everything))
        return combined(f"(CASE {cases} ELSE {otherwise.sql} END)", type_, [*conditions, *everything], predicate=True)
    type_ = common_type(everything)
    cases = " ".join(f"WHEN {c.condition} THEN {coerce(v, type_)}" for c, v in zip(conditions, values, strict=True))
    return combined(f"(CASE {cases} ELSE {coerce(otherwise, type_)} END)", type_, [*conditions, *everything])


def _if(call: Call) -> Typed:
    condition, then, otherwise = call.args
    return branches([condition], [then], otherwise)


def _multi_if(call: Call) -> Typed:
    if len(call.args) % 2 == 0:
        raise call.fault("takes pairs of condition and value, and a last value")
    return branches(call.args[:-1:2], call.args[1:-1:2], call.args[-1])


def _coalesce(call: Call) -> Typed:
    """NULLs are skipped; the first argument that can't be NULL ends the list."""
    values: list[Typed] = []
    for arg in call.args:
        if arg.type.name == "Nothing":
            continue
        values.append(arg)
        if not arg.type.nullable:
            break
    if not values:
        return combined("NULL", NULL, call.args)
    type_ = common_type(values).as_nullable(all(value.type.nullable for value in values))
    type_ = type_.as_low_cardinality(keeps_dictionary(values, type_))
    body = ", ".join(coerce(value, type_) for value in values)
    return combined(f"coalesce({body})" if len(values) > 1 else body, type_, values)


def _if_null(call: Call) -> Typed:
    return _coalesce(call)


def _null_if(call: Call) -> Typed:
    value, other = call.args
    type_ = value.type.as_nullable()
    if other.type.name == "Nothing":
        return combined(value.exact, type_, [value])
    equal = compare("=", value, other)
    return combined(f"(CASE WHEN {equal.sql} THEN NULL ELSE {value.exact} END)", type_, [value, other])


def _assume_not_null(call: Call) -> Typed:
    (value,) = call.args
    if not value.type.nullable:
        return value
    type_ = value.type.as_nullable(False)
    return combined(f"coalesce({value.value}, {default_value(type_)})", type_, [value])


def _to_nullable(call: Call) -> Typed:
    (value,) = call.args
    return combined(value.exact, value.type.as_nullable(), [value])


def _is_null(call: Call) -> Typed:
    return combined(f"({call.args[0].value} IS NULL)", UINT8, call.args, predicate=True)


def _is_not_null(call: Call) -> Typed:
    return combined(f"({call.args[0].value} IS NOT NULL)", UINT8, call.args, predicate=True)


def _comparison(operator: str):  # type: ignore[no-untyped-def]
    return lambda call: compare(operator, call.args[0], call.args[1])


def _greatest(function: str):  # type: ignore[no-untyped-def]
    def lower(call: Call) -> Typed:
        type_ = common_type(call.args)
        values = [coerce(arg, type_) for arg in call.args]
        if type_.is_float:
            # NaN is never chosen over a number.
            values = [f"(CASE WHEN isnan({value}) THEN NULL ELSE {value} END)" for value in values]
            return combined(f"coalesce({function}({', '.join(values)}), CAST('nan' AS DOUBLE))", type_, call.args)
        return combined(f"{function}({', '.join(values)})", type_, call.args)

    return lower


def _in(call: Call) -> Typed:
    value, container = call.args
    from tinylite.sql.comparison import in_list

    if container.type.name == "Array":
        return in_array(value, container)
    return in_list(value, container.elements or (container,))


def _not_in(call: Call) -> Typed:
    found = _in(call)
    return combined(f"(NOT {found.sql})", found.type, [found], predicate=True)


def _not(call: Call) -> Typed:
    return combined(f"(NOT {call.args[0].condition})", UINT8, call.args, predicate=True)


def _to_uint8(call: Call) -> Typed:
    value = cast(call.args[0], UINT8)
    return combined(f"CAST({value.sql} AS {duckdb_type(UINT8)})", UINT8, [value])


FUNCTIONS: list[Function] = [
    own("if", "condition any any", _if, nulls="own", case_insensitive=True),
    own("multiIf", "any any any any*", _multi_if, nulls="own", aliases=("caseWithoutExpression",)),
    own("coalesce", "any any*", _coalesce, nulls="own", case_insensitive=True),
    own("ifNull", "any any", _if_null, nulls="own", case_insensitive=True),
    own("nullIf", "any any", _null_if, nulls="own", case_insensitive=True),
    own("assumeNotNull", "any", _assume_not_null, nulls="own"),
    own("toNullable", "any", _to_nullable, nulls="own"),
    own("isNull", "any", _is_null, nulls="own", case_insensitive=True),
    own("isNotNull", "any", _is_not_null, nulls="own"),
    own("greatest", "any any*", _greatest("greatest"), nulls="own", case_insensitive=True),
    own("least", "any any*", _greatest("least"), nulls="own", case_insensitive=True),
    own("equals", "any any", _comparison("="), nulls="own"),
    own("notEquals", "any any", _comparison("<>"), nulls="own"),
    own("less", "any any", _comparison("<"), nulls="own"),
    own("lessOrEquals", "any any", _comparison("<="), nulls="own"),
    own("greater", "any any", _comparison(">"), nulls="own"),
    own("greaterOrEquals", "any any", _comparison(">="), nulls="own"),
    own("and", "any any*", lambda call: connect("AND", call.args), nulls="own", case_insensitive=True),
    own("or", "any any*", lambda call: connect("OR", call.args), nulls="own", case_insensitive=True),
    own("xor", "any any*", lambda call: connect("<>", call.args), nulls="own", case_insensitive=True),
    own("not", "condition", _not, case_insensitive=True),
    own("in", "any any", _in, nulls="own"),
    own("notIn", "any any", _not_in, nulls="own"),
    own("like", "string string", lambda call: like(call.args[0], call.args[1], "LIKE"), case_insensitive=True),
    own("notLike", "string string", lambda call: like(call.args[0], call.args[1], "NOT LIKE"), case_insensitive=True),
    own("ilike", "string string", lambda call: like(call.args[0], call.args[1], "ILIKE"), case_insensitive=True),
    own("notILike", "string string", lambda call: like(call.args[0], call.args[1], "NOT ILIKE")),
    test("isZeroOrNull", "number", "coalesce({0:number}, 0) = 0", nulls="own"),
]
