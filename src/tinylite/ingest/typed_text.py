"""From the text of a JSON value to a column's type, as DuckDB expressions. NULL is what does not fit."""

from __future__ import annotations

from tinylite.sql.best_effort import moment, nanoseconds_of
from tinylite.sql.casts import ipv4_number, struct
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.types import Type


def from_text(text: str, type_: Type, depth: int = 0) -> str:
    """The value of `text`, a VARCHAR expression. `depth` counts the containers around it."""
    target = duckdb_type(type_)
    if type_.is_integer:
        flag = f" WHEN {text} = 'true' THEN 1 WHEN {text} = 'false' THEN 0" if type_.bits == 8 else ""
        number = f"regexp_full_match({text}, '[+-]?[0-9]+')"
        return f"(CASE WHEN {number} THEN TRY_CAST({text} AS {target}){flag} END)"
    if type_.is_datetime:
        return _datetime(text, type_)
    if type_.is_date:
        return _date(text, type_)
    if type_.name == "Decimal":
        return _decimal(text, type_)
    if type_.is_float:
        return f"(CASE WHEN NOT contains({text}, '_') THEN TRY_CAST({text} AS {target}) END)"
    if type_.is_enum:
        return _enum(text, type_)
    if type_.name == "IPv4":
        return ipv4_number(text, "NULL")
    if type_.name == "IPv6":
        return f"(CASE WHEN regexp_full_match({text}, '[0-9a-fA-F:.]*:[0-9a-fA-F:.]*') THEN lower({text}) END)"
    if type_.name == "FixedString":
        return f"(CASE WHEN octet_length(encode({text})) <= {type_.params[0]} THEN {text} END)"
    if type_.name in _CONTAINERS:
        return _CONTAINERS[type_.name](text, type_, depth)
    if type_.name == "JSON":
        return f"TRY_CAST({text} AS JSON)"
    return text if target == "VARCHAR" else f"TRY_CAST({text} AS {target})"


def _date(text: str, type_: Type) -> str:
    day = f"TRY_CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
    if type_.name != "Date":
        return day
    # ClickHouse keeps a Date in 16 bits.
    return f"(CASE WHEN {day} BETWEEN DATE '1970-01-01' AND DATE '2149-06-06' THEN {day} END)"


def _decimal(text: str, type_: Type) -> str:
    """Digits beyond the scale are cut off, as ClickHouse does; DuckDB would round, and take 1_0 for 10."""
    target = duckdb_type(type_)
    cut = f"regexp_replace({text}, '(\\.[0-9]{{{type_.params[1]}}})[0-9]+$', '\\1')"
    # Many digits and an exponent are too much for a cast to Decimal.
    as_double = f"CASE WHEN contains(lower({text}), 'e') THEN TRY_CAST(TRY_CAST({text} AS DOUBLE) AS {target}) END"
    return f"(CASE WHEN NOT contains({text}, '_') THEN coalesce(TRY_CAST({cut} AS {target}), {as_double}) END)"


def _datetime(text: str, type_: Type) -> str:
    """`YYYY-MM-DD hh:mm:ss[.fff]`, ISO 8601 with T, Z or an offset, unix seconds (milliseconds when 13 digits)."""
    target = duckdb_type(type_)
    value = moment(text, type_.zone, lenient=False)
    if type_.name == "DateTime":
        whole = f"CAST(date_trunc('second', {value}) AS TIMESTAMP)"
        # ClickHouse keeps a DateTime in 32 bits.
        limits = "BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2106-02-07 06:28:15'"
        return f"(CASE WHEN {value} {limits} THEN {whole} END)"
    if type_.precision > 6:
        return _nanoseconds(text, value, type_)
    if 0 < type_.precision < 6:
        unit = 10 ** (6 - type_.precision)
        return f"make_timestamp(epoch_us({value}) // {unit} * {unit})"
    return f"CAST({value} AS {target})"


def _nanoseconds(text: str, value: str, type_: Type) -> str:
    """`value` is the moment in microseconds."""
    unit = 10 ** (9 - type_.precision)
    # The last number of 64 bits stands for infinity.
    number = f"WHEN regexp_full_match({text}, '[0-9]{{19}}') THEN nullif(TRY_CAST({text} AS BIGINT), {2**63 - 1})"
    whole = f"epoch_ns(TRY_CAST({value} AS TIMESTAMP_NS)) + {nanoseconds_of(text)}"
    return f"make_timestamp_ns((CASE {number} ELSE {whole} END) // {unit} * {unit})"


def _enum(text: str, type_: Type) -> str:
    members = [member for member in type_.params if isinstance(member, tuple)]
    names = ", ".join(text_literal(str(name)) for name, _ in members)
    numbers = " ".join(f"WHEN {text} = '{number}' THEN {text_literal(str(name))}" for name, number in members)
    return f"(CASE WHEN {text} IN ({names}) THEN {text} {numbers} END)"


def json_key(step: str) -> str:
    """A step of a JSON path."""
    return '"' + step.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is(text: str, kind: str) -> str:
    return f"(CASE WHEN json_valid({text}) THEN json_type({text}) = '{kind}' ELSE false END)"


def _items(texts: str, element: Type, depth: int) -> str:
    """A list of texts as values: NULL as a whole when one of them does not fit."""
    item = f"e{depth}"
    values = f"list_transform({texts}, lambda {item}: {from_text(item, element.plain, depth + 1)})"
    if element.nullable:
        unfit = f"len(list_filter({texts}, lambda {item}: {item} IS NOT NULL)) <> list_count({values})"
    else:
        unfit = f"len({texts}) <> list_count({values})"
    return f"(CASE WHEN {unfit} THEN NULL ELSE {values} END)"


def _array(text: str, type_: Type, depth: int) -> str:
    items = _items(f"json_extract_string({text}, '$[*]')", type_.args[0], depth)
    return f"(CASE WHEN {_is(text, 'ARRAY')} THEN {items} END)"


def _nested(text: str, type_: Type, depth: int) -> str:
    return _array(text, Type("Array", (Type("Tuple", type_.args, names=type_.names),)), depth)


def _map(text: str, type_: Type, depth: int) -> str:
    keys = _items(f"json_keys({text})", type_.args[0], depth)
    values = _items(f"json_extract_string({text}, '$.*')", type_.args[1], depth)
    return f"(CASE WHEN {_is(text, 'OBJECT')} AND {keys} IS NOT NULL THEN map({keys}, {values}) END)"


def _tuple(text: str, type_: Type, depth: int) -> str:
    """From an array, or by the names of its parts from an object."""
    parts, unfit = [], []
    for index, part in enumerate(type_.args):
        found = f"json_extract_string({text}, '$[{index}]')"
        if type_.names:
            path = text_literal("$." + json_key(type_.names[index]))
            by_name = f"json_extract_string({text}, {path})"
            found = f"(CASE WHEN {_is(text, 'OBJECT')} THEN {by_name} ELSE {found} END)"
        value = from_text(found, part.plain, depth)
        parts.append(value)
        unfit.append(f"({found} IS NOT NULL AND {value} IS NULL)" if part.nullable else f"{value} IS NULL")
    kinds = [_is(text, "ARRAY"), *([_is(text, "OBJECT")] if type_.names else [])]
    return f"(CASE WHEN ({' OR '.join(kinds)}) AND NOT ({' OR '.join(unfit)}) THEN {struct(type_, parts)} END)"


_CONTAINERS = {"Array": _array, "Nested": _nested, "Map": _map, "Tuple": _tuple}
