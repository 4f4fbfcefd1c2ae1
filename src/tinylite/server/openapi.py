"""The API that a project serves, described in OpenAPI 3.1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tinylite.datafile.model import Pipe
from tinylite.server.operations import Schema, problems
from tinylite.sql import Column
from tinylite.template import Parameter
from tinylite.types import Type

_ERROR: Schema = {
    "type": "object",
    "properties": {"error": {"type": "string"}, "documentation": {"type": "string"}},
    "required": ["error"],
}
_TEXTS: Mapping[str, str] = {"Date": "date", "Date32": "date", "UUID": "uuid", "IPv4": "ipv4", "IPv6": "ipv6"}


def document(
    endpoints: Sequence[tuple[Pipe, Sequence[Parameter], Sequence[Column] | None]],
    url: str,
    others: Mapping[str, Schema] | None = None,
) -> Schema:
    """`url` is where the server is asked. Columns are None where an endpoint does not compile with sample arguments.
    `others` are more paths, with their operations.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Endpoints",
            "version": "1",
            "description": "Instead of .json an address may end in .ndjson, .csv, .parquet or .arrow.",
        },
        "servers": [{"url": url}],
        "security": [{"header": []}, {"query": []}],
        "paths": {
            **{
                f"/v0/pipes/{pipe.name}.json": _path(pipe, parameters, columns)
                for pipe, parameters, columns in endpoints
            },
            **(others or {}),
        },
        "components": {
            "schemas": {"Error": _ERROR},
            "securitySchemes": {
                "header": {"type": "http", "scheme": "bearer"},
                "query": {"type": "apiKey", "in": "query", "name": "token"},
            },
        },
    }


def _path(pipe: Pipe, parameters: Sequence[Parameter], columns: Sequence[Column] | None) -> Schema:
    answer: Schema = {"schema": _answer(columns)}
    if columns is not None:
        answer["example"] = _example(columns)
    operation: Schema = {
        "operationId": pipe.name,
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {"200": {"description": "the rows", "content": {"application/json": answer}}, **problems()},
    }
    if pipe.description:
        operation["description"] = pipe.description
    return {"get": operation}


# -- parameters -----------------------------------------------------------------------------------------------------


def _parameter(parameter: Parameter) -> Schema:
    schema = _parameter_schema(parameter)
    described: Schema = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and not parameter.has_default,
        "schema": schema,
    }
    if parameter.description:
        described["description"] = parameter.description
    example = _fitting(parameter.example, schema)
    if example is not None:
        described["example"] = example
    return described


def _parameter_schema(parameter: Parameter) -> Schema:
    """`x-type` is the template's own name of the type."""
    if parameter.type == "Array":
        element = parameter.element or "String"
        items = _scalar(element)
        # Given once, a text of items parted by commas does as well.
        schema: Schema = {"type": "array", "items": items, "x-type": f"Array({element})"}
    else:
        schema = items = {**_scalar(parameter.type), "x-type": parameter.type}
    choices = [_fitting(choice, items) for choice in parameter.enum]
    if choices and None not in choices:
        items["enum"] = choices
    if parameter.title:
        schema["title"] = parameter.title
    default = _fitting(parameter.default, schema) if parameter.has_default else None
    if default is not None:
        schema["default"] = default
    return schema


def _fitting(value: object, schema: Schema) -> object:
    """A value that a template writes, as its schema has it: `'5'` of an Int32 is 5. None when it can't be."""
    if schema["type"] == "array":
        items = schema["items"]
        assert isinstance(items, dict)
        texts = value if isinstance(value, list) else [] if value in (None, "") else str(value).split(",")
        found = [_fitting(text, items) for text in texts]
        return None if value is None or None in found else found
    try:
        match schema["type"]:
            case "integer":
                return int(str(value))
            case "number":
                number = float(str(value))
                return number if math.isfinite(number) else None
            case "boolean":
                return _BOOLEANS.get(str(value).lower())
    except ValueError:
        return None
    return None if value is None else str(value)


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _scalar(name: str) -> Schema:
    type_ = Type(name)
    if type_.is_integer:
        return _integer(type_)
    if type_.is_float or name.startswith("Decimal"):
        return {"type": "number"}
    if name == "Boolean":
        return {"type": "boolean"}
    return {"type": "string"}


def _integer(type_: Type) -> Schema:
    bits = int("".join(filter(str.isdigit, type_.name)))
    if type_.name.startswith("U"):
        return {"type": "integer", "minimum": 0, "maximum": 2**bits - 1}
    return {"type": "integer", "minimum": -(2 ** (bits - 1)), "maximum": 2 ** (bits - 1) - 1}


# -- answers --------------------------------------------------------------------------------------------------------


def _answer(columns: Sequence[Column] | None) -> Schema:
    rows: Schema = {"type": "object"}
    if columns is not None:
        # `x-type` is ClickHouse's own name of the type.
        rows["properties"] = {
            column.name: {**value_schema(column.type), "x-type": str(column.type)} for column in columns
        }
        rows["required"] = list(dict.fromkeys(column.name for column in columns))
    meta = {"type": "object", "properties": {"name": {"type": "string"}, "type": {"type": "string"}}}
    numbers = {"elapsed": {"type": "number"}, "rows_read": {"type": "integer"}, "bytes_read": {"type": "integer"}}
    return {
        "type": "object",
        "properties": {
            "meta": {"type": "array", "items": meta},
            "data": {"type": "array", "items": rows},
            "rows": {"type": "integer"},
            "rows_before_limit_at_least": {"type": "integer"},
            "statistics": {"type": "object", "properties": numbers},
        },
        "required": ["meta", "data", "rows", "statistics"],
    }


def _example(columns: Sequence[Column]) -> Schema:
    return {
        "meta": [{"name": column.name, "type": str(column.type)} for column in columns],
        "data": [{column.name: _sample(column.type) for column in columns}],
        "rows": 1,
        "rows_before_limit_at_least": 1,
        "statistics": {"elapsed": 0.001, "rows_read": 1, "bytes_read": 8},
    }


def _sample(type_: Type) -> object:
    """A value of ClickHouse's type, as JSON."""
    name = type_.name
    if name == "Array":
        return [_sample(type_.args[0])]
    if name == "Map":
        return {"key": _sample(type_.args[1])}
    if name == "Tuple":
        cells = [_sample(arg) for arg in type_.args]
        return dict(zip(type_.names, cells, strict=True)) if type_.names else cells
    if type_.is_integer:
        return 1
    if type_.is_float or name == "Decimal":
        return 0.5
    if name in ("JSON", "Nothing", "Dynamic", "Variant", "Nested"):
        return {} if name != "Nothing" else None
    return _SAMPLES.get(name, "2026-01-31 12:00:00" if type_.is_datetime else "text")


_SAMPLES: Mapping[str, object] = {
    "Bool": True, "Date": "2026-01-31", "Date32": "2026-01-31", "IPv4": "192.0.2.1", "IPv6": "2001:db8::1",
    "UUID": "61f0c404-5cb3-11e7-907b-a6006ad3dba0",
}  # fmt: skip


def value_schema(type_: Type) -> Schema:
    """A value of ClickHouse's type as the answers' JSON has it."""
    schema = _value(type_)
    # NaN and the infinities are written as null.
    if (type_.nullable or type_.is_float) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    return schema


def _value(type_: Type) -> Schema:
    name = type_.name
    if type_.is_integer:
        return {"type": "integer"}
    if type_.is_float or name == "Decimal":
        return {"type": "number"}
    if name == "Bool":
        return {"type": "boolean"}
    if type_.is_enum:
        return {"type": "string"}
    if name == "Array":
        return {"type": "array", "items": value_schema(type_.args[0])}
    if name == "Map":
        return {"type": "object", "additionalProperties": value_schema(type_.args[1])}
    if name == "Tuple":
        if type_.names:
            cells = zip(type_.names, type_.args, strict=True)
            return {"type": "object", "properties": {cell: value_schema(arg) for cell, arg in cells}}
        return {"type": "array", "prefixItems": [value_schema(arg) for arg in type_.args]}
    if name in ("JSON", "Nothing", "Dynamic", "Variant", "Nested"):
        return {}
    return {"type": "string", **({"format": _TEXTS[name]} if name in _TEXTS else {})}
