"""Rows of a DuckDB table as rows of a ClickHouse table: how each type is sent, and what shows that it came.

Values go in a Parquet file, in types that both read alike: moments and dates as numbers, what Parquet has no type for
as text. ClickHouse casts them to the column's type. The checksum of rows is the sum of a hash of each, whatever their
order; both engines compute it of the values that they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from tinylite.datafile.model import Column, Datasource
from tinylite.engine.clickhouse.states import State, state_of
from tinylite.sql import physical
from tinylite.sql.physical import text_literal
from tinylite.types import Type
from tinylite.types.model import backquoted

_AS_THEY_ARE = frozenset({
    "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64", "String", "Bool",
})  # fmt: skip
_AS_TEXT = frozenset({
    "Int128", "Int256", "UInt128", "UInt256", "Decimal", "Enum8", "Enum16", "UUID", "IPv6", "FixedString", "JSON",
})  # fmt: skip
_NOT_SHOWN = frozenset({"JSON", "IPv6", "BFloat16"})
"""Types whose values each engine writes in its own way."""
_STRING, _INT32, _INT64, _UINT32, _FLOAT32 = (Type(name) for name in ("String", "Int32", "Int64", "UInt32", "Float32"))
_SEPARATOR = "chr(31)", "char(31)"


class NotCarried(Exception):
    """A column that can't be sent, with the reason."""


def not_made(datasource: Datasource) -> list[Column]:
    """Columns of states that can't be made of what DuckDB keeps."""
    return [c for c in datasource.columns if c.type.name == "AggregateFunction" and state_of(c.type) is None]


@dataclass(frozen=True, slots=True)
class Carriage:
    """Of a table. `rows` are DuckDB's expressions of the file's columns, `structure` their types as ClickHouse reads
    them, `values` ClickHouse's expressions of the table's columns. The checksums are expressions over all rows.
    """

    columns: str
    rows: str
    structure: str
    values: str
    duckdb_checksum: str
    clickhouse_checksum: str


def carriage(datasource: Datasource) -> Carriage:
    """Raises NotCarried."""
    rows, structure, values = [], [], []
    shown: list[tuple[str, str]] = []
    for number, column in enumerate(datasource.columns):
        name, cell = physical.quoted(column.name), f"c{number}"
        state = _state(column)
        plain = state.plain if state else column.type
        rows.append(f"{_sent(plain, name)} AS {cell}")
        structure.append(f"{cell} {_read(plain)}")
        value = f"CAST({cell} AS {plain.without_dictionaries if state else _stored(column.type)})"
        values.append(f"{state.made.replace('{0}', value) if state else value} AS {backquoted(column.name)}")
        here, there = name, backquoted(column.name)
        result = state.result if state else _stored(column.type)
        if state:
            there = f"finalizeAggregation({there})"
            here = f"coalesce({name}, {physical.default_value(result)})" if result and not result.nullable else name
        if result is not None:
            shown += [pair for pair in [(_shown_here(result, here), _shown_there(result, there))] if pair[0]]
    hashed = _row([here for here, _ in shown], 0), _row([there for _, there in shown], 1)
    return Carriage(
        ", ".join(backquoted(column.name) for column in datasource.columns),
        ", ".join(rows), ", ".join(structure), ", ".join(values),
        f"CAST(coalesce(sum(md5_number_upper({hashed[0]})), 0) % 18446744073709551616 AS VARCHAR)",
        f"toString(sum(reinterpretAsUInt64(substring(MD5({hashed[1]}), 1, 8))))",
    )  # fmt: skip


def _state(column: Column) -> State | None:
    """Raises NotCarried."""
    if column.type.name != "AggregateFunction":
        return None
    state = state_of(column.type)
    if state is None:
        raise NotCarried(f"the states of {column.name}, {column.type}, can't be made of what DuckDB keeps of them")
    return state


def _stored(type_: Type) -> Type:
    return type_.args[0] if type_.name == "SimpleAggregateFunction" else type_


def _row(values: Sequence[str], side: int) -> str:
    if not values:
        return "''"
    return f" || {_SEPARATOR[side]} || ".join(values)


# -- what is sent -----------------------------------------------------------------------------------------------------


def _sent(type_: Type, value: str) -> str:
    """DuckDB's expression of a value in the file. Raises NotCarried."""
    type_ = _stored(type_)
    match type_.name:
        case "Date" | "Date32":
            return f"CAST({value} - DATE '1970-01-01' AS INTEGER)"
        case "DateTime":
            return f"CAST(epoch_us({value}) // 1000000 AS BIGINT)"
        case "DateTime64":
            return _decimal_of_moment(type_, value)
        case "Array":
            item = _sent(type_.args[0], "item")
            return value if item == "item" else f"list_transform({value}, lambda item: {item})"
        case "Map":
            key, item = (_sent(arg, f"pair.{field}") for arg, field in zip(type_.args, ("key", "value"), strict=True))
            if (key, item) == ("pair.key", "pair.value"):
                return value
            pairs = f"list_transform(map_entries({value}), lambda pair: {{'key': {key}, 'value': {item}}})"
            return f"map_from_entries({pairs})"
        case "Tuple":
            fields = [
                f"{text_literal(f)}: {_sent(arg, f'{value}.{physical.quoted(f)}')}"
                for f, arg in zip(_fields(type_), type_.args, strict=True)
            ]
            return "{" + ", ".join(fields) + "}"
        case "BFloat16" | "IPv4":
            return value
        case name if name in _AS_THEY_ARE:
            return value
        case name if name in _AS_TEXT:
            return f"CAST({value} AS VARCHAR)"
    raise NotCarried(f"values of {type_} can't be sent")


def _decimal_of_moment(type_: Type, value: str) -> str:
    """Seconds since 1970."""
    if type_.precision > 6:
        return f"CAST(CAST(epoch_ns({value}) AS DECIMAL(19,0)) * CAST('0.000000001' AS DECIMAL(10,9)) AS DECIMAL(28,9))"
    return f"CAST(CAST(epoch_us({value}) AS DECIMAL(18,0)) * CAST('0.000001' AS DECIMAL(7,6)) AS DECIMAL(24,6))"


def _read(type_: Type) -> Type:
    """The type of a value in the file, as ClickHouse reads it."""
    type_ = _stored(type_)
    match type_.name:
        case "Date" | "Date32":
            found = _INT32
        case "DateTime":
            found = _INT64
        case "DateTime64":
            found = Type("Decimal", params=(28, 9) if type_.precision > 6 else (24, 6))
        case "Array":
            found = Type("Array", (_read(type_.args[0]),))
        case "Map":
            found = Type("Map", tuple(map(_read, type_.args)))
        case "Tuple":
            found = Type("Tuple", tuple(map(_read, type_.args)), names=_fields(type_))
        case "BFloat16":
            found = _FLOAT32
        case "IPv4":
            found = _UINT32
        case name if name in _AS_TEXT:
            found = _STRING
        case _:
            found = type_.plain
    return found.as_nullable() if type_.nullable else found


def _fields(type_: Type) -> tuple[str, ...]:
    return type_.names or tuple(str(number) for number in range(1, len(type_.args) + 1))


# -- what shows that it came ------------------------------------------------------------------------------------------


def _shown_here(type_: Type, value: str) -> str:
    """DuckDB's expression of a text for a value, never NULL; "" when it has none that both engines write alike."""
    return _shown(type_, value, _Here())


def _shown_there(type_: Type, value: str) -> str:
    """ClickHouse's."""
    return _shown(type_, value, _There())


class _Here:
    """DuckDB's texts."""

    def whole(self, type_: Type, value: str) -> str:
        match type_.name:
            case "Bool":
                return f"CAST(CAST({value} AS UTINYINT) AS VARCHAR)"
            case "Date" | "Date32":
                return f"CAST({value} - DATE '1970-01-01' AS VARCHAR)"
            case "DateTime":
                return f"CAST(epoch_us({value}) // 1000000 AS VARCHAR)"
            case "DateTime64":
                return f"CAST(epoch_{'ns' if type_.precision > 6 else 'us'}({value}) AS VARCHAR)"
            case "FixedString":
                return f"rtrim({value}, chr(0))"
            case "String":
                return value
        return f"CAST({value} AS VARCHAR)"

    def float(self, value: str) -> str:
        x = f"CAST({value} AS DOUBLE)"
        text = "CAST(CAST(trunc({0}) AS HUGEINT) AS VARCHAR)"
        return _float_cases(x, text, f"isnan({x})", "CASE WHEN {0} THEN {1} ELSE {2} END")

    def array(self, item: str, value: str) -> str:
        return f"'[' || array_to_string(list_transform({value}, lambda item: {item}), ',') || ']'"

    def keys(self, value: str) -> str:
        return f"map_keys({value})"

    def values(self, value: str) -> str:
        return f"map_values({value})"

    def field(self, value: str, name: str, number: int) -> str:
        return f"{value}.{physical.quoted(name)}"

    def known(self, text: str) -> str:
        return f"coalesce({text}, '\\N')"


class _There:
    """ClickHouse's."""

    def whole(self, type_: Type, value: str) -> str:
        match type_.name:
            case "Bool":
                return f"toString(toUInt8({value}))"
            case "Date" | "Date32":
                return f"toString(toInt32({value}))"
            case "DateTime":
                return f"toString(toInt64({value}))"
            case "DateTime64":
                return f"toString(toUnixTimestamp64{'Nano' if type_.precision > 6 else 'Micro'}({value}))"
            case "Decimal":
                return f"toDecimalString({value}, {type_.params[1]})"
            case "FixedString":
                return f"replaceRegexpOne(toString({value}), '\\\\0+$', '')"
            case "IPv4":
                return f"toString(toUInt32({value}))"
        return f"toString({value})"

    def float(self, value: str) -> str:
        x = f"toFloat64({value})"
        return _float_cases(x, "toString(toInt128(trunc({0})))", f"isNaN({x})", "if({0}, {1}, {2})")

    def array(self, item: str, value: str) -> str:
        return f"'[' || arrayStringConcat(arrayMap(item -> {item}, {value}), ',') || ']'"

    def keys(self, value: str) -> str:
        return f"mapKeys({value})"

    def values(self, value: str) -> str:
        return f"mapValues({value})"

    def field(self, value: str, name: str, number: int) -> str:
        return f"tupleElement({value}, {number})"

    def known(self, text: str) -> str:
        return f"ifNull({text}, '\\\\N')"


def _float_cases(x: str, whole: str, is_nan: str, choose: str) -> str:
    """Engines print floats in their own ways; a product with a power of two is exact, and whole numbers print alike."""
    near, far = whole.format(f"{x} * 1048576"), whole.format(f"{x} / 1048576")
    cases = [(is_nan, "'nan'"), (f"abs({x}) < 1e12", near), (f"abs({x}) < 1e38", far), (f"{x} > 0", "'much'")]
    return reduce(lambda rest, case: choose.format(case[0], case[1], rest), reversed(cases), "'little'")


def _shown(type_: Type, value: str, side: _Here | _There) -> str:
    type_ = _stored(type_)
    if type_.name in _NOT_SHOWN:
        return ""
    text = _shown_value(type_, value, side)
    return side.known(text) if type_.nullable and text else text


def _shown_value(type_: Type, value: str, side: _Here | _There) -> str:
    match type_.name:
        case "Array":
            item = _shown(type_.args[0], "item", side)
            return side.array(item, value) if item else ""
        case "Map":
            parts = [
                _shown_value(Type("Array", (arg,)), of(value), side)
                for arg, of in zip(type_.args, (side.keys, side.values), strict=True)
            ]
            return _joined(parts)
        case "Tuple":
            names = enumerate(zip(_fields(type_), type_.args, strict=True), 1)
            return _joined([_shown(arg, side.field(value, name, number), side) for number, (name, arg) in names])
        case _ if type_.is_float:
            return side.float(value)
    return side.whole(type_, value)


def _joined(parts: Iterable[str]) -> str:
    return " || ',' || ".join(part for part in parts if part)
