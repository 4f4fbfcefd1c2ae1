"""Numbers: arithmetic spelt as functions, powers and logarithms, trigonometry."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.arithmetic import arithmetic, negate
from tinylite.sql.casts import coerce
from tinylite.sql.decimals import from_units, units
from tinylite.sql.functions.catalog import Call, Function, fill, own, refused, simple, test
from tinylite.sql.functions.lists import let
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined, nullable_if
from tinylite.sql.wrapping import wrapped
from tinylite.sql.zones import has_nanoseconds
from tinylite.types.model import FLOAT64, INT8, UINT8, UINT32, UINT64, integer
from tinylite.types.supertype import NoSupertype, supertype

_NAN = "CAST('nan' AS DOUBLE)"


def _operator(symbol: str) -> Callable[[Call], Typed]:
    return lambda call: arithmetic(symbol, call.args[0], call.args[1])


def absolute(value: Typed) -> Typed:
    type_ = value.type.plain
    if type_.name == "Bool":
        return combined(value.number, UINT8, [value])
    if type_.is_integer:
        type_ = integer(type_.bits, signed=False)
        sql = f"CAST(abs(CAST({value.number} AS HUGEINT)) AS {duckdb_type(type_)})"
        return combined(sql, nullable_if(type_, [value]), [value])
    return combined(f"abs({value.number})", nullable_if(type_, [value]), [value])


def _float(name: str, sql: str | None = None, within: str = "", *, aliases: tuple[str, ...] = (),
           doc: str = "") -> Function:  # fmt: skip
    """Of one number. Outside of `within`, where DuckDB raises, it is NaN. `{0}` is the number as DOUBLE."""

    def lower(call: Call) -> Typed:
        item = call.unique()
        body = f"({(sql or f'{name}({{0}})').format(item)})"
        if within:
            body = f"(CASE WHEN NOT ({within.format(item)}) THEN {_NAN} ELSE {body} END)"
        return combined(let(item, fill("{0:double}", call.args), body), FLOAT64, call.args)

    if not within and (sql or "").count("{0}") <= 1:
        return simple(name, "number", FLOAT64, (sql or f"{name}({{0}})").replace("{0}", "{0:double}"), aliases=aliases,
                      case_insensitive=True, doc=doc)  # fmt: skip
    return own(name, "number", lower, aliases=aliases, case_insensitive=True, doc=doc)


def _logarithm(name: str, duckdb: str, aliases: tuple[str, ...] = ()) -> Function:
    return _float(name, f"CASE WHEN {{0}} = 0 THEN CAST('-inf' AS DOUBLE) ELSE {duckdb}({{0}}) END", "{0} >= 0",
                  aliases=aliases)  # fmt: skip


# All terms of the series have one sign; beyond 2 the continued fraction of erfc converges faster.
_SERIES = (
    "(1.1283791670955126e0 * exp(-{0} * {0}) * {0} * list_reduce(range(0, 60), lambda a, k: struct_pack("
    "t := a.t * 2e0 * {0} * {0} / (2 * k + 3), s := a.s + a.t * 2e0 * {0} * {0} / (2 * k + 3)), "
    "struct_pack(t := 1e0, s := 1e0)).s)"
)
_FRACTION = (
    "(exp(-{0} * {0}) * 0.5641895835477563e0 / list_reduce(range(60, 0, -1), lambda f, k: {0} + k / 2e0 / f, {0}))"
)
_ERF = (
    f"CASE WHEN isnan({{0}}) THEN {{0}} WHEN abs({{0}}) > 6 THEN sign({{0}}) WHEN abs({{0}}) <= 2 THEN {_SERIES} "
    f"ELSE sign({{0}}) * (1 - {_FRACTION.replace('{0}', 'abs({0})')}) END"
)
_ERFC = (
    f"CASE WHEN isnan({{0}}) THEN {{0}} WHEN {{0}} > 27 THEN 0e0 WHEN {{0}} > 2 THEN {_FRACTION} "
    f"WHEN {{0}} < -6 THEN 2e0 WHEN {{0}} < -2 THEN 2 - {_FRACTION.replace('{0}', 'abs({0})')} ELSE 1 - {_SERIES} END"
)


def _nan_passed_over(function: str) -> str:
    """min2, max2: a comparison with NaN is false, and then it is the second one."""
    a, b = "{0:double}", "{1:double}"
    return f"(CASE WHEN isnan({a}) OR isnan({b}) THEN {b} ELSE {function}({a}, {b}) END)"


def _power(base: int, limit: int) -> str:
    """intExp2, intExp10: 0 below 0, and the greatest UInt64 above the limit."""
    power = "CAST(1 AS HUGEINT) << CAST(least(greatest({0:int}, 0), 63) AS INTEGER)" if base == 2 else (
        "list_reduce(list_resize(CAST([] AS HUGEINT[]), least(greatest({0:int}, 0), 19), 10), lambda a, x: a * x, "
        "CAST(1 AS HUGEINT))"
    )  # fmt: skip
    # 2147483648 and more are negative to ClickHouse.
    negative = "WHEN CAST({0:int} AS BIGINT) & 2147483648 <> 0 THEN 0 " if base == 10 else ""
    ending = f"{negative}WHEN {{0:int}} > {limit} THEN 18446744073709551615 ELSE {power}"
    return f"(CASE WHEN {{0:int}} < 0 THEN 0 {ending} END)"


def _factorial(call: Call) -> Typed:
    number = fill("{0:int}", call.args)
    error = "error('The maximum value for the input of the function factorial is 20')"
    product = f"CAST(factorial(CAST(greatest({number}, 0) AS INTEGER)) AS UBIGINT)"
    return combined(f"(CASE WHEN {number} > 20 THEN {error} ELSE {product} END)", UINT64, call.args)


def _prime(call: Call) -> Typed:
    value = call.args[0]
    if not value.type.is_unsigned or value.type.bits > 64:
        raise call.fault(f"takes unsigned integers of at most 64 bits, not {value.type}", "convert with toUInt64")
    return combined(f"tl_is_prime(CAST({value.number} AS UBIGINT))", UINT8, call.args, predicate=True)


def _byte_swap(call: Call) -> Typed:
    (value,) = call.args
    type_ = value.type.plain
    if not type_.is_integer or type_.bits > 64:
        raise call.fault(f"takes integers of at most 64 bits, not {type_}")
    count = type_.bits // 8
    bits = f"(CAST({value.number} AS HUGEINT) & {(1 << type_.bits) - 1})"
    bytes_ = [f"((({bits} >> {8 * place}) & 255) << {8 * (count - 1 - place)})" for place in range(count)]
    return combined(wrapped(f"({' + '.join(bytes_)})", type_), type_, call.args)


def _midpoint(call: Call) -> Typed:
    """Of those that are not NULL; cut to a whole number where they are whole. Of dates and times the middle."""
    try:
        type_ = supertype([arg.type for arg in call.args])
    except NoSupertype as problem:
        raise call.fault(f"there is no common type of {problem}") from None
    types = [arg.type for arg in call.args]
    if any(t.name == "UInt64" for t in types) and any(t.is_integer and not t.is_unsigned for t in types):
        raise call.fault("there is no common type of UInt64 and integers with a sign", "convert with toInt64(x)")
    if type_.name == "Nothing":
        return combined("NULL", type_, call.args)
    args = [arg for arg in call.args if arg.type.name != "Nothing"]
    present = " + ".join(f"CAST({arg.value} IS NOT NULL AS INTEGER)" if arg.type.nullable else "1" for arg in args)
    count = f"nullif({present}, 0)" if type_.nullable else str(len(args))
    if not (type_.is_integer or type_.is_float or type_.is_temporal or type_.name == "Decimal"):
        raise call.fault(f"takes numbers, dates and times, not {type_}")
    values = [coerce(arg, type_) for arg in args]
    nothing = "0" if not type_.is_temporal else "DATE '1970-01-01'" if type_.is_date else "TIMESTAMP '1970-01-01'"
    values = [f"coalesce({value}, {nothing})" if arg.type.nullable else value
              for value, arg in zip(values, args, strict=True)]  # fmt: skip
    if type_.is_float:
        sql = f"(({' + '.join(values)}) / CAST({count} AS {duckdb_type(type_)}))"
    elif type_.is_temporal:
        if has_nanoseconds(type_):
            raise call.fault("more than 6 digits of a second are not supported")
        name = "DATE" if type_.is_date else "TIMESTAMP"
        parts = [f"CAST(({value} - {name} '1970-01-01') AS BIGINT)" if type_.is_date else f"epoch_us({value})"
                 for value in values]  # fmt: skip
        middle = f"CAST(trunc(({' + '.join(f'CAST({part} AS HUGEINT)' for part in parts)}) // {count}) AS BIGINT)"
        sql = f"(DATE '1970-01-01' + CAST({middle} AS INTEGER))" if type_.is_date else f"make_timestamp({middle})"
        if type_.is_datetime:
            sql = f"date_trunc('second', {sql})" if type_.name == "DateTime" else sql
    elif type_.name == "Decimal":
        counts = " + ".join(units(Typed(value, type_)) for value in values)
        sql = from_units(f"(({counts}) // {count})", type_)
    else:
        total = " + ".join(f"CAST({value} AS HUGEINT)" for value in values)
        sql = f"(({total}) // {count})"
    return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)


def _width_bucket(call: Call) -> Typed:
    """0 below the range, count + 1 from its end on. Of a range that ends before it begins always 0."""
    buckets = call.args[3].type.plain
    type_ = integer(min(64, buckets.bits * 2), signed=False)
    value, low, high = (fill(f"{{{place}:double}}", call.args) for place in range(3))
    count = fill("{3:int}", call.args)
    inside = f"floor(({value} - {low}) / ({high} - {low}) * {count}) + 1"
    invalid = f"NOT isfinite({low}) OR NOT isfinite({high}) OR isnan({value}) OR {count} < 1"
    error = "error('widthBucket takes finite numbers and at least one bucket')"
    outside = f"WHEN {value} < {low} OR {high} <= {low} THEN 0 WHEN {value} >= {high} THEN {count} + 1"
    sql = f"(CASE WHEN {invalid} THEN {error} {outside} ELSE {inside} END)"
    return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)


FUNCTIONS: list[Function] = [
    own("plus", "any any", _operator("+"), nulls="own"),
    own("minus", "any any", _operator("-"), nulls="own"),
    own("multiply", "any any", _operator("*"), nulls="own"),
    own("divide", "any any", _operator("/"), nulls="own"),
    own("intDiv", "any any", _operator("div"), nulls="own"),
    own("modulo", "any any", _operator("%"), nulls="own", aliases=("mod",), case_insensitive=True),
    own("sqr", "number", lambda call: arithmetic("*", call.args[0], call.args[0]), case_insensitive=True,
        doc="A number by itself."),
    refused("moduloLegacy", "it is an error of former versions that is kept", "use modulo"),
    own("midpoint", "any any any*", _midpoint, nulls="own", aliases=("avg2",), case_insensitive=True,
        doc="The average of the arguments, in their type."),
    own("negate", "any", lambda call: negate(call.args[0]), nulls="own"),
    own("abs", "number", lambda call: absolute(call.args[0]), case_insensitive=True),
    simple("sign", "number", INT8, "CASE WHEN {0:number} < 0 THEN -1 WHEN {0:number} > 0 THEN 1 "
           "WHEN {0:number} = 0 THEN 0 END", case_insensitive=True),
    _float("exp"), _float("exp2", "pow(2e0, {0})"), _float("exp10", "pow(10e0, {0})"),
    _logarithm("log", "ln", ("ln",)), _logarithm("log2", "log2"), _logarithm("log10", "log10"),
    _float("log1p", "CASE WHEN {0} = -1 THEN CAST('-inf' AS DOUBLE) WHEN 1 + {0} = 1 THEN {0} "
           "WHEN isinf({0}) THEN {0} ELSE ln(1 + {0}) * ({0} / ((1 + {0}) - 1)) END", "{0} >= -1",
           doc="log(1 + x), exact near 0."),
    _float("sqrt", "sqrt({0})", "{0} >= 0"), _float("cbrt"),
    simple("pow", "number number", FLOAT64, "pow({0:double}, {1:double})", aliases=("power",), case_insensitive=True),
    simple("intExp2", "number", UINT64, _power(2, 63)),
    simple("intExp10", "number", UINT64, _power(10, 19)),
    _float("sin", "sin({0})", "isfinite({0})"), _float("cos", "cos({0})", "isfinite({0})"),
    _float("tan", "tan({0})", "isfinite({0})"),
    _float("asin", "asin({0})", "{0} BETWEEN -1 AND 1"), _float("acos", "acos({0})", "{0} BETWEEN -1 AND 1"),
    _float("atan"), _float("sinh"), _float("cosh"), _float("tanh"), _float("asinh"),
    _float("acosh", "acosh({0})", "{0} >= 1"), _float("atanh", "atanh({0})", "{0} BETWEEN -1 AND 1"),
    simple("atan2", "number number", FLOAT64, "atan2({0:double}, {1:double})", case_insensitive=True),
    simple("hypot", "number number", FLOAT64, "sqrt({0:double} * {0:double} + {1:double} * {1:double})",
           case_insensitive=True),
    _float("degrees", "({0} * (180e0 / pi()))"), _float("radians", "({0} * (pi() / 180e0))"),
    _float("sigmoid", "(1e0 / (1e0 + exp(-{0})))"),
    _float("erf", _ERF, doc="Equal to 14 digits."), _float("erfc", _ERFC, doc="Equal to 12 digits."),
    _float("lgamma", "CASE WHEN {0} = 0 THEN CAST('inf' AS DOUBLE) WHEN {0} < 0 AND {0} = floor({0}) "
           "THEN CAST('nan' AS DOUBLE) ELSE lgamma({0}) END"),
    _float("tgamma", "gamma({0})", "NOT ({0} < 0 AND {0} = floor({0}))"),
    own("factorial", "integer", _factorial, case_insensitive=True),
    simple("max2", "number number", FLOAT64, _nan_passed_over("greatest"), case_insensitive=True),
    simple("min2", "number number", FLOAT64, _nan_passed_over("least"), case_insensitive=True),
    simple("pi", "", FLOAT64, "pi()", case_insensitive=True),
    simple("e", "", FLOAT64, "exp(1e0)"),
    own("isPrime", "integer", _prime, doc="Exact."),
    own("isProbablePrime", "integer integer?", _prime, doc="Exact."),
    own("byteSwap", "integer", _byte_swap, case_insensitive=True),
    own("widthBucket", "number number number integer", _width_bucket, aliases=("width_bucket",)),
    simple("rand", "any?", UINT32, "floor(random() * 4294967296)", nulls="own", aliases=("rand32",),
           case_insensitive=True),
    simple("rand64", "any?", UINT64, "floor(random() * 18446744073709549568)", nulls="own"),
    test("isNaN", "integer|float", "isnan({0:double})"),
    test("isInfinite", "integer|float", "isinf({0:double})"),
    test("isFinite", "integer|float", "isfinite({0:double})"),
    refused("proportionsZTest", "it is not implemented", "calculate it from the counts"),
]  # fmt: skip
