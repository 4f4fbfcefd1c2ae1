"""joinGet: the value of the row with a key in a table of the engine Join.

It becomes a scalar subquery, which the engine turns into one join for all rows, wherever the call stands. In the bodies
of lambdas the engine takes no subqueries.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from tinylite.sql.clauses.tables import stored_relation
from tinylite.sql.errors import Fault
from tinylite.sql.functions.catalog import Call, own
from tinylite.sql.parse import without_default_database
from tinylite.sql.physical import default_value, quoted
from tinylite.sql.query import Table
from tinylite.sql.scope import Relation
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type


def _join_get(call: Call) -> Typed:
    """A key that is not there gives the column's default."""
    value, type_ = _found(call)
    if not type_.nullable:
        value = f"coalesce({value}, {default_value(type_)})"
    return combined(value, type_, call.args)


def _join_get_or_null(call: Call) -> Typed:
    """A key that is not there gives NULL, but for arrays and maps, which can't be NULL."""
    value, type_ = _found(call)
    if type_.low_cardinality and not type_.nullable:
        message = f"{type_} can't be Nullable"
        raise call.fault(message, "declare the column as LowCardinality(Nullable(…)), or without LowCardinality")
    type_ = type_.as_nullable()
    if not type_.nullable:
        value = f"coalesce({value}, {default_value(type_)})"
    return combined(value, type_, call.args)


def _found(call: Call) -> tuple[str, Type]:
    """The value, NULL where no row has the key."""
    table = _table(call)
    name = str(call.literal(1, str, "the name of a column, as text"))
    column = next((column for column in table.columns if column.name == name), None)
    if column is None or name in table.join_keys:
        others = ", ".join(column.name for column in table.columns if column.name not in table.join_keys)
        raise call.fault(f"{table.name} has no column {name} beside its key", f"it has {others}" if others else None)
    keys = call.args[2:]
    if len(keys) != len(table.join_keys):
        raise call.fault(f"the key of {table.name} is {', '.join(table.join_keys)}, and {len(keys)} are given")
    if call.scope.lambdas:
        hint = "take the array apart with ARRAY JOIN, or call it outside of the lambda"
        raise Fault("TL406", f"{call.name} is not supported inside of a lambda", call.node, hint)
    alias, relation = _rows(table, call)
    columns = {output.name: output for output in relation.columns}
    same = []
    for position, (key, key_name) in enumerate(zip(keys, table.join_keys, strict=True)):
        _check_key(call, position, key, columns[key_name].type)
        same.append(f"{alias}.{quoted(columns[key_name].physical)} = {key.exact}")
    shown = f"{alias}.{quoted(columns[name].physical)}"
    return f"(SELECT {shown} FROM {relation.from_item} AS {alias} WHERE {' AND '.join(same)})", column.type


def _rows(table: Table, call: Call) -> tuple[str, Relation]:
    """With their alias. The same call is the same text each time: GROUP BY goes by it."""
    context = call.scope.context
    known = context.looked_up.get((table.physical, table.filter))
    if known is None:
        known = quoted(context.unique("j")), stored_relation(table, call.node, call.scope)
        context.looked_up[table.physical, table.filter] = known
    return known


def _table(call: Call) -> Table:
    written = call.args[0].literal
    if not isinstance(written, str) or call.args[0].parameter:
        hint = "joinGet('names', …), or {{table(…)}} in a template"
        raise call.fault("the table's name must be written in the query", hint)
    found = call.scope.query.reads.get(without_default_database(written))
    if found is None:
        raise Fault("TL402", f"unknown table {written}", call.node)
    if not isinstance(found, Table) or not found.join_keys:
        raise call.fault(f"{written} is no data source with ENGINE Join", "join it, or give it the engine Join")
    if not found.looks_up:
        hint = "ENGINE_JOIN_STRICTNESS ANY and ENGINE_JOIN_TYPE LEFT"
        raise call.fault(f"{written} is not made for it: its Join must be ANY LEFT", hint)
    return found


def _check_key(call: Call, position: int, key: Typed, wanted: Type) -> None:
    """ClickHouse converts no keys either."""
    if _compared(key.type) != _compared(wanted):
        hint = f"write CAST(…, '{wanted.plain}')"
        raise call.fault(f"key {position + 1} is {key.type}, and in the table {wanted}", hint)
    if next(call.node.find_all(exp.Window), None) is not None:
        raise call.fault("the key can't be of a window function", "calculate the key in a subquery")


def _compared(type_: Type) -> Type:
    """Moments are compared whatever their zones."""
    type_ = type_.plain.bare
    if type_.is_datetime:
        return replace(type_, params=(type_.precision,) if type_.name == "DateTime64" else ())
    return type_


FUNCTIONS = [
    own("joinGet", "string string any any*", _join_get, nulls="own",
        doc="The value of a column in the row of a table with ENGINE Join that has the key; the default without one."),
    own("joinGetOrNull", "string string any any*", _join_get_or_null, nulls="own",
        doc="As joinGet; NULL where no row has the key."),
]  # fmt: skip
