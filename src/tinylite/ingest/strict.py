"""The fast way in: the engine reads the file of a batch straight into typed columns.

It takes only what surely fits, and fails as a whole at the first row that may not; then the batch goes the tolerant way
(`block`), which decides. So each rule here must be narrower than that of `typed_text`: what it takes is the same value.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tinylite.datafile.model import Column, Datasource
from tinylite.ingest.typed_text import from_text, json_key
from tinylite.sql.physical import duckdb_type, quoted, text_literal
from tinylite.sql.zones import is_utc
from tinylite.types import Type

_UNFIT = "error('unfit')"
LONG = 1024 * 1024
"""Bytes of a line that is longer than nearly all: the engine then reads in larger parts, each for one thread."""
_LARGEST_EVENT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class StrictRows:
    """`select` is of what has the keys of the events as columns, `form` how a file of events is read; both without the
    DEFAULTs.
    """

    select: str
    form: str
    keys: tuple[str, ...]
    checks_lines: bool
    """Whether a line that is no object must be looked for first: no column misses it."""

    def read(self, path: Path, *, has_long_lines: bool = True) -> str:
        largest = _LARGEST_EVENT if has_long_lines else LONG
        return f"{self.select}read_json({text_literal(str(path))}{self.form}, maximum_object_size = {largest})"

    def of(self, rows: str) -> str:
        """Of a SELECT that has the keys as texts."""
        return f"{self.select}({rows})"


def strict_rows(datasource: Datasource) -> StrictRows | None:
    """None when a column needs the whole line, or names differ by their case alone."""
    columns = datasource.columns
    keys: dict[str, bool] = {}
    for column in columns:
        steps = _steps(column)
        if not steps or steps[0] is None:
            return None
        keys[steps[0]] = keys.get(steps[0], False) or len(steps) > 1
    if len({key.lower() for key in keys}) < len(keys):
        return None
    values = ", ".join(f"{_value(column, keys)} AS {quoted(column.name)}" for column in columns)
    types = ", ".join(f"{text_literal(key)}: '{'JSON' if deep else 'VARCHAR'}'" for key, deep in keys.items())
    return StrictRows(
        f"SELECT {values} FROM ",
        f", columns = {{{types}}}, format = 'newline_delimited', records = 'true'",
        tuple(keys),
        all(column.type.nullable or column.default is not None for column in columns),
    )


def _steps(column: Column) -> tuple[str | None, ...]:
    return column.jsonpath.steps if column.jsonpath else (column.name,)


def _value(column: Column, keys: dict[str, bool]) -> str:
    text = _text(_steps(column), keys)
    value = strict_from_text(text, column.type.plain)
    target = duckdb_type(column.type)
    if column.type.nullable or column.default is not None:
        if value == text:
            return value
        return f"CASE WHEN {text} IS NULL THEN CAST(NULL AS {target}) ELSE coalesce({value}, {_UNFIT}) END"
    return f"coalesce({value}, {_UNFIT})"


def _text(steps: tuple[str | None, ...], keys: dict[str, bool]) -> str:
    key, rest = str(steps[0]), steps[1:]
    if not keys[key]:
        return quoted(key)
    path = "$" + "".join("[*]" if step is None else "." + json_key(step) for step in rest)
    if None not in rest:
        return f"json_extract_string({quoted(key)}, {text_literal(path)})"
    before = text_literal("$" + "".join("." + json_key(str(step)) for step in rest[: rest.index(None)]))
    found = f"CAST(to_json(json_extract({quoted(key)}, {text_literal(path)})) AS VARCHAR)"
    return f"(CASE WHEN json_type({quoted(key)}, {before}) = 'ARRAY' THEN {found} END)"


def strict_from_text(text: str, type_: Type) -> str:
    """The value of a VARCHAR expression, NULL unless it surely is one."""
    if type_.is_integer:
        # Written as it would be written: no sign, fraction or zero that might mean something else.
        number = f"TRY_CAST({text} AS {duckdb_type(type_)})"
        return f"(CASE WHEN CAST({number} AS VARCHAR) = {text} THEN {number} END)"
    if type_.is_datetime and is_utc(type_.zone) and type_.precision <= 6:
        return _moment(text, type_)
    if type_.name == "Decimal":
        return _decimal(text, type_)
    return from_text(text, type_)


def _moment(text: str, type_: Type) -> str:
    """`YYYY-MM-DD hh:mm:ss[.ffffff]`, with T and Z too, and unix seconds: all without a regular expression, of which
    each costs a millisecond to plan.
    """
    day = f"{text}[5] = '-' AND {text}[8] = '-' AND {text}[11] IN (' ', 'T')"
    clock = f"length({text}) BETWEEN 19 AND 27 AND {text}[14] = ':' AND {text}[17] = ':'"
    digits = f"translate({text}, '0123456789', '')"
    rest = f"{digits} IN ('-- ::', '-- ::.', '--T::', '--T::.', '--T::Z', '--T::.Z')"
    moment = f"TRY_CAST({text} AS TIMESTAMP)"
    seconds = f"make_timestamp(TRY_CAST({text} AS BIGINT) * 1000000)"
    value = (
        f"(CASE WHEN {day} AND {clock} AND {rest} THEN {moment} "
        f"WHEN length({text}) = 10 AND {digits} = '' THEN {seconds} END)"
    )
    if type_.name == "DateTime":
        # ClickHouse keeps a DateTime in 32 bits.
        limits = "BETWEEN TIMESTAMP '1970-01-01' AND TIMESTAMP '2106-02-07 06:28:15'"
        return f"(CASE WHEN {value} {limits} THEN date_trunc('second', {value}) END)"
    if 0 < type_.precision < 6:
        unit = 10 ** (6 - type_.precision)
        return f"make_timestamp(epoch_us({value}) // {unit} * {unit})"
    return f"CAST({value} AS {duckdb_type(type_)})"


def _decimal(text: str, type_: Type) -> str:
    """Without digits beyond the scale, which would have to be cut."""
    point = f"instr({text}, '.')"
    plain = f"translate({text}, '0123456789', '') IN ('', '-', '.', '-.')"
    short = f"({point} = 0 OR length({text}) - {point} <= {type_.params[1]})"
    return f"(CASE WHEN {plain} AND {short} THEN TRY_CAST({text} AS {duckdb_type(type_)}) END)"
