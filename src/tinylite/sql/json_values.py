"""JSON documents in SQL: the way to a value inside one, and the value as a ClickHouse type.

What becomes of a value that does not fit follows ClickHouse's JSONExtract: inside an array or a tuple the element's
default stands in, a whole value that does not fit is NULL here, and the callers put the default there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import count

from tinylite.sql.best_effort import moment
from tinylite.sql.casts import cast, struct
from tinylite.sql.errors import Fault
from tinylite.sql.physical import default_value, duckdb_type, quoted, text_literal
from tinylite.sql.temporal_casts import OnFailure, cut_to
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING

Fresh = Callable[[], str]
"""Gives names for lambda parameters that nothing else has."""

_COLUMN = re.compile(r'(?:"[^"]+"\.)?"[^"]+"')
# A number's superfluous fraction, beside strings, which are passed over whole.


def let(sql: str, fresh: Fresh, body: Callable[[str], str]) -> str:
    """`body` over a name for `sql`, which is computed once however often the name is used."""
    name = fresh()
    return f"list_transform([{sql}], lambda {name}: {body(name)})[1]"


# -- the way --------------------------------------------------------------------------------------------------------


def find(document: Typed, steps: Sequence[Typed], fresh: Fresh) -> str:
    """The JSON value at the end of keys and 1-based positions; NULL when there is none or the text is no JSON."""
    node, path = document.sql, "$"
    of_text = document.type.name != "JSON"
    if of_text and not _COLUMN.fullmatch(node):
        node, of_text = f"TRY_CAST({node} AS JSON)", False

    def walked() -> str:
        walk = f"json_extract({node}, {text_literal(path)})"
        # Of a column TRY hides nothing but broken JSON, and the text is parsed once.
        return f"TRY({walk})" if of_text else node if path == "$" else walk

    for step in steps:
        if isinstance(step.literal, str) and step.literal:
            path += key_step(step.literal)
            continue
        node, path, of_text = _step(walked(), step, fresh), "$", False
    return walked()


def plain_path(document: Typed, steps: Sequence[Typed]) -> str | None:
    """The way as a literal, when the document is a column of texts and the steps are keys that are written out."""
    if document.type.name == "JSON" or not _COLUMN.fullmatch(document.sql) or not steps:
        return None
    keys = [step.literal for step in steps]
    if not all(isinstance(key, str) and key for key in keys):
        return None
    return text_literal("$" + "".join(key_step(str(key)) for key in keys))


def key_step(key: str) -> str:
    """A step of a DuckDB path."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'."{escaped}"'


def _step(node: str, step: Typed, fresh: Fresh) -> str:
    if step.type.is_integer:
        index = step.number if step.is_literal else f"CAST({step.number} AS BIGINT)"
        return let(node, fresh, lambda n: f"{children(n)}[{index}]")
    if not step.type.is_string:
        raise Fault("TL405", f"a step into JSON is a key or a position, not {step.type}")
    if step.literal == "":
        return f"json_extract({node}, '/')"
    key = f"replace(replace({step.sql}, '\\', '\\\\'), '\"', '\\\"')"
    return f"json_extract({node}, CASE WHEN {step.sql} = '' THEN '/' ELSE '$.\"' || {key} || '\"' END)"


def children(node: str) -> str:
    """The elements of an array or the values of an object, in order, as JSON[]; NULL of anything else."""
    return (
        f"(CASE json_type({node}) WHEN 'ARRAY' THEN json_extract({node}, '$[*]') "
        f"WHEN 'OBJECT' THEN json_extract({node}, '$.*') END)"
    )


# -- the value ------------------------------------------------------------------------------------------------------


def raw(value: str) -> str:
    """JSON text as ClickHouse writes it: no blanks, 1.0 as 1."""
    text = f"CAST({value} AS VARCHAR)"
    return f"(CASE WHEN regexp_matches({text}, '[.eE]') THEN tl_json_text({text}) ELSE {text} END)"


def text(value: str) -> str:
    """A string's characters, anything else as JSON; NULL of null."""
    return f"(CASE WHEN json_type({value}) IN ('DOUBLE', 'ARRAY', 'OBJECT') THEN {raw(value)} ELSE {value} ->> '$' END)"


def convert(value: str, to: Type, fresh: Fresh) -> str:
    """A JSON value (the name of one: it is used several times) as `to`; NULL when it does not fit. Raises Fault."""
    return f"CAST({_converter(to)(value, to.plain, fresh)} AS {duckdb_type(to)})"


def from_dynamic(value: Typed, to: Type, on_failure: OnFailure) -> Typed:
    """A part of a JSON column as `to`. One that is missing is the default, one that does not fit is an error."""
    numbers = count()

    def fresh() -> str:
        return f"_d{next(numbers)}"

    def body(name: str) -> str:
        found = convert(name, to, fresh)
        if to.nullable or on_failure == "null":
            return found
        default = default_value(to)
        if on_failure == "zero":
            return f"coalesce({found}, {default})"
        refusal = f"error({text_literal(f'Cannot convert a value of type Dynamic to {to}')})"
        return f"(CASE WHEN {name} IS NULL THEN {default} ELSE coalesce({found}, {refusal}) END)"

    type_ = to.as_nullable() if on_failure == "null" else to
    return combined(let(value.sql, fresh, body), type_, [value])


_KINDS = {"String": "VARCHAR", "Float64": "DOUBLE", "Bool": "BOOLEAN", "Int64": "UBIGINT', 'BIGINT", "Date": "VARCHAR",
          "DateTime": "VARCHAR"}  # fmt: skip


def as_stored(value: Typed, to: Type, fresh: Fresh) -> Typed:
    """`j.a.:T`: the value when it is a T in the document, NULL (of arrays: an empty one) otherwise."""
    element = to.args[0] if to.name == "Array" and to.args[0].nullable else to
    kinds = _KINDS.get(element.name)
    if kinds is None:
        raise Fault("TL406", f"the subcolumn .:{to} is not supported", hint=f"convert the value with ::{to}")

    def body(name: str) -> str:
        found = convert_or_default(name, to, fresh)
        if to.name != "Array":
            return f"(CASE WHEN json_type({name}) IN ('{kinds}') THEN {convert(name, to, fresh)} END)"
        item = fresh()
        others = (
            f"list_filter(json_extract({name}, '$[*]'), lambda {item}: json_type({item}) NOT IN ('{kinds}', 'NULL'))"
        )
        return f"(CASE WHEN json_type({name}) = 'ARRAY' AND len({others}) = 0 THEN {found} ELSE [] END)"

    return combined(let(value.sql, fresh, body), to.as_nullable(), [value])


def convert_or_default(value: str, to: Type, fresh: Fresh) -> str:
    converted = convert(value, to, fresh)
    return converted if to.nullable else f"coalesce({converted}, {default_value(to)})"


def _converter(to: Type) -> Callable[[str, Type, Fresh], str]:
    family = "integer" if to.is_integer else "float" if to.is_float else to.name
    found = _CONVERTERS.get(family)
    if found is None:
        raise Fault("TL406", f"JSON can't be read as {to}", hint="read it as String and convert that")
    return found


def _number(value: str, to: Type, of_double: str, of_text: str) -> str:
    target, inner = duckdb_type(to), f"({value} ->> '$')"
    return (
        f"(CASE json_type({value}) WHEN 'UBIGINT' THEN TRY_CAST({inner} AS {target}) "
        f"WHEN 'BIGINT' THEN TRY_CAST({inner} AS {target}) WHEN 'DOUBLE' THEN {of_double} "
        f"WHEN 'BOOLEAN' THEN CAST({inner} = 'true' AS {target}) WHEN 'VARCHAR' THEN {of_text} END)"
    )


def _integer(value: str, to: Type, fresh: Fresh) -> str:
    target, inner = duckdb_type(to), f"({value} ->> '$')"
    whole = cast(Typed(inner, STRING), to, "null").value
    cut = f"TRY_CAST(trunc(TRY_CAST({inner} AS DOUBLE)) AS {target})"
    fraction = f"(CASE WHEN regexp_full_match({inner}, '-?[0-9]*[.eE][0-9eE+-]*') THEN {cut} END)"
    return _number(value, to, cut, f"coalesce({whole}, {fraction})")


def _float(value: str, to: Type, fresh: Fresh) -> str:
    inner = f"({value} ->> '$')"
    return _number(value, to, f"TRY_CAST({inner} AS {duckdb_type(to)})", cast(Typed(inner, STRING), to, "null").value)


def _decimal(value: str, to: Type, fresh: Fresh) -> str:
    found = cast(Typed(f"({value} ->> '$')", STRING), to, "null").value
    return f"(CASE WHEN json_type({value}) IN ('UBIGINT', 'BIGINT', 'DOUBLE', 'VARCHAR') THEN {found} END)"


def _bool(value: str, to: Type, fresh: Fresh) -> str:
    number = f"TRY_CAST(({value} ->> '$') AS DOUBLE) <> 0"
    return (
        f"(CASE json_type({value}) WHEN 'BOOLEAN' THEN ({value} ->> '$') = 'true' "
        f"WHEN 'UBIGINT' THEN {number} WHEN 'BIGINT' THEN {number} END)"
    )


def _text(value: str, to: Type, fresh: Fresh) -> str:
    return text(value)


def _fixed_string(value: str, to: Type, fresh: Fresh) -> str:
    size = to.params[0]
    inner = text(value)
    return f"(CASE WHEN octet_length(encode({inner})) <= {size} THEN rpad({inner}, {size}, chr(0)) END)"


def _of_string(convert_text: Callable[[str, Type], str]) -> Callable[[str, Type, Fresh], str]:
    """Types that only a JSON string can hold."""

    def converter(value: str, to: Type, fresh: Fresh) -> str:
        found = let(f"({value} ->> '$')", fresh, lambda inner: convert_text(inner, to))
        return f"(CASE WHEN json_type({value}) = 'VARCHAR' THEN {found} END)"

    return converter


def _date(inner: str, to: Type) -> str:
    return (
        f"(CASE WHEN regexp_full_match({inner}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN TRY_CAST({inner} AS DATE) END)"
    )


def _by_cast(inner: str, to: Type) -> str:
    return cast(Typed(inner, STRING), to, "null").value


def _datetime(value: str, to: Type, fresh: Fresh) -> str:
    found = let(f"({value} ->> '$')", fresh, lambda inner: moment(inner, to.zone, lenient=False))
    seconds = f"make_timestamp(CAST(TRY_CAST(({value} ->> '$') AS DOUBLE) * 1000000 AS BIGINT))"
    moment_ = (
        f"(CASE WHEN json_type({value}) = 'VARCHAR' THEN {found} "
        f"WHEN json_type({value}) IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN {seconds} END)"
    )
    return cut_to(moment_, None, to)


def _enum(value: str, to: Type, fresh: Fresh) -> str:
    members = [member for member in to.params if isinstance(member, tuple)]
    names = ", ".join(text_literal(str(name)) for name, _ in members)
    numbers = " ".join(f"WHEN '{number}' THEN {text_literal(str(name))}" for name, number in members)
    inner = f"({value} ->> '$')"
    return (
        f"(CASE WHEN json_type({value}) = 'VARCHAR' THEN CASE WHEN {inner} IN ({names}) THEN {inner} END "
        f"WHEN json_type({value}) IN ('UBIGINT', 'BIGINT') THEN CASE {inner} {numbers} END END)"
    )


def _array(value: str, to: Type, fresh: Fresh) -> str:
    """When no element at all fits, the array is empty."""
    element, name = to.args[0], fresh()
    items = f"list_transform(json_extract({value}, '$[*]'), lambda {name}: {convert(name, element, fresh)})"

    def filled(found: str) -> str:
        if element.nullable:
            return found
        name = fresh()
        list_ = f"list_transform({found}, lambda {name}: coalesce({name}, {default_value(element)}))"
        fitting = f"list_count({found})"
        return f"(CASE WHEN {fitting} = len({found}) THEN {found} WHEN {fitting} > 0 THEN {list_} ELSE [] END)"

    return f"(CASE WHEN json_type({value}) = 'ARRAY' THEN {let(items, fresh, filled)} END)"


def _tuple(value: str, to: Type, fresh: Fresh) -> str:
    """By position from an array, by name from an object; an object's members in order for a tuple without names."""

    def built(children_: str, by_name: bool) -> str:
        parts = []
        for index, element in enumerate(to.args):
            place = (
                f"json_extract({value}, {text_literal('$' + key_step(to.names[index]))})"
                if by_name
                else f"{children_}[{index + 1}]"
            )
            parts.append(let(place, fresh, lambda n, element=element: convert_or_default(n, element, fresh)))  # type: ignore[misc]
        return struct(to, parts)

    positions = let(children(value), fresh, lambda items: built(items, by_name=False))
    if not to.names:
        return f"(CASE WHEN json_type({value}) IN ('ARRAY', 'OBJECT') THEN {positions} END)"
    return f"(CASE json_type({value}) WHEN 'OBJECT' THEN {built('', by_name=True)} WHEN 'ARRAY' THEN {positions} END)"


def _map(value: str, to: Type, fresh: Fresh) -> str:
    key, element = to.args
    name = fresh()
    keys = f"json_keys({value})"
    if not key.is_string:
        keys = f"list_transform({keys}, lambda {name}: {cast(Typed(name, STRING), key, 'zero').value})"
    item = fresh()
    values = f"list_transform(json_extract({value}, '$.*'), lambda {item}: {convert_or_default(item, element, fresh)})"
    target = duckdb_type(to)
    # A MAP has each key once.
    unique = f"len({keys}) = len(list_distinct({keys}))"
    refused = "error('a map of an object that has the same key twice')"
    return (
        f"(CASE WHEN json_type({value}) = 'OBJECT' THEN "
        f"CASE WHEN {unique} THEN CAST(map({keys}, {values}) AS {target}) ELSE {refused} END END)"
    )


def _json(value: str, to: Type, fresh: Fresh) -> str:
    return value


_CONVERTERS: dict[str, Callable[[str, Type, Fresh], str]] = {
    "integer": _integer,
    "float": _float,
    "Decimal": _decimal,
    "Bool": _bool,
    "String": _text,
    "FixedString": _fixed_string,
    "Date": _of_string(_date),
    "Date32": _of_string(_date),
    "DateTime": _datetime,
    "DateTime64": _datetime,
    "UUID": _of_string(_by_cast),
    "IPv4": _of_string(_by_cast),
    "IPv6": _of_string(_by_cast),
    "Enum8": _enum,
    "Enum16": _enum,
    "Array": _array,
    "Tuple": _tuple,
    "Map": _map,
    "JSON": _json,
}


def members(value: str, fresh: Fresh, of_value: Callable[[str], str]) -> str:
    """Keys and converted values of an object, as a list of structs with the fields 1 and 2; empty for anything else."""
    name = fresh()
    values = f"list_transform(json_extract({value}, '$.*'), lambda {name}: {of_value(name)})"
    pairs = f"list_zip(json_keys({value}), {values})"
    pair = fresh()
    named = f"struct_pack({quoted('1')} := {pair}[1], {quoted('2')} := {pair}[2])"
    return f"(CASE WHEN json_type({value}) = 'OBJECT' THEN list_transform({pairs}, lambda {pair}: {named}) ELSE [] END)"
