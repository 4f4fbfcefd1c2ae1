"""Values as JSON text, JSON documents by SQL/JSON path, and the quick look-ups that do not parse the document."""

from __future__ import annotations

import re
from collections.abc import Callable

from tinylite.sql.access import tuple_element
from tinylite.sql.casts import to_text
from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.json_values import find, let, raw, text
from tinylite.sql.naming import Namer
from tinylite.sql.physical import text_literal
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, INT64, STRING, UINT8, UINT64

Fresh = Callable[[], str]

# -- values as JSON -------------------------------------------------------------------------------------------------


def _string(sql: str) -> str:
    return f"replace(CAST(to_json({sql}) AS VARCHAR), '/', '\\/')"


def json_text(value: Typed, fresh: Fresh) -> str:
    """A value as ClickHouse writes it in JSON; NULL as NULL."""
    type_, sql = value.type, value.value
    if type_.name == "JSON":
        return f"replace(CAST({sql} AS VARCHAR), '/', '\\/')"
    if type_.name == "Bool":
        return f"(CASE WHEN {sql} THEN 'true' ELSE 'false' END)"
    if type_.is_float:
        return f"(CASE WHEN isfinite({sql}) THEN {to_text(value)} ELSE 'null' END)"
    if type_.is_number:
        return to_text(value)
    if type_.name == "Array":
        name = fresh()
        items = f"list_transform({sql}, lambda {name}: {_inner(Typed(name, type_.args[0]), fresh)})"
        return f"('[' || array_to_string({items}, ',') || ']')"
    if type_.name == "Map":
        name = fresh()
        key = _string(to_text(Typed(f"{name}.key", type_.args[0])))
        pair = f"{key} || ':' || {_inner(Typed(f'{name}.value', type_.args[1]), fresh)}"
        return f"('{{' || array_to_string(list_transform(map_entries({sql}), lambda {name}: {pair}), ',') || '}}')"
    if type_.name == "Tuple":
        return _tuple(value, fresh)
    return _string(to_text(value))


def _inner(value: Typed, fresh: Fresh) -> str:
    written = json_text(value, fresh)
    return f"(CASE WHEN {value.sql} IS NULL THEN 'null' ELSE {written} END)" if value.type.nullable else written


def _tuple(value: Typed, fresh: Fresh) -> str:
    parts = [_inner(tuple_element(value, index + 1), fresh) for index in range(len(value.type.args))]
    opening, closing = ("{", "}") if value.type.names else ("[", "]")
    if value.type.names:
        parts = [
            f"{_string(text_literal(name))} || ':' || {part}"
            for name, part in zip(value.type.names, parts, strict=True)
        ]
    body = " || ',' || ".join(parts)
    return f"('{opening}' || {body} || '{closing}')"


def _row(end: str) -> Callable[[Call], Typed]:
    """formatRow: the arguments as one row of a format, each under the name that it would have as a column."""

    def lower(call: Call) -> Typed:
        format_ = str(call.literal(0, str, "the name of a format"))
        if format_ not in _ROW_FORMATS:
            raise call.fault(f"{format_} is not written here", "write 'JSONEachRow', or use concat")
        names = Namer(call.scope.shown_name)
        cells = [
            f"{_string(text_literal(node.alias or names.name(node)))} || ':' || {_inner(value, call.unique)}"
            for node, value in zip(call.node.expressions[1:], call.args[1:], strict=True)
        ]
        body = " || ',' || ".join(cells) or "''"
        return combined(f"('{{' || {body} || '}}{end}')", STRING, call.args)

    return lower


_ROW_FORMATS = ("JSONEachRow", "JSONLines", "NDJSON")


def _to_json_string(call: Call) -> Typed:
    return combined(json_text(call.args[0], call.unique), STRING, call.args)


# -- SQL/JSON paths -------------------------------------------------------------------------------------------------

_PATH = re.compile(r"""\$(?:\.(?:[A-Za-z_]\w*|"[^"\\]+")|\[(?:\d+|\*)\])*""")


def _found(call: Call) -> str:
    """The values at a path, as JSON[] without gaps."""
    path = str(call.literal(1, str, "a path")).strip()
    if not _PATH.fullmatch(path):
        raise call.fault(f"the path {path} is not supported", "write $.key, $[0] or $[*], or use JSONExtract")
    document = find(call.args[0], (), call.unique)
    if "*" in path:
        return f"coalesce(json_extract({document}, {text_literal(path)}), [])"
    name = call.unique()
    return f"list_filter([json_extract({document}, {text_literal(path)})], lambda {name}: {name} IS NOT NULL)"


def _json_value(call: Call) -> Typed:
    """The first value that is no array and no object."""
    name = call.unique()
    scalars = f"list_filter({_found(call)}, lambda {name}: json_type({name}) NOT IN ('ARRAY', 'OBJECT'))[1]"
    sql = let(scalars, call.unique, lambda v: f"(CASE WHEN json_type({v}) = 'NULL' THEN 'null' ELSE {text(v)} END)")
    return combined(f"coalesce({sql}, '')", STRING, call.args)


def _json_query(call: Call) -> Typed:
    name = call.unique()

    def listed(found: str) -> str:
        items = f"list_transform({found}, lambda {name}: {raw(name)})"
        return f"(CASE WHEN len({found}) > 0 THEN '[' || array_to_string({items}, ', ') || ']' ELSE '' END)"

    return combined(let(_found(call), call.unique, listed), STRING, call.args)


def _json_exists(call: Call) -> Typed:
    return combined(f"(len({_found(call)}) > 0)", UINT8, call.args, predicate=True)


def _array_length(call: Call) -> Typed:
    found = find(call.args[0], (), call.unique)
    sql = let(found, call.unique, lambda v: f"(CASE WHEN json_type({v}) = 'ARRAY' THEN json_array_length({v}) END)")
    return combined(f"CAST({sql} AS UBIGINT)", UINT64.as_nullable(), call.args)


# -- without parsing ------------------------------------------------------------------------------------------------

_QUOTED = r'"(?:[^"\\]|\\.)*"'


def _nested(depth: int) -> str:
    inside = rf'[^\[\]{{}}"]|{_QUOTED}'
    value = rf"[\[{{](?:{inside})*[\]}}]"
    for _ in range(depth):
        value = rf"[\[{{](?:{inside}|{value})*[\]}}]"
    return value


_ANY = rf"^({_QUOTED}|{_nested(6)}|[^,}}\]\s]+)"


def _behind(call: Call, body: Callable[[str], str], otherwise: str) -> str:
    """`body` over what follows the first `"name":`, blanks being part of it."""
    name = str(call.literal(1, str, "the name of a field"))
    key = text_literal(f'"{name}":')
    document = call.args[0].value
    rest = f"substr({document}, strpos({document}, {key}) + length({key}))"
    found = let(rest, call.unique, body)
    return f"(CASE WHEN contains({document}, {key}) THEN {found} WHEN {document} IS NOT NULL THEN {otherwise} END)"


def _quick(name: str, result: Type, body: Callable[[str], str], otherwise: str) -> list[Function]:
    def lower(call: Call) -> Typed:
        return combined(_behind(call, body, otherwise), result, call.args)

    return [own(f"{prefix}{name}", "string string", lower) for prefix in ("simpleJSON", "visitParam")]


def _quick_string(rest: str) -> str:
    content = f"regexp_extract({rest}, {text_literal(f'^{_QUOTED}')})"
    return f"coalesce(json_extract_string(TRY_CAST({content} AS JSON), '$'), '')"


def _quick_number(pattern: str, target: str) -> Callable[[str], str]:
    found = text_literal(f'^"?({pattern})')
    return lambda rest: f"coalesce(TRY_CAST(regexp_extract({rest}, {found}, 1) AS {target}), CAST(0 AS {target}))"


def _quick_test(name: str, body: Callable[[str], str]) -> list[Function]:
    def lower(call: Call) -> Typed:
        return combined(_behind(call, body, "false"), UINT8, call.args, predicate=True)

    return [own(f"{prefix}{name}", "string string", lower) for prefix in ("simpleJSON", "visitParam")]


FUNCTIONS: list[Function] = [
    own("toJSONString", "any", _to_json_string),
    own("formatRow", "string any*", _row("\n"), nulls="own", doc="A row as JSONEachRow."),
    own("formatRowNoNewline", "string any*", _row(""), nulls="own", doc="The same without a line's end."),
    own("JSON_VALUE", "json string", _json_value),
    own("JSON_QUERY", "json string", _json_query),
    own("JSON_EXISTS", "json string", _json_exists),
    own("JSONArrayLength", "string", _array_length, aliases=("JSON_ARRAY_LENGTH",), case_insensitive=True),
    *_quick("ExtractString", STRING, _quick_string, "''"),
    *_quick("ExtractRaw", STRING, lambda rest: f"regexp_extract({rest}, {text_literal(_ANY)}, 1)", "''"),
    *_quick("ExtractInt", INT64, _quick_number("-?[0-9]+", "BIGINT"), "CAST(0 AS BIGINT)"),
    *_quick("ExtractUInt", UINT64, _quick_number("[0-9]+", "UBIGINT"), "CAST(0 AS UBIGINT)"),
    *_quick("ExtractFloat", FLOAT64, _quick_number("-?[0-9.]+(?:[eE][+-]?[0-9]+)?", "DOUBLE"), "CAST(0 AS DOUBLE)"),
    *_quick_test("ExtractBool", lambda rest: f"starts_with({rest}, 'true')"),
    *_quick_test("Has", lambda rest: "true"),
    refused("JSONMergePatch", "null in a patch would remove a key, which ClickHouse keeps", "use mapUpdate"),
    refused("jsonMergePatch", "null in a patch would remove a key, which ClickHouse keeps", "use mapUpdate"),
    *(
        refused(name, "the paths of a document are not listed", "name the paths that are wanted")
        for name in (
            "JSONAllPaths",
            "JSONAllPathsWithTypes",
            "JSONDynamicPaths",
            "JSONDynamicPathsWithTypes",
            "JSONSharedDataPaths",
            "JSONSharedDataPathsWithTypes",
            "distinctJSONPaths",
            "dynamicType",
        )
    ),
    *(
        refused(f"JSON{name}CaseInsensitive", "keys are looked up as they are written", f"use JSON{name}")
        for name in (
            "Extract",
            "ExtractString",
            "ExtractInt",
            "ExtractUInt",
            "ExtractFloat",
            "ExtractBool",
            "ExtractRaw",
            "ExtractArrayRaw",
            "ExtractKeys",
            "ExtractKeysAndValues",
            "ExtractKeysAndValuesRaw",
        )
    ),
]
