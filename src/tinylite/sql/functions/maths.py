"""Numbers: arithmetic spelt as functions, rounding, powers and logarithms."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.arithmetic import arithmetic, negate
from tinylite.sql.functions.catalog import Call, Function, own, simple, test
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT64, UINT32, UINT64, integer


def _operator(symbol: str) -> Callable[[Call], Typed]:
    return lambda call: arithmetic(symbol, call.args[0], call.args[1])


def _round(function: str, integral: str) -> Callable[[Call], Typed]:
    """Rounds to digits after the point, or before it when negative. Floats round half to even, as in ClickHouse."""

    def lower(call: Call) -> Typed:
        value = call.args[0]
        type_ = value.type.plain
        digits = int(str(call.literal(1, int, "a number of digits"))) if len(call.args) > 1 else 0
        if type_.is_integer or type_.name == "Bool":
            if digits >= 0:
                return combined(value.exact, type_, call.args)
            return combined(f"CAST({integral.format(value.number, 10**-digits)} AS {duckdb_type(type_)})", type_,
                            call.args)  # fmt: skip
        if type_.name == "Decimal":
            return combined(f"CAST({function}({value.sql}, {digits}) AS {duckdb_type(type_)})", type_, call.args)
        scale = f"{10 ** abs(digits)}e0"
        name = "round_even" if function == "round" else function
        whole = f"{name}({{}}, 0)" if name == "round_even" else f"{name}({{}})"
        if digits == 0:
            sql = whole.format(value.sql)
        elif digits > 0:
            sql = f"({whole.format(f'{value.sql} * {scale}')} / {scale})"
        else:
            sql = f"({whole.format(f'{value.sql} / {scale}')} * {scale})"
        return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)

    return lower


def absolute(value: Typed) -> Typed:
    type_ = value.type.plain
    if type_.is_integer:
        type_ = integer(type_.bits, signed=False)
        return combined(f"CAST(abs(CAST({value.number} AS HUGEINT)) AS {duckdb_type(type_)})", type_, [value])
    return combined(f"abs({value.number})", type_, [value])


def _float(name: str, duckdb: str | None = None, aliases: tuple[str, ...] = ()) -> Function:
    return simple(name, "number", FLOAT64, f"{duckdb or name}({{0:double}})", aliases=aliases, case_insensitive=True)


FUNCTIONS: list[Function] = [
    own("plus", "any any", _operator("+"), nulls="own"),
    own("minus", "any any", _operator("-"), nulls="own"),
    own("multiply", "any any", _operator("*"), nulls="own"),
    own("divide", "any any", _operator("/"), nulls="own"),
    own("intDiv", "any any", _operator("div"), nulls="own"),
    own("modulo", "any any", _operator("%"), nulls="own", aliases=("mod",), case_insensitive=True),
    own("negate", "any", lambda call: negate(call.args[0]), nulls="own"),
    own("round", "number integer?", _round("round", "round({0} / {1}.0) * {1}"), case_insensitive=True),
    own("floor", "number integer?", _round("floor", "floor({0} / {1}.0) * {1}"), case_insensitive=True),
    own("ceil", "number integer?", _round("ceil", "ceil({0} / {1}.0) * {1}"), aliases=("ceiling",),
        case_insensitive=True),
    own("trunc", "number integer?", _round("trunc", "trunc({0} / {1}.0) * {1}"), aliases=("truncate",),
        case_insensitive=True),
    own("abs", "number", lambda call: absolute(call.args[0]), case_insensitive=True),
    _float("sqrt"), _float("exp"), _float("log", "ln", ("ln",)), _float("log2"), _float("log10"),
    _float("cbrt"), simple("exp2", "number", FLOAT64, "pow(2e0, {0:double})"),
    _float("sin"), _float("cos"), _float("tan"), _float("asin"), _float("acos"), _float("atan"),
    simple("pow", "number number", FLOAT64, "pow({0:double}, {1:double})", aliases=("power",), case_insensitive=True),
    simple("max2", "number number", FLOAT64, "greatest({0:double}, {1:double})", case_insensitive=True),
    simple("min2", "number number", FLOAT64, "least({0:double}, {1:double})", case_insensitive=True),
    simple("exp10", "number", FLOAT64, "pow(10e0, {0:double})"),
    simple("pi", "", FLOAT64, "pi()", case_insensitive=True),
    simple("rand", "any?", UINT32, "floor(random() * 4294967296)", aliases=("rand32",), case_insensitive=True),
    simple("rand64", "any?", UINT64, "floor(random() * 18446744073709549568)"),
    test("isNaN", "number", "isnan({0:double})"),
    test("isInfinite", "number", "isinf({0:double})"),
    test("isFinite", "number", "isfinite({0:double})"),
]  # fmt: skip
