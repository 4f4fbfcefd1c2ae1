"""if, multiIf, coalesce and what else looks at conditions and NULLs; comparisons spelt as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

from tinylite.sql.casts import cast, coerce
from tinylite.sql.clauses.settings import is_on
from tinylite.sql.comparison import compare, connect, in_array, like, null_safe, predicate
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, Function, own, test
from tinylite.sql.literals import literal
from tinylite.sql.physical import default_value, duckdb_type, first_value, text_literal
from tinylite.sql.typed import Typed, combined, keeps_dictionary
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import BOOL, INT16, INT64, NULL, UINT8, UINT64, array, decimal
from tinylite.types.supertype import NoSupertype, supertype


def common_type(values: Sequence[Typed]) -> Type:
    try:
        return supertype([value.type for value in values])
    except NoSupertype as problem:
        raise Fault("TL407", str(problem)) from None


def branches(conditions: Sequence[Typed], values: Sequence[Typed], otherwise: Typed) -> Typed:
    """The first value whose condition holds. Raises Fault for conditions that ClickHouse does not take as such."""
    for condition in conditions:
        if condition.type.name not in ("UInt8", "Bool", "Nothing"):
            raise Fault(
                "TL407", f"a condition must be UInt8 or Bool, not {condition.type}", hint="compare it, as in x != 0"
            )
    everything = [*values, otherwise]
    if all(value.predicate and value.type.name == "UInt8" for value in everything):
        cases = " ".join(f"WHEN {c.condition} THEN {v.sql}" for c, v in zip(conditions, values, strict=True))
        type_ = UINT8.as_nullable(any(v.type.nullable for v in everything))
        return combined(f"(CASE {cases} ELSE {otherwise.sql} END)", type_, [*conditions, *everything], predicate=True)
    type_ = common_type(everything).as_low_cardinality(False)
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
    if not type_.nullable:
        raise call.fault(f"{value.type} can't be NULL")
    if other.type.name == "Nothing":
        return combined(value.exact, type_, [value])
    equal = compare("=", value, other)
    return combined(f"(CASE WHEN {equal.sql} THEN NULL ELSE {value.exact} END)", type_, [value, other])


def _assume_not_null(call: Call) -> Typed:
    (value,) = call.args
    if value.type.name == "Nothing":
        raise call.fault("NULL has no value to assume")
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


def _comparison(operator: str) -> Callable[[Call], Typed]:
    return lambda call: compare(operator, call.args[0], call.args[1])


def _extreme(name: str) -> Callable[[Call], Typed]:
    """greatest and least."""

    def lower(call: Call) -> Typed:
        type_ = _extreme_type(name, call)
        parts = [arg for arg in call.args if arg.type.name != "Nothing"]
        values = [arg.exact if type_.is_integer else coerce(arg, type_) for arg in parts]
        if type_.is_integer:  # Int64 and UInt64 are compared as HUGEINT, and the one that wins fits
            sql = f"CAST({name}({', '.join(values)}) AS {duckdb_type(type_)})"
        elif type_.is_float:
            sql = reduce(lambda a, b: _larger(name, a, b), values)
        elif type_.is_enum:
            sql = reduce(lambda a, b: _further(name, a, b, type_), values)
        else:
            sql = f"{name}({', '.join(values)})"
        type_ = type_.as_low_cardinality(keeps_dictionary(call.args, type_))
        return combined(sql if parts else "NULL", type_, call.args)

    return lower


def _extreme_type(name: str, call: Call) -> Type:
    types = [arg.type.plain for arg in call.args]
    if {t.name for t in types} == {"Int64", "UInt64"} and len(types) == 2:
        return (UINT64 if name == "greatest" else INT64).as_nullable(any(arg.type.nullable for arg in call.args))
    if any(t.is_float for t in types) and any(t.is_integer and t.bits >= 64 for t in types):
        raise call.fault("there is no common type of 64-bit integers and floats", "convert with toFloat64(x)")
    type_ = common_type(call.args)
    if type_.name == "Bool" and not type_.nullable:
        return UINT8
    if type_.name == "Decimal":  # an integer beside it does not widen it
        digits = max(int(str(t.params[0])) for t in types if t.name == "Decimal")
        return decimal(digits, int(str(type_.params[1]))).as_nullable(type_.nullable)
    return type_


def _larger(name: str, a: str, b: str) -> str:
    """Of two floats. A comparison with NaN is false, so that the second one is the result; NULL is passed over."""
    chosen = f"({a} > {b} AND NOT isnan({a}))" if name == "greatest" else f"({a} < {b} AND NOT isnan({b}))"
    return f"(CASE WHEN {chosen} OR {b} IS NULL THEN {a} WHEN {a} IS NULL THEN {b} ELSE {b} END)"


def _further(name: str, a: str, b: str, type_: Type) -> str:
    """Of two values of an Enum, which is ordered by its numbers."""
    ranks = [cast(Typed(value, type_), INT16).sql for value in (a, b)]
    symbol = ">=" if name == "greatest" else "<="
    return f"(CASE WHEN {b} IS NULL OR {ranks[0]} {symbol} {ranks[1]} THEN {a} ELSE {b} END)"


def _in(call: Call) -> Typed:
    value, container = call.args
    from tinylite.sql.comparison import in_list

    if container.type.name == "Array":
        return in_array(value, container)
    return in_list(value, container.elements or (container,))


def _not_in(call: Call) -> Typed:
    found = _in(call)
    if found.type.name == "Nothing":
        return found
    return combined(f"(NOT {found.sql})", found.type, [found], predicate=True)


def _null_in(*, found: bool) -> Callable[[Call], Typed]:
    """`in` for which NULL is a value: ClickHouse takes it out of constant lists, and finds it in others."""

    def lower(call: Call) -> Typed:
        if is_on(call.scope.settings, "transform_null_in"):
            raise call.fault("is not supported with transform_null_in", "write IN")
        container = call.args[1]
        members = container.elements or (container,)
        is_array = container.type.name == "Array" and container.elements is None
        if is_array or all(member.constant for member in members):
            sql = f"coalesce({_in(call).sql}, false)"
        else:
            sql = f"({' OR '.join(null_safe(call.args[0], member).sql for member in members)})"
        return combined(sql if found else f"(NOT {sql})", UINT8, call.args, predicate=True)

    return lower


def _clamp(call: Call) -> Typed:
    """The value within two bounds, the lower of which must not be above the upper."""
    type_ = common_type(call.args)
    if type_.name == "Nothing" or any(arg.type.name == "Nothing" for arg in call.args):
        return combined("NULL", NULL, call.args)
    if type_.name in ("Array", "Map", "Tuple") or type_.is_enum:
        raise call.fault(f"values of {type_} can't be clamped")
    value, low, high = (coerce(arg, type_) for arg in call.args)
    sql = f"greatest({low}, least({value}, {high}))"
    if type_.nullable:
        present = " AND ".join(f"{arg.value} IS NOT NULL" for arg in call.args if arg.type.nullable)
        sql = f"(CASE WHEN {present} THEN {sql} END)"
    literals = [arg.literal for arg in call.args[1:]]
    if not all(isinstance(number, int | float) for number in literals) or literals[0] > literals[1]:  # type: ignore[operator]
        sql = f"(CASE WHEN {low} > {high} THEN error('The upper bound of clamp is below the lower one') ELSE {sql} END)"
    return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)


def _transform(call: Call) -> Typed:
    """transform(x, from, to[, otherwise]): without `otherwise`, x itself where it is not listed."""
    value, source, target = call.args[:3]
    otherwise = call.args[3] if len(call.args) > 3 else value
    if value.type.name == "Nothing":
        return otherwise
    if len(call.args) == 3 and value.type.nullable:
        raise call.fault(f"{value.type} needs a fourth argument", "add what stands for values that are not listed")
    if target.type.args[0].name in ("Array", "Map", "Tuple"):
        raise call.fault(f"can't give {target.type.args[0]}")
    if source.elements is None or target.elements is None:
        return _looked_up(value, source, target, otherwise)
    if len(source.elements) != len(target.elements):
        raise call.fault("both arrays must have the same length")
    if any(element.type.name == "Nothing" for element in source.elements):
        raise call.fault("NULL can't be looked for", "treat it before, as in ifNull(x, 0)")
    if not source.elements:
        return otherwise
    tests = [compare("=", value, element) for element in source.elements]
    result = branches([combined(t.sql, UINT8, [t], predicate=True) for t in tests], target.elements, otherwise)
    return result.with_type(result.type.as_low_cardinality(keeps_dictionary(call.args, result.type)))


def _looked_up(value: Typed, source: Typed, target: Typed, otherwise: Typed) -> Typed:
    """Arrays that are no literals, as those of parameters."""
    type_ = common_type([Typed("e", target.type.args[0]), otherwise])
    needles = cast(source, array(value.type.plain))
    found = f"list_position({needles.sql}, {value.exact})"
    chosen = f"list_extract({cast(target, array(type_.plain)).sql}, {found})"
    sql = f"(CASE WHEN coalesce({found}, 0) > 0 THEN {chosen} ELSE {coerce(otherwise, type_)} END)"
    return combined(sql, type_, [value, source, target, otherwise])


def _null_safe(*, equal: bool) -> Callable[[Call], Typed]:
    return lambda call: null_safe(call.args[0], call.args[1], equal=equal)


def _materialize(call: Call) -> Typed:
    (value,) = call.args
    return Typed(value.exact, value.type, aggregate=value.aggregate)


def _throw_if(call: Call) -> Typed:
    text = "Value passed to 'throwIf' function is non-zero"
    message = str(call.literal(1, str, "a message")) if len(call.args) > 1 else text
    sql = f"CAST((CASE WHEN {call.args[0].condition} THEN error({text_literal(message)}) ELSE 0 END) AS UTINYINT)"
    return combined(sql, UINT8, call.args)


def _if_not_finite(call: Call) -> Typed:
    value, other = call.args
    type_ = common_type([value, other])
    sql = f"(CASE WHEN isfinite({value.number}) THEN {coerce(value, type_)} ELSE {coerce(other, type_)} END)"
    return combined(sql, type_, call.args)


def _case(call: Call) -> Typed:
    operand, *rest = call.args
    if len(rest) % 2 == 0 or len(rest) < 3:
        raise call.fault("takes a value, pairs of a key and a result, and what is otherwise")
    tests = [null_safe(operand, key) for key in rest[:-1:2]]
    result = branches(tests, rest[1::2], rest[-1])
    return result.with_type(result.type.as_low_cardinality(keeps_dictionary(call.args, result.type)))


def _first_non_default(call: Call) -> Typed:
    """The first argument that is not the default of its type, which is NULL of a Nullable one; else the default."""
    type_ = common_type(call.args).as_nullable(any(arg.type.nullable for arg in call.args))
    tests = " ".join(
        f"WHEN {arg.value} IS DISTINCT FROM {default_value(arg.type)} THEN {coerce(arg, type_)}"
        for arg in call.args
        if arg.type.name != "Nothing"
    )
    return combined(f"(CASE {tests} ELSE {default_value(type_)} END)", type_, call.args)


def _default_of_type(call: Call) -> Typed:
    spelling = str(call.literal(0, str, "the name of a type"))
    try:
        type_ = parse_type(spelling)
    except TypeSyntaxError as problem:
        raise call.fault(str(problem)) from None
    return Typed(first_value(type_), type_, constant=True)


def _default_of_argument(call: Call) -> Typed:
    type_ = call.args[0].type
    return Typed(first_value(type_), type_, constant=True)


def _not(call: Call) -> Typed:
    type_ = BOOL if call.args[0].type.name == "Bool" else UINT8
    return predicate(f"(NOT {call.args[0].condition})", call.args, type_)


FUNCTIONS: list[Function] = [
    own("if", "condition any any", _if, nulls="own", case_insensitive=True),
    own("multiIf", "any any any any*", _multi_if, nulls="own", aliases=("caseWithoutExpression", "caseWithoutExpr")),
    own("caseWithExpression", "any any any*", _case, nulls="own", aliases=("caseWithExpr",), doc="As CASE x WHEN …."),
    own("coalesce", "any any*", _coalesce, nulls="own", case_insensitive=True),
    own("ifNull", "any any", _if_null, nulls="own", case_insensitive=True),
    own("nullIf", "any any", _null_if, nulls="own", case_insensitive=True),
    own("assumeNotNull", "any", _assume_not_null, nulls="own"),
    own("toNullable", "any", _to_nullable, nulls="own"),
    own("isNull", "any", _is_null, nulls="own", case_insensitive=True),
    own("isNotNull", "any", _is_not_null, nulls="own"),
    own("isNullable", "any", lambda call: literal(int(call.args[0].type.nullable)), nulls="own"),
    own("isConstant", "any", lambda call: literal(int(call.args[0].constant)), nulls="own"),
    own(
        "isNotDistinctFrom",
        "any any",
        _null_safe(equal=True),
        nulls="own",
        doc="Equality in which NULL is equal to NULL.",
    ),
    own("isDistinctFrom", "any any", _null_safe(equal=False), nulls="own"),
    own("transform", "any array array any?", _transform, nulls="own", doc="A value's counterpart in another array."),
    own("firstNonDefault", "any any*", _first_non_default, nulls="own", doc="The first that is not 0, '' or NULL."),
    own("defaultValueOfTypeName", "string", _default_of_type, nulls="own"),
    own("defaultValueOfArgumentType", "any", _default_of_argument, nulls="own"),
    own("materialize", "any", _materialize, nulls="own", doc="The same value, no longer a constant."),
    own("identity", "any", lambda call: call.args[0], nulls="own"),
    own("ignore", "any*", lambda call: literal(0), nulls="own", doc="Always 0."),
    own("throwIf", "condition string?", _throw_if, doc="Ends the query with a message where the condition holds."),
    own("ifNotFinite", "number number", _if_not_finite, nulls="own", doc="The second where the first is not finite."),
    own("greatest", "any any*", _extreme("greatest"), nulls="own", case_insensitive=True),
    own("least", "any any*", _extreme("least"), nulls="own", case_insensitive=True),
    own("equals", "any any", _comparison("="), nulls="own"),
    own("notEquals", "any any", _comparison("<>"), nulls="own"),
    own("less", "any any", _comparison("<"), nulls="own"),
    own("lessOrEquals", "any any", _comparison("<="), nulls="own"),
    own("greater", "any any", _comparison(">"), nulls="own"),
    own("greaterOrEquals", "any any", _comparison(">="), nulls="own"),
    own("and", "any any*", lambda call: connect("AND", call.args), nulls="own", case_insensitive=True),
    own("or", "any any*", lambda call: connect("OR", call.args), nulls="own", case_insensitive=True),
    own("xor", "any any*", lambda call: connect("<>", call.args), nulls="own", case_insensitive=True),
    own("not", "condition", _not, nulls="own", case_insensitive=True),
    own("in", "any any", _in, nulls="own", aliases=("globalIn",)),
    own("notIn", "any any", _not_in, nulls="own", aliases=("globalNotIn",)),
    own(
        "nullIn", "any any", _null_in(found=True), nulls="own", aliases=("globalNullIn",), doc="As in, and never NULL."
    ),
    own("notNullIn", "any any", _null_in(found=False), nulls="own", aliases=("globalNotNullIn",)),
    own("clamp", "any any any", _clamp, nulls="own", doc="A value within two bounds."),
    own("like", "string string", lambda call: like(call.args[0], call.args[1], "LIKE"), case_insensitive=True),
    own("notLike", "string string", lambda call: like(call.args[0], call.args[1], "NOT LIKE"), case_insensitive=True),
    own("ilike", "string string", lambda call: like(call.args[0], call.args[1], "ILIKE"), case_insensitive=True),
    own("notILike", "string string", lambda call: like(call.args[0], call.args[1], "NOT ILIKE")),
    test("isZeroOrNull", "number", "coalesce({0:number}, 0) = 0", nulls="own"),
]
