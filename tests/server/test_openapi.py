"""The API describes itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.server.client import Client, endpoint, served
from tinylite.server.app import ROUTES
from tinylite.server.openapi import _parameter, _scalar, value_schema
from tinylite.server.operations import OPERATIONS
from tinylite.template import Parameter
from tinylite.types import parse_type

SQL = """SELECT 1 AS one, toNullable('x') AS text, [toDate('2024-01-01')] AS days, map('k', 0.5) AS shares
WHERE 1 = {{Int8(limit, 1, description='how many', example=3)}}
  AND 'a' = {{String(kind, 'a', enum=['a', 'b'])}}
  AND 1 IN {{Array(ids, 'Int32', '1,2')}} AND 'x' = {{String(needed, required=True)}}
  AND {{Boolean(flag, True)}}"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    files = {
        "shown.pipe": 'TOKEN "app" READ\nDESCRIPTION What it shows\n' + endpoint(SQL),
        "hidden.pipe": endpoint("SELECT 1 AS x"),
        "view.pipe": "NODE n\nSQL >\n    SELECT 1 AS x\n",
    }
    with served(tmp_path_factory.mktemp("openapi"), files) as client:
        yield client


def described(client: Client, token: str = "") -> dict[str, Any]:
    answer = client.get("/v0/pipes/openapi.json", token=token)
    assert answer.status == 200
    return dict(answer.json())


def test_endpoints_are_described_to_who_may_ask_them(client: Client) -> None:
    assert set(described(client)["paths"]) == {"/v0/pipes/shown.json", "/v0/pipes/hidden.json"}
    token = next(token.token for token in client.workspace.tokens.all() if token.name == "app")
    assert set(described(client, token)["paths"]) == {"/v0/pipes/shown.json"}


def test_parameters_come_with_type_default_and_choice(client: Client) -> None:
    operation = described(client)["paths"]["/v0/pipes/shown.json"]["get"]
    assert operation["description"] == "What it shows"
    found = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert found["limit"] == {
        "name": "limit",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": -128, "maximum": 127, "default": 1, "x-type": "Int8"},
        "description": "how many",
        "example": 3,
    }
    assert found["kind"]["schema"] == {"type": "string", "enum": ["a", "b"], "default": "a", "x-type": "String"}
    items = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
    assert found["ids"]["schema"] == {"type": "array", "items": items, "default": [1, 2], "x-type": "Array(Int32)"}
    assert found["flag"]["schema"] == {"type": "boolean", "default": True, "x-type": "Boolean"}
    assert found["needed"]["schema"] == {"type": "string", "x-type": "String"}
    assert found["needed"]["required"]


def test_answers_come_with_the_types_of_their_columns(client: Client) -> None:
    operation = described(client)["paths"]["/v0/pipes/shown.json"]["get"]
    rows = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"]["items"]
    number = {"type": ["number", "null"]}
    assert rows["properties"] == {
        "one": {"type": "integer", "x-type": "UInt8"},
        "text": {"type": ["string", "null"], "x-type": "Nullable(String)"},
        "days": {"type": "array", "items": {"type": "string", "format": "date"}, "x-type": "Array(Date)"},
        "shares": {"type": "object", "additionalProperties": number, "x-type": "Map(String, Float64)"},
    }


def test_an_example_is_as_the_schema_says(client: Client) -> None:
    content = described(client)["paths"]["/v0/pipes/shown.json"]["get"]["responses"]["200"]["content"]
    answer = content["application/json"]
    assert answer["example"]["data"] == [{"one": 1, "text": "text", "days": ["2026-01-31"], "shares": {"key": 0.5}}]
    Draft202012Validator(answer["schema"]).validate(answer["example"])


def test_what_does_not_fit_its_type_is_left_out(client: Client) -> None:
    parameter = Parameter("n", "Int32", default="many", has_default=True, enum=("1", "2"), example="x")
    assert _parameter(parameter)["schema"] == {**_scalar("Int32"), "enum": [1, 2], "x-type": "Int32"}


@pytest.mark.parametrize("path", ["/v0/pipes/openapi.json", "/v0/openapi.json"])
def test_it_is_valid(client: Client, path: str) -> None:
    OpenAPIV31SpecValidator(client.get(path).json()).validate()


@pytest.mark.parametrize(
    ("type_", "schema"),
    [
        ("LowCardinality(Nullable(String))", {"type": ["string", "null"]}),
        ("Tuple(a UInt8)", {"type": "object", "properties": {"a": {"type": "integer"}}}),
        ("Tuple(UInt8, Bool)", {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}]}),
        ("Decimal(9, 2)", {"type": "number"}),
        ("Enum8('a' = 1)", {"type": "string"}),
        ("SimpleAggregateFunction(sum, UInt64)", {"type": "integer"}),
        ("UUID", {"type": "string", "format": "uuid"}),
        ("JSON", {}),
    ],
)  # fmt: skip
def test_every_type_has_its_schema(type_: str, schema: dict[str, object]) -> None:
    assert value_schema(parse_type(type_)) == schema


def test_a_pipe_is_told_as_its_file(client: Client) -> None:
    answer = client.get("/v0/pipes/view.pipe")
    assert (answer.text, answer.headers["content-type"]) == ("NODE n\nSQL >\n    SELECT 1 AS x\n", "text/plain")
    assert client.get("/v0/pipes/nothing.pipe").status == 404


# -- the whole API --------------------------------------------------------------------------------------------------


def whole(client: Client) -> dict[str, Any]:
    return dict(client.get("/v0/openapi.json").json())


def test_every_route_is_described(client: Client) -> None:
    paths = whole(client)["paths"]
    for route in ROUTES:
        if not route.dev_only and route.shown != "/v0/pipes/NAME.FORMAT":
            assert {method.lower() for method in route.methods} <= set(paths[route.path]), route.shown
    assert "/v0/pipes/shown.json" in paths
    names = [operation["operationId"] for operations in paths.values() for operation in operations.values()]
    assert len(names) == len(set(names))


def test_what_is_described_is_a_route(client: Client) -> None:
    known = {(method, route.path) for route in ROUTES for method in route.methods}
    assert set(OPERATIONS) <= known


ASKED = [
    ("GET", "/v0/pipes", "attrs=name"), ("GET", "/v0/pipes/shown", ""), ("GET", "/v0/pipes/nothing", ""),
    ("GET", "/v0/pipes/shown.pipe", ""), ("GET", "/v0/datasources", ""), ("GET", "/v0/datasources/nothing", ""),
    ("GET", "/v0/sql", "q=SELECT+1+FORMAT+JSON"), ("GET", "/v0/sql", "q=SELECT+1"), ("GET", "/v0/sql", "q=SELECT+x"),
    ("GET", "/v0/sql", "q=SELECT+1+FORMAT+CSV"), ("GET", "/v0/sql", "q=SELECT+1+FORMAT+JSONEachRow"),
    ("GET", "/v0/sql", "q=SELECT+1+FORMAT+Parquet"), ("GET", "/v0/sql", "q=SELECT+1+FORMAT+PrettyCompact"),
    ("GET", "/v0/tokens", ""), ("POST", "/v0/tokens", "name=x"), ("GET", "/v0/tokens/app", ""),
    ("GET", "/v0/variables", ""), ("POST", "/v0/variables", "name=x"), ("GET", "/v0/jobs", ""),
    ("GET", "/v0/jobs/x", ""), ("GET", "/v0/copies", ""), ("POST", "/v0/events", "name=nothing"),
    ("GET", "/metrics", ""),
    ("GET", "/v0/health", ""), ("POST", "/v0/pipes/shown/copy", ""), ("GET", "/v0/dependencies", "datasource=x"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "query"), ASKED)
def test_an_answer_is_as_it_is_described(client: Client, method: str, path: str, query: str) -> None:
    """A few; `make fuzz` asks thousands."""
    answer = client.ask(method, path, query)
    paths = {re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(known)): known for known in whole(client)["paths"]}
    operation = next(
        operations[method.lower()]
        for pattern, known in sorted(paths.items(), key=lambda pair: "+" in pair[0])
        if re.fullmatch(pattern, path) and method.lower() in (operations := whole(client)["paths"][known])
    )
    content = operation["responses"][str(answer.status)]["content"]
    assert answer.headers["content-type"].partition(";")[0] in content
