"""The API that a project serves, described in OpenAPI 3.1."""

from __future__ import annotations

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
        "info": {"title": "Endpoints", "version": "1"},
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
    operation: Schema = {
        "operationId": pipe.name,
        "parameters": [_parameter(parameter) for parameter in parameters],
        "responses": {
            "200": {"description": "the rows", "content": {"application/json": {"schema": _answer(columns)}}},
            **problems(),
        },
    }
    if pipe.description:
        operation["description"] = pipe.description
    return {"get": operation}


# -- parameters -----------------------------------------------------------------------------------------------------


def _parameter(parameter: Parameter) -> Schema:
    described: Schema = {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required and not parameter.has_default,
        "schema": _parameter_schema(parameter),
    }
    if parameter.description:
        described["description"] = parameter.description
    if parameter.example is not None:
        described["example"] = parameter.example
    return described


def _parameter_schema(parameter: Parameter) -> Schema:
    if parameter.type == "Array":
        # One text, its items parted by commas.
        schema: Schema = {"type": "string"}
    else:
        schema = _scalar(parameter.type)
    if parameter.enum:
        schema["enum"] = list(parameter.enum)
    if parameter.has_default and parameter.default is not None:
        default = parameter.default
        schema["default"] = ",".join(map(str, default)) if isinstance(default, list) else default
    return schema


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
        rows["properties"] = {column.name: value_schema(column.type) for column in columns}
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


def value_schema(type_: Type) -> Schema:
    """A value of ClickHouse's type as the answers' JSON has it."""
    schema = _value(type_)
    # NaN and the infinities are written as null.
    if (type_.nullable or type_.is_float) and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    return schema


def _value(type_: Type) -> Schema:
    name = type_.name
    if name == "SimpleAggregateFunction":
        return _value(type_.args[0])
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
