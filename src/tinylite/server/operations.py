"""What the routes take and answer, for the API's own description. What is not said here follows from the route."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Schema = dict[str, object]

TEXT: Schema = {"type": "string"}
ANY: Schema = {}
PROBLEMS: Mapping[str, str] = {
    "400": "a parameter, the body or the query is wrong",
    "403": "the token is missing, wrong, or may not",
    "404": "there is no such thing",
    "405": "the route is asked in another way",
    "408": "the time is up",
    "409": "it is there already, or does not go together with what is",
    "413": "the body or the result is too large",
    "415": "the body is packed in a way that is not known",
    "422": "a materialized view failed",
    "429": "too many requests",
    "431": "the address and headers are too long",
    "503": "the server is overloaded",
}
_FORM = "application/x-www-form-urlencoded"


def an_object(*required: str, **properties: Schema) -> Schema:
    """Of JSON; it may have more than that."""
    return {"type": "object", "properties": {**dict.fromkeys(required, ANY), **properties}, "required": list(required)}


def a_list(name: str, *required: str) -> Schema:
    """An object with a list of objects."""
    items: Schema = {"type": "array", "items": an_object(*required)}
    return an_object(name, **{name: items})


@dataclass(frozen=True, slots=True)
class Operation:
    """`query` are parameters by name, those in `needed` can't be left out. `bodies` and `answers` are schemas by
    content type; `statuses` are those of a success.
    """

    query: Mapping[str, Schema] = field(default_factory=dict)
    needed: Sequence[str] = ()
    bodies: Mapping[str, Schema] = field(default_factory=dict)
    answers: Mapping[str, Schema] = field(default_factory=lambda: {"application/json": ANY})
    statuses: Sequence[str] = ("200",)


def _json(schema: Schema) -> Mapping[str, Schema]:
    return {"application/json": schema}


_ROWS: Mapping[str, Schema] = {
    content: TEXT
    for content in (
        "application/json", "application/x-ndjson", "text/csv", "text/plain", "text/tab-separated-values",
        "application/vnd.apache.parquet", "application/vnd.apache.arrow.stream", "application/octet-stream",
    )
} | {"application/json": ANY}  # fmt: skip
_FILES: Mapping[str, Schema] = {"text/csv": TEXT, "application/json": ANY, "text/plain": TEXT}
_FORMAT: Schema = {"type": "string", "enum": ["csv", "ndjson", "parquet"]}
_IMPORT: Mapping[str, Schema] = {"format": _FORMAT, "url": TEXT}
_TOKEN = _json(an_object("id", "name", "token", "scopes"))
_ACCEPTED = ("200", "201", "202")

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("POST", "/v0/events"): Operation(
        {"name": TEXT, "wait": {"type": "boolean"}, "format": {"type": "string", "enum": ["json", "ndjson"]}},
        ["name"],
        {"application/json": ANY, "text/plain": TEXT, "application/x-ndjson": TEXT},
        _json(an_object("successful_rows", "quarantined_rows", successful_rows={"type": "integer"})),
        ("200", "202"),
    ),
    ("GET", "/v0/sql"): Operation({"q": TEXT, "pipeline": TEXT}, ["q"], answers=_ROWS),
    ("POST", "/v0/sql"): Operation(
        {"q": TEXT, "pipeline": TEXT}, (), {"text/plain": TEXT, "application/json": an_object("q", q=TEXT)}, _ROWS
    ),
    ("GET", "/v0/pipes"): Operation({"attrs": TEXT, "node_attrs": TEXT}, answers=_json(a_list("pipes", "url"))),
    ("GET", "/v0/pipes/{name}"): Operation(answers=_json(an_object("id", "name", "type", "nodes"))),
    ("GET", "/v0/pipes/{name}.pipe"): Operation(answers={"text/plain": TEXT}),
    ("GET", "/v0/datasources"): Operation({"attrs": TEXT}, answers=_json(a_list("datasources", "id", "name"))),
    ("GET", "/v0/datasources/{name}"): Operation(
        {"attrs": TEXT}, answers={**_json(an_object("id", "name")), "text/plain": TEXT}
    ),
    ("DELETE", "/v0/datasources/{name}"): Operation(statuses=("200", "204")),
    ("POST", "/v0/datasources"): Operation(
        {"name": TEXT, "mode": {"type": "string", "enum": ["create", "append", "replace"]}, "schema": TEXT, **_IMPORT},
        ["name", "mode"], _FILES,
        statuses=_ACCEPTED,
    ),
    ("POST", "/v1/datasources/{name}/append"): Operation(_IMPORT, (), _FILES, statuses=_ACCEPTED),
    ("POST", "/v1/datasources/{name}/replace"): Operation(
        {**_IMPORT, "replace_condition": TEXT}, (), _FILES, statuses=_ACCEPTED
    ),
    ("POST", "/v0/datasources/{name}/delete"): Operation(
        {"delete_condition": TEXT, "dry_run": {"type": "boolean"}}, ["delete_condition"], statuses=_ACCEPTED
    ),
    ("POST", "/v1/datasources/{name}/delete"): Operation(
        {"delete_condition": TEXT}, ["delete_condition"], statuses=_ACCEPTED
    ),
    ("GET", "/v0/datasources/{name}/export"): Operation({"format": _FORMAT}, answers=_ROWS),
    ("POST", "/v0/analyze"): Operation({"format": _FORMAT}, (), _FILES),
    ("GET", "/v0/tokens"): Operation(answers=_json(a_list("tokens", "id", "name", "token", "scopes"))),
    ("POST", "/v0/tokens"): Operation(
        {"name": TEXT, "scope": TEXT, "expiration_time": {"type": "integer", "minimum": 0}}, ["name"],
        _json(an_object(scopes={"type": "array", "items": an_object("type", type=TEXT)})),
        _json(an_object("token", token=TEXT)),
    ),
    ("GET", "/v0/tokens/{name}"): Operation(answers=_TOKEN),
    ("PUT", "/v0/tokens/{name}"): Operation({"scope": TEXT}, ["scope"], answers=_TOKEN),
    ("POST", "/v0/tokens/{name}/refresh"): Operation(answers=_TOKEN),
    ("GET", "/v0/variables"): Operation(answers=_json(a_list("variables", "name", "created_at", "updated_at"))),
    ("POST", "/v0/variables"): Operation(
        {}, (), {_FORM: an_object("name", "value", name=TEXT, value=TEXT)}, _json(an_object("name", "created_at"))
    ),
    ("PUT", "/v0/variables/{name}"): Operation(
        {}, (), {_FORM: an_object("value", value=TEXT)}, _json(an_object("name", "updated_at"))
    ),
    ("GET", "/v0/variables/{name}"): Operation(answers=_json(an_object("name", "created_at", "updated_at"))),
    ("GET", "/metrics"): Operation(answers={"text/plain": TEXT}),
    ("GET", "/v0/jobs"): Operation(
        {"kind": TEXT, "status": TEXT}, answers=_json(a_list("jobs", "id", "kind", "status"))
    ),
    ("GET", "/endpoints"): Operation(answers={"text/html": TEXT}),
    ("GET", "/endpoints/{name}"): Operation(answers={"text/html": TEXT}),
    ("GET", "/console/{file}"): Operation(
        answers=dict.fromkeys(("text/css", "text/javascript", "image/svg+xml", "text/html"), TEXT)
    ),
    ("GET", "/v0/jobs/{id}"): Operation(answers=_json(an_object("id", "kind", "status"))),
}  # fmt: skip
_PARAMETER = re.compile(r"\{(\w+)\}")


def operation_of(method: str, path: str, shown: str) -> Operation:
    """`shown` is how the documentation writes the route, `/v0/jobs?kind=&status=`."""
    known = OPERATIONS.get((method, path))
    if known is not None:
        return known
    names = [part.partition("=")[0] for part in shown.partition("?")[2].split("&") if part]
    is_multipart = path in ("/v1/build", "/v1/deploy")
    bodies: Mapping[str, Schema] = {"multipart/form-data": {"type": "object"}} if is_multipart else {}
    return Operation(dict.fromkeys(names, TEXT), bodies=bodies, statuses=_ACCEPTED)


def described(method: str, path: str, shown: str, doc: str) -> Schema:
    """The operation in OpenAPI 3.1."""
    operation = operation_of(method, path, shown)
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in _PARAMETER.findall(path)
    ]
    in_query = [
        {"name": name, "in": "query", "required": name in operation.needed, "schema": schema}
        for name, schema in operation.query.items()
    ]
    answers = {content: {"schema": schema} for content, schema in operation.answers.items()}
    found: Schema = {
        "operationId": f"{method.lower()}_{re.sub('[^a-z0-9]+', '_', path.lower()).strip('_')}",
        "summary": doc,
        "parameters": [*in_path, *in_query],
        "responses": {
            **{status: {"description": doc, "content": answers} for status in operation.statuses},
            **problems(),
        },
    }
    if operation.bodies:
        bodies = {content: {"schema": schema} for content, schema in operation.bodies.items()}
        found["requestBody"] = {"required": False, "content": bodies}
    return found


def problems() -> Schema:
    """The answers that are none."""
    schema = {"$ref": "#/components/schemas/Error"}
    return {
        status: {"description": text, "content": {"application/json": {"schema": schema}}}
        for status, text in PROBLEMS.items()
    }
