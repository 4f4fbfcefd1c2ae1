"""From the text of a JSON value to a column's type, as DuckDB expressions. NULL is what does not fit."""

from __future__ import annotations

from tinylite.sql.best_effort import moment
from tinylite.sql.casts import ipv4_number
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.types import Type

_CONTAINERS = ("Array", "Map", "Tuple", "Nested")


def from_text(text: str, type_: Type) -> str:
    """The value of `text`, a VARCHAR expression."""
    target = duckdb_type(type_)
    if type_.name == "SimpleAggregateFunction":
        return from_text(text, type_.args[0])
    if type_.is_integer:
        flag = f" WHEN {text} = 'true' THEN 1 WHEN {text} = 'false' THEN 0" if type_.bits == 8 else ""
        number = f"regexp_full_match({text}, '[+-]?[0-9]+')"
        return f"(CASE WHEN {number} THEN TRY_CAST({text} AS {target}){flag} END)"
    if type_.is_datetime:
        return _datetime(text, type_)
    if type_.is_date:
        return f"TRY_CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE)"
    if type_.is_enum:
        return _enum(text, type_)
    if type_.name == "IPv4":
        return ipv4_number(text, "NULL")
    if type_.name == "IPv6":
        return f"(CASE WHEN regexp_full_match({text}, '[0-9a-fA-F:.]*:[0-9a-fA-F:.]*') THEN lower({text}) END)"
    if type_.name == "FixedString":
        return f"(CASE WHEN octet_length(encode({text})) <= {type_.params[0]} THEN {text} END)"
    if type_.name in _CONTAINERS or type_.name == "JSON":
        return f"TRY_CAST(TRY_CAST({text} AS JSON) AS {target})"
    return text if target == "VARCHAR" else f"TRY_CAST({text} AS {target})"


def _datetime(text: str, type_: Type) -> str:
    """`YYYY-MM-DD hh:mm:ss[.fff]`, ISO 8601 with T, Z or an offset, unix seconds (milliseconds when 13 digits)."""
    target = duckdb_type(type_)
    value = moment(text, type_.zone, lenient=False)
    if type_.name == "DateTime":
        whole = f"CAST(date_trunc('second', {value}) AS TIMESTAMP)"
        # ClickHouse keeps a DateTime in 32 bits.
        limits = "BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2106-02-07 06:28:15'"
        return f"(CASE WHEN {value} {limits} THEN {whole} END)"
    if 0 < type_.precision < 6:
        unit = 10 ** (6 - type_.precision)
        return f"make_timestamp(epoch_us({value}) // {unit} * {unit})"
    return f"CAST({value} AS {target})"


def _enum(text: str, type_: Type) -> str:
    members = [member for member in type_.params if isinstance(member, tuple)]
    names = ", ".join(text_literal(str(name)) for name, _ in members)
    numbers = " ".join(f"WHEN {text} = '{number}' THEN {text_literal(str(name))}" for name, number in members)
    return f"(CASE WHEN {text} IN ({names}) THEN {text} {numbers} END)"
