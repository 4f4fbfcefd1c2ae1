"""The tables of a project's data sources: made, changed, left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from tinylite.datafile.model import Datasource
from tinylite.diagnostics import Diagnostic, DiagnosticError, Source
from tinylite.engine.duckdb import DuckDBEngine
from tinylite.engine.duckdb.ddl import QUARANTINE_SUFFIX, columns_of, create_table, describe_table, quarantine_columns
from tinylite.sql import Column, compile_expression
from tinylite.sql.casts import cast
from tinylite.sql.physical import default_value, duckdb_type, quoted
from tinylite.sql.typed import Typed
from tinylite.types import parse_type


@dataclass(frozen=True, slots=True)
class TableNames:
    """What the tables of a project's data sources are called in the engine: as the data sources, unless another
    version of one has that name already. Quarantines have the same names with the suffix.
    """

    others: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, datasource: str) -> str:
        return self.others.get(datasource, datasource)


@dataclass(frozen=True, slots=True)
class TableChange:
    """`kind` is created, changed or unchanged."""

    name: str
    kind: str
    columns: tuple[str, ...] = ()
    """Of a changed table: columns added (+), dropped (-) or of another type (~)."""


def change_of(datasource: Datasource, have: Mapping[str, str] | None) -> TableChange:
    """What would make a table fit the data source that has these types by column; None is no table."""
    name, fresh = datasource.name, _types(datasource)
    if have is None:
        return TableChange(name, "created")
    if have == fresh:
        return TableChange(name, "unchanged")
    changes = [f"+{c}" for c in fresh if c not in have] + [f"-{c}" for c in have if c not in fresh]
    changes += [f"~{c}" for c in fresh if c in have and have[c] != fresh[c]]
    return TableChange(name, "changed", tuple(changes))


def apply_datasource(
    engine: DuckDBEngine, datasource: Datasource, table: str, have: dict[str, str] | None
) -> TableChange:
    """Makes the table, which has these columns, fit the data source; rows stay.

    Raises DiagnosticError (TL107) when they can't stay.
    """
    change = change_of(datasource, have)
    if change.kind == "created":
        create_tables(engine, datasource, table)
    elif change.kind == "changed":
        _rebuild(engine, datasource, table, have or {}, _types(datasource))
    return change


def create_tables(engine: DuckDBEngine, datasource: Datasource, table: str) -> None:
    """The table of a data source, and its quarantine."""
    engine.create_table(table, columns_of(datasource))
    engine.create_table(table + QUARANTINE_SUFFIX, quarantine_columns(datasource))


def _types(datasource: Datasource) -> dict[str, str]:
    return {column.name: str(column.type) for column in columns_of(datasource)}


def _rebuild(
    engine: DuckDBEngine, datasource: Datasource, name: str, have: dict[str, str], fresh: dict[str, str]
) -> None:
    """A new table with the old rows: columns by name, cast where the type changed, defaults where they are new."""
    columns = columns_of(datasource)
    temporary = f"_tinylite_new_{name}"
    cells = ", ".join(_carried(datasource, column, have, fresh) for column in columns)
    quarantine = name + QUARANTINE_SUFFIX
    old = engine.table_columns(quarantine) or {}
    wanted = quarantine_columns(datasource)
    texts = ", ".join(f"{quoted(c.name)}" if c.name in old else f"CAST(NULL AS {duckdb_type(c.type)})" for c in wanted)
    try:
        with engine.transaction(name, quarantine) as writer:
            for table, made, select in ((name, columns, cells), (quarantine, wanted, texts)):
                writer.execute(create_table(temporary, made))
                writer.execute(f"INSERT INTO {quoted(temporary)} SELECT {select} FROM {quoted(table)}")
                writer.execute(f"DROP TABLE {quoted(table)}")
                writer.execute(f"ALTER TABLE {quoted(temporary)} RENAME TO {quoted(table)}")
                writer.execute(describe_table(table, made))
    except duckdb.Error as problem:
        reason = str(problem).splitlines()[0]
        hint = "change the type back, or add a column of another name"
        raise DiagnosticError(
            Diagnostic(
                "TL107",
                f"the rows of {datasource.name} do not fit the new schema: {reason}",
                datasource.columns[0].span,
                hint,
            )
        ) from None


def _carried(datasource: Datasource, column: Column, have: dict[str, str], fresh: dict[str, str]) -> str:
    if column.name in have:
        same = have[column.name] == fresh[column.name]
        value = quoted(column.name) if same else converted(column, have[column.name])
        return value if column.type.nullable else f"coalesce({value}, {default_value(column.type)})"
    described = datasource.column(column.name)
    if described is not None and described.default is not None:
        known = tuple(c for c in columns_of(datasource) if c.name in have)
        compiled = compile_expression(Source("default", described.default.value), known)
        return cast(Typed(compiled.sql, compiled.type), column.type).value
    return default_value(column.type)


def converted(column: Column, from_: str) -> str:
    """What the column of that name holds, as its new type: as DuckDB casts, which raises where a number would wrap;
    moments and enums by ClickHouse's rules.
    """
    name, type_ = quoted(column.name), column.type
    if type_.is_datetime or type_.is_enum:
        return cast(Typed(name, parse_type(from_)), type_).value
    return f"CAST({name} AS {duckdb_type(type_)})"
