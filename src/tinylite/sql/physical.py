"""How ClickHouse's types lie in DuckDB: the column type, and ClickHouse's default value of a type.

Choices that are not obvious: DateTime and DateTime64 are TIMESTAMPs in UTC, whatever zone the type names (DateTime64
above 6 digits is TIMESTAMP_NS); Enums are their names; FixedString and IPv6 are text; IPv4 is its number; a Time is its
seconds, a Time64 its smallest steps; a JSON column is its text. An AggregateFunction column holds what the aggregate
needs to go on, in plain types, so that it survives any version of DuckDB and can be read by other programs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tinylite.types import Type

_PLAIN = {
    "Int8": "TINYINT", "Int16": "SMALLINT", "Int32": "INTEGER", "Int64": "BIGINT", "Int128": "HUGEINT",
    "UInt8": "UTINYINT", "UInt16": "USMALLINT", "UInt32": "UINTEGER", "UInt64": "UBIGINT", "UInt128": "UHUGEINT",
    "Int256": "HUGEINT", "UInt256": "UHUGEINT",
    "Float32": "FLOAT", "Float64": "DOUBLE", "BFloat16": "FLOAT", "Bool": "BOOLEAN",
    "String": "VARCHAR", "FixedString": "VARCHAR", "Enum8": "VARCHAR", "Enum16": "VARCHAR",
    "UUID": "UUID", "IPv4": "UINTEGER", "IPv6": "VARCHAR", "JSON": "JSON", "Dynamic": "JSON",
    "Date": "DATE", "Date32": "DATE", "DateTime": "TIMESTAMP", "Nothing": "INTEGER",
    "Time": "INTEGER", "Time64": "BIGINT",
}  # fmt: skip


def duckdb_type(type_: Type) -> str:
    """The DuckDB type that holds a ClickHouse type."""
    match type_.name:
        case "DateTime64":
            return "TIMESTAMP_NS" if type_.precision > 6 else "TIMESTAMP"
        case "Decimal":
            precision, scale = type_.params
            return f"DECIMAL({min(38, int(str(precision)))},{scale})"
        case "Array":
            return f"{duckdb_type(type_.args[0])}[]"
        case "Map":
            return f"MAP({duckdb_type(type_.args[0])}, {duckdb_type(type_.args[1])})"
        case "Tuple":
            return _struct(type_)
        case "Nested":
            return f"{_struct(type_)}[]"
        case "AggregateFunction":
            return _state(str(type_.params[0]), [arg.plain for arg in type_.args])
        case _ if type_.name.startswith("Interval"):
            return "BIGINT"
        case _:
            return _PLAIN[type_.name]


def default_value(type_: Type) -> str:
    """ClickHouse's default of a type (0, '', 1970-01-01, …) as a DuckDB expression of its DuckDB type."""
    return f"CAST({_bare_default(type_)} AS {duckdb_type(type_)})"


def first_value(type_: Type) -> str:
    """The default, but of a Date32 its first day: what text that is no value becomes, and gaps are filled with."""
    if type_.name == "Date32" and not type_.nullable:
        return "DATE '1900-01-01'"
    if type_.name == "Tuple" and not type_.nullable:
        return f"CAST({_fields(type_, first_value)} AS {duckdb_type(type_)})"
    return default_value(type_)


def _fields(type_: Type, value: Callable[[Type], str]) -> str:
    names = type_.names or tuple(str(number) for number in range(1, len(type_.args) + 1))
    parts = (f"{text_literal(n)}: {value(a)}" for n, a in zip(names, type_.args, strict=True))
    return "{" + ", ".join(parts) + "}"


_SETS = dict.fromkeys(
    ("uniq", "uniqExact", "uniqCombined", "uniqCombined64", "uniqHLL12", "uniqTheta", "countDistinct"), "set"
)
_ONE_VALUE = dict.fromkeys(
    ("min", "max", "any", "anyLast", "anyHeavy", "any_value", "first_value", "last_value"), "value"
)
_BITS = dict.fromkeys(("groupBitAnd", "groupBitOr", "groupBitXor"), "bits")
_MOMENTS = dict.fromkeys(("varPop", "varSamp", "stddevPop", "stddevSamp"), "moments")
# Names that end like a combinator.
_WHOLE_NAMES = dict.fromkeys(
    ("groupArray", "groupUniqArray", "groupArrayDistinct", "sumMap", "minMap", "maxMap", "corrMatrix"), "rows"
)
STATE_SHAPES: dict[str, str] = {
    "count": "count", "sum": "sum", "avg": "average", "argMin": "pair", "argMax": "pair",
    **_SETS, **_ONE_VALUE, **_BITS, **_MOMENTS, **_WHOLE_NAMES,
}  # fmt: skip
"""What the state of an aggregate is made of; `_state` says in which DuckDB type it lies. All others keep the rows."""
_BY_FOLD = {name.lower(): name for name in STATE_SHAPES}
_COMBINATOR = re.compile(
    r"(If|State|OrNull|OrDefault|MergeState|Merge|SimpleState|Distinct|Array|ForEach|Map|Resample)$"
)


def sum_type(type_: Type) -> Type:
    """ClickHouse's result of sum: 64 bits at least, Decimals of 38 digits."""
    if type_.name == "Decimal":
        return Type("Decimal", params=(38, type_.params[1]))
    if type_.is_float:
        return Type("Float64")
    if type_.is_number and type_.bits <= 64:
        return Type("UInt64" if type_.is_unsigned else "Int64")
    return type_


def _state(spelling: str, args: list[Type]) -> str:
    """The type of a state. Real projects also write `AggregateFunction(argMaxState, …)`."""
    name = spelling.split("(")[0].strip()
    name = _BY_FOLD.get(name.lower(), name)
    shape = STATE_SHAPES.get(name)
    if shape is None and (match := _COMBINATOR.search(name)):
        return _combined_state(name[: match.start()], match[1], args)
    first = args[0] if args else Type("UInt8")
    match shape:
        case "count":
            return "UBIGINT"
        case "sum":
            return duckdb_type(sum_type(first))
        case "average":
            total = (
                "DOUBLE" if first.is_float else duckdb_type(sum_type(first)) if first.name == "Decimal" else "HUGEINT"
            )
            return f"STRUCT(sum {total}, count UBIGINT)"
        case "value":
            return duckdb_type(first)
        case "bits":
            return "UTINYINT" if first.name == "Bool" else duckdb_type(first)
        case "pair":
            return f"STRUCT(arg {duckdb_type(first)}, val {duckdb_type(args[1])})"
        case "set":
            return "UBIGINT[]"
        case "moments":
            return "STRUCT(n UBIGINT, s DOUBLE, q DOUBLE)"
        case _:
            return _rows(args)


def _combined_state(inner: str, combinator: str, args: list[Type]) -> str:
    """The others do not change what must be kept."""
    match combinator:
        case "If":
            return _state(inner, args[:-1])
        case "Array":
            return _state(inner, [arg.args[0] for arg in args])
        case "ForEach":
            return f"{_state(inner, [arg.args[0] for arg in args])}[]"
        case "Map":
            key, value = args[0].args
            return f"MAP({duckdb_type(key)}, {_state(inner, [value])})"
        case "Resample":
            return f"{_state(inner, args[:-1])}[]"
        case "Distinct":
            return _rows(args)
        case _:
            return _state(inner, args)


def _rows(args: list[Type]) -> str:
    """The arguments of every row."""
    if len(args) == 1:
        return f"{duckdb_type(args[0])}[]"
    fields = ", ".join(f"a{index} {duckdb_type(arg)}" for index, arg in enumerate(args))
    return f"STRUCT({fields})[]" if args else "INTEGER[]"


def _struct(type_: Type) -> str:
    """Unnamed tuples get the field names 1, 2, …: DuckDB's casts between structs go by name."""
    names = type_.names or tuple(str(number) for number in range(1, len(type_.args) + 1))
    fields = ", ".join(f"{quoted(name)} {duckdb_type(arg)}" for name, arg in zip(names, type_.args, strict=True))
    return f"STRUCT({fields})"


def _bare_default(type_: Type) -> str:
    if type_.nullable or type_.name in ("Nothing", "Dynamic"):
        return "NULL"
    match type_.name:
        case "Bool":
            return "false"
        case "Date" | "Date32":
            return "DATE '1970-01-01'"
        case "DateTime" | "DateTime64":
            return "TIMESTAMP '1970-01-01'"
        case "UUID":
            return "'00000000-0000-0000-0000-000000000000'"
        case "IPv6":
            return "'::'"
        case "FixedString":
            return f"repeat(chr(0), {type_.params[0]})"
        case "JSON":
            return "'{}'"
        case "Enum8" | "Enum16":
            first = min((p for p in type_.params if isinstance(p, tuple)), key=lambda pair: int(pair[1]))
            return text_literal(str(first[0]))
        case "Array" | "Nested":
            return "[]"
        case "Map":
            return "MAP {}"
        case "Tuple":
            return _fields(type_, default_value)
        case "AggregateFunction":
            return "NULL"
        case _:
            return "0" if type_.is_number or type_.is_time or type_.name == "IPv4" else "''"


def quoted(name: str) -> str:
    """An identifier for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A string literal for DuckDB. It can't hold NUL: that is written as chr(0)."""
    parts = ["'" + part.replace("'", "''") + "'" for part in text.split("\0")]
    return parts[0] if len(parts) == 1 else "(" + " || chr(0) || ".join(parts) + ")"
