"""Endpoints as a client needs them, read off the API's description in OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    schema: Schema
    required: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`method` is a name for a method, `type` one for types; no two endpoints share either. `columns` is None when they
    are not known.
    """

    name: str
    method: str
    type: str
    doc: str
    parameters: Sequence[Parameter]
    columns: Mapping[str, Schema] | None

    @property
    def is_needy(self) -> bool:
        """Whether a parameter can't be left out."""
        return any(parameter.required for parameter in self.parameters)


def endpoints_of(document: Schema, reserved: Iterable[str]) -> list[Endpoint]:
    """Of /v0/pipes/openapi.json, by name. `reserved` can't be names of methods."""
    operations = sorted((path["get"] for path in document["paths"].values()), key=lambda each: str(each["operationId"]))
    methods, types = _Names(reserved), _Names()
    return [
        Endpoint(
            name := str(operation["operationId"]),
            methods.take(_identifier(name)),
            types.take(_type_name(name)),
            str(operation.get("description", "")),
            list(_parameters(operation)),
            _columns(operation),
        )
        for operation in operations
    ]


def _parameters(operation: Schema) -> Iterator[Parameter]:
    for found in operation.get("parameters", ()):
        doc = [found.get("description", "")]
        if "default" in found["schema"]:
            default = found["schema"]["default"]
            doc.append(f"Default: {','.join(map(str, default)) if isinstance(default, list) else default}")
        if "example" in found:
            doc.append(f"Example: {found['example']}")
        yield Parameter(found["name"], found["schema"], found["required"], ". ".join(filter(None, doc)))


def _columns(operation: Schema) -> Mapping[str, Schema] | None:
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    columns: Mapping[str, Schema] | None = answer["properties"]["data"]["items"].get("properties")
    return columns


class _Names:
    """Gives each name once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def take(self, name: str) -> str:
        while name in self._taken:
            name += "_"
        self._taken.add(name)
        return name


def _identifier(name: str) -> str:
    text = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return f"_{text}" if not text or text[0].isdigit() else text


def _type_name(name: str) -> str:
    text = "".join(part[:1].upper() + part[1:] for part in _identifier(name).split("_"))
    return text if text[:1].isalpha() else f"Endpoint{text}"


def alternatives(schema: Schema) -> tuple[str, bool]:
    """The JSON type of a value, empty when it can be anything, and whether it may be null."""
    kind = schema.get("type", "")
    if isinstance(kind, str):
        return kind, False
    return next((each for each in kind if each != "null"), ""), "null" in kind
