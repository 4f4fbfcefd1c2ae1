"""A client in Python, of the standard library only."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Iterator, Mapping

from tinylite.server.typed.endpoints import Endpoint, Parameter, Schema, alternatives, endpoints_of

_TYPING = ("Any", "Generic", "Literal", "Required", "TypedDict", "TypeVar", "Unpack")
_ALWAYS = ("Any", "Generic", "TypedDict", "TypeVar")
_RESERVED = (*keyword.kwlist, "_ask", "_url", "_token", "_timeout", *dir(object))


def python(document: Schema) -> str:
    """A module."""
    endpoints = endpoints_of(document, _RESERVED)
    parts = {
        "TYPES": "".join("\n".join(_types(endpoint)) + "\n\n\n" for endpoint in endpoints),
        "METHODS": "".join("\n".join(_method(endpoint)) + "\n\n" for endpoint in endpoints),
    }
    made = "".join(parts.values())
    # What is not used is not imported.
    parts["TYPING"] = ", ".join(name for name in _TYPING if name in _ALWAYS or re.search(rf"\b{name}\b", made))
    parts["ABC"] = "Mapping, Sequence" if re.search(r"\bSequence\b", made) else "Mapping"
    return re.sub(r"\$(TYPES|METHODS|TYPING|ABC)", lambda slot: parts[slot[1]], _MODULE)


def _types(endpoint: Endpoint) -> Iterator[str]:
    if endpoint.parameters:
        found = {parameter.name: _taken(parameter) for parameter in endpoint.parameters}
        docs = {parameter.name: parameter.doc for parameter in endpoint.parameters}
        yield from _typed_dict(f"{endpoint.type}Parameters", found, docs, "total=False")
        yield "\n"
    if endpoint.columns is None:
        yield f"{endpoint.type}Row = dict[str, Any]"
        return
    columns = {name: _type(schema) for name, schema in endpoint.columns.items()}
    docs = {name: str(schema.get("x-type", "")) for name, schema in endpoint.columns.items()}
    yield from _typed_dict(f"{endpoint.type}Row", columns, docs)


def _typed_dict(name: str, types: Mapping[str, str], docs: Mapping[str, str], option: str = "") -> Iterator[str]:
    if all(key.isidentifier() and not keyword.iskeyword(key) and not key.startswith("__") for key in types):
        yield f"class {name}(TypedDict{', ' if option else ''}{option}):"
        for key, type_ in types.items():
            if docs[key]:
                yield f"    # {_line(docs[key])}"
            yield f"    {key}: {type_}"
        if not types:
            yield "    pass"
        return
    yield f'{name} = TypedDict("{name}", {{'
    for key, type_ in types.items():
        if docs[key]:
            yield f"    # {_line(docs[key])}"
        yield f"    {json.dumps(key)}: {type_},"
    yield f"}}{', ' if option else ''}{option})"


def _method(endpoint: Endpoint) -> Iterator[str]:
    answer = f"Answer[{endpoint.type}Row]"
    taken = f", /, **parameters: Unpack[{endpoint.type}Parameters]" if endpoint.parameters else ""
    yield f"    def {endpoint.method}(self{taken}) -> {answer}:"
    if endpoint.doc:
        yield f'        """{_docstring(endpoint.doc)}"""'
    given = "parameters" if endpoint.parameters else "{}"
    yield f"        answer: {answer} = self._ask({json.dumps(endpoint.name)}, {given})"
    yield "        return answer"


def _taken(parameter: Parameter) -> str:
    schema = parameter.schema
    type_ = f"Sequence[{_type(schema['items'])}]" if schema.get("type") == "array" else _type(schema)
    return f"Required[{type_}]" if parameter.required else type_


def _type(schema: Schema) -> str:
    kind, is_nullable = alternatives(schema)
    if is_nullable:
        return f"{_type({**schema, 'type': kind})} | None"
    if "enum" in schema and kind != "number":
        return f"Literal[{', '.join(_literal(choice) for choice in schema['enum'])}]"
    match kind:
        case "integer":
            return "int"
        case "number":
            return "float"
        case "string":
            return "str"
        case "boolean":
            return "bool"
        case "array":
            return "list[Any]" if "prefixItems" in schema else f"list[{_type(schema['items'])}]"
        case "object" if "additionalProperties" in schema:
            return f"dict[str, {_type(schema['additionalProperties'])}]"
        case "object":
            return "dict[str, Any]"
    return "Any"


def _literal(value: object) -> str:
    return repr(value) if isinstance(value, bool | int) else json.dumps(value)


def _line(text: str) -> str:
    return " ".join(text.split())


def _docstring(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace('"', '\\"')


_MODULE = '''# Made by `tinylite client python`; make it again when the endpoints change.

from __future__ import annotations

import json
from collections.abc import $ABC
from typing import $TYPING
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

Row = TypeVar("Row")


class Column(TypedDict):
    name: str
    type: str


class Statistics(TypedDict):
    elapsed: float
    rows_read: int
    bytes_read: int


class Answer(TypedDict, Generic[Row]):
    meta: list[Column]
    data: list[Row]
    rows: int
    statistics: Statistics


class RequestError(Exception):
    """What the server refused, in its words, with HTTP's status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


$TYPESclass Client:
    """`url` is where the server is: https://analytics.example.com. `timeout` is in seconds."""

    def __init__(self, url: str, token: str, *, timeout: float = 60.0) -> None:
        self._url = url.rstrip("/")
        self._token = token
        self._timeout = timeout

$METHODS    def _ask(self, name: str, parameters: Mapping[str, object]) -> Any:
        given = {key: _text(value) for key, value in parameters.items() if value is not None}
        headers = {"Authorization": f"Bearer {self._token}"}
        address = f"{self._url}/v0/pipes/{quote(name, safe='')}.json"
        body: bytes | None = None
        if any(isinstance(value, list) for value in given.values()):
            # In an address a comma parts items, and an empty list can't be told.
            body = json.dumps(given).encode()
            headers["Content-Type"] = "application/json"
        elif given:
            address += f"?{urlencode(given)}"
        try:
            with urlopen(Request(address, body, headers), timeout=self._timeout) as answer:
                return json.load(answer)
        except HTTPError as problem:
            with problem:
                raise RequestError(problem.code, _reason(problem.read())) from None


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return [_text(each) for each in value]
    return str(value)


def _reason(body: bytes) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, LookupError, TypeError):
        return body.decode("utf-8", "replace")
'''
