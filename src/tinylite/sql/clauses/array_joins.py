"""ARRAY JOIN and arrayJoin(): a row for each element."""

from __future__ import annotations

from sqlglot import exp

from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value
from tinylite.sql.scope import Scope
from tinylite.sql.typed import Typed
from tinylite.types.model import array, tuple_of

_SIZES = "'Sizes of the arrays of ARRAY JOIN do not match'"


def array_join(node: exp.Join, scope: Scope) -> str:
    """[LEFT] ARRAY JOIN a, b AS c: a row for each element, several arrays side by side."""
    arrays: list[tuple[str, Typed]] = []
    for part in [node.this, *node.expressions]:
        target = part.this if isinstance(part, exp.Alias) else part
        value = scope.lower(target)
        if value.type.name == "Map":
            entry = tuple_of(*value.type.args, names=("key", "value"))
            value = Typed(f"map_entries({value.sql})", array(entry))
        if value.type.name != "Array":
            raise Fault("TL407", f"ARRAY JOIN takes arrays, not {value.type}", target)
        arrays.append((part.alias or target.name, value))
    alias = scope.context.unique("aj")
    outer = node.side.upper() == "LEFT"
    lists = [_padded(value) if outer else value.sql for _, value in arrays]
    source = lists[0]
    if len(lists) > 1:
        sizes = " AND ".join(f"len({arrays[0][1].sql}) = len({value.sql})" for _, value in arrays[1:])
        zipped = f"list_zip({', '.join(lists)})"
        source = f"(CASE WHEN {sizes} THEN {zipped} ELSE list_append({zipped}, error({_SIZES})) END)"
    for index, (name, value) in enumerate(arrays, start=1):
        cell = f"{alias}.v" if len(arrays) == 1 else f"struct_extract({alias}.v, {index})"
        scope.merged[name] = Typed(cell, value.type.args[0])
    scope.resolved.clear()
    return f" CROSS JOIN LATERAL unnest({source}) AS {alias}(v)"


def _padded(value: Typed) -> str:
    """LEFT ARRAY JOIN keeps rows with empty arrays, with a default."""
    element = value.type.args[0]
    return f"(CASE WHEN len({value.sql}) = 0 THEN [{default_value(element)}] ELSE {value.sql} END)"


def array_join_calls(sql: str, scope: Scope) -> str:
    """Appends what the arrayJoin() calls of a SELECT unnest."""
    for source, (alias, _) in scope.array_joins.items():
        item = f"unnest({source}) AS {alias}(v)"
        sql = f"{sql} CROSS JOIN LATERAL {item}" if sql else item
    return sql
