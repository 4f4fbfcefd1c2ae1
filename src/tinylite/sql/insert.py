"""INSERT INTO … SELECT: the rows of a query as those of a table, by the names of the columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.sql.aggregates.registry import find_aggregate
from tinylite.sql.casts import cast
from tinylite.sql.compile import compile_rows
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, duckdb_type, quoted, text_literal
from tinylite.sql.query import Column, Compiled, Query
from tinylite.sql.scope import Relation
from tinylite.sql.typed import Typed
from tinylite.types import Type

_NO_NULL = "Cannot convert NULL value to non-Nullable type: while converting source column "


def compile_insert(query: Query, values: Mapping[str, object], columns: Sequence[Column]) -> Compiled:
    """A statement that gives exactly `columns`, in their order, cast as ClickHouse casts on INSERT.

    A column that the query does not give holds NULL where it is Nullable, else the default of its type. A NULL for a
    column that is not Nullable raises when the statement runs. Raises DiagnosticError (TL206 for what can't be cast).
    """
    faults: list[Diagnostic] = []

    def fitted(relation: Relation) -> str:
        given = {column.name: Typed(f"_given.{quoted(column.physical)}", column.type) for column in relation.columns}
        cells = []
        for column in columns:
            try:
                cells.append(f"{stored(given.get(column.name), column)} AS {quoted(column.name)}")
            except Fault as fault:
                message = f"the column {column.name}: {fault.message}"
                faults.append(Diagnostic("TL206", message, query.source.span(), fault.hint))
        return f"SELECT {', '.join(cells)} FROM {relation.from_item} AS _given"

    compiled = compile_rows(query, values, fitted)
    if faults:
        raise DiagnosticError(*faults)
    return compiled


def stored(value: Typed | None, column: Column) -> str:
    """A value as a column keeps it. Raises Fault when its type can't become the column's."""
    type_ = column.type
    if value is None:
        return default_value(type_)
    if type_.name == "AggregateFunction":
        return _state(value, type_)
    if value.type.name == "AggregateFunction":
        raise Fault("TL407", f"{value.type} can't be converted to {type_}", hint="leave -State out for a plain column")
    text = f"CAST({cast(value, type_.plain).value} AS {duckdb_type(type_)})"
    if value.type.nullable and not type_.nullable and type_.name != "JSON":
        refusal = f"error({text_literal(_NO_NULL + column.name)})"
        return f"(CASE WHEN {value.sql} IS NULL THEN {refusal} ELSE {text} END)"
    return text


def _state(value: Typed, to: Type) -> str:
    """States of one function that lie in one kind of value."""
    if not is_same_state(value.type, to):
        hint = "a column of AggregateFunction takes what the same function with -State gives"
        raise Fault("TL407", f"{value.type} can't be converted to {to}", hint=hint)
    return f"CAST({value.sql} AS {duckdb_type(to)})"


def is_same_state(one: Type, other: Type) -> bool:
    """Whether both are states of the same aggregate function, kept in the same way."""
    if one.name != "AggregateFunction" or other.name != "AggregateFunction":
        return False
    known = _kept_by(one)
    return known is not None and known == _kept_by(other)


# They choose the rows or the result, and change nothing of what is kept.
_OF_THE_RESULT = frozenset({"If", "State", "Merge", "SimpleState", "OrNull", "OrDefault"})


def _kept_by(state: Type) -> tuple[str, tuple[str, ...]] | None:
    """Real projects also write `AggregateFunction(argMaxState, …)`."""
    named = find_aggregate(str(state.params[0]).split("(")[0].strip())
    if named is None:
        return None
    return named.function.name, tuple(word for word in named.combinators if word not in _OF_THE_RESULT)
