"""JSON in strings and in columns of type JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinylite.sql.functions.catalog import Call, Function, own
from tinylite.sql.json_values import children, convert, convert_or_default, find, let, members, plain_path, raw, text
from tinylite.sql.physical import duckdb_type, text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type, TypeSyntaxError, parse_type
from tinylite.types.model import FLOAT64, INT64, NULL, STRING, UINT8, UINT64, array, tuple_of

Build = Callable[[str, Callable[[], str]], str]

_KINDS = (
    ("Null", 0), ("String", 34), ("Array", 91), ("Bool", 98), ("Double", 100), ("Int64", 105), ("UInt64", 117),
    ("Object", 123),
)  # fmt: skip
_KIND = Type("Enum8", params=_KINDS)
_PAIR = tuple_of(STRING, STRING)


def _here(call: Call, body: Build, steps: tuple[Typed, ...] | None = None) -> str:
    """`body` over the value at the end of the path that the arguments give; NULL only when the document is."""
    document = call.args[0]
    found = find(document, call.args[1:] if steps is None else steps, call.unique)
    sql = let(found, call.unique, lambda value: body(value, call.unique))
    return f"(CASE WHEN {document.sql} IS NOT NULL THEN {sql} END)" if document.type.nullable else sql


def _at(name: str, result: Type, body: Build, doc: str = "") -> Function:
    """A function of the document and a path."""
    return own(name, "json any*", lambda call: combined(_here(call, body), result, call.args), doc=doc)


def _typed(result: Type, *, booleans: bool = True) -> Build:
    def body(value: str, fresh: Callable[[], str]) -> str:
        sql = convert_or_default(value, result, fresh)
        return sql if booleans else f"(CASE WHEN json_type({value}) = 'BOOLEAN' THEN 0 ELSE {sql} END)"

    return body


def _number(name: str, result: Type) -> Function:
    """JSONExtractInt and its like give 0 for true, where JSONExtract gives 1."""

    def lower(call: Call) -> Typed:
        sql = f"CAST({_here(call, _typed(result, booleans=False))} AS {duckdb_type(result)})"
        return combined(sql, result, call.args)

    return own(name, "json any*", lower)


def _or_empty(body: Callable[[str], str]) -> Build:
    return lambda value, fresh: f"coalesce({body(value)}, '')"


def _string(call: Call) -> Typed:
    """A text of a column is read in one step; only what may be a number with a fraction, an array or an object needs
    to be looked at twice.
    """
    sql = _here(call, _or_empty(text))
    path = plain_path(call.args[0], call.args[1:])
    if path is not None:
        document = call.args[0]
        found = f"TRY(json_extract_string({document.sql}, {path}))"
        other = " OR ".join(f"{found} BETWEEN '{first}' AND '{last}'" for first, last in ("-:", "[\\", "{|"))
        # The first test passes over most texts.
        plain = f"WHEN {found} BETWEEN '^' AND 'zz' THEN {found}"
        sql = f"coalesce((CASE {plain} WHEN {other} THEN {sql} ELSE {found} END), '')"
        if document.type.nullable:
            sql = f"(CASE WHEN {document.sql} IS NOT NULL THEN {sql} END)"
    return combined(sql, STRING, call.args)


def _elements(value: str, fresh: Callable[[], str]) -> str:
    name = fresh()
    items = f"list_transform(json_extract({value}, '$[*]'), lambda {name}: {raw(name)})"
    return f"(CASE WHEN json_type({value}) = 'ARRAY' THEN {items} ELSE [] END)"


def _length(value: str, fresh: Callable[[], str]) -> str:
    return f"CAST(coalesce(len({children(value)}), 0) AS UBIGINT)"


def _keys(value: str, fresh: Callable[[], str]) -> str:
    return f"(CASE WHEN json_type({value}) = 'OBJECT' THEN json_keys({value}) ELSE [] END)"


def _kind(value: str, fresh: Callable[[], str]) -> str:
    number = f"(CASE WHEN json_type({value}) = 'UBIGINT' AND TRY_CAST({value} AS BIGINT) IS NULL"
    return (
        f"(CASE json_type({value}) WHEN 'VARCHAR' THEN 'String' WHEN 'ARRAY' THEN 'Array' WHEN 'BOOLEAN' THEN 'Bool' "
        f"WHEN 'DOUBLE' THEN 'Double' WHEN 'OBJECT' THEN 'Object' WHEN 'BIGINT' THEN 'Int64' "
        f"WHEN 'UBIGINT' THEN {number} THEN 'UInt64' ELSE 'Int64' END) ELSE 'Null' END)"
    )


def _written_type(call: Call) -> Type:
    spelling = str(call.literal(len(call.args) - 1, str, "the name of a type"))
    try:
        return parse_type(spelling)
    except TypeSyntaxError as problem:
        raise call.fault(str(problem)) from None


def _extract(call: Call) -> Typed:
    """Its NULL is handled here, for the result keeps the LowCardinality that is written."""
    if call.args[0].type.name == "Nothing":
        return combined("NULL", NULL, call.args)
    type_ = _written_type(call)
    sql = _here(call, lambda value, fresh: convert_or_default(value, type_, fresh), call.args[1:-1])
    return combined(sql, type_.as_nullable() if call.args[0].type.nullable else type_, call.args)


def _keys_and_values(call: Call) -> Typed:
    type_ = _written_type(call)
    pair = tuple_of(STRING, type_)

    def body(value: str, fresh: Callable[[], str]) -> str:
        found = members(value, fresh, lambda item: convert(item, type_, fresh))
        if type_.nullable:
            return found
        name = fresh()
        return f'list_filter({found}, lambda {name}: {name}."2" IS NOT NULL)'

    sql = f"CAST({_here(call, body, call.args[1:-1])} AS {duckdb_type(array(pair))})"
    return combined(sql, array(pair), call.args)


def _pairs(value: str, fresh: Callable[[], str]) -> str:
    return f"CAST({members(value, fresh, raw)} AS {duckdb_type(array(_PAIR))})"


def _has(call: Call) -> Typed:
    return combined(f"({find(call.args[0], call.args[1:], call.unique)} IS NOT NULL)", UINT8, call.args, predicate=True)


def _key(call: Call) -> Typed:
    """The key of the member that the last step leads to."""
    if len(call.args) == 1:
        return combined("''", STRING, call.args)
    *way, last = call.args[1:]
    found = find(call.args[0], way, call.unique)
    if last.type.is_integer:
        sql = let(
            found, call.unique, lambda n: f"(CASE json_type({n}) WHEN 'OBJECT' THEN json_keys({n})[{last.number}] END)"
        )
    else:
        sql = f"(CASE WHEN {find(call.args[0], call.args[1:], call.unique)} IS NOT NULL THEN {last.sql} END)"
    return combined(f"coalesce({sql}, '')", STRING, call.args)


def _valid(call: Call) -> Typed:
    """Without what DuckDB reads and ClickHouse does not: a comma before the closing bracket, NaN and Infinity."""
    document = call.args[0].sql
    outside_strings = f"regexp_replace({document}, {text_literal(_STRING)}, '0', 'g')"
    sql = f"(json_valid({document}) AND NOT regexp_matches({outside_strings}, {text_literal(_NOT_JSON)}))"
    return combined(sql, UINT8, call.args, predicate=True)


_STRING = r'"(?:[^"\\]|\\.)*"'
_NOT_JSON = r"(?i),\s*[\]}]|nan|inf"


_ALL: list[Function] = [
    own("JSONExtract", "json any any*", _extract, nulls="own", doc="The last argument is the type."),
    own("JSONExtractString", "json any*", _string),
    _number("JSONExtractInt", INT64),
    _number("JSONExtractUInt", UINT64),
    _number("JSONExtractFloat", FLOAT64),
    own("JSONExtractBool", "json any*", lambda call: combined(
        f"CAST({_here(call, _typed(Type('Bool')))} AS UTINYINT)", UINT8, call.args)),
    _at("JSONExtractRaw", STRING, _or_empty(raw)),
    _at("JSONExtractArrayRaw", array(STRING), _elements),
    own("JSONExtractKeysAndValues", "json any any*", _keys_and_values),
    _at("JSONExtractKeysAndValuesRaw", array(_PAIR), _pairs),
    _at("JSONExtractKeys", array(STRING), _keys),
    own("JSONHas", "json any*", _has),
    _at("JSONLength", UINT64, _length),
    _at("JSONType", _KIND, _kind),
    own("JSONKey", "json any*", _key),
    own("isValidJSON", "string", _valid),
]  # fmt: skip
FUNCTIONS = [replace(function, keeps_dictionary=False) for function in _ALL]
