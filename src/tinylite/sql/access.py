"""Parts of values: tuple elements, subcolumns, array elements, map values."""

from __future__ import annotations

from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, duckdb_type, quoted, text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import DYNAMIC, JSON, NOTHING, NULL, UINT8, UINT64, array


def tuple_element(base: Typed, key: int | str) -> Typed:
    """`t.1`, `t.name`, tupleElement(t, 1). Raises Fault when there is no such element."""
    type_ = base.type
    if isinstance(key, str) and key.isdigit():
        key = int(key)
    index = type_.names.index(key) if isinstance(key, str) and key in type_.names else None
    if isinstance(key, int):
        index = len(type_.args) + key if key < 0 else key - 1
    if index is None or not 0 <= index < len(type_.args):
        raise Fault("TL407", f"{type_} has no element {key}")
    if base.elements is not None:
        return base.elements[index]
    field = type_.names[index] if type_.names else str(index + 1)
    element = type_.args[index].as_nullable() if type_.nullable else type_.args[index]
    return combined(f"struct_extract({base.sql}, {text_literal(field)})", element, [base])


def element_named(base: Typed, name: str, rest: list[str]) -> tuple[Typed, bool] | None:
    """A subcolumn: an element of a Tuple, a path of a JSON value, size0 of an Array, keys of a Map, null of a Nullable.

    The flag says that the whole `rest` was used up (a JSON path). None when there is no such part.
    """
    type_ = base.type
    if type_.name == "Tuple" and (name in type_.names or name.isdigit()):
        return tuple_element(base, name), False
    if type_.name in ("Array", "Nested") and type_.args[0].name == "Tuple" and name in type_.args[0].names:
        position = type_.args[0].names.index(name)
        element = type_.args[0].args[position]
        sql = f"list_transform({base.sql}, lambda e: struct_extract(e, {text_literal(name)}))"
        return combined(sql, array(element), [base]), False
    if type_.name == "JSON":
        return json_subcolumn(base, rest), True
    if type_.name == "Map" and name in ("keys", "values"):
        return combined(f"map_{name}({base.sql})", array(type_.args[0 if name == "keys" else 1]), [base]), False
    if type_.name in ("Array", "Map") and name == "size0":
        length = "len" if type_.name == "Array" else "cardinality"
        return combined(f"CAST({length}({base.sql}) AS UBIGINT)", UINT64, [base]), False
    if type_.nullable and name == "null":
        return combined(f"({base.sql} IS NULL)", UINT8, [base], predicate=True), False
    return None


def json_subcolumn(base: Typed, path: list[str]) -> Typed:
    """`j.a.b` of a JSON column: a value, never an object. It stays JSON until it is converted."""
    place = text_literal("$" + "".join("." + quoted(step) for step in path))
    kind, found = f"json_type({base.sql}, {place})", f"json_extract({base.sql}, {place})"
    sql = f"(CASE WHEN {kind} NOT IN ('OBJECT', 'NULL') THEN {found} END)"
    return combined(sql, DYNAMIC, [base])


def json_object(base: Typed, path: list[str]) -> Typed:
    """`j.^a.b`: the object at a path, an empty one where there is none."""
    place = text_literal("$" + "".join("." + quoted(step) for step in path))
    sql = (
        f"(CASE WHEN json_type({base.sql}, {place}) = 'OBJECT' THEN json_extract({base.sql}, {place}) ELSE '{{}}' END)"
    )
    return combined(f"CAST({sql} AS JSON)", JSON, [base])


def subscript(base: Typed, key: Typed) -> Typed:
    """`a[i]`, `m[k]`: out of range gives the default of the element's type, as in ClickHouse."""
    type_ = base.type
    if type_.name in ("Array", "Map") and key.type.name == "Nothing":
        return combined("NULL", NULL, [base, key])
    if type_.name == "Map":
        return _or_default(f"{base.sql}[{key.value}]", type_.args[1], [base, key])
    if type_.name == "Array":
        if type_.args[0] == NOTHING or not key.type.is_integer:
            raise Fault("TL407", f"{type_} can't be indexed with {key.type}")
        if key.literal == 0 and not base.constant:
            raise Fault("TL407", "the first element of an array is [1], the last one [-1]; there is no [0]")
        position = key.sql if key.is_literal else f"CAST({key.number} AS BIGINT)"
        return _or_default(f"{base.sql}[{position}]", type_.args[0], [base, key])
    if type_.name == "Tuple" and isinstance(key.literal, int | str):
        return tuple_element(base, key.literal)
    if type_.name == "JSON" and isinstance(key.literal, str):
        return json_subcolumn(base, [key.literal])
    raise Fault("TL407", f"{type_} can't be indexed")


def _or_default(sql: str, element: Type, parts: list[Typed]) -> Typed:
    element = element.without_dictionaries
    if not element.nullable:
        sql = f"coalesce({sql}, {default_value(element)})"
    key = parts[1]
    if key.type.nullable:
        sql = f"(CASE WHEN {key.value} IS NOT NULL THEN {sql} END)"
    return combined(sql, element.as_nullable(element.nullable or key.type.nullable), parts)


def as_list(sql: str, element: Type) -> str:
    """An empty list has no type of its own in DuckDB."""
    return f"CAST({sql} AS {duckdb_type(array(element))})"
